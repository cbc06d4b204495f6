"""A network, its caches and the room for a step as the tables of addresses that compiled steps read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.musicgen.fused.attention import HALF_BYTES, HEAD_DIM
from infinite_studio.engines.musicgen.fused.blocks import BlockLinear
from infinite_studio.engines.musicgen.fused.coarse_attention import STEP_BYTES, CoarsePast, room_bytes
from infinite_studio.engines.musicgen.fused.folding import FoldedWords
from infinite_studio.engines.musicgen.fused.maths import WIDTH
from infinite_studio.engines.musicgen.fused.products import ROWS
from infinite_studio.engines.musicgen.fused.step import (
    HEAD_ROW_BYTES,
    JOB_WORDS,
    LINE_WORDS,
    MOST_PIECES,
    PHASE_WORDS,
    Board,
    Job,
    Kind,
    Phase,
)
from infinite_studio.engines.musicgen.layers import Layer, Linear, Network, Norm

if TYPE_CHECKING:
    from torch import Tensor

_PIECE_BYTES = 131_072
_INT16_MAX, _INT32_MAX, _INT8_MAX = 32_767, 2_147_483_647, 127
_LINE_BYTES = LINE_WORDS * 8


@dataclass(frozen=True)
class Sight:
    """Keys and values of one layer, each ``(rows, heads, capacity, head_dim)`` in half floats."""

    keys: "Tensor"
    values: "Tensor"


@dataclass(frozen=True)
class Table:
    """What threads share: the board, and all memory that it points to.

    ``new_state`` is where the input of a step is put; ``logits`` are of two jobs, which take turns.
    """

    board: NDArray[np.int64]
    new_state: NDArray[np.float32]
    logits: tuple[NDArray[np.float32], ...]
    held: tuple[object, ...]


def make_table(
    network: Network,
    past: Sequence[Sight | CoarsePast],
    words: Sequence[Sight | FoldedWords],
    n_rows: int,
    n_threads: int,
    lanes: int,
) -> Table:
    """Make the tables for a request; ``words`` is empty where nothing is looked at."""
    shape = network.shape
    state_numbers = -(-n_rows * shape.dim // WIDTH) * WIDTH
    new_state = np.zeros(state_numbers, np.float32)
    board = np.zeros(Board.THREADS + LINE_WORDS * n_threads, np.int64)
    jobs = [_Job(network, past, words, n_rows, n_threads, lanes) for _ in range(2)]
    board[Board.N_THREADS] = n_threads
    board[Board.JOBS : Board.JOBS + 2] = [_where(job.words) for job in jobs]
    board[Board.NEW_STATE] = _where(new_state)
    board[Board.STATE_NUMBERS] = state_numbers
    held = (network, past, words, *jobs)
    return Table(board, new_state, tuple(job.logits for job in jobs), held)


class _Job:
    """The tables of one step and the room for all that its phases write."""

    def __init__(
        self,
        network: Network,
        past: Sequence[Sight | CoarsePast],
        words: Sequence[Sight | FoldedWords],
        n_rows: int,
        n_threads: int,
        lanes: int,
    ) -> None:
        self._lanes = lanes
        self._n_rows = n_rows
        self._dim = network.shape.dim
        self._held: list[object] = []
        self._phases: list[NDArray[np.int64]] = []
        self._write(network, past, words)
        # The last one is nothing: threads that wait look at what comes next.
        self._table = np.stack([*self._phases, np.zeros(PHASE_WORDS, np.int64)])
        states = np.zeros((len(self._phases), LINE_WORDS), np.int64)
        self._table[: len(states), Phase.STATE] = states.ctypes.data + np.arange(len(states)) * _LINE_BYTES
        self._held.append(states)
        longest = max(_capacity(sight) for sight in (*past, *words))
        self.words = self._own(network.shape.hidden_dim, longest, n_threads)

    def _write(
        self, network: Network, past: Sequence[Sight | CoarsePast], words: Sequence[Sight | FoldedWords]
    ) -> None:
        shape = network.shape
        state = self._state = self._room(shape.dim)
        for index, layer in enumerate(network.layers):
            state = self._past(layer, past[index], state)
            if words:
                state = self._words(layer, words[index], state)
            hidden = self._room(shape.hidden_dim)
            self._product(layer.hidden_in, state, hidden, norm=layer.hidden_norm, is_bent=1)
            after = self._room(shape.dim)
            self._product(layer.hidden_out, hidden, after, before=state)
            state = after
        self.logits = self._room(network.heads.weight.shape[0])
        self._product(network.heads, state, self.logits, norm=network.out_norm)

    def _past(
        self, layer: Layer, past: Sight | CoarsePast, state: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        heard = self._room(self._dim)
        self._look(Kind.PAST, layer.qkv, layer.norm, past, state, heard)
        after = self._room(self._dim)
        self._product(layer.out, heard, after, before=state)
        return after

    def _words(
        self, layer: Layer, words: Sight | FoldedWords, state: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        if isinstance(words, FoldedWords):
            return self._folded(layer, words, state)
        assert layer.cross_q is not None
        assert layer.cross_out is not None
        heard = self._room(self._dim)
        self._look(Kind.WORDS, layer.cross_q, layer.cross_norm, words, state, heard)
        after = self._room(self._dim)
        self._product(layer.cross_out, heard, after, before=state)
        return after

    def _folded(self, layer: Layer, words: FoldedWords, state: NDArray[np.float32]) -> NDArray[np.float32]:
        nothing: NDArray[np.float32] = words.nothing.numpy()
        scores, after = self._room(nothing.shape[1]), self._room(self._dim)
        self._held.append(nothing)
        self._product(words.asking, state, scores, norm=layer.cross_norm, before=nothing)
        self._product(words.answering, scores, after, before=state)
        phase = self._phases[-1]
        phase[Phase.SHARE_WIDTH], phase[Phase.N_LOOKING] = words.width, words.n_looking
        return after

    def _look(
        self,
        kind: Kind,
        linear: Linear,
        norm: Norm | None,
        sight: Sight | CoarsePast,
        source: NDArray[np.float32],
        out: NDArray[np.float32],
    ) -> None:
        phase = self._phase(kind, linear, source, out, norm)
        if isinstance(sight, CoarsePast):
            n_looking, n_heads, capacity = len(sight.numbers), sight.n_heads, sight.capacity
            phase[Phase.KEYS], phase[Phase.HEAD_BYTES] = _where(sight.numbers), capacity * STEP_BYTES
        else:
            n_looking, n_heads, capacity, _ = sight.keys.shape
            phase[Phase.KEYS], phase[Phase.VALUES] = sight.keys.data_ptr(), sight.values.data_ptr()
            phase[Phase.HEAD_BYTES] = capacity * HEAD_DIM * HALF_BYTES
        phase[Phase.ROW_BYTES] = n_heads * phase[Phase.HEAD_BYTES]
        phase[Phase.N_WORDS], phase[Phase.N_LOOKING] = capacity, n_looking
        phase[Phase.PIECE_ROWS] = HEAD_DIM
        _divide(phase, n_heads)

    def _product(
        self,
        linear: Linear,
        source: NDArray[np.float32],
        out: NDArray[np.float32],
        *,
        norm: Norm | None = None,
        before: NDArray[np.float32] | None = None,
        is_bent: int = 0,
    ) -> None:
        phase = self._phase(Kind.PRODUCT, linear, source, out, norm)
        n_out, n_in = linear.weight.shape
        rows = max(_PIECE_BYTES // n_in, -(-n_out // MOST_PIECES))
        rows = -(-rows // ROWS) * ROWS
        phase[Phase.PIECE_ROWS], phase[Phase.IS_BENT] = rows, is_bent
        phase[Phase.BEFORE] = 0 if before is None else _where(before)
        _divide(phase, -(-n_out // rows))

    def _phase(
        self,
        kind: Kind,
        linear: Linear,
        source: NDArray[np.float32],
        out: NDArray[np.float32],
        norm: Norm | None,
    ) -> NDArray[np.int64]:
        assert linear.scale is not None
        phase = np.zeros(PHASE_WORDS, np.int64)
        n_out, n_in = linear.weight.shape
        scales = linear.scale.float().contiguous()
        self._held += [linear, scales, norm]
        phase[Phase.KIND], phase[Phase.INPUT], phase[Phase.N_IN] = kind, _where(source), n_in
        if norm is not None:
            phase[Phase.NORM_WEIGHT], phase[Phase.NORM_BIAS] = norm.weight.data_ptr(), norm.bias.data_ptr()
        # As fine as the sum that each lane of a vector makes has room for.
        steps = min(_INT16_MAX, _INT32_MAX * (self._lanes // 2) // (_INT8_MAX * n_in) - 1)
        phase[Phase.STEPS : Phase.STEPS + 1].view(np.float32)[0] = steps
        phase[Phase.WEIGHT], phase[Phase.SCALES] = linear.weight.data_ptr(), scales.data_ptr()
        if isinstance(linear, BlockLinear):
            phase[Phase.SHIFTS] = linear.shifts.data_ptr()
        phase[Phase.N_OUT], phase[Phase.OUT], phase[Phase.OUT_BYTES] = n_out, _where(out), out.shape[1] * 4
        self._phases.append(phase)
        return phase

    def _own(self, widest: int, longest: int, n_threads: int) -> NDArray[np.int64]:
        """Make room that each thread has for itself, and the words that describe all."""
        even = self._n_rows + self._n_rows % 2
        places = {
            Job.INTEGERS: self._n_rows * widest * 4,
            Job.SCALES: even * widest * 2,
            Job.HEADS: even * 4,
            Job.SCORES: even * HEAD_ROW_BYTES,
        }
        words = np.zeros(JOB_WORDS, np.int64)
        at = 0
        for place, size_before in places.items():
            at += -(-size_before // _LINE_BYTES) * _LINE_BYTES
            words[place] = at
        size = at + -(-room_bytes(longest) // _LINE_BYTES) * _LINE_BYTES
        own = np.zeros((n_threads, size), np.uint8)
        self._held.append(own)
        words[Job.N_PHASES], words[Job.PHASES] = len(self._phases), _where(self._table)
        words[Job.N_ROWS], words[Job.STATE] = self._n_rows, _where(self._state)
        words[Job.OWN], words[Job.OWN_BYTES] = _where(own), size
        words[Job.N_THREADS] = n_threads
        return words

    def _room(self, width: int) -> NDArray[np.float32]:
        made = np.zeros((self._n_rows, width), np.float32)
        self._held.append(made)
        return made


def _capacity(sight: Sight | CoarsePast | FoldedWords) -> int:
    if isinstance(sight, FoldedWords):
        return 0
    return sight.capacity if isinstance(sight, CoarsePast) else int(sight.keys.shape[2])


def _divide(phase: NDArray[np.int64], n_pieces: int) -> None:
    """Say how many pieces a phase has, and what its marks are when all are done."""
    phase[Phase.N_PIECES] = n_pieces
    phase[Phase.ALL_DONE] = -1 if n_pieces == MOST_PIECES else (1 << n_pieces) - 1


def _where(numbers: NDArray[np.int64] | NDArray[np.float32] | NDArray[np.uint8]) -> int:
    return int(numbers.ctypes.data)
