"""Our EnCodec says what transformers' and audiocraft's say, with their own files."""

import json
from pathlib import Path

import pytest
import torch
from omegaconf import OmegaConf
from tests.tiny_musicgen import CARDINALITY, config_of, write_encodec, write_own_codec

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.musicgen.audiocraft_door import quiet
from infinite_studio.engines.musicgen.checkpoint import read_checkpoint
from infinite_studio.engines.musicgen.codec import Codec, build_codec
from infinite_studio.engines.musicgen.codec_parts import CodecParts, codec_of_checkpoint, codec_of_folder
from infinite_studio.engines.musicgen.shape import UnusableCheckpointError

SHAPES = {
    "as published": {"use_conv_shortcut": False, "num_lstm_layers": 2},
    "shortcuts": {"use_conv_shortcut": True, "num_residual_layers": 2, "dilation_growth_rate": 3},
    "other ratios": {
        "upsampling_ratios": [5, 4, 2],
        "kernel_size": 5,
        "residual_kernel_size": 5,
        "compress": 1,
    },
}


def transformers_codec(folder: Path, changes: dict[str, object]) -> torch.nn.Module:
    """Write a codec with numbers large enough that a mistake anywhere shows, and return it."""
    from transformers import EncodecConfig, EncodecModel

    write_encodec(folder)
    settings = json.loads((folder / "config.json").read_text())
    # Four codebooks, whatever the ratios make of the rate of frames.
    frame_rate = 32_000 / torch.tensor(changes.get("upsampling_ratios", [8, 5, 4, 4])).prod().item()
    settings |= changes | {"target_bandwidths": [4 * frame_rate * 6 / 1000]}
    torch.manual_seed(6)
    with quiet():
        model = EncodecModel(EncodecConfig(**settings)).eval()
        for name, value in model.state_dict().items():
            if name.endswith("embed"):
                value.normal_()
        model.save_pretrained(folder)
    return model


@pytest.mark.parametrize("changes", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("n_frames", [1, 5, 61, 1_100])
def test_it_decodes_and_encodes_as_transformers(
    tmp_path: Path, changes: dict[str, object], n_frames: int
) -> None:
    theirs = transformers_codec(tmp_path, changes)
    ours = build_codec(codec_of_folder(tmp_path, "x", is_stereo=False), "x", 4, "cpu")
    tokens = torch.randint(CARDINALITY, (2, 4, n_frames))
    with torch.inference_mode():
        said = theirs.decode(tokens[None], [None])[0]
        assert torch.allclose(ours.decode(tokens), said, atol=1e-5)
        assert float(said.abs().max()) > 1e-3
        sound = 0.3 * torch.randn(1, 1, n_frames * ours.samples_per_frame - 7)
        codes = theirs.encode(sound, bandwidth=theirs.config.target_bandwidths[0])[0][0]
    assert torch.equal(ours.encode(Audio.of(sound[0].T.numpy(), 32_000)), codes)


@pytest.fixture
def audiocraft_file(tmp_path: Path) -> Path:
    write_own_codec(tmp_path / "compression_state_dict.bin")
    return tmp_path / "compression_state_dict.bin"


def their_codec(path: Path) -> torch.nn.Module:
    from audiocraft.models.loaders import load_compression_model

    with quiet():
        return load_compression_model(path)


def read(path: Path, kind: str = "small") -> CodecParts:
    return codec_of_checkpoint(read_checkpoint(path, "x"), OmegaConf.create(config_of(kind)), "x")


def test_it_decodes_and_encodes_as_audiocraft(audiocraft_file: Path) -> None:
    parts = read(audiocraft_file)
    assert parts.shape is not None
    ours = build_codec(parts, "x", 4, "cpu")
    compare_with_audiocraft(their_codec(audiocraft_file), ours, n_channels=1)


def test_stereo_codebooks_take_turns_as_in_audiocraft(audiocraft_file: Path) -> None:
    from audiocraft.models.builders import get_wrapped_compression_model

    theirs = get_wrapped_compression_model(
        their_codec(audiocraft_file), OmegaConf.create(config_of("stereo-small"))
    )
    ours = build_codec(read(audiocraft_file, "stereo-small"), "x", 8, "cpu")
    compare_with_audiocraft(theirs, ours, n_channels=2)


def compare_with_audiocraft(theirs: torch.nn.Module, ours: Codec, n_channels: int) -> None:
    tokens = torch.randint(CARDINALITY, (2, 4 * n_channels, 23))
    sound = 0.3 * torch.randn(1, n_channels, 9_001)
    with torch.inference_mode():
        assert torch.allclose(ours.decode(tokens), theirs.decode(tokens, None), atol=1e-5)
        codes = theirs.encode(sound)[0]
    assert torch.equal(ours.encode(Audio.of(sound[0].T.numpy(), 32_000)), codes)


def test_what_only_audiocraft_builds_is_built_by_it(audiocraft_file: Path) -> None:
    values = torch.load(audiocraft_file, weights_only=True)
    values["xp.cfg"] = values["xp.cfg"].replace("renormalize: false", "renormalize: true")
    torch.save(values, audiocraft_file)
    parts = read(audiocraft_file)
    assert parts.shape is None
    ours = build_codec(parts, "x", 4, "cpu")
    tokens = torch.randint(CARDINALITY, (1, 4, 9))
    with torch.inference_mode():
        said = their_codec(audiocraft_file).decode(tokens, None)
    assert torch.allclose(ours.decode(tokens), said, atol=1e-5)


def test_a_codec_that_lacks_numbers_is_named(audiocraft_file: Path) -> None:
    values = torch.load(audiocraft_file, weights_only=True)
    del values["best_state"]["decoder.model.0.conv.conv.bias"]
    torch.save(values, audiocraft_file)
    with pytest.raises(UnusableCheckpointError, match=r"decoder\.0\.bias"):
        read(audiocraft_file)


def test_pieces_sound_as_the_whole(weights_folder: Path) -> None:
    codec = build_codec(
        codec_of_folder(weights_folder / "encodec-32khz", "x", is_stereo=False), "x", 4, "cpu"
    )
    tokens = torch.randint(CARDINALITY, (1, 4, 900))
    fractions: list[float] = []
    whole = codec._coder.decode(tokens).detach()
    error = codec.decode(tokens, fractions.append) - whole
    assert 10 * torch.log10(error.square().mean() / whole.square().mean()) < -60
    assert fractions == sorted(fractions)
    assert {0.0, 400 / 900, 800 / 900} <= set(fractions)
    assert fractions[-1] < 1.0


class EnoughError(Exception):
    """Someone does not want to go on."""


@pytest.mark.parametrize("is_stereo", [False, True])
def test_decoding_and_encoding_stop_before_any_layer(weights_folder: Path, is_stereo: bool) -> None:
    parts = codec_of_folder(weights_folder / "encodec-32khz", "x", is_stereo=is_stereo)
    codec = build_codec(parts, "x", 8 if is_stereo else 4, "cpu")
    tokens = torch.randint(CARDINALITY, (1, codec.n_codebooks, 60))
    sound = codec.decode(tokens)[0].T.numpy()
    for work in (
        lambda told: codec.encode(Audio.of(sound, codec.sample_rate), told),
        lambda told: codec.decode(tokens, told),
    ):
        fractions: list[float] = []
        work(fractions.append)
        assert len(set(fractions)) >= 8 * (1 + is_stereo)

        def stop(fraction: float, half: float = fractions[len(fractions) // 2]) -> None:
            if fraction >= half:
                raise EnoughError

        with pytest.raises(EnoughError):
            work(stop)
