"""Keys do what people's hands know, and leave text fields alone."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from tests.ui.fake_session import FakeSession

from infinite_studio.ui.actions import (
    ACTION_SPECS,
    NOTHING_ON_TIMELINE,
    NOTHING_TO_COMMIT,
    Situation,
    shortcut_text,
)
from infinite_studio.ui.main_window import MainWindow
from infinite_studio.ui.shortcuts_dialog import ShortcutsDialog


def press(
    widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key where the keyboard focus would bring it."""
    widget.setFocus()
    QTest.keyClick(widget, key, modifier)


def test_space_plays_and_stops(window: MainWindow, session: FakeSession) -> None:
    press(window.timeline, Qt.Key.Key_Space)
    assert session.is_playing
    press(window.timeline, Qt.Key.Key_Space)
    assert not session.is_playing


def test_space_and_letters_in_a_text_field_are_text(window: MainWindow, session: FakeSession) -> None:
    window.show_left("history")
    prompt, search = window.generate.prompt, window.history.search
    for widget in (prompt, search):
        widget.setFocus()
        QTest.keyClicks(widget, "a b1ls")
    assert (prompt.toPlainText(), search.text()) == ("a b1ls", "a b1ls")
    assert ("play_or_stop",) not in session.calls
    assert session.project.loop is not None
    assert session.project.loop.enabled


def test_space_plays_although_a_button_has_focus_and_return_presses_it(
    window: MainWindow, session: FakeSession
) -> None:
    button: QPushButton = window.transport_bar.to_start
    press(button, Qt.Key.Key_Space)
    assert session.is_playing
    session.seek(1000)
    press(button, Qt.Key.Key_Return)
    assert session.playhead_frame == 0


def test_l_switches_the_loop(window: MainWindow, session: FakeSession) -> None:
    press(window.timeline, Qt.Key.Key_L)
    assert session.project.loop is not None
    assert not session.project.loop.enabled
    assert not window.transport_bar.loop.isChecked()


def test_i_and_o_put_the_loops_ends_at_the_playhead(window: MainWindow, session: FakeSession) -> None:
    session.seek(48_000)
    press(window.timeline, Qt.Key.Key_I)
    session.seek(96_000)
    press(window.timeline, Qt.Key.Key_O)
    loop = session.project.loop
    assert loop is not None
    assert (loop.start_frame, loop.end_frame) == (48_000, 96_000)


def test_an_end_before_the_start_begins_the_loop_at_zero(window: MainWindow, session: FakeSession) -> None:
    assert session.project.loop is not None
    session.seek(session.project.loop.start_frame - 10)
    press(window.timeline, Qt.Key.Key_O)
    loop = session.project.loop
    assert (loop.start_frame, loop.end_frame) == (0, session.playhead_frame)


def test_home_and_end_move_the_playhead(window: MainWindow, session: FakeSession) -> None:
    press(window.timeline, Qt.Key.Key_End)
    assert session.playhead_frame == session.project.length_frames
    press(window.timeline, Qt.Key.Key_Home)
    assert session.playhead_frame == 0


def test_undo_and_redo(window: MainWindow, session: FakeSession) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    before = session.project
    press(window.timeline, Qt.Key.Key_Z, control)
    assert session.project != before
    press(window.timeline, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert session.project == before


def test_undo_in_the_prompt_undoes_typing_only(window: MainWindow, session: FakeSession) -> None:
    before = session.project
    prompt = window.generate.prompt
    prompt.setFocus()
    QTest.keyClicks(prompt, "dark")
    QTest.keyClick(prompt, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.project == before
    assert prompt.toPlainText() != "dark"


def test_m_and_shift_s_work_on_the_selected_track(window: MainWindow, session: FakeSession) -> None:
    track = session.project.tracks[1]
    window.timeline.select_clip(track.clips[0].clip_id)
    press(window.timeline, Qt.Key.Key_M)
    press(window.timeline, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert session.project.tracks[1].muted
    assert session.project.tracks[1].soloed


def test_s_splits_the_selected_clip_where_the_playhead_is(window: MainWindow, session: FakeSession) -> None:
    clip = session.project.tracks[0].clips[0]
    window.timeline.select_clip(clip.clip_id)
    session.seek(clip.start_frame + 1000)
    window.tick()
    press(window.timeline, Qt.Key.Key_S)
    assert session.project.tracks[0].clips[0].length_frames == 1000


def test_delete_removes_the_selected_clip_once(window: MainWindow, session: FakeSession) -> None:
    clips = session.project.tracks[0].clips
    window.timeline.select_clip(clips[0].clip_id)
    press(window.timeline, Qt.Key.Key_Delete)
    assert session.project.tracks[0].clips == clips[1:]


def test_ctrl_g_brings_the_cursor_into_the_prompt(window: MainWindow) -> None:
    window.toggle_right()
    window.show_right("loop")
    press(window.timeline, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is window.generate.prompt
    assert window.is_open("right")


def test_ctrl_k_opens_the_palette_from_everywhere(window: MainWindow) -> None:
    window.show_left("history")
    for widget in (window.timeline, window.generate.prompt, window.history.search):
        press(widget, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        found = QApplication.focusWidget()
        assert found.accessibleName() == "What would you like to do?"
        QTest.keyClick(found, Qt.Key.Key_Escape)


def test_the_shortcut_list_opens(window: MainWindow) -> None:
    for key in (Qt.Key.Key_F1, Qt.Key.Key_Question):
        press(window.timeline, key)
        shown = [
            w for w in QApplication.topLevelWidgets() if isinstance(w, ShortcutsDialog) and w.isVisible()
        ]
        assert len(shown) == 1
        shown[0].close()


def test_every_action_has_a_handler_and_a_name() -> None:
    ids = [spec.action_id for spec in ACTION_SPECS]
    assert len(ids) == len(set(ids))
    assert all(spec.text for spec in ACTION_SPECS)


def test_no_two_actions_share_a_key() -> None:
    keys = [key for spec in ACTION_SPECS for key in spec.shortcuts]
    assert len(keys) == len(set(keys))


def test_greyed_actions_say_why(empty_window: MainWindow) -> None:
    actions = empty_window.actions_table
    assert not actions["export"].isEnabled()
    assert actions["export"].toolTip() == NOTHING_ON_TIMELINE
    assert actions["commit"].toolTip() == NOTHING_TO_COMMIT
    greyed = [action for _spec, action in actions.all() if not action.isEnabled()]
    assert greyed
    assert all(action.toolTip() and action.statusTip() for action in greyed)


def test_the_tooltip_of_a_usable_action_names_its_key(window: MainWindow) -> None:
    assert "Ctrl+Shift+E" in window.actions_table["export"].toolTip()


def test_a_greyed_transport_button_shows_the_same_reason(empty_window: MainWindow) -> None:
    assert not empty_window.transport_bar.play.isEnabled()
    assert empty_window.transport_bar.play.toolTip() == NOTHING_ON_TIMELINE


def test_splitting_becomes_possible_when_the_playhead_enters_the_clip(
    window: MainWindow, session: FakeSession
) -> None:
    clip = session.project.tracks[0].clips[0]
    window.timeline.select_clip(clip.clip_id)
    assert window.actions_table["split_clip"].isEnabled()
    session.seek(clip.end_frame + 10)
    window.tick()
    assert not window.actions_table["split_clip"].isEnabled()
    session.seek(clip.start_frame + 10)
    window.tick()
    assert window.actions_table["split_clip"].isEnabled()


def test_reading_only_greys_what_would_write(session: FakeSession) -> None:
    session.is_read_only = True
    reasons = {spec.action_id: spec.why_not(Situation(session, None)) for spec in ACTION_SPECS}
    assert reasons["commit"]
    assert reasons["import"]
    assert not reasons["export"]


def test_a_space_is_called_space() -> None:
    play = next(spec for spec in ACTION_SPECS if spec.action_id == "play")
    assert shortcut_text(play) == "Space"
