"""Where bars begin, and which pitch classes sound in each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Mono
from infinite_studio.analysis.onsets import HOP_FRAMES, MOMENT_RATE, spectrum_blocks
from infinite_studio.progress import Part, Progress

_WINDOW_FRAMES = 16_384
_HOP_FRAMES = 2_048
ROW_SECONDS = _HOP_FRAMES / ANALYSIS_RATE
"""From one row of `chroma_rows` to the next."""

_SHORT_WINDOW_FRAMES, _LOW_HZ = 1_024, 150.0
_BASS_HZ, _MIDDLE_HZ, _TREBLE_HZ = (36.0, 180.0), (150.0, 1_600.0), 1_600.0
_BEATS_PER_BAR = 4
_BASS_BEATS = 1.5
_DRONE_SHARE = 0.8
_LEAST_BARS_FOR_DRONE = 4
_START_BONUS, _BAR_START_BONUS = 1.3, 1.4
_START_TOLERANCE_BEATS = 0.12

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Bars:
    """The bars of a sound.

    Parameters
    ----------
    starts_seconds : tuple of float
        Where each whole bar begins; empty where the sound is shorter than one.
    chroma : ndarray of float64, shape (bars, 12)
        How much of each pitch class sounds between 150 and 1,600 Hz, from C; each row sums to 1 or is zero.
    bass : ndarray of float64, shape (bars, 12)
        The same between 36 and 180 Hz within the first one and a half beats, where basses play the root; what sounds
        in every bar alike, such as a bass drum, is taken out.
    """

    starts_seconds: tuple[float, ...]
    chroma: Values
    bass: Values


def find_bars(mono: Mono, strength: Values, tempo_bpm: float, progress: Progress) -> Bars:
    """Find where bars of four beats begin, and what sounds in them.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `ANALYSIS_RATE`.
    strength : ndarray, shape (moments,)
        Its onset strength.
    tempo_bpm : float
        Its tempo.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    Bars
        The beat's phase is where onsets are strongest, low ones counting twice, the bar's where the harmony changes most; a bar that begins
        where the sound does counts a little more, because so most loops are cut.
    """
    chroma, bass = chroma_rows(mono, Part(progress, 0.0, 0.7))
    low = low_onsets(mono, Part(progress, 0.7, 1.0))
    beat_seconds = 60.0 / tempo_bpm
    seconds = mono.size / ANALYSIS_RATE
    first = beat_phase(strength / max(strength.std(), 1e-9) + low / max(low.std(), 1e-9), beat_seconds)
    beats = np.arange(first, seconds, beat_seconds)
    by_beat = _mean_over(chroma + bass, beats, beat_seconds)
    shift = _bar_phase(by_beat, starts_with_sound=first < _START_TOLERANCE_BEATS * beat_seconds)
    bar_seconds = _BEATS_PER_BAR * beat_seconds
    starts = first + shift * beat_seconds + bar_seconds * np.arange(int(seconds / bar_seconds) + 1)
    whole = starts[starts + 0.9 * bar_seconds <= seconds]
    return bars_at(whole, bar_seconds, beat_seconds, chroma, bass)


def bars_at(
    starts_seconds: NDArray[np.floating],
    bar_seconds: float,
    beat_seconds: float,
    chroma: Values,
    bass: Values,
) -> Bars:
    """Gather what sounds in bars that are known.

    Parameters
    ----------
    starts_seconds : ndarray, shape (bars,)
        Where they begin.
    bar_seconds, beat_seconds : float
        How long one bar and one beat last.
    chroma, bass : ndarray, shape (rows, 12)
        As `chroma_rows` returns them.

    Returns
    -------
    Bars
        One row for each start.
    """
    return Bars(
        tuple(float(start) for start in starts_seconds),
        _normalised(_mean_over(chroma, starts_seconds, bar_seconds)),
        _normalised(_without_drone(_mean_over(bass, starts_seconds, _BASS_BEATS * beat_seconds))),
    )


def chroma_rows(mono: Mono, progress: Progress) -> tuple[Values, Values]:
    """Return how strongly the twelve pitch classes sound in the middle and in the bass.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `ANALYSIS_RATE`.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    tuple of ndarray of float64, shape (rows, 12)
        150 to 1,600 Hz and 36 to 180 Hz, from C, one row each 93 ms.
    """
    hz = np.fft.rfftfreq(_WINDOW_FRAMES, 1 / ANALYSIS_RATE)
    middle, bass = _fold(hz, *_MIDDLE_HZ), _fold(hz, *_BASS_HZ)
    top = int(_TREBLE_HZ * _WINDOW_FRAMES / ANALYSIS_RATE) + 2
    rows = []
    for block in spectrum_blocks(mono, _WINDOW_FRAMES, _HOP_FRAMES, progress):
        tones = np.sqrt(_peaks_only(block[:, :top].astype(np.float64)))
        rows.append(np.hstack([tones @ middle[:top], tones @ bass[:top]]))
    folded = np.concatenate(rows)
    return folded[:, :12], folded[:, 12:]


def low_onsets(mono: Mono, progress: Progress) -> Values:
    """Return how strongly something low begins at each moment: bass and bass drum keep the beat, cymbals often do not.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `ANALYSIS_RATE`.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    ndarray of float64, shape (moments,)
        `MOMENT_RATE` values per second, of what lies below 150 Hz.
    """
    n_low = int(_LOW_HZ * _SHORT_WINDOW_FRAMES / ANALYSIS_RATE) + 1
    blocks = spectrum_blocks(mono, _SHORT_WINDOW_FRAMES, HOP_FRAMES, progress)
    level = np.concatenate([block[:, :n_low].sum(axis=1) for block in blocks]).astype(np.float64)
    if level.size < 3:
        return np.zeros(level.size)
    log_level = np.log10(level + 1e-3 * max(float(level.max()), 1e-9))
    return np.pad(np.maximum(log_level[2:] - log_level[:-2], 0.0), 1)


def _peaks_only(magnitudes: Values) -> Values:
    """Keep what stands out from its neighbours in pitch: tones, and hardly any of the noise of drums."""
    peaks = np.zeros_like(magnitudes)
    middle = magnitudes[:, 2:-2]
    stands = (middle >= magnitudes[:, 1:-3]) & (middle >= magnitudes[:, 3:-1])
    stands &= middle > 1.5 * np.minimum(magnitudes[:, :-4], magnitudes[:, 4:])
    peaks[:, 2:-2] = np.where(stands, middle, 0.0)
    return peaks


def _fold(hz: NDArray[np.floating], low_hz: float, high_hz: float) -> Values:
    """Return weights ``(bins, 12)`` that fold a range of frequencies to pitch classes."""
    weights = np.zeros((hz.size, 12))
    inside = np.flatnonzero((hz >= low_hz) & (hz <= high_hz))
    pitches = 69 + 12 * np.log2(hz[inside] / 440)
    nearest = np.round(pitches)
    weights[inside, nearest.astype(int) % 12] = np.cos(np.pi * (pitches - nearest)) ** 2
    return weights


def beat_phase(strength: Values, beat_seconds: float, start_bonus: float = _START_BONUS) -> float:
    """Return where the first beat falls.

    Parameters
    ----------
    strength : ndarray, shape (moments,)
        Onset strength, `MOMENT_RATE` values per second.
    beat_seconds : float
        How long one beat lasts.
    start_bonus : float
        How many times more a beat counts that falls where the sound begins.

    Returns
    -------
    float
        Seconds from the start, less than one beat.
    """
    n_phases = 48
    beats = int(strength.size / MOMENT_RATE / beat_seconds)
    if beats < 1:
        return 0.0
    phases = np.arange(n_phases) / n_phases * beat_seconds
    places = (phases[:, np.newaxis] + np.arange(beats) * beat_seconds) * MOMENT_RATE
    smooth = np.convolve(strength, np.hanning(7)[1:-1], mode="same")
    found = smooth[np.minimum(np.round(places).astype(int), strength.size - 1)].mean(axis=1)
    edge = np.minimum(phases, beat_seconds - phases) < _START_TOLERANCE_BEATS * beat_seconds
    best = int((found * np.where(edge, start_bonus, 1.0)).argmax())
    return 0.0 if edge[best] else float(phases[best])


def _bar_phase(by_beat: Values, *, starts_with_sound: bool) -> int:
    """Return how many beats after the first one a bar begins."""
    if by_beat.shape[0] < 2 * _BEATS_PER_BAR:
        return 0
    unit = by_beat / np.maximum(np.linalg.norm(by_beat, axis=1, keepdims=True), 1e-12)
    change = 1.0 - np.sum(unit[1:] * unit[:-1], axis=1)
    scores = [float(change[(shift - 1) % _BEATS_PER_BAR :: _BEATS_PER_BAR].mean()) for shift in range(4)]
    scores[0] *= _BAR_START_BONUS if starts_with_sound else 1.0
    return int(np.argmax(scores))


def _mean_over(rows: Values, starts_seconds: NDArray[np.floating], length_seconds: float) -> Values:
    """Return the mean of the rows within each span."""
    firsts = np.round(starts_seconds / ROW_SECONDS).astype(int)
    lasts = np.round((starts_seconds + length_seconds) / ROW_SECONDS).astype(int)
    means = [
        rows[first : max(last, first + 1)].mean(axis=0) if first < rows.shape[0] else np.zeros(rows.shape[1])
        for first, last in zip(firsts, lasts, strict=True)
    ]
    return np.array(means).reshape(len(means), rows.shape[1])


def _without_drone(rows: Values) -> Values:
    """Take out what is in all bars: the pitch of a bass drum, not that of a bass that moves."""
    if rows.shape[0] < _LEAST_BARS_FOR_DRONE:
        return rows
    return np.asarray(np.maximum(rows - _DRONE_SHARE * np.percentile(rows, 20, axis=0), 0.0))


def _normalised(rows: Values) -> Values:
    return np.asarray(rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-12))
