"""The Split panel, used as a person uses it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.jobs.job import LaneName
from infinite_studio.music.stems import StemType
from infinite_studio.project.model import Clip, Track
from infinite_studio.project.steps import AddTracks
from infinite_studio.services.split_files import FilesRequest
from infinite_studio.services.split_queue import QueuedFile, QueueState
from infinite_studio.services.split_wish import SplitWish
from infinite_studio.services.values import Changes
from infinite_studio.ui.split_choice import ALL_IS_NOTHING, NO_STEM, WITHOUT
from infinite_studio.ui.split_panel import NO_TARGET, SplitPanel
from infinite_studio.ui.stem_row import StemRow


@pytest.fixture
def panel(qtbot, session):
    made = SplitPanel(session)
    qtbot.addWidget(made)
    made.resize(360, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def stem_tracks(object_id):
    recipe = Recipe("quick", "1", input_object_ids=(object_id,))
    kinds = (StemType.DRUMS, StemType.BASS, StemType.VOCALS, StemType.OTHER)
    return tuple(
        Track(f"{k.value} · song", k, (Clip(f"stem-{k}", "song", 0, 48_000, recipe=recipe),)) for k in kinds
    )


def test_with_nothing_to_split_the_panel_says_what_to_do(qtbot, empty_session):
    panel = SplitPanel(empty_session)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.empty.isVisible()
    assert panel.empty.sentence.text() == NO_TARGET
    assert not panel.work.button.isEnabled()
    assert panel.work.button.toolTip() == NO_TARGET


def test_the_selected_clip_is_what_is_split(qtbot, panel, session):
    clip = session.project.tracks[4].clips[0]
    panel.set_selected_clip(clip.clip_id)
    assert panel.target.editor.currentText() == f"{clip.name} · selected clip"
    qtbot.mouseClick(panel.work.button, Qt.MouseButton.LeftButton)
    assert ("split_object", clip.object_id, clip.start_frame, SplitWish("quick")) in session.calls


def test_a_sound_of_the_library_can_be_chosen(panel, session):
    panel.target.choose(next(t for t in panel.target._values if t.object_id == "s0"))
    panel.split()
    assert ("split_object", "s0", 0, SplitWish("quick")) in session.calls


def test_the_panel_names_the_stems_the_time_and_how_rough_it_is(panel, session):
    assert [stem.value for stem in panel.choice.stems.stem_types] == ["drums", "bass", "vocals", "other"]
    assert panel.work.button.trailing == "≈ 0.9 s"
    assert panel.description.text().startswith(session.separators[0].description)


def test_a_running_split_shows_its_stage_and_can_be_cancelled(qtbot, panel, session):
    panel.split()
    qtbot.waitUntil(lambda: "Composing the drums" in panel.work.bar.text)
    qtbot.mouseClick(panel.work.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not panel.work.is_working)
    assert session.jobs.views()[-1].state.value == "cancelled"
    assert panel.result.isHidden()


def test_a_finished_split_names_the_tracks_that_came(qtbot, panel, session):
    panel.split()
    session.release.set()
    qtbot.waitUntil(lambda: not panel.work.is_working)
    session.apply(AddTracks(stem_tracks(panel.chosen.object_id)))
    assert panel.result.isVisible()
    assert panel.result.body.count() == 5
    session.undo()
    assert panel.result.isHidden()


def test_a_silent_stem_says_so_however_long_its_name_is(qtbot):
    row = StemRow(f"Vocals · {'a long name ' * 9}(silent)", StemType.VOCALS)
    qtbot.addWidget(row)
    row.resize(200, 24)
    row.show()
    assert [label.text() for label in row.findChildren(QLabel) if label.isVisible()] == ["silent"]
    assert row.findChild(QLabel).geometry().right() <= row.width()


def test_the_best_way_is_chosen_when_it_is_known_to_be_here_unless_another_was(panel, session):
    names = ("quick", "htdemucs")
    session.separators = tuple(replace(session.separators[0], name=n, label=n) for n in names)
    session.changed.emit(Changes(weights=True), None)
    assert ("look_for_weights",) in session.calls
    assert panel.separator_name == "quick"
    session.has_weights = lambda _name: True
    session.changed.emit(Changes(weights=True), None)
    assert panel.separator_name == "htdemucs"
    choose(panel.separator, "quick")
    session.changed.emit(Changes(weights=True), None)
    assert panel.separator_name == "quick"


def test_a_failed_split_is_said_in_the_panel(qtbot, panel, session):
    session.failure = StudioError("This sound is too long.", hint="Cut it first.")
    session.release.set()
    panel.split()
    qtbot.waitUntil(panel.failure.isVisible)
    assert panel.failure.text == "This sound is too long."


def test_stems_are_not_offered_for_splitting_again_unless_selected(panel, session):
    tracks = stem_tracks("s0")
    session.apply(AddTracks(tracks))
    assert not any(target.object_id.startswith("stem-") for target in panel.target._values)
    panel.set_selected_clip(tracks[0].clips[0].clip_id)
    assert panel.chosen.object_id == tracks[0].clips[0].object_id


def test_the_choice_survives_changes_of_the_project(panel, session):
    chosen = next(t for t in panel.target._values if t.object_id == "s1")
    panel.target.choose(chosen)
    session.apply(AddTracks((replace(session.project.tracks[0], track_id="copy"),)))
    assert panel.chosen == chosen


def test_karaoke_asks_for_everything_but_the_vocals(panel, session):
    choose(panel.choice.preset, "Karaoke")
    assert panel.choice.explanation.text() == "Becomes tracks: no vocals."
    panel.split()
    wish = SplitWish("quick", (StemType.VOCALS,), keeps_stems=False, keeps_rest=True)
    assert session.calls[-1][3] == wish


def test_a_chip_that_is_pressed_again_leaves_its_stem_out(qtbot, panel, session):
    qtbot.mouseClick(panel.choice.stems.button(StemType.BASS), Qt.MouseButton.LeftButton)
    panel.split()
    assert session.calls[-1][3].stem_types == (StemType.DRUMS, StemType.VOCALS, StemType.OTHER)


def test_a_choice_that_leaves_nothing_says_so_and_cannot_be_split(panel):
    choose(panel.choice.way, WITHOUT)
    assert panel.work.button.toolTip() == ALL_IS_NOTHING
    for stem in panel.choice.stems.stem_types:
        panel.choice.stems.button(stem).setChecked(False)
    assert panel.work.button.toolTip() == NO_STEM
    assert not panel.work.button.isEnabled()


def test_six_stems_are_only_offered_where_their_model_is_installed(panel):
    offered = [panel.choice.preset.editor.itemText(i) for i in range(panel.choice.preset.editor.count())]
    assert "Karaoke" in offered
    assert "Six stems" not in offered


def test_the_queue_shows_each_file_and_can_be_paused_reordered_and_shortened(qtbot, panel, session, tmp_path):
    request = FilesRequest((), tmp_path)
    states = (QueueState.DONE, QueueState.FAILED, QueueState.WAITING, QueueState.WAITING)
    files = tuple(
        QueuedFile(tmp_path / f"{i}.wav", request, state, "It is empty." if state == "failed" else "")
        for i, state in enumerate(states)
    )
    session.split_queue = files
    session.changed.emit(Changes(splits=True), None)
    assert panel.queue.isVisible()
    assert panel.queue.summary.text() == "1 of 4 done, 1 failed"
    rows = {row.file.path: row for row in panel.queue.rows}
    assert rows[files[1].path].reason.text() == "It is empty."
    qtbot.waitUntil(rows[files[1].path].reason.isVisible)
    qtbot.mouseClick(rows[files[3].path].up, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(rows[files[2].path].out, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.queue.pause, Qt.MouseButton.LeftButton)
    assert session.calls[-3:] == [
        ("move_split_up", files[3].path),
        ("drop_split", files[2].path),
        ("pause_splits", True),
    ]


def two_hundred(folder, running=0):
    """Return a queue in which every tenth file failed; files up to the running one are dealt with."""
    request = FilesRequest((), folder)
    return tuple(
        QueuedFile(folder / f"{i:03d}.wav", request, QueueState.WAITING)
        if i > running
        else QueuedFile(folder / f"{i:03d}.wav", request, QueueState.RUNNING)
        if i == running
        else QueuedFile(folder / f"{i:03d}.wav", request, QueueState.FAILED, f"“{i:03d}.wav” is damaged.")
        if i % 10 == 0
        else QueuedFile(folder / f"{i:03d}.wav", request, QueueState.DONE)
        for i in range(200)
    )


def test_every_failed_file_of_a_long_queue_is_named_with_its_reason(panel, session, tmp_path):
    session.split_queue = two_hundred(tmp_path, running=199)
    session.changed.emit(Changes(splits=True), None)
    assert panel.queue.summary.text() == "179 of 200 done, 20 failed"
    reasons = [row.reason.text() for row in panel.queue.rows if row.file.state is QueueState.FAILED]
    assert reasons == [f"“{i:03d}.wav” is damaged." for i in range(0, 199, 10)]
    assert panel.queue.rows[0].file.state is QueueState.RUNNING
    assert panel.queue.more.text() == f"and {200 - len(panel.queue.rows)} more"


def test_a_file_that_is_done_leaves_the_other_rows_of_the_queue_as_they_are(panel, session, tmp_path):
    session.split_queue = two_hundred(tmp_path, running=4)
    session.changed.emit(Changes(splits=True), None)
    before = {row.file.path: row for row in panel.queue.rows if row.file.state is QueueState.WAITING}
    session.split_queue = two_hundred(tmp_path, running=5)
    session.changed.emit(Changes(splits=True), None)
    after = {row.file.path: row for row in panel.queue.rows if row.file.state is QueueState.WAITING}
    assert len(set(after) & set(before)) == len(before) - 1
    assert all(after[path] is row for path, row in before.items() if path in after)


def test_the_file_that_is_being_split_shows_how_far_it_is(qtbot, panel, session, tmp_path):
    session.split_queue_job = session._queue("Split “000.wav”", "split:quick", LaneName.INFERENCE)
    session.split_queue = two_hundred(tmp_path)
    session.changed.emit(Changes(splits=True), None)
    row = panel.queue.rows[0]
    qtbot.waitUntil(lambda: row.state.text == "40%")
    assert row.reason.isVisible()
    assert row.reason.text().startswith("Composing the drums")


def test_a_queue_that_is_through_can_be_cleared(qtbot, panel, session, tmp_path):
    session.split_queue = two_hundred(tmp_path, running=200)
    session.changed.emit(Changes(splits=True), None)
    assert panel.queue.pause.isHidden()
    qtbot.mouseClick(panel.queue.clear, Qt.MouseButton.LeftButton)
    assert session.calls[-1] == ("clear_splits",)
    session.split_queue = two_hundred(tmp_path, running=3)
    session.changed.emit(Changes(splits=True), None)
    assert panel.queue.clear.isHidden()


def test_a_paused_queue_says_so(panel, session, tmp_path):
    session.split_queue, session.is_split_queue_paused = two_hundred(tmp_path)[1:], True
    session.changed.emit(Changes(splits=True), None)
    assert panel.queue.summary.text() == "0 of 199 done · paused"
    assert panel.queue.pause.text() == "Go on"


def choose(field, text):
    index = field.editor.findText(text)
    field.editor.setCurrentIndex(index)
    field.editor.activated.emit(index)
