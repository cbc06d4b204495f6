"""A window of tokens, step by step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infinite_studio.engines.musicgen.decoder import Conditions, Decoder
from infinite_studio.engines.musicgen.pattern import delayed, first_step_of, n_steps_for, undelayed
from infinite_studio.engines.musicgen.sampling import Chance, Drawing, draw, guided

if TYPE_CHECKING:
    from torch import Tensor

_UNKNOWN = -1


def generate_window(
    decoder: Decoder,
    conditions: Conditions,
    given: "Tensor",
    n_frames: int,
    drawing: Drawing,
    chance: Chance,
    told: "Callable[[int, Tensor], None]" = lambda _step, _sequence: None,
) -> "Tensor":
    """Return tokens ``(takes, codebooks, frames)`` that begin with the given ones.

    ``told`` hears the number of steps that are there and the sequence after every step; what it raises ends the
    window.
    """
    import torch

    shape = decoder.network.shape
    n_takes, n_given = given.shape[0], given.shape[2]
    if n_given >= n_frames:
        return given[..., :n_frames]
    sequence = delayed(given, n_frames, shape.delays, shape.special_token, _UNKNOWN)
    n_steps = n_steps_for(n_frames, shape.delays)
    decoder.begin(conditions, n_steps)
    done = 0
    with torch.inference_mode():
        for step in range(first_step_of(n_given, shape.delays), n_steps):
            new = sequence[..., done:step].to(decoder.network.device)
            expected = decoder.logits(new)
            with one_thread():
                drawn = draw(guided(expected, n_takes, drawing.guidance), drawing, chance).cpu()
            free = sequence[..., step] == _UNKNOWN
            sequence[..., step] = torch.where(free, drawn, sequence[..., step])
            done = step
            told(step + 1, sequence)
    return undelayed(sequence, shape.delays, n_frames)


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep torch to one thread, for work so small that several mostly wait for each other.

    Where other programs fill the computer, drawing one step's tokens with two threads took 75 times as long.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
