"""Hours of sound from one loop, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.looping.form import LoopForm, length_of, stretch
from infinite_studio.looping.targets import Plan

_BLOCK_FRAMES = 65_536


@dataclass(frozen=True, eq=False)
class Section:
    """Stretches played in order, ``times`` times; only one that is played once may lie within a fade.

    Parameters
    ----------
    parts : tuple of ndarray of float32, shape (frames, channels)
        Views of the source; nothing is copied.
    times : int
        How often.
    first_frame : int
        Where it begins in the whole.
    fades : Plan or None
        What fades it; None where no fade touches it.
    """

    parts: tuple[Samples, ...]
    times: int = 1
    first_frame: int = 0
    fades: Plan | None = None

    @property
    def round_frames(self) -> int:
        """Length of the stretches once."""
        return length_of(self.parts)

    @property
    def n_frames(self) -> int:
        """Length of the section."""
        return self.round_frames * self.times

    def blocks(self) -> Iterator[Samples]:
        """Yield the stretches once, in blocks of at most 65,536 frames, with their fades."""
        place = self.first_frame
        for part in self.parts:
            for start in range(0, part.shape[0], _BLOCK_FRAMES):
                block = part[start : start + _BLOCK_FRAMES]
                gains = fade_gains(self.fades, place, block.shape[0]) if self.fades is not None else None
                place += block.shape[0]
                yield block if gains is None else np.asarray(block * gains[:, np.newaxis], np.float32)


def sections_of(form: LoopForm, plan: Plan) -> tuple[Section, ...]:
    """Return what is played as sections of whole rounds: edges once, the middle many times.

    Parameters
    ----------
    form : LoopForm
        The loop.
    plan : Plan
        How long.

    Returns
    -------
    tuple of Section
        Their lengths add up to the plan's. Whatever a fade touches is in sections that are played once.
    """
    length, intro = form.round_frames, form.intro_frames
    end = intro + plan.rounds * length if plan.has_outro else plan.n_frames
    first_safe = max(plan.fade_in_frames, intro)
    last_safe = min(plan.n_frames - plan.fade_out_frames, end)
    # Rounds that a fade touches, the first and last where they differ, and the one that is cut short are not repeated.
    least = 0 if _is_same(form.first, form.middle) else 1
    low = max(least, -(-(first_safe - intro) // length))
    high = max((last_safe - intro) // length, low)
    if plan.has_outro:
        high = min(high, plan.rounds - 1)
    if high <= low:
        return (_section(form, plan, 0, plan.n_frames),)
    middle = Section(form.middle, high - low, intro + low * length)
    head = _section(form, plan, 0, intro + low * length)
    tail = _section(form, plan, intro + high * length, plan.n_frames)
    return tuple(section for section in (head, middle, tail) if section.n_frames)


def _is_same(one: tuple[Samples, ...], other: tuple[Samples, ...]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))


def _section(form: LoopForm, plan: Plan, first_frame: int, end_frame: int) -> Section:
    """Return a range of the whole, played once."""
    fades_in = first_frame < plan.fade_in_frames
    fades_out = plan.fade_out_frames > 0 and end_frame > plan.n_frames - plan.fade_out_frames
    parts = tuple(_unfaded(form, plan, first_frame, end_frame))
    return Section(parts, 1, first_frame, plan if fades_in or fades_out else None)


def _unfaded(form: LoopForm, plan: Plan, first_frame: int, end_frame: int) -> Iterator[Samples]:
    yield from stretch(form.intro, first_frame, min(end_frame, form.intro_frames))
    length, place = form.round_frames, form.intro_frames
    for number in range(plan.rounds):
        start = place + number * length
        if start + length <= first_frame or start >= end_frame:
            continue
        yield from stretch(_round(form, plan, number), first_frame - start, end_frame - start)
    if plan.has_outro:
        start = place + plan.rounds * length
        yield from stretch(form.outro, first_frame - start, end_frame - start)


def _round(form: LoopForm, plan: Plan, number: int) -> tuple[Samples, ...]:
    """Return what is played in a round: the seams at both ends of the loop are made only between rounds."""
    is_last = plan.has_outro and number == plan.rounds - 1
    if number == 0:
        return form.only if is_last else form.first
    return form.last if is_last else form.middle


def fade_gains(plan: Plan, first_frame: int, n_frames: int) -> Samples | None:
    """Return the gains of a range, shape ``(n_frames,)``; None where no fade touches it."""
    end = first_frame + n_frames
    fades_in = first_frame < plan.fade_in_frames
    fades_out = plan.fade_out_frames > 0 and end > plan.n_frames - plan.fade_out_frames
    if not (fades_in or fades_out):
        return None
    places = np.arange(first_frame, end, dtype=np.float64)
    gains = np.ones(n_frames)
    if fades_in:
        gains *= np.sin(0.5 * np.pi * np.clip(places / plan.fade_in_frames, 0.0, 1.0))
    if fades_out:
        left = (plan.n_frames - 1 - places) / plan.fade_out_frames
        gains *= np.sin(0.5 * np.pi * np.clip(left, 0.0, 1.0))
    return gains.astype(np.float32)


def blocks_of(sections: tuple[Section, ...]) -> Iterator[Samples]:
    """Yield everything that is played, block by block, at constant memory."""
    for section in sections:
        for _ in range(section.times):
            yield from section.blocks()
