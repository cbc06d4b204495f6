"""The Loop panel, used as a person uses it."""

import pytest
from PySide6.QtCore import Qt

from infinite_studio.project.model import LoopRange
from infinite_studio.project.steps import SetTempo
from infinite_studio.ui.dialogs.export_dialog import ExportDialog
from infinite_studio.ui.loop_panel import NO_CLIP, NO_LOOP, NO_SOUND, LoopPanel

BAR = 240 * 48_000 / 84


@pytest.fixture
def panel(qtbot, session):
    made = LoopPanel(session)
    qtbot.addWidget(made)
    made.resize(360, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def type_into(qtbot, field, text):
    field.editor.setFocus()
    field.editor.selectAll()
    qtbot.keyClicks(field.editor, text)
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)


def test_the_fields_show_the_loop_in_time_and_bars(panel):
    assert panel.start_bar.text() == "5.1.1"
    assert panel.end_bar.text() == "13.1.1"
    assert panel.start_time.text() == "00:11.428"
    assert "8 bars" in panel.length.text()


def test_a_typed_time_sets_the_loop_to_the_frame(qtbot, panel, session):
    end = session.project.loop.end_frame
    type_into(qtbot, panel.start_time, "00:02.500")
    assert session.project.loop == LoopRange(120_000, end)


def test_a_typed_bar_sets_the_loop_to_the_frame(qtbot, panel, session):
    type_into(qtbot, panel.end_bar, "9")
    assert session.project.loop.end_frame == round(8 * BAR)
    assert panel.end_bar.text() == "9.1.1"


def test_leaving_a_field_untouched_changes_nothing(qtbot, panel, session):
    before = session.project
    for field in (panel.start_time, panel.end_time, panel.start_bar, panel.end_bar):
        field.editor.setFocus()
        qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert session.project == before


@pytest.mark.parametrize("text", ["soon", "1:75", "00:01"])
def test_a_position_that_cannot_be_is_refused_and_said(qtbot, panel, session, text):
    before = session.project.loop
    type_into(qtbot, panel.end_time, text)
    assert session.project.loop == before
    assert panel.problem.isVisible()
    assert panel.problem.hint.text()


def test_escape_brings_the_old_position_back(qtbot, panel, session):
    panel.start_time.editor.setFocus()
    panel.start_time.editor.selectAll()
    qtbot.keyClicks(panel.start_time.editor, "9")
    qtbot.keyClick(panel.start_time.editor, Qt.Key.Key_Escape)
    assert panel.start_time.text() == "00:11.428"


@pytest.mark.parametrize("index", range(4))
def test_bars_from_the_playhead(qtbot, panel, session, index):
    qtbot.mouseClick(panel.bars[index], Qt.MouseButton.LeftButton)
    n_bars = (1, 2, 4, 8)[index]
    assert session.project.loop == LoopRange(round(4 * BAR), round((4 + n_bars) * BAR))


def test_the_whole_project_and_the_selected_clip_can_be_looped(qtbot, panel, session):
    qtbot.mouseClick(panel.whole, Qt.MouseButton.LeftButton)
    assert session.project.loop == LoopRange(0, session.project.length_frames)
    clip = session.project.tracks[4].clips[0]
    assert not panel.clip.isEnabled()
    assert panel.clip.toolTip() == NO_CLIP
    panel.set_selected_clip(clip.clip_id)
    qtbot.mouseClick(panel.clip, Qt.MouseButton.LeftButton)
    assert session.project.loop == LoopRange(clip.start_frame, clip.end_frame)


def test_the_switch_turns_the_loop_off_and_keeps_its_range(qtbot, panel, session):
    loop = session.project.loop
    qtbot.mouseClick(panel.enabled, Qt.MouseButton.LeftButton)
    assert session.project.loop == LoopRange(loop.start_frame, loop.end_frame, enabled=False)


def test_clear_removes_the_range_and_greys_what_needs_one(qtbot, panel, session):
    qtbot.mouseClick(panel.clear, Qt.MouseButton.LeftButton)
    assert session.project.loop is None
    assert panel.start_time.text() == ""
    for widget in (panel.enabled, panel.clear, panel.export):
        assert not widget.isEnabled()
        assert widget.toolTip() == NO_LOOP


def test_a_loop_can_be_started_from_a_single_field(qtbot, empty_session):
    panel = LoopPanel(empty_session)
    qtbot.addWidget(panel)
    panel.show()
    type_into(qtbot, panel.start_bar, "3")
    assert empty_session.project.loop.start_frame == 2 * 96_000
    assert empty_session.project.loop.end_frame > 2 * 96_000
    assert panel.export.toolTip() == NO_SOUND


def test_another_tempo_shows_the_same_range_in_other_bars(panel, session):
    loop = session.project.loop
    session.apply(SetTempo(168.0))
    assert session.project.loop == loop
    assert panel.start_bar.text() == "9.1.1"


def test_export_opens_with_exactly_the_loop(qtbot, panel, session):
    qtbot.mouseClick(panel.export, Qt.MouseButton.LeftButton)
    dialog = panel.window().findChild(ExportDialog)
    loop = session.project.loop
    assert dialog.request().frame_range == (loop.start_frame, loop.end_frame)
    dialog.close()
