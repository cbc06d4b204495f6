"""Tempo: how many beats a minute has, or that there is no clear beat."""

from dataclasses import dataclass, replace

import numpy as np

from infinite_studio.analysis.bars import low_onsets
from infinite_studio.analysis.beat_level import beat_level
from infinite_studio.analysis.beat_rate import refined_tempo_bpm
from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Excerpts, Mono
from infinite_studio.analysis.loop_length import LoopLength, loop_length
from infinite_studio.analysis.onsets import onset_strength
from infinite_studio.analysis.pulse import Curve, looped_pulse, open_pulse
from infinite_studio.progress import Part, Progress

SLOWEST_BPM = 40.0
FASTEST_BPM = 240.0
MIN_SECONDS = 1.0

_GRID_STEP = 0.005
_USUAL_BPM = 115.0
_USUAL_OCTAVES = 0.65
_CUT_BONUS = 1.3
_EXACT_BONUS = 2.0
_SAME_TEMPO = 0.005

_MIN_CONTRAST = 3.0
_MIN_EVIDENCE = 2.0
_LENGTH_ONLY_CONFIDENCE = 0.25
_OTHER_LEVEL_CONFIDENCE = 0.8


@dataclass(frozen=True)
class Tempo:
    """A tempo and how sure it is.

    Parameters
    ----------
    tempo_bpm : float or None
        None where there is no clear beat.
    confidence : float
        0 (nothing found) to 1; less where only its metre says that a tempo is not its half or double.
    is_from_length : bool
        Whether the sound lasts whole bars of it, so that it is exact.
    beat_parts : int
        Into how many parts a beat falls: 3 as in 6/8, else 2.
    """

    tempo_bpm: float | None
    confidence: float
    is_from_length: bool = False
    beat_parts: int = 2


NO_TEMPO = Tempo(None, 0.0)


@dataclass(frozen=True)
class _Candidate:
    tempo_bpm: float
    score: float
    repetition: float
    from_length: bool


def find_tempo(excerpts: Excerpts, sample_rate: int, progress: Progress) -> Tempo:
    """Find the tempo of a sound, or that none is clear.

    Parameters
    ----------
    excerpts : Excerpts
        What is listened to.
    sample_rate : int
        Of the original sound, Hz: the accuracy with which its length is known.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    Tempo
        40 to 240 BPM. Nothing for sounds under a second, without onsets that stand out, or whose regularity chance explains.

    Notes
    -----
    Each tempo is scored by how alike the sound is whole beats and bars later (autocorrelation of onset strength),
    by the power at the beat and its subdivisions (Fourier transform of onset strength; their product after
    Peeters 2006), and by how usual it is (log-normal around 115 BPM, as people tap: Moelants 2002). Sounds up to
    20 s may be loops: then whole bars are tried as well, with the end continuing at the beginning.
    """
    progress.report(0.0, "Finding the tempo")
    parts = [part for part in excerpts.parts if part.size >= MIN_SECONDS * ANALYSIS_RATE]
    strengths = _strengths(parts, progress)
    lows = [low_onsets(part, Part(progress, 0.95, 1.0)) for part in parts]
    length = loop_length(excerpts, sample_rate, SLOWEST_BPM, FASTEST_BPM)
    return tempo_of(strengths, excerpts.duration_seconds, length, lows)


def tempo_of(
    strengths: list[Curve],
    duration_seconds: float,
    length: LoopLength | None,
    lows: list[Curve] | None = None,
) -> Tempo:
    """Find the tempo that onsets suggest; see `find_tempo`.

    Parameters
    ----------
    strengths : list of ndarray, shape (moments,)
        Onset strength of every passage of at least a second, `MOMENT_RATE` values per second.
    duration_seconds : float
        Length of the whole sound.
    length : LoopLength or None
        What that length would mean if the sound were a loop.
    lows : list of ndarray or None
        Strength of low onsets of the same passages, which tells fast music with a backbeat from music half as fast.

    Returns
    -------
    Tempo
        As `find_tempo` returns it.
    """
    if not strengths or not any(strength.any() for strength in strengths):
        return NO_TEMPO
    best = max(_candidates(strengths, duration_seconds, length), key=lambda found: found.score)
    evidence = best.repetition * np.sqrt(sum(_effective_size(strength) for strength in strengths))
    if evidence >= _MIN_EVIDENCE and _contrast(strengths) >= _MIN_CONTRAST:
        if not best.from_length:
            best = replace(best, tempo_bpm=refined_tempo_bpm(strengths, best.tempo_bpm))
        level = beat_level(strengths, best.tempo_bpm, lows)
        tempo_bpm, is_exact = _at_level(best, level.factor, length)
        exact = tempo_bpm if is_exact else refined_tempo_bpm(strengths, tempo_bpm)
        confidence = float(np.sqrt(best.repetition) * evidence / (evidence + _MIN_EVIDENCE))
        confidence *= 1.0 if level.factor == 1.0 else _OTHER_LEVEL_CONFIDENCE
        return Tempo(round(exact, 2), round(min(confidence, 1.0), 3), is_exact, level.parts)
    if length is not None and length.is_exact:
        return Tempo(round(_most_usual(length), 2), _LENGTH_ONLY_CONFIDENCE, is_from_length=True)
    return NO_TEMPO


def _strengths(parts: list[Mono], progress: Progress) -> list[Curve]:
    """Return onset strength of every part."""
    share = 0.95 / max(len(parts), 1)
    return [
        onset_strength(part, Part(progress, index * share, (index + 1) * share))
        for index, part in enumerate(parts)
    ]


def _candidates(
    strengths: list[Curve], duration_seconds: float, length: LoopLength | None
) -> list[_Candidate]:
    """Return the best tempo of any, and the tempi that the length suggests."""
    tempi = np.exp(np.arange(np.log(SLOWEST_BPM), np.log(FASTEST_BPM), _GRID_STEP))
    pulses = [open_pulse(strength, tempi) for strength in strengths]
    repetition = np.mean([pulse.repetition for pulse in pulses], axis=0)
    lattice = np.mean([pulse.lattice for pulse in pulses], axis=0)
    strongest = max(float(lattice.max()), 1e-12)
    scores = repetition * np.sqrt(lattice / strongest) * _usualness(tempi)
    top = int(scores.argmax())
    found = [_Candidate(float(tempi[top]), float(scores[top]), float(repetition[top]), from_length=False)]
    if length is None:
        return found
    looped = looped_pulse(strengths[0], length.beat_counts, duration_seconds)
    fits = np.sqrt(np.minimum(looped.lattice / strongest, 1.0)) * _usualness(np.array(length.tempi_bpm))
    bonus = _EXACT_BONUS if length.is_exact else _CUT_BONUS
    for tempo_bpm, fit, alike in zip(length.tempi_bpm, fits, looped.repetition, strict=True):
        found.append(_Candidate(tempo_bpm, float(bonus * fit * alike), float(alike), from_length=True))
    return found


def _at_level(best: _Candidate, factor: float, length: LoopLength | None) -> tuple[float, bool]:
    """Return the tempo at another level of the rhythm, and whether the length says so too."""
    wanted = best.tempo_bpm * factor
    if not best.from_length or length is None:
        return wanted, best.from_length
    fitting = [tempo for tempo in length.tempi_bpm if abs(tempo / wanted - 1) < _SAME_TEMPO]
    return (fitting[0], True) if fitting else (wanted, False)


def _usualness(tempi_bpm: Curve) -> Curve:
    """Return 1 at 115 BPM, less towards tempi that music rarely has."""
    return np.asarray(np.exp(-0.5 * np.square(np.log2(tempi_bpm / _USUAL_BPM) / _USUAL_OCTAVES)))


def _most_usual(length: LoopLength) -> float:
    return max(length.tempi_bpm, key=lambda tempo: float(_usualness(np.array([tempo]))[0]))


def _effective_size(strength: Curve) -> float:
    """Return how many independent values there are: few where few onsets hold all the strength."""
    squares = np.square(strength - strength.mean())
    return float(squares.sum() ** 2 / max(np.square(squares).sum(), 1e-12))


def _contrast(strengths: list[Curve]) -> float:
    """Return how far strong onsets stand out from the usual moment: below 3 for noise and slow beating."""
    joined = np.concatenate(strengths)
    return float(np.percentile(joined, 98) / max(np.median(joined), 1e-9))
