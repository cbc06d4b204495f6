"""Chords: roman numerals to pitch classes and scales, and back."""

import re
from dataclasses import dataclass

from infinite_studio.errors import StudioError
from infinite_studio.music.key import SCALE_SEMITONES, Key, Mode

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
    "69": ((0, 4, 7, 9, 14), (0, 3, 7, 9, 14)),
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
    "7b9": ((0, 4, 7, 10, 13), (0, 3, 7, 10, 13)),
    "9sus4": ((0, 5, 7, 10, 14), (0, 5, 7, 10, 14)),
    "13": ((0, 4, 7, 10, 14, 21), (0, 3, 7, 10, 14, 21)),
}
_LETTERS_ABOVE = {
    0: 0,
    2: 1,
    3: 2,
    4: 2,
    5: 3,
    6: 4,
    7: 4,
    8: 4,
    9: 5,
    10: 6,
    11: 6,
    13: 1,
    14: 1,
    17: 3,
    21: 5,
}
_DIATONIC = {
    Mode.MAJOR: ("I", "ii", "iii", "IV", "V", "vi", "vii°"),
    Mode.MINOR: ("i", "ii°", "III", "iv", "v", "VI", "VII"),
}


class UnknownChordError(StudioError):
    """A text that is no roman numeral."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” is not a chord.",
            hint="Write a roman numeral like i, VI, bVII, iv7, IVmaj7, V7b9, Vsus4, iiø7 or vii°.",
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
    degree : int
        Which degree of the scale the root is, 0 to 6, raised or lowered or not.

    Examples
    --------
    >>> Chord.parse("iv7", Key.parse("F minor")).pitch_classes
    (10, 1, 5, 8)
    """

    numeral: str
    root: int
    intervals: tuple[int, ...]
    degree: int = 0

    @classmethod
    def parse(cls, numeral: str, key: Key) -> "Chord":
        """Read a roman numeral; upper case is major, lower case minor, degrees count along the key's scale.

        Parameters
        ----------
        numeral : str
            Degree, with ``b`` or ``#`` before it to lower or raise the root and one of 5, 6, 69, 7, maj7, 9,
            maj9, 7b9, 11, 13, add9, sus2, sus4, 7sus4, 9sus4, °, °7, ø7, + after it.
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
        degree = _DEGREES[match["degree"].upper()]
        over_major, over_minor = _QUALITIES[match["quality"]]
        intervals = over_major if match["degree"].isupper() else over_minor
        root = key.tonic + SCALE_SEMITONES[key.mode][degree] + shift
        return cls(numeral, root % 12, intervals, degree)

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The pitch classes of the chord, from the root up."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)

    @property
    def third(self) -> int | None:
        """Semitones from the root to the third; None for chords without one."""
        return next((interval for interval in self.intervals if interval in {3, 4}), None)

    def scale(self, key: Key) -> tuple[int, ...]:
        """Return the key's scale bent to this chord: what its letters alter, such as the third of V in minor, is altered.

        Returns
        -------
        tuple of int
            Seven pitch classes from the key's tonic degree up; the key's own scale under its own chords.

        Examples
        --------
        >>> Chord.parse("V7", Key.parse("A minor")).scale(Key.parse("A minor"))
        (9, 11, 0, 2, 4, 5, 8)
        """
        tones = list(key.scale)
        for interval in self.intervals:
            letters = 6 if interval == 9 and 6 in self.intervals else _LETTERS_ABOVE[interval]
            tones[(self.degree + letters) % 7] = (self.root + interval) % 12
        return tuple(tones)


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


def diatonic_numerals(mode: Mode) -> tuple[str, ...]:
    """Return the seven triads that the scale of a mode makes, from the tonic up."""
    return _DIATONIC[mode]


def numeral_of(root: int, third: int | None, key: Key) -> str:
    """Name a triad as a roman numeral of a key.

    Parameters
    ----------
    root : int
        Pitch class of the root.
    third : int or None
        3 for a minor, 4 for a major triad; None where it is not known, which is written as a fifth.
    key : Key
        Whose degrees are counted; roots between two degrees are written as lowered or, at the end, raised ones.

    Examples
    --------
    >>> numeral_of(10, 4, Key.parse("C major"))
    'bVII'
    """
    above = (root - key.tonic) % 12
    steps = SCALE_SEMITONES[key.mode]
    shift = next(shift for shift in (0, 1, -1) if above + shift in steps)
    sign = {0: "", 1: "b", -1: "#"}[shift]
    name = list(_DEGREES)[steps.index(above + shift)]
    if third is None:
        return f"{sign}{name}5"
    return sign + (name if third == 4 else name.lower())
