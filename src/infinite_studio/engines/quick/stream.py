"""Splitting sound of any length passage by passage, at constant memory."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Samples
from infinite_studio.engines.quick.geometry import Geometry
from infinite_studio.engines.quick.masks import Mask, Spectra, context_windows, stem_masks

Reader: TypeAlias = Callable[[int, int], Samples]
"""Returns the samples ``(frames, channels)`` from a first frame up to, not including, a last one."""
StemBlock: TypeAlias = NDArray[np.float32]
"""Array ``(stems, frames, channels)``; the last stem is what the others leave."""

MaskMaker: TypeAlias = Callable[[Spectra, Geometry], tuple[Mask, ...]]
"""Returns the masks of all stems but the last, which is what they leave."""

MOST_WINDOWS = 256
_FEWEST_WINDOWS = 16
_PASSAGE_VALUES = 3_000_000


def quick_masks(spectra: Spectra, geometry: Geometry) -> tuple[Mask, ...]:
    """Return the masks of drums, bass and vocals."""
    masks = stem_masks(spectra, geometry)
    return masks.drums, masks.bass, masks.vocals


def split_stream(
    read: Reader, n_frames: int, n_channels: int, sample_rate: int, masks_of: MaskMaker = quick_masks
) -> Iterator[StemBlock]:
    """Yield the stems of a sound, block after block; their lengths add up to ``n_frames``.

    Needs about 100 MB beside the block itself, however long the sound.
    """
    geometry = Geometry.of(sample_rate)
    n_windows = geometry.window_count(n_frames)
    hop = geometry.hop_frames
    context = context_windows(n_channels)
    carried: StemBlock | None = None
    passage = _passage_windows(n_channels, geometry)
    for first in range(0, n_windows, passage):
        last = min(first + passage, n_windows)
        known = (max(first - context, 0), min(last + context, n_windows))
        spectra = _spectra(read, n_frames, geometry, *known)
        summed = _masked_stems(spectra, slice(first - known[0], last - known[0]), geometry, masks_of)
        if carried is not None:
            summed[:, : carried.shape[1]] += carried
        n_done = (last - first) * hop
        carried = summed[:, n_done:].copy()
        start = geometry.first_frame(first)
        begin, end = max(start, 0), min(start + n_done, n_frames)
        if end > begin:
            block = summed[:, begin - start : end - start]
            yield _with_remainder(block, read(begin, end))


def _passage_windows(n_channels: int, geometry: Geometry) -> int:
    """Return how many windows are worked on at once: fewer for many channels and high rates."""
    per_window = n_channels * (geometry.window_frames // 2 + 1)
    return min(max(_PASSAGE_VALUES // per_window, _FEWEST_WINDOWS), MOST_WINDOWS)


def _spectra(read: Reader, n_frames: int, geometry: Geometry, first: int, last: int) -> Spectra:
    """Transform windows ``first`` to ``last``; beyond the sound is silence."""
    start = geometry.first_frame(first)
    end = geometry.first_frame(last - 1) + geometry.window_frames
    inside = read(max(start, 0), min(end, n_frames))
    margins = (max(-start, 0), max(end - n_frames, 0))
    channels = np.ascontiguousarray(np.pad(inside, (margins, (0, 0))).T)
    windows = np.lib.stride_tricks.sliding_window_view(channels, geometry.window_frames, axis=1)
    windowed = windows[:, :: geometry.hop_frames].transpose(1, 0, 2) * geometry.window
    return np.asarray(np.fft.rfft(windowed, axis=2), np.complex64)


def _masked_stems(spectra: Spectra, core: slice, geometry: Geometry, masks_of: MaskMaker) -> StemBlock:
    """Return the masked stems of the core windows, overlapped and added."""
    return np.stack(
        [_resynthesised(spectra[core], mask[core], geometry) for mask in masks_of(spectra, geometry)]
    )


def _resynthesised(spectra: Spectra, mask: Mask, geometry: Geometry) -> NDArray[np.float32]:
    """Return masked spectra as samples ``(frames, channels)``: inverse transform, window, overlap-add."""
    hop = geometry.hop_frames
    pieces = np.fft.irfft(spectra * mask[:, np.newaxis, :], n=geometry.window_frames, axis=2)
    pieces *= geometry.window / 1.5
    n_windows, n_channels = spectra.shape[:2]
    quarters = pieces.reshape(n_windows, n_channels, 4, hop).transpose(2, 0, 3, 1)
    summed = np.zeros((n_windows + 3, hop, n_channels), np.float32)
    for index in range(4):
        summed[index : index + n_windows] += quarters[index]
    return summed.reshape(-1, n_channels)


def _with_remainder(block: StemBlock, original: Samples) -> StemBlock:
    """Append the stem that makes the sum the original."""
    other = original - block.sum(axis=0)
    return np.concatenate([block, other[np.newaxis]])
