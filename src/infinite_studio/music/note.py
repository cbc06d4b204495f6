"""`Note`: one sounding pitch at a place in time."""

from dataclasses import dataclass

CONCERT_PITCH_HZ = 440.0
_CONCERT_PITCH_MIDI = 69


@dataclass(frozen=True, slots=True)
class Note:
    """One note, in musical time.

    Parameters
    ----------
    pitch : int
        MIDI note number, 0 to 127; 60 is middle C.
    start_beat : float
        Where it begins, in beats from the start of the piece; not negative.
    length_beats : float
        How long it is held, in beats; positive.
    velocity : float
        How hard it is played, above 0 up to 1.

    Raises
    ------
    ValueError
        If a value is outside of its range.

    Examples
    --------
    >>> Note(69, start_beat=0.0, length_beats=1.0, velocity=0.8).end_beat
    1.0
    """

    pitch: int
    start_beat: float
    length_beats: float
    velocity: float

    def __post_init__(self) -> None:
        inside = (
            0 <= self.pitch <= 127
            and self.start_beat >= 0.0
            and self.length_beats > 0.0
            and 0.0 < self.velocity <= 1.0
        )
        if not inside:
            raise ValueError(f"not a note: {self}")

    @property
    def end_beat(self) -> float:
        """First beat after the note."""
        return self.start_beat + self.length_beats

    @property
    def pitch_class(self) -> int:
        """0 for every C up to 11 for every B."""
        return self.pitch % 12


def frequency_hz(pitch: float) -> float:
    """Return the frequency of a pitch in twelve-tone equal temperament.

    Parameters
    ----------
    pitch : float
        MIDI note number; fractions are cents / 100.

    Returns
    -------
    float
        Hz; 440 for pitch 69.
    """
    return float(CONCERT_PITCH_HZ * 2.0 ** ((pitch - _CONCERT_PITCH_MIDI) / 12.0))
