"""Encoders and decoders of the hybrid transformer in channels-last memory, the wave as a spectrum of one bin."""

import copy
from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from infinite_studio.engines.demucs.residual import LeanBranches, as_rows, can_be_worked_out, halves_of

LAST = torch.channels_last


def can_be_rows(layer: Any) -> bool:  # noqa: ANN401 - demucs has no types
    """Whether an encoder or decoder is of the kind that the released hybrid transformers have."""
    if layer.empty:
        return True
    norms = (layer.norm1, layer.norm2)
    return (
        all(isinstance(norm, nn.Identity) for norm in norms)
        and layer.rewrite is not None
        and (layer.dconv is None or can_be_worked_out(layer.dconv))
    )


class Bare(nn.Module):
    """A layer that only convolves, where the wave has become as short as the spectrum."""

    empty = True

    def __init__(self, original: Any, kind: torch.dtype) -> None:  # noqa: ANN401 - demucs has no types
        super().__init__()
        self._kind = kind
        self.inner = recast(original, kind)

    def forward(self, x: Tensor, *given: Any) -> Any:  # noqa: ANN401 - an encoder's result or a decoder's
        """Return what the original does."""
        return self.inner(x.to(self._kind).contiguous(), *given)


def recast(original: nn.Module, kind: torch.dtype) -> nn.Module:
    """Return a module with numbers of another kind and without hooks, which hold on to whoever set them."""
    made: Any = copy.copy(original)
    made._forward_pre_hooks = OrderedDict()  # noqa: SLF001 - torch has no other way to copy without them
    made._parameters = {  # noqa: SLF001
        name: None if value is None else nn.Parameter(value.to(kind), requires_grad=False)
        for name, value in original._parameters.items()  # noqa: SLF001
    }
    made._modules = {  # noqa: SLF001
        name: None if inner is None else recast(inner, kind)
        for name, inner in original._modules.items()  # noqa: SLF001
    }
    return made  # type: ignore[no-any-return]


class LeanEncoder(nn.Module):
    """Takes and returns what the original does, computed in ``kind``.

    ``added`` is what the network adds to the result, such as its embedding of frequencies.
    """

    empty = False

    def __init__(self, original: Any, kind: torch.dtype, added: Tensor | None = None) -> None:  # noqa: ANN401
        super().__init__()
        self._is_wave = not original.freq
        self._stride = int(original.stride)
        self._kind = kind
        self.conv = as_rows(original.conv, kind)
        self.value, self.gate = halves_of(original.rewrite, kind)
        self.branches = None if original.dconv is None else LeanBranches(original.dconv, kind)
        self.register_buffer(
            "added", None if added is None else added.to(kind).contiguous(memory_format=LAST)
        )

    def forward(self, x: Tensor, inject: Tensor | None = None) -> Tensor:
        """Return a quarter of the bins or steps with more channels."""
        if self._is_wave:
            x = functional.pad(x, (0, -x.shape[-1] % self._stride))[:, :, None]
        y = self.conv(x.to(self._kind).contiguous(memory_format=LAST))
        if inject is not None:
            y = y + (inject[:, :, None] if inject.dim() == 3 else inject)
        y = functional.gelu(y)
        if self.branches is not None:
            y = self.branches(y)
        z = self.value(y).mul_(self.gate(y).sigmoid_())
        if self.added is not None:
            z += self.added
        made: Tensor = z[:, :, 0] if self._is_wave else z
        return made


class LeanDecoder(nn.Module):
    """Takes and returns what the original does, see `LeanEncoder`."""

    empty = False

    def __init__(self, original: Any, kind: torch.dtype) -> None:  # noqa: ANN401
        super().__init__()
        self._is_wave = not original.freq
        self._channels = int(original.chin)
        self._crop = int(original.pad)
        self._is_last = bool(original.last)
        self._kind = kind
        self.value, self.gate = halves_of(original.rewrite, kind)
        self.branches = None if original.dconv is None else LeanBranches(original.dconv, kind)
        self.conv_tr = as_rows(original.conv_tr, kind)

    def forward(self, x: Tensor, skip: Tensor, length: int) -> tuple[Tensor, Tensor]:
        """Return four times the bins or steps with fewer channels, and what they were made of."""
        if self._is_wave:
            x, skip = x[:, :, None], skip[:, :, None]
        elif x.dim() == 3:
            x = x.view(x.shape[0], self._channels, -1, x.shape[-1])
        x = x.to(self._kind).contiguous(memory_format=LAST) + skip.to(self._kind)
        y = self.value(x).mul_(self.gate(x).sigmoid_())
        if self.branches is not None:
            y = self.branches(y)
        z = self.conv_tr(y)
        if self._is_wave:
            z, y = z[:, :, 0, self._crop : self._crop + length], y[:, :, 0]
        elif self._crop:
            z = z[:, :, self._crop : -self._crop]
        return (z if self._is_last else functional.gelu(z)), y
