"""`Tempo`: from beats to seconds and frames without drift."""

from dataclasses import dataclass

BEATS_PER_BAR = 4
STEPS_PER_BEAT = 4
STEPS_PER_BAR = BEATS_PER_BAR * STEPS_PER_BEAT


@dataclass(frozen=True, slots=True)
class Tempo:
    """A constant tempo.

    Parameters
    ----------
    bpm : float
        Beats per minute; positive.

    Raises
    ------
    ValueError
        If the tempo is not positive.

    Examples
    --------
    >>> Tempo(140.0).frame_of(4 * 8, 48_000)
    658286
    """

    bpm: float

    def __post_init__(self) -> None:
        if not self.bpm > 0.0:
            raise ValueError(f"not a tempo: {self.bpm}")

    def seconds_of(self, beats: float) -> float:
        """Return how long so many beats last, in seconds."""
        return beats * 60.0 / self.bpm

    def beats_of(self, seconds: float) -> float:
        """Return how many beats fit into so many seconds."""
        return seconds * self.bpm / 60.0

    def frame_of(self, beat: float, sample_rate: int) -> int:
        """Return the frame at which a beat falls.

        Parameters
        ----------
        beat : float
            From the start of the piece.
        sample_rate : int
            Hz.

        Returns
        -------
        int
            Rounded once from the exact place, so that no error adds up from beat to beat.
        """
        return round(beat * 60.0 / self.bpm * sample_rate)
