"""Steps over several clips: one undo, distances kept, the others untouched."""

import pytest

from infinite_studio.project.clip_steps import (
    ClipPlace,
    MoveClips,
    PlaceClips,
    RemoveClips,
    SplitClips,
    copy_clips,
    duplicate_step,
    paste_step,
)
from infinite_studio.project.model import Clip, Project, Track, UnknownTrackError
from infinite_studio.project.steps import InvalidStepError, UnknownClipError
from infinite_studio.project.undo import UndoStack


@pytest.fixture
def project() -> Project:
    return Project(
        "Three",
        tracks=(
            Track("Drums", clips=(Clip("d", "a", 0, 100, clip_id="a"), Clip("d", "b", 100, 100, clip_id="b")), track_id="1"),
            Track("Bass", clips=(Clip("e", "c", 50, 100, source_offset_frames=7, clip_id="c"),), track_id="2"),
            Track("Free", track_id="3"),
        ),
    )  # fmt: skip


def placed(project: Project) -> dict[str, tuple[str, int, int]]:
    return {c.clip_id: (t.track_id, c.start_frame, c.length_frames) for t, c in project.clips()}


def test_clips_move_together_and_one_undo_brings_all_back(project):
    stack = UndoStack(project)
    moved = stack.apply(MoveClips((ClipPlace("a", "2", 300), ClipPlace("c", "3", 350))))
    assert placed(moved) == {"b": ("1", 100, 100), "a": ("2", 300, 100), "c": ("3", 350, 100)}
    assert stack.undo_label == "move 2 clips"
    assert stack.undo() == project


def test_clips_that_change_tracks_stay_in_the_order_of_time(project):
    moved = MoveClips((ClipPlace("a", "2", 300), ClipPlace("b", "2", 0))).apply(project)
    assert [clip.clip_id for clip in moved.track("2").clips] == ["b", "c", "a"]


def test_a_position_before_the_start_becomes_the_start(project):
    assert placed(MoveClips((ClipPlace("c", "2", -5),)).apply(project))["c"] == ("2", 0, 100)


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (MoveClips((ClipPlace("a", "nowhere", 0),)), UnknownTrackError),
        (MoveClips((ClipPlace("nobody", "1", 0),)), UnknownClipError),
        (RemoveClips(("a", "nobody")), UnknownClipError),
        (SplitClips(("nobody",), 60), UnknownClipError),
        (SplitClips(("a", "c"), 200), InvalidStepError),
        (PlaceClips((("nowhere", Clip("d", "x", 0, 1)),)), UnknownTrackError),
    ],
)
def test_what_is_not_there_is_refused(project, step, error):
    with pytest.raises(error):
        step.apply(project)


def test_a_cut_goes_through_every_clip_that_the_frame_lies_within(project):
    cut = SplitClips(("a", "b", "c"), 60).apply(project)
    assert [(c.start_frame, c.length_frames) for c in cut.track("1").clips] == [(0, 60), (60, 40), (100, 100)]
    head, tail = cut.track("2").clips
    assert (head.clip_id, head.length_frames, head.source_offset_frames) == ("c", 10, 7)
    assert (tail.start_frame, tail.length_frames, tail.source_offset_frames) == (60, 90, 17)
    assert len({c.clip_id for _, c in cut.clips()}) == 5


def test_several_clips_go_and_the_tracks_stay(project):
    left = RemoveClips(("a", "c")).apply(project)
    assert placed(left) == {"b": ("1", 100, 100)}
    assert [track.name for track in left.tracks] == ["Drums", "Bass", "Free"]


def test_copies_of_several_clips_come_as_a_block_behind_the_last(project):
    step = duplicate_step(project, ("a", "c"))
    doubled = step.apply(project)
    new = [(t.track_id, c.start_frame) for t, c in doubled.clips() if c.clip_id in step.clip_ids]
    assert new == [("1", 150), ("2", 200)]
    assert step.label == "duplicate 2 clips"
    assert step.end_frame == 300


def test_one_copied_clip_comes_right_behind_itself(project):
    step = duplicate_step(project, ("b",))
    assert [(i, c.start_frame) for i, c in step.clips] == [("1", 200)]
    assert step.label == "duplicate clip"


def test_pasting_twice_makes_clips_of_their_own(project):
    copied = copy_clips(project, ("a", "c"))
    once = paste_step(project, copied, 1000).apply(project)
    twice = paste_step(once, copied, 1000).apply(once)
    assert len({clip.clip_id for _, clip in twice.clips()}) == 7
    assert sorted(c.start_frame for _, c in twice.clips() if c.start_frame >= 1000) == [
        1000,
        1000,
        1050,
        1050,
    ]


def test_pasting_into_another_project_brings_the_tracks_along_once(project):
    copied = copy_clips(project, ("a", "b", "c"))
    other = Project("Other", tracks=(Track("Keys", track_id="9"),))
    pasted = paste_step(other, copied, 10).apply(other)
    assert [(t.name, len(t.clips)) for t in pasted.tracks] == [("Keys", 0), ("Drums", 2), ("Bass", 1)]
    assert pasted.track(pasted.tracks[1].track_id).clips[0].start_frame == 10
    assert {t.track_id for t in pasted.tracks}.isdisjoint({"1", "2"})


def test_what_is_copied_stays_when_the_project_changes(project):
    copied = copy_clips(project, ("a",))
    emptied = RemoveClips(("a",)).apply(project)
    assert paste_step(emptied, copied, 0).apply(emptied).track("1").clips[0].object_id == "d"


def test_nothing_copied_is_nothing_pasted(project):
    step = paste_step(project, copy_clips(project, ("gone",)), 0)
    assert step.apply(project) == project


def test_two_thousand_clips_move_in_one_go():
    clips = tuple(Clip("d", "x", n * 10, 10, clip_id=str(n)) for n in range(2_000))
    project = Project("Many", tracks=(Track("T", clips=clips, track_id="t"), Track("U", track_id="u")))
    moved = MoveClips(tuple(ClipPlace(c.clip_id, "u", c.start_frame + 5) for c in clips)).apply(project)
    assert len(moved.track("u").clips) == 2_000
    assert moved.track("u").clips[-1].start_frame == 19_995
