"""After how long a sound comes again: lags, where they hold, and how exactly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.looping.listening import MATCH_RATE, Listened, Mono
from infinite_studio.progress import Progress

_MIN_OVERLAP_SECONDS = 1.2
_WINDOW_SECONDS = 4.0
_REPORT_EVERY = 200
_BLOCK_SECONDS = 0.1
_REFINE_SECONDS = 4.0
_SAME_LAG_SECONDS = 0.06

Curve = NDArray[np.floating]


@dataclass(frozen=True)
class Lag:
    """A lag after which a stretch of the sound comes again.

    Parameters
    ----------
    frames : int
        The lag at `MATCH_RATE`.
    quality : float
        0 to 1: how alike the best seconds are.
    coverage : float
        0 to 1: how much of everything that has a counterpart one lag later is like it, from where the run starts.
    start_frame, end_frame : int
        The run, at `MATCH_RATE`: from here to there the sound is like what comes one lag later.
    is_exact : bool
        Whether the waveforms themselves agree.
    """

    frames: int
    quality: float
    coverage: float
    start_frame: int
    end_frame: int
    is_exact: bool


def rough_lags(
    listened: Listened, min_seconds: float, max_seconds: float, progress: Progress
) -> list[tuple[int, int]]:
    """Return lags in rows that look promising, with the row where each matches best, the best first."""
    rows, rate = listened.rows, listened.rows_per_second
    count = rows.shape[0]
    first = max(int(min_seconds * rate), 1)
    last = min(int(max_seconds * rate) + 1, count - int(_MIN_OVERLAP_SECONDS * rate))
    if last <= first:
        return []
    similar = rows @ rows.T
    window = max(int(_WINDOW_SECONDS * rate), 2)
    local = np.full(last + 1, -1.0, np.float32)
    whole = np.full(last + 1, -1.0, np.float32)
    places = np.zeros(last + 1, np.int64)
    for lag in range(first, last + 1):
        if lag % _REPORT_EVERY == 0:
            progress.report((lag - first) / (last - first), "Looking for what comes again")
        diagonal = similar.diagonal(lag)
        size = min(window, diagonal.size)
        sums = np.concatenate([[0.0], np.cumsum(diagonal, dtype=np.float64)])
        means = (sums[size:] - sums[:-size]) / size
        places[lag] = int(means.argmax())
        # A match of a few rows says less than one of a whole window.
        local[lag] = means[places[lag]] * min(1.0, 0.7 + 0.3 * size / window)
        whole[lag] = sums[-1] / diagonal.size
    chosen = _peaks(local, 24) + _peaks(0.5 * local + 0.5 * whole, 24)
    return [(lag, int(places[lag])) for lag in dict.fromkeys(chosen)]


def _peaks(curve: Curve, n_best: int) -> list[int]:
    middle = curve[1:-1]
    found = np.flatnonzero((middle >= curve[:-2]) & (middle > curve[2:]) & (middle > 0)) + 1
    ends = [i for i in (int(curve.argmax()), curve.size - 1) if curve[i] > 0]
    found = np.unique(np.concatenate([found, np.array(ends, np.int64)]))
    return [int(i) for i in found[np.argsort(-curve[found], kind="stable")][:n_best]]


def waveform_lags(mono: Mono, min_seconds: float, max_seconds: float, n_best: int = 16) -> list[int]:
    """Return the lags in frames at which the waveform itself is most like itself."""
    import scipy.fft

    size = int(scipy.fft.next_fast_len(2 * mono.size, real=True))
    spectrum = scipy.fft.rfft(mono, size)
    products = scipy.fft.irfft(np.square(spectrum.real) + np.square(spectrum.imag), size)[: mono.size]
    energy = np.concatenate([[0.0], np.cumsum(np.square(mono, dtype=np.float64))])
    lags = np.arange(mono.size)
    head, tail = energy[mono.size - lags], energy[-1] - energy[lags]
    norm = np.sqrt(head * tail) + 0.002 * energy[-1] + 1e-12
    alike = products / norm
    first = int(min_seconds * MATCH_RATE)
    last = min(int(max_seconds * MATCH_RATE), mono.size - int(_MIN_OVERLAP_SECONDS * MATCH_RATE))
    found: list[int] = []
    apart = int(_SAME_LAG_SECONDS * MATCH_RATE)
    allowed = alike[first : last + 1].copy()
    while allowed.size and len(found) < n_best:
        best = int(allowed.argmax())
        if allowed[best] <= 0.05:
            break
        found.append(first + best)
        allowed[max(best - apart, 0) : best + apart + 1] = -1.0
    return found


def refined(mono: Mono, lag: int, place: int, tolerance: int) -> int:
    """Return the lag near a rough one at which the waveforms agree best around a place."""
    size = int(_REFINE_SECONDS * MATCH_RATE)
    start = max(0, min(place, mono.size - lag - size))
    pattern = mono[start : start + size]
    first = max(start + lag - tolerance, 0)
    there = mono[first : start + lag + size + tolerance]
    if there.size < pattern.size:
        pattern = pattern[: max(there.size - 2 * tolerance, 1)]
    alike = correlation_curve(pattern, there)
    return first + int(alike.argmax()) - start if alike.size else lag


def correlation_curve(pattern: Mono, there: Mono) -> NDArray[np.float64]:
    """Return the normalised correlation of a pattern with every place of a longer stretch (−1 to 1)."""
    # What wraps round falls on places that are not asked for: the longer one's length suffices.
    size = 1 << int(max(there.size, pattern.size) - 1).bit_length()
    products = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(pattern, size)), size)
    energy = np.concatenate([[0.0], np.cumsum(np.square(there, dtype=np.float64))])
    places = there.size - pattern.size + 1
    if places < 1:
        return np.zeros(0)
    windows = energy[pattern.size :] - energy[: -pattern.size or None]
    own = float(np.square(pattern, dtype=np.float64).sum())
    return np.asarray(products[:places] / np.sqrt(np.maximum(windows[:places] * own, 1e-12)))


def measured(listened: Listened, lag: int) -> Lag | None:
    """Return where and how well a lag holds; None where nothing is left to compare."""
    block = int(_BLOCK_SECONDS * MATCH_RATE)
    n_blocks = (listened.mono.size - lag) // block
    if n_blocks < int(_MIN_OVERLAP_SECONDS / _BLOCK_SECONDS):
        return None
    waves = _wave_match(listened.mono, lag, block, n_blocks)
    features = _feature_match(listened, lag, block, n_blocks)
    heard = _audible(listened, block, n_blocks)
    match = np.maximum(waves, 0.0) * 0.6 + np.maximum(features, 0.0) * 0.4
    window = min(int(_WINDOW_SECONDS / _BLOCK_SECONDS), n_blocks)
    sums = np.concatenate([[0.0], np.cumsum(match * heard)])
    weights = np.concatenate([[0.0], np.cumsum(heard)])
    shares = (sums[window:] - sums[:-window]) / np.maximum(weights[window:] - weights[:-window], 0.5 * window)
    best = int(shares.argmax())
    quality = float(shares[best])
    first, last = _run(match, heard, best, window, quality)
    rest = float(weights[-1] - weights[first])
    inside = float(sums[last] - sums[first])
    coverage = min(inside / max(quality * rest, 1e-6), 1.0) if rest > 0 else 0.0
    exact = bool(np.median(waves[best : best + window]) > 0.8)
    return Lag(lag, quality, coverage, first * block, last * block, exact)


def _wave_match(mono: Mono, lag: int, block: int, n_blocks: int) -> Curve:
    here = mono[: n_blocks * block].reshape(n_blocks, block)
    there = mono[lag : lag + n_blocks * block].reshape(n_blocks, block)
    products = np.einsum("ij,ij->i", here, there)
    powers = np.einsum("ij,ij->i", here, here) * np.einsum("ij,ij->i", there, there)
    return np.asarray(products / np.sqrt(powers + 1e-12), np.float32)


def _feature_match(listened: Listened, lag: int, block: int, n_blocks: int) -> Curve:
    """Return the likeness of the rows at the blocks' centres and one lag later, between rows in proportion."""
    rows, hop = listened.rows, listened.hop_frames
    places = (np.arange(n_blocks) + 0.5) * block / hop
    here = rows[np.minimum(np.rint(places).astype(int), rows.shape[0] - 1)]
    shifted = (np.rint(places) + lag / hop).clip(0, rows.shape[0] - 1)
    low = np.floor(shifted).astype(int)
    part = (shifted - low).astype(np.float32)[:, np.newaxis]
    there = rows[low] * (1 - part) + rows[np.minimum(low + 1, rows.shape[0] - 1)] * part
    lengths = np.maximum(np.linalg.norm(there, axis=1), 1e-6)
    return np.asarray(np.einsum("ij,ij->i", here, there) / lengths, np.float32)


def _audible(listened: Listened, block: int, n_blocks: int) -> Curve:
    """Return 0 for blocks of silence, 1 for others: silence is like silence, which says nothing."""
    places = np.rint((np.arange(n_blocks) + 0.5) * block / listened.hop_frames).astype(int)
    levels = listened.levels[np.minimum(places, listened.levels.size - 1)]
    return np.asarray(levels > float(np.percentile(listened.levels, 90)) * 1e-5, np.float32)


def _run(match: Curve, heard: Curve, best: int, window: int, quality: float) -> tuple[int, int]:
    """Return the blocks around the best window that go on being alike, short gaps allowed."""
    smooth = np.convolve(np.where(heard > 0, match, quality), np.full(5, 0.2), mode="same")
    good = smooth >= 0.72 * quality
    first, last = best, min(best + window, match.size)
    gap = 0
    for place in range(best - 1, -1, -1):
        gap = 0 if good[place] else gap + 1
        if gap > 5:
            break
        first = place if good[place] else first
    gap = 0
    for place in range(last, match.size):
        gap = 0 if good[place] else gap + 1
        if gap > 5:
            break
        last = place + 1 if good[place] else last
    return first, last
