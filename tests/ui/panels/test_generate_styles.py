"""The list of styles."""

import pytest
from PySide6.QtCore import Qt
from tests.ui.fake_session import STYLES

from infinite_studio.services.values import Problem
from infinite_studio.ui.generate_panel import GeneratePanel
from infinite_studio.ui.generate_styles import StyleModel, matching, range_text


@pytest.fixture
def panel(qtbot, empty_session):
    made = GeneratePanel(empty_session)
    qtbot.addWidget(made)
    made.resize(400, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_every_style_is_listed_with_tempo_and_description(panel):
    popup = panel.open_styles()
    assert popup.shown == STYLES
    told = [popup.model.data(popup.model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert told[0] == "House, 118–128 BPM, Four on the floor with warm stabs and rolling hats."
    popup.close()


def test_a_click_writes_the_style_into_the_prompt_and_puts_the_cursor_there(qtbot, panel):
    popup = panel.open_styles()
    index = popup.model.index(2)
    qtbot.mouseClick(
        popup.list.viewport(), Qt.MouseButton.LeftButton, pos=popup.list.visualRect(index).center()
    )
    assert panel.prompt.toPlainText() == "trap"


def test_choosing_replaces_the_style_that_the_prompt_names(qtbot, panel):
    panel.prompt.setPlainText("warm lo-fi with rhodes")
    popup = panel.open_styles()
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert panel.prompt.toPlainText() == "warm house with rhodes"


def test_arrows_move_and_escape_leaves_the_prompt_alone(qtbot, panel):
    popup = panel.open_styles()
    qtbot.keyClick(popup.search, Qt.Key.Key_Down)
    qtbot.keyClick(popup.search, Qt.Key.Key_Down)
    qtbot.keyClick(popup.search, Qt.Key.Key_Down)
    assert popup.list.currentIndex().data(StyleModel.STYLE) == STYLES[2]
    qtbot.keyClick(popup.search, Qt.Key.Key_Escape)
    assert panel.prompt.toPlainText() == ""


def test_typing_finds_styles_by_name_mood_and_description(qtbot, panel):
    assert [style.name for style in matching(STYLES, "deep")] == ["house"]
    assert [style.name for style in matching(STYLES, "warm")] == ["house", "lo-fi hip hop"]
    popup = panel.open_styles()
    qtbot.keyClicks(popup.search, "kazoo")
    assert popup.nothing.isVisible()
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert panel.prompt.toPlainText() == ""
    popup.close()


def test_a_style_file_that_cannot_be_read_is_told_where_styles_are_chosen(panel, empty_session):
    empty_session.style_problems = (Problem("The style file my.toml: no.", "Correct it."), Problem("x", "y"))
    popup = panel.open_styles()
    assert popup.problem.text.startswith("The style file my.toml: no.")
    assert "1 more" in popup.problem.text
    popup.close()


def test_tempo_ranges_have_a_real_dash():
    assert range_text(STYLES[0]) == "118–128 BPM"
