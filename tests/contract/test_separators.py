"""One suite for every separator."""

import json
import time
from functools import partial

import numpy as np
import pytest
from tests.fake_separator import NAME, QuartersSeparator
from tests.tiny_demucs import Folders, write_htdemucs, write_hybrid

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import Separation, Separator, UnknownEngineError
from infinite_studio.engines.registry import Registry, separators
from infinite_studio.engines.streams import AudioSource, SplitOptions, StreamingSeparator
from infinite_studio.history.recipe import Recipe
from infinite_studio.progress import OperationCancelled, Silence

SUM_DB = -60.0
CANCEL_SECONDS = 2.0
SUMS_BACK = frozenset({"quick", "drum-kit", NAME})
"""Networks do not promise that their stems sum back to the sound; “minus one” is made by subtracting."""


@pytest.fixture(scope="module")
def registry(tmp_path_factory) -> Registry[Separator]:
    folder = tmp_path_factory.mktemp("weights")
    write_htdemucs(folder)
    write_hybrid(folder)
    real = separators(Folders(folder), memory_file=folder / "precision.json")
    makers = {name: partial(real.get, name) for name in real.names}
    return Registry({**makers, NAME: QuartersSeparator})


@pytest.fixture(scope="module", params=["quick", "drum-kit", "htdemucs", "hdemucs_mmi", NAME])
def separator(request, registry) -> Separator:
    return registry.get(request.param)


@pytest.fixture
def summing(separator) -> Separator:
    if separator.info.name not in SUMS_BACK:
        pytest.skip("a network does not promise that its stems sum back to the sound")
    return separator


def noise(n_frames, n_channels, sample_rate, seed=0):
    random = np.random.default_rng(seed)
    return Audio.of(random.standard_normal((n_frames, n_channels)) * 0.2, sample_rate)


@pytest.fixture(scope="module")
def sound():
    return noise(2 * 44_100, 2, 44_100)


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
        self.longest_gap_seconds = 0.0
        self._last = time.process_time()

    def report(self, fraction, stage=""):
        self.fractions.append(fraction)
        now = time.process_time()
        self.longest_gap_seconds, self._last = max(self.longest_gap_seconds, now - self._last), now
        if fraction >= self.cancel_at:
            raise OperationCancelled


def test_a_separator_says_what_it_is(separator, registry):
    info = separator.info
    assert registry.get(info.name) is separator
    assert all([info.label, info.description.endswith("."), info.licence, info.revision])


def test_an_unknown_separator_is_refused_with_the_known_ones_in_the_hint(registry):
    with pytest.raises(UnknownEngineError) as caught:
        registry.get("nonsense")
    assert all(name in caught.value.hint for name in registry.names)


def test_the_stems_are_the_promised_ones_in_their_order(separator, separation):
    assert tuple(separation.stems) == separator.stem_types
    assert len(set(separator.stem_types)) == len(separator.stem_types) >= 2


def test_the_stems_sum_back_to_the_sound(summing, separation, sound):
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
        (9_001, 16, 44_100),
    ],
)
def test_every_length_rate_and_number_of_channels_comes_back_as_it_went_in(
    separator, n_frames, n_channels, sample_rate
):
    audio = noise(n_frames, n_channels, sample_rate)
    separation = separator.separate(audio, Silence())
    for stem in separation.stems.values():
        assert (stem.samples.shape, stem.sample_rate) == ((n_frames, n_channels), sample_rate)
    if separator.info.name in SUMS_BACK:
        assert sum_error_db(separation, audio) < SUM_DB


def test_silence_gives_silent_stems(separator):
    separation = separator.separate(Audio.of(np.zeros((30_000, 2)), 44_100), Silence())
    assert max(stem.peak for stem in separation.stems.values()) < 1e-6


def test_very_loud_and_very_quiet_sounds_sum_back_too(summing):
    for gain in (1e4, 1e-6):
        audio = Audio.of(noise(30_000, 2, 44_100).samples * gain, 44_100)
        assert sum_error_db(summing.separate(audio, Silence()), audio) < SUM_DB


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
    with pytest.raises(OperationCancelled):
        separator.separate(noise(12 * 44_100, 2, 44_100), recorder)
    assert max(recorder.fractions) < 0.5


def test_it_is_never_more_than_two_seconds_until_it_can_be_cancelled(separator, separation, sound):
    """Counted in seconds of the processor, so that other work on the machine does not count."""
    recorder = Recorder()
    separator.separate(sound, recorder)
    assert recorder.longest_gap_seconds < CANCEL_SECONDS


def test_a_stream_gives_the_same_stems_block_by_block(separator, separation, sound):
    assert isinstance(separator, StreamingSeparator)
    blocks = list(separator.separate_stream(AudioSource(sound), Silence()))
    assert all(len({samples.shape for samples in block.values()}) == 1 for block in blocks)
    for stem_type, stem in separation.stems.items():
        streamed = np.concatenate([block[stem_type] for block in blocks])
        assert np.array_equal(streamed, stem.samples)


def test_only_the_wanted_stems_come_and_are_the_same(separator, separation, sound):
    wanted = (separator.stem_types[0], separator.stem_types[2])
    blocks = list(
        separator.separate_stream(AudioSource(sound), Silence(), SplitOptions(stem_types=wanted[::-1]))
    )
    assert all(tuple(block) == wanted for block in blocks)
    streamed = np.concatenate([block[wanted[1]] for block in blocks])
    assert np.array_equal(streamed, separation.stems[wanted[1]].samples)
