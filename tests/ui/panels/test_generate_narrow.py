"""The Generate panel where there is little room: nothing is cut off, and the keyboard goes through it as one reads."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from tests.ui.fake_session import SKETCH
from tests.ui.held_session import take

from infinite_studio.engines.base import EngineInfo
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.services.values import ContinueSource, LikeSource, Melody
from infinite_studio.ui.generate_panel import GeneratePanel

NARROW_PX = 260
LONG_NAME = "A very long name of a song that somebody dropped here last night.wav"
NETWORK = EngineInfo(
    "musicgen-stereo-melody-large",
    "MusicGen stereo melody large · ready",
    "A network that follows a tune.",
    "CC-BY-NC 4.0 · not for sale",
    "1",
    needs_weights=True,
    hears_sounds=True,
)


@pytest.fixture
def panel(qtbot, empty_session):
    empty_session.generators = (SKETCH, NETWORK)
    made = GeneratePanel(empty_session)
    qtbot.addWidget(made)
    made.resize(NARROW_PX, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def empty(_panel, _session):
    """Leave everything as it is."""


def advanced(panel, _session):
    panel.engine.choose(NETWORK.name)
    panel.advanced.set_open(is_open=True)
    panel.advanced.guidance.editor.setValue(1.5)


def continuing(panel, session):
    panel.engine.choose(NETWORK.name)
    session.continued = ContinueSource("t1", LONG_NAME)
    session.emit(sources=True)


def alike(_panel, session):
    session.like = LikeSource("t1", LONG_NAME, "", "o", Blueprint(127.3, Key.parse("F# minor")), "o")
    session.emit(sources=True)


def sung(_panel, session):
    session.set_melody(Melody((Note(60, 0.0, 1.0, 0.8),), LONG_NAME, 93.5))


def problems(panel, _session):
    panel.missing.show_problem(
        "MusicGen stereo melody large is not here yet: 13.6 GB, CC-BY-NC. Download?", "Once.", "download:x"
    )
    panel.failure.show_problem(
        "The model needed longer than 10 minutes, so it was stopped.", "Make it shorter."
    )
    panel.form.length.editor.setText("eight bananas")


def compared(_panel, session):
    paid = replace(take(12), licence=NETWORK.licence, facts=(f"like “{LONG_NAME}”, 70%", "tune kept 83%"))
    session.takes = (replace(take(1), notices=("Memory was short, so it was made in int8.",)), paid)
    session.placed_take_id = "t1"
    session.emit(takes=True)


STATES = [empty, advanced, continuing, alike, sung, problems, compared]


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_cut_off_in_a_narrow_panel(qtbot, panel, empty_session, state):
    state(panel, empty_session)
    column = panel._column
    qtbot.waitUntil(lambda: column.horizontalScrollBar().maximum() == 0, timeout=2_000)
    assert column.widget().minimumSizeHint().width() <= column.viewport().width()


@pytest.mark.parametrize("state", STATES)
def test_tab_goes_through_the_panel_as_one_reads_it(qtbot, panel, empty_session, state):
    state(panel, empty_session)
    places = []
    widget: QWidget = panel.engine.editor
    qtbot.wait(1)
    while panel.isAncestorOf(widget):
        if widget.isVisible() and widget.focusPolicy() & widget.focusPolicy().TabFocus and widget.isEnabled():
            top = widget.mapTo(panel, QPoint(0, 0))
            places.append((top.y(), top.x(), widget))
        widget = widget.nextInFocusChain()
        if widget is panel.engine.editor:
            break
    assert len(places) > 8
    for (y, x, one), (next_y, next_x, other) in pairwise(places):
        assert next_y > y - 16, (one, other)
        assert next_y > y + 16 or next_x >= x, (one, other)


def test_an_engine_whose_name_does_not_fit_is_shortened_visibly(panel):
    panel.engine.choose(NETWORK.name)
    editor = panel.engine.editor
    assert editor.shown_text.endswith("…")
    assert editor.currentText().startswith(editor.shown_text[:-1])
    editor.resize(400, editor.height())
    assert editor.shown_text == editor.currentText()


def test_the_engine_and_its_licence_stand_below_each_other_where_it_is_narrow(qtbot, panel):
    assert panel.licence.y() >= panel.engine.geometry().bottom()
    panel.resize(400, 900)
    qtbot.waitUntil(lambda: panel.licence.x() >= panel.engine.geometry().right())


def test_the_example_in_the_empty_prompt_has_room_for_all_its_lines(qtbot, panel):
    narrow = panel.prompt.height()
    panel.resize(500, 900)
    qtbot.waitUntil(lambda: panel.prompt.height() < narrow)
