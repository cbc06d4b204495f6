"""A small language over LLVM's: numbers and vectors with operators, variables, loops, memory by address.

Addresses are whole numbers of 64 bits. Vectors may be wider than the processor's: LLVM splits them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, Union

from llvmlite import ir

Raw: TypeAlias = Any
"""A value or type of llvmlite, which has no annotations."""

Operand: TypeAlias = Union["Value", int, float]

I8, I16, I32, I64, F16, F32 = (
    *(ir.IntType(bits) for bits in (8, 16, 32, 64)),
    ir.HalfType(),
    ir.FloatType(),
)
_POINTER = ir.PointerType()
_FLAGS = ("contract", "reassoc", "nsz", "arcp")


def vector(kind: Raw, count: int) -> Raw:
    """Return the type of so many numbers side by side."""
    return ir.VectorType(kind, count)


class Value:
    """A number or vector that compiled code computes."""

    def __init__(self, builder: Raw, raw: Raw) -> None:
        self.builder = builder
        self.raw = raw

    @property
    def count(self) -> int:
        """How many numbers it holds; 0 for a single one."""
        return int(self.raw.type.count) if isinstance(self.raw.type, ir.VectorType) else 0

    @property
    def _is_real(self) -> bool:
        kind = self.raw.type.element if self.count else self.raw.type
        return isinstance(kind, (ir.FloatType, ir.HalfType))

    def __add__(self, other: Operand) -> "Value":
        return self._with(other, self.builder.fadd, self.builder.add)

    def __sub__(self, other: Operand) -> "Value":
        return self._with(other, self.builder.fsub, self.builder.sub)

    def __mul__(self, other: Operand) -> "Value":
        return self._with(other, self.builder.fmul, self.builder.mul)

    def __truediv__(self, other: Operand) -> "Value":
        return self._with(other, self.builder.fdiv, self.builder.sdiv)

    def less(self, other: Operand) -> "Value":
        """Whether it is less than the other."""
        return self._compared("<", other)

    def equals(self, other: Operand) -> "Value":
        """Whether both are the same."""
        return self._compared("==", other)

    def differs(self, other: Operand) -> "Value":
        """Whether both are not the same."""
        return self._compared("!=", other)

    def _compared(self, how: str, other: Operand) -> "Value":
        compare = self.builder.fcmp_ordered if self._is_real else self.builder.icmp_signed
        return Value(self.builder, compare(how, self.raw, self._like(other)))

    def _with(self, other: Operand, real: Callable[..., Raw], whole: Callable[..., Raw]) -> "Value":
        right = self._like(other)
        raw = real(self.raw, right, flags=_FLAGS) if self._is_real else whole(self.raw, right)
        return Value(self.builder, raw)

    def _like(self, other: Operand) -> Raw:
        """Return the other as a value of this one's type: constants and single numbers fill a vector."""
        if not isinstance(other, Value):
            return ir.Constant(self.raw.type, [other] * self.count if self.count else other)
        return other.spread(self.count).raw if self.count and not other.count else other.raw

    def spread(self, count: int) -> "Value":
        """Fill a vector with a single number."""
        kind = vector(self.raw.type, count)
        lone = self.builder.insert_element(ir.Constant(kind, ir.Undefined), self.raw, ir.Constant(I32, 0))
        everywhere = ir.Constant(vector(I32, count), None)
        return Value(self.builder, self.builder.shuffle_vector(lone, lone, everywhere))

    def picked(self, places: Sequence[int], other: "Value | None" = None) -> "Value":
        """Pick numbers by their places in this vector, followed by those of another one."""
        second = ir.Constant(self.raw.type, ir.Undefined) if other is None else other.raw
        mask = ir.Constant(vector(I32, len(places)), list(places))
        return Value(self.builder, self.builder.shuffle_vector(self.raw, second, mask))

    def halves_added(self, other: "Value") -> "Value":
        """Add neighbours of this vector, followed by those of another one."""
        even, odd = (range(first, 2 * self.count, 2) for first in (0, 1))
        return self.picked(list(even), other) + self.picked(list(odd), other)

    def pairs_added(self) -> "Value":
        """Add neighbours: half as many numbers."""
        even, odd = (range(first, self.count, 2) for first in (0, 1))
        return self.picked(list(even)) + self.picked(list(odd))

    def to(self, kind: Raw) -> "Value":
        """Convert to numbers of another kind, nearest the same."""
        old = self.raw.type.element if self.count else self.raw.type
        build = self.builder
        if isinstance(old, ir.IntType) and isinstance(kind, ir.IntType):
            change = build.sext if kind.width > old.width else build.trunc
        elif isinstance(old, ir.IntType):
            change = build.sitofp
        elif isinstance(kind, ir.IntType):
            change = build.fptosi
        else:
            change = build.fpext if isinstance(old, ir.HalfType) else build.fptrunc
        return Value(build, change(self.raw, vector(kind, self.count) if self.count else kind))

    def as_bits_of(self, kind: Raw) -> "Value":
        """Read the same bits as numbers of another kind."""
        return Value(self.builder, self.builder.bitcast(self.raw, vector(kind, self.count)))

    def shifted(self, bits: int) -> "Value":
        """Shift whole numbers to the left."""
        return Value(self.builder, self.builder.shl(self.raw, self._like(bits)))

    def shifted_down(self, bits: int) -> "Value":
        """Shift whole numbers to the right; the sign stays."""
        return Value(self.builder, self.builder.ashr(self.raw, self._like(bits)))

    def at(self, place: int) -> "Value":
        """Return one number of a vector."""
        return Value(self.builder, self.builder.extract_element(self.raw, ir.Constant(I32, place)))

    def _called(self, name: str, *others: "Value") -> "Value":
        """Call what LLVM has for every kind of number and vector."""
        kind = self.raw.type
        width = kind.element.intrinsic_name if self.count else kind.intrinsic_name
        full = f"llvm.{name}.{f'v{self.count}' if self.count else ''}{width}"
        made = _function(self.builder, full, kind, [kind] * (1 + len(others)))
        return Value(self.builder, self.builder.call(made, [self.raw, *(other.raw for other in others)]))

    def with_byte_products(self, unsigned: "Value", signed: "Value") -> "Value":
        """Add to each int32 the products of four unsigned with four signed bytes; needs AVX-512 VNNI."""
        kind = self.raw.type
        function = _function(self.builder, "llvm.x86.avx512.vpdpbusd.512", kind, [kind] * 3)
        return Value(self.builder, self.builder.call(function, [self.raw, unsigned.raw, signed.raw]))

    def both(self, other: "Value") -> "Value":
        """Keep the bits that are set in both."""
        return Value(self.builder, self.builder.and_(self.raw, other.raw))

    def without(self, other: "Value") -> "Value":
        """Drop the bits that are set in the other."""
        return Value(self.builder, self.builder.and_(self.raw, self.builder.not_(other.raw)))

    def from_on(self, place: "Value") -> "Value":
        """Keep the bits from a place on."""
        every = self.builder.shl(ir.Constant(self.raw.type, -1), place.raw)
        return Value(self.builder, self.builder.and_(self.raw, every))

    def floor(self) -> "Value":
        """Round down."""
        return self._called("floor")

    def nearest(self) -> "Value":
        """Round to the nearest whole number."""
        return self._called("rint")

    def size(self) -> "Value":
        """Drop the sign."""
        return self._called("fabs")

    def root(self) -> "Value":
        """Take the square root."""
        return self._called("sqrt")

    def at_least(self, other: Operand) -> "Value":
        """Take the larger one."""
        return self._called("maxnum", Value(self.builder, self._like(other)))

    def at_most(self, other: Operand) -> "Value":
        """Take the smaller one."""
        return self._called("minnum", Value(self.builder, self._like(other)))

    def folded(self, step: Callable[["Value", "Value"], "Value"]) -> "Value":
        """Join the numbers of a vector into one."""
        rest = self
        while rest.count > 1:
            half = rest.count // 2
            rest = step(rest.picked(range(half)), rest.picked(range(half, 2 * half)))
        return Value(self.builder, self.builder.extract_element(rest.raw, ir.Constant(I32, 0)))

    def sum(self) -> "Value":
        """Add the numbers of a vector up."""
        return self.folded(lambda left, right: left + right)

    def largest(self) -> "Value":
        """Return the largest number of a vector."""
        return self.folded(lambda left, right: left.at_least(right))


class Variable:
    """A place for a value that changes; LLVM keeps it in a register."""

    def __init__(self, builder: Raw, first: Value) -> None:
        self._builder = builder
        with builder.goto_entry_block():
            self._place = builder.alloca(first.raw.type)
        self.set(first)

    def get(self) -> Value:
        """Return what is there."""
        return Value(self._builder, self._builder.load(self._place, typ=self._place.allocated_type))

    def set(self, value: Value) -> None:
        """Put another value there."""
        self._builder.store(value.raw, self._place)


class Code:
    """The body of a function of whole numbers that returns nothing.

    Parameters
    ----------
    module : ir.Module
        Where the function is added.
    name : str
        Its name.
    n_arguments : int
        How many numbers it takes.
    """

    def __init__(self, module: Raw, name: str, n_arguments: int) -> None:
        self.function = ir.Function(module, ir.FunctionType(ir.VoidType(), [I64] * n_arguments), name)
        self._builder = ir.IRBuilder(self.function.append_basic_block("entry"))

    @property
    def arguments(self) -> tuple[Value, ...]:
        """What it is called with."""
        return tuple(Value(self._builder, raw) for raw in self.function.args)

    def end(self) -> None:
        """Return to the caller."""
        self._builder.ret_void()

    def number(self, value: int) -> Value:
        """Return a whole number."""
        return Value(self._builder, ir.Constant(I64, value))

    def real(self, value: float, count: int = 0) -> Value:
        """Return a float, or a vector of it."""
        kind = vector(F32, count) if count else F32
        return Value(self._builder, ir.Constant(kind, [value] * count if count else value))

    def zeros(self, kind: Raw, count: int) -> Value:
        """Return a vector of zeros."""
        return Value(self._builder, ir.Constant(vector(kind, count), None))

    def variable(self, first: Value) -> Variable:
        """Return a new place for a value."""
        return Variable(self._builder, first)

    def load(self, kind: Raw, address: Value, count: int = 0) -> Value:
        """Read a number or vector from memory; it may lie anywhere."""
        full = vector(kind, count) if count else kind
        return Value(self._builder, self._builder.load(self._at(address), align=_size_of(kind), typ=full))

    def store(self, value: Value, address: Value) -> None:
        """Write to memory; it may lie anywhere."""
        kind = value.raw.type.element if value.count else value.raw.type
        self._builder.store(value.raw, self._at(address), align=_size_of(kind))

    def load_shared(self, kind: Raw, address: Value) -> Value:
        """Read what another thread may write; what it wrote before is then visible."""
        raw = self._builder.load_atomic(self._at(address), "seq_cst", kind.width // 8, typ=kind)
        return Value(self._builder, raw)

    def store_shared(self, value: Value, address: Value) -> None:
        """Write for other threads, behind all that was written before."""
        self.change_shared("xchg", value, address)

    def change_shared(self, how: str, value: Value, address: Value) -> Value:
        """Change a number of several threads (``add``, ``or``, ``xchg``), alone; return what it was."""
        return Value(self._builder, self._builder.atomic_rmw(how, self._at(address), value.raw, "seq_cst"))

    def prefetch(self, address: Value) -> None:
        """Ask for what will be read soon; what lies outside of memory is ignored."""
        kinds = [_POINTER, I32, I32, I32]
        function = _function(self._builder, "llvm.prefetch.p0", ir.VoidType(), kinds)
        hints = [ir.Constant(I32, value) for value in (0, 3, 1)]
        self._builder.call(function, [self._at(address), *hints])

    def call(self, name: str, *arguments: Operand) -> None:
        """Call another function of whole numbers, of this module or of the program."""
        raws = [a.raw if isinstance(a, Value) else ir.Constant(I64, a) for a in arguments]
        self._builder.call(_function(self._builder, name, ir.VoidType(), [I64] * len(raws)), raws)

    @contextmanager
    def loop(self, start: Value, stop: Operand, step: Operand = 1) -> Iterator[Value]:
        """Count from a start up to below a stop."""
        place = self.variable(start)
        with self.loop_while(lambda: place.get().less(stop)):
            yield place.get()
            place.set(place.get() + step)

    @contextmanager
    def loop_while(self, condition: Callable[[], Value]) -> Iterator[None]:
        """Go on as long as something holds, asked before each round."""
        check, inside, after = (self._builder.append_basic_block(name) for name in ("check", "in", "after"))
        self._builder.branch(check)
        self._builder.position_at_end(check)
        self._builder.cbranch(condition().raw, inside, after)
        self._builder.position_at_end(inside)
        yield
        self._builder.branch(check)
        self._builder.position_at_end(after)

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """Do only where something holds."""
        with self._builder.if_then(condition.raw):
            yield

    def lowest_unset(self, bits: Value) -> Value:
        """Return the place of the lowest bit that is not set."""
        return self._zeros_counted("cttz", Value(self._builder, self._builder.not_(bits.raw)))

    def lowest_set(self, bits: Value) -> Value:
        """Return the place of the lowest bit that is set; 64 if there is none."""
        return self._zeros_counted("cttz", bits)

    def highest_set(self, bits: Value) -> Value:
        """Return the place of the highest bit that is set; -1 if there is none."""
        return self.number(63) - self._zeros_counted("ctlz", bits)

    def _zeros_counted(self, name: str, bits: Value) -> Value:
        function = _function(self._builder, f"llvm.{name}.i64", I64, [I64, ir.IntType(1)])
        return Value(self._builder, self._builder.call(function, [bits.raw, ir.Constant(ir.IntType(1), 0)]))

    def cycles(self) -> Value:
        """Return what the processor's clock counts, some billions a second."""
        function = _function(self._builder, "llvm.readcyclecounter", I64, [])
        return Value(self._builder, self._builder.call(function, []))

    def bit(self, place: Value) -> Value:
        """Return a number with one bit set."""
        return Value(self._builder, self._builder.shl(ir.Constant(I64, 1), place.raw))

    def _at(self, address: Value) -> Raw:
        return self._builder.inttoptr(address.raw, _POINTER)


def _size_of(kind: Raw) -> int:
    """Return the bytes of a number."""
    return (
        int(kind.width) // 8 if isinstance(kind, ir.IntType) else (2 if isinstance(kind, ir.HalfType) else 4)
    )


def _function(builder: Raw, name: str, result: Raw, arguments: Sequence[Raw]) -> Raw:
    found = builder.module.globals.get(name)
    return found or ir.Function(builder.module, ir.FunctionType(result, list(arguments)), name)
