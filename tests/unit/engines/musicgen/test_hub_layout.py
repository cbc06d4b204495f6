"""Models in transformers' layout: one file with network, T5 and codec says what transformers says with it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.tiny_musicgen import CARDINALITY, DIM, T5_DIM
from tests.unit.engines.musicgen.conftest import FolderWeights

from infinite_studio.engines.base import GenerationRequest, Sampling, SoundSources
from infinite_studio.engines.musicgen.audiocraft_door import quiet
from infinite_studio.engines.musicgen.conditioners import Conditioners
from infinite_studio.engines.musicgen.decoder import Decoder
from infinite_studio.engines.musicgen.engine import MusicgenEngine
from infinite_studio.engines.musicgen.layers import network_of
from infinite_studio.engines.musicgen.model import needed_beside
from infinite_studio.engines.musicgen.pattern import delayed, n_steps_for
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.shape import UnusableCheckpointError
from infinite_studio.engines.musicgen.sources import source_of
from infinite_studio.progress import Silence

SHORT = GenerationRequest("lo-fi piano", duration_seconds=0.5, sampling=Sampling(precision="float32"))


def write_hub_model(
    folder: Path, t5: Path, *, is_stereo: bool = False, is_melody: bool = False
) -> torch.nn.Module:
    """Write a tiny model with random numbers as transformers does; return it."""
    import transformers

    torch.manual_seed(8)
    text = {"vocab_size": 80, "d_model": T5_DIM, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 2}
    codec = {
        "target_bandwidths": [1.2], "sampling_rate": 32_000, "audio_channels": 1, "num_filters": 2,
        "upsampling_ratios": [8, 5, 4, 4], "hidden_size": 8, "codebook_size": CARDINALITY, "codebook_dim": 8,
        "num_lstm_layers": 1, "use_causal_conv": False, "use_conv_shortcut": False,
    }  # fmt: skip
    network = {
        "vocab_size": CARDINALITY, "hidden_size": DIM, "num_hidden_layers": 2, "num_attention_heads": 4,
        "ffn_dim": 4 * DIM, "num_codebooks": 8 if is_stereo else 4, "audio_channels": 2 if is_stereo else 1,
        "pad_token_id": CARDINALITY, "bos_token_id": CARDINALITY,
    }  # fmt: skip
    kind = "MusicgenMelody" if is_melody else "Musicgen"
    with quiet():
        config = getattr(transformers, f"{kind}Config")(
            text_encoder=transformers.T5Config(**text).to_dict(),
            audio_encoder=transformers.EncodecConfig(**codec).to_dict(),
            decoder=getattr(transformers, f"{kind}DecoderConfig")(**network).to_dict(),
        )
        model = getattr(transformers, f"{kind}ForConditionalGeneration")(config).eval()
        for name, value in model.state_dict().items():
            if name.endswith("embed"):
                value.normal_()
            elif value.is_floating_point() and "embed_positions" not in name and "norm" not in name:
                value.add_(0.1 * torch.randn_like(value))
        model.save_pretrained(folder)
    for file in ("tokenizer.json", "spiece.model"):
        shutil.copy(t5 / file, folder)
    return model


@pytest.mark.parametrize("is_stereo", [False, True], ids=["mono", "stereo"])
def test_logits_and_sound_are_those_of_transformers(
    weights_folder: Path, tmp_path: Path, is_stereo: bool
) -> None:
    theirs = write_hub_model(tmp_path, weights_folder / "t5-base", is_stereo=is_stereo)
    source = source_of("musicgen-small", tmp_path, lambda name: pytest.fail(f"{name} was asked for"))
    parts = source.parts(Precision.FLOAT32, lambda _: None)
    reader = source.reader("")
    shape = parts.shape
    ours = Decoder(network_of(parts.packed, shape, "cpu", 200))
    conditions = Conditioners(parts.conditioners, reader, shape).conditions(("lo-fi piano",), None)
    frames = torch.randint(CARDINALITY, (1, shape.n_codebooks, 20))
    sequence = delayed(frames, 20, shape.delays, shape.special_token, -1)
    both = torch.cat([sequence, sequence]).reshape(-1, sequence.shape[-1])
    words = torch.tensor([reader._tokens_of("lo-fi piano")])
    masks = torch.cat([torch.ones_like(words), torch.zeros_like(words)])
    with torch.inference_mode():
        said = theirs.text_encoder(input_ids=words).last_hidden_state
        states = torch.cat([said, torch.zeros_like(said)])
        whole = theirs(
            encoder_outputs=(states,), attention_mask=masks, decoder_input_ids=both
        ).logits.view(2, shape.n_codebooks, -1, CARDINALITY)  # fmt: skip
        ours.begin(conditions, n_steps_for(20, shape.delays))
        for step in range(sequence.shape[-1]):
            # transformers lets rows without words look at nothing, ours at zeros: both add nothing.
            expected = ours.logits(sequence[..., step : step + 1])
            assert torch.allclose(expected, whole[:, :, step], atol=1e-4)


def test_a_melody_model_reads_what_transformers_reads(weights_folder: Path, tmp_path: Path) -> None:
    theirs = write_hub_model(tmp_path, weights_folder / "t5-base", is_melody=True)
    source = source_of("musicgen-melody", tmp_path, lambda name: pytest.fail(f"{name} was asked for"))
    parts = source.parts(Precision.FLOAT32, lambda _: None)
    tune = torch.sin(2 * torch.pi * 440 * torch.arange(70_000) / 32_000)
    reader = source.reader("")
    ours = Conditioners(parts.conditioners, reader, parts.shape).conditions(("lo-fi piano",), tune)
    from transformers import MusicgenMelodyFeatureExtractor

    heard = MusicgenMelodyFeatureExtractor()(tune.numpy()[None], sampling_rate=32_000, return_tensors="pt")
    with torch.inference_mode():
        words = theirs.text_encoder(
            input_ids=torch.tensor([reader._tokens_of("lo-fi piano")])
        ).last_hidden_state
        chroma = heard["input_features"]
        chroma = chroma.repeat(1, 235 // chroma.shape[1] + 1, 1)[:, :235]
        expected = torch.cat([theirs.audio_enc_to_dec_proj(chroma), theirs.enc_to_dec_proj(words)], dim=1)
    assert ours.prefix is not None
    assert torch.allclose(ours.prefix[:1], expected, atol=1e-4)


@pytest.mark.parametrize("kind", ["small", "stereo-small", "melody"])
def test_takes_come_from_one_file_and_again_from_its_copy(
    weights_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    name = f"musicgen-{kind}"
    write_hub_model(
        tmp_path / name, weights_folder / "t5-base", is_stereo="stereo" in kind, is_melody=kind == "melody"
    )
    weights = FolderWeights(tmp_path)
    assert needed_beside(name, weights) == ()
    engines = [MusicgenEngine(name, weights, tmp_path / "copies", device=lambda: "cpu") for _ in range(2)]
    assert engines[0].info.missing == ()
    asked = replace(SHORT, sounds=SoundSources())
    takes = [engine.generate(asked, Silence()).mixdown.samples for engine in engines]
    assert np.array_equal(*takes)
    assert takes[0].shape == (16_000, 2 if "stereo" in kind else 1)
    assert float(np.abs(takes[0]).max()) > 0.01


@pytest.mark.parametrize("damage", ["cut", "other model", "lacks numbers", "no configuration"])
def test_a_damaged_file_is_named(weights_folder: Path, tmp_path: Path, damage: str) -> None:
    write_hub_model(tmp_path, weights_folder / "t5-base")
    numbers, config = tmp_path / "model.safetensors", tmp_path / "config.json"
    settings = json.loads(config.read_text())
    if damage == "cut":
        numbers.write_bytes(numbers.read_bytes()[:-100])
    elif damage == "other model":
        config.write_text(json.dumps(settings | {"model_type": "bert"}))
    elif damage == "lacks numbers":
        settings["decoder"]["num_hidden_layers"] = 3
        config.write_text(json.dumps(settings))
    else:
        config.unlink()
    with pytest.raises(UnusableCheckpointError, match="musicgen-small"):
        source_of("musicgen-small", tmp_path, lambda _name: tmp_path).parts(Precision.INT8, lambda _: None)
