"""Sounds made again from their recipes, to the byte."""

from dataclasses import replace

import pytest
from tests.tiny_demucs import Folders, write_htdemucs

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.writing import write_audio
from infinite_studio.engines.registry import separators as separators_with
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.values import StemRecord
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence
from infinite_studio.project.steps import MoveClip, SetGain
from infinite_studio.services import split_again, splitting
from infinite_studio.services.committing import project_at
from infinite_studio.services.merging import StemPick, cherry_pick
from infinite_studio.services.projects import add_split
from infinite_studio.services.rerendering import Rerenderer, verify_recipe
from infinite_studio.services.restoring import prepare_stem
from infinite_studio.services.split_wish import Care, wish_of
from infinite_studio.services.stem_recipes import mix_of

SILENT = Silence()


def forget(studio, object_id: str) -> None:
    """Lose an object and what was decoded of it."""
    studio.library.object_path(object_id).unlink()
    for path in (studio.folders.cache / "decoded").glob(f"{object_id}*"):
        path.unlink()


@pytest.fixture
def rendered(beat):
    """A commit whose bass was moved and turned down."""
    bass = beat.track(StemType.BASS)
    beat.change(SetGain(bass.track_id, -6.0), MoveClip(bass.clips[0].clip_id, bass.track_id, 4_800))
    return beat.commit("Quieter").commit


def test_every_stem_of_a_take_is_made_again_exactly(beat, studio):
    for stem in beat.commit("Again").commit.stems:
        assert verify_recipe(stem, studio, SILENT), stem.name


def test_a_rendered_stem_is_made_again_exactly(rendered, studio):
    (bass,) = (stem for stem in rendered.stems if stem.stem_type is StemType.BASS)
    assert verify_recipe(bass, studio, SILENT)


def test_a_rendered_stem_is_made_again_even_without_its_source(rendered, studio):
    (bass,) = (stem for stem in rendered.stems if stem.stem_type is StemType.BASS)
    forget(studio, bass.recipe.input_object_ids[0])
    forget(studio, bass.object_id)
    assert prepare_stem(bass, studio, SILENT) > 0
    assert studio.library.verify_object(bass.object_id)


def test_a_split_stem_is_made_again_exactly(desk, song_file, studio):
    add_split("Tape", song_file, "quick", studio, SILENT)
    for stem in desk.commit("Split").commit.stems:
        assert verify_recipe(stem, studio, SILENT), stem.name


def test_what_is_left_without_stems_is_made_again_exactly(desk, song_file, studio):
    add_split(
        "Tape", song_file, wish_of("quick", (StemType.VOCALS, StemType.BASS), minus=True), studio, SILENT
    )
    (rest,) = desk.commit("Karaoke").commit.stems
    assert rest.recipe.parameters["stem"] == "no bass or vocals"
    assert verify_recipe(rest, studio, SILENT)
    forget(studio, rest.object_id)
    assert prepare_stem(rest, studio, SILENT) > 0


@pytest.mark.parametrize("minus", [False, True])
def test_stems_too_long_for_memory_are_made_again_exactly(desk, song_file, studio, monkeypatch, minus):
    for room in (splitting, split_again):
        monkeypatch.setattr(room, "LARGEST_IN_MEMORY_FRAMES", 1_000)
    wish = wish_of("quick", (StemType.VOCALS, StemType.DRUMS), minus=minus)
    add_split("Tape", song_file, wish, studio, SILENT)
    stems = desk.commit("Split").commit.stems
    assert len(stems) == (1 if minus else 2)
    for stem in stems:
        assert verify_recipe(stem, studio, SILENT), stem.name
        assert not verify_recipe(replace(stem, object_id="0" * 64), studio, SILENT)
    forget(studio, stems[0].object_id)
    assert prepare_stem(stems[0], studio, SILENT) > 0
    assert studio.library.verify_object(stems[0].object_id)
    assert not list((studio.folders.cache / "splitting").iterdir())


def test_a_careful_split_by_a_network_is_made_again_exactly_and_another_care_would_not(
    desk, song, studio, tmp_path
):
    write_htdemucs(tmp_path)
    write_audio(tmp_path / "short.flac", Audio(song.samples[: 3 * 11_025], song.sample_rate))
    separators = separators_with(Folders(tmp_path), memory_file=tmp_path / "precision.json")
    studio = replace(studio, separators=separators)
    wish = wish_of("htdemucs", (StemType.VOCALS,), care=Care.FAST, minus=True)
    add_split("Tape", tmp_path / "short.flac", replace(wish, keeps_stems=True), studio, SILENT)
    desk.studio = studio
    stems = desk.commit("Split").commit.stems
    assert len(stems) == 2
    assert all(stem.recipe.parameters["overlap"] == 0.1 for stem in stems)
    assert all(verify_recipe(stem, studio, SILENT) for stem in stems)
    careless = {key: value for key, value in stems[0].recipe.parameters.items() if key != "overlap"}
    other = replace(stems[0], recipe=replace(stems[0].recipe, parameters=careless))
    assert not verify_recipe(other, studio, SILENT)


def test_a_stretched_stem_is_made_again_exactly(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    beat.compose(seed=2, prompt="warm house, 122 bpm, in A minor")
    merged = cherry_pick(StemPick(first.commit_id, ("Drums",), stretch=True), beat.opened, studio, SILENT)
    (drums,) = (stem for stem in merged.commit.stems if stem.stem_type is StemType.DRUMS)
    assert drums.recipe.engine == "stretch"
    assert verify_recipe(drums, studio, SILENT)


def test_a_stretched_stem_is_made_again_even_without_its_source(beat, studio):
    first = studio.library.head(beat.opened.repository.repository_id)
    beat.compose(seed=2, prompt="warm house, 122 bpm, in A minor")
    pick = StemPick(first.commit_id, ("Drums",), stretch=True, move_to_frame=4_800)
    merged = cherry_pick(pick, beat.opened, studio, SILENT)
    (drums,) = (stem for stem in merged.commit.stems if stem.stem_type is StemType.DRUMS)
    for object_id in (*drums.recipe.input_object_ids, drums.object_id):
        forget(studio, object_id)
    prepare_stem(drums, studio, SILENT)
    assert studio.library.verify_object(drums.object_id)


def test_a_split_stem_that_was_turned_down_is_made_again_exactly(desk, song_file, studio):
    add_split("Tape", song_file, "quick", studio, SILENT)
    track = desk.track(StemType.BASS)
    desk.change(SetGain(track.track_id, -6.0))
    (bass,) = (s for s in desk.commit("Split").commit.stems if s.stem_type is StemType.BASS)
    forget(studio, track.clips[0].object_id)
    assert verify_recipe(bass, studio, SILENT)


def test_an_engine_that_was_changed_since_is_not_asked(beat, studio):
    (bass,) = (s for s in beat.commit("Again").commit.stems if s.stem_type is StemType.BASS)
    older = replace(bass, recipe=replace(bass.recipe, model_revision="0"))
    assert not verify_recipe(older, studio, SILENT)


def test_an_imported_file_cannot_be_made_again(desk, song_file, studio):
    from infinite_studio.services.projects import add_file

    add_file("Tape", song_file, studio, SILENT)
    (stem,) = desk.commit("Song").commit.stems
    assert not verify_recipe(stem, studio, SILENT)


def test_a_recipe_that_is_not_the_stems_own_does_not_pass_for_it(beat, studio):
    (bass,) = (s for s in beat.commit("Again").commit.stems if s.stem_type is StemType.BASS)
    for change in (
        {"seed": 99},
        {"engine": "gone"},
        {"parameters": {"tempo_bpm": "fast", "stem": "bass"}},
        {"parameters": {"tempo_bpm": 5_000, "stem": "bass"}},
        {"parameters": {"key": "H flat", "stem": "bass"}},
        {"parameters": {"stem": "kazoo"}},
        {"parameters": {"mix": {"clips": 3}}},
        {"parameters": {"mix": {**mix_of(beat.project, beat.track(StemType.BASS)), "length_frames": 10**12}}},
        {"engine": "stretch", "parameters": {}},
        {"engine": "quick", "input_object_ids": ()},
    ):
        odd = StemRecord(bass.stem_type, bass.name, bass.object_id, replace(bass.recipe, **change))
        assert not verify_recipe(odd, studio, SILENT), change


def test_a_stem_of_an_older_library_is_known_by_its_track_name(beat, studio):
    (bass,) = (s for s in beat.commit("Again").commit.stems if s.stem_type is StemType.BASS)
    parameters = {k: v for k, v in bass.recipe.parameters.items() if k != "stem"}
    assert verify_recipe(replace(bass, recipe=replace(bass.recipe, parameters=parameters)), studio, SILENT)


def test_a_take_is_made_once_for_all_of_its_stems(beat, studio, monkeypatch):
    engine = studio.generators.get("sketch")
    made = []
    generate = type(engine).generate

    def counting(self, request, progress):
        made.append(request)
        return generate(self, request, progress)

    monkeypatch.setattr(type(engine), "generate", counting)
    renderer = Rerenderer(studio)
    assert all(renderer.reproduces(stem, SILENT) for stem in beat.commit("Again").commit.stems)
    assert len(made) == 1


def test_a_project_whose_generated_sounds_are_gone_opens_with_them_made_again(beat, studio):
    commit = studio.library.head(beat.opened.repository.repository_id)
    before = beat.heard().copy()
    for stem in commit.stems:
        forget(studio, stem.object_id)
    fresh = replace(studio, bank=type(studio.bank)(studio.library, studio.folders.cache / "decoded"))
    project = project_at(commit.commit_id, fresh, SILENT)
    beat.studio = fresh
    assert project.tracks == beat.project.tracks
    assert (beat.heard() == before).all()


def test_a_recipe_without_a_known_engine_restores_nothing(studio):
    assert not Rerenderer(studio).restore("0" * 64, Recipe("gone", "1"), "Bass", SILENT)
    assert not Rerenderer(studio).restore("0" * 64, None, "Bass", SILENT)
