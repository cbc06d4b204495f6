"""Which level of a rhythm is the beat: the one that is counted, not its half, its double or one and a half times as fast."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.analysis.backbeat import Backbeat, backbeat
from infinite_studio.analysis.onsets import MOMENT_RATE
from infinite_studio.analysis.pulse import Curve, similarity

_LONGEST_SECONDS = 10.0
_USED_SHARE = 0.7
_TOLERANCE = 0.015
_SLOWEST_BPM = 55.0
_BETWEEN = (0.22, 0.78)
_NOTHING_BETWEEN = 0.06
_ALTERNATION = 0.055
_HEMIOLA = 0.12
_HEMIOLA_BAR = 0.15
_WEAK = 0.05
_NO_HALVES = 0.35
_HURRIED_BPM = 125.0
_TURNS = 0.3
_FAST_TURNS, _FAST_TURNS_BOTH = 0.3, 0.2
_FAST_BPM = (160.0, 190.0)
_SAME_BARS = 0.5
_FASTEST_TURNS_BPM = 200.0
_BEAT_TURNS, _BEAT_LEAD = 0.35, 0.15
_SWUNG_BPM = 120.0
_SWUNG_TURNS, _SWUNG_HALVES = 0.5, 0.1
_MIDDLE = (0.47, 0.53)
_THIRDS = 0.45


@dataclass(frozen=True)
class BeatLevel:
    """What is heard around and within a beat.

    Parameters
    ----------
    factor : float
        1 where the beat is right; 1/2 where it is only a part of one, 2/3 where it cuts across one of three parts, 2 where
        it holds two.
    parts : int
        Into how many parts such a beat falls: 3 where all thirds are heard and no halves, else 2.
    """

    factor: float
    parts: int


def beat_level(strengths: list[Curve], tempo_bpm: float, lows: list[Curve] | None = None) -> BeatLevel:
    """Tell whether a tempo counts beats, and into what they fall.

    Parameters
    ----------
    strengths : list of ndarray
        Onset strength of every passage, `MOMENT_RATE` values per second; at least one.
    tempo_bpm : float
        A tempo at which the sound repeats.
    lows : list of ndarray or None
        Strength of low onsets of the same passages; without them a backbeat is not listened for.

    Returns
    -------
    BeatLevel
        With ``tempo_bpm * factor`` never below 55 BPM unless ``factor`` is 1, and from 160 to 190 BPM where it is 2.

    Notes
    -----
    From how alike onsets are some part of a beat later (autocorrelation). Music divides its beats: a tempo between whose
    beats nothing happens, and whose every other beat is heavier, counts halves of beats, as happens with slow music
    (hats on eighths). One that is more alike after one and a half and after three beats than after one counts pairs
    of eighths where they are grouped by three. Where bass drum and snare take turns twice as fast as the tempo counts, at
    160 BPM or more, as in drum & bass, each of its beats is two; where they do at half of a tempo over 125 BPM and nothing happens
    between its beats, it counts halves; so it does where only swung notes fall between them and the turns at half of it are very
    clear, as in hip hop. Where they take turns at the tempo itself, it counts beats, however little happens between them.
    Metrical levels after Lerdahl and Jackendoff 1983.
    """
    similar = _mean_similarity(strengths)
    period = 60 * MOMENT_RATE / tempo_bpm
    factor = _factor(similar, period, tempo_bpm, _Turns(strengths, lows))
    return BeatLevel(factor, _parts(similar, period / factor))


@dataclass(frozen=True)
class _Turns:
    strengths: list[Curve]
    lows: list[Curve] | None

    def at(self, tempo_bpm: float) -> Backbeat | None:
        """Return how much high and low onsets take turns at a tempo; None where that cannot be told."""
        if not self.lows:
            return None
        return backbeat(np.concatenate(self.strengths), np.concatenate(self.lows), tempo_bpm)

    def are_taken(self, tempo_bpm: float, least: float = _TURNS) -> bool:
        """Return whether there is a clear backbeat at a tempo."""
        found = self.at(tempo_bpm)
        return found is not None and found.high > least and found.low > 0.0

    def are_clearest(self, tempo_bpm: float) -> bool:
        """Return whether there is a backbeat at a tempo that people count, and a clearer one than at half of it."""
        here, slower = self.at(tempo_bpm), self.at(tempo_bpm / 2)
        if here is None or slower is None or tempo_bpm > _FASTEST_TURNS_BPM:
            return False
        is_there = here.high > _BEAT_TURNS and here.high + here.low > _FAST_TURNS_BOTH
        return is_there and here.high > slower.high + _BEAT_LEAD


def _factor(similar: Curve, period: float, tempo_bpm: float, turns: _Turns) -> float:
    one, double, triple = (_near(similar, period * count) for count in (1, 2, 3))
    low, high = (int(period * share) for share in _BETWEEN)
    between = float(similar[low : high + 1].max(initial=-1.0)) / max(one, _WEAK)
    is_empty = between < _NOTHING_BETWEEN and tempo_bpm / 2 >= _SLOWEST_BPM
    is_hurried = is_empty and tempo_bpm >= _HURRIED_BPM and turns.are_taken(tempo_bpm / 2)
    if is_hurried or (is_empty and double - one > _ALTERNATION):
        return 1.0 if turns.are_clearest(tempo_bpm) else 0.5
    if _holds_two(one, tempo_bpm, turns):
        return 2.0
    across = _near(similar, period * 1.5)
    if across - one > _HEMIOLA and triple - one > _HEMIOLA_BAR and tempo_bpm * 2 / 3 >= _SLOWEST_BPM:
        return 2 / 3
    is_alternating = double - one > _ALTERNATION and tempo_bpm >= _SWUNG_BPM
    return 0.5 if is_alternating and _counts_swung_halves(similar, period, tempo_bpm, turns) else 1.0


def _holds_two(one: float, tempo_bpm: float, turns: _Turns) -> bool:
    """Whether every beat sounds like the last one, and within it bass drum and snare take turns."""
    slowest, fastest = _FAST_BPM
    if not slowest <= 2 * tempo_bpm <= fastest or one < _SAME_BARS:
        return False
    counted, double = turns.at(tempo_bpm), turns.at(2 * tempo_bpm)
    if counted is None or double is None:
        return False
    return double.high > max(_FAST_TURNS, counted.high) and double.high + double.low > _FAST_TURNS_BOTH


def _counts_swung_halves(similar: Curve, period: float, tempo_bpm: float, turns: _Turns) -> bool:
    """Whether nothing falls into the middle between beats, and bass drum and snare clearly take turns at half the tempo."""
    low, high = (int(period * share) for share in _MIDDLE)
    middle = float(similar[low : high + 1].max(initial=-1.0))
    return middle < _SWUNG_HALVES * max(_near(similar, period), _WEAK) and turns.are_taken(
        tempo_bpm / 2, _SWUNG_TURNS
    )


def _parts(similar: Curve, period: float) -> int:
    one = max(_near(similar, period), _WEAK)
    thirds = min(_near(similar, period / 3), _near(similar, period * 2 / 3))
    halves = max(_near(similar, period / 2), _near(similar, period * 1.5))
    return 3 if thirds > _THIRDS * one and halves < _NO_HALVES * one else 2


def _mean_similarity(strengths: list[Curve]) -> Curve:
    """Return the autocorrelation of all passages, long ones counting more; 0 beyond what they tell."""
    size = int(_LONGEST_SECONDS * MOMENT_RATE)
    total = np.zeros(size)
    for strength in strengths:
        known = min(int(strength.size * _USED_SHARE), size)
        total[:known] += similarity(strength)[:known] * strength.size
    return total / max(sum(strength.size for strength in strengths), 1)


def _near(similar: Curve, lag: float) -> float:
    """Return the largest similarity near a lag; 0 beyond what is known."""
    low = max(int(np.floor(lag * (1 - _TOLERANCE))) - 1, 0)
    high = int(np.ceil(lag * (1 + _TOLERANCE))) + 1
    return float(similar[low : high + 1].max()) if high < similar.size else 0.0
