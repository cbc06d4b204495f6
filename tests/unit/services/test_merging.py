"""Stems from other versions, and versions made of two."""

import numpy as np
import pytest

from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence
from infinite_studio.project.merging import Side
from infinite_studio.project.steps import RemoveTrack, SetGain, SetTempo
from infinite_studio.services.merging import (
    Conflicts,
    Merged,
    NothingToMergeError,
    StemPick,
    UnknownStemError,
    cherry_pick,
    merge_commits,
)
from infinite_studio.services.stem_recipes import engines_of
from infinite_studio.services.versions import (
    UnknownChoiceError,
    begin_branch,
    fork_version,
    go_to,
    merge_version,
)

SILENT = Silence()


def stem_objects(commit) -> dict[StemType, str]:
    return {stem.stem_type: stem.object_id for stem in commit.stems}


@pytest.fixture
def two_ways(beat, studio):
    """Branch main with another bass, branch idea with other drums."""
    begin_branch("Tape", "idea", None, studio)
    beat.change(SetGain(beat.track(StemType.BASS).track_id, -6.0))
    main = beat.commit("Quieter bass").commit
    go_to("Tape", "idea", studio, SILENT)
    beat.change(SetGain(beat.track(StemType.DRUMS).track_id, -3.0))
    idea = beat.commit("Quieter drums").commit
    return main, idea


def test_the_drums_of_one_version_and_the_bass_of_another(beat, two_ways, studio):
    main, idea = two_ways
    merged = merge_commits(beat.opened, main.commit_id, {}, studio, SILENT)
    assert isinstance(merged, Merged)
    assert merged.commit.parent_ids == (idea.commit_id, main.commit_id)
    stems = stem_objects(merged.commit)
    assert stems[StemType.BASS] == stem_objects(main)[StemType.BASS]
    assert stems[StemType.DRUMS] == stem_objects(idea)[StemType.DRUMS]
    assert merged.sentences == ("Bass taken from “Quieter bass”.",)


def test_merging_the_other_way_round_gives_the_same_project(beat, two_ways, studio):
    main, idea = two_ways
    one = merge_commits(beat.opened, main.commit_id, {}, studio, SILENT)
    go_to("Tape", main.short_id, studio, SILENT)
    other = merge_commits(beat.opened, idea.commit_id, {}, studio, SILENT)
    assert one.project == other.project
    assert stem_objects(one.commit) == stem_objects(other.commit)
    assert one.commit.mixdown_object_id == other.commit.mixdown_object_id


def test_a_stem_that_both_changed_waits_for_a_choice_and_can_be_heard(beat, two_ways, studio):
    main, _ = two_ways
    beat.change(SetGain(beat.track(StemType.BASS).track_id, -12.0))
    idea = beat.commit("Quieter bass here too").commit
    conflicts = merge_commits(beat.opened, main.commit_id, {}, studio, SILENT)
    assert isinstance(conflicts, Conflicts)
    (conflict,) = conflicts.conflicts
    assert conflict.name == "Bass"
    assert conflicts.heard[conflict.choice_id, Side.OURS] == stem_objects(idea)[StemType.BASS]
    assert conflicts.heard[conflict.choice_id, Side.THEIRS] == stem_objects(main)[StemType.BASS]
    assert studio.library.head(beat.opened.repository.repository_id).commit_id == idea.commit_id
    chosen = {conflict.choice_id: Side.THEIRS}
    merged = merge_commits(beat.opened, main.commit_id, chosen, studio, SILENT)
    assert stem_objects(merged.commit)[StemType.BASS] == stem_objects(main)[StemType.BASS]


def test_choices_by_name_settle_a_merge(beat, two_ways, studio):
    main, _ = two_ways
    beat.change(SetGain(beat.track(StemType.BASS).track_id, -12.0))
    assert isinstance(merge_version("Tape", "main", {}, studio, SILENT), Conflicts)
    with pytest.raises(UnknownChoiceError):
        merge_version("Tape", "main", {"Drums": Side.OURS}, studio, SILENT)
    merged = merge_version("Tape", "main", {"bass": Side.BOTH}, studio, SILENT)
    assert [t.gain_db for t in merged.project.tracks if t.stem_type is StemType.BASS] == [-12.0, -6.0]
    assert merged.commit.parent_ids[1] == main.commit_id


def test_unsaved_work_is_committed_before_a_merge(beat, two_ways, studio):
    main, idea = two_ways
    beat.change(RemoveTrack(beat.track(StemType.OTHER).track_id))
    merged = merge_commits(beat.opened, main.commit_id, {}, studio, SILENT)
    kept = studio.library.commit_of(merged.commit.parent_ids[0])
    assert kept.parent_ids == (idea.commit_id,)
    assert StemType.OTHER not in stem_objects(kept)
    assert StemType.OTHER not in stem_objects(merged.commit)


def test_a_version_that_is_contained_already_is_not_merged(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    beat.change(SetTempo(97.0))
    beat.commit("Second")
    with pytest.raises(NothingToMergeError, match="First"):
        merge_commits(beat.opened, first.commit_id, {}, studio, SILENT)


def test_a_merge_into_an_empty_project_takes_everything(beat, studio):
    from infinite_studio.services import projects

    first = studio.library.head(beat.opened.repository.repository_id)
    opened = projects.new_project("Empty", studio)
    merged = merge_commits(opened, first.commit_id, {}, studio, SILENT)
    assert stem_objects(merged.commit) == stem_objects(first)
    assert (merged.project.name, merged.project.tempo_bpm) == ("Empty", 140.0)


def test_a_picked_stem_replaces_its_counterpart_and_keeps_both_parents(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    beat.compose(seed=2)
    second = beat.commit("Second").commit
    merged = cherry_pick(StemPick(first.commit_id, ("Drums",)), beat.opened, studio, SILENT)
    assert merged.commit.parent_ids == (second.commit_id, first.commit_id)
    expected = {**stem_objects(second), StemType.DRUMS: stem_objects(first)[StemType.DRUMS]}
    assert stem_objects(merged.commit) == expected
    assert merged.commit.message == "Drums from “First”"
    assert [t.name for t in merged.project.tracks] == [t.name for t in beat.project.tracks]


def test_a_picked_stem_sounds_exactly_as_it_did(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    before = studio.bank.samples(stem_objects(first)[StemType.BASS])
    beat.compose(seed=2)
    cherry_pick(StemPick(first.commit_id, ("bass",)), beat.opened, studio, SILENT)
    np.testing.assert_array_equal(studio.bank.samples(beat.track(StemType.BASS).clips[0].object_id), before)


def test_a_picked_stem_can_be_heard_at_once_though_nothing_was_decoded(beat, studio):
    from dataclasses import replace

    first = studio.library.head(beat.opened.repository.repository_id)
    drums = stem_objects(first)[StemType.DRUMS]
    beat.change(SetGain(beat.track(StemType.DRUMS).track_id, -6.0))
    beat.commit("Quieter")
    fresh = replace(studio, bank=type(studio.bank)(studio.library, studio.folders.cache / "fresh"))
    assert fresh.bank.samples(drums) is None
    merged = cherry_pick(StemPick(first.commit_id, ("Drums",)), beat.opened, fresh, SILENT)
    assert all(fresh.bank.samples(clip.object_id) is not None for _, clip in merged.project.clips())


def test_a_stem_that_was_given_up_for_room_is_made_again_when_picked(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    beat.compose(seed=2)
    beat.commit("Second")
    drums = stem_objects(first)[StemType.DRUMS]
    studio.library.object_path(drums).unlink()
    cherry_pick(StemPick(first.commit_id, ("Drums",)), beat.opened, studio, SILENT)
    assert studio.library.verify_object(drums)


def test_picking_beside_keeps_the_present_stem(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    pick = StemPick(first.commit_id, ("Drums", "Bass"), beside=True)
    merged = cherry_pick(pick, beat.opened, studio, SILENT)
    names = [track.name for track in merged.project.tracks]
    assert (names.count("Drums"), names.count("Bass"), names[-2:]) == (2, 2, ["Drums", "Bass"])
    assert len({track.track_id for track in merged.project.tracks}) == len(names)
    clips = [clip.clip_id for _, clip in merged.project.clips()]
    assert len(set(clips)) == len(clips)


def test_a_stem_of_another_tempo_stays_as_it_is_and_that_is_said(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    beat.compose(seed=2, prompt="warm house, 122 bpm, in A minor")
    merged = cherry_pick(StemPick(first.commit_id, ("Drums",)), beat.opened, studio, SILENT)
    assert merged.sentences[1] == "Not stretched from 140 to 122 BPM: it plays at its own tempo."
    assert stem_objects(merged.commit)[StemType.DRUMS] == stem_objects(first)[StemType.DRUMS]


def test_a_stem_is_stretched_to_the_present_tempo_only_when_asked(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    bars = beat.track(StemType.DRUMS).clips[0].length_frames * 140 / 122
    beat.compose(seed=2, prompt="warm house, 122 bpm, in A minor")
    pick = StemPick(first.commit_id, ("Drums",), stretch=True)
    merged = cherry_pick(pick, beat.opened, studio, SILENT)
    (clip,) = next(t for t in merged.project.tracks if t.stem_type is StemType.DRUMS).clips
    assert clip.length_frames == pytest.approx(bars, abs=1)
    assert clip.length_frames == studio.bank.samples(clip.object_id).shape[0]
    assert (clip.recipe.engine, clip.recipe.seed) == ("stretch", 1)
    assert engines_of(clip.recipe) == {"sketch"}, "its licence goes on to hold"
    assert "Stretched from 140 to 122 BPM." in merged.sentences


def test_a_stem_is_moved_only_when_asked(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    pick = StemPick(first.commit_id, ("Drums",), move_to_frame=96_000, beside=True)
    merged = cherry_pick(pick, beat.opened, studio, SILENT)
    assert merged.project.tracks[-1].clips[0].start_frame == 96_000


def test_a_stem_of_another_project_can_be_taken(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    fork_version("Tape", "Fork", None, studio)
    beat.name = "Fork"
    beat.compose(seed=3)
    second = beat.commit("Other beat").commit
    beat.name = "Tape"
    merged = cherry_pick(StemPick(second.commit_id, ("Melody",)), beat.opened, studio, SILENT)
    assert merged.commit.parent_ids == (first.commit_id, second.commit_id)


def test_a_stem_that_is_not_there_names_those_that_are(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    with pytest.raises(UnknownStemError, match="Kazoo") as caught:
        cherry_pick(StemPick(first.commit_id, ("Kazoo",)), beat.opened, studio, SILENT)
    assert "Drums" in caught.value.hint


def test_a_merge_across_tempos_says_what_was_not_stretched(beat, studio):
    begin_branch("Tape", "idea", None, studio)
    beat.change(SetTempo(150.0))
    beat.commit("Faster grid")
    go_to("Tape", "idea", studio, SILENT)
    beat.change(SetGain(beat.track(StemType.BASS).track_id, -6.0))
    beat.commit("Quieter bass")
    merged = merge_version("Tape", "main", {}, studio, SILENT)
    assert merged.project.tempo_bpm == 150.0
    assert merged.sentences[-1].endswith("not stretched from 140 to 150 BPM.")
