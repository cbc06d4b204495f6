"""The icon that the system shows for the window."""

import pytest
from PySide6.QtGui import QColor

from infinite_studio.ui.app_icon import SIZES_PX, app_icon, app_icon_image
from infinite_studio.ui.theme import DARK


def test_the_icon_has_every_size_that_systems_ask_for(qapp):
    assert {size.width() for size in app_icon().availableSizes()} == set(SIZES_PX)


@pytest.mark.parametrize("size_px", SIZES_PX)
def test_every_size_has_rounded_corners_and_the_colours_of_stems(qapp, size_px):
    image = app_icon_image(size_px)
    seen = {image.pixelColor(x, size_px // 2).name() for x in range(size_px)}
    assert image.pixelColor(0, 0).alpha() == 0
    assert QColor(DARK.raised).name() in seen
    assert {DARK.drums, DARK.bass, DARK.melody} <= seen
