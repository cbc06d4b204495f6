"""The history in the real window: commit, change, branch, fork, cherry-pick, merge and check out, by ear."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.e2e.test_first_minute import LONG_MS, describe_a_beat, heard, session_of, wait_until_idle
from tests.ui.timeline.hands import drop

from infinite_studio.app.window import assemble
from infinite_studio.project.mixdown import program_of
from infinite_studio.project.steps import MoveClip, SetGain, SetMuted
from infinite_studio.soundcard.transport import Transport
from infinite_studio.ui.dialogs.cherry_pick_dialog import CherryPickDialog
from infinite_studio.ui.dialogs.commit_dialog import CommitDialog
from infinite_studio.ui.dialogs.merge_dialog import MergeDialog
from infinite_studio.ui.dialogs.name_dialog import NameDialog
from infinite_studio.ui.history_model import HistoryModel

BEAT = "house, 120 bpm, in A minor, 2 bars"


@pytest.fixture
def window(window):
    """The real window with the history in view."""
    window.show_left("history")
    return window


def dialog(kind):
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def commit(qtbot, window, message):
    """Commit through the button of the panel, and return the commit."""
    qtbot.mouseClick(window.history.commit_button, Qt.MouseButton.LeftButton)
    asked = dialog(CommitDialog)
    asked.message.setText(message)
    qtbot.mouseClick(asked.confirm, Qt.MouseButton.LeftButton)
    wait_until_idle(qtbot, window)
    return session_of(window).commits[0]


def choose(window, commit_id, text):
    """Choose a line of a commit's menu."""
    made = session_of(window).commit_of(commit_id)
    menu = window.history.menu_for(made)
    action = next(action for action in menu.actions() if action.text() == text)
    assert action.isEnabled(), action.toolTip()
    action.trigger()


def name_it(qtbot, window, name):
    asked = dialog(NameDialog)
    asked.name.setText(name)
    qtbot.mouseClick(asked.confirm, Qt.MouseButton.LeftButton)
    wait_until_idle(qtbot, window)


def check_out_by_double_click(qtbot, window, commit_id):
    panel = window.history
    row = panel.model.row_of(commit_id)
    panel.list.scrollTo(panel.model.index(row))
    place = panel.list.visualRect(panel.model.index(row)).center()
    QTest.mouseDClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    wait_until_idle(qtbot, window)


def track_of(window, name):
    return next(track for track in session_of(window).project.tracks if track.name == name)


def heard_of(window, name):
    """Return what one track alone sounds like."""
    session = session_of(window)
    alone = session.project.with_track(track_of(window, name))
    alone = type(alone)(alone.name, alone.tempo_bpm, alone.key, (track_of(window, name),))
    return program_of(alone, session.studio.bank.samples).mix(0, session.project.length_frames)


def turn_down(window, name, gain_db):
    session_of(window).apply(SetGain(track_of(window, name).track_id, gain_db))


def two_lines(qtbot, window):
    """Make a beat, a change of its drums on main, and a change of its bass on a branch from the beat."""
    session = session_of(window)
    describe_a_beat(qtbot, window, BEAT)
    first = commit(qtbot, window, "First beat")
    turn_down(window, "Drums", -6.0)
    on_main = commit(qtbot, window, "Softer drums")
    choose(window, first.commit_id, "New branch here…")
    name_it(qtbot, window, "deep")
    assert (session.branch, session.base_commit_id) == ("deep", first.commit_id)
    turn_down(window, "Bass", -9.0)
    on_branch = commit(qtbot, window, "Deeper bass")
    assert on_branch.parent_ids == (first.commit_id,)
    return first, on_main, on_branch


def back_to_main(qtbot, window):
    session_of(window).switch_branch("main")
    wait_until_idle(qtbot, window)


def test_ten_ideas_and_none_is_lost(qtbot, window):
    session = session_of(window)
    first, on_main, on_branch = two_lines(qtbot, window)
    deep_bass, deep_sound = heard_of(window, "Bass"), heard(window)

    choose(window, on_branch.commit_id, "Fork into a new project…")
    original = session.repository
    name_it(qtbot, window, "Deep fork")
    assert session.project.name == "Deep fork"
    assert session.repository.forked_from == on_branch.commit_id
    assert window.history.origin.text == f"Forked from “{original.name}” at “Deeper bass”"
    np.testing.assert_array_equal(heard(window), deep_sound)
    turn_down(window, "Other", -12.0)
    in_fork = commit(qtbot, window, "Quieter texture in the fork")
    assert in_fork.parent_ids == (on_branch.commit_id,)

    session.open_project(original.repository_id)
    wait_until_idle(qtbot, window)
    back_to_main(qtbot, window)
    soft_drums = heard_of(window, "Drums")
    choose(window, on_branch.commit_id, "Cherry-pick stems…")
    asked = dialog(CherryPickDialog)
    assert asked.chosen == ()
    assert not asked.confirm.isEnabled()
    next(row for row in asked.rows if row.stem.name == "Bass").check.click()
    qtbot.mouseClick(asked.confirm, Qt.MouseButton.LeftButton)
    wait_until_idle(qtbot, window)
    picked = session.commits[0]
    assert set(picked.parent_ids) == {on_main.commit_id, on_branch.commit_id}
    np.testing.assert_array_equal(heard_of(window, "Bass"), deep_bass)
    np.testing.assert_array_equal(heard_of(window, "Drums"), soft_drums)
    assert session.unsaved_steps == 0

    session.switch_branch("deep")
    wait_until_idle(qtbot, window)
    turn_down(window, "Melody", -3.0)
    later = commit(qtbot, window, "Softer melody")
    soft_melody = heard_of(window, "Melody")
    back_to_main(qtbot, window)
    choose(window, later.commit_id, "Merge into current…")
    qtbot.mouseClick(dialog(MergeDialog).confirm, Qt.MouseButton.LeftButton)
    wait_until_idle(qtbot, window)
    merged = session.commits[0]
    assert merged.parent_ids == (picked.commit_id, later.commit_id)
    for name, sound in (("Melody", soft_melody), ("Bass", deep_bass), ("Drums", soft_drums)):
        np.testing.assert_array_equal(heard_of(window, name), sound)
    everything = heard(window)

    check_out_by_double_click(qtbot, window, first.commit_id)
    assert session.base_commit_id == first.commit_id
    check_out_by_double_click(qtbot, window, on_branch.commit_id)
    np.testing.assert_array_equal(heard(window), deep_sound)
    check_out_by_double_click(qtbot, window, merged.commit_id)
    np.testing.assert_array_equal(heard(window), everything)
    made = (first, on_main, on_branch, picked, later, merged)
    assert {each.commit_id for each in made} <= {each.commit_id for each in session.commits}


def test_a_merge_brings_two_lines_together(qtbot, window):
    session = session_of(window)
    _first, on_main, on_branch = two_lines(qtbot, window)
    deep_bass = heard_of(window, "Bass")
    back_to_main(qtbot, window)
    soft_drums = heard_of(window, "Drums")
    choose(window, on_branch.commit_id, "Merge into current…")
    qtbot.mouseClick(dialog(MergeDialog).confirm, Qt.MouseButton.LeftButton)
    wait_until_idle(qtbot, window)
    merged = session.commits[0]
    assert merged.parent_ids == (on_main.commit_id, on_branch.commit_id)
    assert session.base_commit_id == merged.commit_id
    np.testing.assert_array_equal(heard_of(window, "Bass"), deep_bass)
    np.testing.assert_array_equal(heard_of(window, "Drums"), soft_drums)
    qtbot.waitUntil(lambda: not any(isinstance(w, MergeDialog) and w.isVisible() for w in windows()))


def windows():
    return QApplication.topLevelWidgets()


def test_what_both_changed_is_a_choice_to_hear(qtbot, window):
    session = session_of(window)
    describe_a_beat(qtbot, window, BEAT)
    first = commit(qtbot, window, "First beat")
    turn_down(window, "Drums", -6.0)
    on_main = commit(qtbot, window, "Softer drums")
    ours = heard_of(window, "Drums")
    choose(window, first.commit_id, "New branch here…")
    name_it(qtbot, window, "late")
    clip = track_of(window, "Drums").clips[0]
    session.apply(MoveClip(clip.clip_id, track_of(window, "Drums").track_id, 96_000))
    on_branch = commit(qtbot, window, "Drums a bar later")
    theirs = heard_of(window, "Drums")
    back_to_main(qtbot, window)

    choose(window, on_branch.commit_id, "Merge into current…")
    asked = dialog(MergeDialog)
    qtbot.mouseClick(asked.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(asked.cards), timeout=LONG_MS)
    (card,) = asked.cards
    assert card.conflict.name == "Drums"
    assert card.side is None, "nothing is chosen beforehand"
    assert not asked.confirm.isEnabled()
    assert len(card.buttons) == 2
    assert session.commits[0].commit_id == on_branch.commit_id, "nothing was merged yet"
    qtbot.mouseClick(card.buttons[1], Qt.MouseButton.LeftButton)
    wait_until_idle(qtbot, window)
    assert session.auditioned_object_id == card.buttons[1].object_id
    next(option for side, option in card.options.items() if side.value == "theirs").click()
    qtbot.mouseClick(asked.confirm, Qt.MouseButton.LeftButton)
    wait_until_idle(qtbot, window)
    merged = session.commits[0]
    assert merged.parent_ids == (on_main.commit_id, on_branch.commit_id)
    chosen = heard_of(window, "Drums")
    n_frames = min(len(chosen), len(theirs))
    np.testing.assert_array_equal(chosen[:n_frames], theirs[:n_frames])
    assert not np.array_equal(chosen[: len(ours)], ours[: len(chosen)])


def test_going_back_keeps_unsaved_work(qtbot, window):
    session = session_of(window)
    describe_a_beat(qtbot, window, BEAT)
    first = commit(qtbot, window, "First beat")
    sound = heard(window)
    session.apply(SetMuted(track_of(window, "Drums").track_id, True))
    unsaved = heard(window)
    check_out_by_double_click(qtbot, window, first.commit_id)
    np.testing.assert_array_equal(heard(window), sound)
    (kept,) = [branch for branch in session.branches if branch.name.startswith("kept/")]
    check_out_by_double_click(qtbot, window, kept.commit_id)
    np.testing.assert_array_equal(heard(window), unsaved)


def test_two_versions_are_compared_and_heard_with_one_key(qtbot, window):
    session = session_of(window)
    describe_a_beat(qtbot, window, BEAT)
    first = commit(qtbot, window, "First beat")
    turn_down(window, "Drums", -6.0)
    second = commit(qtbot, window, "Softer drums")
    window.history.select(first.commit_id)
    qtbot.mouseClick(window.history.compare_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.comparison is not None, timeout=LONG_MS)
    wait_until_idle(qtbot, window)
    view = window.comparing.view
    assert view.isVisible()
    assert any("Drums" in sentence for sentence in view.sentences.sentences)
    states = {row.stem.name: row.stem.state.value for row in view.rows}
    assert states == {"Drums": "changed", "Bass": "same", "Melody": "same", "Other": "same"}
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: session.ab is not None, timeout=LONG_MS)
    assert session.ab.heard_commit_id == first.commit_id
    QTest.keyClick(window, Qt.Key.Key_B)
    assert session.ab.heard_commit_id == second.commit_id
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.isVisible()
    assert session.ab is None
    session.stop()


def test_a_stem_is_dragged_from_a_version_onto_the_timeline(qtbot, window):
    session = session_of(window)
    describe_a_beat(qtbot, window, BEAT)
    first = commit(qtbot, window, "First beat")
    bass = heard_of(window, "Bass")
    window.history.select(first.commit_id)
    chip = next(chip for chip in window.history.list.strip.chips if chip.text() == "Bass")
    data = chip.drag(QPoint(4, 4)).mimeData()
    n_before = len(session.project.tracks)
    drop(window.timeline, data, 600, window.timeline.height() - 80)
    wait_until_idle(qtbot, window)
    assert len(session.project.tracks) == n_before + 1
    placed = session.project.tracks[-1]
    assert placed.clips[0].object_id == chip.stem.object_id
    assert placed.stem_type is chip.stem.stem_type
    stored = session.studio.bank.samples(chip.stem.object_id)
    np.testing.assert_allclose(stored, bass[: len(stored)], atol=2**-22)


def test_a_bundle_dropped_on_another_window_is_the_same_project(qtbot, window, tmp_path, monkeypatch):
    session = session_of(window)
    describe_a_beat(qtbot, window, BEAT)
    made = commit(qtbot, window, "First beat")
    sound = heard(window)
    session.export_bundle(tmp_path / "beat.studio")
    wait_until_idle(qtbot, window)
    bundle = tmp_path / "beat.studio"
    assert bundle.is_file()

    monkeypatch.setenv("INFINITE_STUDIO_HOME", str(tmp_path / "other"))
    from infinite_studio.settings.folders import Folders

    other = assemble(Folders.standard(), Transport())
    qtbot.addWidget(other.window)
    other.window.show()
    other.session.start()
    qtbot.waitUntil(lambda: other.session.is_open, timeout=LONG_MS)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(bundle))])
    drop(other.window.timeline, data, 600, 300)
    wait_until_idle(qtbot, other.window)
    assert [each.commit_id for each in other.session.commits] == [made.commit_id]
    np.testing.assert_array_equal(heard(other.window), sound)
    assert other.session.close()


def test_rows_say_what_changed_and_show_their_waveforms(qtbot, window):
    session = session_of(window)
    describe_a_beat(qtbot, window, BEAT)
    commit(qtbot, window, "First beat")
    turn_down(window, "Drums", -6.0)
    second = commit(qtbot, window, "Softer drums")
    index = window.history.model.index(window.history.model.row_of(second.commit_id))
    qtbot.waitUntil(lambda: "Drums volume" in index.data(HistoryModel.WHAT), timeout=LONG_MS)
    qtbot.waitUntil(lambda: session.peaks(second.mixdown_object_id) is not None, timeout=LONG_MS)
    wait_until_idle(qtbot, window)
