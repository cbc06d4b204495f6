"""Where takes stand on the timeline: what stays, what is exchanged, what comes after what."""

from dataclasses import replace

import pytest

from infinite_studio.engines.base import Understanding
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.key import Key
from infinite_studio.music.stems import StemType
from infinite_studio.project.model import Clip, Project, Track
from infinite_studio.services.placing import place_continuation, place_take
from infinite_studio.services.values import StoredTake

ENGINES = ("sketch",)
FOUR = (StemType.DRUMS, StemType.BASS, StemType.MELODY, StemType.OTHER)
BARS_8 = 384_000


def take(number, *, stems=FOUR, n_frames=BARS_8, tempo_bpm=120.0):
    made = Understanding("house", tempo_bpm, Key.parse("A minor"), 8, n_frames / 48_000, (), ())
    sounds = {stem: f"{stem.value}-{number}" for stem in stems}
    recipe = Recipe("sketch", "1", prompt="house", parameters={"bars": 8}, seed=number)
    return StoredTake(
        f"t{number}", f"Take {number}", made, sounds, f"mix-{number}", n_frames, recipe, "yours"
    )


def placed(project, *takes, old=None):
    for each in takes:
        project = place_take(project, each, ENGINES, old).apply(project)
    return project


def shape(project):
    """Object id, start and length of every clip by track name."""
    return {
        track.name: [(c.object_id, c.start_frame, c.length_frames) for c in track.clips]
        for track in project.tracks
    }


@pytest.fixture
def first():
    return placed(Project("Tape"), take(1, tempo_bpm=96.0))


def test_the_first_take_brings_its_stems_tempo_and_key(first):
    assert [track.name for track in first.tracks] == ["Drums", "Bass", "Melody", "Other"]
    assert (first.tempo_bpm, str(first.key)) == (96.0, "A minor")


def test_another_take_keeps_the_faders_names_and_order_of_the_tracks(first):
    drums = replace(first.tracks[0], name="Kit", gain_db=-6.0, pan=0.3, muted=True)
    mixed = first.with_track(drums)
    second = placed(mixed, take(2), old=take(1).recipe)
    assert second.tracks[0].clips[0].object_id == "drums-2"
    assert replace(second.tracks[0], clips=()) == replace(drums, clips=())
    assert [track.track_id for track in second.tracks] == [track.track_id for track in mixed.tracks]


def test_edits_of_an_equally_long_take_stay(first):
    drums = first.tracks[0]
    clip = drums.clips[0]
    halves = (
        replace(clip, length_frames=BARS_8 // 2),
        replace(
            clip, start_frame=BARS_8, length_frames=BARS_8 // 2, source_offset_frames=BARS_8 // 2, clip_id="b"
        ),
    )
    second = placed(first.with_track(replace(drums, clips=halves)), take(2), old=take(1).recipe)
    assert shape(second)["Drums"] == [("drums-2", 0, BARS_8 // 2), ("drums-2", BARS_8, BARS_8 // 2)]
    assert second.tracks[0].clips[1].source_offset_frames == BARS_8 // 2


def test_a_take_of_another_length_stands_whole_where_the_old_one_began(first):
    moved = first.with_track(
        replace(first.tracks[1], clips=(replace(first.tracks[1].clips[0], start_frame=9_000),))
    )
    second = placed(moved, take(2, n_frames=2 * BARS_8), old=take(1).recipe)
    assert shape(second)["Bass"] == [("bass-2", 9_000, 2 * BARS_8)]
    assert shape(second)["Drums"] == [("drums-2", 0, 2 * BARS_8)]


def test_a_stem_that_the_new_take_lacks_leaves_and_one_that_it_adds_comes():
    without_drums = placed(Project("Tape"), take(1, stems=FOUR[1:]))
    with_drums = placed(without_drums, take(2), old=take(1, stems=FOUR[1:]).recipe)
    assert sorted(shape(with_drums)) == ["Bass", "Drums", "Melody", "Other"]
    assert sorted(shape(placed(with_drums, take(3, stems=FOUR[1:]), old=take(2).recipe))) == [
        "Bass", "Melody", "Other",
    ]  # fmt: skip


def test_a_recording_beside_a_take_is_never_touched_and_keeps_the_grid(first):
    song = Track("Song", clips=(Clip("song", "song", 5, 100, recipe=Recipe("import", "")),))
    both = replace(first, tracks=(*first.tracks, song))
    second = placed(both, take(2, tempo_bpm=140.0), old=take(1).recipe)
    assert second.tracks[-1] == song
    assert second.tempo_bpm == first.tempo_bpm


def test_a_take_from_an_earlier_evening_is_replaced_where_it_is_the_only_one(first):
    assert shape(placed(first, take(2)))["Drums"] == [("drums-2", 0, BARS_8)]


def test_a_take_goes_below_where_nobody_knows_which_of_several_it_replaces(first):
    other = replace(
        first, tracks=(*first.tracks, Track("Old", clips=(Clip("x", "x", 0, 9, recipe=take(9).recipe),)))
    )
    after = placed(other, take(2))
    assert after.tracks[:5] == other.tracks
    assert len(after.tracks) == 9


def test_a_continuation_follows_on_the_tracks_of_its_stems(first):
    second = place_continuation(first, take(2), take(1).recipe).apply(first)
    assert shape(second)["Drums"] == [("drums-1", 0, BARS_8), ("drums-2", BARS_8, BARS_8)]
    assert len(second.tracks) == 4


def test_another_continuation_takes_the_place_of_the_first(first):
    second = place_continuation(first, take(2), take(1).recipe).apply(first)
    third = place_continuation(second, take(3), take(1).recipe, take(2).recipe).apply(second)
    assert shape(third)["Drums"] == [("drums-1", 0, BARS_8), ("drums-3", BARS_8, BARS_8)]


def test_a_continuation_of_a_song_begins_on_new_tracks_at_its_end():
    song = Project("Tape", tracks=(Track("Song", clips=(Clip("song", "song", 1_000, 5_000),)),))
    after = place_continuation(song, take(1), "song").apply(song)
    assert shape(after)["Song"] == [("song", 1_000, 5_000)]
    assert {clips[0][1] for name, clips in shape(after).items() if name != "Song"} == {6_000}


def test_a_continuation_never_covers_what_is_there_already(first):
    busy = first.with_track(
        replace(first.tracks[0], clips=(*first.tracks[0].clips, Clip("fill", "fill", BARS_8, 10)))
    )
    after = place_continuation(busy, take(2), take(1).recipe).apply(busy)
    assert [c.object_id for c in after.tracks[0].clips] == ["drums-1", "fill"]
    assert after.tracks[-1].clips[0].object_id == "drums-2"


def test_a_continuation_of_what_is_not_there_is_no_step(first):
    assert place_continuation(first, take(3), take(2).recipe) is None


def test_exchanging_the_first_section_leaves_its_continuation(first):
    longer = place_continuation(first, take(2), take(1).recipe).apply(first)
    after = placed(longer, take(3), old=take(1).recipe)
    assert shape(after)["Drums"] == [("drums-3", 0, BARS_8), ("drums-2", BARS_8, BARS_8)]
