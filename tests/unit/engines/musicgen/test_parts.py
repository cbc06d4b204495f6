"""The parts around the network, each by itself."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.loudness import integrated_loudness, true_peak_dbtp
from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.engines.musicgen.attempts import Attempt, attempts
from infinite_studio.engines.musicgen.choosing import choose_precision, fastest, speeds
from infinite_studio.engines.musicgen.finishing import BrokenSoundError, finish
from infinite_studio.engines.musicgen.likeness import likeness_of
from infinite_studio.engines.musicgen.packing import quantised
from infinite_studio.engines.musicgen.pattern import delayed, n_steps_for, n_whole_frames, undelayed
from infinite_studio.engines.musicgen.planning import plan_of
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.wording import key_in, tempo_in, words_of
from infinite_studio.engines.warm_models import WarmModels
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key

RATE = 32_000


class Model:
    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes


def test_the_model_used_longest_ago_makes_room() -> None:
    models: WarmModels[Model] = WarmModels(budget_bytes=10)
    first = models.get("a", lambda: Model(4))
    models.get("b", lambda: Model(4))
    assert models.get("a", lambda: Model(99)) is first
    models.get("c", lambda: Model(4), needed_bytes=4)
    assert models.keys == ("a", "c")
    assert models.memory_bytes == 8


def test_a_model_larger_than_the_budget_is_kept_alone_until_unloaded() -> None:
    models: WarmModels[Model] = WarmModels(budget_bytes=10)
    models.get("a", lambda: Model(4))
    models.get("huge", lambda: Model(50), needed_bytes=50)
    assert models.keys == ("huge",)
    models.unload()
    assert models.keys == ()


@pytest.mark.parametrize(
    ("prompt", "tempo_bpm", "key"),
    [
        ("lo-fi, 90 bpm, in F minor", 90.0, "F minor"),
        ("techno 128.5BPM in C# major", 128.5, "C# major"),
        ("song in a minor mood", None, None),
        ("5 bpm", None, None),
    ],
)
def test_tempo_and_key_are_read_from_prompts(prompt: str, tempo_bpm: float | None, key: str | None) -> None:
    found = key_in(prompt)
    assert tempo_in(prompt) == tempo_bpm
    assert (None if found is None else str(found)) == (key if key is None else str(Key.parse(key)))


def test_a_prompt_that_says_its_tempo_keeps_it() -> None:
    request = GenerationRequest("lo-fi at 80 bpm", tempo_bpm=120.0, key=Key.parse("F minor"))
    assert words_of(request) == "lo-fi at 80 bpm, in F minor"


def test_a_piece_to_be_like_is_described() -> None:
    like = Blueprint(96.0, Key.parse("A minor"), energy=0.9, brightness=0.1, style="trap")
    words = words_of(GenerationRequest("", like=like))
    assert words == "trap, energetic, warm, dark, 96 bpm, in A minor"


def test_a_loop_with_a_tempo_has_whole_bars() -> None:
    plan = plan_of(GenerationRequest("", tempo_bpm=90.0, duration_seconds=10.0, is_loop=True))
    assert plan.bars == 4
    assert plan.duration_seconds == pytest.approx(4 * 4 * 60 / 90)


def test_too_many_bars_are_refused() -> None:
    with pytest.raises(InvalidRequestError, match="seconds"):
        plan_of(GenerationRequest("", bars=400, tempo_bpm=60.0))


@pytest.mark.parametrize("delays", [(0, 1, 2, 3), (0, 0, 1, 1, 2, 2, 3, 3)])
def test_delaying_and_undelaying_gives_the_tokens_back(delays: tuple[int, ...]) -> None:
    tokens = torch.randint(60, (2, len(delays), 9))
    sequence = delayed(tokens, 9, delays, 64, -1)
    assert sequence.shape[-1] == n_steps_for(9, delays) == 13
    assert torch.equal(undelayed(sequence, delays, 9), tokens)
    assert n_whole_frames(sequence.shape[-1], delays) == 9


def test_quantised_weights_are_off_by_half_a_step_at_most() -> None:
    weight = torch.randn(20, 50)
    coarse, scale = quantised(weight)
    assert float(((coarse * scale[:, None] - weight).abs() / scale[:, None]).max()) <= 0.501
    assert torch.equal(quantised(torch.zeros(3, 4))[0], torch.zeros(3, 4, dtype=torch.int8))


def noise(seconds: float, channels: int = 1) -> np.ndarray:
    rng = np.random.default_rng(1)
    return (0.02 * rng.standard_normal((channels, round(seconds * RATE)))).astype(np.float32)


def test_a_finished_take_is_as_loud_as_others_and_never_too_loud() -> None:
    audio = finish(noise(3.0), RATE, 3 * RATE, is_loop=False).audio
    loudness, peak = integrated_loudness(audio), true_peak_dbtp(audio)
    assert loudness is not None
    assert peak is not None
    assert loudness == pytest.approx(-14.0, abs=0.3) or peak == pytest.approx(-1.0, abs=0.1)
    assert peak <= -0.99


def test_samples_that_are_no_numbers_are_silenced_and_counted() -> None:
    sound = noise(1.0)
    sound[0, 100:110] = np.nan
    finished = finish(sound, RATE, RATE, is_loop=False)
    assert np.isfinite(finished.audio.samples).all()
    assert "10 samples" in finished.notices[0]


@pytest.mark.parametrize(
    "sound",
    [np.full((1, 100), np.nan, np.float32), np.zeros((3, 100), np.float32), np.zeros((1, 0), np.float32)],
)
def test_what_is_no_sound_is_refused(sound: np.ndarray) -> None:
    with pytest.raises(BrokenSoundError):
        finish(sound, RATE, 100, is_loop=False)


def test_silence_is_said() -> None:
    finished = finish(np.zeros((1, RATE), np.float32), RATE, RATE, is_loop=False)
    assert finished.audio.n_frames == RATE
    assert "silence" in finished.notices[0]


def test_the_end_of_a_loop_goes_on_in_its_start() -> None:
    """A steady tone that does not fit the loop's length has no jump at the seam: its tail is faded in."""
    n_frames, tail = 2 * RATE, round(0.3 * RATE)
    times = np.arange(n_frames + tail) / RATE
    sound = (0.1 * np.sin(2 * np.pi * 100.37 * times)).astype(np.float32)[None]
    loop = finish(sound, RATE, n_frames, is_loop=True).audio.samples[:, 0]
    steps = np.abs(np.diff(loop[RATE // 2 : RATE]))
    assert abs(float(loop[0] - loop[-1])) <= 1.05 * float(steps.max())


def tone(hz: float, seconds: float = 2.0) -> Audio:
    times = np.arange(round(seconds * RATE)) / RATE
    return Audio.of(sum(np.sin(2 * np.pi * hz * n * times) / n for n in (1, 2, 3)) * 0.2, RATE)


def test_likeness_tells_the_same_sound_from_another_tune_and_from_noise() -> None:
    same = likeness_of(tone(220.0), tone(220.0), (90.0, 180.0))
    other = likeness_of(tone(220.0), tone(311.1), (90.0, 120.0))
    rough = likeness_of(tone(220.0), Audio.of(noise(2.0).T, RATE), (None, 120.0))
    assert same.chroma > 0.999
    assert same.timbre > 0.99
    assert same.tempo == 1.0
    assert other.chroma < 0.6
    assert other.tempo is not None
    assert other.tempo < 0.3
    assert rough.timbre < 0.7
    assert rough.tempo is None


def test_what_needs_less_memory_is_tried_in_turn() -> None:
    ways = list(attempts(Attempt("cuda", Precision.FLOAT16)))
    assert ways == [
        Attempt("cuda", Precision.FLOAT16),
        Attempt("cuda", Precision.FLOAT16, 0.5),
        Attempt("cpu", Precision.INT8),
        Attempt("cpu", Precision.INT8, 0.5),
    ]
    assert ways[2].notice(ways[0]) == "Memory was short, so it was made on the CPU, with int8 weights."


def test_the_precision_of_a_machine_is_tried_once(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    from infinite_studio.engines.musicgen import choosing

    memory = tmp_path / "cache" / "precision.json"
    monkeypatch.setattr(choosing, "has_compiled_steps", lambda: False)
    monkeypatch.setattr(choosing, "speeds", lambda: {Precision.INT8: 1.0, Precision.BFLOAT16: 2.0})
    assert choose_precision("cpu", memory) is Precision.INT8
    monkeypatch.setattr(choosing, "speeds", lambda: pytest.fail("tried again"))
    assert choose_precision("cpu", memory) is Precision.INT8


def test_compiled_steps_need_no_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    from infinite_studio.engines.musicgen import choosing

    monkeypatch.setattr(choosing, "has_compiled_steps", lambda: True)
    monkeypatch.setattr(choosing, "speeds", lambda: pytest.fail("tried"))
    assert choose_precision("cpu", None) is Precision.INT8


def test_a_finer_precision_wins_where_it_is_as_fast() -> None:
    assert (
        fastest({Precision.INT8: 1.0, Precision.BFLOAT16: 1.05, Precision.FLOAT32: 3.0}) is Precision.BFLOAT16
    )
    assert set(speeds()) == {Precision.INT8, Precision.BFLOAT16, Precision.FLOAT32}


def test_engines_are_listed_without_loading_torch() -> None:
    code = (
        "import sys\nfrom infinite_studio.engines.registry import generators\n"
        "class None_:\n def is_here(self, name): return False\n"
        "made = generators(None_())\nlabels = [made.get(name).info.label for name in made.names]\n"
        "assert len(labels) == 11 and 'torch' not in sys.modules and 'audiocraft' not in sys.modules, labels"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
