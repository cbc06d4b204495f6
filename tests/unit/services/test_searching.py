"""Finding sounds by sound and by words."""

import hashlib

import numpy as np
import pytest
import soundfile
from tests.tiny_clap import write_tiny_clap
from tests.unit.analysis.synthesis import RATE, cadence, drums

from infinite_studio.engines.clap.embedder import ClapEmbedder
from infinite_studio.progress import Silence
from infinite_studio.services import importing, listening, searching
from infinite_studio.services.searching import NothingHeardError
from infinite_studio.services.sound_index import SoundIndex
from infinite_studio.weights.errors import MissingWeightsError

SILENT = Silence()


def write(path, audio):
    soundfile.write(path, audio.samples, audio.sample_rate)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sounds")
    made = {
        "rock 112": drums("rock", 112, seconds=5),
        "rock 116": drums("rock", 116, seconds=5, seed=4),
        "chords": cadence(0, "major"),
    }
    return {name: write(folder / f"{name}.wav", audio) for name, audio in made.items()}


@pytest.fixture
def sounds(studio, files):
    return {name: importing.import_sound(path, studio, SILENT) for name, path in files.items()}


def test_what_sounds_alike_comes_first(studio, sounds):
    assert searching.listen_to_everything(studio, SILENT) == 3
    found = searching.find_like(sounds["rock 112"].object_id, studio, SILENT)
    assert [find.name for find in found.finds] == ["rock 116", "chords"]
    assert found.finds[0].likeness > found.finds[1].likeness + 0.2
    assert (found.n_heard, found.n_unheard, found.finds[0].where) == (3, 0, "Library")


def test_a_file_from_outside_finds_the_same_sound(studio, sounds, files):
    searching.listen_to_everything(studio, SILENT)
    found = searching.find_like_file(files["chords"], studio, SILENT)
    assert found.finds[0].name == "chords"
    assert found.finds[0].likeness == pytest.approx(1.0, abs=0.01)


def test_what_nobody_listened_to_is_counted(studio, sounds):
    found = searching.find_like(sounds["chords"].object_id, studio, SILENT)
    assert (found.finds, found.n_heard, found.n_unheard) == ((), 1, 2)


def test_stems_of_the_history_are_found_with_their_commit(beat):
    searching.listen_to_everything(beat.studio, SILENT)
    commit = beat.studio.library.log(beat.opened.repository.repository_id)[0]
    found = searching.find_like(commit.mixdown_object_id, beat.studio, SILENT)
    assert {stem.name for stem in commit.stems} == {find.name for find in found.finds}
    assert found.finds[0].where == "“First” in Tape"


def test_silence_is_like_nothing(studio, tmp_path):
    soundfile.write(tmp_path / "nothing.wav", np.zeros(RATE), RATE)
    with pytest.raises(NothingHeardError):
        searching.find_like_file(tmp_path / "nothing.wav", studio, SILENT)


def test_words_need_weights_and_say_so(studio, sounds):
    assert not searching.has_words(studio)
    with pytest.raises(MissingWeightsError, match="MB"):
        searching.find_words("warm piano", ClapEmbedder(studio.weights), studio, SILENT)


def test_words_find_sounds_where_clap_is(studio, sounds):
    write_tiny_clap(studio.weights.folder / "clap-music")
    listening.listen_to_object(sounds["chords"].object_id, studio, SILENT)
    found = searching.find_words("warm piano", ClapEmbedder(studio.weights), studio, SILENT)
    assert searching.has_words(studio)
    assert {find.name for find in found.finds} == set(sounds)
    assert found.by_words
    mood = listening.analysis_of(sounds["chords"].object_id, studio).mood
    assert mood.source == "CLAP"


def some_id(n):
    return hashlib.sha256(str(n).encode()).hexdigest()


def some_vectors(count, n_values=8):
    made = np.random.default_rng(0).standard_normal((count, n_values))
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_an_index_outlives_its_process_and_a_torn_end(tmp_path):
    path, vectors = tmp_path / "a.vectors", some_vectors(3)
    index = SoundIndex(path, 8)
    for n, vector in enumerate(vectors):
        index.append(some_id(n), vector)
    path.write_bytes(path.read_bytes()[:-5])
    again = SoundIndex(path, 8)
    assert len(again) == 2
    again.append(some_id(9), vectors[2])
    assert again.nearest(vectors[2], 1)[0].object_id == some_id(9)
    assert len(SoundIndex(path, 8)) == 3


def test_the_last_place_of_a_sound_counts(tmp_path):
    index, vectors = SoundIndex(tmp_path / "a.vectors", 8), some_vectors(2)
    index.append(some_id(1), vectors[0])
    index.append(some_id(1), vectors[1])
    assert len(index) == 1
    assert index.nearest(vectors[1], 1)[0].likeness == pytest.approx(1.0, abs=1e-2)


def test_an_index_sees_what_another_one_adds(tmp_path):
    path, vectors = tmp_path / "a.vectors", some_vectors(2)
    one, other = SoundIndex(path, 8), SoundIndex(path, 8)
    one.append(some_id(1), vectors[0])
    assert some_id(1) in other
    other.append(some_id(2), vectors[1])
    assert len(one) == 2


def test_neighbours_are_those_of_a_plain_search(tmp_path):
    index, vectors = SoundIndex(tmp_path / "a.vectors", 8), some_vectors(200)
    for n, vector in enumerate(vectors):
        index.append(some_id(n), vector)
    expected = np.argsort(-(vectors @ vectors[0]))[1:6]
    found = index.nearest(vectors[0], 5, without=[some_id(0)])
    assert [near.object_id for near in found] == [some_id(n) for n in expected]
    some = [some_id(n) for n in range(50, 60)]
    assert {near.object_id for near in index.nearest(vectors[0], 99, among=some)} == set(some)
