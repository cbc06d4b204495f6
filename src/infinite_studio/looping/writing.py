"""Write an extended loop: hours of sound, whole or not at all, and verified before it gets its name."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from infinite_studio.audio.files import DiskFullError, atomic_path, free_bytes, make_folder
from infinite_studio.audio.loop_tags import LoopTags, loop_comments, wave_trailer
from infinite_studio.audio.lossy import FAILURES, write_lossy
from infinite_studio.audio.repeated_flac import write_repeated_flac
from infinite_studio.audio.repeated_opus import write_repeated_opus
from infinite_studio.audio.repeated_wave import write_repeated_wave
from infinite_studio.audio.runs import Run, total_frames, unrolled
from infinite_studio.audio.sanitise import Gate, UnwritableSoundError
from infinite_studio.errors import StudioError
from infinite_studio.looping.formats import FileKind, LoopFormat
from infinite_studio.looping.verifying import Verified, verify, verify_rounds
from infinite_studio.progress import Part, Progress

_LEAST_FREE_BYTES = 65_536
_SHARE_OF_WRITING = {LoopFormat.WAV: 0.98, LoopFormat.FLAC: 0.8}
_SHARE_OF_LOSSY = 0.85


class NameTakenError(StudioError):
    """A file that exists already; it is never overwritten."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"“{path.name}” exists already.", hint="Choose another name; nothing was overwritten."
        )
        self.path = path


@dataclass(frozen=True)
class Written:
    """What was written.

    Parameters
    ----------
    path : Path
        The finished file.
    verified : Verified
        What was found in it.
    repaired_samples, clipped_samples : int
        Samples that were not numbers or beyond −1…1, counted once a round.
    size_bytes : int
        Its size.
    """

    path: Path
    verified: Verified
    repaired_samples: int
    clipped_samples: int
    size_bytes: int


def write_runs(
    path: Path,
    kind: FileKind,
    runs: Sequence[Run],
    sample_rate: int,
    n_channels: int,
    progress: Progress,
    *,
    needed_bytes: int = 0,
    seam_frames: Sequence[int] = (),
    loop_tags: LoopTags | None = None,
    texts: Sequence[tuple[str, str]] = (),
) -> Written:
    """Write runs as a file, verify it, and only then give it its name.

    Parameters
    ----------
    path : Path
        The file; must not exist. Its folder is made if it is missing.
    kind : FileKind
        Format and depth.
    runs : sequence of Run
        What is played; in WAV and FLAC a round is encoded once, however often it is played, and in Opus where
        some rounds together are a whole number of packets.
    sample_rate, n_channels : int
        Of the runs; a rate that the format holds.
    progress : Progress
        Told several times a second; may cancel at any moment: nothing stays then.
    needed_bytes : int
        Expected size; refused before anything is written if there is less room.
    seam_frames : sequence of int
        Where the seams lie that must be alike.
    loop_tags : LoopTags or None
        Written into WAV, FLAC, OGG and Opus.
    texts : sequence of (str, str)
        Title, artist and the like.

    Returns
    -------
    Written
        With the exact length, found in the file.

    Raises
    ------
    NameTakenError
        If the file exists.
    DiskFullError, FolderNotWritableError
        If it does not fit or may not be written.
    UnwritableSoundError
        If the format cannot hold it.
    IncompleteFileError, UnequalSeamsError
        If what was written is not what it should be.
    """
    if path.exists():
        raise NameTakenError(path)
    kind.require_writable(n_channels)
    make_folder(path.parent)
    gate = Gate(clips=kind.bit_depth != 32 or kind.loop_format is not LoopFormat.WAV)
    share = _SHARE_OF_WRITING.get(kind.loop_format, _SHARE_OF_LOSSY)
    with atomic_path(path, needed_bytes=needed_bytes or None) as temporary:
        writing = Part(progress, 0.0, share - 0.05 if kind.loop_format is LoopFormat.WAV else share)
        _encode(
            temporary,
            path,
            kind,
            runs,
            sample_rate,
            n_channels,
            gate,
            writing,
            needed_bytes,
            loop_tags,
            texts,
        )
        if kind.loop_format is LoopFormat.WAV:
            checking = Part(progress, share - 0.05, share)
            verify_rounds(temporary, runs, sample_rate, n_channels, kind.bit_depth, checking)
        checked = verify(
            temporary,
            kind.loop_format,
            total_frames(runs),
            sample_rate,
            seam_frames,
            Part(progress, share, 1.0),
        )
        if path.exists():
            raise NameTakenError(path)
        size = temporary.stat().st_size
    return Written(path, checked, gate.repaired_samples, gate.clipped_samples, size)


def _encode(
    temporary: Path,
    path: Path,
    kind: FileKind,
    runs: Sequence[Run],
    sample_rate: int,
    n_channels: int,
    gate: Gate,
    progress: Progress,
    needed_bytes: int,
    loop_tags: LoopTags | None,
    texts: Sequence[tuple[str, str]],
) -> None:
    comments = loop_comments(loop_tags) if loop_tags else ()
    if kind.loop_format is LoopFormat.WAV:
        trailer = wave_trailer(sample_rate, loop_tags, texts)
        write_repeated_wave(
            temporary, runs, sample_rate, n_channels, kind.bit_depth, gate, progress, trailer=trailer
        )
        return
    named = [*((name.upper(), text) for name, text in texts), *comments]
    if kind.loop_format is LoopFormat.FLAC:
        write_repeated_flac(
            temporary, runs, sample_rate, n_channels, kind.bit_depth, gate, progress, comments=named
        )
    elif kind.loop_format is LoopFormat.OPUS:
        write_repeated_opus(temporary, runs, n_channels, gate, progress, comments=named)
    else:
        _encode_lossy(
            temporary,
            path,
            kind,
            runs,
            sample_rate,
            n_channels,
            gate,
            progress,
            needed_bytes,
            comments,
            texts,
        )


def _encode_lossy(
    temporary: Path,
    path: Path,
    kind: FileKind,
    runs: Sequence[Run],
    sample_rate: int,
    n_channels: int,
    gate: Gate,
    progress: Progress,
    needed_bytes: int,
    comments: Sequence[tuple[str, str]],
    texts: Sequence[tuple[str, str]],
) -> None:
    """Encode, and find out why an encoder failed: libsndfile does not keep the system's reason."""
    frames = total_frames(runs)
    try:
        write_lossy(
            temporary,
            kind.lossy,
            unrolled(runs),
            sample_rate,
            n_channels,
            frames,
            gate,
            progress,
            texts=texts,
            comments=comments,
        )
    except FAILURES as error:
        # What is still free would also be free for the file: try to write a little, which names the reason.
        with temporary.open("ab", buffering=0) as file:
            file.write(bytes(_LEAST_FREE_BYTES))
        free = free_bytes(path.parent)
        if free < _LEAST_FREE_BYTES:
            raise DiskFullError(path.parent, free, needed_bytes or None) from error
        with suppress(OSError):
            temporary.unlink()
        raise UnwritableSoundError(
            f"“{path.name}” could not be written.", hint="Choose another folder or format."
        ) from error
