"""Reading a codec's parameters, from audiocraft's checkpoint or from transformers' files, under one set of names."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infinite_studio.engines.musicgen.checkpoint import Checkpoint
from infinite_studio.engines.musicgen.seanet import CODEBOOKS, CodecShape, parameter_names
from infinite_studio.engines.musicgen.shape import UnusableCheckpointError, read_config

if TYPE_CHECKING:
    from omegaconf import DictConfig
    from torch import Tensor

_LEFT_OUT = re.compile(r"quantizer\..*\.(inited|cluster_size|embed_avg)$")
_BOOK = re.compile(r"quantizer\.(?:vq\.)?layers\.(\d+)\.(?:_)?codebook\.embed$")
_PART = re.compile(r"(encoder|decoder)\.(?:model|layers)\.(\d+)\.(?:(block\.\d+|shortcut)\.)?(.+)$")
_WRAPPERS = ("conv.conv.", "convtr.convtr.", "conv.", "convtr.")
_LENGTHS = {"weight_g", "parametrizations.weight.original0"}
_DIRECTIONS = {"weight_v", "parametrizations.weight.original1"}


@dataclass(frozen=True)
class CodecParts:
    """A codec's parameters; without a shape it is of a kind that only audiocraft builds, from its ``config``.

    With ``is_stereo`` it is used twice, for codebooks that take turns between left and right.
    """

    tensors: "Mapping[str, Tensor]"
    shape: CodecShape | None
    is_stereo: bool = False
    config: str = ""


def codec_of_checkpoint(checkpoint: Checkpoint, network: "DictConfig", name: str) -> CodecParts:
    """Read the codec that a MusicGen checkpoint holds; ``network`` is the configuration of the language model.

    Raises
    ------
    UnusableCheckpointError
        If parameters are missing or do not fit.
    """
    from omegaconf import OmegaConf

    stereo = network.get("interleave_stereo_codebooks") or {}
    settings: dict[str, Any] = OmegaConf.to_container(read_config(checkpoint.config), resolve=True)  # type: ignore[assignment]
    shape = _shape_of_settings(settings, network.get("compression_model_n_q"))
    if shape is None or stereo.get("per_timestep"):
        return CodecParts(
            checkpoint.tensors, None, is_stereo=bool(stereo.get("use")), config=checkpoint.config
        )
    return CodecParts(_renamed(checkpoint.tensors, shape, name), shape, is_stereo=bool(stereo.get("use")))


def codec_of_folder(folder: Path, name: str, *, is_stereo: bool) -> CodecParts:
    """Read a codec in transformers' layout.

    Raises
    ------
    UnusableCheckpointError
        If it is damaged or of another kind.
    """
    from safetensors import SafetensorError, safe_open

    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        with safe_open(folder / "model.safetensors", framework="pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
    except (OSError, ValueError, SafetensorError) as error:
        raise UnusableCheckpointError(name, f"“{folder.name}”, which makes the sound, is damaged") from error
    return codec_of_config(config, tensors, name, is_stereo=is_stereo)


def codec_of_config(
    config: Mapping[str, Any], tensors: "Mapping[str, Tensor]", name: str, *, is_stereo: bool
) -> CodecParts:
    """Read a codec from transformers' configuration and parameters.

    Raises
    ------
    UnusableCheckpointError
        If parameters are missing or it is of another kind.
    """
    shape = _shape_of_transformers(config)
    if shape is None:
        raise UnusableCheckpointError(name, "what makes its sound is of an unknown kind")
    return CodecParts(_renamed(tensors, shape, name), shape, is_stereo=is_stereo)


def _shape_of_settings(settings: Mapping[str, Any], n_codebooks: int | None) -> CodecShape | None:
    """Return the shape from audiocraft's configuration; None where a choice differs from the published codec's."""
    codec, net = settings.get("encodec", {}), settings.get("seanet", {})
    choices = {**net, **(net.get("encoder") or {}), **(net.get("decoder") or {})}
    quantizer = settings.get("rvq", {})
    usual = (
        settings.get("compression_model") == "encodec"
        and codec.get("autoencoder") == "seanet"
        and codec.get("quantizer") == "rvq"
        and not (codec.get("causal") or codec.get("renormalize") or choices.get("causal"))
        and choices.get("norm") == "weight_norm"
        and choices.get("activation", "ELU") == "ELU"
        and (choices.get("activation_params") or {}).get("alpha", 1.0) == 1.0
        and choices.get("pad_mode", "reflect") == "reflect"
        and not choices.get("disable_norm_outer_blocks")
        and choices.get("final_activation") is None
    )
    if not usual:
        return None
    return CodecShape(
        sample_rate=int(codec["sample_rate"]),
        n_channels=int(codec["channels"]),
        n_codebooks=int(n_codebooks or quantizer["n_q"]),
        ratios=tuple(int(ratio) for ratio in net.get("ratios", (8, 5, 4, 2))),
        n_residual_layers=int(net.get("n_residual_layers", 3)),
        dilation_base=int(net.get("dilation_base", 2)),
        n_lstm_layers=int(net.get("lstm", 0)),
        has_shortcuts=not choices.get("true_skip", True),
    )


def _shape_of_transformers(config: Mapping[str, Any]) -> CodecShape | None:
    usual = (
        config.get("model_type") == "encodec"
        and not (config.get("use_causal_conv", True) or config.get("normalize"))
        and config.get("norm_type", "weight_norm") == "weight_norm"
        and config.get("pad_mode", "reflect") == "reflect"
        and config.get("chunk_length_s") is None
    )
    if not usual:
        return None
    ratios = tuple(int(ratio) for ratio in config["upsampling_ratios"])
    rate = int(config["sampling_rate"])
    bits_per_second = math.log2(config["codebook_size"]) * rate / math.prod(ratios)
    return CodecShape(
        sample_rate=rate,
        n_channels=int(config["audio_channels"]),
        n_codebooks=int(max(config["target_bandwidths"]) * 1000 / bits_per_second + 1e-6),
        ratios=ratios,
        n_residual_layers=int(config.get("num_residual_layers", 1)),
        dilation_base=int(config.get("dilation_growth_rate", 2)),
        n_lstm_layers=int(config.get("num_lstm_layers", 2)),
        has_shortcuts=bool(config.get("use_conv_shortcut", True)),
    )


def _renamed(tensors: "Mapping[str, Tensor]", shape: CodecShape, name: str) -> "dict[str, Tensor]":
    """Return the parameters under the names of `Seanet`, those of normalised weights folded into one."""
    import torch

    books: dict[int, Tensor] = {}
    found: dict[str, Tensor] = {}
    lengths: dict[str, Tensor] = {}
    for key, value in tensors.items():
        if book := _BOOK.match(key):
            books[int(book[1])] = value.float()
        elif part := _PART.match(key):
            at, kind = _place(part)
            (lengths if kind in _LENGTHS else found)[at + _plain(kind)] = value.float()
        elif not _LEFT_OUT.match(key):
            raise UnusableCheckpointError(name, f"what makes its sound holds {key}")
    for key, length in lengths.items():
        if key in found:
            found[key] = torch._weight_norm(found[key], length, 0)  # noqa: SLF001 - torch's own modules call it
    if len(books) >= shape.n_codebooks:
        found[CODEBOOKS] = torch.stack([books[index] for index in sorted(books)])
    if set(found) != parameter_names(shape):
        lacking = min(set(found) ^ parameter_names(shape))
        raise UnusableCheckpointError(name, f"what makes its sound does not fit at {lacking}")
    return found


def _place(part: re.Match[str]) -> tuple[str, str]:
    """Return where a parameter stands, and what it is there, without the modules that wrap it."""
    side, index, block, kind = part.groups()
    for wrapper in _WRAPPERS:
        if kind.startswith(wrapper):
            kind = kind.removeprefix(wrapper)
            break
    return f"{side}.{index}." + (f"{block}." if block else ""), kind


def _plain(kind: str) -> str:
    return "weight" if kind in _LENGTHS or kind in _DIRECTIONS else kind
