"""From the steps of one bar to strokes: chances, ghosts, bursts, rolls and flams."""

from dataclasses import dataclass

from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.music.tempo import STEPS_PER_BEAT

_STEP_BEATS = 1 / STEPS_PER_BEAT
_VELOCITIES = {"X": 1.0, "x": 0.8, "g": 0.36, "r": 0.74, "t": 0.7, "q": 0.66, "f": 1.0}
_BURSTS = {"r": 2, "t": 3, "q": 4}
_BY_CHANCE = 0.66
_PULSE = (1.0, 0.74, 0.84, 0.72)
_FLAM_BEATS = 1 / 48
_FLAM_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Stroke:
    """A hit within a bar; ``beat`` may lie just before it, for a flam on the one."""

    beat: float
    velocity: float


def strokes_of(steps: str, density: float, dice: Dice) -> list[Stroke]:
    """Return the strokes of one bar of one drum; equal throws whatever the density, so that moods thin out only."""
    strokes: list[Stroke] = []
    for place, step in enumerate(steps):
        roll, shade = dice.unit(), dice.between(0.94, 1.06)
        if step == "." or not _sounds(step, place, roll, density):
            continue
        pulse = _PULSE[place % STEPS_PER_BEAT] if step not in "Xf" else 1.0
        strokes += _struck(step, place * _STEP_BEATS, _VELOCITIES.get(step, _BY_CHANCE) * pulse * shade)
    return strokes


def _sounds(step: str, place: int, roll: float, density: float) -> bool:
    if step.isdigit():
        return roll < int(step) / 10 * (1.0 + 0.7 * density)
    if step == "g" or step in _BURSTS:
        return roll < 1.0 + 0.6 * min(density, 0.0)
    if step == "x" and place % 2:
        return roll < 1.0 + 0.5 * min(density, 0.0)
    return True


def _struck(step: str, beat: float, velocity: float) -> list[Stroke]:
    if step == "f":
        return [Stroke(beat - _FLAM_BEATS, _FLAM_SHARE * velocity), Stroke(beat, velocity)]
    count = _BURSTS.get(step, 1)
    return [
        Stroke(beat + place * _STEP_BEATS / count, velocity * (1.0 - 0.1 * place)) for place in range(count)
    ]
