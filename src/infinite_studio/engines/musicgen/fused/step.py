"""A whole step of the network, by as many threads as come.

A step is a row of phases, a phase a row of pieces. Each thread claims the pieces of its own part in their order, for
memory is quickest in a line, then what others have left; one that finds none left waits until all are done, and has
memory bring what it reads next. What a phase writes stays as it is until the step after the next, and every piece
always comes out the same, so that a piece may be done twice: where the thread that claimed it was put to sleep by other
work on the computer, whoever waits does it again instead of waiting on.
"""

from collections.abc import Callable
from enum import IntEnum

from infinite_studio.engines.musicgen.fused.attention import HALF_BYTES, HEAD_DIM
from infinite_studio.engines.musicgen.fused.code import F32, I64, Code, Raw, Value

WORD = 8
LINE_WORDS = 16
MOST_PIECES = 64
YIELD = "give_way"
_PAUSE = "llvm.x86.sse2.pause"
_PATIENCE = 3_000
_SPINS = 3_000
# At the pace of the processor's clock: some milliseconds.
_IDLE_CYCLES = 20_000_000
_BYTES_AHEAD = 65_536
_LINES_AT_ONCE, _LINE_BYTES = 4, 64


class Kind(IntEnum):
    """What the pieces of a phase are."""

    PRODUCT = 0
    PAST = 1
    WORDS = 2


class Phase(IntEnum):
    """The numbers that describe a phase; most are addresses."""

    KIND = 0
    INPUT = 1
    N_IN = 2
    NORM_WEIGHT = 3
    NORM_BIAS = 4
    STEPS = 5
    WEIGHT = 6
    SCALES = 7
    N_OUT = 8
    PIECE_ROWS = 9
    N_PIECES = 10
    ALL_DONE = 11
    OUT = 12
    OUT_BYTES = 13
    BEFORE = 14
    IS_BENT = 15
    KEYS = 16
    VALUES = 17
    ROW_BYTES = 18
    HEAD_BYTES = 19
    N_WORDS = 20
    N_LOOKING = 21
    STATE = 22
    SHIFTS = 23
    SHARE_WIDTH = 24


class Job(IntEnum):
    """The numbers that describe a step; the last ones are the places of things in what a thread has for itself."""

    N_PHASES = 0
    PHASES = 1
    N_ROWS = 2
    POSITION = 3
    STATE = 4
    OWN = 5
    OWN_BYTES = 6
    INTEGERS = 7
    SCALES = 8
    HEADS = 9
    SCORES = 10
    N_THREADS = 11


class Board(IntEnum):
    """What threads share from step to step; each job is a line of its own, and so is what each thread writes."""

    STEP = 0
    IS_CLOSED = LINE_WORDS
    N_THREADS = LINE_WORDS + 1
    JOBS = LINE_WORDS + 2
    NEW_STATE = LINE_WORDS + 4
    STATE_NUMBERS = LINE_WORDS + 5
    THREADS = 2 * LINE_WORDS


PHASE_WORDS = 32
JOB_WORDS = LINE_WORDS
HEAD_ROW_BYTES = 3 * HEAD_DIM * 4
"""A row of query, key and value of one head."""


def write_step(module: Raw, *, in_bytes: bool) -> None:
    """Write ``lead``, ``serve`` and what they call; ``in_bytes`` says that what came before lies in bytes."""
    _write_prepare(module)
    _write_do_past(module, in_bytes=in_bytes)
    _write_do_words(module)
    _write_do_product(module)
    _write_do(module)
    _write_take(module)
    _write_run(module)
    _write_lead(module)
    _write_serve(module)


def _reader(code: Code, start: Value) -> Callable[[int], Value]:
    """Return what reads the numbers that describe something."""
    return lambda place: code.load(I64, start + place * WORD)


def _write_prepare(module: Raw) -> None:
    """Write ``prepare(job, phase, own)``: inputs as integers, by each thread for itself, quicker than to wait."""
    code = Code(module, "prepare", 3)
    job_at, phase_at, own = code.arguments
    job, phase = _reader(code, job_at), _reader(code, phase_at)
    source = code.variable(phase(Phase.INPUT))
    with code.when(phase(Phase.NORM_WEIGHT).differs(0)):
        norm = (phase(Phase.NORM_WEIGHT), phase(Phase.NORM_BIAS))
        code.call("normalise", source.get(), job(Job.N_ROWS), phase(Phase.N_IN), *norm, own)
        source.set(own)
    with code.when(phase(Phase.SHARE_WIDTH).differs(0)):
        sizes = (phase(Phase.N_IN), phase(Phase.SHARE_WIDTH))
        code.call("share_out", source.get(), job(Job.N_ROWS), phase(Phase.N_LOOKING), *sizes, own)
        source.set(own)
    places = (own + job(Job.INTEGERS), own + job(Job.SCALES))
    steps = phase_at + Phase.STEPS * WORD
    code.call("as_integers", source.get(), job(Job.N_ROWS), phase(Phase.N_IN), steps, *places)
    code.end()


def _multiply_head(code: Code, job_at: Value, phase_at: Value, own: Value, head: Value, n_parts: int) -> None:
    """Make query (and key, and value) of one head in all rows."""
    job, phase = _reader(code, job_at), _reader(code, phase_at)
    for part in range(n_parts):
        first = phase(Phase.OUT_BYTES) / 4 * part + head * HEAD_DIM
        out = own + job(Job.HEADS) + part * HEAD_DIM * 4 - first * 4
        weight = (phase(Phase.WEIGHT), phase(Phase.SCALES), phase(Phase.SHIFTS))
        inputs = (own + job(Job.INTEGERS), own + job(Job.SCALES), job(Job.N_ROWS))
        code.call(
            "multiply",
            *weight,
            first,
            first + HEAD_DIM,
            phase(Phase.N_IN),
            *inputs,
            out,
            HEAD_ROW_BYTES,
            0,
            0,
        )


def _write_do_past(module: Raw, *, in_bytes: bool) -> None:
    """Write ``do_past(job, phase, head, own)``: keep a head's key and value, and look at all that came before."""
    code = Code(module, "do_past", 4)
    job_at, phase_at, head, own = code.arguments
    job, phase = _reader(code, job_at), _reader(code, phase_at)
    _multiply_head(code, job_at, phase_at, own, head, 3)
    with code.loop(code.number(0), job(Job.N_ROWS)) as row:
        made = own + job(Job.HEADS) + row * HEAD_ROW_BYTES
        at = row * phase(Phase.ROW_BYTES) + head * phase(Phase.HEAD_BYTES)
        out = phase(Phase.OUT) + row * phase(Phase.OUT_BYTES) + head * (HEAD_DIM * 4)
        count, room = job(Job.POSITION) + 1, own + job(Job.SCORES)
        key, value = made + HEAD_DIM * 4, made + 2 * HEAD_DIM * 4
        if in_bytes:
            past, capacity = phase(Phase.KEYS) + at, phase(Phase.N_WORDS)
            code.call("keep_coarse", key, value, job(Job.POSITION), capacity, past)
            code.call("attend_coarse", past, capacity, count, made, out, room)
        else:
            keys, values = phase(Phase.KEYS) + at, phase(Phase.VALUES) + at
            new = job(Job.POSITION) * (HALF_BYTES * HEAD_DIM)
            code.call("keep", key, keys + new)
            code.call("keep", value, values + new)
            code.call("attend", keys, values, count, made, out, room)
    code.end()


def _write_do_words(module: Raw) -> None:
    """Write ``do_words(job, phase, head, own)``: look at the description; rows that have none get zeros."""
    code = Code(module, "do_words", 4)
    job_at, phase_at, head, own = code.arguments
    job, phase = _reader(code, job_at), _reader(code, phase_at)
    _multiply_head(code, job_at, phase_at, own, head, 1)
    out = phase(Phase.OUT) + head * (HEAD_DIM * 4)
    with code.loop(code.number(0), phase(Phase.N_LOOKING)) as row:
        at = row * phase(Phase.ROW_BYTES) + head * phase(Phase.HEAD_BYTES)
        query = own + job(Job.HEADS) + row * HEAD_ROW_BYTES
        keys, values = phase(Phase.KEYS) + at, phase(Phase.VALUES) + at
        place = out + row * phase(Phase.OUT_BYTES)
        code.call("attend", keys, values, phase(Phase.N_WORDS), query, place, own + job(Job.SCORES))
    with code.loop(phase(Phase.N_LOOKING), job(Job.N_ROWS)) as row:
        code.store(code.zeros(F32, HEAD_DIM), out + row * phase(Phase.OUT_BYTES))
    code.end()


def _write_do_product(module: Raw) -> None:
    """Write ``do_product(job, phase, piece, own)``: some outputs of a product."""
    code = Code(module, "do_product", 4)
    job_at, phase_at, piece, own = code.arguments
    job, phase = _reader(code, job_at), _reader(code, phase_at)
    first = piece * phase(Phase.PIECE_ROWS)
    last = code.variable(first + phase(Phase.PIECE_ROWS))
    with code.when(phase(Phase.N_OUT).less(last.get())):
        last.set(phase(Phase.N_OUT))
    inputs = (own + job(Job.INTEGERS), own + job(Job.SCALES), job(Job.N_ROWS))
    results = (phase(Phase.OUT), phase(Phase.OUT_BYTES), phase(Phase.BEFORE), phase(Phase.IS_BENT))
    weight = (phase(Phase.WEIGHT), phase(Phase.SCALES), phase(Phase.SHIFTS))
    code.call("multiply", *weight, first, last.get(), phase(Phase.N_IN), *inputs, *results)
    code.end()


def _write_do(module: Raw) -> None:
    """Write ``do(job, phase, piece, own)``: one piece, then its mark."""
    code = Code(module, "do", 4)
    phase_at, piece = code.arguments[1:3]
    phase = _reader(code, phase_at)
    for kind in Kind:
        with code.when(phase(Phase.KIND).equals(kind)):
            code.call(f"do_{kind.name.lower()}", *code.arguments)
    code.change_shared("or", code.bit(piece), phase(Phase.STATE) + WORD)
    code.end()


def _write_run(module: Raw) -> None:
    """Write ``run(job, thread)``: go through the phases of a step."""
    code = Code(module, "run", 2)
    job_at, thread = code.arguments
    job = _reader(code, job_at)
    own = job(Job.OWN) + thread * job(Job.OWN_BYTES)
    with code.loop(code.number(0), job(Job.N_PHASES)) as index:
        phase_at = job(Job.PHASES) + index * (PHASE_WORDS * WORD)
        phase = _reader(code, phase_at)
        marks, all_done = phase(Phase.STATE) + WORD, phase(Phase.ALL_DONE)

        def done(marks: Value = marks) -> Value:
            return code.load_shared(I64, marks)

        with code.when(done().differs(all_done)):
            code.call("prepare", job_at, phase_at, own)
            code.call("take", job_at, phase_at, thread, own)
            _wait(code, (job_at, phase_at, thread, own), done, all_done)
    code.end()


def _write_take(module: Raw) -> None:
    """Write ``take(job, phase, thread, own)``: do pieces until none is left.

    A thread takes the pieces of its own part in their order, for memory is quickest in a line; then the last ones of
    the others.
    """
    code = Code(module, "take", 4)
    job_at, phase_at, thread, own = code.arguments
    job, phase = _reader(code, job_at), _reader(code, phase_at)
    claims, every = phase(Phase.STATE), phase(Phase.ALL_DONE)
    first = thread * phase(Phase.N_PIECES) / job(Job.N_THREADS)
    free = code.variable(every.without(code.load_shared(I64, claims)))
    with code.loop_while(lambda: free.get().differs(0)):
        ahead = free.get().from_on(first)
        piece = code.variable(code.lowest_set(ahead))
        with code.when(ahead.equals(0)):
            piece.set(code.highest_set(free.get()))
        bit = code.bit(piece.get())
        claimed = code.change_shared("or", bit, claims)
        with code.when(claimed.both(bit).equals(0)):
            code.call("do", job_at, phase_at, piece.get(), own)
        free.set(every.without(code.load_shared(I64, claims)))
    code.end()


def _wait(code: Code, arguments: tuple[Value, ...], done: Callable[[], Value], all_done: Value) -> None:
    """Wait until a phase is done, and meanwhile ask memory for what this thread reads first in the next one."""
    job_at, phase_at, thread, own = arguments
    following = _reader(code, phase_at + PHASE_WORDS * WORD)
    first = thread * following(Phase.N_PIECES) / _reader(code, job_at)(Job.N_THREADS)
    start = following(Phase.WEIGHT) + first * following(Phase.PIECE_ROWS) * following(Phase.N_IN)
    ahead, waited = code.variable(code.number(0)), code.variable(code.number(0))
    with code.loop_while(lambda: done().differs(all_done)):
        waited.set(waited.get() + 1)
        with code.when(ahead.get().less(_BYTES_AHEAD)):
            for line in range(_LINES_AT_ONCE):
                code.prefetch(start + ahead.get() + line * _LINE_BYTES)
            ahead.set(ahead.get() + _LINES_AT_ONCE * _LINE_BYTES)
        code.call(_PAUSE)
        with code.when(code.number(_PATIENCE).less(waited.get())):
            left = code.variable(done())
            with code.when(left.get().differs(all_done)):
                code.call("do", job_at, phase_at, code.lowest_unset(left.get()), own)


def _thread_at(board: Value, thread: Value) -> Value:
    """Return where a thread says which step it is in, and whether it is there at all in the next word."""
    return board + (thread * LINE_WORDS + Board.THREADS) * WORD


def _job_at(code: Code, board: Value, step: Value) -> Value:
    """Return one of two jobs in turn."""
    even = step - step / 2 * 2
    return code.load(I64, board + (even + Board.JOBS) * WORD)


def _write_lead(module: Raw) -> None:
    """Write ``lead(board, position)``: make a step known, and run it.

    Two jobs take turns: a thread that was put to sleep in the last step may still be in it, only not in the one before.
    """
    code = Code(module, "lead", 2)
    board, position = code.arguments
    known = _reader(code, board)
    last = known(Board.STEP)
    job_at = _job_at(code, board, last + 1)
    job = _reader(code, job_at)
    with code.loop(code.number(1), known(Board.N_THREADS)) as thread:
        place = _thread_at(board, thread)
        inside = code.variable(code.load_shared(I64, place))
        with code.loop_while(lambda: (inside.get() * (inside.get() - last)).differs(0)):
            code.call(YIELD)
            inside.set(code.load_shared(I64, place))
    with code.loop(code.number(0), job(Job.N_PHASES)) as index:
        state = code.load(I64, job(Job.PHASES) + (index * PHASE_WORDS + Phase.STATE) * WORD)
        code.store(code.zeros(I64, 2), state)
    with code.loop(code.number(0), known(Board.STATE_NUMBERS), 16) as place:
        code.store(code.load(F32, known(Board.NEW_STATE) + place * 4, 16), job(Job.STATE) + place * 4)
    code.store(position, job_at + Job.POSITION * WORD)
    code.store_shared(last + 1, board)
    code.call("run", job_at, 0)
    code.end()


def _write_serve(module: Raw) -> None:
    """Write ``serve(board, thread)``: take part in steps until none came for some milliseconds."""
    code = Code(module, "serve", 2)
    board, thread = code.arguments
    place = _thread_at(board, thread)
    seen, spins = code.variable(code.number(0)), code.variable(code.number(0))
    since = code.variable(code.cycles())

    def may_stay() -> Value:
        is_closed = code.load_shared(I64, board + Board.IS_CLOSED * WORD)
        return (code.cycles() - since.get() + is_closed * _IDLE_CYCLES).less(_IDLE_CYCLES)

    with code.loop_while(may_stay):
        step = code.load_shared(I64, board)
        spins.set(spins.get() + 1)
        code.call(_PAUSE)
        with code.when(code.number(_SPINS).less(spins.get())):
            code.call(YIELD)
        with code.when(step.differs(seen.get())):
            code.store_shared(step, place)
            # Only now is it sure that the leader waits for this thread before it uses the same job again.
            with code.when(code.load_shared(I64, board).equals(step)):
                code.call("run", _job_at(code, board, step), thread)
            code.store_shared(code.number(0), place)
            seen.set(step)
            spins.set(code.number(0))
            since.set(code.cycles())
    code.store_shared(code.number(0), place + WORD)
    code.end()
