"""One step of the decoder as a recorded graph, for devices on which starting kernels costs more than running them.

Everything that changes from step to step lies in tensors of fixed size and place: tokens, position, mask. On CUDA the
step is recorded once a request and replayed; elsewhere it runs as it is, so that it can be tested anywhere.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infinite_studio.engines.musicgen.decoder import Conditions, Decoder
from infinite_studio.engines.musicgen.layers import Network

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_WARM_UPS = 3


@dataclass(frozen=True)
class FixedPlace:
    """A place known on the device: looks at the whole cache, what is not there yet masked out."""

    position: "Tensor"
    mask: "Tensor"

    def write(self, cache: "Tensor", new: "Tensor") -> None:
        """Put new keys and values at the position."""
        cache.index_copy_(3, self.position, new.to(cache.dtype))

    def attend(self, query: "Tensor", keys: "Tensor", values: "Tensor") -> "Tensor":
        """Look at all that is unmasked."""
        import torch

        return torch.nn.functional.scaled_dot_product_attention(query, keys, values, attn_mask=self.mask)


class GraphDecoder(Decoder):
    """A decoder whose single steps are recorded.

    Parameters
    ----------
    network : Network
        The numbers, on their device.
    """

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self._graph: torch.cuda.CUDAGraph | None = None
        self._is_ready = False

    def begin(self, conditions: Conditions, n_steps: int) -> None:
        """Forget the last request and its recording."""
        super().begin(conditions, n_steps)
        self._graph = None
        self._is_ready = False
        # What is masked is still multiplied: by zero, which numbers left over from other work may not survive.
        for cache in self._caches:
            cache.both.zero_()

    def logits(self, tokens: "Tensor") -> "Tensor":
        """Return what the network expects after tokens; the first call may hold several steps."""
        if self.position == 0 or tokens.shape[-1] != 1:
            return super().logits(tokens)
        if not self._is_ready:
            self._prepare(tokens)
        self._tokens.copy_(tokens)
        self._position.fill_(self.position)
        self.position += 1
        if self._graph is None:
            return self._step()
        self._graph.replay()
        return self._logits

    def _prepare(self, tokens: "Tensor") -> None:
        import torch

        device = self.network.device
        self._tokens = tokens.clone()
        self._position = torch.full((1,), self.position, dtype=torch.long, device=device)
        self._places = torch.arange(self._capacity, device=device)
        if device == "cuda":
            self._record()
        self._is_ready = True

    def _record(self) -> None:
        """Record one step; running it before, at the same position, writes what the first replay writes again."""
        import torch

        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(_WARM_UPS):
                self._step()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self._logits = self._step()
        self._graph = graph

    def _step(self) -> "Tensor":
        import torch

        rows = torch.cat([self._tokens, self._tokens]) if self._conditions.guided else self._tokens
        state = self._embed(rows) + self.network.positions.index_select(0, self._position)
        mask = torch.zeros_like(self._places, dtype=self._caches[0].both.dtype)
        mask = mask.masked_fill(self._places > self._position, float("-inf")).view(1, 1, 1, -1)
        return self.through_layers(state, FixedPlace(self._position, mask))
