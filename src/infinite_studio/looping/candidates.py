"""What the search for loops returns, and what it may be asked for."""

from dataclasses import dataclass

_WEIGHTS = (0.35, 0.3, 0.15, 0.2)


@dataclass(frozen=True)
class SeamScore:
    """How well the end of a loop leads into its start.

    Parameters
    ----------
    phase : float
        0 to 1: how alike the waveforms are around both ends, sample by sample.
    spectrum : float
        0 to 1: how alike the sound is around both ends over seconds.
    loudness : float
        0 to 1: 1 where the level stays, 0 where it jumps by 12 dB or more.
    beat : float
        0 to 1: 1 where the loop is a whole number of beats, 0 half a beat off; 1 where there is no beat.
    """

    phase: float
    spectrum: float
    loudness: float
    beat: float

    @property
    def total(self) -> float:
        """One figure, 0 to 1, in which all four count."""
        parts = (self.phase, self.spectrum, self.loudness, self.beat)
        return sum(weight * part for weight, part in zip(_WEIGHTS, parts, strict=True))


@dataclass(frozen=True)
class LoopCandidate:
    """A place where a sound may go back to.

    Parameters
    ----------
    start_frame : int
        First frame of the loop.
    end_frame : int
        First frame after the loop; from here it goes back to ``start_frame``.
    sample_rate : int
        Hz.
    score : SeamScore
        How well it joins without any crossfade.
    correlation : float
        −1 to 1: of the waveforms where a crossfade would lie; chooses its gains.
    tempo_bpm : float or None
        Beats per minute that make the loop a whole number of beats; None where there is no beat.
    beats : int or None
        Whole beats in the loop; None where it is not a whole number of them.
    """

    start_frame: int
    end_frame: int
    sample_rate: int
    score: SeamScore
    correlation: float
    tempo_bpm: float | None = None
    beats: int | None = None

    @property
    def length_frames(self) -> int:
        """Length of one round."""
        return self.end_frame - self.start_frame

    @property
    def length_seconds(self) -> float:
        """Length of one round in seconds."""
        return self.length_frames / self.sample_rate

    @property
    def bars(self) -> int | None:
        """Whole bars of four beats, or None."""
        return None if self.beats is None or self.beats % 4 else self.beats // 4


@dataclass(frozen=True)
class LoopWishes:
    """What a loop should be like.

    Parameters
    ----------
    min_seconds : float
        Shortest loop, at least 0.5.
    max_seconds : float or None
        Longest loop; None for any.
    near_start_seconds, near_end_seconds : float or None
        Where it should start or end, within ``tolerance_seconds``.
    tolerance_seconds : float
        How near is near.
    whole_bars : bool
        Only loops of whole bars of four beats.
    n_best : int
        How many candidates at most.
    """

    min_seconds: float = 2.0
    max_seconds: float | None = None
    near_start_seconds: float | None = None
    near_end_seconds: float | None = None
    tolerance_seconds: float = 2.0
    whole_bars: bool = False
    n_best: int = 8
