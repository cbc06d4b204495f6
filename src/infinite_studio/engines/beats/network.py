"""The network of beat_this over a sound of any length: chunks of 30 s, as its authors cut and join them."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.beat_tracking import TrackedBeats
from infinite_studio.engines.beats.checkpoint import load_model
from infinite_studio.progress import Progress

if TYPE_CHECKING:
    from torch import Tensor

CHUNK_ROWS = 1_500
BORDER_ROWS = 6
KEPT_ROWS = CHUNK_ROWS - 2 * BORDER_ROWS
_N_BANDS = 128
_WORK_BYTES = 400_000_000
STAGE = "Following the beats"

Logits = NDArray[np.float32]


class BeatNetwork:
    """A network in memory; tells a `Progress` between its layers, so that it can be stopped within a chunk.

    Parameters
    ----------
    path : Path
        The checkpoint.
    device : str
        ``cpu``, ``cuda`` or ``mps``.
    """

    def __init__(self, path: Path, device: str) -> None:
        self._model: Any = load_model(path).to(device)
        self.device = device
        parts = import_module("beat_this.model.roformer")
        self._layers = [
            layer
            for layer in self._model.modules()
            if isinstance(layer, (parts.Attention, parts.FeedForward))
        ]
        self.memory_bytes = _WORK_BYTES + sum(
            weight.numel() * weight.element_size() for weight in self._model.parameters()
        )

    def judge(self, rows: "Tensor", progress: Progress) -> Logits:
        """Return how surely each row is a beat and a downbeat, shape ``(2, rows)``, as logits."""
        import torch

        with torch.inference_mode(), self._told(progress):
            said = self._model(rows[None])
        both = torch.stack([said["beat"][0], said["downbeat"][0]])
        return np.asarray(both.float().cpu().numpy(), np.float32)

    @contextmanager
    def _told(self, progress: Progress) -> Iterator[None]:
        done = 0

        def tell(*_: object) -> None:
            nonlocal done
            progress.report(min(done / max(len(self._layers), 1), 1.0), STAGE)
            done += 1

        hooks = [layer.register_forward_pre_hook(tell) for layer in self._layers]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()


class RowsOnTheirWay:
    """Cuts rows into chunks while they come, and joins what the network says; holds two chunks of rows at most.

    The same as `beat_this.inference.split_predict_aggregate` on the whole: chunks overlap by twice a border, what is said
    about borders is dropped, and where two chunks speak the earlier one is right.
    """

    def __init__(self, network: BeatNetwork) -> None:
        self._network = network
        self._held: Tensor | None = None
        self._first = 0
        self._n_rows = 0
        self._said: list[Logits] = []
        self._n_said = 0

    def add(self, rows: "Tensor", progress: Progress) -> None:
        """Take rows and judge every chunk that is whole."""
        import torch

        self._held = rows if self._held is None else torch.cat([self._held, rows])
        self._n_rows += len(rows)
        while self._n_said + KEPT_ROWS + BORDER_ROWS <= self._n_rows:
            self._judge(self._n_said - BORDER_ROWS, progress)
            self._let_go()

    def finish(self, progress: Progress) -> Logits:
        """Judge what is left and return all that was said, shape ``(2, rows)``."""
        while (left := self._n_rows - self._n_said) > 0:
            if left > KEPT_ROWS or self._n_rows <= KEPT_ROWS:
                start = self._n_said - BORDER_ROWS
            else:
                # The last chunk of a long sound is moved back so that it is whole.
                start = self._n_rows - (CHUNK_ROWS - BORDER_ROWS)
            self._judge(start, progress)
        return np.concatenate([np.zeros((2, 0), np.float32), *self._said], axis=1)

    def _judge(self, start: int, progress: Progress) -> None:
        import torch

        assert self._held is not None
        end = start + CHUNK_ROWS
        rows = self._held[max(start, 0) - self._first : min(end, self._n_rows) - self._first]
        before, after = max(-start, 0), max(0, min(BORDER_ROWS, end - self._n_rows))
        padded = torch.nn.functional.pad(rows, (0, 0, before, after))
        said = self._network.judge(padded, progress)[:, BORDER_ROWS:-BORDER_ROWS]
        new = said[:, self._n_said - (start + BORDER_ROWS) :]
        self._said.append(new)
        self._n_said += new.shape[1]

    def _let_go(self) -> None:
        """Forget the rows that no later chunk begins with."""
        assert self._held is not None
        needed = max(min(self._n_said - BORDER_ROWS, self._n_rows - CHUNK_ROWS), 0)
        self._held = self._held[needed - self._first :].clone()
        self._first = needed


def beats_of(logits: Logits) -> TrackedBeats:
    """Return the beats that logits say, by beat_this's own minimal rule: peaks within ±70 ms that are likelier than not."""
    import torch

    if not logits.shape[1]:
        return TrackedBeats(np.zeros(0), np.zeros(0))
    choose = import_module("beat_this.model.postprocessor").Postprocessor(type="minimal", fps=50)
    beats, downbeats = choose(torch.from_numpy(logits[0]), torch.from_numpy(logits[1]))
    if not len(beats):
        return TrackedBeats(np.zeros(0), np.zeros(0))
    return TrackedBeats(np.asarray(beats, np.float64), np.asarray(downbeats, np.float64))
