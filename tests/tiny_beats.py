"""Tiny checkpoints of beat_this in the format in which its authors publish them."""

from pathlib import Path
from typing import Any

SHAPE: dict[str, Any] = {
    "transformer_dim": 16,
    "ff_mult": 1,
    "n_layers": 1,
    "head_dim": 8,
    "stem_dim": 8,
    "dropout": {"frontend": 0.1, "transformer": 0.2},
    "sum_head": True,
    "partial_transformers": True,
}


def write_checkpoint(path: Path, **changes: Any) -> Path:
    """Write a network with random weights, the trainer's names around its own, and what it was trained with."""
    import torch
    from beat_this.model.beat_tracker import BeatThis

    torch.manual_seed(7)
    state = {f"model.{name}": value for name, value in BeatThis(**SHAPE).state_dict().items()}
    values = {
        "state_dict": state,
        "hyper_parameters": {**SHAPE, "lr": 0.0008, "fps": 50},
        "datamodule_hyper_parameters": {"batch_size": 8},
        "pytorch-lightning_version": "2.4.0",
        **changes,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(values, path)
    return path


def onset_network() -> Any:
    """Return a network that hears a beat where high bands sound and a downbeat where low ones do too.

    It is given what the production path makes of a sound, so that spectra, chunks, borders and both ends matter.
    """
    import torch

    class OnsetNetwork(torch.nn.Module):
        def forward(self, rows: Any) -> dict[str, Any]:
            high, low = rows[..., 90:].mean(-1) - 3.5, rows[..., :6].mean(-1) - 3.5
            return {"beat": high, "downbeat": torch.minimum(high, low)}

    return OnsetNetwork().eval()


def clicks(beats_seconds: Any, downbeats_seconds: Any, seconds: float) -> Any:
    """Return a sound at 22,050 Hz: a tick of noise at each beat, with a thump at each downbeat."""
    import numpy as np

    mono = np.zeros(int(seconds * 22_050), np.float32)
    times = np.arange(660) / 22_050
    tick = 0.4 * np.random.default_rng(1).normal(size=660).astype(np.float32)
    tick = np.diff(tick, prepend=0.0) * np.hanning(660)
    thump = 0.5 * np.sin(2 * np.pi * 90 * times) * np.hanning(660)
    for start, sound in [
        *((beat, tick) for beat in beats_seconds),
        *((bar, thump) for bar in downbeats_seconds),
    ]:
        at = max(round(start * 22_050) - 330, 0)
        part = sound[: max(mono.size - at, 0)]
        mono[at : at + part.size] += part
    return mono
