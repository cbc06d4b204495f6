"""One suite for every separator."""

import json
import time

import numpy as np
import pytest

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import Separation, Separator, UnknownEngineError
from infinite_studio.engines.registry import built_in_separators
from infinite_studio.history.recipe import Recipe
from infinite_studio.progress import OperationCancelled, Silence

REGISTRY = built_in_separators()
SUM_DB = -60.0


@pytest.fixture(scope="module", params=REGISTRY.names)
def separator(request) -> Separator:
    return REGISTRY.get(request.param)


def noise(n_frames, n_channels, sample_rate, seed=0):
    random = np.random.default_rng(seed)
    return Audio.of(random.standard_normal((n_frames, n_channels)) * 0.2, sample_rate)


@pytest.fixture(scope="module")
def sound():
    return noise(3 * 44_100, 2, 44_100)


@pytest.fixture(scope="module")
def separation(separator, sound) -> Separation:
    return separator.separate(sound, Silence())


def sum_error_db(separation, audio):
    summed = sum(stem.samples.astype(np.float64) for stem in separation.stems.values())
    error = np.square(summed - audio.samples).sum()
    return 10 * np.log10(error / np.square(audio.samples, dtype=np.float64).sum() + 1e-30)


class Recorder(Silence):
    def __init__(self, cancel_at=2.0):
        self.cancel_at = cancel_at
        self.fractions = []

    def report(self, fraction, stage=""):
        self.fractions.append(fraction)
        if fraction >= self.cancel_at:
            raise OperationCancelled


def test_a_separator_says_what_it_is(separator):
    info = separator.info
    assert REGISTRY.get(info.name) is separator
    assert all([info.label, info.description.endswith("."), info.licence, info.revision])


def test_an_unknown_separator_is_refused_with_the_known_ones_in_the_hint():
    with pytest.raises(UnknownEngineError) as caught:
        REGISTRY.get("nonsense")
    assert all(name in caught.value.hint for name in REGISTRY.names)


def test_the_stems_are_the_promised_ones_in_their_order(separator, separation):
    assert tuple(separation.stems) == separator.stem_types
    assert len(set(separator.stem_types)) == len(separator.stem_types) >= 2


def test_the_stems_sum_back_to_the_sound(separation, sound):
    assert sum_error_db(separation, sound) < SUM_DB


def test_the_input_is_not_modified(separator):
    audio = noise(20_000, 2, 44_100)
    before = audio.samples.copy()
    separator.separate(audio, Silence())
    assert np.array_equal(audio.samples, before)


def test_the_same_sound_gives_the_same_stems(separator, separation, sound):
    again = separator.separate(sound, Silence())
    for stem_type, stem in separation.stems.items():
        assert np.array_equal(again.stems[stem_type].samples, stem.samples)


@pytest.mark.parametrize(
    ("n_frames", "n_channels", "sample_rate"),
    [
        (1, 1, 8_000),
        (4_410, 2, 44_100),
        (800, 1, 8_000),
        (19_200, 2, 192_000),
        (20_001, 6, 48_000),
        (9_001, 64, 44_100),
    ],
)
def test_every_length_rate_and_number_of_channels_comes_back_as_it_went_in(
    separator, n_frames, n_channels, sample_rate
):
    audio = noise(n_frames, n_channels, sample_rate)
    separation = separator.separate(audio, Silence())
    for stem in separation.stems.values():
        assert (stem.samples.shape, stem.sample_rate) == ((n_frames, n_channels), sample_rate)
    assert sum_error_db(separation, audio) < SUM_DB


def test_silence_gives_silent_stems(separator):
    separation = separator.separate(Audio.of(np.zeros((30_000, 2)), 44_100), Silence())
    assert max(stem.peak for stem in separation.stems.values()) < 1e-6


def test_very_loud_and_very_quiet_sounds_sum_back_too(separator):
    for gain in (1e4, 1e-6):
        audio = Audio.of(noise(30_000, 2, 44_100).samples * gain, 44_100)
        assert sum_error_db(separator.separate(audio, Silence()), audio) < SUM_DB


def test_the_recipe_names_the_separator_and_survives_json(separator, separation):
    assert separation.recipe.engine == separator.info.name
    assert separation.recipe.model_revision == separator.info.revision
    assert Recipe.from_json(json.loads(json.dumps(separation.recipe.to_json()))) == separation.recipe


def test_progress_rises_to_one(separator, sound):
    recorder = Recorder()
    separator.separate(sound, recorder)
    assert recorder.fractions == sorted(recorder.fractions)
    assert recorder.fractions[0] < 0.5
    assert recorder.fractions[-1] == 1.0


def test_it_stops_when_cancelled(separator):
    recorder = Recorder(cancel_at=0.2)
    began = time.monotonic()
    with pytest.raises(OperationCancelled):
        separator.separate(noise(40 * 44_100, 2, 44_100), recorder)
    assert len(recorder.fractions) < 6
    assert time.monotonic() - began < 30
