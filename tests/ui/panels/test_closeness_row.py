"""Being like something: the source, the closeness, and how they reach the request."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from tests.ui.held_session import take

from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key
from infinite_studio.services.values import LikeSource
from infinite_studio.ui.closeness_row import closeness_words
from infinite_studio.ui.generate_panel import GeneratePanel

SONG = Blueprint(112.0, Key.parse("G major"))


@pytest.fixture
def panel(qtbot, empty_session):
    empty_session.takes = (take(1),)
    made = GeneratePanel(empty_session)
    qtbot.addWidget(made)
    made.resize(360, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def listened(session, blueprint=SONG):
    session.like = replace(session.like, blueprint=blueprint)
    session.emit(sources=True)


def test_nothing_is_shown_while_there_is_nothing_to_be_like(panel):
    assert panel.closeness.isHidden()


def test_vary_in_the_menu_of_a_take_chooses_it_and_wants_the_panel(qtbot, panel, empty_session):
    (card,) = panel.takes.cards
    with qtbot.waitSignal(panel.wanted):
        next(action for action in card.menu().actions() if action.text() == "Vary…").trigger()
    assert panel.closeness.title.text == "Like: Take 1"
    assert panel.prompt.toPlainText() == "lo-fi, dusty rhodes"


def test_a_prompt_that_stands_there_is_kept(panel, empty_session):
    panel.prompt.setPlainText("techno")
    empty_session.choose_like("t1")
    assert panel.prompt.toPlainText() == "techno"


def test_while_the_studio_listens_generate_says_why_it_waits(panel, empty_session):
    empty_session.choose_like("t1")
    assert panel.closeness.facts.text == "listening to it…"
    assert not panel.work.button.isEnabled()
    assert panel.work.button.toolTip() == "Still listening to “Take 1”."
    listened(empty_session)
    assert panel.work.button.isEnabled()
    assert panel.closeness.facts.text == "112 BPM · G major"


def test_the_request_has_the_piece_and_the_closeness(qtbot, panel, empty_session):
    empty_session.choose_like("t1")
    listened(empty_session)
    panel.closeness.slider.setValue(85)
    qtbot.mouseClick(panel.work.button, Qt.MouseButton.LeftButton)
    (request,) = empty_session.requests()
    assert (request.like, request.closeness) == (SONG, 0.85)


def test_letting_go_hides_it_and_the_next_request_follows_nothing(qtbot, panel, empty_session):
    empty_session.choose_like("t1")
    listened(empty_session)
    qtbot.mouseClick(panel.closeness.clear, Qt.MouseButton.LeftButton)
    assert panel.closeness.isHidden()
    qtbot.mouseClick(panel.work.button, Qt.MouseButton.LeftButton)
    assert empty_session.requests()[0].like is None


def test_the_keyboard_moves_the_closeness_and_words_follow(qtbot, panel, empty_session):
    empty_session.choose_like("t1")
    slider = panel.closeness.slider
    panel.closeness.set_closeness(0.7)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 75
    assert panel.closeness.words.text == "75 % · same chords, free groove"
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert panel.closeness.words.text == "0 % · same mood only"
    assert slider.accessibleName() == "Closeness, same mood only"
    assert slider.accessibleDescription() == "to Take 1"


def test_the_wheel_scrolls_the_panel_and_not_the_closeness(panel, empty_session):
    empty_session.choose_like("t1")
    slider = panel.closeness.slider
    before = slider.value()
    wheel = QWheelEvent(
        QPointF(9, 9), QPointF(9, 9), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    slider.wheelEvent(wheel)
    assert slider.value() == before
    assert not wheel.isAccepted()


def test_a_piece_without_a_clear_key_says_so(panel, empty_session):
    empty_session.like = LikeSource("x", "rain.wav", blueprint=Blueprint(90.0))
    empty_session.emit(sources=True)
    assert "no clear key" in panel.closeness.facts.text


@pytest.mark.parametrize(
    ("closeness", "words"),
    [(1.0, "same chords, same groove"), (0.75, "same chords, free groove"), (0.25, "same key, related chords"), (0.2, "same mood only")],
)  # fmt: skip
def test_what_stays_the_same_is_said_in_words(closeness, words):
    assert closeness_words(closeness) == words
