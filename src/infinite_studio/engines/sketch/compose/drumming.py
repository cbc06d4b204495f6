"""What the drums play."""

from collections.abc import Sequence
from dataclasses import replace

from infinite_studio.engines.sketch.compose.score import Hit, Section
from infinite_studio.engines.sketch.compose.strokes import strokes_of
from infinite_studio.engines.sketch.grid import bar_of
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import Grid, SectionName, SectionSpec
from infinite_studio.music.stems import StemType
from infinite_studio.music.tempo import BEATS_PER_BAR, STEPS_PER_BAR

_PHRASE_BARS = 4
_CHANCE_OF_PHRASE_FILL = 0.3
_CONTRASTING = frozenset({SectionName.B, SectionName.BREAK})


def drum(plan: Plan, sections: Sequence[Section]) -> tuple[Hit, ...]:
    """Play grooves through the sections, with fills where they end."""
    if not plan.style.drums.grooves:
        return ()
    drummer = _Drummer(plan)
    hits: list[Hit] = []
    for number, section in enumerate(sections):
        is_last = number == len(sections) - 1
        closes = is_last and section.name is SectionName.OUTRO
        hits += drummer.play(section, fills=not closes)
    kept = (hit for hit in hits if hit.beat < plan.total_beats - 1e-6)
    return tuple(sorted(kept, key=lambda hit: (hit.beat, hit.drum)))


class _Drummer:
    """Chooses a groove for each kind of section and plays it.

    Parameters
    ----------
    plan : Plan
        Style, mood and seed.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._drums = plan.style.drums
        self._seed = plan.seed_of(StemType.DRUMS)

    def play(self, section: Section, *, fills: bool) -> list[Hit]:
        """Return the hits of a section; the fill that ends it replaces the groove in its last bars."""
        spec = self._plan.style.section(section.name)
        groove, ending = self._groove(section.name), self._ending(section) if fills else None
        hits: list[Hit] = []
        for bar in range(section.n_bars):
            fill, bar_of_fill = self._fill(section, bar, ending)
            grid, bar_of_grid = (groove, bar) if fill is None else (fill, bar_of_fill)
            names = (bar % _PHRASE_BARS,) if fill is None else ("fill", bar)
            hits += self._bar(grid, bar_of_grid, section, bar, names)
        return hits + self._crash(section, spec)

    def _groove(self, name: SectionName) -> Grid:
        """Return the section's own grooves' choice, else the first or the second of those for any section."""
        dice = Dice(self._seed, "grooves")
        own = [grid for grid in self._drums.grooves if name in grid.sections]
        common = [grid for grid in self._drums.grooves if not grid.sections]
        if own:
            return Dice(self._seed, "grooves", name).pick(own)
        if self._plan.like is not None:
            common.sort(key=lambda grid: abs(_density(grid) - self._wanted_density()))
            first = 0 if self._plan.closeness >= dice.unit() else dice.below(len(common))
        else:
            first = dice.below(len(common))
        return common[(first + (name in _CONTRASTING)) % len(common)]

    def _wanted_density(self) -> float:
        return self._plan.like.density if self._plan.like is not None else 0.5

    def _ending(self, section: Section) -> Grid | None:
        """Return the fill that ends a section of four bars or more."""
        if section.n_bars < _PHRASE_BARS:
            return None
        suited = [fill for fill in self._drums.fills if section.name in fill.sections]
        common = [fill for fill in self._drums.fills if not fill.sections]
        fitting = [fill for fill in suited or common if fill.n_bars <= section.n_bars // 2]
        if not fitting:
            return None
        return Dice(self._seed, "fill", section.name, section.occurrence).pick(fitting)

    def _fill(self, section: Section, bar: int, ending: Grid | None) -> tuple[Grid | None, int]:
        """Return the fill that replaces a bar, and which bar of the fill it is."""
        if ending is not None and bar >= section.n_bars - ending.n_bars:
            return ending, bar - (section.n_bars - ending.n_bars)
        is_phrase_end = (bar + 1) % _PHRASE_BARS == 0 and bar != section.n_bars - 1
        short = [fill for fill in self._drums.fills if not fill.sections and fill.n_bars == 1]
        dice = Dice(self._seed, "fill", section.name, section.occurrence, bar)
        if is_phrase_end and short and dice.chance(_CHANCE_OF_PHRASE_FILL):
            return dice.pick(short), 0
        return None, 0

    def _bar(
        self, grid: Grid, bar_of_grid: int, section: Section, bar: int, names: tuple[int | str, ...]
    ) -> list[Hit]:
        """Play one bar of a grid."""
        spec, mood = self._plan.style.section(section.name), self._plan.mood
        share = bar / max(section.n_bars - 1, 1)
        force = spec.energy * (1.0 - spec.rise * (1.0 - share)) * (1.0 + 0.15 * mood.energy)
        start = float((section.start_bar + bar) * BEATS_PER_BAR)
        hits: list[Hit] = []
        for drum, steps in grid.rows.items():
            if _plays(drum, spec):
                dice = Dice(self._seed, "drums", section.name, *names, drum)
                found = strokes_of(bar_of(steps, bar_of_grid), mood.density, dice)
                hits += (Hit(drum, start + hit.beat, _bounded(hit.velocity * force)) for hit in found)
        return [replace(hit, beat=max(hit.beat, 0.0)) for hit in hits]

    def _crash(self, section: Section, spec: SectionSpec) -> list[Hit]:
        """Return the crash that opens a section after the first."""
        opens = section.start_bar > 0 and section.name not in {SectionName.BREAK, SectionName.OUTRO}
        if not opens or "crash" not in self._drums.kit or not _plays("crash", spec):
            return []
        return [Hit("crash", float(section.start_bar * BEATS_PER_BAR), 0.9)]


def _density(grid: Grid) -> float:
    """Return on how many of a bar's sixteenths something is struck, 0 to 1."""
    n_bars = max(grid.n_bars, 1)
    struck = {
        place
        for steps in grid.rows.values()
        for place in range(n_bars * STEPS_PER_BAR)
        if steps[place % len(steps)] in "Xxrtqf"
    }
    return len(struck) / (n_bars * STEPS_PER_BAR)


def _plays(drum: str, spec: SectionSpec) -> bool:
    return spec.drums is None or drum in spec.drums


def _bounded(velocity: float) -> float:
    return min(max(velocity, 0.02), 1.0)
