"""Our conditioners say what audiocraft's say: chroma, projections, and the order they are put in."""

from pathlib import Path

import pytest
import torch
from omegaconf import OmegaConf
from tests.tiny_musicgen import DIM, SEGMENT_SECONDS, T5_DIM, config_of

from infinite_studio.engines.musicgen.audiocraft_door import open_audiocraft
from infinite_studio.engines.musicgen.chroma import chroma_filters, chroma_of, chroma_shape
from infinite_studio.engines.musicgen.conditioners import Conditioners, conditioner_parts
from infinite_studio.engines.musicgen.shape import UnusableCheckpointError, shape_of
from infinite_studio.engines.musicgen.words import WordReader

RATE = 32_000


@pytest.mark.parametrize("n_frames", [1, 900, 16_384, 50_001, 200_000])
@pytest.mark.parametrize("is_strongest_only", [True, False])
def test_chroma_is_that_of_audiocraft(n_frames: int, is_strongest_only: bool) -> None:
    open_audiocraft()
    from audiocraft.modules.chroma import ChromaExtractor

    section = {"sample_rate": RATE, "n_chroma": 12, "radix2_exp": 14, "argmax": is_strongest_only}
    theirs = ChromaExtractor(RATE, 12, 14, argmax=is_strongest_only)
    torch.manual_seed(n_frames)
    times = torch.arange(n_frames) / RATE
    sound = 0.3 * torch.sin(2 * torch.pi * 330 * times) + 0.02 * torch.randn(n_frames)
    if n_frames == 1:
        sound = torch.zeros(1)
    said = theirs(sound[None, None])[0]
    shape = chroma_shape(section, segment_seconds=4.0)
    ours = chroma_of(sound, chroma_filters(shape), shape)
    assert len(ours) == shape.n_moments == 1 + 4 * RATE // 4_096
    n = min(len(said), len(ours))
    assert torch.allclose(ours[:n], said[:n], atol=1e-5)
    # Short sounds begin again until the window is full.
    assert torch.equal(ours[n : 2 * n], ours[: max(min(len(ours) - n, n), 0)])


@pytest.mark.parametrize("kind", ["small", "melody"])
def test_conditions_are_those_of_audiocraft(kind: str, weights_folder: Path) -> None:
    """audiocraft's own conditioners, with parts of the checkpoint and transformers' T5, read the same words and tune."""
    config = OmegaConf.create(config_of(kind))
    shape = shape_of(config, kind)
    torch.manual_seed(4)
    parameters = {
        f"condition_provider.conditioners.{name}.output_proj.{part}": torch.randn(*size)
        for name, n_in in (("description", T5_DIM), ("self_wav", 12))
        for part, size in (("weight", (DIM, n_in)), ("bias", (DIM,)))
    }
    reader = WordReader(weights_folder / "t5-base", kind)
    ours = Conditioners(conditioner_parts(config, parameters, shape, kind), reader, shape)
    tune = torch.sin(2 * torch.pi * 440 * torch.arange(60_000) / RATE) if kind == "melody" else None
    prompts = ("lo-fi piano", "dark trap in F minor, 90 bpm")
    found = ours.conditions(prompts, tune)
    made = their_conditions(kind, parameters, weights_folder / "t5-base", prompts, tune)
    if kind == "small":
        assert torch.allclose(found.cross, made["description"], atol=1e-5)
        assert found.prefix is None
    else:
        assert torch.allclose(
            found.prefix, torch.cat([made["self_wav"], made["description"]], dim=1), atol=1e-4
        )
        assert found.cross is None


def their_conditions(
    kind: str,
    parameters: dict[str, torch.Tensor],
    t5: Path,
    prompts: tuple[str, ...],
    tune: torch.Tensor | None,
) -> dict[str, torch.Tensor]:
    open_audiocraft()
    from audiocraft.modules.chroma import ChromaExtractor
    from audiocraft.modules.conditioners import (
        ChromaStemConditioner,
        ClassifierFreeGuidanceDropout,
        ConditioningAttributes,
        ConditioningProvider,
        T5Conditioner,
        TextConditioner,
        WavCondition,
        WaveformConditioner,
    )
    from audiocraft.utils.autocast import TorchAutocast
    from transformers import T5EncoderModel, T5Tokenizer

    words = T5Conditioner.__new__(T5Conditioner)
    TextConditioner.__init__(words, T5_DIM, DIM)
    words.__dict__.update(device="cpu", finetune=False, word_dropout=0.0, normalize_text=False)
    words.autocast = TorchAutocast(enabled=False)
    words.t5_tokenizer = T5Tokenizer.from_pretrained(str(t5), local_files_only=True)
    words.__dict__["t5"] = T5EncoderModel.from_pretrained(str(t5), local_files_only=True).eval()
    made = {"description": words}
    if kind == "melody":
        ear = ChromaStemConditioner.__new__(ChromaStemConditioner)
        WaveformConditioner.__init__(ear, 12, DIM, "cpu")
        ear.__dict__.update(
            sample_rate=RATE, match_len_on_eval=True, _use_masking=False, eval_wavs=None, cache=None
        )
        ear.autocast = TorchAutocast(enabled=False)
        ear.chroma = ChromaExtractor(RATE, 12, 14, argmax=True)
        ear.chroma_len = 1 + SEGMENT_SECONDS * RATE // 4_096
        # Drums and bass are taken out before.
        ear.__dict__["_get_stemmed_wav"] = lambda sound, _rate: sound
        made["self_wav"] = ear
    provider = ConditioningProvider(made)
    prefix = "condition_provider.conditioners."
    wanted = {key[len(prefix) :]: value for key, value in parameters.items() if key.split(".")[2] in made}
    provider.conditioners.load_state_dict(wanted, strict=False)
    sound = torch.zeros(1, 1, 1) if tune is None else tune.view(1, 1, -1)
    attributes = [ConditioningAttributes(text={"description": prompt}) for prompt in prompts]
    for said in attributes:
        said.wav["self_wav"] = WavCondition(
            sound, torch.tensor([sound.shape[-1]]), sample_rate=[RATE], path=[None]
        )
    with torch.inference_mode():
        attributes = attributes + ClassifierFreeGuidanceDropout(p=1.0)(attributes)
        return {name: value for name, (value, _) in provider(provider.tokenize(attributes)).items()}


@pytest.mark.parametrize("model", ["style", "clap"])
def test_conditions_of_other_kinds_are_refused(model: str) -> None:
    config = OmegaConf.create(config_of("melody"))
    config.conditioners.self_wav.model = model
    with pytest.raises(UnusableCheckpointError, match=model):
        conditioner_parts(config, {}, shape_of(config, "x"), "x")
