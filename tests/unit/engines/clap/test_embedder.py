"""CLAP from local files: a tiny one with random numbers in the real format."""

import numpy as np
import pytest
import soundfile
from tests.tiny_clap import write_tiny_clap

from infinite_studio.audio.reading import open_sound
from infinite_studio.engines.clap.embedder import ClapEmbedder, UnusableClapError
from infinite_studio.engines.clap.windows import RATE, windows_of
from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.weights.errors import MissingWeightsError
from infinite_studio.weights.store import WeightsStore


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    write_tiny_clap(folder / "clap-music")
    return WeightsStore(folder)


@pytest.fixture(scope="module")
def embedder(store):
    return ClapEmbedder(store)


def sound(path, seconds, hz=220.0, rate=44_100):
    time = np.arange(int(seconds * rate)) / rate
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hz * time), rate)
    return path


def placed(embedder, path):
    with open_sound(path) as reader:
        return embedder.embed_sound(reader, Silence())


def test_sounds_and_words_lie_in_one_space(embedder, tmp_path):
    heard = placed(embedder, sound(tmp_path / "a.wav", 3.0))
    words = embedder.embed_words(["warm slow piano", "fast drums"])
    assert heard.shape == (embedder.n_values,)
    assert words.shape == (2, embedder.n_values)
    assert np.linalg.norm(heard) == pytest.approx(1.0, abs=1e-4)
    assert np.linalg.norm(words, axis=1) == pytest.approx([1.0, 1.0], abs=1e-4)
    assert not np.allclose(words[0], words[1])


def test_the_same_sound_lies_in_the_same_place_at_any_rate(embedder, tmp_path):
    one = placed(embedder, sound(tmp_path / "one.wav", 10.0))
    other = placed(embedder, sound(tmp_path / "other.wav", 10.0, rate=32_000))
    assert float(one @ other) > 0.999


def test_descriptions_share_one_whole(embedder, tmp_path):
    heard = placed(embedder, sound(tmp_path / "a.wav", 2.0))
    shares = embedder.choose(heard, ["calm", "tense", "happy"])
    assert shares.sum() == pytest.approx(1.0, abs=1e-5)
    assert (shares > 0).all()


def test_silence_has_no_place(embedder, tmp_path):
    soundfile.write(tmp_path / "nothing.wav", np.zeros(48_000), 48_000)
    assert not placed(embedder, tmp_path / "nothing.wav").any()


def test_long_sounds_are_heard_in_six_windows(tmp_path):
    with open_sound(sound(tmp_path / "long.wav", 200.0, rate=8_000)) as reader:
        windows = windows_of(reader, Silence())
    assert [len(window) for window in windows] == [10 * RATE] * 6


def test_listening_can_be_cancelled(embedder, tmp_path):
    class Cancelling(Silence):
        def report(self, fraction, stage=""):
            raise OperationCancelled

    with open_sound(sound(tmp_path / "a.wav", 2.0)) as reader, pytest.raises(OperationCancelled):
        embedder.embed_sound(reader, Cancelling())


def test_missing_weights_say_how_large_they_are(tmp_path):
    with pytest.raises(MissingWeightsError, match="MB"):
        ClapEmbedder(WeightsStore(tmp_path)).embed_words(["piano"])


def test_damaged_weights_say_what_to_do(tmp_path):
    folder = write_tiny_clap(tmp_path / "clap-music")
    (folder / "model.safetensors").write_bytes(b"not a tensor")
    with pytest.raises(UnusableClapError) as caught:
        ClapEmbedder(WeightsStore(tmp_path)).embed_words(["piano"])
    assert "download" in caught.value.hint
