"""The decoder whose single steps are one piece of machine code."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from infinite_studio.engines.musicgen.decoder import Conditions, Decoder, Helpers
from infinite_studio.engines.musicgen.fused.attention import HEAD_DIM
from infinite_studio.engines.musicgen.fused.blocks import in_blocks
from infinite_studio.engines.musicgen.fused.coarse_attention import CoarsePast
from infinite_studio.engines.musicgen.fused.folding import FoldedWords, folded
from infinite_studio.engines.musicgen.fused.machine import Machine, compiled
from infinite_studio.engines.musicgen.fused.products import BLOCK, ROWS
from infinite_studio.engines.musicgen.fused.step import LINE_WORDS, MOST_PIECES, Board
from infinite_studio.engines.musicgen.fused.tables import Sight, Table, make_table
from infinite_studio.engines.musicgen.layers import Layer, Linear, Network
from infinite_studio.engines.musicgen.steps import one_thread

if TYPE_CHECKING:
    import torch
    from torch import Tensor

MOST_ROWS = 32
# Memory gives no more to more threads, which only wait for each other more often.
_MOST_THREADS = 4
_ALIGNMENT = 64
_MOST_IN = 16_384
_WAIT_SECONDS = 0.0005


def is_playable(network: Network) -> bool:
    """Whether steps of the network can be done this way: int8 weights without biases, in sizes that divide well."""
    shape = network.shape
    linears = _linears(network)
    return (
        shape.head_dim == HEAD_DIM
        and shape.n_heads <= MOST_PIECES
        and all(linear.scale is not None and linear.bias is None for linear in linears)
        and all(linear.weight.shape[0] % ROWS == 0 for linear in linears)
        and all(linear.weight.shape[1] % BLOCK == 0 for linear in linears)
        and all(linear.weight.shape[1] <= _MOST_IN for linear in linears)
    )


class FusedDecoder(Decoder):
    """A decoder for int8 weights on processors with wide vectors.

    Parameters
    ----------
    network : Network
        With int8 weights; they are copied to where they are read quickest.
    machine : Machine, optional
        The compiled functions.
    """

    def __init__(self, network: Network, machine: Machine | None = None) -> None:
        self._machine = machine or compiled()
        super().__init__(_in_large_pages(network, in_bytes=self._machine.in_bytes))
        self._helpers: Helpers | None = None
        self._table: Table | None = None
        self._past: list[Sight | CoarsePast] = []
        self._is_taken_over = False

    def helped_by(self, helpers: Helpers) -> None:
        """Share the steps of later requests with other threads."""
        self._helpers = helpers

    def begin(self, conditions: Conditions, n_steps: int) -> None:
        """Forget the last request and make ready for so many steps."""
        self._dismiss()
        super().begin(conditions, n_steps)
        if conditions.n_rows > MOST_ROWS or bool(self.network.shape.cross) != bool(self._cross):
            return
        past: list[Sight | CoarsePast] = [Sight(cache.keys, cache.values) for cache in self._caches]
        if self._machine.in_bytes:
            n_past = conditions.prefix_length + n_steps
            past = [
                CoarsePast.empty(conditions.n_rows, self.network.shape.n_heads, n_past) for _ in self._caches
            ]
        self._past, self._is_taken_over = past, False
        words: list[Sight] | list[FoldedWords] = [Sight(*pair) for pair in self._cross]
        in_bytes = self._machine.in_bytes
        words = folded(self.network.layers, self._cross, conditions.n_rows, in_bytes=in_bytes) or words
        n_helpers = 0 if self._helpers is None else self._helpers.n_helpers
        n_threads = min(1 + n_helpers, _MOST_THREADS)
        self._table = make_table(self.network, past, words, conditions.n_rows, n_threads, self._machine.lanes)

    def logits(self, tokens: "Tensor") -> "Tensor":
        """Return what the network expects after tokens; single steps take the quick way."""
        starts_with_prefix = self.position == 0 and self._conditions.prefix is not None
        if self._table is None or tokens.shape[-1] != 1 or starts_with_prefix:
            return super().logits(tokens)
        import torch

        table, shape = self._table, self.network.shape
        self._take_over()
        with one_thread():
            state = (self._embed(tokens)[:, 0] + self.network.positions[self.position]).flatten().numpy()
        n_halves = 2 if self._conditions.guided else 1
        table.new_state[: n_halves * len(state)] = np.tile(state, n_halves)
        self._call_others(table)
        self._machine.lead(table.board.ctypes.data, self.position)
        self.position += 1
        made = torch.from_numpy(table.logits[int(table.board[Board.STEP]) % 2])
        return made.view(-1, shape.n_codebooks, shape.cardinality).clone()

    def _take_over(self) -> None:
        """Put what torch made before the first single step to where compiled steps look."""
        if not self._is_taken_over and self.position:
            for past, cache in zip(self._past, self._caches, strict=True):
                if isinstance(past, CoarsePast):
                    past.fill(cache.keys[:, :, : self.position], cache.values[:, :, : self.position])
        self._is_taken_over = True

    def _call_others(self, table: Table) -> None:
        """Have the other threads take part; those that went, for a while without steps, come back."""
        if self._helpers is None:
            return
        for thread in range(1, int(table.board[Board.N_THREADS])):
            here = Board.THREADS + thread * LINE_WORDS + 1
            if not table.board[here]:
                table.board[here] = 1
                if not self._helpers.start(_Serving(self._machine, table, thread)):
                    table.board[here] = 0

    def _dismiss(self) -> None:
        """Wait until no other thread is in a step, for the next request uses the same caches."""
        if self._table is None:
            return
        board = self._table.board
        board[Board.IS_CLOSED] = 1
        self._table = None
        while board[Board.THREADS :: LINE_WORDS].any():
            time.sleep(_WAIT_SECONDS)

    def _cache_type(self) -> "torch.dtype":
        """Half floats hold keys and values finely enough for int8 weights, and are half as much to read."""
        import torch

        return torch.float16


class _Serving:
    """One thread's part in the steps of a request; keeps what they read in memory."""

    def __init__(self, machine: Machine, table: Table, thread: int) -> None:
        self._machine = machine
        self._table = table
        self._thread = thread

    def __call__(self) -> None:
        """Take part until there are no more steps for a while."""
        self._machine.serve(self._table.board.ctypes.data, self._thread)


def _linears(network: Network) -> list[Linear]:
    found = [network.heads]
    for layer in network.layers:
        found += [linear for linear in _every(layer) if linear is not None]
    return found


def _every(layer: Layer) -> tuple[Linear | None, ...]:
    return (
        layer.qkv,
        layer.out,
        layer.hidden_in,
        layer.hidden_out,
        layer.cross_q,
        layer.cross_kv,
        layer.cross_out,
    )


def _in_large_pages(network: Network, *, in_bytes: bool) -> Network:
    """Return the network with its weights in one large array, and in blocks where bytes are multiplied.

    NumPy asks the system for large pages, which torch does not: that reads a fifth quicker. What is used once a request
    stays in order.
    """
    linears = _linears(network)
    sizes = [-(-linear.weight.nbytes // _ALIGNMENT) * _ALIGNMENT for linear in linears]
    room = np.empty(sum(sizes) + _ALIGNMENT, np.int8)
    place = iter(np.cumsum([-room.ctypes.data % _ALIGNMENT, *sizes]).tolist())

    def moved(linear: Linear) -> Linear:
        import torch

        start = next(place)
        weight = torch.from_numpy(room[start : start + linear.weight.nbytes]).view(linear.weight.shape)
        if in_bytes and not any(linear is layer.cross_kv for layer in network.layers):
            return in_blocks(linear, weight)
        return replace(linear, weight=weight.copy_(linear.weight))

    heads = moved(network.heads)
    layers = []
    for layer in network.layers:
        qkv, out, hidden_in, hidden_out, *cross = (
            None if linear is None else moved(linear) for linear in _every(layer)
        )
        assert qkv is not None
        assert out is not None
        assert hidden_in is not None
        assert hidden_out is not None
        layers.append(
            replace(
                layer, qkv=qkv, out=out, hidden_in=hidden_in, hidden_out=hidden_out,
                cross_q=cross[0], cross_kv=cross[1], cross_out=cross[2],
            )
        )  # fmt: skip
    return replace(network, layers=tuple(layers), heads=heads)
