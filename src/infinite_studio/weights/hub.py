"""The hub as the studio sees it: what a repository holds, and the bytes of its files."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlsplit

from infinite_studio import __version__
from infinite_studio.errors import StudioError
from infinite_studio.weights.catalogue import WeightsEntry
from infinite_studio.weights.checksums import GIT_BLOB, SHA_256, Checksum
from infinite_studio.weights.errors import (
    DownloaderMissingError,
    GatedRepositoryError,
    HubRefusedError,
    HubUnreachableError,
    PublishedFileGoneError,
    RepositoryMissingError,
)
from infinite_studio.weights.published import PublishedFile
from infinite_studio.weights.receipt import FileRecord, published_records

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

ANSWER_SECONDS = 20.0
_GONE = frozenset({401, 403, 404, 410})
_WAIT_AND_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class BrokenOffError(HubUnreachableError):
    """An answer that ended before the file did."""

    def __init__(self, host: str) -> None:
        super().__init__(host, "the connection broke off")


class _Response(Protocol):
    status_code: int
    headers: Mapping[str, str]


class TransientError(Exception):
    """Something that may well work a moment later; ``meaning`` is what to say if it does not."""

    def __init__(self, meaning: StudioError, wait_seconds: float = 0.0) -> None:
        super().__init__(str(meaning))
        self.meaning = meaning
        self.wait_seconds = wait_seconds


@dataclass(frozen=True)
class Listing:
    """What a repository holds at one commit."""

    commit: str
    files: Mapping[str, FileRecord]


class Hub:
    """One connection to the hub, or to the mirror that ``HF_ENDPOINT`` names, with the person's own token if any.

    What its authors publish elsewhere is asked of them, without that token.
    """

    def __init__(self, library: ModuleType) -> None:
        self._library = library
        self._client: Any = library.get_async_session()
        self._http = import_module(type(self._client).__module__.partition(".")[0])
        self.endpoint = (os.environ.get("HF_ENDPOINT") or library.constants.ENDPOINT).rstrip("/")
        self._token: bool | None = None

    @property
    def host(self) -> str:
        """Who is asked, for sentences."""
        return urlsplit(self.endpoint).netloc or self.endpoint

    def host_of(self, entry: WeightsEntry) -> str:
        """Who is asked for an entry."""
        return entry.published[0].host if entry.published else self.host

    async def listing(self, entry: WeightsEntry, revision: str) -> Listing:
        """Return the commit of a revision, and size and checksum of the entry's files at that commit."""
        if entry.published:
            return Listing(entry.revision, published_records(entry))
        url = f"{self.endpoint}/api/models/{entry.repository_id}/revision/{revision}"
        async with self._translated(entry):
            response = await self._client.get(
                url, params={"blobs": True}, headers=self._headers(), timeout=ANSWER_SECONDS
            )
            if response.status_code == 401 and self._token is None:
                self._token = False  # an expired token must not stand before a public repository
                return await self.listing(entry, revision)
            self._check(response, self.host)
            info = self._library.hf_api.ModelInfo(**response.json())
        siblings = {sibling.rfilename: sibling for sibling in info.siblings or ()}
        return Listing(info.sha, {file: _record(entry, file, siblings.get(file)) for file in entry.files})

    @asynccontextmanager
    async def opened(
        self, entry: WeightsEntry, file: str, commit: str, start: int
    ) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
        """Open a file from a byte on; yield the byte at which the answer really begins, and its blocks."""
        published = dict(zip(entry.files, entry.published, strict=False)).get(file)
        url = f"{self.endpoint}/{entry.repository_id}/resolve/{commit}/{quote(file)}"
        headers = self._headers() if published is None else {"User-Agent": f"infinite-studio/{__version__}"}
        headers["Accept-Encoding"] = "identity"
        if start:
            headers["Range"] = f"bytes={start}-"
        host = self.host_of(entry)
        async with (
            self._translated(entry),
            self._client.stream(
                "GET",
                published.url if published else url,
                headers=headers,
                timeout=ANSWER_SECONDS,
                follow_redirects=True,
            ) as response,
        ):
            if response.status_code == 416:
                raise TransientError(HubRefusedError(host, 416))
            if published is not None and response.status_code in _GONE:
                raise _gone(entry, file, published)
            self._check(response, host)
            yield _first_byte(response), response.aiter_raw()

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = self._library.utils.build_hf_headers(
            token=self._token, library_name="infinite-studio", library_version=__version__
        )
        return headers

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    def _check(self, response: _Response, host: str) -> None:
        if response.status_code in _WAIT_AND_TRY_AGAIN:
            wait = response.headers.get("Retry-After", "")
            seconds = min(float(wait), 60.0) if wait.isdecimal() else 0.0
            raise TransientError(HubRefusedError(host, response.status_code), seconds)
        self._library.utils.hf_raise_for_status(response)

    @asynccontextmanager
    async def _translated(self, entry: WeightsEntry) -> AsyncIterator[None]:
        errors, host = self._library.errors, self.host_of(entry)
        repository = f"repository “{entry.repository_id}”"
        try:
            yield
        except self._http.TransportError as error:
            raise TransientError(_meaning(host, type(error).__name__)) from error
        except self._library.errors.OfflineModeIsEnabled as error:
            raise HubUnreachableError(host, "HF_HUB_OFFLINE is set") from error
        except errors.GatedRepoError as error:
            raise GatedRepositoryError(entry.name, f"{self.endpoint}/{entry.repository_id}") from error
        except errors.RepositoryNotFoundError as error:
            raise RepositoryMissingError(entry.name, repository) from error
        except errors.RevisionNotFoundError as error:
            raise RepositoryMissingError(
                entry.name, f"revision “{entry.revision}” of its {repository}"
            ) from error
        except errors.RemoteEntryNotFoundError as error:
            raise RepositoryMissingError(entry.name, f"such file in its {repository}") from error
        except errors.HfHubHTTPError as error:
            raise HubRefusedError(host, error.response.status_code) from error


@asynccontextmanager
async def connected() -> AsyncIterator[Hub]:
    """Yield a hub, and close its connections afterwards."""
    try:
        library = import_module("huggingface_hub")
        for part in ("constants", "errors", "hf_api", "utils"):
            import_module(f"huggingface_hub.{part}")
    except ImportError as error:
        raise DownloaderMissingError from error
    hub = Hub(library)
    try:
        yield hub
    finally:
        await hub.close()


def _record(entry: WeightsEntry, file: str, sibling: "RepoSibling | None") -> FileRecord:
    if sibling is None:
        raise RepositoryMissingError(entry.name, f"“{file}” in its repository “{entry.repository_id}”")
    if sibling.lfs is not None:
        return FileRecord(int(sibling.lfs.size), Checksum(SHA_256, sibling.lfs.sha256))
    if sibling.blob_id is None or sibling.size is None:
        raise RepositoryMissingError(entry.name, f"checksum of “{file}”")
    return FileRecord(int(sibling.size), Checksum(GIT_BLOB, sibling.blob_id))


def _gone(entry: WeightsEntry, file: str, published: PublishedFile) -> PublishedFileGoneError:
    return PublishedFileGoneError(entry.name, file, published.host, published.page)


def _first_byte(response: _Response) -> int:
    if response.status_code != 206:
        return 0
    numbers = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return int(numbers) if numbers.isdecimal() else 0


def _meaning(host: str, kind: str) -> HubUnreachableError:
    if kind.startswith("Connect"):
        return HubUnreachableError(host, "no network, or no such server")
    return HubUnreachableError(host, "it does not answer") if "Timeout" in kind else BrokenOffError(host)
