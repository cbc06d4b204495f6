"""What a commit renders, reuses and remembers."""

import json

import numpy as np
import pytest

from infinite_studio.audio.reading import read_audio
from infinite_studio.history.snapshot import canonical_json
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence
from infinite_studio.project.mixdown import track_program
from infinite_studio.project.steps import MoveClip, RenameTrack, SetGain, SetMuted, SetTempo
from infinite_studio.services import renders
from infinite_studio.services.stem_recipes import MIX, engines_of

SILENT = Silence()


@pytest.fixture
def rendered(monkeypatch):
    """How many frames were rendered, program by program."""
    lengths: list[int] = []
    render = renders.render_blocks

    def counting(program, first_frame, end_frame, progress, stage):
        lengths.append(end_frame - first_frame)
        return render(program, first_frame, end_frame, progress, stage)

    monkeypatch.setattr(renders, "render_blocks", counting)
    return lengths


def stems_of(commit):
    return {stem.stem_type: stem for stem in commit.stems}


def test_untouched_sounds_are_their_own_stems(desk, rendered):
    desk.compose(seed=1)
    commit = desk.commit("First").commit
    assert len(rendered) == 1, "the mixdown alone"
    placed = {track.stem_type: track.clips[0].object_id for track in desk.project.tracks}
    assert {t: s.object_id for t, s in stems_of(commit).items()} == placed


def test_a_commit_without_a_change_renders_nothing(beat, rendered):
    commit = beat.commit("Again").commit
    assert rendered == []
    assert commit.mixdown_object_id is not None


def test_a_change_that_is_not_heard_renders_nothing(beat, rendered):
    beat.change(SetTempo(97.0), RenameTrack(beat.track(StemType.BASS).track_id, "Low end"))
    commit = beat.commit("Renamed").commit
    assert rendered == []
    assert stems_of(commit)[StemType.BASS].name == "Low end"


def test_only_the_stem_that_changed_is_rendered_and_the_mixdown(beat, rendered):
    before = stems_of(beat.commit("Before").commit)
    beat.change(SetGain(beat.track(StemType.BASS).track_id, -6.0))
    after = stems_of(beat.commit("Quieter bass").commit)
    assert len(rendered) == 2
    assert {t for t in after if after[t].object_id != before[t].object_id} == {StemType.BASS}


def test_a_rendered_stem_is_not_rendered_again(beat, rendered):
    bass = beat.track(StemType.BASS).track_id
    beat.change(SetGain(bass, -6.0))
    first = stems_of(beat.commit("Quieter bass").commit)
    rendered.clear()
    beat.change(SetMuted(beat.track(StemType.DRUMS).track_id, muted=True))
    second = stems_of(beat.commit("No drums").commit)
    assert len(rendered) == 1, "mute changes the mixdown alone"
    assert second[StemType.BASS].object_id == first[StemType.BASS].object_id


def test_a_muted_track_is_still_kept_as_a_stem(beat):
    beat.change(SetMuted(beat.track(StemType.DRUMS).track_id, muted=True))
    assert StemType.DRUMS in stems_of(beat.commit("No drums").commit)


def test_what_is_reused_sounds_like_what_would_be_rendered(beat, studio):
    track = beat.track(StemType.BASS)
    beat.change(SetGain(track.track_id, -6.0))
    beat.commit("Quieter")
    beat.change(MoveClip(beat.track(StemType.DRUMS).clips[0].clip_id, beat.track(StemType.DRUMS).track_id, 0))
    commit = beat.commit("Same").commit
    project = beat.project
    program = track_program(project, beat.track(StemType.BASS), studio.bank.samples)
    kept = read_audio(studio.library.object_path(stems_of(commit)[StemType.BASS].object_id)).samples
    np.testing.assert_allclose(kept, program.mix(0, project.length_frames), atol=2.0**-23)


def test_a_render_whose_object_is_gone_is_made_again(beat, studio, rendered):
    beat.change(SetGain(beat.track(StemType.BASS).track_id, -6.0))
    gone = stems_of(beat.commit("Quieter").commit)[StemType.BASS].object_id
    studio.library.object_path(gone).unlink()
    rendered.clear()
    beat.change(SetTempo(99.0))
    again = stems_of(beat.commit("Again").commit)[StemType.BASS].object_id
    assert (again, len(rendered)) == (gone, 1)


def test_each_stem_says_how_it_was_made(beat):
    for stem_type, stem in stems_of(beat.commit("First").commit).items():
        recipe = stem.recipe
        assert (recipe.engine, recipe.seed, recipe.device) == ("sketch", 1, "cpu")
        assert recipe.prompt == "dark trap, 140 bpm, in F minor"
        assert recipe.parameters["stem"] == stem_type.value
        assert recipe.parameters["label"]
        assert MIX not in recipe.parameters


def test_a_rendered_stem_also_says_of_what_and_how_it_was_mixed(beat):
    track = beat.track(StemType.BASS)
    beat.change(SetGain(track.track_id, -6.0))
    recipe = stems_of(beat.commit("Quieter").commit)[StemType.BASS].recipe
    assert recipe.input_object_ids == (track.clips[0].object_id,)
    assert recipe.parameters[MIX]["gain_db"] == -6.0
    assert json.loads(canonical_json(recipe.to_json()))["engine"] == "sketch"


def test_a_stem_of_several_sources_holds_all_their_recipes(beat, song_file, studio):
    from dataclasses import replace

    from infinite_studio.services.projects import add_file

    add_file("Tape", song_file, studio, SILENT)

    def both_on_one_track(project):
        *others, imported = project.tracks
        drums = next(t for t in others if t.stem_type is StemType.DRUMS)
        joined = replace(drums, clips=(*drums.clips, imported.clips[0]))
        return replace(project, tracks=tuple(joined if t is drums else t for t in others))

    beat.change(both_on_one_track)
    recipe = stems_of(beat.commit("Song over drums").commit)[StemType.DRUMS].recipe
    assert recipe.engine == "mix"
    assert [made["engine"] for made in recipe.parameters["recipes"]] == ["sketch", "import"]
    assert recipe.prompt == "dark trap, 140 bpm, in F minor"
    assert len(recipe.input_object_ids) == 2
    assert engines_of(recipe) == {"sketch", "import"}


def test_a_long_program_goes_through_a_file_and_gives_the_same_bytes(beat, studio, monkeypatch):
    from infinite_studio.project.mixdown import program_of

    program = program_of(beat.project, studio.bank.samples)
    short = renders.store_program(program, studio, SILENT)
    monkeypatch.setattr(renders, "LARGEST_IN_MEMORY_FRAMES", 1_000)
    assert renders.store_program(program, studio, SILENT) == short


def test_a_mixdown_beyond_full_scale_is_kept_as_float(beat, studio):
    beat.change(*(SetGain(track.track_id, 12.0) for track in beat.project.tracks))
    commit = beat.commit("Loud").commit
    path = studio.library.object_path(commit.mixdown_object_id)
    assert path.read_bytes()[:4] == b"RIFF"
    assert np.abs(read_audio(path).samples).max() > 1.0
