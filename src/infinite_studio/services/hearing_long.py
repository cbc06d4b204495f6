"""Sounds of any length as engines hear them: of long ones only what counts is held in memory."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.reading import open_sound, read_audio
from infinite_studio.progress import Progress

HEARD_SECONDS = 120.0
"""So much of its beginning counts of a sound whose tune or character is followed."""
LONG_SECONDS = 600.0
_LONGEST_SECONDS = 24 * 3600.0


def read_beginning(path: Path, progress: Progress) -> Audio:
    """Read a sound, or of a long one what engines follow and one frame more, which says that it goes on.

    Raises
    ------
    UnreadableSoundError
        If no usable sound comes out of it.
    """
    if not is_long(path):
        return read_audio(path, progress)
    with open_sound(path, _LONGEST_SECONDS) as reader:
        rate, pieces = reader.info.sample_rate, list[Samples]()
        wanted = round(HEARD_SECONDS * rate) + 1
        for piece in _counted(reader.blocks(), wanted, progress):
            pieces.append(piece)
    return Audio(np.concatenate(pieces), rate)


def read_before(path: Path, end_seconds: float | None, seconds: float, progress: Progress) -> Audio:
    """Read what comes before a place in a long sound, or before its end; at constant memory.

    Raises
    ------
    UnreadableSoundError
        If no usable sound comes out of it.
    """
    with open_sound(path, _LONGEST_SECONDS) as reader:
        rate = reader.info.sample_rate
        end = None if end_seconds is None else round(end_seconds * rate)
        expected = end or reader.info.n_frames or round(_LONGEST_SECONDS * rate)
        wanted, held = round(seconds * rate), 0
        pieces: deque[Samples] = deque()
        for piece in _counted(
            reader.blocks(), expected if end is None else end, progress, ends=end is not None
        ):
            pieces.append(piece.copy())
            held += len(piece)
            while held - len(pieces[0]) >= wanted:
                held -= len(pieces.popleft())
    return Audio(np.concatenate(pieces)[-wanted:], rate)


def is_long(path: Path) -> bool:
    """Whether a sound is too long to be held in memory for the little that counts of it."""
    with open_sound(path, _LONGEST_SECONDS) as reader:
        return (reader.info.duration_seconds or 0.0) > LONG_SECONDS


def _counted(
    blocks: Iterator[Samples], n_frames: int, progress: Progress, *, ends: bool = True
) -> Iterator[Samples]:
    """Yield blocks up to so many frames, or all of them where the number is only expected."""
    done = 0
    for block in blocks:
        piece = block[: n_frames - done] if ends else block
        done += len(piece)
        progress.report(min(done / max(n_frames, 1), 1.0), "Reading")
        yield piece
        if ends and done >= n_frames:
            return
