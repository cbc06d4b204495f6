"""From audiocraft's parameters to those of the lean decoder: fused, quantised, named once."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.shape import ModelShape, UnusableCheckpointError

if TYPE_CHECKING:
    from torch import Tensor

Tensors: TypeAlias = "Mapping[str, Tensor]"

_INT8_LARGEST = 127.0
_NORMS = {"norm1": "norm", "norm_cross": "cross_norm", "norm2": "hidden_norm"}


def pack(
    parameters: Tensors,
    shape: ModelShape,
    precision: Precision,
    name: str,
    told: Callable[[float], None] = lambda _: None,
) -> "dict[str, Tensor]":
    """Return the decoder's numbers from a checkpoint's; what is needed once a request stays fine.

    Raises
    ------
    UnusableCheckpointError
        If numbers are missing.
    """
    found = {key.replace(".mha.", "."): value for key, value in parameters.items()}
    packed: dict[str, Tensor] = {}
    try:
        _pack_ends(found, shape, precision, packed)
        for layer in range(shape.n_layers):
            told(layer / shape.n_layers)
            _pack_layer(found, layer, shape, precision, packed)
    except KeyError as error:
        raise UnusableCheckpointError(name, f"it lacks {error.args[0]}") from error
    return packed


def quantised(weight: "Tensor") -> "tuple[Tensor, Tensor]":
    """Return a weight as int8 with one scale a row (output channel), rounded to the nearest."""
    import torch

    fine = weight.float()
    scale = fine.abs().amax(dim=1).clamp_min(torch.finfo(torch.float32).tiny) / _INT8_LARGEST
    return torch.round(fine / scale[:, None]).to(torch.int8), scale


def _pack_ends(found: Tensors, shape: ModelShape, precision: Precision, packed: "dict[str, Tensor]") -> None:
    import torch

    codebooks = range(shape.n_codebooks)
    packed["embeddings"] = torch.stack([found[f"emb.{k}.weight"].float() for k in codebooks])
    packed["out_norm.weight"] = found["out_norm.weight"].float()
    packed["out_norm.bias"] = found["out_norm.bias"].float()
    weight = torch.cat([found[f"linears.{k}.weight"] for k in codebooks])
    bias = torch.cat([found[f"linears.{k}.bias"] for k in codebooks]) if "linears.0.bias" in found else None
    _put(packed, "heads", weight, bias, precision)


def _pack_layer(
    found: Tensors, layer: int, shape: ModelShape, precision: Precision, packed: "dict[str, Tensor]"
) -> None:
    theirs, ours = f"transformer.layers.{layer}", f"layers.{layer}"
    for norm, name in _NORMS.items():
        if norm == "norm_cross" and not shape.cross:
            continue
        packed[f"{ours}.{name}.weight"] = found[f"{theirs}.{norm}.weight"].float()
        packed[f"{ours}.{name}.bias"] = found[f"{theirs}.{norm}.bias"].float()
    weight, bias = found[f"{theirs}.self_attn.in_proj_weight"], found.get(f"{theirs}.self_attn.in_proj_bias")
    _put(packed, f"{ours}.qkv", weight, bias, precision)
    pairs = {"out": "self_attn.out_proj", "hidden_in": "linear1", "hidden_out": "linear2"}
    if shape.cross:
        pairs["cross_out"] = "cross_attention.out_proj"
        _pack_cross(found, f"{theirs}.cross_attention", ours, shape, precision, packed)
    for name, module in pairs.items():
        weight, bias = found[f"{theirs}.{module}.weight"], found.get(f"{theirs}.{module}.bias")
        _put(packed, f"{ours}.{name}", weight, bias, precision)


def _pack_cross(
    found: Tensors,
    theirs: str,
    ours: str,
    shape: ModelShape,
    precision: Precision,
    packed: "dict[str, Tensor]",
) -> None:
    """Keep queries, made at every step, apart from keys and values, made once a request."""
    weight, bias = found[f"{theirs}.in_proj_weight"], found.get(f"{theirs}.in_proj_bias")
    d = shape.dim
    _put(packed, f"{ours}.cross_q", weight[:d], None if bias is None else bias[:d], precision)
    _put(packed, f"{ours}.cross_kv", weight[d:], None if bias is None else bias[d:], precision)


def _put(
    packed: "dict[str, Tensor]", name: str, weight: "Tensor", bias: "Tensor | None", precision: Precision
) -> None:
    if precision is Precision.INT8:
        packed[f"{name}.weight"], packed[f"{name}.scale"] = quantised(weight)
    else:
        packed[f"{name}.weight"] = weight.to(precision.weight_type(), copy=True).contiguous()
    if bias is not None:
        packed[f"{name}.bias"] = bias.float()
