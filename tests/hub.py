"""A model hub on loopback: the part of its protocol that downloads use, and the ways in which it may fail.

It answers ``/api/models/<repository>/revision/<revision>`` with sizes and checksums, and
``/<repository>/resolve/<revision>/<file>`` with bytes, ranges included; large files take a redirect, as on the
real hub. The fixture ``hub`` points ``HF_ENDPOINT`` at it and lets no look-up of another host through.
"""

import hashlib
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

LARGE_SUFFIXES = frozenset({".bin", ".safetensors", ".model", ".th", ".ckpt"})
BLOCK_BYTES = 1 << 14
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class HubFile:
    """A file in a repository."""

    data: bytes
    is_large: bool
    sha256: str
    blob_id: str

    @classmethod
    def of(cls, name: str, data: bytes) -> "HubFile":
        git = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        return cls(data, Path(name).suffix in LARGE_SUFFIXES, hashlib.sha256(data).hexdigest(), git)

    @property
    def etag(self) -> str:
        return self.sha256 if self.is_large else self.blob_id


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    range: str
    authorization: str = ""


@dataclass
class Hub:
    """What the server holds and how it misbehaves; every fault is off until asked for."""

    url: str = ""
    repositories: dict[str, dict[str, HubFile]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    sent_bytes: int = 0
    gated: set[str] = field(default_factory=set)
    lies: dict[tuple[str, str], str] = field(default_factory=dict)
    size_lies: dict[tuple[str, str], int] = field(default_factory=dict)
    drops: list[int] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    has_ranges: bool = True
    bytes_per_second: float = 0.0
    stalls_after: int | None = None
    released: threading.Event = field(default_factory=threading.Event)

    def put(self, repository_id: str, files: Mapping[str, bytes | Path]) -> str:
        """Add files to a repository and return its commit."""
        held = self.repositories.setdefault(repository_id, {})
        for name, content in files.items():
            data = content.read_bytes() if isinstance(content, Path) else content
            held[name] = HubFile.of(name, data)
        return self.commit_of(repository_id)

    def put_folder(self, repository_id: str, folder: Path) -> str:
        """Add every file of a folder under its own name."""
        return self.put(repository_id, {path.name: path for path in folder.iterdir() if path.is_file()})

    def commit_of(self, repository_id: str) -> str:
        held = self.repositories[repository_id]
        names = "".join(f"{name}{held[name].etag}" for name in sorted(held))
        return hashlib.sha1(names.encode()).hexdigest()

    def drop_after(self, n_bytes: int, times: int = 1) -> None:
        """Cut the next connections whose body is longer than this after so many bytes of it."""
        self.drops += [n_bytes] * times

    def refuse(self, status: int, times: int = 1) -> None:
        """Answer the next requests with a status."""
        self.refusals += [status] * times

    def lie_about_hash(self, repository_id: str, file: str) -> None:
        """Promise another file than the one that is sent."""
        other = HubFile.of(file, b"another file")
        self.lies[repository_id, file] = other.etag

    def gate(self, repository_id: str) -> None:
        """Ask for consent before a repository's files are given."""
        self.gated.add(repository_id)

    def file_requests(self) -> list[Asked]:
        """Return the requests for bytes of files, redirects not counted twice."""
        return [asked for asked in self.asked if asked.path.startswith("/bytes/")]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Be silent."""

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append(
            Asked(self.command, path, self.headers.get("Range", ""), self.headers.get("Authorization", ""))
        )
        if self.hub.refusals:
            return self._refuse(self.hub.refusals.pop(0), "")
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            return self._describe("/".join(parts[2:4]), parts[5] if len(parts) > 5 else "main")
        if parts[0] == "bytes":
            return self._send("/".join(parts[1:3]), "/".join(parts[3:]))
        if len(parts) > 4 and parts[2] == "resolve":
            return self._resolve("/".join(parts[:2]), parts[3], "/".join(parts[4:]))
        return self._refuse(404, "RepoNotFound")

    def _describe(self, repository_id: str, revision: str) -> None:
        held = self.hub.repositories.get(repository_id)
        if held is None:
            return self._refuse(401, "RepoNotFound")
        commit = self.hub.commit_of(repository_id)
        if revision not in {"main", commit}:
            return self._refuse(404, "RevisionNotFound")
        siblings = [self._sibling(repository_id, name, file) for name, file in held.items()]
        return self._json({"id": repository_id, "sha": commit, "gated": False, "siblings": siblings})

    def _sibling(self, repository_id: str, name: str, file: HubFile) -> dict[str, Any]:
        etag = self.hub.lies.get((repository_id, name), file.etag)
        size = self.hub.size_lies.get((repository_id, name), len(file.data))
        values: dict[str, Any] = {"rfilename": name, "size": size, "blobId": file.blob_id}
        if file.is_large:
            values["lfs"] = {"size": size, "sha256": etag, "pointerSize": 134}
        else:
            values["blobId"] = etag
        return values

    def _resolve(self, repository_id: str, revision: str, name: str) -> None:
        held = self.hub.repositories.get(repository_id)
        if held is None:
            return self._refuse(401, "RepoNotFound")
        if repository_id in self.hub.gated:
            return self._refuse(403, "GatedRepo")
        if revision not in {"main", self.hub.commit_of(repository_id)}:
            return self._refuse(404, "RevisionNotFound")
        if name not in held:
            return self._refuse(404, "EntryNotFound")
        file = held[name]
        self.send_response(302)
        self.send_header("X-Repo-Commit", self.hub.commit_of(repository_id))
        self.send_header("X-Linked-Etag", f'"{file.etag}"')
        self.send_header("X-Linked-Size", str(len(file.data)))
        self.send_header("ETag", f'"{file.etag}"')
        self.send_header("Location", f"{self.hub.url}/bytes/{repository_id}/{name}")
        self.send_header("Content-Length", "0")
        return self.end_headers()

    def _send(self, repository_id: str, name: str) -> None:
        file = self.hub.repositories[repository_id][name]
        first = self._first_byte(len(file.data))
        if first is None:
            return self._refuse(416, "")
        body = file.data[first:]
        self.send_response(206 if first else 200)
        self.send_header("ETag", f'"{file.etag}"')
        self.send_header("Content-Length", str(len(body)))
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(file.data) - 1}/{len(file.data)}")
        self.end_headers()
        if self.command == "GET":
            self._send_body(body)
        return None

    def _first_byte(self, size_bytes: int) -> int | None:
        asked = self.headers.get("Range", "")
        if not asked or not self.hub.has_ranges:
            return 0
        first = int(asked.removeprefix("bytes=").partition("-")[0])
        return first if first < size_bytes else None

    def _send_body(self, body: bytes) -> None:
        drops = self.hub.drops and self.hub.drops[0] < len(body)
        limit = self.hub.drops.pop(0) if drops else len(body)
        sent = 0
        try:
            while sent < min(len(body), limit):
                if self.hub.stalls_after is not None and sent >= self.hub.stalls_after:
                    self.hub.released.wait(30)
                block = body[sent : min(sent + BLOCK_BYTES, limit)]
                self.wfile.write(block)
                sent += len(block)
                self.hub.sent_bytes += len(block)
                if self.hub.bytes_per_second:
                    time.sleep(len(block) / self.hub.bytes_per_second)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        if sent < len(body):
            self.close_connection = True

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
            self.send_header("X-Error-Message", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, values: object) -> None:
        body = json.dumps(values).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 32

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent where a client went away."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def serve() -> tuple[Hub, _Server]:
    """Start a hub on a free port of this machine; end it with ``server.shutdown()`` and ``server.server_close()``."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = _Server((LOOPBACK, 0), handler)
    hub.url = f"http://{LOOPBACK}:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return hub, server


def environment(url: str, cache: Path) -> dict[str, str]:
    """Return what a process needs in its environment to ask this hub and no other."""
    return {
        "HF_ENDPOINT": url,
        "HF_HUB_CACHE": str(cache),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_XET": "1",
        "NO_PROXY": "*",
    }


@pytest.fixture
def hub(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub of one's own, an empty Hugging Face cache, and no other host in reach."""
    made, server = serve()
    cache = tmp_path_factory.mktemp("hub") / "cache"
    for name, value in environment(made.url, cache).items():
        monkeypatch.setenv(name, value)
    for name in ("HF_TOKEN", "HF_HUB_OFFLINE", "HUGGINGFACE_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    constants = sys.modules.get("huggingface_hub.constants")
    if constants is not None:
        template = f"{made.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "ENDPOINT", made.url)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    look_up = socket.getaddrinfo

    def only_here(host: Any, *args: Any, **more: Any) -> Any:
        if host not in {LOOPBACK, "localhost", LOOPBACK.encode(), b"localhost"}:
            raise socket.gaierror(socket.EAI_NONAME, f"{host!r} is out of reach of tests")
        return look_up(host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", only_here)
    yield made
    made.released.set()
    server.shutdown()
    server.server_close()
