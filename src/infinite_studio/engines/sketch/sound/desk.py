"""One stem's bus: its strips summed, driven, equalised; and the room behind it."""

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.biquads import Section, bell, high_pass, high_shelf
from infinite_studio.engines.sketch.sound.block_filter import BlockFilter
from infinite_studio.engines.sketch.sound.chunks import chunks
from infinite_studio.engines.sketch.sound.drum_track import DrumTrack
from infinite_studio.engines.sketch.sound.envelope import saturate
from infinite_studio.engines.sketch.sound.levels import SILENCE_LUFS, Weighting, gated_lufs
from infinite_studio.engines.sketch.sound.reverb import Room
from infinite_studio.engines.sketch.sound.strip import Strip
from infinite_studio.engines.sketch.sound.stroke import Stereo
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress

_DRIVEN = {StemType.DRUMS: 2.4, StemType.BASS: 1.2}
_LOUDEST_SUM = 1.3
_BASS_REFERENCE = 0.9


def equaliser(stem: StemType, brightness: float) -> list[Section]:
    """Return what a mixing engineer does first: no rumble, no mud, and as much air as the mood wants (−1 to 1)."""
    air = high_shelf(8000.0, 2.0 * brightness)
    return {
        StemType.DRUMS: [high_pass(28.0), bell(330.0, -2.0), air],
        StemType.BASS: [high_pass(26.0), bell(240.0, -1.5)],
        StemType.MELODY: [high_pass(85.0), bell(3200.0, -1.0), air],
    }.get(stem, [high_pass(75.0), bell(290.0, -2.5), air])


class StemBus:
    """Mixes one stem from beginning to end.

    Parameters
    ----------
    stem : StemType
        Which one: drums and bass are driven.
    drums : DrumTrack or None
        The drums, where they belong to this stem.
    strips : list of Strip
        The parts.
    drive : float
        How hard the bus is driven, 0 to about 1.5.
    brightness : float
        −1 to 1, from the mood.
    """

    def __init__(
        self, stem: StemType, drums: DrumTrack | None, strips: list[Strip], drive: float, brightness: float
    ) -> None:
        self._drums = drums
        self._strips = strips
        self._drive = drive * _DRIVEN.get(stem, 0.0)
        self._reference = _LOUDEST_SUM * drums.peak if drums is not None else _BASS_REFERENCE
        self._equaliser = BlockFilter(equaliser(stem, brightness))

    def render(
        self, onto: NDArray[np.float32], response: Stereo, wetness: float, progress: Progress
    ) -> float:
        """Fill a stem, shape ``(frames, 2)``, and return its loudness; one that nothing plays is left as it is."""
        if self._drums is None and not self._strips:
            return SILENCE_LUFS
        room, weighting, energies = Room(response), Weighting(), []
        sends = any(strip.sends for strip in self._strips) or (self._drums is not None and self._drums.sends)
        for where in chunks(onto.shape[0], progress):
            n_frames = where.stop - where.start
            dry, send = np.zeros((2, n_frames), np.float32), np.zeros(n_frames, np.float32)
            if self._drums is not None:
                self._drums.add(where, dry, send, progress)
            for strip in self._strips:
                strip.add(where, dry, send, progress)
            if self._drive > 0.0 and self._reference > 0.0:
                dry = saturate(dry * np.float32(1.0 / self._reference), self._drive)
            heard = self._equaliser.process(dry)
            if sends:
                send *= np.float32(wetness)
                heard += room.answer(send)
            onto[where, 0], onto[where, 1] = heard
            energies.append(weighting.energies(heard))
        return gated_lufs(np.concatenate(energies))
