"""Text can be read on every surface of both themes, and colours are written in one place."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

import infinite_studio.ui as ui
from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.stylesheet import stylesheet
from infinite_studio.ui.theme import DARK, LIGHT, Theme

READABLE = 4.5


def luminance(color: str) -> float:
    """Return the relative luminance after WCAG 2."""
    parts = (QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    """Return the contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_text_is_readable_on_every_surface(theme: Theme) -> None:
    surfaces = (theme.timeline, theme.panel, theme.raised)
    for ink in (theme.text, theme.text_secondary, theme.text_tertiary):
        assert min(contrast(ink, surface) for surface in surfaces) >= READABLE, ink
    assert contrast(theme.text_secondary, theme.control) >= READABLE
    assert contrast(theme.on_accent, theme.accent) >= READABLE
    assert contrast(theme.on_accent_surface, theme.accent_surface) >= READABLE
    for ink in (theme.good, theme.attention, theme.danger):
        assert min(contrast(ink, surface) for surface in (theme.panel, theme.timeline)) >= READABLE, ink
    assert contrast(theme.attention, theme.control) >= READABLE


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_chips_are_readable(theme: Theme) -> None:
    rules = re.findall(r'"chip"\]\[tone="\w+"\] \{ background: (#\w+); color: (#\w+); \}', stylesheet(theme))
    assert len(rules) == 4
    for background, ink in rules:
        assert contrast(background, ink) >= READABLE, (background, ink)


def test_colours_are_written_in_the_theme_alone() -> None:
    folder = Path(next(iter(ui.__path__)))
    pattern = re.compile(r"#[0-9a-fA-F]{6}\b|QColor\(\d")
    guilty = [path.name for path in folder.rglob("*.py") if pattern.search(path.read_text(encoding="utf-8"))]
    assert guilty == ["theme.py"]


def test_every_icon_leaves_a_mark_inside_of_its_box() -> None:
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QImage, QPainter

    for name in IconName:
        image = QImage(32, 32, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        paint_icon(painter, name, QRectF(4, 4, 24, 24), QColor("white"))
        painter.end()
        marked = {(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() > 40}
        assert len(marked) > 8, name
        assert all(3 <= x <= 28 and 3 <= y <= 28 for x, y in marked), name
