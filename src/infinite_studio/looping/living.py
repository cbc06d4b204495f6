"""The living loop: a walk over variations that are joined on the bar, without repeating one too soon."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.looping.alignment import correlation
from infinite_studio.looping.crossfade import crossfaded
from infinite_studio.looping.problems import LoopingError

_BLOCK_FRAMES = 65_536


class TooFewPiecesError(LoopingError):
    """Fewer variations than the wished distance between repetitions needs."""

    def __init__(self, n_pieces: int, apart: int) -> None:
        super().__init__(
            f"{n_pieces} variations are too few to hear none again within {apart} others.",
            hint=f"Commit more variations, or let one come again after {max(n_pieces - 1, 0)}.",
        )
        self.n_pieces = n_pieces
        self.apart = apart


@dataclass(frozen=True, eq=False)
class Piece:
    """One variation.

    Parameters
    ----------
    name : str
        What the plan calls it.
    samples : ndarray of float32, shape (frames, channels)
        Whole bars, and perhaps a tail that rings on over what follows.
    body_frames : int
        Length of the whole bars.
    """

    name: str
    samples: Samples
    body_frames: int


class PieceSource(Protocol):
    """Where the pieces come from; they may be made only when they are first needed."""

    @property
    def names(self) -> Sequence[str]:
        """What the pieces are called, in order."""

    def piece(self, index: int) -> Piece:
        """Return one of them."""


def walk(n_pieces: int, apart: int, seed: int) -> Iterator[int]:
    """Yield which piece comes next, for ever.

    Parameters
    ----------
    n_pieces : int
        How many there are; the first begins.
    apart : int
        How many others lie at least between two times of the same piece; less than ``n_pieces``.
    seed : int
        Same seed, same walk.

    Raises
    ------
    TooFewPiecesError
        If there are not more pieces than ``apart``.
    """
    if n_pieces <= apart or n_pieces < 1:
        raise TooFewPiecesError(n_pieces, apart)
    random = np.random.Generator(np.random.PCG64(seed))
    counts, recent = np.zeros(n_pieces), [0]
    yield 0
    counts[0] = 1
    while True:
        allowed = [
            index for index in range(n_pieces) if index not in recent[len(recent) - apart :] or not apart
        ]
        # What was heard less often is likelier, so that nothing is forgotten.
        weights = 1.0 / (1.0 + counts[allowed] - counts[allowed].min())
        chosen = int(random.choice(allowed, p=weights / weights.sum()))
        counts[chosen] += 1
        recent = [*recent, chosen][-max(apart, 1) :]
        yield chosen


def steps_for(body_frames: Sequence[int], n_frames: int, apart: int, seed: int) -> list[int]:
    """Return the pieces that fill a length.

    Parameters
    ----------
    body_frames : sequence of int
        Length of each piece's whole bars.
    n_frames : int
        How much is to be filled.
    apart, seed : int
        As in `walk`.

    Returns
    -------
    list of int
        The last one begins within the length, and may go on beyond it.
    """
    steps: list[int] = []
    place = 0
    for index in walk(len(body_frames), apart, seed):
        if place >= n_frames:
            break
        steps.append(index)
        place += body_frames[index]
    return steps


@dataclass(frozen=True, eq=False)
class LivingRun:
    """A walk as one run of blocks.

    Parameters
    ----------
    source : PieceSource
        The pieces.
    steps : tuple of int
        Which ones, in order.
    round_frames : int
        Length of the whole; the last piece is cut there.
    join_frames : int
        Length of the crossfade between pieces that have no tail of their own.
    times : int
        1.
    """

    source: PieceSource
    steps: tuple[int, ...]
    round_frames: int
    join_frames: int
    times: int = 1

    def blocks(self) -> Iterator[Samples]:
        """Yield the walk block by block; only two pieces are held at a time."""
        left, tail = self.round_frames, None
        following = self.source.piece(self.steps[0])
        for number in range(len(self.steps)):
            current = following
            is_last = number + 1 == len(self.steps)
            following = current if is_last else self.source.piece(self.steps[number + 1])
            for part in _played(current, None if is_last else following, tail, self.join_frames):
                for start in range(0, part.shape[0], _BLOCK_FRAMES):
                    block = part[start : start + _BLOCK_FRAMES][:left]
                    if block.shape[0]:
                        yield block
                    left -= block.shape[0]
            tail = current.samples[current.body_frames :]


def _played(piece: Piece, following: Piece | None, tail: Samples | None, join: int) -> Iterator[Samples]:
    """Yield a piece's bars with the tail of the one before laid over them, led into the one that follows."""
    body = piece.samples[: piece.body_frames]
    head = min(0 if tail is None else tail.shape[0], piece.body_frames // 2)
    if head and tail is not None:
        yield np.asarray(body[:head] + tail[:head], np.float32)
    has_tail = piece.samples.shape[0] > piece.body_frames
    if following is None or has_tail:
        yield body[head:]
        return
    join = min(join, (piece.body_frames - head) // 2, following.body_frames // 2)
    yield body[head : piece.body_frames - join]
    if join:
        going = body[piece.body_frames - join :]
        coming = following.samples[following.body_frames - join : following.body_frames]
        yield crossfaded(going, coming, correlation(going, coming))
