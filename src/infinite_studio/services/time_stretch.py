"""Change how long a sound lasts and leave its pitch alone: one method for drums, another for what rings."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Samples
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress

TONE_WINDOW_FRAMES, TONE_HOP_FRAMES = 4_096, 1_024
DRUM_WINDOW_FRAMES, DRUM_HOP_FRAMES = 512, 256
SEARCH_FRAMES = 256
NEARER_IS_BETTER = 0.001
"""What a whole search range away costs in likeness, so that a steady tone does not drift from period to period."""
ATTACK_SECONDS = 0.03
ONSET_GAP_SECONDS = 0.05
ONSET_HOP_FRAMES = 64
ONSET_RISE = 4.0
REPORT_EVERY = 100

Vector = NDArray[np.float64]
Wide = NDArray[np.float64]


def time_stretch(
    samples: Samples, ratio: float, stem_type: StemType, sample_rate: int, progress: Progress
) -> Samples:
    """Return a sound that lasts ``ratio`` times as long at the same pitch.

    Parameters
    ----------
    samples : ndarray of float32, shape (frames, 2)
        The sound.
    ratio : float
        Above 1 slower, below 1 faster.
    stem_type : StemType
        Drums are stretched between their hits, which stay as they are (WSOLA, Verhelst and Roelands 1993,
        with the time map held at every onset); everything else by a phase vocoder whose partials stay
        locked to their peaks (Laroche and Dolson 1999). Both channels are moved alike, so that the stereo
        picture stays.
    sample_rate : int
        Hz.
    progress : Progress
        Told every hundred windows.

    Returns
    -------
    ndarray of float32, shape (round(frames · ratio), 2)
    """
    n_frames = max(1, round(len(samples) * ratio))
    wide = np.asarray(samples, np.float64)
    stretcher = _stretch_drums if stem_type is StemType.DRUMS else _stretch_tones
    return stretcher(wide, ratio, n_frames, sample_rate, progress).astype(np.float32)


def _stretch_tones(wide: Wide, ratio: float, n_frames: int, _sample_rate: int, progress: Progress) -> Wide:
    size, hop = TONE_WINDOW_FRAMES, TONE_HOP_FRAMES
    window = np.hanning(size + 1)[:-1, np.newaxis]
    padded = np.pad(wide, ((size, 2 * size), (0, 0)))
    n_windows = n_frames // hop + 3
    out = np.zeros((n_windows * hop + size, wide.shape[1]))
    before: NDArray[np.complex128] | None = None
    for number in range(n_windows):
        if number % REPORT_EVERY == 0:
            progress.report(number / n_windows, "Stretching")
        start = min(round((number - 1) * hop / ratio) + size // 2, len(padded) - size)
        spectrum = np.fft.rfft(padded[start : start + size] * window, axis=0)
        if before is not None:
            earlier = padded[max(start - hop, 0) : max(start - hop, 0) + size].sum(axis=1)
            spectrum = spectrum * _turn(spectrum, before, np.fft.rfft(earlier * window[:, 0]))[:, np.newaxis]
        before = spectrum.sum(axis=1)
        out[number * hop : number * hop + size] += np.fft.irfft(spectrum, size, axis=0) * window
    # Squared Hann windows at a quarter of their length sum to 1.5.
    return out[hop + size // 2 : hop + size // 2 + n_frames] / 1.5


def _turn(
    spectrum: NDArray[np.complex128], before: NDArray[np.complex128], earlier: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    """Return by what each bin is turned: each peak goes on from its last phase, and takes its surroundings along."""
    turned = before * np.conj(earlier)
    size = np.abs(turned)
    turned = np.where(size > 0.0, turned / np.where(size > 0.0, size, 1.0), 1.0)
    level = np.abs(spectrum.sum(axis=1))
    inner = level[2:-2]
    is_peak = (inner > level[1:-3]) & (inner >= level[3:-1]) & (inner > level[:-4]) & (inner >= level[4:])
    peaks = np.flatnonzero(is_peak) + 2
    if not len(peaks):
        return np.asarray(turned)
    borders = (peaks[:-1] + peaks[1:] + 1) // 2
    owners = peaks[np.searchsorted(borders, np.arange(len(level)), side="right")]
    return np.asarray(turned[owners])


def _stretch_drums(wide: Wide, ratio: float, n_frames: int, sample_rate: int, progress: Progress) -> Wide:
    size, hop, margin = DRUM_WINDOW_FRAMES, DRUM_HOP_FRAMES, DRUM_WINDOW_FRAMES + SEARCH_FRAMES
    time_map, pins = _time_map(wide, ratio, n_frames, sample_rate)
    padded = np.pad(wide, ((margin, 2 * margin + size), (0, 0)))
    mono = padded.sum(axis=1)
    window = np.hanning(size + 1)[:-1, np.newaxis]
    n_windows = n_frames // hop + 2
    out = np.zeros((n_windows * hop + size, wide.shape[1]))
    last = 0
    for number in range(n_windows):
        if number % REPORT_EVERY == 0:
            progress.report(number / n_windows, "Stretching")
        at = (number - 1) * hop
        place = min(max(round(time_map(at)), -size), len(wide)) + margin
        if number and not pins(at):
            place = _best_place(mono, last + hop, place)
        out[number * hop : number * hop + size] += padded[place : place + size] * window
        last = place
    return out[hop : hop + n_frames]


def _best_place(mono: Vector, wished: int, place: int) -> int:
    """Return the place near another one where the sound looks most like what would have followed."""
    target = mono[min(wished, len(mono) - DRUM_WINDOW_FRAMES) :][:DRUM_WINDOW_FRAMES]
    first = max(place - SEARCH_FRAMES, 0)
    around = mono[first : place + SEARCH_FRAMES + DRUM_WINDOW_FRAMES]
    if len(around) < DRUM_WINDOW_FRAMES or not target.any():
        return place
    likeness = np.correlate(around, target, "valid")
    energy = np.convolve(np.square(around), np.ones(DRUM_WINDOW_FRAMES), "valid")
    scores = likeness / np.sqrt(np.maximum(energy * np.square(target).sum(), 1e-24))
    distance = np.abs(np.arange(len(scores)) + first - place) / SEARCH_FRAMES
    return first + int(np.argmax(scores - NEARER_IS_BETTER * distance))


def _time_map(
    wide: Wide, ratio: float, n_frames: int, sample_rate: int
) -> tuple[Callable[[int], float], Callable[[int], bool]]:
    """Return which frame is heard when, and whether that must be exact: around each onset time runs as it did."""
    # A window that ends before an onset may be searched this far ahead, and must not hear the onset early.
    size = DRUM_WINDOW_FRAMES + SEARCH_FRAMES
    onsets = [float(o) for o in _onsets(wide, sample_rate) if o < len(wide) - size]
    nodes: list[tuple[float, float]] = [(0.0, 0.0)]
    spans: list[tuple[float, float]] = []
    for onset, after in pairwise([*onsets, float(len(wide))]):
        gap = min(after - onset, (after - onset) * ratio) - size
        attack = max(0.0, min(ATTACK_SECONDS * sample_rate, gap / 2))
        heard = onset * ratio
        lead = min(size, onset - nodes[-1][1], heard - nodes[-1][0])
        if lead <= 0.0:
            continue
        nodes += [(heard - lead, onset - lead), (heard + attack, onset + attack)]
        spans.append((heard - lead, heard + attack))
    end = (float(n_frames), float(len(wide)))
    xs, ys = zip(*[n for n in nodes if n[0] < end[0] and n[1] < end[1]], end, strict=True)
    starts, ends = np.array([s for s, _ in spans]), np.array([e for _, e in spans])

    def is_pinned(at: int) -> bool:
        span = int(np.searchsorted(starts, at, side="right")) - 1
        return span >= 0 and at <= ends[span]

    return (lambda at: float(np.interp(at, xs, ys)) if at > 0 else float(at)), is_pinned


def _onsets(wide: Wide, sample_rate: int) -> Iterator[int]:
    """Yield the frames where a hit begins: where the energy of the upper range leaps."""
    mono = wide.mean(axis=1)
    edge = np.square(np.diff(mono, prepend=mono[:1]))
    whole = len(edge) // ONSET_HOP_FRAMES * ONSET_HOP_FRAMES
    energy = edge[:whole].reshape(-1, ONSET_HOP_FRAMES).mean(axis=1)
    if not len(energy) or energy.max() <= 0.0:
        return
    reach = max(1, round(0.01 * sample_rate / ONSET_HOP_FRAMES))
    padded = np.concatenate([np.full(reach, energy[0]), energy])
    earlier = np.array([padded[n : n + reach].max() for n in range(len(energy))])
    rises = energy / (earlier + 1e-4 * energy.max())
    last = -sample_rate
    for place in np.flatnonzero(rises > ONSET_RISE):
        frame = int(place) * ONSET_HOP_FRAMES
        if frame - last >= ONSET_GAP_SECONDS * sample_rate:
            yield frame
            last = frame
