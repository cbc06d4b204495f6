"""Fonts of the timeline and how its numbers read."""

from functools import cache

from PySide6.QtGui import QFont

from infinite_studio.audio.mixing import SILENT_DB
from infinite_studio.ui.theme import CAPTION_PX, TIME_FONTS, UI_FONTS

MINUS = "\N{MINUS SIGN}"
INFINITY = "\N{INFINITY}"


def ui_font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the interface's typeface with tabular figures."""
    font = QFont()
    font.setFamilies(list(UI_FONTS))
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def caption_font() -> QFont:
    """Return the typeface of captions."""
    return ui_font(CAPTION_PX)


@cache
def ruler_font() -> QFont:
    """Return the typeface of bar numbers."""
    font = QFont()
    font.setFamilies(list(TIME_FONTS))
    font.setPixelSize(CAPTION_PX)
    return font


def gain_text(gain_db: float) -> str:
    """Write a fader's position: ``−3.1 dB``, ``0.0 dB``, ``+2.0 dB``, and ``−∞ dB`` at its lower end."""
    if gain_db <= SILENT_DB:
        return f"{MINUS}{INFINITY} dB"
    rounded = round(gain_db, 1)
    sign = MINUS if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign}{abs(rounded):.1f} dB"


def pan_text(pan: float) -> str:
    """Write a place between left and right: ``C``, ``L 20``, ``R 100``."""
    percent = round(abs(pan) * 100)
    if percent == 0:
        return "C"
    return f"{'L' if pan < 0 else 'R'} {percent}"
