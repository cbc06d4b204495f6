"""The two typefaces: Inter for words, JetBrains Mono for time; figures keep their width in both."""

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from infinite_studio.resources import resource_path
from infinite_studio.ui.theme import BODY_PX, CAPTION_PX, TIME_FONTS, TIME_PX, UI_FONTS


def load_bundled_fonts(folder: Path | None = None) -> int:
    """Register the fonts that travel with the package; return how many; none in a checkout."""
    where = folder or resource_path("fonts")
    if not where.is_dir():
        return 0
    files = sorted(path for path in where.iterdir() if path.suffix in {".ttf", ".otf"})
    return sum(QFontDatabase.addApplicationFont(str(path)) >= 0 for path in files)


def interface_font(size_px: int = BODY_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the font of all words, with tabular figures."""
    font = QFont()
    font.setFamilies(list(UI_FONTS))
    font.setPixelSize(size_px)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def caption_font(weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the font of captions."""
    return interface_font(CAPTION_PX, weight)


def time_font(size_px: int = TIME_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the monospaced font of time."""
    font = QFont()
    font.setFamilies(list(TIME_FONTS))
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(size_px)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("zero"), 0)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
