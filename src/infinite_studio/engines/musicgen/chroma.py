"""Which of the twelve pitch classes sounds most: what a melody model hears of a sound.

Copet et al. 2023, “Simple and Controllable Music Generation”, section 3.2; the numbers are audiocraft's.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class ChromaShape:
    """How a sound is cut and summed; ``norm`` is the power by which each moment is normalised."""

    sample_rate: int
    n_chroma: int
    window: int
    hop: int
    n_fft: int
    norm: float
    is_strongest_only: bool
    n_moments: int


def chroma_shape(section: Mapping[str, Any], segment_seconds: float) -> ChromaShape:
    """Read the shape from the section of audiocraft's configuration."""
    window = int(section.get("winlen") or 2 ** int(section["radix2_exp"]))
    hop = int(section.get("winhop") or window // 4)
    return ChromaShape(
        sample_rate=int(section["sample_rate"]),
        n_chroma=int(section["n_chroma"]),
        window=window,
        hop=hop,
        n_fft=int(section.get("nfft") or window),
        norm=float(section.get("norm", math.inf)),
        is_strongest_only=bool(section.get("argmax", False)),
        n_moments=1 + int(section["sample_rate"] * segment_seconds) // hop,
    )


def chroma_filters(shape: ChromaShape) -> "Tensor":
    """Return how much each frequency counts for each class, ``(classes, frequencies)``."""
    import torch
    from librosa.filters import chroma

    return torch.from_numpy(
        chroma(sr=shape.sample_rate, n_fft=shape.n_fft, tuning=0, n_chroma=shape.n_chroma)
    )


def chroma_of(sound: "Tensor", filters: "Tensor", shape: ChromaShape) -> "Tensor":
    """Return the classes ``(moments, classes)`` of a mono sound ``(frames,)``, repeated until the window is full."""
    import torch

    lacking = shape.n_fft - len(sound)
    if lacking > 0:
        sound = torch.nn.functional.pad(sound, (lacking // 2, lacking - lacking // 2))
    window = torch.hann_window(shape.window)
    spectrum = torch.stft(
        sound,
        shape.n_fft,
        shape.hop,
        shape.window,
        window,
        center=True,
        pad_mode="reflect",
        return_complex=True,
    )
    powers = (spectrum / window.square().sum().sqrt()).abs().square()
    classes = torch.nn.functional.normalize(filters @ powers, p=shape.norm, dim=0, eps=1e-6).T
    if shape.is_strongest_only:
        classes = torch.zeros_like(classes).scatter_(1, classes.argmax(dim=1, keepdim=True), 1.0)
    return classes.repeat(math.ceil(shape.n_moments / len(classes)), 1)[: shape.n_moments]
