"""A key corrected by hand in the real window: it wins in the list, the prompt, the search, the project, and after a restart."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from infinite_studio.music.key import Key
from infinite_studio.services import listening
from infinite_studio.ui.listen_key import LOCKED, Choice

LONG_MS = 60_000
SAID = Key.parse("F# minor")


@pytest.fixture
def heard(qtbot, window, song_file):
    """The window with a dropped song that was listened to, shown in the inspector."""
    session = window._session
    session.import_files([song_file])
    qtbot.waitUntil(lambda: session.jobs.is_idle and bool(session.sounds), timeout=LONG_MS)
    window.show_right("listen")
    window.listen.set_selected_sound(session.sounds[0].sound_id)
    qtbot.waitUntil(window.listen.key_section.choice.editor.isEnabled, timeout=LONG_MS)
    return window


def choose(section, text):
    """Open the list, and pick from it with the mouse."""
    editor = section.choice.editor
    editor.showPopup()
    view = editor.view()
    index = editor.model().index(editor.findText(text, Qt.MatchFlag.MatchStartsWith), 0)
    view.scrollTo(index)
    QTest.qWait(2 * QApplication.doubleClickInterval())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())


def test_a_corrected_key_wins_wherever_the_sound_is_met(qtbot, heard):
    session, section = heard._session, heard.listen.key_section
    object_id = session.sounds[0].object_id
    found = session.listening_of(object_id).key
    choose(section, "F# minor")
    assert section.choice.value() == SAID
    assert section.choice.editor.currentText() == "F# minor · 11A"
    assert (section.card.value_label.text, section.camelot.value_label.text) == (
        "F# minor · set by hand",
        "11A",
    )
    assert "F# minor" in heard.listen.prompt.text.text()
    heard.library.search.setText("F# minor")
    assert heard.library.list.model().rowCount() == 1
    qtbot.mouseClick(heard.listen.use_key, Qt.MouseButton.LeftButton)
    assert session.project.key == SAID
    assert not heard.listen.use_key.isEnabled()
    qtbot.mouseClick(heard.listen.prompt.compose, Qt.MouseButton.LeftButton)
    assert "F# minor" in heard.generate.prompt.toPlainText()
    qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)
    assert session.like.blueprint.key == SAID
    assert listening.analysis_of(object_id, session.studio).key == SAID
    qtbot.mouseClick(section.revert, Qt.MouseButton.LeftButton)
    assert session.listening_of(object_id).key == found
    assert section.choice.value() is Choice.FOUND
    assert not section.revert.isVisible()


def test_a_key_can_be_denied_and_locked(qtbot, heard):
    session, section = heard._session, heard.listen.key_section
    object_id = session.sounds[0].object_id
    choose(section, "No clear key")
    assert session.listening_of(object_id).key is None
    assert section.card.value_label.text == "no clear key · set by hand"
    assert not heard.listen.use_key.isEnabled()
    qtbot.mouseClick(section.lock, Qt.MouseButton.LeftButton)
    assert session.listening_of(object_id).is_key_locked
    assert not section.choice.editor.isEnabled()
    assert section.choice.toolTip() == LOCKED
    assert heard.listen.tempo_section.typed.editor.isEnabled()
    qtbot.mouseClick(section.lock, Qt.MouseButton.LeftButton)
    choose(section, "As found")
    assert session.listening_of(object_id).corrected == ()
