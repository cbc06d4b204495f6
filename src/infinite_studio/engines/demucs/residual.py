"""The residual branches of an encoder or decoder, with their normalisation worked out instead of carried out.

A 1×1 convolution followed by a group norm over everything is again a 1×1 convolution, whose weights follow from the
mean and the second moments of its few inputs: the wide tensor between them is never made. Layer scales are folded in.
"""

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


def can_be_worked_out(branches: Any) -> bool:  # noqa: ANN401 - demucs has no types
    """Whether branches are of the kind that the released hybrid transformers have."""
    kinds = (nn.Conv1d, nn.GroupNorm, nn.GELU, nn.Conv1d, nn.GroupNorm, nn.GLU)
    return all(
        len(layer) == len(kinds) + 1
        and all(isinstance(part, kind) for part, kind in zip(layer, kinds, strict=False))
        and layer[1].num_groups == layer[4].num_groups == 1
        and hasattr(layer[-1], "scale")
        for layer in branches.layers
    )


class LeanBranches(nn.Module):
    """Takes and returns ``(batch, channels, rows, steps)`` in channels-last memory; each row stands for itself."""

    def __init__(self, original: Any, kind: torch.dtype) -> None:  # noqa: ANN401 - demucs has no types
        super().__init__()
        self.layers = nn.ModuleList(_Branch(layer, kind) for layer in original.layers)

    def forward(self, x: Tensor) -> Tensor:
        """Add the branches one after another."""
        for layer in self.layers:
            x = layer(x)
        return x


class _Branch(nn.Module):
    """One dilated convolution to few channels and back, gated, added to what came in."""

    weight: Tensor
    moments: Tensor
    middle: Tensor
    gain: Tensor
    shift: Tensor

    def __init__(self, original: Any, kind: torch.dtype) -> None:  # noqa: ANN401 - demucs has no types
        super().__init__()
        narrow, self.norm, _, wide, norm, _, scale = original
        self._kind = kind
        self._eps = float(norm.eps)
        self.narrow = as_rows(narrow, kind)
        weight = torch.cat([wide.weight[:, :, 0], wide.bias[:, None]], dim=1)
        channels = scale.scale.shape[0]
        by_part = torch.cat([scale.scale, torch.ones_like(scale.scale)])
        self._channels = channels
        self.register_buffer("weight", weight)
        self.register_buffer("moments", weight.T @ weight / weight.shape[0])
        self.register_buffer("middle", weight.mean(0))
        self.register_buffer("gain", norm.weight * by_part)
        self.register_buffer("shift", norm.bias * by_part)

    def forward(self, x: Tensor) -> Tensor:
        batch, _, rows, steps = x.shape
        few = self.narrow(x.to(self._kind)).permute(0, 2, 3, 1).reshape(batch * rows, steps, -1).float()
        normal = functional.layer_norm(few, few.shape[1:], eps=self.norm.eps)
        few = functional.gelu(torch.addcmul(self.norm.bias, normal, self.norm.weight))
        weight = self._weights(few)
        # The bias is carried in two parts, so that it is not rounded to 16 bits.
        bias = weight[:, -1:]
        coarse = bias.to(self._kind)
        weight = torch.cat([weight[:, :-1].to(self._kind), coarse, (bias - coarse.float()).to(self._kind)], 1)
        given = functional.pad(few.to(self._kind), (0, 2), value=1.0)
        value = torch.bmm(given, weight[..., : self._channels].contiguous())
        gate = torch.bmm(given, weight[..., self._channels :].contiguous()).sigmoid_()
        added = value.mul_(gate).view(batch, rows, steps, -1).permute(0, 3, 1, 2)
        return x + added

    def _weights(self, few: Tensor) -> Tensor:
        """Return what convolution and normalisation do together, ``(rows, inputs + 1, outputs)``; the last is bias."""
        steps = few.shape[1]
        mean = functional.pad(few.mean(1), (0, 1), value=1.0)
        second = torch.bmm(few.transpose(1, 2), few) / steps
        outer = mean[:, :, None] * mean[:, None, :]
        outer[:, :-1, :-1] = second
        middle = (mean * self.middle).sum(1)
        variance = ((outer * self.moments).sum((1, 2)) - middle.square()).clamp_min(0.0)
        scale = (variance + self._eps).rsqrt()[:, None]
        weight = self.weight.T[None] * (scale * self.gain)[:, None, :]
        weight[:, -1] += self.shift - scale * middle[:, None] * self.gain
        return weight


def as_rows(convolution: Any, kind: torch.dtype) -> nn.Module:  # noqa: ANN401 - one or two dimensions
    """Return a convolution over rows of steps, for channels-last memory: one dimension becomes the second of two."""
    is_line = convolution.weight.dim() == 3
    weight = convolution.weight[:, :, None] if is_line else convolution.weight
    kernel, stride, dilation = (
        _pair(getattr(convolution, name), 1, is_line=is_line)
        for name in ("kernel_size", "stride", "dilation")
    )
    padding = _pair(convolution.padding, 0, is_line=is_line)
    is_transposed = isinstance(convolution, nn.ConvTranspose1d | nn.ConvTranspose2d)
    made: Any = (nn.ConvTranspose2d if is_transposed else nn.Conv2d)(
        convolution.in_channels,
        convolution.out_channels,
        kernel,
        stride,
        padding,
        dilation=dilation,
        device="meta",
    )
    return _filled(made, weight, convolution.bias, kind)


def halves_of(convolution: Any, kind: torch.dtype) -> tuple[nn.Module, nn.Module]:  # noqa: ANN401 - as above
    """Return the two convolutions that make the values and the gates of a gated one."""
    whole: Any = as_rows(convolution, kind)
    n_out = whole.out_channels // 2
    parts = []
    for first, last in pairwise((0, n_out, 2 * n_out)):
        part = nn.Conv2d(
            whole.in_channels, n_out, whole.kernel_size, whole.stride, whole.padding, device="meta"
        )
        parts.append(_filled(part, whole.weight[first:last], whole.bias[first:last], kind))
    return parts[0], parts[1]


def _filled(made: Any, weight: Tensor, bias: Tensor, kind: torch.dtype) -> nn.Module:  # noqa: ANN401
    placed = weight.detach().to(kind).contiguous(memory_format=torch.channels_last)
    made.weight = nn.Parameter(placed, requires_grad=False)
    made.bias = nn.Parameter(bias.detach().to(kind).clone(), requires_grad=False)
    return made  # type: ignore[no-any-return]


def _pair(value: Any, unused: int, *, is_line: bool) -> tuple[int, int]:  # noqa: ANN401 - a number or several
    values = tuple(value) if isinstance(value, tuple | list) else (value,)
    return (unused if is_line else int(values[0]), int(values[-1]))
