"""What changed between two versions, as a person reads it."""

from dataclasses import replace

import pytest

from infinite_studio.history.recipe import Recipe
from infinite_studio.music.key import Key
from infinite_studio.music.stems import StemType
from infinite_studio.project import steps
from infinite_studio.project.diff import ChangeKind, diff_projects
from infinite_studio.project.model import Clip, LoopRange, Marker, Project, Track

BAR = 96_000
FIRST = Recipe("sketch", "1", prompt="dusty lo-fi", seed=7)


def take(marks: str, recipe: Recipe = FIRST, label: str = "Take 1") -> tuple[Track, ...]:
    """A take of drums and bass whose identities are new each time, as from an engine."""
    return tuple(
        Track(stem.value.title(), stem, (Clip(f"{stem}-{marks}", label, 0, 4 * BAR, recipe=recipe),))
        for stem in (StemType.DRUMS, StemType.BASS)
    )


@pytest.fixture
def project() -> Project:
    clip = Clip("vox", "hook", 2 * BAR, 2 * BAR, clip_id="hook")
    vocals = Track("Vocals", StemType.VOCALS, (clip,), track_id="vocals")
    return Project("Tape", tracks=(*take("a"), vocals))


def said(before: Project, *changes: steps.Step) -> tuple[str, ...]:
    after = before
    for change in changes:
        after = change.apply(after)
    return diff_projects(before, after).sentences


def drums_of(project: Project) -> Track:
    return next(track for track in project.tracks if track.stem_type is StemType.DRUMS)


def test_equal_versions_have_no_difference(project):
    assert diff_projects(project, project).is_empty


def test_new_identities_alone_are_no_difference(project):
    again = replace(project, tracks=(*take("a"), project.track("vocals")))
    assert again != project
    assert diff_projects(project, again).is_empty


def test_tempo_and_key_are_told_from_and_to(project):
    assert said(project, steps.SetTempo(84.0), steps.SetKey(Key.parse("D minor"))) == (
        "Tempo 120 → 84 BPM",
        "Key none → D minor",
    )


def test_a_tempo_keeps_its_decimals(project):
    assert said(project, steps.SetTempo(84.25)) == ("Tempo 120 → 84.25 BPM",)


def test_a_new_take_replaces_stems_and_names_its_prompt(project):
    new = take("b", replace(FIRST, prompt="dark trap"))
    step = steps.ReplaceTracks(frozenset(t.track_id for t in project.tracks[:2]), new)
    assert said(project, step) == ("New prompt “dark trap”", "Drums replaced", "Bass replaced")


def exchanged(project: Project, object_id: str, name: str) -> Project:
    """The project with another sound in the place of the drums' first clip, as when another take is chosen."""
    drums = drums_of(project)
    clip = replace(drums.clips[0], object_id=object_id, name=name)
    return project.with_track(replace(drums, clips=(clip, *drums.clips[1:])))


def test_another_take_in_the_same_clip_replaces_the_stem_and_says_no_more(project):
    assert diff_projects(project, exchanged(project, "new", "Take 2")).sentences == ("Drums replaced",)


def test_another_take_in_one_of_several_clips_names_both(project):
    drums = drums_of(project)
    two = steps.AddClip(drums.track_id, Clip("fill", "fill", 8 * BAR, BAR)).apply(project)
    after = exchanged(two, "new", "Take 2")
    assert diff_projects(two, after).sentences == ("“Take 1” on Drums replaced by “Take 2”",)


def test_another_seed_of_the_same_prompt_is_a_new_take_of_it(project):
    step = steps.ReplaceTracks(
        frozenset(t.track_id for t in project.tracks[:2]), take("b", replace(FIRST, seed=9))
    )
    assert said(project, step)[0] == "New take of “dusty lo-fi” (seed 9)"


def test_the_mixer_is_told_in_its_units(project):
    drums = drums_of(project).track_id
    before = steps.SetGain(drums, -3.1).apply(project)
    assert said(
        before,
        steps.SetGain(drums, -6.0),
        steps.SetPan(drums, -0.3),
        steps.SetMuted("vocals", muted=True),
        steps.SetSoloed(drums, soloed=True),
    ) == ("Drums soloed", "Drums volume −3.1 → −6 dB", "Drums panned 30 % left", "Vocals muted")


def test_a_fader_pulled_down_is_minus_infinity(project):
    assert said(project, steps.SetGain("vocals", -60.0)) == ("Vocals volume 0 → −∞ dB",)


def test_a_volume_below_hearing_is_no_change(project):
    assert said(project, steps.SetGain("vocals", 0.04)) == ()


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        (2 * BAR, "2 bars later"),
        (-BAR, "1 bar earlier"),
        (BAR + BAR // 4, "1 bar and 1 beat later"),
        (BAR // 2, "2 beats later"),
        (1_000, "21 ms later"),
        (-30_000, "0.62 s earlier"),
    ],
)
def test_a_moved_clip_is_told_in_bars_where_it_stays_on_the_grid(project, frames, words):
    step = steps.MoveClip("hook", "vocals", 2 * BAR + frames)
    assert said(project, step) == (f"“hook” moved {words} on Vocals",)


def test_bars_follow_the_tempo(project):
    slow = replace(project, tempo_bpm=60.0)
    assert said(slow, steps.MoveClip("hook", "vocals", 4 * BAR)) == ("“hook” moved 1 bar later on Vocals",)


def test_a_clip_on_another_track_moved_there(project):
    bass = project.tracks[1]
    diff = diff_projects(project, steps.MoveClip("hook", bass.track_id, 2 * BAR).apply(project))
    assert diff.sentences == ("“hook” moved from Vocals to Bass",)
    assert diff.changes[0].track_ids == (bass.track_id,)
    assert diff.changes[0].clip_ids == ("hook",)


def test_a_split_is_one_change_and_not_three(project):
    assert said(project, steps.SplitClip("hook", 3 * BAR)) == ("“hook” split at bar 4 on Vocals",)


def test_a_repeated_clip_is_added_where_it_stands(project):
    assert said(project, steps.DuplicateClip("hook")) == ("“hook” added to Vocals at bar 5",)


def test_a_deleted_clip_of_several_is_removed(project):
    two = steps.DuplicateClip("hook").apply(project)
    assert said(two, steps.RemoveClip("hook")) == ("“hook” removed from Vocals",)


def test_a_trimmed_clip_says_both_lengths(project):
    track = project.track("vocals")
    short = replace(track, clips=(replace(track.clips[0], length_frames=BAR),))
    assert diff_projects(project, project.with_track(short)).sentences == (
        "“hook” on Vocals 2 bars → 1 bar long",
    )


def test_tracks_come_go_and_get_names(project):
    piano = Track("Piano", StemType.OTHER, (Clip("p", "piano", 0, BAR),))
    assert said(
        project,
        steps.AddTracks((piano,)),
        steps.RemoveTrack("vocals"),
        steps.RenameTrack(piano.track_id, "Keys"),
    ) == ("Vocals removed", "Keys added")
    assert said(project, steps.RenameTrack("vocals", "Lead")) == ("Vocals renamed to Lead",)


def test_the_loop_is_told_in_bars(project):
    looped = steps.SetLoop(LoopRange(4 * BAR, 8 * BAR)).apply(project)
    assert diff_projects(project, looped).sentences == ("Loop range set to 4 bars from bar 5",)
    off = steps.SetLoop(LoopRange(4 * BAR, 8 * BAR, enabled=False))
    assert said(looped, off) == ("Loop switched off",)
    assert said(looped, steps.SetLoop(None)) == ("Loop range removed",)


def test_markers_come_change_and_go(project):
    marked = replace(project, markers=(Marker("Drop", BAR, "m"),))
    moved = replace(project, markers=(Marker("Drop", 2 * BAR, "m"),))
    assert diff_projects(project, marked).sentences == ("Marker “Drop” added",)
    assert diff_projects(marked, moved).sentences == ("Marker “Drop” changed",)
    assert diff_projects(marked, project).sentences == ("Marker “Drop” removed",)


def test_a_change_says_what_it_is_about_and_where(project):
    (change,) = diff_projects(project, steps.SetMuted("vocals", muted=True).apply(project)).changes
    assert change.kind is ChangeKind.MUTED
    assert change.track_ids == ("vocals",)


def test_one_line_counts_what_it_leaves_out(project):
    diff = diff_projects(project, replace(project, name="B", tempo_bpm=90.0, key=Key.parse("C major")))
    assert diff.text(1) == "Project “Tape” renamed to “B” · 2 more"
    assert diff.text().count(" · ") == 2
