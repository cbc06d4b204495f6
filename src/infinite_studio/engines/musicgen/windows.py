"""Takes of any length: windows of tokens that overlap, never decoded and encoded again in between.

Window ``k`` begins ``k × stride`` frames into the take, hears what is already there from that frame on, and goes on from
it; with a stride of 18 s and windows of 30 s, 12 s are heard again (the authors' way).
"""

import hashlib
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from infinite_studio.engines.musicgen.decoder import Conditions, Decoder
from infinite_studio.engines.musicgen.pattern import n_whole_frames, undelayed
from infinite_studio.engines.musicgen.sampling import ChancePerTake, Drawing
from infinite_studio.engines.musicgen.steps import generate_window

if TYPE_CHECKING:
    from torch import Tensor

Told: TypeAlias = "Callable[[int, Callable[[], Tensor]], None]"

STRIDE_SHARE = 0.6
_KEPT_WINDOWS = 64
_SEED_STEP = 1_000_003


@dataclass(frozen=True)
class WindowTask:
    """Everything that decides the tokens of a take: ``context`` names model, precision, words and melody."""

    n_frames: int
    window_frames: int
    drawing: Drawing
    seeds: tuple[int, ...]
    window_seeds: tuple[tuple[int, int], ...]
    context: str

    @property
    def stride_frames(self) -> int:
        """By how much windows follow each other."""
        return max(int(self.window_frames * STRIDE_SHARE), 1)

    @property
    def n_windows(self) -> int:
        """How many windows there are."""
        return 1 + max(math.ceil((self.n_frames - self.window_frames) / self.stride_frames), 0)

    def seeds_of(self, index: int) -> tuple[int, ...]:
        """Return the seed of each take for a window."""
        chosen = dict(self.window_seeds).get(index)
        first = self.seeds[0]
        return tuple(
            (seed if chosen is None else chosen + seed - first) + index * _SEED_STEP for seed in self.seeds
        )


class KeptWindows:
    """Tokens of windows that were made before: rolling one again does not make those before it again."""

    def __init__(self) -> None:
        self._windows: OrderedDict[str, Tensor] = OrderedDict()

    def get(self, key: str) -> "Tensor | None":
        """Return the tokens, where they are there."""
        return self._windows.get(key)

    def put(self, key: str, tokens: "Tensor") -> None:
        """Keep tokens, and forget the oldest ones."""
        self._windows[key] = tokens
        while len(self._windows) > _KEPT_WINDOWS:
            self._windows.popitem(last=False)


def generate_take(
    decoder: Decoder,
    conditions_at: Callable[[int], Conditions],
    given: "Tensor",
    task: WindowTask,
    kept: KeptWindows,
    told: Told,
) -> "Tensor":
    """Return tokens ``(takes, codebooks, frames)``, those given at the beginning included.

    ``conditions_at`` makes the conditions for a window that begins at a frame. ``told`` hears after every step how many
    frames are whole, and what gives their tokens.
    """
    import torch

    tokens = given
    index = 0
    while tokens.shape[-1] < task.n_frames:
        offset = index * task.stride_frames
        heard = tokens[..., offset:]
        length = min(task.n_frames - offset, task.window_frames)
        key = _key(task, index, length, heard)
        made = kept.get(key)
        if made is None:
            listener = _Listener(tokens[..., :offset], heard.shape[-1], decoder.network.shape.delays, told)
            conditions = conditions_at(offset)
            chance = ChancePerTake(task.seeds_of(index))
            made = generate_window(decoder, conditions, heard, length, task.drawing, chance, listener)
            kept.put(key, made)
        tokens = torch.cat([tokens[..., :offset], made], dim=-1)
        told(tokens.shape[-1], partial(_itself, tokens))
        index += 1
    return tokens[..., : task.n_frames]


class _Listener:
    """Says after every step of a window how much of the take is whole."""

    def __init__(
        self,
        before: "Tensor",
        n_heard: int,
        delays: tuple[int, ...],
        told: Told,
    ) -> None:
        self._before = before
        self._n_heard = n_heard
        self._delays = delays
        self._told = told

    def __call__(self, n_steps: int, sequence: "Tensor") -> None:
        """Put what is whole of the window behind what was there before it, if the listener asks for it."""
        import torch

        n_whole = max(n_whole_frames(n_steps, self._delays), self._n_heard)

        def tokens() -> "Tensor":
            return torch.cat([self._before, undelayed(sequence, self._delays, n_whole)], dim=-1)

        self._told(self._before.shape[-1] + n_whole, tokens)


def _itself(tokens: "Tensor") -> "Tensor":
    return tokens


def _key(task: WindowTask, index: int, length: int, heard: "Tensor") -> str:
    """Return a name for the window that changes with everything that it depends on."""
    said = (
        task.context,
        task.drawing,
        task.seeds_of(index),
        index * task.stride_frames,
        length,
        tuple(heard.shape),
    )
    return hashlib.sha256(repr(said).encode() + heard.contiguous().numpy().tobytes()).hexdigest()
