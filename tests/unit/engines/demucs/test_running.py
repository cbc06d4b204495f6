"""A network on a machine with little memory, another precision, or somebody who changes their mind."""

import time

import numpy as np
import pytest
import torch
from tests.tiny_demucs import TINY, write_htdemucs

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.demucs import runner as running
from infinite_studio.engines.demucs.loading import read_network
from infinite_studio.engines.demucs.memory import NotEnoughMemoryError
from infinite_studio.engines.demucs.models import MODELS
from infinite_studio.engines.demucs.precision import Precision, PrecisionMemory
from infinite_studio.engines.demucs.runner import SMALLER_PIECES, Runner, difference_db
from infinite_studio.engines.demucs.separator import DemucsSeparator
from infinite_studio.engines.streams import FileSource
from infinite_studio.progress import OperationCancelled, Silence


@pytest.fixture(autouse=True)
def _in_32_bits(monkeypatch):
    """What is tested here is not the trial of precisions."""
    monkeypatch.setattr(running, "fast_precision", lambda _device: Precision.FLOAT_32)


@pytest.fixture
def network(tiny_weights):
    return read_network(tiny_weights.folder_of("htdemucs") / "955717e8.safetensors")


@pytest.fixture
def runner(network):
    return Runner(network, "htdemucs", "cpu", PrecisionMemory(None))


def window(n_frames=22_050, batch=1):
    return np.random.default_rng(0).standard_normal((batch, 2, n_frames)).astype(np.float32)


def out_of_memory_above(n_frames, runner, monkeypatch):
    real = runner._forward
    tried = []

    def forward(network, windows, precision):
        tried.append(windows.shape[-1])
        if windows.shape[-1] > n_frames:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return real(network, windows, precision)

    monkeypatch.setattr(runner, "_forward", forward)
    return tried


def test_where_memory_runs_out_the_pieces_become_smaller_and_stay_so(runner, monkeypatch):
    monkeypatch.setattr(running, "SMALLEST_PIECE_FRAMES", 5_000)
    tried = out_of_memory_above(12_000, runner, monkeypatch)
    result = runner.run(window(batch=2))
    assert result.shape == (2, 4, 2, 22_050)
    assert np.isfinite(result).all()
    assert runner.notice == SMALLER_PIECES
    tried.clear()
    runner.run(window())
    assert max(tried) <= 12_000


def test_where_even_small_pieces_do_not_fit_it_says_so(runner, monkeypatch):
    out_of_memory_above(0, runner, monkeypatch)
    with pytest.raises(NotEnoughMemoryError, match="htdemucs"):
        runner.run(window())


def test_another_error_is_not_taken_for_a_lack_of_memory(runner, monkeypatch):
    def forward(*_):
        raise RuntimeError("something else")

    monkeypatch.setattr(runner, "_forward", forward)
    with pytest.raises(RuntimeError, match="something else"):
        runner.run(window())


@pytest.mark.parametrize(
    ("error_db", "seconds", "expected"),
    [
        (-60.0, 0.5, Precision.BFLOAT_16),
        (-30.0, 0.5, Precision.FLOAT_32),
        (-60.0, 2.0, Precision.FLOAT_32),
    ],
)
def test_16_bits_are_used_where_they_are_faster_and_close_enough(
    network, monkeypatch, tmp_path, error_db, seconds, expected
):
    monkeypatch.setattr(running, "fast_precision", lambda _device: Precision.BFLOAT_16)
    exact = np.ones((1, 4, 2, 100), np.float32)
    results = {
        Precision.FLOAT_32: (exact, 1.0),
        Precision.BFLOAT_16: (exact * np.float32(1 + 10 ** (error_db / 20)), seconds),
    }
    monkeypatch.setattr(Runner, "_timed", lambda _self, _net, _win, precision: results[precision])
    file = tmp_path / "precision.json"
    runner = Runner(network, "htdemucs", "cpu", PrecisionMemory(file))
    runner.run(window())
    assert runner.precision is expected
    monkeypatch.setattr(running, "fast_precision", lambda _device: pytest.fail("tried again"))
    remembering = Runner(network, "htdemucs", "cpu", PrecisionMemory(file))
    remembering.run(window())
    assert remembering.precision is expected


def test_precisions_are_tried_on_the_louder_half_of_a_window(network, monkeypatch):
    monkeypatch.setattr(running, "fast_precision", lambda _device: Precision.BFLOAT_16)
    tried = []

    def timed(_self, _network, windows, _precision):
        tried.append(windows)
        return np.ones((1, 4, 2, 1), np.float32), 1.0

    monkeypatch.setattr(Runner, "_timed", timed)
    whole = window()
    half = whole.shape[-1] // 2
    whole[..., :half] *= 0.01
    Runner(network, "htdemucs", "cpu", PrecisionMemory(None)).run(whole)
    assert [np.array_equal(each, whole[..., half : 2 * half]) for each in tried] == [True, True]


def test_an_asked_precision_is_used_without_a_trial():
    memory = PrecisionMemory(None, Precision.FLOAT_32)
    assert memory.find("x", lambda: pytest.fail("tried")) is Precision.FLOAT_32


def test_a_memory_of_precision_that_cannot_be_read_is_made_anew(tmp_path):
    file = tmp_path / "precision.json"
    for text in ("", "[1]", "{", '{"a": 3}'):
        file.write_text(text)
        found = PrecisionMemory(file).find("x", lambda: Precision.BFLOAT_16)
        assert found is Precision.BFLOAT_16


def test_a_split_stops_in_the_middle_of_a_segment(tiny_weights):
    separator = DemucsSeparator(MODELS[0], tiny_weights, device=lambda: "cpu")
    calls = []

    class Impatient(Silence):
        def report(self, fraction, stage=""):
            calls.append(stage)
            if calls.count("Splitting into stems") > 5:
                raise OperationCancelled

    audio = Audio.of(np.random.default_rng(0).standard_normal((22_000, 2)), 44_100)
    began = time.monotonic()
    with pytest.raises(OperationCancelled):
        separator.separate(audio, Impatient())
    assert time.monotonic() - began < 20
    separator.separate(Audio.of(audio.samples[:4_000], 44_100), Silence())


def test_the_network_stays_warm_until_it_is_let_go(tiny_weights, monkeypatch):
    separator = DemucsSeparator(MODELS[0], tiny_weights, device=lambda: "cpu")
    audio = Audio.of(np.random.default_rng(0).standard_normal((4_000, 2)), 44_100)
    separator.separate(audio, Silence())
    loads = []
    monkeypatch.setattr(
        "infinite_studio.engines.demucs.shelf.read_network",
        lambda file: loads.append(file) or read_network(file),
    )
    separator.separate(audio, Silence())
    assert not loads
    separator.let_go()
    separator.separate(audio, Silence())
    assert len(loads) == 1


def test_replaced_weights_are_read_again(tmp_path, tiny_weights):
    from tests.tiny_demucs import Folders

    write_htdemucs(tmp_path, signature="11111111")
    separator = DemucsSeparator(MODELS[0], Folders(tmp_path), device=lambda: "cpu")
    audio = Audio.of(np.random.default_rng(0).standard_normal((4_000, 2)), 44_100)
    first = separator.separate(audio, Silence())
    write_htdemucs(tmp_path, signature="22222222", seed=5)
    second = separator.separate(audio, Silence())
    stem = separator.stem_types[0]
    assert difference_db(second.stems[stem].samples, first.stems[stem].samples) > -20


def test_memory_does_not_grow_with_length(tiny_weights, tmp_path):
    """The driver never holds more of a sound than a few segments."""
    from infinite_studio.audio.writing import write_audio
    from infinite_studio.engines.demucs.passes import _Sums
    from infinite_studio.engines.demucs.window import MovingWindow

    held = []
    real_add, real_read = _Sums.add, MovingWindow.read
    audio = Audio.of(np.random.default_rng(0).standard_normal((6 * 44_100, 2)) * 0.1, 44_100)
    path = tmp_path / "long.wav"
    write_audio(path, audio)

    def add(self, *arguments):
        real_add(self, *arguments)
        held.append(self._channels.shape[3])

    def read(self, *arguments):
        result = real_read(self, *arguments)
        held.append(self._held.shape[2])
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Sums, "add", add)
        patch.setattr(MovingWindow, "read", read)
        separator = DemucsSeparator(MODELS[0], tiny_weights, device=lambda: "cpu")
        source = FileSource.of(path, Silence())
        n_frames = sum(
            block[separator.stem_types[0]].shape[0] for block in separator.separate_stream(source, Silence())
        )
    assert n_frames == audio.n_frames
    assert max(held) < 5 * int(TINY["segment"] * 44_100) < audio.n_frames
