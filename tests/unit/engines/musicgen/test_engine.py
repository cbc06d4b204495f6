"""Takes from tiny networks, through the real loader, T5, decoder and codec."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.unit.engines.musicgen.conftest import FolderWeights, MissingError

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest, InvalidRequestError, Sampling, SoundSources
from infinite_studio.engines.musicgen.engine import MusicgenEngine
from infinite_studio.music.note import Note
from infinite_studio.progress import OperationCancelled, Silence

SHORT = GenerationRequest("lo-fi piano", duration_seconds=1.0, sampling=Sampling(precision="float32"))


def engine_of(name: str, weights: FolderWeights) -> MusicgenEngine:
    return MusicgenEngine(name, weights, device=lambda: "cpu")


def tone(seconds: float, rate: int = 44_100, channels: int = 1) -> Audio:
    times = np.arange(round(seconds * rate)) / rate
    wave = 0.3 * np.sin(2 * np.pi * 330 * times) + 0.1 * np.sin(2 * np.pi * 990 * times)
    return Audio.of(np.repeat(wave[:, None], channels, axis=1), rate)


def test_words_become_a_take_of_exactly_the_asked_length(small: MusicgenEngine) -> None:
    take = small.generate(SHORT, Silence())
    assert take.mixdown.sample_rate == 32_000
    assert take.mixdown.n_frames == 32_000
    assert take.mixdown.peak > 0.01
    assert take.recipe.seed == 0
    assert take.recipe.parameters["words"] == "lo-fi piano"


def test_equal_requests_give_equal_takes_and_another_seed_another(
    small: MusicgenEngine, weights: FolderWeights
) -> None:
    first = small.generate(SHORT, Silence()).mixdown.samples
    cold = engine_of("musicgen-small", weights).generate(SHORT, Silence()).mixdown.samples
    other = small.generate(replace(SHORT, seed=5), Silence()).mixdown.samples
    assert np.array_equal(first, cold)
    assert not np.array_equal(first, other)


def test_several_takes_come_as_they_would_alone(small: MusicgenEngine) -> None:
    together = small.generate_takes(SHORT, 3, Silence())
    alone = small.generate(replace(SHORT, seed=2), Silence())
    assert [take.recipe.seed for take in together] == [0, 1, 2]
    error = together[2].mixdown.samples - alone.mixdown.samples
    assert float(np.abs(error).max()) < 1e-3


def test_tempo_and_key_join_the_words(small: MusicgenEngine) -> None:
    from infinite_studio.music.key import Key

    asked = replace(SHORT, tempo_bpm=90.0, key=Key.parse("F minor"))
    assert small.generate(asked, Silence()).recipe.parameters["words"] == "lo-fi piano, 90 bpm, in F minor"
    said = small.understand(replace(SHORT, prompt="trap, 140 bpm in A minor"))
    assert (said.tempo_bpm, str(said.key)) == (140.0, "A minor")


@pytest.mark.parametrize(
    "prompt", ["", "ла-ла 音楽 🎹 موسيقى", "word " * 2_000], ids=["empty", "scripts", "long"]
)
def test_any_prompt_makes_sound(small: MusicgenEngine, prompt: str) -> None:
    assert (
        small.generate(replace(SHORT, prompt=prompt, duration_seconds=0.5), Silence()).mixdown.n_frames
        == 16_000
    )


def test_takes_beyond_a_window_go_on_and_windows_can_be_rolled_again(small: MusicgenEngine) -> None:
    """Windows last four seconds here and follow each other every 2.4."""
    long = replace(SHORT, duration_seconds=6.0)
    first = small.generate(long, Silence())
    rolled = replace(long, sampling=replace(long.sampling, window_seeds={1: 99}))
    again = small.generate(rolled, Silence())
    assert first.recipe.parameters["n_windows"] == 2
    before = 32_000 * 3
    assert first.mixdown.n_frames == again.mixdown.n_frames == 6 * 32_000
    quotient = _gain_between(first.mixdown.samples[:before], again.mixdown.samples[:before])
    assert np.allclose(first.mixdown.samples[:before] * quotient, again.mixdown.samples[:before], atol=1e-3)
    late = slice(32_000 * 5, None)
    assert not np.allclose(first.mixdown.samples[late] * quotient, again.mixdown.samples[late], atol=1e-3)


def _gain_between(first: np.ndarray, second: np.ndarray) -> float:
    return float((first * second).sum() / (first * first).sum())


def test_a_loop_has_whole_bars_and_no_jump_at_its_seam(small: MusicgenEngine) -> None:
    loop = small.generate(
        replace(SHORT, duration_seconds=None, bars=1, tempo_bpm=120.0, is_loop=True), Silence()
    ).mixdown
    assert loop.n_frames == 64_000
    samples = loop.samples[:, 0]
    usual = float(np.quantile(np.abs(np.diff(samples)), 0.999))
    assert abs(float(samples[0] - samples[-1])) <= 4 * usual


def test_notes_steer_a_melody_model(weights: FolderWeights) -> None:
    engine = engine_of("musicgen-melody", weights)
    tune = tuple(Note(60 + pitch, beat, 1.0, 0.8) for beat, pitch in enumerate((0, 4, 7, 12)))
    with_tune = engine.generate(replace(SHORT, melody=tune, tempo_bpm=120.0), Silence())
    without = engine.generate(replace(SHORT, tempo_bpm=120.0), Silence())
    assert not np.array_equal(with_tune.mixdown.samples, without.mixdown.samples)


def test_the_tune_of_a_sound_steers_a_melody_model_beyond_one_window(weights: FolderWeights) -> None:
    engine = engine_of("musicgen-stereo-melody", weights)
    asked = replace(SHORT, sounds=SoundSources(melody=tone(1.5, channels=2)), duration_seconds=4.5)
    take = engine.generate(asked, Silence())
    assert take.mixdown.n_channels == 2
    assert take.recipe.parameters["n_windows"] == 2


def test_a_model_without_an_ear_for_melodies_says_so(small: MusicgenEngine) -> None:
    with pytest.raises(InvalidRequestError, match="does not follow melodies"):
        small.generate(replace(SHORT, melody=(Note(60, 0.0, 1.0, 0.8),)), Silence())


def test_of_a_long_melody_the_beginning_is_followed_and_that_is_said(weights: FolderWeights) -> None:
    engine = engine_of("musicgen-melody", weights)
    long = tone(121.0, rate=8_000)
    beginning = Audio.of(long.samples[: 120 * 8_000], 8_000)
    takes = [
        engine.generate(replace(SHORT, sounds=SoundSources(melody=sound)), Silence())
        for sound in (long, beginning)
    ]
    assert np.array_equal(takes[0].mixdown.samples, takes[1].mixdown.samples)
    assert takes[0].notices == ("Only the first 2 minutes of the melody were followed.",)
    assert takes[1].notices == ()


def test_a_silent_melody_is_refused_in_words(weights: FolderWeights) -> None:
    quiet = Audio.of(np.zeros((44_100, 1), np.float32), 44_100)
    with pytest.raises(InvalidRequestError, match="silent"):
        engine_of("musicgen-melody", weights).generate(
            replace(SHORT, sounds=SoundSources(melody=quiet)), Silence()
        )


@pytest.mark.parametrize(("keeps", "seconds"), [(False, 1.0), (True, 2.0)])
def test_a_continuation_goes_on_from_the_cut(small: MusicgenEngine, keeps: bool, seconds: float) -> None:
    sounds = SoundSources(continued=tone(3.0), cut_frame=88_200, context_seconds=1.0, keeps_context=keeps)
    take = small.generate(replace(SHORT, sounds=sounds), Silence())
    assert take.mixdown.duration_seconds == pytest.approx(seconds, abs=0.02)


def test_a_variation_says_how_alike_it_is(weights: FolderWeights) -> None:
    from infinite_studio.music.blueprint import Blueprint

    source = tone(3.0)
    asked = replace(SHORT, sounds=SoundSources(like=source), like=Blueprint(100.0), closeness=0.9)
    take = engine_of("musicgen-melody", weights).generate(asked, Silence())
    for what in ("chroma", "tempo", "timbre"):
        assert any(fact.startswith(what) for fact in take.facts), what
    assert take.recipe.parameters["closeness"] == 0.9


def test_stereo_models_make_two_different_channels(weights: FolderWeights) -> None:
    samples = engine_of("musicgen-stereo-small", weights).generate(SHORT, Silence()).mixdown.samples
    assert samples.shape[1] == 2
    assert not np.allclose(samples[:, 0], samples[:, 1])


def test_pieces_heard_while_it_is_made_add_up_to_the_take(small: MusicgenEngine) -> None:
    pieces: list[tuple[Audio, int]] = []
    asked = replace(SHORT, duration_seconds=5.0, seed=31)
    take = small.generate_takes(asked, 1, Silence(), lambda audio, start: pieces.append((audio, start)))[0]
    # The first one is short, so that something is heard soon.
    assert [audio.n_frames / 32_000 for audio, _ in pieces] == pytest.approx([1.0, 2.0, 2.0], abs=0.05)
    assert [start for _, start in pieces] == [0, *np.cumsum([audio.n_frames for audio, _ in pieces])[:-1]]
    heard = np.concatenate([audio.samples for audio, _ in pieces])
    assert len(heard) == take.mixdown.n_frames
    gain = _gain_between(heard, take.mixdown.samples)
    error = heard * gain - take.mixdown.samples
    assert 10 * np.log10(np.square(error).mean() / np.square(take.mixdown.samples).mean()) < -30


class CancelsAfter:
    """A progress that cancels at its n-th report of steps, and counts those after it."""

    def __init__(self, n_reports: int) -> None:
        self.left = n_reports
        self.late = 0

    def report(self, fraction: float, stage: str = "") -> None:
        self.left -= 1
        if self.left < 0:
            self.late += 1
            raise OperationCancelled

    def share(self, partial: object) -> None: ...


@pytest.mark.parametrize("n_reports", [1, 5, 20, 45])
def test_cancelling_stops_at_the_next_step_and_the_next_take_works(
    small: MusicgenEngine, n_reports: int
) -> None:
    progress = CancelsAfter(n_reports)
    with pytest.raises(OperationCancelled):
        small.generate(replace(SHORT, seed=n_reports), progress)
    assert progress.late == 1
    assert small.generate(SHORT, Silence()).mixdown.n_frames == 32_000


def test_missing_weights_are_an_answer(weights_folder: Path, tmp_path: Path) -> None:
    empty = MusicgenEngine("musicgen-small", FolderWeights(tmp_path), device=lambda: "cpu")
    assert empty.info.missing == ("musicgen-small", "t5-base", "encodec-32khz")
    with pytest.raises(MissingError):
        empty.generate(SHORT, Silence())
    there = MusicgenEngine("musicgen-small", FolderWeights(weights_folder), device=lambda: "cpu")
    assert there.info.missing == ()
    assert "CC-BY-NC" in there.info.licence


@pytest.mark.parametrize(
    "wrong",
    [
        {"duration_seconds": 601.0},
        {"duration_seconds": float("nan")},
        {"bars": 4},
        {"tempo_bpm": 5.0},
        {"sampling": Sampling(temperature=9.0)},
        {"sampling": Sampling(precision="int3")},
        {"sampling": Sampling(top_p=1.5)},
    ],
    ids=str,
)
def test_impossible_requests_are_refused_in_words(small: MusicgenEngine, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError):
        small.understand(replace(SHORT, **wrong))
