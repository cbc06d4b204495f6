"""The delay pattern: later codebooks of a frame come in later steps.

A sequence for N frames has 1 + N + (largest delay) steps; the first holds special tokens only. Codebook ``k`` of frame
``t`` stands in step ``1 + t + delays[k]`` (Copet et al. 2023, “Simple and Controllable Music Generation”).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def n_steps_for(n_frames: int, delays: tuple[int, ...]) -> int:
    """Return how many steps a sequence for so many frames has, the first one included."""
    return 1 + n_frames + max(delays)


def delayed(tokens: "Tensor", n_frames: int, delays: tuple[int, ...], special: int, unknown: int) -> "Tensor":
    """Return the sequence ``(takes, codebooks, steps)`` of tokens ``(takes, codebooks, frames)``.

    Frames beyond the given ones are ``unknown``, places that hold no frame are ``special``.
    """
    import torch

    n_takes, n_codebooks, n_given = tokens.shape
    sequence = torch.full((n_takes, n_codebooks, n_steps_for(n_frames, delays)), special, dtype=torch.long)
    for codebook, delay in enumerate(delays):
        first = 1 + delay
        sequence[:, codebook, first : first + n_frames] = unknown
        sequence[:, codebook, first : first + n_given] = tokens[:, codebook]
    return sequence


def undelayed(sequence: "Tensor", delays: tuple[int, ...], n_frames: int) -> "Tensor":
    """Return the first frames, ``(takes, codebooks, frames)``, of a sequence."""
    import torch

    return torch.stack(
        [sequence[:, codebook, 1 + delay : 1 + delay + n_frames] for codebook, delay in enumerate(delays)],
        dim=1,
    )


def first_step_of(frame: int, delays: tuple[int, ...]) -> int:
    """Return the first step in which a token of the frame stands."""
    return 1 + frame + min(delays)


def n_whole_frames(n_steps: int, delays: tuple[int, ...]) -> int:
    """Return how many frames are complete after so many steps, the first one included."""
    return max(n_steps - 1 - max(delays), 0)
