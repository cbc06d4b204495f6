"""What can be found in a sound, as small frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infinite_studio.music.key import Key, Mode


@dataclass(frozen=True)
class BarChord:
    """The chord of one bar.

    Parameters
    ----------
    start_seconds : float
        Where the bar begins.
    name : str
        As on a lead sheet: ``C``, ``F#m``, ``Bbmaj7``, ``G7``.
    """

    start_seconds: float
    name: str

    def to_json(self) -> list[Any]:
        """Return the chord as a list of start and name."""
        return [round(self.start_seconds, 3), self.name]


@dataclass(frozen=True)
class Section:
    """A stretch of a sound that is alike within itself.

    Parameters
    ----------
    start_seconds, end_seconds : float
        Where it begins and ends.
    label : str
        ``A``, ``B``, …; sections of one letter are alike.
    """

    start_seconds: float
    end_seconds: float
    label: str

    def to_json(self) -> list[Any]:
        """Return the section as a list of start, end and label."""
        return [round(self.start_seconds, 3), round(self.end_seconds, 3), self.label]


@dataclass(frozen=True)
class Mood:
    """What a sound feels like, on the two axes of Russell's circumplex.

    Parameters
    ----------
    valence : float
        −1 (unpleasant) to 1 (pleasant).
    arousal : float
        −1 (still) to 1 (excited).
    word : str
        The word that lies nearest.
    source : str
        ``rule`` or the name of the model that heard it.
    """

    valence: float
    arousal: float
    word: str
    source: str = "rule"

    def to_json(self) -> dict[str, Any]:
        """Return the mood as JSON values."""
        return {"valence": self.valence, "arousal": self.arousal, "word": self.word, "source": self.source}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Mood":
        """Read a mood back from the values of `to_json`."""
        return cls(
            float(data["valence"]),
            float(data["arousal"]),
            str(data["word"]),
            str(data.get("source", "rule")),
        )


def camelot_code(key: Key) -> str:
    """Return a key's place on the Camelot wheel, where neighbours mix well.

    Parameters
    ----------
    key : Key
        Any key.

    Returns
    -------
    str
        ``1A`` to ``12B``; A is minor, B major.

    Examples
    --------
    >>> camelot_code(Key.parse("A minor")), camelot_code(Key.parse("C major"))
    ('8A', '8B')
    """
    relative_major = key if key.mode is Mode.MAJOR else key.relative
    number = (relative_major.tonic * 7 + 7) % 12 + 1
    return f"{number}{'B' if key.mode is Mode.MAJOR else 'A'}"
