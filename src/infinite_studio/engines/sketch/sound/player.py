"""Placing sounds in time, piece by piece: what rings on is remembered from one piece to the next."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from infinite_studio.engines.sketch.sound.envelope import ramp
from infinite_studio.engines.sketch.sound.stroke import Stereo
from infinite_studio.progress import Progress

_CHOKE_FRAMES = 256


@dataclass(frozen=True, slots=True)
class Cue:
    """A sound that starts at a frame; ``stop`` is where it is choked, else None."""

    start: int
    key: object
    gain: float
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class Ringing:
    """A cue with its sound."""

    cue: Cue
    sound: Stereo

    @property
    def end(self) -> int:
        """First frame at which it is silent."""
        return self.cue.start + int(self.sound.shape[1])


class Player:
    """Gives the sounds of cues for each piece of time in turn.

    Parameters
    ----------
    cues : sequence of Cue
        In any order.
    sound_of : callable
        What makes the sound of a cue.
    """

    def __init__(self, cues: Sequence[Cue], sound_of: Callable[[Cue], Stereo]) -> None:
        self._waiting = sorted(cues, key=lambda cue: cue.start, reverse=True)
        self._sound_of = sound_of
        self._ringing: list[Ringing] = []

    def heard(self, where: slice, progress: Progress) -> Iterator[tuple[Cue, slice, Stereo]]:
        """Yield every cue that sounds within the piece, its place there and what of it is heard."""
        while self._waiting and self._waiting[-1].start < where.stop:
            progress.report(0.0)
            cue = self._waiting.pop()
            self._ringing.append(Ringing(cue, _choked(cue, self._sound_of(cue))))
        for ringing in self._ringing:
            start, stop = max(ringing.cue.start, where.start), min(ringing.end, where.stop)
            if start < stop:
                sound = ringing.sound[:, start - ringing.cue.start : stop - ringing.cue.start]
                yield ringing.cue, slice(start - where.start, stop - where.start), sound
        self._ringing = [ringing for ringing in self._ringing if ringing.end > where.stop]


def _choked(cue: Cue, sound: Stereo) -> Stereo:
    """Return the sound, cut off softly where the cue says so."""
    if cue.stop is None:
        return sound
    length = cue.stop + _CHOKE_FRAMES - cue.start
    if length >= sound.shape[1]:
        return sound
    cut = sound[:, :length].copy()
    fade = min(_CHOKE_FRAMES, length)
    cut[:, -fade:] *= ramp(fade)[::-1]
    return cut
