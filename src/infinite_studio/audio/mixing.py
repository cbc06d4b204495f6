"""Mixing: one code for what is heard and what is exported."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from infinite_studio.audio.audio import Samples

SILENT_DB = -60.0


@dataclass(frozen=True, eq=False)
class Segment:
    """A run of samples at a place in the mix.

    Parameters
    ----------
    samples : ndarray of float32, shape (frames, 1 or 2)
        At the program's rate; may be a read-only memory map.
    start_frame : int
        Where it begins in the mix.
    gain : float
        Linear.
    """

    samples: Samples
    start_frame: int
    gain: float = 1.0

    @property
    def end_frame(self) -> int:
        """First frame after the segment."""
        return self.start_frame + int(self.samples.shape[0])


@dataclass(frozen=True, eq=False)
class Strip:
    """A mixer strip: segments with a gain for each side; gains of zero mute it."""

    strip_id: str
    segments: tuple[Segment, ...]
    gain_left: float = 1.0
    gain_right: float = 1.0

    @property
    def is_silent(self) -> bool:
        """Whether nothing of the strip can be heard."""
        return self.gain_left == 0.0 and self.gain_right == 0.0


@dataclass(frozen=True, eq=False)
class Program:
    """Everything that the transport plays or the exporter renders.

    Parameters
    ----------
    sample_rate : int
        Of all segments, Hz.
    strips : tuple of Strip
        Summed in this order.
    length_frames : int
        Where playing ends.
    loop : tuple of int or None
        First frame of the loop and first frame after it.
    """

    sample_rate: int
    strips: tuple[Strip, ...] = ()
    length_frames: int = 0
    loop: tuple[int, int] | None = None

    def mix(self, start_frame: int, n_frames: int) -> Samples:
        """Sum the strips over a range, ignoring the loop.

        Parameters
        ----------
        start_frame : int
            First frame; frames outside of every segment are silent.
        n_frames : int
            Length of the result.

        Returns
        -------
        ndarray of float32, shape (n_frames, 2)
            Not limited: may exceed −1…1.
        """
        mixed = np.zeros((n_frames, 2), np.float32)
        for strip in self.strips:
            if not strip.is_silent:
                mixed += strip_block(strip, start_frame, n_frames)
        return mixed


def strip_block(strip: Strip, start_frame: int, n_frames: int) -> Samples:
    """Return what one strip adds to a range of the mix, shape ``(n_frames, 2)``."""
    block = np.zeros((n_frames, 2), np.float32)
    sides = np.array([strip.gain_left, strip.gain_right], np.float32)
    for segment in strip.segments:
        first = max(start_frame, segment.start_frame)
        last = min(start_frame + n_frames, segment.end_frame)
        if first < last:
            source = segment.samples[first - segment.start_frame : last - segment.start_frame]
            block[first - start_frame : last - start_frame] += source * (sides * np.float32(segment.gain))
    return block


def gain_of_db(gain_db: float) -> float:
    """Return the linear gain; −60 dB and below is silence, as on a fader's lower end."""
    return 0.0 if gain_db <= SILENT_DB else 10.0 ** (gain_db / 20.0)


def pan_gains(gain_db: float, pan: float) -> tuple[float, float]:
    """Return the gains of left and right for a balance control: 0 dB on both sides at the centre.

    Parameters
    ----------
    gain_db : float
        Fader.
    pan : float
        −1 left to +1 right; the far side falls by a quarter sine, the near side stays.
    """
    gain = gain_of_db(gain_db)
    placed = min(max(pan, -1.0), 1.0)
    left = gain * math.cos(max(placed, 0.0) * math.pi / 2)
    right = gain * math.cos(max(-placed, 0.0) * math.pi / 2)
    return (0.0 if left < 1e-9 else left, 0.0 if right < 1e-9 else right)


def sum_of(parts: Sequence[Samples]) -> Samples:
    """Return the sum of equally shaped samples, added in float64 and rounded once."""
    total = np.zeros(parts[0].shape, np.float64)
    for part in parts:
        total += part
    return total.astype(np.float32)
