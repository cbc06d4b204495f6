"""Key: which tonic and mode the pitches of a sound suggest, or that none stands out."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.analysis.bars import chroma_rows
from infinite_studio.analysis.excerpts import Excerpts
from infinite_studio.analysis.pitches import Pitches, Values, lasting_pitches
from infinite_studio.music.key import Key, Mode
from infinite_studio.progress import Part, Progress

_PROFILES = {
    Mode.MAJOR: (
        (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
        (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
    ),
    Mode.MINOR: (
        (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
        (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
        (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
    ),
}
"""Krumhansl and Kessler 1982, Albrecht and Shanahan 2013, Temperley 2007 (Kostka and Payne); their agreement counts."""

MIN_LASTING_SHARE = 0.6
_MIN_PITCH_CLASSES = 2.5
_MIN_FIT = 0.66
_USELESS_FIT = 0.6
_CLEAR_FIT = 0.95
_USUAL_LEAD = 0.08
_LOW_PITCH, _BASS_PITCH = 60.0, 57.0
_LOW_WEIGHT, _BASS_TONIC_WEIGHT = 0.1, 0.05
_MOMENTS_WEIGHT, _EDGE_WEIGHT = 0.5, 0.2
_EDGE_SHARE = 8
_AUDIBLE_SHARE = 0.02
_FLAT = 1e-9


@dataclass(frozen=True)
class Voices:
    """How strongly pitch classes sound over time.

    Parameters
    ----------
    chroma, bass : ndarray, shape (rows, 12)
        In the middle and in the bass, as `infinite_studio.analysis.bars.chroma_rows` returns them.
    """

    chroma: Values
    bass: Values


@dataclass(frozen=True)
class FoundKey:
    """A key and how sure it is.

    Parameters
    ----------
    key : Key or None
        None where none stands out.
    confidence : float
        0 (nothing found) to 1.
    runner_up : Key or None
        The next best one; None where there is no key.
    """

    key: Key | None
    confidence: float
    runner_up: Key | None = None


NO_KEY = FoundKey(None, 0.0)


def find_key(excerpts: Excerpts, progress: Progress) -> FoundKey:
    """Find the key of a sound, or that none is clear.

    Parameters
    ----------
    excerpts : Excerpts
        What is listened to.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    FoundKey
        Nothing where few partials last (noise, drums, speech), where fewer than about three pitch classes
        sound (a held note), or where no key fits. Relative keys share their notes: where music
        dwells on neither tonic, the other one may be meant.

    Notes
    -----
    Correlation of the pitch-class distribution, corrected for tuning and overtones, with key profiles
    (Krumhansl and Schmuckler; Krumhansl 1990), averaged over three profiles. What sounds below middle C counts a little more,
    and so does a tonic that the bass plays often, at the beginning and at the end: this tells relative keys apart.
    """
    progress.report(0.0, "Finding the key")
    count = len(excerpts.parts)
    found, chroma, bass = [], [], []
    for index, part in enumerate(excerpts.parts):
        share = Part(progress, index / count, (index + 1) / count)
        found.append(lasting_pitches(part, Part(share, 0.0, 0.5)))
        rows, low_rows = chroma_rows(part, Part(share, 0.5, 1.0))
        chroma.append(rows)
        bass.append(low_rows)
    return key_of_pitches(found, Voices(np.concatenate(chroma), np.concatenate(bass)))


def key_of_pitches(found: list[Pitches], voices: Voices | None = None) -> FoundKey:
    """Find the key that lasting pitches suggest; see `find_key`.

    Parameters
    ----------
    found : list of Pitches
        Of every passage; at least one.
    voices : Voices or None
        The same sound's pitch classes over time, where they are known: then every moment counts alike, however loud,
        and a tonic that the bass plays at the beginning and at the end counts more.

    Returns
    -------
    FoundKey
        As `find_key` returns it.
    """
    lasting_share = float(np.mean([pitches.lasting_share for pitches in found]))
    classes = pitch_classes(found)
    if lasting_share < MIN_LASTING_SHARE or _effective_count(classes) < _MIN_PITCH_CLASSES:
        return NO_KEY
    fits = _fits(classes)
    if max(fits.values()) < _MIN_FIT:
        return NO_KEY
    scores = _scores(fits, found, voices)
    best, second = sorted(scores, key=lambda key: -scores[key])[:2]
    lead = scores[best] - scores[second]
    clearness = float(np.clip((fits[best] - _USELESS_FIT) / (_CLEAR_FIT - _USELESS_FIT), 0.0, 1.0))
    return FoundKey(best, round(clearness * lead / (lead + _USUAL_LEAD), 3), second)


def _scores(fits: dict[Key, float], found: list[Pitches], voices: Voices | None) -> dict[Key, float]:
    """Let the low voices have their say, and every moment and the bass of both ends where they are known."""
    low, bass = pitch_classes(found, _LOW_PITCH), pitch_classes(found, _BASS_PITCH)
    low_fits = _fits(low) if _effective_count(low) >= _MIN_PITCH_CLASSES else dict.fromkeys(fits, 0.0)
    played = _BASS_TONIC_WEIGHT * _relative(bass)
    if voices is None:
        return {
            key: fit + _LOW_WEIGHT * low_fits[key] + float(played[key.tonic]) for key, fit in fits.items()
        }
    of_moments = _fits(_mean_moment(voices.chroma))
    home = played + _EDGE_WEIGHT * _home(voices.bass)
    return {
        key: (fit + _MOMENTS_WEIGHT * of_moments[key] + _LOW_WEIGHT * low_fits[key] + float(home[key.tonic]))
        / (1 + _MOMENTS_WEIGHT)
        for key, fit in fits.items()
    }


def _home(bass: Values) -> Values:
    """Return what the bass plays at the beginning and at the end, where most music is at home."""
    rows = max(len(bass) // _EDGE_SHARE, 1)
    edges = [_relative(_mean_moment(part)) for part in (bass[:rows], bass[-rows:])]
    return np.asarray(np.mean(edges, axis=0))


def _relative(classes: Values) -> Values:
    return np.asarray(classes / max(float(classes.max()), 1e-12))


def _mean_moment(rows: Values) -> Values:
    """Return the mean of what sounds at each moment, loud or soft; all zero where nothing does."""
    levels = rows.sum(axis=1)
    heard = levels > _AUDIBLE_SHARE * levels.max(initial=0.0)
    if not heard.any():
        return np.zeros(12)
    return np.asarray((rows[heard] / levels[heard, np.newaxis]).mean(axis=0))


def pitch_classes(found: list[Pitches], below: float = np.inf) -> Values:
    """Return how much of each pitch class sounds, corrected for the sound's own tuning.

    Parameters
    ----------
    found : list of Pitches
        The lasting partials of every part; may be empty ones.
    below : float
        Count only pitches under this one, in semitones; 60 is middle C.

    Returns
    -------
    ndarray of float64, shape (12,)
        From C; pitches between two keys of a piano count less. All zero where nothing lasts.
    """
    pitches = np.concatenate([part.pitches for part in found])
    weights = np.concatenate([part.weights for part in found])
    tuning = np.angle(np.sum(weights * np.exp(2j * np.pi * pitches))) / (2 * np.pi)
    in_tune = pitches - tuning
    nearest = np.round(in_tune)
    clean = weights * np.square(np.cos(np.pi * (in_tune - nearest))) * (pitches < below)
    counted = np.bincount(nearest.astype(int) % 12, clean, minlength=12)
    return np.asarray(counted, np.float64)


def _effective_count(classes: Values) -> float:
    """Return how many pitch classes sound, were they equally strong."""
    return float(classes.sum() ** 2 / max(np.square(classes).sum(), 1e-12))


def _fits(classes: Values) -> dict[Key, float]:
    """Return the mean correlation of every key's profiles with what sounds."""
    if float(np.ptp(classes)) < _FLAT:
        return {Key(tonic, mode): 0.0 for mode in _PROFILES for tonic in range(12)}
    return {
        Key(tonic, mode): float(
            np.mean([np.corrcoef(classes, np.roll(profile, tonic))[0, 1] for profile in profiles])
        )
        for mode, profiles in _PROFILES.items()
        for tonic in range(12)
    }
