"""Attention of one head to what came before, in bytes: keys and values with a scale for each step.

A query is two signed bytes for each number, a share two unsigned ones; keys are shifted by 128. Values lie in groups of
four steps, so that a product of bytes adds four steps up.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infinite_studio.engines.musicgen.fused.attention import HEAD_DIM
from infinite_studio.engines.musicgen.fused.code import F32, I8, I32, Code, Raw, Value
from infinite_studio.engines.musicgen.fused.maths import WIDTH, power_of_two

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

STEP_BYTES = 2 * HEAD_DIM + 2 * 4
"""A step's key and value of one head, and their scales."""
_BLOCKS = range(HEAD_DIM // WIDTH)
_AT_ONCE = 4
_GROUP_BYTES = _AT_ONCE * HEAD_DIM
_BYTE, _SHIFT, _LARGEST = 256, 128, 127
_QUERY_STEPS, _SHARE_STEPS = 32_512.0, 65_535.0
_LEAST, _SMALL = -1e30, 1e-20


def room_bytes(longest: int) -> int:
    """Return what a thread needs for itself to look at so many steps: scores, shares in bytes, a query in bytes."""
    return (longest + 2 * WIDTH) * 6 + 2 * HEAD_DIM


@dataclass(frozen=True)
class CoarsePast:
    """Keys and values of one layer: for each row and head all keys, all values, the scales of both."""

    numbers: "NDArray[np.uint8]"
    n_heads: int
    capacity: int

    @classmethod
    def empty(cls, n_rows: int, n_heads: int, n_steps: int) -> "CoarsePast":
        """Make room for some steps; pages that no step reaches are never taken from the system."""
        capacity = -(-n_steps // WIDTH) * WIDTH
        return cls(np.zeros((n_rows, n_heads, capacity * STEP_BYTES), np.uint8), n_heads, capacity)

    def fill(self, keys: "Tensor", values: "Tensor") -> None:
        """Take over what was made before the first single step, each ``(rows, heads, steps, head_dim)``."""
        count, room = keys.shape[2], self.capacity
        numbers, scales = _in_bytes(keys.float().numpy())
        self._part(0, count * HEAD_DIM)[...] = (
            (numbers + _SHIFT).astype(np.uint8).reshape(*keys.shape[:2], -1)
        )
        self._part(2 * HEAD_DIM * room, count * 4)[...] = scales.view(np.uint8)
        numbers, scales = _in_bytes(values.float().numpy())
        groups = np.zeros((*keys.shape[:2], -(-count // _AT_ONCE) * _AT_ONCE, HEAD_DIM), np.int8)
        groups[:, :, :count] = numbers
        groups = groups.reshape(*keys.shape[:2], -1, _AT_ONCE, HEAD_DIM).swapaxes(-1, -2)
        made = np.ascontiguousarray(groups).reshape(*keys.shape[:2], -1).view(np.uint8)
        self._part(HEAD_DIM * room, made.shape[-1])[...] = made
        self._part((2 * HEAD_DIM + 4) * room, count * 4)[...] = scales.view(np.uint8)

    def _part(self, start: int, size: int) -> "NDArray[np.uint8]":
        return self.numbers[:, :, start : start + size]


def _in_bytes(values: "NDArray[np.float32]") -> "tuple[NDArray[np.int16], NDArray[np.float32]]":
    """Round each step's numbers to the nearest of 255; return them and the scales ``(rows, heads, steps)``."""
    most = np.maximum(np.abs(values).max(axis=-1, keepdims=True), _SMALL)
    numbers = np.rint(values * (np.float32(_LARGEST) / most)).astype(np.int16)
    return numbers, (most[..., 0] / _LARGEST).astype(np.float32)


def write_keep_coarse(module: Raw) -> None:
    """Write ``keep_coarse(key, value, step, capacity, past)``: the floats of one head as bytes."""
    code = Code(module, "keep_coarse", 5)
    key, value, step, capacity, past = code.arguments
    numbers, scale = _as_bytes(code, key)
    for block, part in zip(_BLOCKS, numbers, strict=True):
        code.store((part + _SHIFT).to(I8), past + step * HEAD_DIM + block * WIDTH)
    code.store(scale, past + capacity * (2 * HEAD_DIM) + step * 4)
    numbers, scale = _as_bytes(code, value)
    group = step / _AT_ONCE
    start = past + capacity * HEAD_DIM + group * _GROUP_BYTES + (step - group * _AT_ONCE)
    for block, part in zip(_BLOCKS, numbers, strict=True):
        small = part.to(I8)
        for lane in range(WIDTH):
            code.store(small.at(lane), start + (block * WIDTH + lane) * _AT_ONCE)
    code.store(scale, past + capacity * (2 * HEAD_DIM + 4) + step * 4)
    code.end()


def _as_bytes(code: Code, source: Value) -> tuple[list[Value], Value]:
    """Return a head's numbers as whole ones from -127 to 127, and what they count."""
    parts = [code.load(F32, source + 4 * WIDTH * block, WIDTH) for block in _BLOCKS]
    most = _largest(code, [part.size() for part in parts], _SMALL)
    factor = (code.real(_LARGEST) / most).spread(WIDTH)
    return [(part * factor).nearest().to(I32) for part in parts], most * (1.0 / _LARGEST)


def _largest(code: Code, parts: list[Value], least: float) -> Value:
    found = code.real(least, WIDTH)
    for part in parts:
        found = found.at_least(part)
    return found.largest()


def write_attend_coarse(module: Raw) -> None:
    """Write ``attend_coarse(past, capacity, count, query, out, room)``."""
    code = Code(module, "attend_coarse", 6)
    past, capacity, count, query, out, room = code.arguments
    values = past + capacity * HEAD_DIM
    key_scales = values + capacity * HEAD_DIM
    value_scales = key_scales + capacity * 4
    upper = room + (capacity + 2 * WIDTH) * 4
    lower = upper + capacity + 2 * WIDTH
    _score(code, past, key_scales, count, query, room, lower + capacity + 2 * WIDTH)
    code.store(code.real(_LEAST, WIDTH), room + count * 4)
    largest = code.variable(code.real(_LEAST, WIDTH))
    with code.loop(code.number(0), count, WIDTH) as place:
        largest.set(largest.get().at_least(code.load(F32, room + place * 4, WIDTH)))
    top = largest.get().largest().spread(WIDTH)
    total, most = code.variable(code.zeros(F32, WIDTH)), code.variable(code.real(_SMALL, WIDTH))
    with code.loop(code.number(0), count, WIDTH) as place:
        share = power_of_two(code.load(F32, room + place * 4, WIDTH) - top)
        total.set(total.get() + share)
        part = share * code.load(F32, value_scales + place * 4, WIDTH)
        most.set(most.get().at_least(part))
        code.store(part, room + place * 4)
    step = most.get().largest() * (1.0 / _SHARE_STEPS)
    factor = (code.real(1.0) / step).spread(WIDTH)
    with code.loop(code.number(0), count, WIDTH) as place:
        whole = (code.load(F32, room + place * 4, WIDTH) * factor).nearest().to(I32)
        code.store(whole.shifted_down(8).to(I8), upper + place)
        code.store(whole.to(I8), lower + place)
    _mix(code, values, count, (upper, lower), out, step / total.get().sum())
    code.end()


def _score(
    code: Code, keys: Value, scales: Value, count: Value, query: Value, room: Value, query_room: Value
) -> None:
    """Write the scores of all keys as powers of two; some beyond the last are nothing."""
    factor = HEAD_DIM**-0.5 * math.log2(math.e)
    wanted = [code.load(F32, query + 4 * WIDTH * block, WIDTH) * factor for block in _BLOCKS]
    most = _largest(code, [part.size() for part in wanted], _SMALL)
    steps = (code.real(_QUERY_STEPS) / most).spread(WIDTH)
    whole = [(part * steps).nearest().to(I32) for part in wanted]
    for block, part in zip(_BLOCKS, whole, strict=True):
        high = (part + _SHIFT).shifted_down(8)
        code.store(high.to(I8), query_room + block * WIDTH)
        code.store((part - high * _BYTE).to(I8), query_room + HEAD_DIM + block * WIDTH)
    more = ((whole[0] + whole[1]) + (whole[2] + whole[3])).sum() * _SHIFT
    high, low = (code.load(I32, query_room + half * HEAD_DIM, WIDTH) for half in range(2))
    size = most * (1.0 / _QUERY_STEPS)
    with code.loop(code.number(0), count, _AT_ONCE) as place:
        one, two, three, four = (
            _key_product(code, keys + place * HEAD_DIM + index * HEAD_DIM, high, low)
            for index in range(_AT_ONCE)
        )
        found = one.halves_added(two).halves_added(three.halves_added(four))
        while found.count > _AT_ONCE:
            found = found.pairs_added()
        theirs = code.load(F32, scales + place * 4, _AT_ONCE)
        code.store((found - more).to(F32) * size * theirs, room + place * 4)


def _key_product(code: Code, key: Value, high: Value, low: Value) -> Value:
    numbers = code.load(I32, key, WIDTH)
    upper = code.zeros(I32, WIDTH).with_byte_products(numbers, high)
    return upper.shifted(8).with_byte_products(numbers, low)


def _mix(
    code: Code, values: Value, count: Value, shares: tuple[Value, Value], out: Value, factor: Value
) -> None:
    """Add values up, each times its share."""
    sums = [[code.variable(code.zeros(I32, WIDTH)) for _ in _BLOCKS] for _ in shares]
    with code.loop(code.number(0), count, _AT_ONCE) as place:
        parts = [code.load(I32, share + place).spread(WIDTH) for share in shares]
        for block in _BLOCKS:
            numbers = code.load(I32, values + place * HEAD_DIM + block * (_AT_ONCE * WIDTH), WIDTH)
            for part, total in zip(parts, sums, strict=True):
                total[block].set(total[block].get().with_byte_products(part, numbers))
    for block in _BLOCKS:
        upper, lower = (total[block].get().to(F32) for total in sums)
        code.store((upper * float(_BYTE) + lower) * factor.spread(WIDTH), out + 4 * WIDTH * block)
