"""What may go wrong with weights, in a musician's words."""

from pathlib import Path

from infinite_studio.audio.files import readable_size
from infinite_studio.errors import StudioError
from infinite_studio.weights.catalogue import WeightsEntry


class MissingWeightsError(StudioError):
    """Weights that something needs and that are not on this computer; ``download_bytes`` counts all that is missing."""

    def __init__(self, entry: WeightsEntry, download_bytes: int) -> None:
        by_hand = "".join(
            f" Or put “{file}” from {published.page} into its folder “{entry.name}”."
            for file, published in zip(entry.files, entry.published, strict=False)
        )
        super().__init__(
            f"{entry.name} is not here yet: {readable_size(download_bytes)}, {entry.licence}.",
            hint=f"Download it once; then it works without a network.{by_hand}",
        )
        self.name = entry.name
        self.download_bytes = download_bytes
        self.licence = entry.licence
        self.remedy = f"download:{entry.name}"


class DamagedWeightsError(MissingWeightsError):
    """Weights of which a file is not what it should be."""

    def __init__(self, entry: WeightsEntry, files: tuple[str, ...], download_bytes: int) -> None:
        super().__init__(entry, download_bytes)
        self.args = (f"{entry.name} is damaged: {_listed(files)} is not what was downloaded.",)
        self.hint = "Download it again: only the damaged files are fetched."
        self.files = files


class WrongHashError(StudioError):
    """A file that came whole and is not the one that ``describer`` describes."""

    def __init__(self, name: str, file: str, describer: str = "the hub") -> None:
        super().__init__(
            f"What arrived as “{file}” of {name} is not what {describer} says it should be, so it was thrown away.",
            hint="Try again; if it happens again, something on the way changes downloads, or it was published anew.",
        )
        self.name = name
        self.file = file


class HubUnreachableError(StudioError):
    """No answer from the hub."""

    def __init__(self, host: str, reason: str = "") -> None:
        super().__init__(
            f"“{host}” cannot be reached{f' ({reason})' if reason else ''}.",
            hint="Check the network and try again. Everything that is already here works without it.",
        )
        self.host = host
        self.reason = reason


class ConnectionDroppedError(StudioError):
    """A download that broke off again and again; what came is kept."""

    def __init__(self, name: str, done_bytes: int, total_bytes: int) -> None:
        super().__init__(
            f"The download of {name} broke off after {readable_size(done_bytes)} of {readable_size(total_bytes)}.",
            hint="Try again: it goes on where it stopped.",
        )
        self.name = name
        self.done_bytes = done_bytes
        self.total_bytes = total_bytes


class GatedRepositoryError(StudioError):
    """A repository that asks for an account and for consent."""

    def __init__(self, name: str, page: str) -> None:
        super().__init__(
            f"The authors of {name} ask you to agree to their terms before you may download it.",
            hint=f"Agree at {page}, then log in once with “hf auth login” and try again.",
        )
        self.name = name
        self.page = page


class RepositoryMissingError(StudioError):
    """A repository, a revision or a file that the hub does not have."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(
            f"The hub has no {what}, so {name} cannot be downloaded from there.",
            hint="It may have been moved or withdrawn. Files that you have may be put into the models folder.",
        )
        self.name = name
        self.what = what


class PublishedFileGoneError(StudioError):
    """An address at which its authors no longer publish a file."""

    def __init__(self, name: str, file: str, host: str, page: str) -> None:
        super().__init__(
            f"“{host}” no longer has “{file}”, so {name} cannot be downloaded from there.",
            hint=f"Look for it at {page}, and put it into the folder “{name}” of the models folder.",
        )
        self.name = name
        self.file = file
        self.host = host


class HubRefusedError(StudioError):
    """An answer of the hub that is neither the file nor a known refusal."""

    def __init__(self, host: str, status: int) -> None:
        super().__init__(
            f"“{host}” refused the download (status {status}).",
            hint="Wait a little and try again." if status == 429 or status >= 500 else "Try again later.",
        )
        self.host = host
        self.status = status


class DownloaderMissingError(StudioError):
    """An installation without the library that downloads."""

    def __init__(self) -> None:
        super().__init__(
            "This installation cannot download models: the package “huggingface-hub” is not installed.",
            hint="Install the studio with its models, or put the files into the models folder by hand.",
        )


class WeightsBusyError(StudioError):
    """Weights that another job or another program is changing."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is being downloaded, moved or removed already.",
            hint="Wait until that is done, or cancel it. It may be another window of the studio.",
        )
        self.name = name


class WeightsInCacheError(StudioError):
    """Weights that lie in a cache that belongs to other programs too."""

    def __init__(self, name: str, folder: Path, cache: str = "the Hugging Face cache") -> None:
        super().__init__(
            f"{name} lies in {cache}, which other programs use too, so it stays there.",
            hint=f"To remove it for all of them, delete “{folder}”.",
        )
        self.name = name
        self.folder = folder


def _listed(files: tuple[str, ...]) -> str:
    return " and ".join(f"“{file}”" for file in files)
