"""Weights in blocks, as products of bytes read them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infinite_studio.engines.musicgen.fused.maths import UPPER_SHIFT
from infinite_studio.engines.musicgen.fused.products import BLOCK, ROWS
from infinite_studio.engines.musicgen.layers import Linear

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class BlockLinear(Linear):
    """A product with int8 weights whose numbers lie in blocks; ``shifts`` is 128 times the sum of each row.

    The weight has its usual shape ``(out, in)`` in name only.
    """

    shifts: "Tensor"

    def __call__(self, rows: "Tensor") -> "Tensor":
        """Multiply as others do; puts the weights in order first, so it is for once a request."""
        return Linear(in_order(self), self.bias, self.scale)(rows)


def in_order(linear: Linear) -> "Tensor":
    """Return a product's weights in their usual order ``(out, in)``."""
    if not isinstance(linear, BlockLinear):
        return linear.weight
    n_out, n_in = linear.weight.shape
    ordered = linear.weight.view(n_out // ROWS, n_in // BLOCK, ROWS, BLOCK).transpose(1, 2)
    return ordered.reshape(n_out, n_in)


def in_blocks(linear: Linear, room: "Tensor") -> BlockLinear:
    """Put a product's weights into a room of the same size, in blocks."""
    import torch

    n_out, n_in = linear.weight.shape
    blocks = linear.weight.view(n_out // ROWS, ROWS, n_in // BLOCK, BLOCK).transpose(1, 2)
    room.view(blocks.shape).copy_(blocks)
    # torch would widen all of the weight first.
    sums = linear.weight.numpy().sum(axis=1, dtype=np.int32)
    return BlockLinear(
        room.view(n_out, n_in), linear.bias, linear.scale, torch.from_numpy(sums * np.int32(UPPER_SHIFT))
    )
