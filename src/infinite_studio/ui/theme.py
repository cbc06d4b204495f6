"""Colours, type and spacing of the two themes: the only place where a colour is written."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QColor

from infinite_studio.music.stems import StemType

GRID_PX = 4
PANEL_PADDING_PX = 12
CONTROL_RADIUS_PX = 9
CLIP_RADIUS_PX = 7
TRANSPORT_BUTTON_PX = 34
BODY_PX = 13
CAPTION_PX = 11
TIME_PX = 20
UI_FONTS = ("Inter", "Segoe UI", "SF Pro Text", "Helvetica Neue", "Noto Sans", "DejaVu Sans", "sans-serif")
TIME_FONTS = ("JetBrains Mono", "Cascadia Mono", "SF Mono", "Consolas", "DejaVu Sans Mono", "monospace")


class ThemeName(StrEnum):
    """The themes that a person may choose."""

    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True)
class Theme:
    """Every colour of the window, as ``#rrggbb``."""

    name: ThemeName
    timeline: str
    panel: str
    raised: str
    control: str
    line: str
    text: str
    text_secondary: str
    text_tertiary: str
    accent: str
    on_accent: str
    accent_surface: str
    on_accent_surface: str
    good: str
    attention: str
    danger: str
    drums: str
    bass: str
    melody: str
    vocals: str
    other: str
    guitar: str
    piano: str
    kick: str
    snare: str
    hats: str

    def stem(self, stem_type: StemType) -> QColor:
        """Colour of a kind of stem."""
        return QColor(getattr(self, stem_type.value))

    def color(self, token: str, opacity: float = 1.0) -> QColor:
        """Colour of a token such as ``accent``, with an opacity of 0 to 1."""
        color = QColor(getattr(self, token))
        color.setAlphaF(opacity)
        return color


DARK = Theme(
    name=ThemeName.DARK,
    timeline="#111317",
    panel="#171a20",
    raised="#1e222a",
    control="#272c36",
    line="#2b313c",
    text="#e7eaf0",
    text_secondary="#9aa3b2",
    text_tertiary="#8a93a3",
    accent="#7c9cff",
    on_accent="#0d1120",
    accent_surface="#2b3a70",
    on_accent_surface="#c9d6ff",
    good="#6bd6a8",
    attention="#ffd166",
    danger="#ff6b6b",
    drums="#ff9f6b",
    bass="#6bd6a8",
    melody="#7c9cff",
    vocals="#ff7da6",
    other="#c79bff",
    guitar="#e0b46b",
    piano="#6bc7e0",
    kick="#ff8a66",
    snare="#ffb38a",
    hats="#ffcfa8",
)

LIGHT = Theme(
    name=ThemeName.LIGHT,
    timeline="#f4f5f8",
    panel="#ffffff",
    raised="#eceef3",
    control="#dfe3ea",
    line="#d0d5de",
    text="#1a1d23",
    text_secondary="#4d5666",
    text_tertiary="#5b6575",
    accent="#2f54d0",
    on_accent="#ffffff",
    accent_surface="#dbe3ff",
    on_accent_surface="#1f3a9e",
    good="#1d7a54",
    attention="#8a5a00",
    danger="#c22f2f",
    drums="#b85a26",
    bass="#2a8a61",
    melody="#3f62d8",
    vocals="#c0416c",
    other="#8552c9",
    guitar="#8a6420",
    piano="#1f7f9c",
    kick="#a8481c",
    snare="#b86a2a",
    hats="#8f6a3a",
)

THEMES = {ThemeName.DARK: DARK, ThemeName.LIGHT: LIGHT}
