"""Drag a sound out of the studio: a file that other programs may keep, because nothing here removes it."""

import filecmp
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.files import atomic_path, make_folder, safe_filename, unused_path
from infinite_studio.audio.mixing import gain_of_db
from infinite_studio.audio.writing import BitDepth, SoundFormat, write_blocks
from infinite_studio.history.values import Sound
from infinite_studio.progress import Part, Progress
from infinite_studio.services.rendering import BLOCK_FRAMES, NothingToRenderError
from infinite_studio.services.studio import Studio

AS_IT_CAME = frozenset({".wav", ".aif", ".aiff", ".flac", ".mp3", ".ogg", ".opus"})
"""Files of these kinds go out byte for byte; the sound of anything else, a video's say, is written as WAV."""
COPY_BYTES = 1 << 20


@dataclass(frozen=True)
class DraggedSound:
    """What is dragged of a stored sound; without a length, all of it. The track's fader and pan are left out."""

    object_id: str
    name: str
    source_offset_frames: int = 0
    length_frames: int | None = None
    gain_db: float = 0.0


def write_dragged(sounds: tuple[DraggedSound, ...], studio: Studio, progress: Progress) -> tuple[Path, ...]:
    """Write one file for each sound into the folder for what is dragged out, and return them in order.

    A sound that was imported and is dragged as it came is its own file again, byte for byte; anything else is a
    WAV. Nothing is ever overwritten; a file that is there already with the same content is given again.
    """
    folder = studio.folders.dragged
    make_folder(folder)
    made: list[Path] = []
    paths: list[Path] = []
    try:
        for done, sound in enumerate(sounds):
            part = Part(progress, done / len(sounds), (done + 1) / len(sounds))
            path = _write(sound, folder, studio, part)
            kept = _same_as_before(path)
            if kept == path:
                made.append(path)
            paths.append(kept)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    return tuple(paths)


def _write(sound: DraggedSound, folder: Path, studio: Studio, progress: Progress) -> Path:
    progress.report(0.0, f"Writing {sound.name}")
    n_frames = studio.bank.prepare(sound.object_id, Part(progress, 0.0, 0.5))
    original = _original(sound, n_frames, studio)
    if original is not None:
        path = unused_path(
            folder / safe_filename(sound.name, Path(original.original_file_name).suffix.lower())
        )
        _copy(studio.library.object_path(sound.object_id), path, Part(progress, 0.5, 1.0))
        return path
    path = unused_path(folder / safe_filename(sound.name, ".wav"))
    heard = _heard(sound, studio)
    gain = gain_of_db(sound.gain_db)
    progress.report(0.5, f"Writing {sound.name}")
    write_blocks(
        path,
        _blocks(heard, gain),
        sample_rate=studio.bank.sample_rate,
        n_channels=heard.shape[1],
        n_frames=heard.shape[0],
        sound_format=SoundFormat.WAV,
        bit_depth=BitDepth.FLOAT_32 if _peak(heard) * gain > 1.0 else BitDepth.INT_24,
        progress=Part(progress, 0.5, 1.0),
    )
    return path


def _heard(sound: DraggedSound, studio: Studio) -> Samples:
    samples = studio.bank.samples(sound.object_id)
    if samples is None:
        raise NothingToRenderError
    first = sound.source_offset_frames
    last = len(samples) if sound.length_frames is None else first + sound.length_frames
    heard = samples[first:last]
    if not heard.shape[0]:
        raise NothingToRenderError
    return heard


def _original(sound: DraggedSound, n_frames: int, studio: Studio) -> Sound | None:
    """Return the library's entry of the file that this sound is, where all of it is dragged unchanged."""
    is_whole = sound.length_frames is None or sound.length_frames >= n_frames
    if sound.source_offset_frames or sound.gain_db or not is_whole:
        return None
    known = (s for s in studio.library.sounds() if s.object_id == sound.object_id)
    return next((s for s in known if Path(s.original_file_name).suffix.lower() in AS_IT_CAME), None)


def _blocks(heard: Samples, gain: float) -> Iterator[Samples]:
    for start in range(0, heard.shape[0], BLOCK_FRAMES):
        yield heard[start : start + BLOCK_FRAMES] * np.float32(gain)


def _peak(heard: Samples) -> float:
    starts = range(0, heard.shape[0], BLOCK_FRAMES)
    return max(float(np.abs(heard[start : start + BLOCK_FRAMES]).max()) for start in starts)


def _copy(source: Path, target: Path, progress: Progress) -> None:
    size = max(source.stat().st_size, 1)
    with (
        atomic_path(target, needed_bytes=size) as temporary,
        source.open("rb") as reading,
        temporary.open("xb") as writing,
    ):
        while block := reading.read(COPY_BYTES):
            writing.write(block)
            progress.report(writing.tell() / size)


def _same_as_before(path: Path) -> Path:
    """Return an earlier file of the same name and content in place of a new one, which is removed then."""
    title = path.stem.rpartition(" (")[0] or path.stem
    for earlier in sorted(path.parent.glob(f"*{path.suffix}")):
        is_namesake = earlier.stem == title or earlier.stem.startswith(f"{title} (")
        if earlier != path and is_namesake and filecmp.cmp(earlier, path, shallow=False):
            path.unlink()
            return earlier
    return path
