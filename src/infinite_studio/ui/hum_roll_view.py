"""Where seconds and pitches of a hum lie on the roll."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF

if TYPE_CHECKING:
    from infinite_studio.music.singing import SungNote
    from infinite_studio.services.humming_values import Hum

KEYS_PX = 34.0
TOP_PX, BOTTOM_PX = 6.0, 18.0
EDGE_PX = 6.0
LEAST_SEMITONES = 13
MARGIN_SEMITONES = 2
CLOSEST_PX_PER_SECOND = 900.0


@dataclass(frozen=True)
class RollView:
    """The part of a hum that is seen: from a second on, so many pixels a second, between two pitches."""

    width: float = 1.0
    height: float = 1.0
    length_seconds: float = 1.0
    from_seconds: float = 0.0
    px_per_second: float = 1.0
    lowest: int = 54
    semitones: int = LEAST_SEMITONES

    @property
    def field(self) -> QRectF:
        """Where notes are drawn."""
        return QRectF(
            KEYS_PX, TOP_PX, max(self.width - KEYS_PX, 1.0), max(self.height - TOP_PX - BOTTOM_PX, 1.0)
        )

    @property
    def row(self) -> float:
        """Height of a semitone in pixels."""
        return self.field.height() / self.semitones

    @property
    def whole_px_per_second(self) -> float:
        """The zoom at which all of the hum is seen."""
        return self.field.width() / max(self.length_seconds, 0.1)

    @property
    def seen_seconds(self) -> float:
        """How much is seen."""
        return self.field.width() / self.px_per_second

    def x_of(self, seconds: float) -> float:
        """Return where a moment lies."""
        return self.field.left() + (seconds - self.from_seconds) * self.px_per_second

    def seconds_at(self, x: float) -> float:
        """Return the moment at a place."""
        return self.from_seconds + (x - self.field.left()) / self.px_per_second

    def y_of(self, pitch: float) -> float:
        """Return the middle of a pitch's row."""
        return self.field.bottom() - (pitch - self.lowest + 0.5) * self.row

    def pitch_at(self, y: float) -> int:
        """Return the pitch whose row a place lies in."""
        return self.lowest + int((self.field.bottom() - y) // self.row)

    def box_of(self, note: SungNote) -> QRectF:
        """Return where a note is drawn."""
        left = self.x_of(note.start_seconds)
        height = min(max(self.row - 1.0, 3.0), 18.0)
        width = max(note.length_seconds * self.px_per_second, 3.0)
        return QRectF(left, self.y_of(note.pitch) - height / 2, width, height)

    def zoomed(self, factor: float, around_x: float) -> RollView:
        """Return the view nearer or further, with the moment at a place staying there."""
        at = self.seconds_at(around_x)
        wanted = self.px_per_second * factor
        px = min(max(wanted, self.whole_px_per_second), CLOSEST_PX_PER_SECOND)
        return replace(self, px_per_second=px, from_seconds=at - (around_x - self.field.left()) / px).inside()

    def scrolled(self, seconds: float) -> RollView:
        """Return the view further along."""
        return replace(self, from_seconds=self.from_seconds + seconds).inside()

    def resized(self, width: float, height: float) -> RollView:
        """Return the view in another size; what was seen as a whole still is."""
        was_whole = self.px_per_second <= self.whole_px_per_second * 1.001
        changed = replace(self, width=width, height=height)
        least = changed.whole_px_per_second
        px = least if was_whole else max(self.px_per_second, least)
        return replace(changed, px_per_second=px).inside()

    def inside(self) -> RollView:
        """Return the view moved so that nothing before or after the hum is seen."""
        latest = max(self.length_seconds - self.seen_seconds, 0.0)
        return replace(self, from_seconds=min(max(self.from_seconds, 0.0), latest))

    def showing(self, seconds: float) -> RollView:
        """Return the view moved so that a moment is seen."""
        if self.from_seconds <= seconds <= self.from_seconds + self.seen_seconds:
            return self
        return replace(self, from_seconds=seconds - 0.1 * self.seen_seconds).inside()


def view_of(hum: Hum, width: float, height: float) -> RollView:
    """Return a view of the whole hum."""
    voiced = hum.curve.pitches[hum.curve.is_voiced] - hum.tuning
    pitches = [note.pitch for note in hum.notes]
    low, high = (float(np.quantile(voiced, share)) for share in (0.02, 0.98)) if voiced.size else (60.0, 72.0)
    lowest = int(min([low, *pitches])) - MARGIN_SEMITONES
    highest = int(max([high, *pitches])) + MARGIN_SEMITONES
    missing = max(LEAST_SEMITONES - (highest - lowest + 1), 0)
    view = RollView(
        width,
        height,
        hum.audio.duration_seconds,
        0.0,
        1.0,
        lowest - missing // 2,
        highest - lowest + 1 + missing,
    )
    return replace(view, px_per_second=view.whole_px_per_second)
