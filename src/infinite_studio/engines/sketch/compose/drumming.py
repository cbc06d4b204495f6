"""What the drums play."""

from collections.abc import Mapping, Sequence

from infinite_studio.engines.sketch.compose.score import Hit, Section
from infinite_studio.engines.sketch.grid import bar_of
from infinite_studio.engines.sketch.prompt.words import Mood
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import Grid, SectionName, SectionSpec, Style
from infinite_studio.music.tempo import BEATS_PER_BAR, STEPS_PER_BEAT

_STEP_BEATS = 1 / STEPS_PER_BEAT
_VELOCITIES = {"X": 1.0, "x": 0.8, "g": 0.36, "r": 0.74, "t": 0.7}
_BURSTS = {"r": 2, "t": 3}
_PULSE = (1.0, 0.84, 0.93, 0.82)
_PHRASE_BARS = 4


def drum(
    style: Style, sections: Sequence[Section], total_beats: float, mood: Mood, seed: int
) -> tuple[Hit, ...]:
    """Play grooves through the sections, with fills where they end."""
    if not style.drums.grooves:
        return ()
    dice = Dice(seed, "grooves")
    first = dice.below(len(style.drums.grooves))
    second = (first + 1) % len(style.drums.grooves)
    hits: list[Hit] = []
    for number, section in enumerate(sections):
        contrasting = section.name in {SectionName.B, SectionName.BREAK}
        groove = style.drums.grooves[second if contrasting else first]
        is_last = number == len(sections) - 1
        hits += _section(
            style,
            section,
            groove,
            mood,
            seed,
            fill_at_end=not (is_last and section.name is SectionName.OUTRO),
        )
    kept = (hit for hit in hits if hit.beat < total_beats - 1e-6)
    return tuple(sorted(kept, key=lambda hit: (hit.beat, hit.lane)))


def _section(
    style: Style, section: Section, groove: Grid, mood: Mood, seed: int, *, fill_at_end: bool
) -> list[Hit]:
    spec = style.section(section.name)
    hits: list[Hit] = []
    for bar in range(section.n_bars):
        grid = _fill(style, section, bar, seed, at_end=fill_at_end) or groove
        lanes = {lane: bar_of(steps, bar) for lane, steps in grid.lanes.items() if _plays(lane, spec)}
        dice_names = ("drums", section.name, bar % _PHRASE_BARS if grid is groove else f"fill{bar}")
        start = float((section.start_bar + bar) * BEATS_PER_BAR)
        for lane, steps in lanes.items():
            hits += _lane(lane, steps, start, spec.energy, mood, Dice(seed, *dice_names, lane))
    return hits + _crash(style.drums.kit, section, spec)


def _fill(style: Style, section: Section, bar: int, seed: int, *, at_end: bool) -> Grid | None:
    """Return the fill for this bar: always at the end of a section of four bars or more, sometimes in its middle."""
    if not style.drums.fills or section.n_bars < _PHRASE_BARS:
        return None
    dice = Dice(seed, "fill", section.name, section.occurrence, bar)
    is_end = bar == section.n_bars - 1
    is_phrase_end = (bar + 1) % _PHRASE_BARS == 0
    if (is_end and at_end) or (is_phrase_end and not is_end and dice.chance(0.3)):
        return dice.pick(style.drums.fills)
    return None


def _crash(kit: Mapping[str, object], section: Section, spec: SectionSpec) -> list[Hit]:
    """Return the crash that opens a section after the first."""
    opens = section.start_bar > 0 and section.name not in {SectionName.BREAK, SectionName.OUTRO}
    if not opens or "crash" not in kit or not _plays("crash", spec):
        return []
    return [Hit("crash", float(section.start_bar * BEATS_PER_BAR), 0.9)]


def _plays(lane: str, spec: SectionSpec) -> bool:
    return spec.drums is None or lane in spec.drums


def _lane(lane: str, steps: str, start: float, energy: float, mood: Mood, dice: Dice) -> list[Hit]:
    hits: list[Hit] = []
    for place, step in enumerate(steps):
        roll, shade = dice.unit(), dice.between(0.94, 1.06)
        if step == "." or not _sounds(step, roll, mood.density):
            continue
        pulse = _PULSE[place % STEPS_PER_BEAT] if step != "X" else 1.0
        velocity = _VELOCITIES.get(step, 0.66) * pulse * shade * energy * (1.0 + 0.15 * mood.energy)
        hits += _strokes(lane, step, start + place * _STEP_BEATS, velocity)
    return hits


def _sounds(step: str, roll: float, density: float) -> bool:
    if step.isdigit():
        return roll < int(step) / 10 * (1.0 + 0.7 * density)
    if step == "g" or step in _BURSTS:
        return roll < 1.0 + 0.6 * min(density, 0.0)
    return True


def _strokes(lane: str, step: str, beat: float, velocity: float) -> list[Hit]:
    count = _BURSTS.get(step, 1)
    return [
        Hit(lane, beat + place * _STEP_BEATS / count, min(max(velocity * (1.0 - 0.12 * place), 0.02), 1.0))
        for place in range(count)
    ]
