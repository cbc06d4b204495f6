"""Merging two versions over the one that both began from."""

from dataclasses import replace

import pytest

from infinite_studio.music.key import Key
from infinite_studio.music.stems import StemType
from infinite_studio.project import steps
from infinite_studio.project.merging import BecomeProject, ImpossibleChoiceError, Side, merge_projects
from infinite_studio.project.model import Clip, LoopRange, Marker, Project, Track


def track(stem: StemType, mark: str, track_id: str = "") -> Track:
    name = stem.value.title()
    clip = Clip(f"{stem}-{mark}", "Take", 0, 96_000, clip_id=f"{track_id}-{mark}")
    return Track(name, stem, (clip,), track_id=track_id or f"{stem}-{mark}")


@pytest.fixture
def base() -> Project:
    return Project("Tape", tracks=(track(StemType.DRUMS, "0", "d"), track(StemType.BASS, "0", "b")))


def with_new(project: Project, stem: StemType, mark: str) -> Project:
    """The project with a stem of a new take, whose track has another identity."""
    new = track(stem, mark)
    return replace(project, tracks=tuple(new if t.stem_type is stem else t for t in project.tracks))


def test_the_drums_of_one_and_the_bass_of_the_other(base):
    ours, theirs = with_new(base, StemType.DRUMS, "1"), with_new(base, StemType.BASS, "2")
    merge = merge_projects(base, ours, theirs)
    assert merge.conflicts == ()
    assert [t.clips[0].object_id for t in merge.project.tracks] == ["drums-1", "bass-2"]
    assert [t.track_id for t in merge.project.tracks] == ["drums-1", "bass-2"]
    assert merge.origins == {"drums-1": Side.OURS, "bass-2": Side.THEIRS}


def test_a_stem_that_both_changed_is_a_choice_and_nothing_is_overwritten(base):
    ours, theirs = with_new(base, StemType.DRUMS, "1"), with_new(base, StemType.DRUMS, "2")
    merge = merge_projects(base, ours, theirs)
    (conflict,) = merge.conflicts
    assert (conflict.name, conflict.choice_id) == ("Drums", "d")
    assert conflict.ours.clips[0].object_id == "drums-1"
    assert conflict.theirs.clips[0].object_id == "drums-2"
    assert (conflict.ours_text, conflict.theirs_text) == ("replaced", "replaced")
    assert merge.project.tracks == ours.tracks


@pytest.mark.parametrize(
    ("side", "objects"),
    [
        (Side.OURS, ["drums-1", "bass-0"]),
        (Side.THEIRS, ["drums-2", "bass-0"]),
        (Side.BOTH, ["drums-1", "drums-2", "bass-0"]),
    ],
)
def test_a_choice_settles_a_conflict(base, side, objects):
    ours, theirs = with_new(base, StemType.DRUMS, "1"), with_new(base, StemType.DRUMS, "2")
    merge = merge_projects(base, ours, theirs, {"d": side})
    assert merge.conflicts == ()
    assert [t.clips[0].object_id for t in merge.project.tracks] == objects


def test_both_of_the_same_track_get_identities_that_stay_the_same(base):
    ours, theirs = (steps.SetGain("d", gain).apply(base) for gain in (-3.0, -6.0))
    merged = merge_projects(base, ours, theirs, {"d": Side.BOTH}).project
    assert len({t.track_id for t in merged.tracks}) == 3
    assert merged == merge_projects(base, ours, theirs, {"d": Side.BOTH}).project


def test_the_same_change_on_both_sides_is_no_conflict(base):
    both = steps.SetGain("d", -6.0).apply(base)
    assert merge_projects(base, both, both).project == both


def test_a_volume_and_a_new_sound_of_one_stem_are_a_conflict(base):
    merge = merge_projects(base, steps.SetGain("d", -6.0).apply(base), with_new(base, StemType.DRUMS, "2"))
    assert [c.ours_text for c in merge.conflicts] == ["changed"]


def test_mute_merges_with_a_new_sound_of_the_same_stem(base):
    muted = steps.SetMuted("d", muted=True).apply(base)
    merge = merge_projects(base, muted, with_new(base, StemType.DRUMS, "2"))
    assert merge.conflicts == ()
    assert (merge.project.tracks[0].muted, merge.project.tracks[0].track_id) == (True, "drums-2")


def test_a_removed_stem_stays_removed_where_the_other_left_it_alone(base):
    removed = steps.RemoveTrack("d").apply(base)
    merge = merge_projects(base, removed, steps.SetGain("b", -6.0).apply(base))
    assert [t.track_id for t in merge.project.tracks] == ["b"]
    assert merge_projects(base, base, removed).project.tracks == removed.tracks


def test_a_removed_stem_that_the_other_changed_is_a_choice(base):
    removed, changed = steps.RemoveTrack("d").apply(base), steps.SetGain("d", -6.0).apply(base)
    (conflict,) = merge_projects(base, removed, changed).conflicts
    assert (conflict.ours, conflict.ours_text, conflict.name) == (None, "removed", "Drums")
    assert merge_projects(base, removed, changed, {"d": Side.THEIRS}).project.tracks[0].gain_db == -6.0
    assert len(merge_projects(base, removed, changed, {"d": Side.OURS}).project.tracks) == 1


def test_new_stems_of_both_sides_stand_where_they_stood(base):
    piano, rain = (Track(n, StemType.OTHER, track_id=n) for n in ("piano", "rain"))
    ours = replace(base, tracks=(base.tracks[0], piano, base.tracks[1]))
    theirs = replace(base, tracks=(*base.tracks, rain))
    assert [t.track_id for t in merge_projects(base, ours, theirs).project.tracks] == [
        "d",
        "piano",
        "b",
        "rain",
    ]


def test_new_stems_of_the_same_name_are_a_choice(base):
    ours, theirs = (replace(base, tracks=(*base.tracks, track(StemType.VOCALS, mark))) for mark in ("1", "2"))
    (conflict,) = merge_projects(base, ours, theirs).conflicts
    assert (conflict.base, conflict.ours_text) == (None, "added")


def test_without_a_common_version_everything_is_new(base):
    other = Project("Other", tracks=(track(StemType.VOCALS, "9"),))
    merge = merge_projects(None, base, other)
    assert [t.name for t in merge.project.tracks] == ["Drums", "Bass", "Vocals"]
    assert merge.project.name == "Tape"


def test_tempo_and_key_changed_on_both_sides_are_choices(base):
    ours, theirs = (
        replace(base, tempo_bpm=tempo, key=Key.parse(key))
        for tempo, key in ((90.0, "D minor"), (84.0, "C major"))
    )
    merge = merge_projects(base, ours, theirs)
    assert [(c.choice_id, c.ours_text, c.theirs_text) for c in merge.conflicts] == [
        ("tempo", "90 BPM", "84 BPM"),
        ("key", "D minor", "C major"),
    ]
    chosen = merge_projects(base, ours, theirs, {"tempo": Side.THEIRS, "key": Side.OURS})
    assert chosen.conflicts == ()
    assert (chosen.project.tempo_bpm, str(chosen.project.key)) == (84.0, "D minor")


def test_a_project_has_one_tempo(base):
    ours, theirs = replace(base, tempo_bpm=90.0), replace(base, tempo_bpm=84.0)
    with pytest.raises(ImpossibleChoiceError):
        merge_projects(base, ours, theirs, {"tempo": Side.BOTH})


def test_a_key_that_one_side_took_away_is_gone(base):
    keyed = replace(base, key=Key.parse("D minor"))
    assert merge_projects(keyed, keyed, base).project.key is None


def test_markers_of_both_sides_come_together(base):
    ours = replace(base, markers=(Marker("Verse", 0, "v"),))
    theirs = replace(base, markers=(Marker("Drop", 96_000, "d"),))
    assert [m.name for m in merge_projects(base, ours, theirs).project.markers] == ["Verse", "Drop"]


def test_the_loop_range_is_ours_where_both_changed_it(base):
    ours, theirs = (replace(base, loop=LoopRange(0, end)) for end in (10, 20))
    assert merge_projects(base, ours, theirs).project.loop == LoopRange(0, 10)
    assert merge_projects(base, base, theirs).project.loop == LoopRange(0, 20)


def test_a_merge_is_one_undoable_step_under_the_present_name(base):
    merged = BecomeProject(replace(base, name="", tempo_bpm=84.0), "merge").apply(base)
    assert (merged.name, merged.tempo_bpm) == ("Tape", 84.0)
