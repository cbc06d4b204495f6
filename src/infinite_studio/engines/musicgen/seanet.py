"""EnCodec's networks in plain torch: between sound and tokens, with parameters that are read once and folded.

Défossez et al. 2022, “High Fidelity Neural Audio Compression”; only what MusicGen's codec uses: convolutions that look both
ways, no normalisation of loudness, one residual quantiser.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil, prod
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from torch import Tensor

    Step: TypeAlias = Callable[[Tensor], Tensor]

Told: TypeAlias = Callable[[float], None]

CODEBOOKS = "codebooks"
ENCODER = "encoder"
DECODER = "decoder"
_PIECE_FRAMES = 500


def silent(_fraction: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class CodecShape:
    """What the parameters do not tell; ``ratios`` are by how much each block of the decoder lengthens."""

    sample_rate: int
    n_channels: int
    n_codebooks: int
    ratios: tuple[int, ...]
    n_residual_layers: int
    dilation_base: int
    n_lstm_layers: int
    has_shortcuts: bool = False

    @property
    def samples_per_frame(self) -> int:
        """How many frames of sound a frame of tokens makes."""
        return prod(self.ratios)


class Seanet:
    """Decodes and encodes; the parameters of a side are brought to the device when it is first used.

    Parameters
    ----------
    shape : CodecShape
        Of the networks.
    parameters : Mapping of str to Tensor
        Named by side and place, such as ``decoder.3.weight``; `parameter_names` lists them.
    device : str
        Where it computes.
    """

    def __init__(self, shape: CodecShape, parameters: "Mapping[str, Tensor]", device: str = "cpu") -> None:
        self._shape = shape
        self._parameters = parameters
        self._device = device
        self._sides: dict[str, list[Step]] = {}
        self._codebooks: Tensor | None = None
        self.sample_rate = shape.sample_rate
        self.n_channels = shape.n_channels
        self.n_codebooks = shape.n_codebooks
        self.frame_rate = shape.sample_rate / shape.samples_per_frame

    def decode(self, tokens: "Tensor", told: Told = silent) -> "Tensor":
        """Return the sound ``(rows, channels, frames)`` of tokens; ``told`` hears before every layer how far it is."""
        books, tokens = self._books(), tokens.to(self._device)
        found = books[0][tokens[:, 0]]
        for index in range(1, self.n_codebooks):
            found = found + books[index][tokens[:, index]]
        return self._through(DECODER, found.transpose(1, 2), told)

    def encode(self, sound: "Tensor", told: Told = silent) -> "Tensor":
        """Return the tokens of a sound: of each codebook the entry nearest to what those before it left over.

        ``told`` hears before every layer how far it is.
        """
        import torch

        rest = self._through(ENCODER, sound.to(self._device), told).transpose(1, 2)
        tokens = []
        for book in self._books():
            distances = book.square().sum(dim=1) - 2.0 * (rest @ book.T)
            nearest = distances.argmin(dim=-1)
            rest = rest - book[nearest]
            tokens.append(nearest)
        return torch.stack(tokens, dim=1)

    def _books(self) -> "Tensor":
        if self._codebooks is None:
            self._codebooks = self._parameters[CODEBOOKS][: self.n_codebooks].to(self._device)
        return self._codebooks

    def _through(self, side: str, state: "Tensor", told: Told) -> "Tensor":
        if side not in self._sides:
            plan = _encoder_plan if side == ENCODER else _decoder_plan
            self._sides[side] = [self._step(side, place) for place in plan(self._shape)]
        for done, step in enumerate(self._sides[side]):
            fraction = done / len(self._sides[side])
            told(fraction)
            state = (
                step.pass_through(state, partial(told, fraction)) if isinstance(step, _Lstm) else step(state)
            )
        return state

    def _step(self, side: str, place: "_Place") -> "Step":
        def tensor(name: str) -> "Tensor":
            return self._parameters[f"{side}.{place.index}.{name}"].to(self._device)

        match place.kind:
            case "lstm":
                return _Lstm({key: tensor(key) for key in _lstm_names(self._shape)}, self._device)
            case "up":
                return _Up(tensor("weight"), tensor("bias"), place.size)
            case "residual":
                dilations = {"block.1": place.size, "block.3": 1, "shortcut": 1}
                parts = [
                    _Convolution(
                        tensor(f"{part}.weight"), tensor(f"{part}.bias"), dilation=dilations[part],
                        is_bent=part != "shortcut",
                    )
                    for part in _residual_parts(self._shape)
                ]  # fmt: skip
                return _Residual(*parts)
            case _:
                return _Convolution(tensor("weight"), tensor("bias"), place.size, is_bent=place.index > 0)


def parameter_names(shape: CodecShape) -> set[str]:
    """Return the names of all parameters that networks of a shape have."""
    names = {CODEBOOKS}
    for side, plan in ((ENCODER, _encoder_plan(shape)), (DECODER, _decoder_plan(shape))):
        for place in plan:
            at = f"{side}.{place.index}"
            if place.kind == "lstm":
                names |= {f"{at}.{name}" for name in _lstm_names(shape)}
            elif place.kind == "residual":
                parts = _residual_parts(shape)
                names |= {f"{at}.{part}.{kind}" for part in parts for kind in ("weight", "bias")}
            else:
                names |= {f"{at}.weight", f"{at}.bias"}
    return names


@dataclass(frozen=True)
class _Place:
    """A part of a side and its number in the published order; ``size`` is a stride or a dilation."""

    kind: str
    index: int
    size: int = 1


def _encoder_plan(shape: CodecShape) -> list[_Place]:
    plan, index = [_Place("convolution", 0)], 1
    for ratio in reversed(shape.ratios):
        plan += _residuals(shape, index)
        index += shape.n_residual_layers + 1
        plan.append(_Place("convolution", index, ratio))
        index += 1
    if shape.n_lstm_layers:
        plan.append(_Place("lstm", index))
        index += 1
    return [*plan, _Place("convolution", index + 1)]


def _decoder_plan(shape: CodecShape) -> list[_Place]:
    plan, index = [_Place("convolution", 0)], 1
    if shape.n_lstm_layers:
        plan.append(_Place("lstm", index))
        index += 1
    for ratio in shape.ratios:
        plan.append(_Place("up", index + 1, ratio))
        plan += _residuals(shape, index + 2)
        index += 2 + shape.n_residual_layers
    return [*plan, _Place("convolution", index + 1)]


def _residuals(shape: CodecShape, first: int) -> list[_Place]:
    return [
        _Place("residual", first + layer, shape.dilation_base**layer)
        for layer in range(shape.n_residual_layers)
    ]


def _residual_parts(shape: CodecShape) -> tuple[str, ...]:
    return ("block.1", "block.3", "shortcut") if shape.has_shortcuts else ("block.1", "block.3")


def _lstm_names(shape: CodecShape) -> list[str]:
    kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return [f"lstm.{kind}_l{layer}" for layer in range(shape.n_lstm_layers) for kind in kinds]


class _Convolution:
    """A convolution that keeps the length, or divides it by its stride; most bend their input before."""

    def __init__(
        self, weight: "Tensor", bias: "Tensor", stride: int = 1, dilation: int = 1, *, is_bent: bool = True
    ) -> None:
        self._weight, self._bias = weight, bias
        self._stride, self._dilation, self._is_bent = stride, dilation, is_bent

    def __call__(self, state: "Tensor") -> "Tensor":
        import torch

        if self._is_bent:
            state = torch.nn.functional.elu(state)
        reach = (self._weight.shape[-1] - 1) * self._dilation + 1
        padded = _mirrored(state, reach - self._stride, self._stride)
        return torch.conv1d(padded, self._weight, self._bias, self._stride, dilation=self._dilation)


class _Up:
    """Lengthens by its stride, and cuts what the kernel adds at both ends."""

    def __init__(self, weight: "Tensor", bias: "Tensor", stride: int) -> None:
        self._weight, self._bias, self._stride = weight, bias, stride

    def __call__(self, state: "Tensor") -> "Tensor":
        import torch

        state = torch.nn.functional.elu(state)
        longer = torch.conv_transpose1d(state, self._weight, self._bias, self._stride)
        added = self._weight.shape[-1] - self._stride
        right = added // 2
        return longer[..., added - right : longer.shape[-1] - right]


class _Residual:
    """Two convolutions that add to their input, or to what a third makes of it."""

    def __init__(
        self, first: _Convolution, second: _Convolution, shortcut: _Convolution | None = None
    ) -> None:
        self._first, self._second, self._shortcut = first, second, shortcut

    def __call__(self, state: "Tensor") -> "Tensor":
        kept = state if self._shortcut is None else self._shortcut(state)
        return kept + self._second(self._first(state))


class _Lstm:
    """A recurrent network that adds to what it reads."""

    def __init__(self, parameters: "Mapping[str, Tensor]", device: str) -> None:
        import torch

        size = parameters["lstm.weight_hh_l0"].shape[1]
        lstm = torch.nn.LSTM(size, size, len(parameters) // 4, device="meta")
        lstm.load_state_dict(
            {key.removeprefix("lstm."): value for key, value in parameters.items()}, assign=True
        )
        self._lstm = lstm.requires_grad_(requires_grad=False)
        if device == "cuda":
            self._lstm.flatten_parameters()

    def __call__(self, state: "Tensor") -> "Tensor":
        return self.pass_through(state, lambda: None)

    def pass_through(self, state: "Tensor", told: Callable[[], None]) -> "Tensor":
        """Read piece by piece, so that someone may stop it in between; what was read before is remembered."""
        import torch

        rows = state.permute(2, 0, 1)
        read, memory = [], None
        for piece in torch.split(rows, _PIECE_FRAMES):
            told()
            found, memory = self._lstm(piece, memory)
            read.append(found)
        added: Tensor = torch.cat(read) + rows
        return added.permute(1, 2, 0)


def _mirrored(state: "Tensor", padding: int, stride: int) -> "Tensor":
    """Pad with the sound's own mirror image, and at the end so that the last stride is whole."""
    import torch

    length, right = state.shape[-1], padding // 2
    left = padding - right
    right += ceil(length / stride) * stride - length
    # A mirror shows no more than there is: what is shorter is lengthened with silence first.
    lacking = max(max(left, right) - length + 1, 0)
    state = torch.nn.functional.pad(state, (0, lacking))
    padded = torch.nn.functional.pad(state, (left, right), "reflect")
    return padded[..., : padded.shape[-1] - lacking]
