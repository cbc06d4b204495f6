"""Voicings: the pitches with which a chord is played."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import combinations, pairwise

from infinite_studio.music.chords import Chord


class Voicing(StrEnum):
    """How a part spreads its chords."""

    LED = "led"
    OPEN = "open"
    ROOTLESS = "rootless"
    SHELL = "shell"
    POWER = "power"
    PARALLEL = "parallel"
    OCTAVES = "octaves"


_LED = frozenset({Voicing.LED, Voicing.OPEN, Voicing.ROOTLESS, Voicing.SHELL})


def voice_progression(
    chords: Sequence[Chord],
    *,
    low: int,
    high: int,
    n_voices: int,
    voicing: Voicing = Voicing.LED,
    centre: float | None = None,
) -> list[tuple[int, ...]]:
    """Choose the pitches of successive chords in a given way of voicing.

    Parameters
    ----------
    chords : sequence of Chord
        What to voice, in order.
    low, high : int
        Lowest and highest MIDI pitch; at least an octave apart.
    n_voices : int
        How many pitches at most.
    voicing : Voicing
        ``led`` moves every voice as little as it can; ``open`` does so with the second voice from the top an
        octave lower where there is room; ``rootless`` leaves the root to the bass; ``shell`` keeps root, third and
        seventh; ``power`` is root, fifth and octave; ``parallel`` moves one shape along, as samplers do;
        ``octaves`` doubles the root.
    centre : float or None
        Pitch around which voicings that are led stay; None for the middle of the range.

    Returns
    -------
    list of tuple of int
        Rising pitches for each chord, every one a chord tone.
    """
    known: dict[tuple[Chord, tuple[int, ...]], tuple[int, ...]] = {}
    voicings: list[tuple[int, ...]] = []
    previous: tuple[int, ...] = ()
    for chord in chords:
        if (chord, previous) not in known:
            if voicing in _LED:
                known[chord, previous] = voice(
                    _kept(chord, voicing), previous, low=low, high=high, n_voices=n_voices, centre=centre
                )
            else:
                known[chord, previous] = _shape(chord, previous, low, high, n_voices, voicing)
        previous = known[chord, previous]
        voicings.append(_opened(previous, low) if voicing is Voicing.OPEN else previous)
    return voicings


def _shape(
    chord: Chord, previous: Sequence[int], low: int, high: int, n_voices: int, voicing: Voicing
) -> tuple[int, ...]:
    """Return a voicing that is built up from its root."""
    root = _root(chord, previous, low, high)
    if voicing is Voicing.PARALLEL:
        pitches = [root + interval for interval in chord.intervals]
    elif voicing is Voicing.POWER and 7 in chord.intervals:
        pitches = [root, root + 7, root + 12]
    else:
        pitches = [root, root + 12]
    return tuple(pitch for pitch in pitches[:n_voices] if pitch <= high)


def voice(
    chord: Chord,
    previous: Sequence[int],
    *,
    low: int,
    high: int,
    n_voices: int | None = None,
    centre: float | None = None,
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
    centre : float or None
        Pitch around which the voices stay; None for the middle of the range.

    Returns
    -------
    tuple of int
        Rising pitches, every one a chord tone; no two neighbours closer than a semitone.

    Notes
    -----
    All sets of chord tones in the range are compared by the sum of the distances that the voices travel, plus
    a small cost for clusters, gaps over an octave and distance from the centre.
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
    middle = (low + high) / 2 if centre is None else centre
    return min(sets, key=lambda pitches: (_cost(pitches, previous, middle), pitches))


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


def _kept(chord: Chord, voicing: Voicing) -> Chord:
    """Return the chord without what the voicing leaves out; triads stay whole."""
    if voicing is Voicing.ROOTLESS and len(chord.intervals) > 3:
        return Chord(chord.numeral, chord.root, chord.intervals[1:], chord.degree)
    if voicing is Voicing.SHELL and len(chord.intervals) > 3:
        shell = tuple(interval for interval in chord.intervals if interval in {0, 3, 4, 9, 10, 11})
        return Chord(chord.numeral, chord.root, shell, chord.degree)
    return chord


def _opened(pitches: tuple[int, ...], low: int) -> tuple[int, ...]:
    if len(pitches) < 3 or pitches[-2] - 12 < low or pitches[-2] - 12 in pitches:
        return pitches
    return tuple(sorted((*pitches[:-2], pitches[-2] - 12, pitches[-1])))


def _root(chord: Chord, previous: Sequence[int], low: int, high: int) -> int:
    """Return the root in the lower part of the range, near to where the last one was."""
    roots = [pitch for pitch in range(low, low + 12) if pitch % 12 == chord.root]
    roots += [pitch + 12 for pitch in roots if pitch + 24 <= high]
    near = previous[0] if previous else low + 5
    return min(roots, key=lambda pitch: (abs(pitch - near), pitch))
