"""Names, settings, about and problems."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from infinite_studio import __version__
from infinite_studio.services.values import Problem
from infinite_studio.ui.dialogs.about_dialog import LIBRARIES, AboutDialog
from infinite_studio.ui.dialogs.name_dialog import NameDialog
from infinite_studio.ui.dialogs.problem_dialog import BUG_NOTE, ProblemDialog
from infinite_studio.ui.dialogs.settings_dialog import NO_DEVICE, SettingsDialog

LOW_SCREEN_PX = 680


def shown(qtbot, dialog):
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_a_new_project_is_made_with_the_name_that_was_typed(qtbot, session):
    dialog = shown(qtbot, NameDialog.for_project(session))
    dialog.name.setText("  Night drive 🌙 ")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert ("new_project", "Night drive 🌙") in session.calls
    assert not dialog.isVisible()


@pytest.mark.parametrize("text", ["", "   ", "rainy TAPE", "x" * 201])
def test_a_name_that_cannot_be_is_refused(qtbot, session, text):
    dialog = shown(qtbot, NameDialog.for_project(session))
    dialog.name.setText(text)
    assert not dialog.confirm.isEnabled()
    assert dialog.confirm.toolTip()
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert not any(call[0] == "new_project" for call in session.calls)


def test_the_first_offer_for_a_fork_is_a_name_that_is_free(qtbot, session):
    dialog = shown(qtbot, NameDialog.for_fork(session, "commit-1"))
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert ("fork_commit", "commit-1", "Rainy tape fork") in session.calls


def test_a_project_may_keep_its_name_when_it_is_renamed(qtbot, session):
    dialog = shown(qtbot, NameDialog.for_rename(session))
    assert dialog.name.text() == session.project.name
    assert dialog.confirm.isEnabled()


@pytest.mark.parametrize(
    ("text", "is_fine"), [("slower-drums", True), ("two words", False), ("Main", False), ("a..b", False)]
)
def test_branch_names_follow_the_rules_of_branches(qtbot, session, text, is_fine):
    dialog = shown(qtbot, NameDialog.for_branch(session, "commit-1"))
    dialog.name.setText(text)
    assert dialog.confirm.isEnabled() == is_fine
    assert dialog.problem.isVisible() != is_fine
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert (("create_branch", text, "commit-1") in session.calls) == is_fine


def test_escape_makes_nothing(qtbot, session):
    dialog = shown(qtbot, NameDialog.for_project(session))
    qtbot.keyClick(dialog.name, Qt.Key.Key_Escape)
    assert session.calls == []


def test_the_theme_changes_at_once(qtbot, session):
    dialog = shown(qtbot, SettingsDialog(session))
    qtbot.mouseClick(dialog.theme_choice.option("light"), Qt.MouseButton.LeftButton)
    assert session.settings.theme == "light"


def test_arrow_keys_choose_the_theme(qtbot, session):
    dialog = shown(qtbot, SettingsDialog(session))
    dialog.theme_choice.option("dark").setFocus()
    qtbot.keyClick(dialog.theme_choice.option("dark"), Qt.Key.Key_Right)
    assert session.settings.theme == "light"


def test_the_sound_output_can_be_chosen(qtbot, session):
    dialog = shown(qtbot, SettingsDialog(session))
    qtbot.keyClick(dialog.output, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.output, Qt.Key.Key_Return)
    dialog.output.activated.emit(2)
    assert ("choose_output", "Headphones") in session.calls


def test_no_sound_card_is_said(qtbot, session, monkeypatch):
    monkeypatch.setattr(session, "output_devices", lambda: ())
    dialog = shown(qtbot, SettingsDialog(session))
    assert dialog.output_note.isVisible()
    assert dialog.output_note.text() == NO_DEVICE


def test_a_chosen_output_that_is_unplugged_stays_visible(qtbot, session):
    session.update_settings(output_device="Old interface")
    dialog = shown(qtbot, SettingsDialog(session))
    assert dialog.output.currentText() == "Old interface (not connected)"


def test_the_author_is_kept_when_the_dialog_is_left(qtbot, session):
    dialog = shown(qtbot, SettingsDialog(session))
    dialog.author_name.setText("Grace")
    dialog.author_email.setText(" grace@example.org ")
    qtbot.mouseClick(dialog.leave, Qt.MouseButton.LeftButton)
    assert ("set_author", "Grace", "grace@example.org") in session.calls
    assert not dialog.isVisible()


def test_an_author_without_a_name_is_refused(qtbot, session):
    dialog = shown(qtbot, SettingsDialog(session))
    dialog.author_name.setText("  ")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.problem.isVisible()
    assert not any(call[0] == "set_author" for call in session.calls)


def test_folders_are_shown_and_open(qtbot, session):
    opened = []
    dialog = shown(qtbot, SettingsDialog(session, show_folder=lambda folder: opened.append(folder) is None))
    qtbot.mouseClick(dialog.folder_buttons["library"], Qt.MouseButton.LeftButton)
    assert opened == [session.folders.library]


def test_a_folder_that_does_not_open_is_said(qtbot, session):
    dialog = shown(qtbot, SettingsDialog(session, show_folder=lambda _folder: False))
    qtbot.mouseClick(dialog.folder_buttons["logs"], Qt.MouseButton.LeftButton)
    assert str(session.folders.logs) in dialog.problem.hint.text()


def test_about_names_version_libraries_and_licences(qtbot, session):
    dialog = shown(qtbot, AboutDialog(session))
    texts = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert __version__ in texts
    assert all(library.name in texts for library in LIBRARIES)
    assert all(library.licence for library in LIBRARIES)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_about_fits_a_low_screen_however_many_engines_there_are(qtbot, session, monkeypatch):
    monkeypatch.setattr(session, "generators", session.generators * 20)
    dialog = shown(qtbot, AboutDialog(session))
    assert dialog.height() <= LOW_SCREEN_PX


def test_a_problem_can_be_copied_with_its_details(qtbot):
    problem = Problem("It stopped.", "Try again.", "Traceback …", is_bug=True)
    dialog = shown(qtbot, ProblemDialog(problem))
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied == f"Infinite Studio {__version__}\n\nIt stopped.\n\nTry again.\n\nTraceback …"
    assert BUG_NOTE not in copied
    assert dialog.details.isReadOnly()


def test_a_problem_without_details_shows_none(qtbot):
    dialog = shown(qtbot, ProblemDialog(Problem("It stopped.")))
    assert dialog.details.isHidden()
