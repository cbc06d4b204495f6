"""From the beats that a tracker heard to tempo and metre, or to the sentence that they make none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.beat_tracking import BeatHearing, BeatTracker, TrackedBeats
from infinite_studio.analysis.beats import as_played
from infinite_studio.analysis.excerpts import Mono
from infinite_studio.analysis.loop_length import LoopLength
from infinite_studio.analysis.tempo import NO_TEMPO, Tempo
from infinite_studio.errors import StudioError
from infinite_studio.progress import Progress

SLOWEST_BPM, FASTEST_BPM = 30.0, 300.0
TOO_FEW = "too few beats for a tempo"
IRREGULAR = "beats, but no regular tempo"
_LEAST_BEATS = 4
_REGULAR_SHARE = 0.7
_NEAR_SHARE, _NEAR_SECONDS = 0.12, 0.03
_LEAST_COVERAGE = 0.25
_SAME_TEMPO, _LENGTH_SECONDS = 0.005, 0.012
_BEATS_PER_BAR = range(2, 13)
_CLEAR_SHARE, _VERY_CLEAR_SHARE = 0.5, 0.8
_EIGHTHS_BPM, _EIGHTHS_PER_BAR, _EIGHTHS_PER_BEAT = 150.0, 6, 3

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TrackedRhythm:
    """What the beats of a tracker amount to.

    Parameters
    ----------
    tempo : Tempo
        `NO_TEMPO` where they make none.
    beats, downbeats : ndarray of float64
        When beats fall, and those that begin a bar, seconds.
    beats_per_bar : int or None
        None where too few bars are clear.
    complaint : str
        Completes “the tracker heard …” where there is no tempo.
    """

    tempo: Tempo
    beats: Values
    downbeats: Values
    beats_per_bar: int | None
    complaint: str = ""


class BeatFollower:
    """Leads a sound through a tracker; keeps the reason where it gives up, and goes on without it.

    Parameters
    ----------
    tracker : BeatTracker
        Any.
    """

    def __init__(self, tracker: BeatTracker) -> None:
        self.label = tracker.label
        self.failure = ""
        self._hearing: BeatHearing | None = None
        try:
            self._hearing = tracker.begin()
        except StudioError as error:
            self.failure = str(error)

    def hear(self, mono: Mono, progress: Progress) -> None:
        """Take what comes next of the sound.

        Parameters
        ----------
        mono : ndarray of float32, shape (frames,)
            At `infinite_studio.analysis.excerpts.ANALYSIS_RATE`.
        progress : Progress
            Told the share of it that is done; may cancel.
        """
        if self._hearing is not None:
            try:
                self._hearing.hear(mono, progress)
            except StudioError as error:
                self._give_up(error)

    def finish(self, progress: Progress) -> TrackedBeats | None:
        """Return the beats of the whole sound.

        Parameters
        ----------
        progress : Progress
            Told the share that is done; may cancel.

        Returns
        -------
        TrackedBeats or None
            None where the tracker gave up; ``failure`` says why.
        """
        if self._hearing is None:
            return None
        try:
            return self._hearing.finish(progress)
        except StudioError as error:
            self._give_up(error)
            return None

    def _give_up(self, error: StudioError) -> None:
        self.failure = str(error)
        self._hearing = None


def rhythm_of(
    tracked: TrackedBeats, duration_seconds: float, length: LoopLength | None = None
) -> TrackedRhythm:
    """Find the tempo and the metre that tracked beats make.

    Parameters
    ----------
    tracked : TrackedBeats
        What was heard.
    duration_seconds : float
        Length of the sound.
    length : LoopLength or None
        What that length would mean if the sound were a loop.

    Returns
    -------
    TrackedRhythm
        Without a tempo for fewer than four beats, for beats of which under 70 % follow one another at one interval (to
        12 % or 30 ms), for such in under a quarter of the sound, and outside of 30 to 300 BPM.

    Notes
    -----
    The tempo is the slope of the regression of times on the beats' numbers, as in `beats`; of a loop that lasts whole bars of
    nearly that tempo, exactly that one. Bars have as many beats as most downbeats are apart. Bars of six fast beats are 6/8.
    """
    times = tracked.beats_seconds
    if times.size < _LEAST_BEATS:
        return _nothing(TOO_FEW)
    gaps = np.diff(times)
    middle = float(np.median(gaps))
    is_regular = np.abs(gaps - middle) <= max(_NEAR_SHARE * middle, _NEAR_SECONDS)
    beat_seconds, share = float(gaps[is_regular].mean()), float(is_regular.mean())
    coverage = min(times.size * beat_seconds / max(duration_seconds, 1e-9), 1.0)
    is_tempo = SLOWEST_BPM <= 60 / beat_seconds <= FASTEST_BPM
    if share < _REGULAR_SHARE or coverage < _LEAST_COVERAGE or not is_tempo:
        return _nothing(IRREGULAR)
    beats = as_played(times, beat_seconds, duration_seconds)
    tempo_bpm, is_exact = beats.tempo_bpm, False
    if beats.is_steady and length is not None:
        tempo_bpm, is_exact = _by_length(tempo_bpm, times, length)
    confidence = share * float(np.sqrt(coverage)) * times.size / (times.size + 2)
    tempo = Tempo(round(tempo_bpm, 2), round(confidence, 3), is_exact)
    per_bar, downbeats = _bars(beats.times_seconds, tracked, beat_seconds)
    found = TrackedRhythm(tempo, beats.times_seconds, downbeats, per_bar)
    return _by_dotted_quarters(found) if _counts_eighths(found) else found


def _nothing(complaint: str) -> TrackedRhythm:
    return TrackedRhythm(NO_TEMPO, np.zeros(0), np.zeros(0), None, complaint)


def _by_length(tempo_bpm: float, times: Values, length: LoopLength) -> tuple[float, bool]:
    """Return the tempo of which the sound lasts whole bars, where the beats cannot be told from it."""
    tolerance = max(_SAME_TEMPO, _LENGTH_SECONDS / max(float(times[-1] - times[0]), 1e-9))
    fitting = [tempo for tempo in length.tempi_bpm if abs(tempo / tempo_bpm - 1) < tolerance]
    if not fitting:
        return tempo_bpm, False
    return min(fitting, key=lambda tempo: abs(tempo - tempo_bpm)), True


def _bars(beats: Values, tracked: TrackedBeats, beat_seconds: float) -> tuple[int | None, Values]:
    """Return beats per bar and the beats that begin one; regular where nearly all downbeats agree."""
    downs = tracked.downbeats_seconds
    if downs.size < 2 or not beats.size:
        return None, downs
    places = np.abs(beats[:, np.newaxis] - downs).argmin(axis=0)
    is_near = np.abs(beats[places] - downs) < beat_seconds / 2
    places = np.unique(places[is_near])
    counts = np.bincount(np.diff(places)) if places.size > 1 else np.zeros(1, int)
    per_bar = int(counts.argmax())
    if per_bar not in _BEATS_PER_BAR or counts[per_bar] < _CLEAR_SHARE * (places.size - 1):
        return None, beats[places]
    phases = np.bincount(places % per_bar, minlength=per_bar)
    if phases.max() >= _VERY_CLEAR_SHARE * places.size:
        return per_bar, beats[int(phases.argmax()) :: per_bar]
    return per_bar, beats[places]


def _counts_eighths(found: TrackedRhythm) -> bool:
    tempo_bpm = found.tempo.tempo_bpm or 0.0
    return found.beats_per_bar == _EIGHTHS_PER_BAR and tempo_bpm >= _EIGHTHS_BPM


def _by_dotted_quarters(found: TrackedRhythm) -> TrackedRhythm:
    assert found.tempo.tempo_bpm is not None
    first = int(np.searchsorted(found.beats, found.downbeats[0] - 1e-6)) % _EIGHTHS_PER_BEAT
    tempo_bpm = round(found.tempo.tempo_bpm / _EIGHTHS_PER_BEAT, 2)
    tempo = Tempo(tempo_bpm, found.tempo.confidence, found.tempo.is_from_length, _EIGHTHS_PER_BEAT)
    return TrackedRhythm(tempo, found.beats[first::_EIGHTHS_PER_BEAT], found.downbeats, 2)
