"""Requests that follow files, for the command line."""

import pytest

from infinite_studio.audio.writing import write_audio
from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.music.midi import write_midi
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence
from infinite_studio.services.following import following, rerolls_of

ENGINE, SILENT = SketchEngine(), Silence()


@pytest.fixture
def tune(tmp_path):
    path = tmp_path / "tune.mid"
    write_midi(path, {"flute": (Note(72, 0.0, 1.0, 0.8), Note(74, 1.0, 1.0, 0.8))}, 96.0, None)
    return path


def test_nothing_to_follow_leaves_the_request_alone():
    asked = GenerationRequest("house", seed=3)
    assert following(asked, ENGINE, SILENT) is asked


@pytest.mark.parametrize(
    ("asked", "tempo_bpm"),
    [
        (GenerationRequest("house"), 96.0),
        (GenerationRequest("house, 124 bpm"), None),
        (GenerationRequest("house", tempo_bpm=110.0), 110.0),
    ],
)
def test_the_tempo_of_a_melody_counts_unless_another_is_said(tune, asked, tempo_bpm):
    request = following(asked, ENGINE, SILENT, melody=tune)
    assert [note.pitch for note in request.melody] == [72, 74]
    assert request.tempo_bpm == tempo_bpm


def test_without_words_a_file_is_described_and_composed_from(tmp_path):
    path = tmp_path / "source.wav"
    write_audio(path, ENGINE.generate(GenerationRequest("house", bars=4, seed=2), SILENT).mixdown)
    request = following(GenerationRequest(""), ENGINE, SILENT, like=path)
    assert ENGINE.understand(GenerationRequest(request.prompt)).style in {"house", "deep house", "disco"}
    assert f"{request.like.tempo_bpm:g} bpm" in request.prompt
    assert following(GenerationRequest("jazz"), ENGINE, SILENT, like=path).prompt == "jazz"


def test_a_continuation_keeps_the_tempo_of_what_it_continues(song_file):
    request = following(GenerationRequest("", seed=4), ENGINE, SILENT, continued=song_file)
    assert request.is_continuation
    assert request.tempo_bpm == request.like.tempo_bpm == pytest.approx(120, rel=0.02)
    assert request.key == request.like.key


def test_one_cannot_vary_one_file_and_continue_another(song_file):
    with pytest.raises(InvalidRequestError, match="continue another"):
        following(GenerationRequest(""), ENGINE, SILENT, like=song_file, continued=song_file)


def test_re_rolls_are_read_with_and_without_seeds():
    assert rerolls_of(["drums", "Bass=12"], seed=7) == {StemType.DRUMS: 8, StemType.BASS: 12}


@pytest.mark.parametrize("text", ["kazoo", "drums=many", "drums=-3", "=4"])
def test_an_unreadable_re_roll_is_a_sentence(text):
    with pytest.raises(InvalidRequestError) as caught:
        rerolls_of([text], seed=0)
    assert caught.value.hint
