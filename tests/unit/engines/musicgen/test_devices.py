"""What graphics cards are asked for and spared from, tested where there are none."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from tests.unit.engines.musicgen.conftest import FolderWeights

from infinite_studio.engines.base import GenerationRequest, Sampling
from infinite_studio.engines.musicgen import engine as engines
from infinite_studio.engines.musicgen import model as models
from infinite_studio.engines.musicgen import stepping
from infinite_studio.engines.musicgen.attempts import is_lack_of_memory
from infinite_studio.engines.musicgen.choosing import choose_precision
from infinite_studio.engines.musicgen.decoder import Decoder
from infinite_studio.engines.musicgen.engine import MusicgenEngine
from infinite_studio.engines.musicgen.graph_decoder import GraphDecoder
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.progress import Silence

SHORT = GenerationRequest("lo-fi piano", duration_seconds=0.5)


@pytest.mark.parametrize(
    ("device", "has_bfloat16", "precision"),
    [
        ("cuda", True, Precision.BFLOAT16),
        ("cuda", False, Precision.FLOAT16),
        ("mps", True, Precision.FLOAT16),
    ],
)
def test_cards_keep_weights_in_half_precision_without_trying(
    device, has_bfloat16: bool, precision: Precision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: has_bfloat16)
    assert choose_precision(device, None) is precision


@pytest.mark.parametrize(("device", "kind"), [("cuda", GraphDecoder), ("mps", Decoder), ("cpu", Decoder)])
def test_steps_are_recorded_on_nvidia_cards_alone(
    device: str, kind: type[Decoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    for decoder in (Decoder, GraphDecoder):
        monkeypatch.setattr(decoder, "__init__", lambda *_: None)
    network = SimpleNamespace(device=device, heads=SimpleNamespace(scale=None))
    assert type(stepping.make_decoder(network)) is kind  # type: ignore[arg-type]


@pytest.mark.parametrize(("device", "codec_device"), [("mps", "cpu"), ("cuda", "cuda"), ("cpu", "cpu")])
def test_apples_gpu_leaves_the_codec_to_the_processor(
    weights: FolderWeights, device, codec_device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, str] = {}
    build_codec, network_of = models.build_codec, models.network_of

    def codec_on(parts, name, n_codebooks, wanted):
        asked["codec"] = wanted
        return build_codec(parts, name, n_codebooks, "cpu")

    def network_on(packed, shape, wanted, n_positions):
        asked["network"] = wanted
        return network_of(packed, shape, "cpu", n_positions)

    monkeypatch.setattr(models, "build_codec", codec_on)
    monkeypatch.setattr(models, "network_of", network_on)
    made = models.load_model("musicgen-small", weights, Precision.FLOAT16, device, None, Silence())
    assert asked == {"codec": codec_device, "network": device}
    assert made.device == device


@pytest.mark.parametrize(
    "words", ["CUDA out of memory. Tried to allocate 2.00 GiB", "MPS backend out of memory"]
)
def test_a_card_without_memory_is_freed_and_the_processor_takes_over(
    weights: FolderWeights, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[str, str]] = []
    freed: list[int] = []
    kept: list[int] = []
    load_model = engines.load_model

    def scarce(name, where, precision, device, *rest):
        tried.append((device, str(precision)))
        kept.append(len(engine._models.keys))
        made = load_model(name, where, precision, "cpu", *rest)
        # The network fits on the card, but not what a step needs beside it.
        return made if device == "cpu" else replace(made, device=device)

    make = engines.make

    def make_where_there_is_room(plan, n_takes, model, attempt, *rest):
        if attempt.device != "cpu":
            raise torch.OutOfMemoryError(words)
        return make(plan, n_takes, model, attempt, *rest)

    monkeypatch.setattr(engines, "load_model", scarce)
    monkeypatch.setattr(engines, "make", make_where_there_is_room)
    monkeypatch.setattr(engines, "choose_precision", lambda *_: Precision.FLOAT16)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: freed.append(1))
    engine = MusicgenEngine("musicgen-small", weights, device=lambda: "cuda")
    take = engine.generate(SHORT, Silence())
    assert tried == [("cuda", "float16"), ("cuda", "float16"), ("cpu", "int8")]
    assert kept == [0, 0, 0], "what did not fit is let go of before the next attempt"
    assert len(freed) == 2
    assert take.notices == ("Memory was short, so it was made on the CPU, with int8 weights.",)
    assert take.recipe.device == "cpu"
    assert take.recipe.parameters["precision"] == "int8"


@pytest.mark.parametrize("chosen", ["float32", "bfloat16", "int8"])
def test_a_precision_that_a_person_chose_wins_over_the_fastest(
    weights: FolderWeights, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "choose_precision", lambda *_: pytest.fail("asked"))
    engine = MusicgenEngine("musicgen-small", weights, device=lambda: "cpu")
    take = engine.generate(replace(SHORT, sampling=Sampling(precision=chosen)), Silence())
    assert take.recipe.parameters["precision"] == chosen


def test_other_failures_of_a_card_are_no_lack_of_memory() -> None:
    assert not is_lack_of_memory(RuntimeError("CUDA error: an illegal memory access was encountered"))
    assert not is_lack_of_memory(ValueError("out of memory"))
