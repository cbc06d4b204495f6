"""Attention to a description whose words are few, folded into the products around it.

A score is a key times the query's product, and what is heard is the output's product times a value; key and value stay
as they are for a whole request. So one product makes all scores, and another makes what their shares add: a few hundred
rows and columns instead of a thousand, from numbers that are rounded as all weights are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infinite_studio.engines.musicgen.fused.attention import HEAD_DIM
from infinite_studio.engines.musicgen.fused.blocks import in_blocks, in_order
from infinite_studio.engines.musicgen.fused.maths import WIDTH
from infinite_studio.engines.musicgen.fused.products import BLOCK
from infinite_studio.engines.musicgen.layers import Layer, Linear
from infinite_studio.engines.musicgen.packing import quantised

if TYPE_CHECKING:
    from torch import Tensor

_MOST_WIDTH = 48
_NOTHING = -1e30


@dataclass(frozen=True)
class FoldedWords:
    """Products of one layer for a description: from a state to scores, and from shares to what they add.

    ``width`` is how many scores a head has; those after ``n_words`` are nothing, which ``nothing`` adds to them.
    Only the first ``n_looking`` rows look.
    """

    asking: Linear
    answering: Linear
    width: int
    n_looking: int
    nothing: "Tensor"


def folded(
    layers: Sequence[Layer], words: Sequence[tuple["Tensor", "Tensor"]], n_rows: int, *, in_bytes: bool
) -> list[FoldedWords] | None:
    """Return the folded products of all layers; None where that would be no less to read.

    ``words`` are keys and values, ``(rows, heads, words, head_dim)``; rows that look at different words are not folded.
    """
    if not words:
        return None
    n_looking, n_heads, n_words, _ = words[0][0].shape
    width = _width(n_heads, n_words)
    if width > _MOST_WIDTH or any(not _are_alike(part) for pair in words for part in pair):
        return None
    import torch

    dim = n_heads * HEAD_DIM
    # One array for all, for NumPy asks the system for large pages.
    room = iter(torch.from_numpy(np.empty((2 * len(layers), n_heads * width * dim), np.int8)))
    nothing = torch.zeros(n_rows, n_heads, width)
    nothing[:, :, n_words:] = _NOTHING
    made = []
    for layer, (keys, values) in zip(layers, words, strict=True):
        assert layer.cross_q is not None
        assert layer.cross_out is not None
        pair = (_asking(layer.cross_q, keys[0], width), _answering(layer.cross_out, values[0], width))
        asking, answering = (_rounded(weight, next(room), in_bytes=in_bytes) for weight in pair)
        made.append(FoldedWords(asking, answering, width, n_looking, nothing.view(n_rows, -1)))
    return made


def _width(n_heads: int, n_words: int) -> int:
    """Return how many scores each head gets: whole vectors, and blocks in all heads together."""
    step = math.lcm(WIDTH, BLOCK // math.gcd(BLOCK, n_heads))
    return -(-n_words // step) * step


def _are_alike(part: "Tensor") -> bool:
    return all(bool((row == part[0]).all()) for row in part[1:])


def _asking(linear: Linear, keys: "Tensor", width: int) -> "Tensor":
    """Return the rows that turn a state into scores, which are powers of two rather than of e."""
    import torch

    n_heads, n_words, _ = keys.shape
    rows = torch.zeros(n_heads, width, linear.weight.shape[1])
    factor = HEAD_DIM**-0.5 * math.log2(math.e)
    rows[:, :n_words] = torch.bmm(keys.float() * factor, _fine(linear).view(n_heads, HEAD_DIM, -1))
    return rows.flatten(0, 1)


def _answering(linear: Linear, values: "Tensor", width: int) -> "Tensor":
    """Return the columns that turn shares into what they add to a state."""
    import torch

    n_heads, n_words, _ = values.shape
    columns = torch.zeros(n_heads, width, linear.weight.shape[0])
    out = _fine(linear).t().reshape(n_heads, HEAD_DIM, -1)
    columns[:, :n_words] = torch.bmm(values.float(), out)
    return columns.flatten(0, 1).t()


def _fine(linear: Linear) -> "Tensor":
    assert linear.scale is not None
    return in_order(linear).float() * linear.scale.float()[:, None]


def _rounded(weight: "Tensor", room: "Tensor", *, in_bytes: bool) -> Linear:
    numbers, scale = quantised(weight)
    linear = Linear(numbers.contiguous(), None, scale)
    return in_blocks(linear, room) if in_bytes else linear
