"""The export dialog, used as a person uses it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from infinite_studio.errors import StudioError
from infinite_studio.services.exporting import planned_paths
from infinite_studio.services.values import ExportRequest, ExportWhat
from infinite_studio.ui.dialogs import export_plan
from infinite_studio.ui.dialogs.export_dialog import ExportDialog


@pytest.fixture
def shown_folders():
    return []


@pytest.fixture
def dialog(qtbot, session, tmp_path, shown_folders):
    made = ExportDialog(session, show_folder=lambda folder: shown_folders.append(folder) is None)
    made.folder.setText(str(tmp_path / "music"))
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def exports(session):
    return [call[1] for call in session.calls if call[0] == "export"]


def test_the_request_is_exactly_what_was_chosen(qtbot, dialog, session, tmp_path):
    loop = session.project.loop
    for choice, value in ((dialog.what, ExportWhat.STEMS), (dialog.part, True), (dialog.suffix, ".flac")):
        qtbot.mouseClick(choice.option(value), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.bit_depth.option(16), Qt.MouseButton.LeftButton)
    dialog.name.setText("Night drive")
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    frame_range = (loop.start_frame, loop.end_frame)
    assert exports(session) == [
        ExportRequest(ExportWhat.STEMS, tmp_path / "music", "Night drive", ".flac", 16, frame_range)
    ]


def test_a_mixdown_of_the_whole_project_is_the_first_offer(dialog, session, tmp_path):
    assert dialog.request() == ExportRequest(
        ExportWhat.MIXDOWN, tmp_path / "music", "Rainy tape", ".wav", 24, None
    )


def test_a_template_in_the_name_is_filled_in_before_anything_is_written(qtbot, dialog, session):
    dialog.what.choose(ExportWhat.STEMS)
    dialog.name.setText("{title} - {stem} - {tempo} - {key}")
    project = session.project
    shown = dialog.files.body.itemAt(0).widget()
    first = next(track for track in project.tracks if track.clips)
    assert dialog.fields.isVisible()
    assert shown.text == f"{project.name} - {first.name} - {project.tempo_bpm:.0f} BPM - {project.key}.wav"
    dialog.what.choose(ExportWhat.MIXDOWN)
    assert not dialog.fields.isVisible()
    (path,) = planned_paths(project, dialog.request())
    assert path.name == f"{project.name} - {project.tempo_bpm:.0f} BPM - {project.key}.wav"


def test_return_exports_and_the_folder_is_remembered(qtbot, dialog, session, tmp_path):
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert len(exports(session)) == 1
    assert session.settings.export_folder == str(tmp_path / "music")


def test_float_samples_are_greyed_for_flac_with_the_reason(qtbot, dialog):
    dialog.bit_depth.choose(32)
    dialog.suffix.choose(".flac")
    assert not dialog.bit_depth.option(32).isEnabled()
    assert dialog.bit_depth.option(32).toolTip() == export_plan.NO_FLOAT_FLAC
    assert dialog.request().bit_depth != 32
    dialog.suffix.choose(".wav")
    assert dialog.bit_depth.option(32).isEnabled()


def test_without_a_loop_range_the_loop_is_greyed_with_the_reason(qtbot, empty_session):
    dialog = ExportDialog(empty_session, only_loop=True)
    qtbot.addWidget(dialog)
    assert not dialog.part.option(True).isEnabled()
    assert dialog.part.option(True).toolTip() == export_plan.NO_LOOP
    assert dialog.request().frame_range is None


def test_an_empty_project_cannot_be_exported_and_says_why(qtbot, empty_session):
    dialog = ExportDialog(empty_session)
    qtbot.addWidget(dialog)
    assert not dialog.confirm.isEnabled()
    assert dialog.confirm.toolTip() == export_plan.NOTHING
    assert dialog.problem.text == export_plan.NOTHING


@pytest.mark.parametrize(
    ("name", "folder"), [("", "{tmp}/music"), ("  ", "{tmp}/music"), ("Song", ""), ("Song", "relative/place")]
)
def test_a_missing_name_or_folder_is_said_inline(dialog, tmp_path, name, folder):
    dialog.name.setText(name)
    dialog.folder.setText(folder.format(tmp=tmp_path))
    assert not dialog.confirm.isEnabled()
    assert dialog.problem.isVisible()
    assert dialog.problem.hint.text()


def test_a_full_disk_is_said_before_anything_is_written(dialog, session, monkeypatch):
    monkeypatch.setattr(session, "estimate_export_bytes", lambda _request: 10**18)
    dialog.name.setText("Too large")
    assert "not enough room" in dialog.problem.text
    assert not dialog.confirm.isEnabled()


def test_the_file_names_are_shown_before_they_are_written(dialog, session, tmp_path):
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "Rainy tape.wav").touch()
    request = dialog.request()
    assert planned_paths(session.project, request)[0].name == "Rainy tape (2).wav"
    dialog.what.choose(ExportWhat.STEMS)
    names = [path.name for path in planned_paths(session.project, dialog.request())]
    assert names[:2] == ["Rainy tape - Drums.wav", "Rainy tape - Bass.wav"]
    assert len(names) == 5
    assert dialog.files.body.count() == 5


def test_size_and_free_space_are_told(dialog):
    assert "MB" in dialog.size_text.text()
    assert "free" in dialog.size_text.text()


def test_progress_then_the_folder_can_be_opened(qtbot, dialog, session, shown_folders, tmp_path):
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Composing the drums" in dialog.stage.text())
    assert dialog.progress.isVisible()
    assert not dialog.name.isEnabled()
    session.release.set()
    qtbot.waitUntil(dialog.open_folder.isVisible)
    assert "1 file written" in dialog.stage.text()
    qtbot.mouseClick(dialog.open_folder, Qt.MouseButton.LeftButton)
    assert shown_folders == [tmp_path / "music"]
    assert not dialog.isVisible()


def test_escape_cancels_the_export_first_and_then_leaves(qtbot, dialog, session):
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.progress.isVisible)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    assert session.jobs.views()[-1].state.value == "cancelled"
    assert dialog.isVisible()
    assert dialog.confirm.isVisible()
    assert dialog.name.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_failed_export_is_said_and_can_be_tried_again(qtbot, dialog, session):
    session.failure = StudioError("Nothing can be written there.", hint="Choose another folder.")
    session.release.set()
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.problem.isVisible)
    assert dialog.problem.text == "Nothing can be written there."
    assert dialog.confirm.isVisible()
    assert dialog.confirm.isEnabled()


def test_the_dialog_works_by_keyboard_alone(qtbot, dialog, session):
    dialog.what.option(ExportWhat.MIXDOWN).setFocus()
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Right)
    assert dialog.what.value() is ExportWhat.STEMS
    visited = []
    for _ in range(9):
        visited.append(dialog.focusWidget())
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    expected = [
        dialog.what.option(ExportWhat.STEMS),
        dialog.part.option(False),
        dialog.suffix.option(".wav"),
        dialog.bit_depth.option(24),
        dialog.name,
        dialog.folder,
        dialog.browse,
        dialog.leave,
        dialog.confirm,
    ]
    assert visited == expected
    dialog.confirm.setFocus()
    qtbot.keyClick(dialog.confirm, Qt.Key.Key_Return)
    assert exports(session)[0].what is ExportWhat.STEMS


def test_the_first_folder_is_the_one_of_the_last_export(qtbot, session):
    session.update_settings(export_folder="/somewhere/else", export_format="flac")
    dialog = ExportDialog(session)
    qtbot.addWidget(dialog)
    assert dialog.request().folder == Path("/somewhere/else")
    assert dialog.request().suffix == ".flac"
