"""How many bars each section of a piece gets."""

from collections import Counter
from itertools import cycle

from infinite_studio.engines.sketch.compose.score import Section
from infinite_studio.engines.sketch.style import Arrangement, SectionName

LOOP_BARS = 8
_LEAST_BODY_BARS = 16


def arrange(
    n_bars: int,
    arrangement: Arrangement | None = None,
    *,
    is_loop: bool = False,
    is_continuation: bool = False,
) -> tuple[Section, ...]:
    """Divide a piece into sections.

    Up to eight bars are one section; a continuation begins with the contrasting one; longer pieces go through the
    style's body; those that have room get intro and outro, which loops and continuations never do.
    """
    form = arrangement or Arrangement()
    first = SectionName.B if is_continuation else SectionName.A
    if n_bars <= LOOP_BARS:
        return _placed([(first, n_bars)])
    edges = form.intro_bars + form.outro_bars
    if is_loop or is_continuation or n_bars < edges + _LEAST_BODY_BARS:
        return _placed(_body(n_bars, form, begins_with=first))
    body = _body(n_bars - edges, form, begins_with=first)
    ends = [(SectionName.INTRO, form.intro_bars), *body, (SectionName.OUTRO, form.outro_bars)]
    return _placed([(name, length) for name, length in ends if length])


def _body(n_bars: int, form: Arrangement, *, begins_with: SectionName) -> list[tuple[SectionName, int]]:
    """Go round the body until the bars are filled; a last section under four bars belongs to the one before."""
    names = [name for name, _ in form.body]
    shift = names.index(begins_with) if begins_with in names else 0
    body: list[tuple[SectionName, int]] = []
    left = n_bars
    for name, length in cycle((*form.body[shift:], *form.body[:shift])):
        if left <= 0:
            break
        taken = left if left - length < 4 else length
        is_last = taken == left
        # A break at the very end would end the piece twice.
        body.append((SectionName.B if is_last and name is SectionName.BREAK and body else name, taken))
        left -= taken
    return body


def _placed(lengths: list[tuple[SectionName, int]]) -> tuple[Section, ...]:
    sections, seen, bar = [], Counter[SectionName](), 0
    for name, length in lengths:
        sections.append(Section(name, bar, length, seen[name]))
        seen[name] += 1
        bar += length
    return tuple(sections)
