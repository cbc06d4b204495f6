"""The parts of the decoder's layers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infinite_studio.engines.musicgen.shape import ModelShape

if TYPE_CHECKING:
    from torch import Tensor

# From so many rows on, int8 weights are widened for one product: the int8 kernel is made for few rows.
_MANY_ROWS = 24
_ALIGNMENT = 64
_INT8_STEP = 16


@dataclass(frozen=True)
class Linear:
    """A product with weights ``(out, in)`` in any precision; ``scale`` is there with int8 weights."""

    weight: "Tensor"
    bias: "Tensor | None"
    scale: "Tensor | None"

    def __call__(self, rows: "Tensor") -> "Tensor":
        """Multiply ``(..., in)``; the result has the precision of the product."""
        import torch

        if self.scale is None:
            product = torch.nn.functional.linear(rows.to(self.weight.dtype), self.weight)
        else:
            product = _int8(rows.to(torch.bfloat16), self.weight, self.scale)
        return product if self.bias is None else product + self.bias


def _int8(rows: "Tensor", weight: "Tensor", scale: "Tensor") -> "Tensor":
    import torch

    n_rows, n_steps, n_in = rows.shape if rows.dim() == 3 else (1, *rows.shape)
    if n_rows * n_steps >= _MANY_ROWS or n_in % _INT8_STEP or rows.device.type != "cpu":
        return torch.nn.functional.linear(rows, weight.to(torch.bfloat16)) * scale
    product = torch._weight_int8pack_mm(rows.reshape(-1, n_in), weight, scale)  # noqa: SLF001
    return product.view(n_rows, n_steps, -1) if rows.dim() == 3 else product


@dataclass(frozen=True)
class Norm:
    """Layer normalisation, in float32."""

    weight: "Tensor"
    bias: "Tensor"

    def __call__(self, rows: "Tensor") -> "Tensor":
        """Normalise ``(..., dim)``."""
        import torch

        return torch.layer_norm(rows, (rows.shape[-1],), self.weight, self.bias, 1e-5)


@dataclass(frozen=True)
class Layer:
    """One layer; the cross parts are None in networks that only prepend their conditions."""

    norm: Norm
    qkv: Linear
    out: Linear
    hidden_norm: Norm
    hidden_in: Linear
    hidden_out: Linear
    cross_norm: Norm | None
    cross_q: Linear | None
    cross_kv: Linear | None
    cross_out: Linear | None


@dataclass(frozen=True)
class Network:
    """All numbers of a decoder, on their device."""

    shape: ModelShape
    embeddings: "Tensor"
    positions: "Tensor"
    layers: tuple[Layer, ...]
    out_norm: Norm
    heads: Linear

    @property
    def device(self) -> str:
        """Where it computes: ``cpu``, ``cuda`` or ``mps``."""
        return self.embeddings.device.type


def network_of(packed: "Mapping[str, Tensor]", shape: ModelShape, device: str, n_positions: int) -> Network:
    """Put packed numbers on a device."""
    here = {name: _aligned(tensor.to(device)) for name, tensor in packed.items()}
    layers = tuple(
        _layer(here, f"layers.{index}", has_cross=bool(shape.cross)) for index in range(shape.n_layers)
    )
    return Network(
        shape,
        embeddings=here["embeddings"],
        positions=sine_positions(shape, n_positions).to(device),
        layers=layers,
        out_norm=_norm(here, "out_norm"),
        heads=_linear(here, "heads"),
    )


def _aligned(tensor: "Tensor") -> "Tensor":
    """Return the tensor where the int8 kernel may read it: it faults on data that does not begin at 64 bytes."""
    return tensor if tensor.data_ptr() % _ALIGNMENT == 0 else tensor.clone()


def sine_positions(shape: ModelShape, n_positions: int) -> "Tensor":
    """Return what is added at each position, ``(positions, dim)``: cosines, then sines."""
    import torch

    half = shape.dim // 2
    steps = torch.arange(half, dtype=torch.float32)
    places = torch.arange(n_positions, dtype=torch.float32)[:, None]
    phase = places / (torch.tensor(shape.max_period) ** (steps / (half - 1)))
    return shape.positional_scale * torch.cat([torch.cos(phase), torch.sin(phase)], dim=-1)


def _layer(here: "Mapping[str, Tensor]", at: str, *, has_cross: bool) -> Layer:
    return Layer(
        norm=_norm(here, f"{at}.norm"),
        qkv=_linear(here, f"{at}.qkv"),
        out=_linear(here, f"{at}.out"),
        hidden_norm=_norm(here, f"{at}.hidden_norm"),
        hidden_in=_linear(here, f"{at}.hidden_in"),
        hidden_out=_linear(here, f"{at}.hidden_out"),
        cross_norm=_norm(here, f"{at}.cross_norm") if has_cross else None,
        cross_q=_linear(here, f"{at}.cross_q") if has_cross else None,
        cross_kv=_linear(here, f"{at}.cross_kv") if has_cross else None,
        cross_out=_linear(here, f"{at}.cross_out") if has_cross else None,
    )


def _norm(here: "Mapping[str, Tensor]", at: str) -> Norm:
    return Norm(here[f"{at}.weight"], here[f"{at}.bias"])


def _linear(here: "Mapping[str, Tensor]", at: str) -> Linear:
    import torch

    scale = here.get(f"{at}.scale")
    return Linear(
        here[f"{at}.weight"], here.get(f"{at}.bias"), None if scale is None else scale.to(torch.bfloat16)
    )
