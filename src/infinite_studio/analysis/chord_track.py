"""Which chord sounds in each bar."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.bars import Bars
from infinite_studio.music.chords import Chord, diatonic_numerals, numeral_of
from infinite_studio.music.key import PITCH_CLASS_NAMES, Key, Mode
from infinite_studio.progress import Progress

_TONE_WEIGHTS = (1.0, 0.85, 0.95, 0.7)
_SEVENTH_COST = 0.01
_BASS_SHARE = 0.55
_BASS_FIFTH = 0.35
_FOREIGN_COST = 0.12
_CHANGE_COST = 0.03
_FIFTH_BONUS = 0.03
_LEAST_FIT = 0.6
_PROFILES = {
    Mode.MAJOR: (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    Mode.MINOR: (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
}
_FLAT_TONICS = {1, 3, 5, 8, 10}
_FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_BORROWED = {Mode.MAJOR: ("iv", "bVII", "bVI"), Mode.MINOR: ("V", "IV", "bII")}


@dataclass(frozen=True)
class _Candidate:
    numeral: str
    root: int
    template: NDArray[np.float64]
    cost: float


def chords_of_bars(bars: Bars, key: Key, progress: Progress) -> tuple[str, ...]:
    """Return one roman numeral for each bar.

    Parameters
    ----------
    bars : Bars
        What sounds in each bar; at least one.
    key : Key
        Whose degrees are counted.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    tuple of str
        Triads and sevenths of the key, and triads that it often borrows, which cost a little more.

    Notes
    -----
    Each chord is judged by the cosine between its template and the bar's chroma and by how much of its root and
    fifth the bass plays; the best sequence is found by dynamic programming (Viterbi), where a change costs
    a little and a falling fifth less.
    """
    progress.report(0.0, "Listening for chords")
    candidates = _candidates(key)
    fits = np.array(
        [_fits(chroma, bass, candidates) for chroma, bass in zip(bars.chroma, bars.bass, strict=True)]
    )
    moves = np.array([[_move(before, after) for before in candidates] for after in candidates])
    scores, sources = fits[0], []
    for fit in fits[1:]:
        totals = scores[np.newaxis, :] + moves
        sources.append(totals.argmax(axis=1))
        scores = totals.max(axis=1) + fit
    place = int(scores.argmax())
    path = [place]
    for source in reversed(sources):
        place = int(source[place])
        path.append(place)
    return tuple(candidates[place].numeral for place in reversed(path))


def chord_names(numerals: Sequence[str], key: Key) -> tuple[str, ...]:
    """Write roman numerals as on a lead sheet.

    Parameters
    ----------
    numerals : sequence of str
        As `chords_of_bars` returns them.
    key : Key
        Whose degrees are counted; says whether black keys are sharps or flats.

    Returns
    -------
    tuple of str
        Such as ``C``, ``F#m``, ``Bbmaj7`` or ``G7``.
    """
    chords = {numeral: Chord.parse(numeral, key) for numeral in set(numerals)}
    return tuple(_name(chords[numeral], key) for numeral in numerals)


def _name(chord: Chord, key: Key) -> str:
    major = key if key.mode is Mode.MAJOR else key.relative
    root = (_FLAT_NAMES if major.tonic in _FLAT_TONICS else PITCH_CLASS_NAMES)[chord.root]
    seventh = {10: "7", 11: "maj7"}.get(max(chord.intervals), "") if len(chord.intervals) > 3 else ""
    return root + ("m" if chord.third == 3 else "") + seventh


def key_of_bars(bars: Bars) -> Key | None:
    """Return the key that the tones of some bars suggest, where their drums hide it from `find_key`.

    Parameters
    ----------
    bars : Bars
        What sounds in each bar.

    Returns
    -------
    Key or None
        None where no key's profile correlates with at least 0.6.

    Notes
    -----
    Correlation of the summed chroma with key profiles (Krumhansl 1990; profiles of Albrecht and Shanahan 2013).
    """
    total = bars.chroma.sum(axis=0) + bars.bass.sum(axis=0)
    if float(total.std()) < 1e-9:
        return None
    fits = {
        Key(tonic, mode): float(np.corrcoef(total, np.roll(profile, tonic))[0, 1])
        for mode, profile in _PROFILES.items()
        for tonic in range(12)
    }
    best = max(fits, key=lambda key: fits[key])
    return best if fits[best] >= _LEAST_FIT else None


def _candidates(key: Key) -> list[_Candidate]:
    """Return the triads of the key but for the diminished one, and a few from outside."""
    own = [numeral for numeral in diatonic_numerals(key.mode) if not numeral.endswith("°")]
    found = []
    for numeral in (*own, *_BORROWED[key.mode]):
        triad = Chord.parse(numeral, key)
        named = numeral_of(triad.root, triad.third, key)
        cost = 0.0 if numeral in own else _FOREIGN_COST
        found.append(_Candidate(named, triad.root, _template(triad.pitch_classes), cost))
        if numeral in own:
            seventh = key.scale[(triad.degree + 6) % 7]
            quality = "maj7" if (seventh - triad.root) % 12 == 11 else "7"
            tones = (*triad.pitch_classes, seventh)
            found.append(_Candidate(named + quality, triad.root, _template(tones), _SEVENTH_COST))
    return found


def _template(pitch_classes: tuple[int, ...]) -> NDArray[np.float64]:
    template = np.zeros(12)
    template[list(pitch_classes)] = _TONE_WEIGHTS[: len(pitch_classes)]
    return template / np.linalg.norm(template)


def _fits(
    chroma: NDArray[np.float64], bass: NDArray[np.float64], candidates: list[_Candidate]
) -> list[float]:
    unit = chroma / max(float(np.linalg.norm(chroma)), 1e-12)
    return [
        float(unit @ candidate.template)
        + _BASS_SHARE * float(bass[candidate.root] + _BASS_FIFTH * bass[(candidate.root + 7) % 12])
        - candidate.cost
        for candidate in candidates
    ]


def _move(before: _Candidate, after: _Candidate) -> float:
    if before.root == after.root:
        return 0.0
    return _FIFTH_BONUS - _CHANGE_COST if (before.root - after.root) % 12 == 7 else -_CHANGE_COST
