"""The commit dialog and the message it suggests."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from tests.ui.fake_session import commit

from infinite_studio.history.recipe import Recipe
from infinite_studio.music.key import Key
from infinite_studio.project.model import Clip, Project, Track
from infinite_studio.ui.dialogs.commit_dialog import NO_MESSAGE, CommitDialog
from infinite_studio.ui.dialogs.commit_suggestion import changes, first_message


@pytest.fixture
def dialog(qtbot, session):
    made = CommitDialog(session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def commits(session):
    return [call for call in session.calls if call[0] == "commit"]


def test_return_commits_what_is_typed(qtbot, dialog, session):
    qtbot.keyClicks(dialog.message, "Softer hats")
    qtbot.keyClick(dialog.message, Qt.Key.Key_Return)
    assert commits(session) == [("commit", "Softer hats")]
    assert not dialog.isVisible()


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_message_is_refused_and_said(qtbot, dialog, session, text):
    dialog.message.clear()
    qtbot.keyClicks(dialog.message, text)
    qtbot.keyClick(dialog.message, Qt.Key.Key_Return)
    assert commits(session) == []
    assert dialog.isVisible()
    assert dialog.problem.text == NO_MESSAGE
    qtbot.keyClicks(dialog.message, "now")
    assert dialog.problem.isHidden()


def test_escape_leaves_without_a_commit(qtbot, dialog, session):
    qtbot.keyClick(dialog.message, Qt.Key.Key_Escape)
    assert commits(session) == []
    assert not dialog.isVisible()


def test_the_suggestion_is_selected_so_that_typing_replaces_it(dialog):
    assert dialog.message.text()
    assert dialog.message.selectedText() == dialog.message.text()


def test_the_suggestion_names_what_changed():
    base = commit(1, "First", (), 5.0, tempo=90.0, key="D minor", stems=2)
    kept = Track("drums", clips=(Clip("a", "a", 0, 10),))
    project = Project("P", 84.0, Key.parse("F minor"), (kept, replace(kept, name="Voice", track_id="v")))
    assert changes(project, base) == ["Voice added", "bass removed", "tempo 90 → 84", "key D minor → F minor"]


def test_the_first_message_names_the_prompt():
    recipe = Recipe("sketch", "1", prompt="dark trap")
    assert first_message(Project("P")) == ""
    track = Track("Drums", clips=(Clip("a", "a", 0, 10, recipe=recipe),))
    assert first_message(Project("P", tracks=(track,))) == "First take: dark trap"
