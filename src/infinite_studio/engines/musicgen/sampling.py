"""From the network's expectations to the next tokens, as audiocraft draws them."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from torch import Generator, Tensor

_TRIED = 8192


class Chance(Protocol):
    """Where chance comes from."""

    def exponential(self, like: "Tensor") -> "Tensor":
        """Return exponentially distributed numbers of the same shape, ``(takes, codebooks, tokens)``."""


class SharedChance:
    """One source for all takes of a batch, drawn in audiocraft's order."""

    def __init__(self, seed: int) -> None:
        self._source = _generator(seed)

    def exponential(self, like: "Tensor") -> "Tensor":
        """Draw for the whole batch at once."""
        return _exponential(tuple(like.shape), self._source).to(like.device)


class ChancePerTake:
    """A source for each take, so that a take of a batch comes out as it would alone."""

    def __init__(self, seeds: tuple[int, ...]) -> None:
        self._sources = [_generator(seed) for seed in seeds]

    def exponential(self, like: "Tensor") -> "Tensor":
        """Draw for each take from its own source."""
        import torch

        drawn = [_exponential(tuple(like.shape[1:]), source) for source in self._sources]
        return torch.stack(drawn).to(like.device)


@dataclass(frozen=True)
class Drawing:
    """How tokens are drawn: the authors' defaults. A temperature of 0 takes the likeliest."""

    guidance: float = 3.0
    temperature: float = 1.0
    top_k: int = 250
    top_p: float = 0.0


def guided(logits: "Tensor", n_takes: int, guidance: float) -> "Tensor":
    """Return ``(takes, codebooks, tokens)`` pushed away from what comes without a description."""
    if len(logits) == n_takes:
        return logits
    wanted, plain = logits[:n_takes], logits[n_takes:]
    return plain + (wanted - plain) * guidance


def draw(logits: "Tensor", drawing: Drawing, chance: Chance) -> "Tensor":
    """Return tokens ``(takes, codebooks)``.

    Drawing the largest of p/e with exponential e is how torch draws one of several, so that equal seeds give the
    tokens that audiocraft gives.
    """
    import torch

    if drawing.temperature <= 0.0:
        return logits.argmax(dim=-1)
    likely = torch.softmax(logits / drawing.temperature, dim=-1)
    if drawing.top_p > 0.0:
        return _draw_top_p(likely, drawing.top_p, chance)
    if 0 < drawing.top_k < likely.shape[-1]:
        likely = likely * (likely >= _largest_but(likely, drawing.top_k - 1))
        likely = likely / likely.sum(dim=-1, keepdim=True)
    elif drawing.top_k > 0:
        likely = likely / likely.sum(dim=-1, keepdim=True)
    return (likely / chance.exponential(likely)).argmax(dim=-1)


def _largest_but(likely: "Tensor", n_larger: int) -> "Tensor":
    """Return the number of each row that so many are larger than, ``(..., 1)``; NumPy finds it twice as quickly."""
    import torch

    if likely.device.type != "cpu":
        return torch.topk(likely, n_larger + 1, dim=-1).values[..., -1:]
    place = likely.shape[-1] - 1 - n_larger
    return torch.from_numpy(np.partition(likely.numpy(), place, axis=-1)[..., place : place + 1])


def _draw_top_p(likely: "Tensor", top_p: float, chance: Chance) -> "Tensor":
    """Draw among the likeliest tokens that make up ``top_p`` together."""
    import torch

    ordered, places = torch.sort(likely, dim=-1, descending=True)
    before = torch.cumsum(ordered, dim=-1) - ordered
    ordered = ordered * (before <= top_p)
    ordered = ordered / ordered.sum(dim=-1, keepdim=True)
    drawn = (ordered / chance.exponential(ordered)).argmax(dim=-1, keepdim=True)
    return torch.gather(places, -1, drawn).squeeze(-1)


def _exponential(shape: tuple[int, ...], source: "Generator") -> "Tensor":
    """Draw what torch's ``exponential_`` would; by the logarithms of many numbers at once, which is four times as quick."""
    return _by_logarithms(shape, source) if _is_the_same_by_logarithms() else _by_torch(shape, source)


def _by_torch(shape: tuple[int, ...], source: "Generator") -> "Tensor":
    import torch

    return torch.empty(shape).exponential_(1, generator=source)


def _by_logarithms(shape: tuple[int, ...], source: "Generator") -> "Tensor":
    import torch

    evenly = torch.empty(shape, dtype=torch.float64).uniform_(generator=source)
    return evenly.neg_().log1p_().neg_().float()


@cache
def _is_the_same_by_logarithms() -> bool:
    """Whether torch draws that way on this computer; a few of its builds take numbers from elsewhere."""
    import torch

    left, right = (draw((_TRIED,), _generator(_TRIED)) for draw in (_by_torch, _by_logarithms))
    return torch.equal(left, right)


def _generator(seed: int) -> "Generator":
    import torch

    return torch.Generator().manual_seed(seed)
