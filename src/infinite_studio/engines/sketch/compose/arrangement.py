"""How many bars each section of a piece gets."""

from collections import Counter
from itertools import cycle

from infinite_studio.engines.sketch.compose.score import Section
from infinite_studio.engines.sketch.style import SectionName

LOOP_BARS = 8
_EDGE_BARS = 4
_FULL_FORM_BARS = 24
_BODY = ((SectionName.A, 8), (SectionName.B, 8), (SectionName.BREAK, 4))


def arrange(n_bars: int) -> tuple[Section, ...]:
    """Divide a piece into sections: a loop stays one section, longer pieces get a form with intro and outro."""
    if n_bars <= LOOP_BARS:
        return _placed([(SectionName.A, n_bars)])
    if n_bars < _FULL_FORM_BARS:
        return _placed([(SectionName.A, LOOP_BARS), (SectionName.B, n_bars - LOOP_BARS)])
    body = []
    left = n_bars - 2 * _EDGE_BARS
    for name, length in cycle(_BODY):
        if left <= 0:
            break
        if name is SectionName.BREAK and left < 2 * _EDGE_BARS:
            name = SectionName.B  # noqa: PLW2901 - a break right before the outro would end the piece twice
        body.append((name, min(length, left)))
        left -= length
    return _placed([(SectionName.INTRO, _EDGE_BARS), *body, (SectionName.OUTRO, _EDGE_BARS)])


def _placed(lengths: list[tuple[SectionName, int]]) -> tuple[Section, ...]:
    sections, seen, bar = [], Counter[SectionName](), 0
    for name, length in lengths:
        sections.append(Section(name, bar, length, seen[name]))
        seen[name] += 1
        bar += length
    return tuple(sections)
