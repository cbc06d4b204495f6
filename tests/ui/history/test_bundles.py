"""What goes into a bundle is chosen before its place."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from tests.ui.fake_session import FakeSession

from infinite_studio.services.sharing import BundleRange
from infinite_studio.ui.dialogs.bundle_dialog import ALL, ALL_UP_TO, BEGINNING, BundleDialog
from infinite_studio.ui.history_bundles import ask_export
from infinite_studio.ui.history_panel import HistoryPanel


def asked(qtbot: QtBot, session: FakeSession, number: int | None = None) -> BundleDialog:
    commit = None if number is None else session.commits[number]
    dialog = BundleDialog(session, None, commit)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_everything_goes_unless_something_else_is_chosen(qtbot: QtBot, session: FakeSession) -> None:
    dialog = asked(qtbot, session)
    assert dialog.wanted is None
    assert dialog.note.text() == ALL
    assert not dialog.first.isVisible()


def test_from_a_version_s_menu_only_that_version_goes(qtbot: QtBot, session: FakeSession) -> None:
    commit = session.commits[1]
    dialog = asked(qtbot, session, 1)
    assert dialog.wanted == BundleRange(commit.commit_id, commit.commit_id)
    assert dialog.note.text().startswith("1 version goes with all its sounds. What it grew from")


def test_a_range_begins_with_what_its_end_grew_from(qtbot: QtBot, session: FakeSession) -> None:
    dialog = asked(qtbot, session)
    dialog.what.choose(True)
    last = next(each for each in session.commits if each.parent_ids)
    dialog.last.choose(last.commit_id)
    dialog.last.chosen.emit(last.commit_id)
    offered = [dialog.first.editor.itemText(n) for n in range(dialog.first.editor.count())]
    assert offered[0] == BEGINNING
    dialog.first.choose(last.parent_ids[0])
    dialog.first.chosen.emit(last.parent_ids[0])
    assert dialog.wanted == BundleRange(last.parent_ids[0], last.commit_id)
    assert dialog.note.text().startswith("2 versions go with all their sounds.")
    dialog.first.choose(None)
    dialog.first.chosen.emit(None)
    assert dialog.note.text() == ALL_UP_TO
    root = next(each for each in session.commits if not each.parent_ids)
    dialog.last.choose(root.commit_id)
    dialog.last.chosen.emit(root.commit_id)
    assert dialog.first.editor.count() == 2, "only the beginning and the version itself"


def test_unsaved_work_is_said_to_stay(qtbot: QtBot, session: FakeSession) -> None:
    assert asked(qtbot, session).unsaved.isVisible() == (session.unsaved_steps > 0)


def test_the_file_is_asked_for_next(
    qtbot: QtBot, session: FakeSession, panel: HistoryPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "Night.studio"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    ask_export(session, panel, session.commits[0])  # type: ignore[arg-type]
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, BundleDialog) and w.isVisible())
    wanted = dialog.wanted
    dialog.confirm.click()
    assert ("export_bundle", path, wanted) in session.calls
