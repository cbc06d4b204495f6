"""Products of int8 weights with rows of int16, four rows of weights and two inputs at a time.

Where the processor multiplies bytes (AVX-512 VNNI), each int16 is two unsigned bytes, the upper one shifted by 128, and
weights lie in blocks, so that they are read in one line: for four rows 64 numbers of each, then the next 64. The
processor then fetches ahead by itself, a fifth quicker than when it is asked to.
"""

from infinite_studio.engines.musicgen.fused.code import F32, I8, I16, I32, Code, Raw, Value
from infinite_studio.engines.musicgen.fused.maths import BYTE, gelu

ROWS = 4
INPUTS = 2
BLOCK = 64
_BYTES_AHEAD = 4096
_LANES = BLOCK // 4


def write_multiply(module: Raw, lanes: int, *, in_bytes: bool) -> None:
    """Write ``multiply``, which makes outputs ``first`` to ``last`` of a product, and what follows, in one go.

    Its arguments: weight, its scales, 128 times the sums of its rows (read with bytes only), first, last, n_in, inputs, their scales, number of inputs, out, bytes from one
    row of out to the next, what is added to it (or 0), whether GELU comes last. Outputs are written once, as they
    stay, so that two threads may write the same ones.
    """
    code = Code(module, "multiply", 13)
    weight, scales, shifts, first, last, n_in, inputs, input_scales, n_rows, out, stride, before, is_bent = (
        code.arguments
    )
    with code.loop(first, last, ROWS) as place, code.loop(code.number(0), n_rows, INPUTS) as row:
        left = inputs + row * n_in * 2
        start, rows = weight + place * n_in, (left, left + n_in * 2)
        if in_bytes:
            found = _sums_of_bytes(code, start, n_in, rows, shifts + place * 4)
        else:
            found = _sums(code, start, n_in, rows, lanes)
        own = code.load(F32, scales + place * 4, ROWS)
        theirs = code.load(F32, input_scales + row * 4, INPUTS)
        spread = [which for which in range(INPUTS) for _ in range(ROWS)]
        found = found * own.picked(list(range(ROWS)) * INPUTS) * theirs.picked(spread)
        result = code.variable(found)
        with code.when(is_bent.differs(0)):
            result.set(gelu(code, result.get()))
        at = row * stride + place * 4
        for which in range(INPUTS):
            with code.when((row + which).less(n_rows)):
                part = code.variable(result.get().picked(range(which * ROWS, (which + 1) * ROWS)))
                with code.when(before.differs(0)):
                    part.set(part.get() + code.load(F32, before + at + stride * which, ROWS))
                code.store(part.get(), out + at + stride * which)
    code.end()


def _sums(code: Code, weight: Value, n_in: Value, inputs: tuple[Value, Value], lanes: int) -> Value:
    """Return eight sums of products as floats: four rows of weights with the first input, then with the second."""
    sums = [code.variable(code.zeros(I32, lanes // 2)) for _ in range(ROWS * INPUTS)]
    starts = [weight + n_in * row for row in range(ROWS)]
    with code.loop(code.number(0), n_in, lanes) as place:
        rows = [code.load(I16, start + place * 2, lanes) for start in inputs]
        for index, start in enumerate(starts):
            code.prefetch(start + place + _BYTES_AHEAD)
            wide = code.load(I8, start + place, lanes).to(I16)
            for which, row in enumerate(rows):
                total = sums[which * ROWS + index]
                total.set(total.get() + _pair_products(wide, row))
    # Sums of single lanes fit into int32, those of all lanes only into floats.
    return _lanes_added([total.get().to(F32) for total in sums])


def _sums_of_bytes(
    code: Code, weight: Value, n_in: Value, inputs: tuple[Value, Value], shifts: Value
) -> Value:
    """Return the same eight sums from bytes: the upper ones count 256 times, and less what their shift made more."""
    planes = [start + n_in * plane for plane in range(2) for start in inputs]
    sums = [[code.variable(code.zeros(I32, _LANES)) for _ in range(ROWS)] for _ in planes]
    with code.loop(code.number(0), n_in, BLOCK) as place:
        numbers = [code.load(I32, plane + place, _LANES) for plane in planes]
        for index in range(ROWS):
            at = weight + place * ROWS + index * BLOCK
            weights = code.load(I32, at, _LANES)
            for total, number in zip(sums, numbers, strict=True):
                total[index].set(total[index].get().with_byte_products(number, weights))
    upper, lower = (
        _lanes_added([total.get() for plane in half for total in plane]) for half in (sums[:2], sums[2:])
    )
    shift = code.load(I32, shifts, ROWS).picked(list(range(ROWS)) * INPUTS)
    return (upper - shift).to(F32) * float(BYTE) + lower.to(F32)


def _lanes_added(left: list[Value]) -> Value:
    """Return a vector of the sums of each vector's numbers."""
    while len(left) > 1:
        left = [one.halves_added(other) for one, other in zip(left[::2], left[1::2], strict=True)]
    found = left[0]
    while found.count > ROWS * INPUTS:
        found = found.pairs_added()
    return found


def _pair_products(left: Value, right: Value) -> Value:
    """Multiply vectors of int16 and add neighbours, as one instruction where the processor has it."""
    return (left.to(I32) * right.to(I32)).pairs_added()
