"""beat_this's own spectrogram, of a sound that comes piece by piece."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from infinite_studio.analysis.excerpts import Mono

if TYPE_CHECKING:
    from torch import Tensor

HOP_FRAMES = 441
WINDOW_FRAMES = 1_024
_MARGIN = WINDOW_FRAMES // 2
_PIECE_ROWS = 1_000


class SpectrumStream:
    """Gives the rows that `beat_this.preprocessing.LogMelSpect` would give for the whole sound, 50 a second.

    Parameters
    ----------
    device : str
        ``cpu``, ``cuda`` or ``mps``.
    """

    def __init__(self, device: str) -> None:
        self._spectrum: Any = import_module("beat_this.preprocessing").LogMelSpect(device=device)
        # The margins that the whole sound gets at its ends are added here, once.
        self._spectrum.spect_class.spectrogram.center = False
        self._device = device
        self._held = np.zeros(0, np.float32)
        self._has_begun = False

    def rows(self, mono: Mono, *, last: bool = False) -> "list[Tensor]":
        """Return the rows that are certain now, in pieces of up to 20 s; a sound of one margin or less has none."""
        held = np.concatenate([self._held, mono])
        if not self._has_begun:
            if held.size <= _MARGIN:
                self._held = held
                return []
            held = np.concatenate([held[_MARGIN:0:-1], held])
            self._has_begun = True
        if last:
            held = np.concatenate([held, held[-2 : -_MARGIN - 2 : -1]])
        n_rows = max((held.size - WINDOW_FRAMES) // HOP_FRAMES + 1, 0)
        self._held = held[n_rows * HOP_FRAMES :]
        return [
            self._piece(held, start, min(start + _PIECE_ROWS, n_rows))
            for start in range(0, n_rows, _PIECE_ROWS)
        ]

    def _piece(self, held: Mono, start: int, end: int) -> "Tensor":
        import torch

        frames = held[start * HOP_FRAMES : (end - 1) * HOP_FRAMES + WINDOW_FRAMES]
        rows: Tensor = self._spectrum(torch.from_numpy(frames.copy()).to(self._device))
        return rows
