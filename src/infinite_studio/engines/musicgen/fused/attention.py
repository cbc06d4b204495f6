"""Attention of one head: half floats for keys and values, floats for the rest."""

import math

from infinite_studio.engines.musicgen.fused.code import F16, F32, Code, Raw, Value
from infinite_studio.engines.musicgen.fused.maths import WIDTH, power_of_two

HEAD_DIM = 64
HALF_BYTES = 2
_BLOCKS = range(HEAD_DIM // WIDTH)
_KEYS_AT_ONCE = 4
_LEAST = -1e30


def write_keep(module: Raw) -> None:
    """Write ``keep(source, out)``: the floats of one head as half floats."""
    code = Code(module, "keep", 2)
    source, out = code.arguments
    for block in _BLOCKS:
        values = code.load(F32, source + 4 * WIDTH * block, WIDTH).to(F16)
        code.store(values, out + HALF_BYTES * WIDTH * block)
    code.end()


def write_attend(module: Raw) -> None:
    """Write ``attend(keys, values, count, query, out, room)``.

    The room is for ``count`` floats and some more: scores are made several at once.
    """
    code = Code(module, "attend", 6)
    keys, values, count, query, out, room = code.arguments
    # Scores are powers of two rather than of e, for these are quicker to take.
    factor = HEAD_DIM**-0.5 * math.log2(math.e)
    wanted = [code.load(F32, query + 4 * WIDTH * block, WIDTH) * factor for block in _BLOCKS]
    largest = code.variable(code.real(_LEAST, _KEYS_AT_ONCE))
    whole = count / _KEYS_AT_ONCE * _KEYS_AT_ONCE
    with code.loop(code.number(0), whole, _KEYS_AT_ONCE) as place:
        scores = _scores(code, keys + place * (HALF_BYTES * HEAD_DIM), wanted)
        largest.set(largest.get().at_least(scores))
        code.store(scores, room + place * 4)
    most = code.variable(largest.get().largest())
    with code.loop(whole, count) as place:
        score = _products(code, keys + place * (HALF_BYTES * HEAD_DIM), wanted).sum()
        most.set(most.get().at_least(score))
        code.store(score, room + place * 4)
    code.store(code.real(_LEAST, WIDTH), room + count * 4)
    total = code.variable(code.zeros(F32, WIDTH))
    top = most.get().spread(WIDTH)
    with code.loop(code.number(0), count, WIDTH) as place:
        share = power_of_two(code.load(F32, room + place * 4, WIDTH) - top)
        total.set(total.get() + share)
        code.store(share, room + place * 4)
    _mix(code, values, count, room, out, code.real(1.0) / total.get().sum())
    code.end()


def _products(code: Code, key: Value, wanted: list[Value]) -> Value:
    """Multiply a key with the query; the sum of the result is its score."""
    found = [
        code.load(F16, key + HALF_BYTES * WIDTH * block, WIDTH).to(F32) * wanted[block] for block in _BLOCKS
    ]
    return (found[0] + found[1]) + (found[2] + found[3])


def _scores(code: Code, keys: Value, wanted: list[Value]) -> Value:
    """Return the scores of four keys."""
    one, two, three, four = (
        _products(code, keys + index * HALF_BYTES * HEAD_DIM, wanted) for index in range(_KEYS_AT_ONCE)
    )
    found = one.halves_added(two).halves_added(three.halves_added(four))
    while found.count > _KEYS_AT_ONCE:
        found = found.pairs_added()
    return found


def _mix(code: Code, values: Value, count: Value, shares: Value, out: Value, factor: Value) -> None:
    """Add values up, each times its share."""
    sums = [code.variable(code.zeros(F32, WIDTH)) for _ in _BLOCKS]
    with code.loop(code.number(0), count) as place:
        share = code.load(F32, shares + place * 4).spread(WIDTH)
        value = values + place * (HALF_BYTES * HEAD_DIM)
        for block, total in zip(_BLOCKS, sums, strict=True):
            half = code.load(F16, value + HALF_BYTES * WIDTH * block, WIDTH)
            total.set(total.get() + half.to(F32) * share)
    for block, total in zip(_BLOCKS, sums, strict=True):
        code.store(total.get() * factor.spread(WIDTH), out + 4 * WIDTH * block)
