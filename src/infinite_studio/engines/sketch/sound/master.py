"""The last stage: stems balanced against each other, the whole glued, brought to its loudness and kept below full scale.

The master is one gain curve for all stems, see `docs/decisions/0009-master-on-stems.md`: they go on summing to the mix.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.chunks import chunks
from infinite_studio.engines.sketch.sound.dynamics import Curve, limited, master_curve
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, drawn_out, ramp
from infinite_studio.engines.sketch.sound.levels import (
    BLOCK_FRAMES,
    SILENCE_LUFS,
    Energies,
    Weighting,
)
from infinite_studio.engines.sketch.sound.true_peak import peaks_between
from infinite_studio.progress import Progress

Samples = NDArray[np.float32]
"""Array ``(frames, 2)`` of float32."""
_STEM_LUFS = -18.0
_FADE_SECONDS = 0.02
_RISE_FRAMES = 48
_NEAR_CEILING = 0.55


@dataclass(frozen=True)
class Mastering:
    """What the master does: one gain for every block of 64 frames, the same for every stem.

    ``gains`` has one more value at either end, for the way in and out; a loop has no fades.
    """

    gains: Curve
    is_loop: bool

    def apply(self, parts: Sequence[Samples], levels: Sequence[float], progress: Progress) -> Samples:
        """Bring stems to their levels and through the master in place; return their sum."""
        n_frames = parts[0].shape[0]
        mixed = np.empty_like(parts[0])
        for where in chunks(n_frames, progress):
            gains = np.repeat(self._drawn(where, n_frames), 2)
            pieces = [part[where].reshape(-1) for part in parts]
            for piece, level in zip(pieces, levels, strict=True):
                np.multiply(piece, gains * np.float32(level), out=piece)
            mixed[where] = _sum(pieces).reshape(-1, 2)
        return mixed

    def _drawn(self, where: slice, n_frames: int) -> Curve:
        """Return the gain of each frame of a piece."""
        first, last = where.start // BLOCK_FRAMES, -(-where.stop // BLOCK_FRAMES)
        gains = drawn_out(self.gains[first : last + 2], BLOCK_FRAMES)[: where.stop - where.start]
        return gains if self.is_loop else gains * _ends(where, n_frames)


def level_of(loudness_lufs: float, stem_db: float) -> float:
    """Return the gain that brings a stem of a loudness to its level against the others; 1 for silence."""
    return 10.0 ** ((stem_db + _STEM_LUFS - loudness_lufs) / 20.0) if loudness_lufs > SILENCE_LUFS else 1.0


def mastering_of(
    parts: Sequence[Samples],
    levels: Sequence[float],
    target_lufs: float,
    progress: Progress,
    *,
    glue: float = 0.5,
    is_loop: bool = False,
) -> Mastering:
    """Return the master's gains for a mix of stems at their levels; ``glue`` as in `master_curve`."""
    peaks, energies = _measured(parts, levels, progress)
    gains = master_curve(peaks, energies, target_lufs, glue=glue, is_loop=is_loop)
    if _sharpened(peaks, parts, levels, float(gains.max())):
        gains = master_curve(peaks, energies, target_lufs, glue=glue, is_loop=is_loop)
    return Mastering(gains, is_loop)


def held_back(
    stem: Samples, others: Sequence[Samples], progress: Progress, *, is_loop: bool = False
) -> Samples:
    """Return a stem turned down around every place where it takes the sum over the ceiling; itself where none is."""
    parts = [stem, *others]
    levels = [1.0] * len(parts)
    peaks, _ = _measured(parts, levels, progress)
    _sharpened(peaks, parts, levels, 1.0)
    rest = _measured(others, levels[1:], progress)[0]
    gains = limited(peaks, np.ones_like(peaks), is_loop=is_loop)
    if float(gains.min()) == 1.0:
        return stem
    room = np.maximum(peaks * gains - rest, 0.0) / np.maximum(peaks - rest, 1e-6)
    gains = np.where(gains < 1.0, np.minimum(gains, room), 1.0).astype(np.float32)
    return Mastering(np.pad(gains, 1, mode="edge"), is_loop=True).apply([stem.copy()], [1.0], progress)


def _sum(parts: Sequence[Samples]) -> Samples:
    total = parts[0] + parts[1] if len(parts) > 1 else parts[0].copy()
    for part in parts[2:]:
        total += part
    return total


def _measured(
    parts: Sequence[Samples], levels: Sequence[float], progress: Progress
) -> tuple[NDArray[np.float32], Energies]:
    """Return the largest magnitude and the energy of the mix in each block of 64 frames."""
    peaks, energies = [], []
    weighting = Weighting()
    for where in chunks(parts[0].shape[0], progress):
        pieces = [part[where].reshape(-1) for part in parts]
        mixed = _sum([piece * np.float32(level) for piece, level in zip(pieces, levels, strict=True)])
        planes = np.ascontiguousarray(mixed.reshape(-1, 2).T)
        energies.append(weighting.energies(planes))
        if mixed.shape[0] % (2 * BLOCK_FRAMES):
            mixed = np.pad(mixed, (0, -mixed.shape[0] % (2 * BLOCK_FRAMES)))
        peaks.append(np.abs(mixed).reshape(-1, 2 * BLOCK_FRAMES).max(axis=1))
    return np.concatenate(peaks), np.concatenate(energies)


def _sharpened(
    peaks: NDArray[np.float32], parts: Sequence[Samples], levels: Sequence[float], gain: float
) -> bool:
    """Raise the peaks that come near the ceiling to what lies between the frames, in place; say whether there are any."""
    near = np.flatnonzero(peaks * gain > _NEAR_CEILING)
    if near.size:
        peaks[near] = np.maximum(peaks[near], peaks_between(parts, levels, near))
    return bool(near.size)


def _ends(where: slice, n_frames: int) -> NDArray[np.float32]:
    """Return the fades of the very ends within a piece."""
    gain = np.ones(where.stop - where.start, np.float32)
    rise = min(_RISE_FRAMES, n_frames)
    if where.start < rise:
        heard = ramp(rise)[where.start : where.stop]
        gain[: heard.shape[0]] *= heard
    fade = min(int(_FADE_SECONDS * SAMPLE_RATE), n_frames)
    begin = max(n_frames - fade, where.start)
    if begin < where.stop:
        first = begin - (n_frames - fade)
        gain[begin - where.start :] *= ramp(fade)[::-1][first : first + where.stop - begin]
    return gain
