"""The decoder: one step of the network at a time, nothing computed twice.

Keys and values of earlier steps lie in a static cache; those of the description are made once a request; both
halves of guidance (with and without the description) go through the network as rows of one batch.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from infinite_studio.engines.musicgen.layers import Layer, Network

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True)
class Conditions:
    """What a request is conditioned on: rows with it first, then as many rows without.

    ``prefix`` stands before the tokens, ``(rows, length, dim)``; ``cross`` is looked at at every step. Either may be
    None. ``guided`` says whether there are rows without.
    """

    n_takes: int
    prefix: "Tensor | None" = None
    cross: "Tensor | None" = None
    guided: bool = True

    @property
    def n_rows(self) -> int:
        """Rows in the network's batch."""
        return 2 * self.n_takes if self.guided else self.n_takes

    @property
    def prefix_length(self) -> int:
        """Positions taken before the first token."""
        return 0 if self.prefix is None else int(self.prefix.shape[1])


class Helpers(Protocol):
    """Other threads, which may take part in a step."""

    n_helpers: int

    def start(self, work: Callable[[], None]) -> bool:
        """Run something on one of them, soon; return whether it will."""


class Place(Protocol):
    """Where in the cache a step writes, and how far it looks back."""

    def write(self, cache: "Tensor", new: "Tensor") -> None:
        """Put new keys and values, ``(2, rows, heads, steps, head_dim)``."""

    def attend(self, query: "Tensor", keys: "Tensor", values: "Tensor") -> "Tensor":
        """Look at everything up to the last written step."""


@dataclass(frozen=True)
class GrowingPlace:
    """A place known on the host: looks at exactly what is there."""

    start: int
    n_steps: int

    def write(self, cache: "Tensor", new: "Tensor") -> None:
        """Put new keys and values at the place."""
        cache.narrow(3, self.start, self.n_steps).copy_(new)

    def attend(self, query: "Tensor", keys: "Tensor", values: "Tensor") -> "Tensor":
        """Look at all up to the place; later steps are hidden from earlier ones of the same call."""
        import torch

        end = self.start + self.n_steps
        return torch.nn.functional.scaled_dot_product_attention(
            query, keys.narrow(2, 0, end), values.narrow(2, 0, end), is_causal=self.n_steps > 1
        )


@dataclass(frozen=True)
class Cache:
    """Keys and values of one layer, ``(2, rows, heads, capacity, head_dim)``, and both apart."""

    both: "Tensor"
    keys: "Tensor"
    values: "Tensor"


class Decoder:
    """Runs a network for one request after the other.

    Parameters
    ----------
    network : Network
        The numbers, on their device.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._caches: list[Cache] = []
        self._cross: list[tuple[Tensor, Tensor]] = []
        self._capacity = 0
        self.position = 0

    def helped_by(self, _helpers: Helpers) -> None:
        """Share later requests with other threads; torch has threads of its own."""

    def begin(self, conditions: Conditions, n_steps: int) -> None:
        """Forget the last request and make ready for so many steps."""
        device = self.network.device
        conditions = replace(
            conditions,
            prefix=None if conditions.prefix is None else conditions.prefix.to(device),
            cross=None if conditions.cross is None else conditions.cross.to(device),
        )
        self._conditions = conditions
        self._reserve(conditions.n_rows, conditions.prefix_length + n_steps)
        self._cross = self._look_at(conditions)
        self.position = 0

    def logits(self, tokens: "Tensor") -> "Tensor":
        """Return what the network expects after tokens ``(takes, codebooks, steps)``.

        The result is ``(rows, codebooks, cardinality)`` after the last of the steps, in float32. Several steps at
        once are for the first call only; the prefix goes before them.
        """
        import torch

        rows = torch.cat([tokens, tokens]) if self._conditions.guided else tokens
        state = self._embed(rows)
        if self.position == 0 and self._conditions.prefix is not None:
            state = torch.cat([self._conditions.prefix.to(state.dtype), state], dim=1)
        n_steps = state.shape[1]
        state = state + self.network.positions[self.position : self.position + n_steps]
        place = GrowingPlace(self.position, n_steps)
        self.position += n_steps
        return self.through_layers(state, place)

    def through_layers(self, state: "Tensor", place: Place) -> "Tensor":
        """Return the logits after the last step of ``state``, ``(rows, steps, dim)``."""
        for index, layer in enumerate(self.network.layers):
            self._attend_to_past(layer, index, state, place)
            if layer.cross_q is not None:
                self._attend_to_description(layer, index, state)
            self._think(layer, state)
        last = self.network.out_norm(state[:, -1])
        shape = self.network.shape
        return self.network.heads(last).float().view(-1, shape.n_codebooks, shape.cardinality)

    def _embed(self, rows: "Tensor") -> "Tensor":
        """Return the sum of the codebooks' embeddings, ``(rows, steps, dim)``."""
        embeddings = self.network.embeddings
        state = embeddings[0][rows[:, 0]]
        for codebook in range(1, self.network.shape.n_codebooks):
            state = state + embeddings[codebook][rows[:, codebook]]
        return state

    def _attend_to_past(self, layer: Layer, index: int, state: "Tensor", place: Place) -> None:
        shape, cache = self.network.shape, self._caches[index]
        n_rows, n_steps, dim = state.shape
        packed = layer.qkv(layer.norm(state)).view(n_rows, n_steps, 3, shape.n_heads, shape.head_dim)
        packed = packed.permute(2, 0, 3, 1, 4)
        place.write(cache.both, packed[1:])
        heard = place.attend(packed[0].to(cache.keys.dtype), cache.keys, cache.values)
        state += layer.out(heard.transpose(1, 2).reshape(n_rows, n_steps, dim))

    def _attend_to_description(self, layer: Layer, index: int, state: "Tensor") -> None:
        import torch

        assert layer.cross_q is not None
        assert layer.cross_norm is not None
        assert layer.cross_out is not None
        shape = self.network.shape
        keys, values = self._cross[index]
        looking = state[: len(keys)]
        n_rows, n_steps, _ = looking.shape
        query = layer.cross_q(layer.cross_norm(looking)).view(n_rows, n_steps, shape.n_heads, shape.head_dim)
        seen = torch.nn.functional.scaled_dot_product_attention(
            query.transpose(1, 2).to(keys.dtype), keys, values
        )
        looking += layer.cross_out(seen.transpose(1, 2).reshape(n_rows, n_steps, shape.dim))

    def _think(self, layer: Layer, state: "Tensor") -> None:
        import torch

        hidden = torch.nn.functional.gelu(layer.hidden_in(layer.hidden_norm(state)))
        state += layer.hidden_out(hidden)

    def _look_at(self, conditions: Conditions) -> "list[tuple[Tensor, Tensor]]":
        """Make the keys and values of the description once.

        Rows without a description see only zeros, which add nothing: they are left out where that is certain.
        """
        if conditions.cross is None:
            return []
        shape = self.network.shape
        source = conditions.cross
        rest = source[conditions.n_takes :]
        has_bias = any(
            linear.bias is not None
            for layer in self.network.layers
            for linear in (layer.cross_kv, layer.cross_out)
            if linear is not None
        )
        if conditions.guided and not has_bias and not bool(rest.any()):
            source = source[: conditions.n_takes]
        made = []
        for layer in self.network.layers:
            assert layer.cross_kv is not None
            packed = layer.cross_kv(source).view(*source.shape[:2], 2, shape.n_heads, shape.head_dim)
            key, value = packed.permute(2, 0, 3, 1, 4).to(self._cache_type()).contiguous().unbind(0)
            made.append((key, value))
        return made

    def _cache_type(self) -> "torch.dtype":
        """Attention runs in float32 on CPUs, whose kernels for one query are slow in bfloat16."""
        import torch

        return torch.float32 if self.network.device == "cpu" else self.network.layers[0].qkv.weight.dtype

    def _reserve(self, n_rows: int, capacity: int) -> None:
        """Make the cache, or keep the last one where it is large enough."""
        import torch

        if self._caches and self._caches[0].keys.shape[0] == n_rows and self._capacity >= capacity:
            return
        shape = self.network.shape
        size = (2, n_rows, shape.n_heads, capacity, shape.head_dim)
        self._caches = []
        for _ in self.network.layers:
            both = torch.empty(size, dtype=self._cache_type(), device=self.network.device)
            self._caches.append(Cache(both, both[0], both[1]))
        self._capacity = capacity
