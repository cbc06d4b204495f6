"""The small parts of a step on rows of floats: normalising, rounding to int16, GELU, powers of two."""

import math

from infinite_studio.engines.musicgen.fused.code import F32, I8, I16, I32, Code, Raw, Value

WIDTH = 16
BYTE, UPPER_SHIFT = 256, 128
_EPSILON = 1e-5
_ERROR_FUNCTION = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
_ERROR_FUNCTION_SHARE = 0.3275911
_POWER_TERMS = tuple(math.log(2.0) ** n / math.factorial(n) for n in range(8))
_LEAST_POWER, _NOTHING = -126.0, -1e30
_LOG2_E = math.log2(math.e)


def power_of_two(value: Value) -> Value:
    """Return two to the power of each float, by its series between whole powers; right to 1e-6."""
    value = value.at_least(_LEAST_POWER)
    whole = value.floor()
    rest = value - whole
    series = rest * _POWER_TERMS[-1] + _POWER_TERMS[-2]
    for term in _POWER_TERMS[-3::-1]:
        series = series * rest + term
    return series * (whole.to(I32) + 127).shifted(23).as_bits_of(F32)


def gelu(code: Code, value: Value) -> Value:
    """Return x Φ(x) of each float; the error function as in Abramowitz and Stegun, 7.1.26, right to 2e-7."""
    size = value.size()
    root = size * math.sqrt(0.5)
    ratio = code.real(1.0, value.count) / (root * _ERROR_FUNCTION_SHARE + 1.0)
    series = ratio * _ERROR_FUNCTION[-1]
    for term in _ERROR_FUNCTION[-2::-1]:
        series = (series + term) * ratio
    beyond = series * power_of_two(root * root * -_LOG2_E) * 0.5
    return value.at_least(0.0) - size * beyond


def write_normalise(module: Raw) -> None:
    """Write ``normalise(rows, n_rows, dim, weight, bias, out)``: mean 0, deviation 1, then scale and shift."""
    code = Code(module, "normalise", 6)
    rows, n_rows, dim, weight, bias, out = code.arguments
    share = code.real(1.0) / dim.to(F32)
    with code.loop(code.number(0), n_rows) as row:
        at = row * dim * 4
        total = code.variable(code.zeros(F32, WIDTH))
        with code.loop(code.number(0), dim, WIDTH) as index:
            total.set(total.get() + code.load(F32, rows + at + index * 4, WIDTH))
        mean = (total.get().sum() * share).spread(WIDTH)
        squares = code.variable(code.zeros(F32, WIDTH))
        with code.loop(code.number(0), dim, WIDTH) as index:
            apart = code.load(F32, rows + at + index * 4, WIDTH) - mean
            squares.set(squares.get() + apart * apart)
        deviation = (squares.get().sum() * share + _EPSILON).root()
        factor = (code.real(1.0) / deviation).spread(WIDTH)
        with code.loop(code.number(0), dim, WIDTH) as index:
            apart = code.load(F32, rows + at + index * 4, WIDTH) - mean
            scaled = apart * factor * code.load(F32, weight + index * 4, WIDTH)
            code.store(scaled + code.load(F32, bias + index * 4, WIDTH), out + at + index * 4)
    code.end()


def write_as_integers(module: Raw, *, in_bytes: bool) -> None:
    """Write ``as_integers(rows, n_rows, n_in, steps, out, scales)``: the largest of a row becomes ``steps``.

    ``steps`` is the address of a float. In bytes, a row's upper bytes come before its lower ones, both unsigned.
    """
    code = Code(module, "as_integers", 6)
    rows, n_rows, n_in, steps_at, out, scales = code.arguments
    steps = code.load(F32, steps_at)
    with code.loop(code.number(0), n_rows) as row:
        at = row * n_in
        largest = code.variable(code.real(1e-20, WIDTH))
        with code.loop(code.number(0), n_in, WIDTH) as index:
            largest.set(largest.get().at_least(code.load(F32, rows + (at + index) * 4, WIDTH).size()))
        most = largest.get().largest()
        factor = (steps / most).spread(WIDTH)
        with code.loop(code.number(0), n_in, WIDTH) as index:
            value = code.load(F32, rows + (at + index) * 4, WIDTH) * factor
            whole = value.nearest().to(I32)
            if in_bytes:
                lifted = whole + UPPER_SHIFT * BYTE
                code.store((lifted / BYTE).to(I8), out + at * 2 + index)
                code.store(lifted.to(I8), out + at * 2 + n_in + index)
            else:
                code.store(whole.to(I16), out + (at + index) * 2)
        code.store(most / steps, scales + row * 4)
    code.end()


def write_share_out(module: Raw) -> None:
    """Write ``share_out(rows, n_rows, n_looking, n_in, width, out)``: powers of two of each ``width`` scores, with a sum of 1.

    Rows from ``n_looking`` on become zeros.
    """
    code = Code(module, "share_out", 6)
    rows, n_rows, n_looking, n_in, width, out = code.arguments
    with code.loop(code.number(0), n_looking) as row, code.loop(code.number(0), n_in, width) as head:
        at = (row * n_in + head) * 4
        largest = code.variable(code.real(_NOTHING, WIDTH))
        with code.loop(code.number(0), width, WIDTH) as place:
            largest.set(largest.get().at_least(code.load(F32, rows + at + place * 4, WIDTH)))
        top = largest.get().largest().spread(WIDTH)
        total = code.variable(code.zeros(F32, WIDTH))
        with code.loop(code.number(0), width, WIDTH) as place:
            share = power_of_two(code.load(F32, rows + at + place * 4, WIDTH) - top)
            total.set(total.get() + share)
            code.store(share, out + at + place * 4)
        factor = (code.real(1.0) / total.get().sum()).spread(WIDTH)
        with code.loop(code.number(0), width, WIDTH) as place:
            code.store(code.load(F32, out + at + place * 4, WIDTH) * factor, out + at + place * 4)
    with code.loop(n_looking * n_in, n_rows * n_in, WIDTH) as place:
        code.store(code.zeros(F32, WIDTH), out + place * 4)
    code.end()
