"""Write an extended loop: hours of sound, whole or not at all, and verified before it gets its name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from infinite_studio.audio.files import DiskFullError, atomic_path, free_bytes, made_folder
from infinite_studio.audio.loop_tags import LoopTags, loop_comments, wave_trailer
from infinite_studio.audio.lossy import FAILURES, write_lossy
from infinite_studio.audio.repeated_flac import write_repeated_flac
from infinite_studio.audio.repeated_opus import write_repeated_opus
from infinite_studio.audio.repeated_wave import write_repeated_wave
from infinite_studio.audio.runs import LongSound
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
    sound: LongSound,
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
    sound : LongSound
        What is played, at a rate that the format holds; in WAV and FLAC a round is encoded once, however often it is
        played, and in Opus where some rounds together are a whole number of packets.
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
    kind.require_writable(sound.n_channels)
    gate = Gate(clips=kind.bit_depth != 32 or kind.loop_format is not LoopFormat.WAV)
    share = _SHARE_OF_WRITING.get(kind.loop_format, _SHARE_OF_LOSSY)
    with made_folder(path.parent), atomic_path(path, needed_bytes=needed_bytes or None) as temporary:
        writing = Part(progress, 0.0, share - 0.05 if kind.loop_format is LoopFormat.WAV else share)
        _encode(temporary, path, kind, sound, gate, writing, needed_bytes, loop_tags, texts)
        if kind.loop_format is LoopFormat.WAV:
            verify_rounds(temporary, sound, kind.bit_depth, Part(progress, share - 0.05, share))
        checking = Part(progress, share, 1.0)
        checked = verify(
            temporary, kind.loop_format, sound.n_frames, sound.sample_rate, seam_frames, checking
        )
        if path.exists():
            raise NameTakenError(path)
        size = temporary.stat().st_size
    return Written(path, checked, gate.repaired_samples, gate.clipped_samples, size)


def _encode(
    temporary: Path,
    path: Path,
    kind: FileKind,
    sound: LongSound,
    gate: Gate,
    progress: Progress,
    needed_bytes: int,
    loop_tags: LoopTags | None,
    texts: Sequence[tuple[str, str]],
) -> None:
    comments = loop_comments(loop_tags) if loop_tags else ()
    named = [*((name.upper(), text) for name, text in texts), *comments]
    match kind.loop_format:
        case LoopFormat.WAV:
            trailer = wave_trailer(sound.sample_rate, loop_tags, texts)
            write_repeated_wave(temporary, sound, kind.bit_depth, gate, progress, trailer=trailer)
        case LoopFormat.FLAC:
            write_repeated_flac(temporary, sound, kind.bit_depth, gate, progress, comments=named)
        case LoopFormat.OPUS:
            write_repeated_opus(temporary, sound, gate, progress, comments=named)
        case _:
            with _lossy_failures(temporary, path, needed_bytes):
                write_lossy(temporary, kind.lossy, sound, gate, progress, texts=texts, comments=comments)


@contextmanager
def _lossy_failures(temporary: Path, path: Path, needed_bytes: int) -> Iterator[None]:
    """Find out why an encoder failed: libsndfile does not keep the system's reason."""
    try:
        yield
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
