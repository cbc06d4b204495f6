"""Several clips from the keyboard, the menus and the palette of the whole window: one undo each."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from tests.ui.fake_session import FakeSession

from infinite_studio.project.model import Clip, Project
from infinite_studio.ui.actions import NOTHING_COPIED
from infinite_studio.ui.main_window import MainWindow
from infinite_studio.ui.shortcuts_dialog import ShortcutsDialog

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def press(
    window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    window.timeline.setFocus()
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)


def clips(session: FakeSession) -> list[Clip]:
    return [clip for _, clip in session.project.clips()]


def first_two(window: MainWindow, session: FakeSession) -> tuple[Clip, ...]:
    chosen = tuple(track.clips[0] for track in session.project.tracks[:2])
    window.timeline.select_clips(clip.clip_id for clip in chosen)
    return chosen


def undone_in_one(session: FakeSession, before: Project) -> bool:
    session.undo()
    return session.project == before


def trigger(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()


def test_ctrl_a_and_delete_empty_the_timeline_in_one_step(window: MainWindow, session: FakeSession) -> None:
    before = session.project
    press(window, Qt.Key.Key_A, CTRL)
    press(window, Qt.Key.Key_Delete)
    assert clips(session) == []
    assert session.undo_label == f"delete {len(list(before.clips()))} clips"
    assert undone_in_one(session, before)


def test_copied_clips_are_pasted_at_the_playhead_and_again_behind(
    window: MainWindow, session: FakeSession
) -> None:
    copied, before = first_two(window, session), session.project
    press(window, Qt.Key.Key_C, CTRL)
    start, length = 480_000, copied[0].length_frames
    session.seek(start)
    press(window, Qt.Key.Key_V, CTRL)
    assert session.playhead_frame == start + length
    press(window, Qt.Key.Key_V, CTRL)
    new = [clip.start_frame for clip in clips(session) if clip not in [pair[1] for pair in before.clips()]]
    assert sorted(new) == [start, start, start + length, start + length]
    assert len(window.timeline.selected_clip_ids) == 2
    session.undo()
    assert undone_in_one(session, before)


def test_cut_clips_can_be_pasted_elsewhere(window: MainWindow, session: FakeSession) -> None:
    gone, before = first_two(window, session), session.project
    press(window, Qt.Key.Key_X, CTRL)
    assert not set(gone) & set(clips(session))
    assert session.undo_label == "cut 2 clips"
    session.seek(0)
    press(window, Qt.Key.Key_V, CTRL)
    assert len(clips(session)) == len(list(before.clips()))


def test_ctrl_d_repeats_the_selection_and_selects_the_copies(
    window: MainWindow, session: FakeSession
) -> None:
    chosen, before = first_two(window, session), session.project
    press(window, Qt.Key.Key_D, CTRL)
    new = set(window.timeline.selected_clip_ids)
    assert new.isdisjoint(clip.clip_id for clip in chosen)
    assert {clip.start_frame for clip in clips(session) if clip.clip_id in new} == {chosen[0].end_frame}
    assert undone_in_one(session, before)


def test_s_splits_every_selected_clip_in_one_step(window: MainWindow, session: FakeSession) -> None:
    chosen, before = first_two(window, session), session.project
    session.seek(chosen[0].start_frame + 1_000)
    window.tick()
    press(window, Qt.Key.Key_S)
    assert len(clips(session)) == len(list(before.clips())) + 2
    assert undone_in_one(session, before)


def test_alt_and_arrows_move_the_selection_from_the_window(window: MainWindow, session: FakeSession) -> None:
    chosen, before = first_two(window, session), session.project
    press(window, Qt.Key.Key_Right, ALT)
    moved = [c for c in clips(session) if c.clip_id in {clip.clip_id for clip in chosen}]
    assert {clip.start_frame for clip in moved} == {round(before.frames_per_beat)}
    assert undone_in_one(session, before)


def test_pasting_is_greyed_with_the_reason_until_something_is_copied(
    window: MainWindow, session: FakeSession
) -> None:
    assert window.actions_table["paste"].toolTip() == NOTHING_COPIED
    assert not window.actions_table["paste"].isEnabled()
    first_two(window, session)
    window.timeline.copy_selected()
    assert window.actions_table["paste"].isEnabled()


def test_ctrl_a_and_ctrl_c_in_the_prompt_are_the_texts_own(window: MainWindow, session: FakeSession) -> None:
    window.show_right("generate")
    window.generate.prompt.setPlainText("dark")
    window.generate.prompt.setFocus()
    QTest.keyClick(window.generate.prompt, Qt.Key.Key_A, CTRL)
    assert window.generate.prompt.textCursor().selectedText() == "dark"
    assert window.timeline.selected_clip_ids == ()


def test_the_menu_of_a_selected_clip_is_for_all_of_them(window: MainWindow, session: FakeSession) -> None:
    chosen, before = first_two(window, session), session.project
    menu = window.link.clip_menu(chosen[1].clip_id)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert {"Cut 2 clips", "Copy 2 clips", "Duplicate 2 clips", "Delete 2 clips"} <= set(texts)
    trigger(menu, "Delete 2 clips")
    assert not set(chosen) & set(clips(session))
    assert undone_in_one(session, before)


def test_the_menu_of_another_clip_is_for_that_one(window: MainWindow, session: FakeSession) -> None:
    first_two(window, session)
    other = session.project.tracks[2].clips[0]
    trigger(window.link.clip_menu(other.clip_id), "Delete")
    assert other not in clips(session)
    assert session.undo_label == "delete clip"


def test_the_track_menu_selects_its_clips(window: MainWindow, session: FakeSession) -> None:
    track = session.project.tracks[0]
    trigger(window.link.track_menu(track.track_id), "Select its clips")
    assert set(window.timeline.selected_clip_ids) == {clip.clip_id for clip in track.clips}


@pytest.mark.parametrize(
    "what", ["Select all clips", "Paste clips at the playhead", "Move clips a beat later"]
)
def test_the_palette_and_the_list_of_shortcuts_know_them(
    window: MainWindow, session: FakeSession, what: str
) -> None:
    assert what in [command.text for command in window.commands.palette_commands()]
    dialog = ShortcutsDialog(window)
    assert what in [label.text() for label in dialog.findChildren(QLabel)]
    dialog.deleteLater()


def test_a_library_sound_is_a_file_outside_of_the_window(window: MainWindow, session: FakeSession) -> None:
    data = window.library.model.mimeData([window.library.model.index(0)])
    name = Path(data.urls()[0].toLocalFile()).name
    assert name == f"{session.sounds[0].name}.wav"
