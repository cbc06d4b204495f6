"""T5's encoder in plain torch: from a description to what the network reads of it.

Raffel et al. 2020, “Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer”. It is needed once
a description, so its parameters are never kept: each layer is mapped from the file, used, and let go.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infinite_studio.engines.musicgen.shape import UnusableCheckpointError

if TYPE_CHECKING:
    from torch import Tensor

PARAMETERS_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"
SENTENCEPIECE_FILE = "spiece.model"
_END_TOKEN = 1
_FEW_TOKENS = 128
_NAMES_OF_TOKENS = ("shared.weight", "encoder.embed_tokens.weight")
_ATTENTION, _THINKING = "layer.0", "layer.1"
_NEARNESS = f"encoder.block.0.{_ATTENTION}.SelfAttention.relative_attention_bias.weight"


@dataclass(frozen=True)
class ReaderShape:
    """Sizes of the encoder."""

    dim: int
    n_heads: int
    head_dim: int
    n_layers: int
    n_buckets: int
    max_distance: int
    epsilon: float
    is_gated: bool


class WordReader:
    """Reads descriptions with the files in a folder.

    Parameters
    ----------
    folder : Path
        With parameters, configuration and tokenizer.
    name : str
        Of the model that the reader belongs to, for what is said about trouble.
    prefix, section : str
        Where parameters and configuration lie in files that hold other networks too.

    Raises
    ------
    UnusableCheckpointError
        If files are damaged or of another kind.
    """

    def __init__(self, folder: Path, name: str, prefix: str = "", section: str = "") -> None:
        self._folder, self._name, self._prefix = folder, name, prefix
        with self._trouble():
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            self._shape = _shape_of(config[section] if section else config)
            self._tokens_of = _tokenizer(folder)
            with self._parameters() as parameters:
                self._embedding = next(key for key in _NAMES_OF_TOKENS if key in parameters)
                lacking = _names(self._shape) - parameters.keys()
        if lacking:
            raise UnusableCheckpointError(name, f"“{folder.name}” lacks {min(lacking)}")

    @property
    def dim(self) -> int:
        """How many numbers stand for each token."""
        return self._shape.dim

    def read(self, description: str, told: Callable[[float], None] = lambda _: None) -> "Tensor":
        """Return what the encoder says to each token, ``(tokens, dim)`` in float32; ``told`` hears every layer."""
        import torch

        with self._trouble():
            tokens = torch.tensor(self._tokens_of(description))
        with torch.inference_mode(), self._trouble(), _threads_for(len(tokens)):
            with self._parameters() as parameters:
                state = parameters[self._embedding][tokens].float()
                nearness = self._nearness(parameters, len(tokens))
                last = parameters["encoder.final_layer_norm.weight"].float().clone()
            for index in range(self._shape.n_layers):
                told(index / self._shape.n_layers)
                with self._parameters() as parameters:
                    layer = _Layer(parameters, index, self._shape)
                    state = layer.think(layer.attend(state, nearness))
            return _normed(state, last, self._shape.epsilon)

    def _nearness(self, parameters: "_Parameters", n_tokens: int) -> "_Nearness":
        import torch

        places = torch.arange(n_tokens)
        return _Nearness(
            parameters[_NEARNESS].float().clone(), _buckets(places[None, :] - places[:, None], self._shape)
        )

    @contextmanager
    def _parameters(self) -> "Iterator[_Parameters]":
        """Map the file; it takes memory only while this lasts."""
        from safetensors import safe_open

        with safe_open(self._folder / PARAMETERS_FILE, framework="pt") as file:
            yield _Parameters(file, self._prefix)

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        from safetensors import SafetensorError

        try:
            yield
        except (OSError, ValueError, KeyError, StopIteration, SafetensorError) as error:
            reason = f"“{self._folder.name}”, which reads descriptions, is damaged"
            raise UnusableCheckpointError(self._name, reason) from error


class _Parameters:
    """Parameters by name, read when asked for."""

    def __init__(self, file: Any, prefix: str) -> None:  # noqa: ANN401 - safetensors has no types
        self._file, self._prefix = file, prefix
        self._keys = {key.removeprefix(prefix) for key in file.keys() if key.startswith(prefix)}  # noqa: SIM118

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def __getitem__(self, key: str) -> "Tensor":
        found: Tensor = self._file.get_tensor(self._prefix + key)
        return found

    def keys(self) -> set[str]:
        """Return all names, without the prefix."""
        return self._keys


@contextmanager
def _threads_for(n_tokens: int) -> Iterator[None]:
    """Read short descriptions with one thread: threads that wait for each other take seconds on a busy computer."""
    import torch

    before = torch.get_num_threads()
    if n_tokens <= _FEW_TOKENS:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@dataclass(frozen=True)
class _Nearness:
    """What heads add for how far tokens are apart: a table ``(buckets, heads)`` and the bucket of each pair."""

    table: "Tensor"
    buckets: "Tensor"

    def of(self, head: int) -> "Tensor":
        """Return what one head adds, ``(tokens, tokens)``; all heads at once would not fit for long descriptions."""
        return self.table[:, head][self.buckets]


class _Layer:
    """One layer of the encoder, as long as its file is mapped."""

    def __init__(self, parameters: _Parameters, index: int, shape: ReaderShape) -> None:
        self._parameters, self._at, self._shape = parameters, f"encoder.block.{index}", shape

    def attend(self, state: "Tensor", nearness: _Nearness) -> "Tensor":
        """Let tokens look at each other; scores are not scaled."""
        import torch

        normed, shape = self._normed(state, _ATTENTION), self._shape
        query, key, value = (
            self._times(normed, f"{_ATTENTION}.SelfAttention.{part}")
            .view(-1, shape.n_heads, shape.head_dim)
            .transpose(0, 1)
            for part in "qkv"
        )
        seen = [
            (query[head] @ key[head].T + nearness.of(head)).softmax(dim=-1) @ value[head]
            for head in range(shape.n_heads)
        ]
        return state + self._times(torch.cat(seen, dim=1), f"{_ATTENTION}.SelfAttention.o")

    def think(self, state: "Tensor") -> "Tensor":
        """Pass each token through the hidden layer."""
        import torch

        normed, at = self._normed(state, _THINKING), f"{_THINKING}.DenseReluDense"
        if self._shape.is_gated:
            gate = torch.nn.functional.gelu(self._times(normed, f"{at}.wi_0"), approximate="tanh")
            hidden = gate * self._times(normed, f"{at}.wi_1")
        else:
            hidden = torch.relu(self._times(normed, f"{at}.wi"))
        return state + self._times(hidden, f"{at}.wo")

    def _times(self, rows: "Tensor", name: str) -> "Tensor":
        return rows @ self._parameters[f"{self._at}.{name}.weight"].float().T

    def _normed(self, state: "Tensor", part: str) -> "Tensor":
        weight = self._parameters[f"{self._at}.{part}.layer_norm.weight"].float()
        return _normed(state, weight, self._shape.epsilon)


def _normed(state: "Tensor", weight: "Tensor", epsilon: float) -> "Tensor":
    """Divide by the root of the mean square."""
    return state * (state.square().mean(dim=-1, keepdim=True) + epsilon).rsqrt() * weight


def _buckets(distances: "Tensor", shape: ReaderShape) -> "Tensor":
    """Return the bucket of each distance: near ones by themselves, far ones by their logarithm, by direction."""
    import torch

    n_sides = shape.n_buckets // 2
    n_exact = n_sides // 2
    far = distances.abs().float().clamp_min(n_exact) / n_exact
    steps = torch.log(far) / math.log(shape.max_distance / n_exact) * (n_sides - n_exact)
    by_logarithm = (n_exact + steps.long()).clamp_max(n_sides - 1)
    near = torch.where(distances.abs() < n_exact, distances.abs(), by_logarithm)
    return near + (distances > 0) * n_sides


def _shape_of(config: Mapping[str, Any]) -> ReaderShape:
    kind = config.get("feed_forward_proj", "relu")
    if kind not in {"relu", "gated-gelu"}:
        raise ValueError(kind)
    return ReaderShape(
        dim=int(config["d_model"]),
        n_heads=int(config["num_heads"]),
        head_dim=int(config["d_kv"]),
        n_layers=int(config["num_layers"]),
        n_buckets=int(config.get("relative_attention_num_buckets", 32)),
        max_distance=int(config.get("relative_attention_max_distance", 128)),
        epsilon=float(config.get("layer_norm_epsilon", 1e-6)),
        is_gated=kind == "gated-gelu",
    )


def _names(shape: ReaderShape) -> set[str]:
    parts = [f"{_ATTENTION}.SelfAttention.{part}" for part in "qkvo"]
    parts += [f"{part}.layer_norm" for part in (_ATTENTION, _THINKING)]
    parts += [
        f"{_THINKING}.DenseReluDense.{part}" for part in (("wi_0", "wi_1") if shape.is_gated else ("wi",))
    ]
    parts.append(f"{_THINKING}.DenseReluDense.wo")
    names = {f"encoder.block.{index}.{part}.weight" for index in range(shape.n_layers) for part in parts}
    return names | {_NEARNESS, "encoder.final_layer_norm.weight"}


def _tokenizer(folder: Path) -> Callable[[str], list[int]]:
    """Return what makes tokens, the end among them; raises ValueError where a file is no tokenizer."""
    path = folder / TOKENIZER_FILE
    if path.is_file():
        return _from_json(path)
    return _from_sentencepiece(folder / SENTENCEPIECE_FILE)


def _from_json(path: Path) -> Callable[[str], list[int]]:
    from tokenizers import Tokenizer

    content = path.read_text(encoding="utf-8")
    try:
        tokenizer = Tokenizer.from_str(content)
    # The library raises nothing finer.
    except Exception as error:
        raise ValueError(str(error)) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def tokens_of(description: str) -> list[int]:
        tokens: list[int] = tokenizer.encode(description).ids
        return tokens if tokens[-1:] == [_END_TOKEN] else [*tokens, _END_TOKEN]

    return tokens_of


def _from_sentencepiece(path: Path) -> Callable[[str], list[int]]:
    from sentencepiece import SentencePieceProcessor

    if not path.is_file():
        raise FileNotFoundError(path)
    try:
        pieces = SentencePieceProcessor(model_file=str(path))
    except RuntimeError as error:
        raise ValueError(str(error)) from error
    return lambda description: [*pieces.encode(description), _END_TOKEN]
