"""The hub's transformers layout: network, T5 and codec in one file of numbers."""

import json
import math
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infinite_studio.engines.musicgen.checkpoint import COMPRESSION_FILE, STATE_FILE
from infinite_studio.engines.musicgen.chroma import ChromaShape, chroma_filters
from infinite_studio.engines.musicgen.codec_parts import codec_of_config
from infinite_studio.engines.musicgen.conditioners import DESCRIPTION, FILTERS, MELODY, ConditionerParts
from infinite_studio.engines.musicgen.packing import pack
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.shape import ModelShape, UnusableCheckpointError
from infinite_studio.engines.musicgen.warm_copy import ModelParts
from infinite_studio.engines.musicgen.words import PARAMETERS_FILE, WordReader

if TYPE_CHECKING:
    from torch import Tensor

CONFIG_FILE = "config.json"
EAR_FILE = "preprocessor_config.json"
_WORDS, _CODEC, _NETWORK = "text_encoder.", "audio_encoder.", "decoder.model.decoder."
_HEADS = "decoder.lm_heads."
_PROJECTIONS = {DESCRIPTION: "enc_to_dec_proj", MELODY: "audio_enc_to_dec_proj"}
_KINDS = ("musicgen", "musicgen_melody")
# What the published models were trained with; the file does not say it.
_SEGMENT_SECONDS = 30.0
_PARTS = {
    "self_attn.out_proj": "self_attn.out_proj",
    "self_attn_layer_norm": "norm1",
    "encoder_attn.out_proj": "cross_attention.out_proj",
    "encoder_attn_layer_norm": "norm_cross",
    "fc1": "linear1",
    "fc2": "linear2",
    "final_layer_norm": "norm2",
}
_ATTENTIONS = {"self_attn": "self_attn", "encoder_attn": "cross_attention"}


def is_hub_layout(folder: Path) -> bool:
    """Whether a folder holds a model in this layout and none in audiocraft's."""
    theirs = all((folder / file).is_file() for file in (STATE_FILE, COMPRESSION_FILE))
    return not theirs and (folder / PARAMETERS_FILE).is_file()


class HubLayout:
    """One file of numbers, and its configuration.

    Parameters
    ----------
    name : str
        Of the model.
    folder : Path
        With the files.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._name, self._folder = name, folder

    @property
    def files(self) -> tuple[Path, ...]:
        """What is read for all but descriptions."""
        return self._folder / CONFIG_FILE, self._folder / PARAMETERS_FILE

    def parts(self, precision: Precision, told: Callable[[float], None]) -> ModelParts:
        """Read the file; numbers are mapped, and gone again when packed."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self._folder / PARAMETERS_FILE, framework="pt") as file:
                tensors = {
                    key: file.get_tensor(key)
                    for key in file.keys()  # noqa: SIM118 - no mapping
                    if not key.startswith(_WORDS)
                }
            shape = self._shape()
            packed = pack(_renamed(tensors, shape), shape, precision, self._name, told)
            codec = codec_of_config(
                self._config["audio_encoder"], _under(tensors, _CODEC), self._name, is_stereo=self._is_stereo
            )
            return ModelParts(shape, packed, self._conditioners(tensors), codec)
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise UnusableCheckpointError(self._name, f"“{PARAMETERS_FILE}” is damaged ({error})") from error

    def reader(self, _reader: str) -> WordReader:
        """Return the T5 that lies in the same file."""
        return WordReader(self._folder, self._name, _WORDS, "text_encoder")

    @cached_property
    def _config(self) -> Mapping[str, Any]:
        try:
            found = json.loads((self._folder / CONFIG_FILE).read_text(encoding="utf-8"))
            kind = found["model_type"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnusableCheckpointError(self._name, f"“{CONFIG_FILE}” is damaged") from error
        if kind not in _KINDS:
            raise UnusableCheckpointError(self._name, f"it is a “{kind}”")
        return dict(found)

    @property
    def _is_stereo(self) -> bool:
        return int(self._config["decoder"].get("audio_channels", 1)) == 2

    @property
    def _hears_melodies(self) -> bool:
        return bool(self._config["model_type"] == "musicgen_melody")

    def _shape(self) -> ModelShape:
        network = self._config["decoder"]
        if network.get("activation_function", "gelu") != "gelu" or network.get("scale_embedding"):
            raise UnusableCheckpointError(self._name, "its network is of an unknown kind")
        n_codebooks = int(network["num_codebooks"])
        step = 2 if self._is_stereo else 1
        return ModelShape(
            dim=int(network["hidden_size"]),
            n_heads=int(network["num_attention_heads"]),
            n_layers=int(network["num_hidden_layers"]),
            hidden_dim=int(network["ffn_dim"]),
            n_codebooks=n_codebooks,
            cardinality=int(network["vocab_size"]),
            delays=tuple(codebook // step for codebook in range(n_codebooks)),
            cross=() if self._hears_melodies else (DESCRIPTION,),
            prepended=(MELODY, DESCRIPTION) if self._hears_melodies else (),
            segment_seconds=_SEGMENT_SECONDS,
        )

    def _conditioners(self, tensors: "Mapping[str, Tensor]") -> ConditionerParts:
        conditions = (DESCRIPTION, MELODY) if self._hears_melodies else (DESCRIPTION,)
        found = {
            f"{condition}.{kind}": tensors[f"{_PROJECTIONS[condition]}.{kind}"].float()
            for condition in conditions
            for kind in ("weight", "bias")
        }
        if not self._hears_melodies:
            return ConditionerParts(found, "")
        chroma = self._chroma()
        return ConditionerParts({**found, FILTERS: chroma_filters(chroma)}, "", chroma)

    def _chroma(self) -> ChromaShape:
        """Return how sounds are heard: as the ear's file says, or as the published models hear."""
        path = self._folder / EAR_FILE
        ear = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        n_fft = int(ear.get("n_fft", 16_384))
        return ChromaShape(
            sample_rate=int(ear.get("sampling_rate", 32_000)),
            n_chroma=int(self._config.get("num_chroma", 12)),
            window=n_fft,
            hop=int(ear.get("hop_length", n_fft // 4)),
            n_fft=n_fft,
            norm=math.inf,
            is_strongest_only=True,
            n_moments=int(self._config.get("chroma_length", 235)),
        )


def _renamed(tensors: "Mapping[str, Tensor]", shape: ModelShape) -> "dict[str, Tensor]":
    """Return the network's numbers under audiocraft's names; queries, keys and values stand in one there."""
    import torch

    found = {
        "out_norm.weight": tensors[f"{_NETWORK}layer_norm.weight"],
        "out_norm.bias": tensors[f"{_NETWORK}layer_norm.bias"],
    }
    for book in range(shape.n_codebooks):
        found[f"emb.{book}.weight"] = tensors[f"{_NETWORK}embed_tokens.{book}.weight"]
        found[f"linears.{book}.weight"] = tensors[f"{_HEADS}{book}.weight"]
    for index in range(shape.n_layers):
        theirs, ours = f"{_NETWORK}layers.{index}", f"transformer.layers.{index}"
        for part, name in _PARTS.items():
            for kind in ("weight", "bias"):
                if f"{theirs}.{part}.{kind}" in tensors:
                    found[f"{ours}.{name}.{kind}"] = tensors[f"{theirs}.{part}.{kind}"]
        for part, name in _ATTENTIONS.items():
            if f"{theirs}.{part}.q_proj.weight" in tensors:
                found[f"{ours}.{name}.in_proj_weight"] = torch.cat(
                    [tensors[f"{theirs}.{part}.{which}_proj.weight"] for which in "qkv"]
                )
    return found


def _under(tensors: "Mapping[str, Tensor]", prefix: str) -> "dict[str, Tensor]":
    return {key[len(prefix) :]: value for key, value in tensors.items() if key.startswith(prefix)}
