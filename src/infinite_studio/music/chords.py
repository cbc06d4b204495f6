"""Chords: roman numerals to pitch classes, and voicings that move as little as they can."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from infinite_studio.errors import StudioError
from infinite_studio.music.key import SCALE_SEMITONES, Key

_DEGREES = {"I": 0, "II": 1, "III": 2, "IV": 3, "V": 4, "VI": 5, "VII": 6}
_NUMERAL = re.compile(
    r"^(?P<shift>[b#♭♯]?)(?P<degree>VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(?P<quality>.*)$"
)
_MAJOR, _MINOR, _DIMINISHED = (0, 4, 7), (0, 3, 7), (0, 3, 6)
_QUALITIES = {
    # suffix: (intervals over a major triad, intervals over a minor triad)
    "": (_MAJOR, _MINOR),
    "5": ((0, 7), (0, 7)),
    "6": ((0, 4, 7, 9), (0, 3, 7, 9)),
    "7": ((0, 4, 7, 10), (0, 3, 7, 10)),
    "maj7": ((0, 4, 7, 11), (0, 3, 7, 11)),
    "9": ((0, 4, 7, 10, 14), (0, 3, 7, 10, 14)),
    "maj9": ((0, 4, 7, 11, 14), (0, 3, 7, 11, 14)),
    "11": ((0, 4, 7, 10, 17), (0, 3, 7, 10, 17)),
    "add9": ((0, 4, 7, 14), (0, 3, 7, 14)),
    "sus2": ((0, 2, 7), (0, 2, 7)),
    "sus4": ((0, 5, 7), (0, 5, 7)),
    "7sus4": ((0, 5, 7, 10), (0, 5, 7, 10)),
    "°": (_DIMINISHED, _DIMINISHED),
    "°7": ((0, 3, 6, 9), (0, 3, 6, 9)),
    "ø7": ((0, 3, 6, 10), (0, 3, 6, 10)),
    "+": ((0, 4, 8), (0, 4, 8)),
}


class UnknownChordError(StudioError):
    """A text that is no roman numeral."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” is not a chord.",
            hint="Write a roman numeral like i, VI, bVII, iv7, IVmaj7, Vsus4, iiø7 or vii°.",
        )
        self.text = text


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord of a key.

    Parameters
    ----------
    numeral : str
        As written, such as ``iv7``.
    root : int
        Pitch class of the root, 0 to 11.
    intervals : tuple of int
        Semitones above the root, rising, the first 0.

    Examples
    --------
    >>> Chord.parse("iv7", Key.parse("F minor")).pitch_classes
    (10, 1, 5, 8)
    """

    numeral: str
    root: int
    intervals: tuple[int, ...]

    @classmethod
    def parse(cls, numeral: str, key: Key) -> "Chord":
        """Read a roman numeral; upper case is major, lower case minor, degrees count along the key's scale.

        Parameters
        ----------
        numeral : str
            Degree, with ``b`` or ``#`` before it to lower or raise the root and one of 5, 6, 7, maj7, 9,
            maj9, 11, add9, sus2, sus4, 7sus4, °, °7, ø7, + after it.
        key : Key
            Whose degrees are meant: VI of a minor key is its sixth degree, eight semitones up.

        Raises
        ------
        UnknownChordError
            If the text is no such numeral.
        """
        match = _NUMERAL.match(numeral)
        if match is None or match["quality"] not in _QUALITIES:
            raise UnknownChordError(numeral)
        shift = {"": 0, "b": -1, "♭": -1, "#": 1, "♯": 1}[match["shift"]]
        degree = SCALE_SEMITONES[key.mode][_DEGREES[match["degree"].upper()]]
        over_major, over_minor = _QUALITIES[match["quality"]]
        intervals = over_major if match["degree"].isupper() else over_minor
        return cls(numeral, (key.tonic + degree + shift) % 12, intervals)

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The pitch classes of the chord, from the root up."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)


def parse_progression(text: str, key: Key) -> tuple[Chord, ...]:
    """Read chords from roman numerals with spaces between them, such as ``i VI III VII``.

    Raises
    ------
    UnknownChordError
        If one of them is no numeral, or there is none.
    """
    numerals = text.split()
    if not numerals:
        raise UnknownChordError(text)
    return tuple(Chord.parse(numeral, key) for numeral in numerals)


def voice(
    chord: Chord, previous: Sequence[int], *, low: int, high: int, n_voices: int | None = None
) -> tuple[int, ...]:
    """Choose the pitches of a chord so that its voices move as little as they can.

    Parameters
    ----------
    chord : Chord
        What to voice.
    previous : sequence of int
        The pitches of the chord before; empty for the first chord, which is centred in the range.
    low, high : int
        Lowest and highest MIDI pitch; at least an octave apart.
    n_voices : int or None
        How many pitches; None for one per chord tone. With fewer than there are tones the fifth goes first,
        then the root; with more, tones are doubled as far as the range has room.

    Returns
    -------
    tuple of int
        Rising pitches, every one a chord tone; no two neighbours closer than a semitone.

    Notes
    -----
    All sets of chord tones in the range are compared by the sum of the distances that the voices travel, plus
    a small cost for clusters, gaps over an octave and distance from the middle of the range.
    """
    wanted = len(chord.intervals) if n_voices is None else n_voices
    tones = _tones_kept(chord, wanted)
    available = [pitch for pitch in range(low, high + 1) if pitch % 12 in tones]
    needed = min(len(tones), wanted)
    sets = (
        pitches
        for pitches in combinations(available, min(wanted, len(available)))
        if len({pitch % 12 for pitch in pitches}) >= needed
    )
    centre = (low + high) / 2
    return min(sets, key=lambda pitches: (_cost(pitches, previous, centre), pitches))


def _tones_kept(chord: Chord, wanted: int) -> tuple[int, ...]:
    """Return the pitch classes that sound when only so many voices are there."""
    intervals = list(chord.intervals)
    for expendable in (7, 0):
        if len(intervals) > max(wanted, 1) and expendable in intervals:
            intervals.remove(expendable)
    return tuple((chord.root + interval) % 12 for interval in intervals[: max(wanted, 1)])


def _cost(pitches: tuple[int, ...], previous: Sequence[int], centre: float) -> float:
    """Return how far the voices travel, with small costs for clusters, gaps and leaving the middle."""
    cost = abs(sum(pitches) / len(pitches) - centre) * (0.35 if previous else 2.0)
    gaps = [upper - lower for lower, upper in pairwise(pitches)]
    cost += sum(2.0 for gap in gaps if gap == 1) + sum(1.5 * (gap - 9) for gap in gaps if gap > 9)
    if not previous:
        return cost
    if len(previous) == len(pitches):
        return cost + sum(abs(now - then) for now, then in zip(pitches, sorted(previous), strict=True))
    return cost + sum(min(abs(now - then) for then in previous) for now in pitches)
