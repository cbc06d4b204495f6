"""Bars and beats: which lines the grid shows at a zoom, and how positions snap and read."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from infinite_studio.project.model import BEATS_PER_BAR, Project
from infinite_studio.ui.timeline.viewport import Viewport

MIN_LINE_DISTANCE_PX = 9.0
MIN_LABEL_DISTANCE_PX = 46.0
SUBDIVISIONS = 4


class LineKind(IntEnum):
    """How strong a grid line is."""

    SUBDIVISION = 0
    BEAT = 1
    BAR = 2


@dataclass(frozen=True)
class GridLine:
    """One line of the grid; the label is empty where there is no room for it."""

    frame: float
    kind: LineKind
    label: str


def _bars_per(distance_px: float, bar_px: float) -> int:
    """Fewest bars, a power of two, that are at least this far apart."""
    return 1 << max(0, math.ceil(math.log2(distance_px / bar_px)))


def _step_in_subdivisions(beat_px: float) -> int:
    """Distance of neighbouring lines, counted in quarters of a beat."""
    if beat_px / SUBDIVISIONS >= MIN_LINE_DISTANCE_PX * 2:
        return 1
    if beat_px >= MIN_LINE_DISTANCE_PX:
        return SUBDIVISIONS
    bar = SUBDIVISIONS * BEATS_PER_BAR
    return bar * _bars_per(MIN_LINE_DISTANCE_PX, beat_px * BEATS_PER_BAR)


def _label_step_in_subdivisions(beat_px: float) -> int:
    """Distance of neighbouring labels, counted in quarters of a beat."""
    if beat_px >= MIN_LABEL_DISTANCE_PX * 1.25:
        return SUBDIVISIONS
    bar = SUBDIVISIONS * BEATS_PER_BAR
    return bar * _bars_per(MIN_LABEL_DISTANCE_PX / 1.25, beat_px * BEATS_PER_BAR)


def _kind(subdivision: int) -> LineKind:
    if subdivision % (SUBDIVISIONS * BEATS_PER_BAR) == 0:
        return LineKind.BAR
    return LineKind.BEAT if subdivision % SUBDIVISIONS == 0 else LineKind.SUBDIVISION


def _label(subdivision: int) -> str:
    bar, rest = divmod(subdivision, SUBDIVISIONS * BEATS_PER_BAR)
    beat = rest // SUBDIVISIONS
    return f"{bar + 1}" if beat == 0 else f"{bar + 1}.{beat + 1}"


def grid_lines(project: Project, viewport: Viewport, left_px: float, right_px: float) -> Iterator[GridLine]:
    """Yield the lines between two pixels, from left to right, never denser than a reader can tell apart."""
    unit = project.frames_per_beat / SUBDIVISIONS
    beat_px = project.frames_per_beat / viewport.frames_per_pixel
    step = _step_in_subdivisions(beat_px)
    label_step = _label_step_in_subdivisions(beat_px)
    first = math.floor(viewport.frame_at(left_px) / (unit * step))
    last = math.ceil(viewport.frame_at(right_px) / (unit * step))
    for index in range(max(first, 0) * step, last * step + 1, step):
        yield GridLine(index * unit, _kind(index), _label(index) if index % label_step == 0 else "")


def snap_frame(project: Project, frame: float) -> int:
    """Nearest beat at or after the project's beginning, as a whole frame."""
    beat = max(0, round(frame / project.frames_per_beat))
    return round(beat * project.frames_per_beat)


def position_text(project: Project, frame: float) -> str:
    """Name a place as ``bar 5.1``, or with hundredths of a beat where it lies between beats."""
    beats = max(frame, 0.0) / project.frames_per_beat
    hundredths = round(beats * 100)
    whole, part = divmod(hundredths, 100)
    bar, beat = divmod(whole, BEATS_PER_BAR)
    return f"bar {bar + 1}.{beat + 1}" + (f" + {part / 100:.2f}" if part else "")
