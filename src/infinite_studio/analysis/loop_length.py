"""What the length of a short sound says about its tempo: loops are cut to whole bars."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Excerpts

_LONGEST_LOOP_SECONDS = 20.0
_BEAT_COUNTS = (4, 8, 16, 32, 64)
_EXACT_FRAMES = 3.0
_ROUND_SECONDS = 0.25
_AUDIBLE_END_DB = -45.0
_END_SECONDS = 0.05


@dataclass(frozen=True)
class LoopLength:
    """What a sound's length would mean if it were a loop.

    Parameters
    ----------
    beat_counts : tuple of int
        Possible numbers of beats: whole bars of four, doubled each time.
    tempi_bpm : tuple of float
        The tempo of each.
    is_exact : bool
        Whether one of these tempi between 60 and 180 is a whole number to within three frames: so cuts a studio, and
        so falls one other length in a hundred. Lengths of whole quarter seconds say nothing and do not count.
    """

    beat_counts: tuple[int, ...]
    tempi_bpm: tuple[float, ...]
    is_exact: bool


def loop_length(
    excerpts: Excerpts, sample_rate: int, slowest_bpm: float, fastest_bpm: float
) -> LoopLength | None:
    """Return what the length of a sound would mean if it were a loop.

    Parameters
    ----------
    excerpts : Excerpts
        What is listened to.
    sample_rate : int
        Of the original sound, Hz: its length is known to one frame.
    slowest_bpm, fastest_bpm : float
        Tempi beyond are not considered.

    Returns
    -------
    LoopLength or None
        None for sounds over 20 s, and for those that end in silence without having an exact length.
    """
    duration_seconds = excerpts.duration_seconds
    if not excerpts.is_whole or duration_seconds > _LONGEST_LOOP_SECONDS:
        return None
    pairs = [
        (count, 60 * count / duration_seconds)
        for count in _BEAT_COUNTS
        if slowest_bpm <= 60 * count / duration_seconds <= fastest_bpm
    ]
    n_frames = round(duration_seconds * sample_rate)
    exact = (
        [tempo for _, tempo in pairs if _is_whole(tempo, n_frames)]
        if not _is_round(n_frames, sample_rate)
        else []
    )
    if not pairs or not (exact or _ends_cut(excerpts)):
        return None
    counts, tempi = zip(*pairs, strict=True)
    return LoopLength(
        counts, tuple(float(round(t)) if _is_whole(t, n_frames) else t for t in tempi), bool(exact)
    )


def _is_whole(tempo_bpm: float, n_frames: int) -> bool:
    """Return whether a whole-number tempo would have this length, give or take three frames."""
    return (
        60 <= tempo_bpm <= 180 and abs(tempo_bpm - round(tempo_bpm)) <= tempo_bpm * _EXACT_FRAMES / n_frames
    )


def _is_round(n_frames: int, sample_rate: int) -> bool:
    """Return whether the length is a multiple of a quarter second, as of any excerpt cut by the clock."""
    grid = _ROUND_SECONDS * sample_rate
    return abs(n_frames / grid - round(n_frames / grid)) * grid <= _EXACT_FRAMES


def _ends_cut(excerpts: Excerpts) -> bool:
    """Return whether the sound still sounds where it ends."""
    mono = excerpts.parts[0]
    end = mono[-max(int(_END_SECONDS * ANALYSIS_RATE), 1) :]
    whole_power = float(np.square(mono, dtype=np.float64).mean())
    return float(np.square(end, dtype=np.float64).mean()) > whole_power * 10 ** (_AUDIBLE_END_DB / 10)
