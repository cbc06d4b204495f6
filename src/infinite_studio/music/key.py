"""Musical keys: parsing, naming, scales."""

import re
from dataclasses import dataclass
from enum import StrEnum

from infinite_studio.errors import StudioError

PITCH_CLASS_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_KEY_PATTERN = re.compile(
    r"^\s*([A-Ga-g])\s*(#|♯|b|♭|-?sharp|-?flat)?\s*((?i:major|minor|maj|min|moll|dur)|M|m)?\s*$"
)
_MINOR_WORDS = {"minor", "min", "moll", "m"}


class UnknownKeyError(StudioError):
    """A text that names no key."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is not a key.", hint="Write a key like “F minor”, “C# major” or “Bbm”.")
        self.text = text


class Mode(StrEnum):
    """The scale that a key uses."""

    MAJOR = "major"
    MINOR = "minor"


SCALE_SEMITONES = {Mode.MAJOR: (0, 2, 4, 5, 7, 9, 11), Mode.MINOR: (0, 2, 3, 5, 7, 8, 10)}
"""Semitones above the tonic: the major and the natural minor scale."""


@dataclass(frozen=True)
class Key:
    """A tonic and a mode.

    Parameters
    ----------
    tonic : int
        Pitch class of the tonic: 0 is C, 11 is B.
    mode : Mode
        Major or (natural) minor.

    Examples
    --------
    >>> str(Key.parse("f# minor"))
    'F# minor'
    """

    tonic: int
    mode: Mode

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Read a key from text such as ``F minor``, ``C#m``, ``Bb major`` or ``D`` (major).

        Raises
        ------
        UnknownKeyError
            If the text names no key.
        """
        match = _KEY_PATTERN.match(text)
        if match is None:
            raise UnknownKeyError(text)
        letter, accidental, mode_word = match.groups()
        shift = 0
        if accidental:
            shift = 1 if accidental.lstrip("-") in {"#", "♯", "sharp"} else -1
        mode = (
            Mode.MINOR
            if mode_word and (mode_word == "m" or mode_word.lower() in _MINOR_WORDS - {"m"})
            else Mode.MAJOR
        )
        return cls((_NATURALS[letter.upper()] + shift) % 12, mode)

    @property
    def scale(self) -> tuple[int, ...]:
        """The seven pitch classes of the key, from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in SCALE_SEMITONES[self.mode])

    @property
    def relative(self) -> "Key":
        """The key with the same notes in the other mode."""
        if self.mode is Mode.MAJOR:
            return Key((self.tonic + 9) % 12, Mode.MINOR)
        return Key((self.tonic + 3) % 12, Mode.MAJOR)

    def __str__(self) -> str:
        """Name the key with the spelling musicians use for it."""
        relative_major = self.tonic if self.mode is Mode.MAJOR else (self.tonic + 3) % 12
        names = _FLAT_NAMES if relative_major in {1, 3, 5, 8, 10} else PITCH_CLASS_NAMES
        return f"{names[self.tonic]} {self.mode.value}"
