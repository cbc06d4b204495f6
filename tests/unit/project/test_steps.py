from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_studio.music.key import Key
from infinite_studio.project import steps
from infinite_studio.project.model import Clip, LoopRange, Project, Track, UnknownTrackError
from infinite_studio.project.undo import UndoStack


def project_with_two_tracks() -> Project:
    clip = Clip("a" * 64, "beat", 1_000, 48_000, clip_id="clip")
    drums = Track("Drums", clips=(clip,), track_id="drums")
    return Project("Test", tracks=(drums, Track("Bass", track_id="bass")))


def test_a_clip_moves_in_time_and_to_another_track():
    moved = steps.MoveClip("clip", "bass", 500).apply(project_with_two_tracks())
    assert moved.track("drums").clips == ()
    assert moved.track("bass").clips[0].start_frame == 500


def test_a_clip_never_moves_before_the_start():
    moved = steps.MoveClip("clip", "drums", -5).apply(project_with_two_tracks())
    assert moved.track("drums").clips[0].start_frame == 0


def test_a_duplicate_begins_where_the_original_ends():
    first, second = steps.DuplicateClip("clip").apply(project_with_two_tracks()).track("drums").clips
    assert second.start_frame == first.end_frame
    assert second.clip_id != first.clip_id


@given(st.integers(1_001, 48_999))
def test_the_halves_of_a_split_clip_play_what_the_whole_played(frame):
    head, tail = steps.SplitClip("clip", frame).apply(project_with_two_tracks()).track("drums").clips
    assert head.end_frame == tail.start_frame == frame
    assert head.length_frames + tail.length_frames == 48_000
    assert tail.source_offset_frames == head.length_frames


@pytest.mark.parametrize("frame", [0, 1_000, 49_000])
def test_a_split_outside_of_the_clip_is_refused(frame):
    with pytest.raises(steps.InvalidStepError):
        steps.SplitClip("clip", frame).apply(project_with_two_tracks())


@pytest.mark.parametrize(
    "step", [steps.MoveClip("gone", "bass", 0), steps.RemoveClip("gone"), steps.DuplicateClip("gone")]
)
def test_a_clip_that_is_gone_is_named_as_such(step):
    with pytest.raises(steps.UnknownClipError):
        step.apply(project_with_two_tracks())


def test_a_track_that_is_gone_is_named_as_such():
    with pytest.raises(UnknownTrackError):
        steps.SetMuted("gone", muted=True).apply(project_with_two_tracks())


def test_gain_and_pan_stay_in_their_range():
    loud = steps.SetGain("drums", 99.0).apply(project_with_two_tracks())
    assert loud.track("drums").gain_db == steps.MAX_GAIN_DB
    assert steps.SetPan("drums", -3.0).apply(loud).track("drums").pan == -1.0


@pytest.mark.parametrize("tempo_bpm", [0.0, 29.9, 300.1, float("nan")])
def test_an_impossible_tempo_is_refused(tempo_bpm):
    with pytest.raises(steps.InvalidStepError):
        steps.SetTempo(tempo_bpm).apply(project_with_two_tracks())


def test_an_empty_loop_range_is_refused():
    with pytest.raises(steps.InvalidStepError):
        steps.SetLoop(LoopRange(100, 100)).apply(project_with_two_tracks())


def test_stems_come_right_below_their_muted_source():
    stems = (Track("Drums · beat", track_id="s1"), Track("Bass · beat", track_id="s2"))
    split = steps.AddStems("drums", stems).apply(project_with_two_tracks())
    assert [track.track_id for track in split.tracks] == ["drums", "s1", "s2", "bass"]
    assert split.track("drums").muted


def test_replaced_tracks_stand_where_the_old_ones_stood():
    new = (Track("New", track_id="new"),)
    replaced = steps.ReplaceTracks(frozenset({"drums"}), new, tempo_bpm=90.0, key=Key.parse("Dm"))
    result = replaced.apply(project_with_two_tracks())
    assert [track.track_id for track in result.tracks] == ["new", "bass"]
    assert (result.tempo_bpm, str(result.key)) == (90.0, "D minor")


def test_undo_and_redo_walk_the_same_states():
    stack = UndoStack(project_with_two_tracks())
    states = [stack.project]
    changes = (
        steps.SetMuted("drums", muted=True),
        steps.RemoveClip("clip"),
        steps.RenameTrack("bass", "Sub"),
    )
    states.extend(stack.apply(step) for step in changes)
    assert [stack.undo() for _ in range(3)] == states[2::-1]
    assert [stack.redo() for _ in range(3)] == states[1:]


def test_a_faders_way_is_one_step():
    stack = UndoStack(project_with_two_tracks())
    for gain_db in (-1.0, -2.0, -3.0):
        stack.apply(steps.SetGain("drums", gain_db))
    assert stack.unsaved_steps == 1
    assert stack.undo().track("drums").gain_db == 0.0


def test_a_step_that_changes_nothing_is_no_step():
    stack = UndoStack(project_with_two_tracks())
    stack.apply(steps.SetMuted("drums", muted=False))
    assert stack.unsaved_steps == 0
    assert stack.undo_label == ""


def test_unsaved_steps_count_from_what_was_kept():
    stack = UndoStack(project_with_two_tracks())
    stack.apply(steps.SetMuted("drums", muted=True))
    stack.mark_kept(stack.project)
    assert stack.unsaved_steps == 0
    stack.undo()
    assert stack.unsaved_steps == 1
    stack.redo()
    assert stack.unsaved_steps == 0


def test_steps_after_keeping_do_not_merge_into_what_was_kept():
    stack = UndoStack(project_with_two_tracks())
    stack.apply(steps.SetGain("drums", -1.0))
    stack.mark_kept(stack.project)
    stack.apply(steps.SetGain("drums", -2.0))
    assert stack.undo().track("drums").gain_db == -1.0


def test_a_correction_reaches_every_state_that_undo_brings_back():
    stack = UndoStack(project_with_two_tracks())
    stack.apply(steps.SetMuted("drums", muted=True))
    stack.amend(lambda project: replace(project, name="Renamed"))
    assert stack.project.name == stack.undo().name == stack.redo().name == "Renamed"
