"""Weights from a local folder: numbers and a description are read, nothing in them is ever run."""

import inspect
import json
import pickle
import struct
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infinite_studio.errors import StudioError

if TYPE_CHECKING:
    from torch import nn

PACKER = "diffq"
_SUFFIXES = (".safetensors", ".th")


class DamagedModelError(StudioError):
    """A file of weights that cannot be read or does not hold what it should."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(
            f"The weights in “{file.name}” cannot be used: {reason}.",
            hint="Remove this model and download it again, under Models.",
        )
        self.file = file
        self.reason = reason


class PackedModelError(StudioError):
    """Compressed weights, without the package that unpacks them."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"The weights in “{file.name}” are compressed, and what unpacks them is not installed.",
            hint=f"Install the Python package “{PACKER}”, or choose another model.",
        )
        self.file = file


@dataclass(frozen=True)
class Bag:
    """The networks of a model: one file each, and how much each counts for each of its sources.

    ``segment_seconds`` is how long a segment should be, where the networks allow it.
    """

    files: tuple[Path, ...]
    weights: tuple[tuple[float, ...], ...] | None
    segment_seconds: float | None

    def weights_of(self, index: int, n_sources: int) -> tuple[float, ...]:
        """Return how much one network counts for each source."""
        return (1.0,) * n_sources if self.weights is None else self.weights[index]


def read_bag(folder: Path, name: str) -> Bag:
    """Read which files make up a model; a folder without a description takes the one that demucs carries."""
    import yaml  # type: ignore[import-untyped]

    file = folder / f"{name}.yaml"
    if not file.is_file():
        import demucs

        file = Path(demucs.__file__).parent / "remote" / f"{name}.yaml"
    try:
        described = yaml.safe_load(file.read_text(encoding="utf-8"))
        names = [str(signature) for signature in described["models"]]
        weights = described.get("weights")
        bag_weights = None if weights is None else tuple(tuple(float(w) for w in row) for row in weights)
        segment = described.get("segment")
        bag = Bag(tuple(_file_of(folder, n) for n in names), bag_weights, segment and float(segment))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise DamagedModelError(file, "its description makes no sense") from error
    if not bag.files or (bag_weights is not None and len(bag_weights) != len(bag.files)):
        raise DamagedModelError(file, "its description makes no sense")
    return bag


def read_network(file: Path) -> "nn.Module":
    """Read one network, in 32-bit float, ready to run on the CPU."""
    import torch

    with _damage_in_words(file):
        package = _read_safetensors(file) if file.suffix == ".safetensors" else _read_pickle(file)
        klass, kwargs = package["klass"], dict(package["kwargs"])
        known = inspect.signature(klass).parameters
        kwargs = {key: value for key, value in kwargs.items() if key in known}
        if package["state"].get("__quantized"):
            # Without its package, demucs would end the whole process.
            if find_spec(PACKER) is None:
                raise PackedModelError(file)
            return _restored(klass(*package["args"], **kwargs), package["state"])
        state = {key: value.float() for key, value in package["state"].items()}
        if "assign" not in inspect.signature(klass.load_state_dict).parameters:
            network = klass(*package["args"], **kwargs)
            network.load_state_dict(state)
            return _ready(network)
        # Without memory of its own, the network takes the numbers that were read as they are.
        with torch.device("meta"):
            network = klass(*package["args"], **kwargs)
        network.load_state_dict(state, strict=True, assign=True)
        return _ready(network)


def _ready(network: "nn.Module") -> "nn.Module":
    network.requires_grad_(requires_grad=False)
    return network.eval()


def _restored(network: "nn.Module", state: Mapping[str, Any]) -> "nn.Module":
    """Unpack a network that its authors compressed with their quantiser."""
    from demucs import states

    restore: Any = states.set_state
    restore(network, state)
    return _ready(network)


def _known_classes() -> Mapping[str, Any]:
    from demucs.demucs import Demucs
    from demucs.hdemucs import HDemucs
    from demucs.htdemucs import HTDemucs

    return {f"{klass.__module__}.{klass.__name__}": klass for klass in (HTDemucs, HDemucs, Demucs)}


def _read_safetensors(file: Path) -> dict[str, Any]:
    from safetensors import safe_open

    with safe_open(str(file), framework="pt") as opened:
        metadata: dict[str, str] = opened.metadata() or {}
        tensors = {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118 - not a mapping
    klass = _known_classes().get(metadata["klass"])
    if klass is None:
        raise DamagedModelError(file, f"the studio knows no network “{metadata['klass']}”")
    state = _unflattened(json.loads(metadata["structure"]), tensors) if "structure" in metadata else tensors
    return {
        "klass": klass,
        "args": _decoded(json.loads(metadata["args"])),
        "kwargs": _decoded(json.loads(metadata["kwargs"])),
        "state": state,
    }


def _read_pickle(file: Path) -> dict[str, Any]:
    import torch

    allowed = [*_known_classes().values(), Fraction]
    with torch.serialization.safe_globals(allowed):
        package: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
    return package


def _decoded(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        if value.get("_type") == "fraction":
            return Fraction(value["numerator"], value["denominator"])
        return {key: _decoded(item) for key, item in value.items()}
    return [_decoded(item) for item in value] if isinstance(value, list) else value


def _unflattened(node: Any, tensors: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Rebuild a nested state; of classes only the quantiser's own are known."""
    if not isinstance(node, dict):
        return node
    (kind, value), *_ = node.items()
    if kind == "_tensor":
        return tensors[value]
    if kind == "_dict":
        return {key: _unflattened(item, tensors) for key, item in value}
    if kind in {"_list", "_tuple"}:
        items = [_unflattened(item, tensors) for item in value]
        return items if kind == "_list" else tuple(items)
    klass = _known_classes().get(value) if kind == "_class" else None
    if klass is None:
        raise ValueError(kind)
    return klass


@contextmanager
def _damage_in_words(file: Path) -> Iterator[None]:
    from safetensors import SafetensorError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except FileNotFoundError as error:
        raise DamagedModelError(file, "the file is not there") from error
    except (SafetensorError, pickle.UnpicklingError, struct.error, EOFError, OSError) as error:
        raise DamagedModelError(file, "the file is damaged or holds something else") from error
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError, RuntimeError) as error:
        raise DamagedModelError(file, "it belongs to another version of the model") from error


def _file_of(folder: Path, signature: str) -> Path:
    """Return the file of a network; hand-placed pickles may carry a checksum in their name."""
    if not signature.isalnum():
        raise ValueError(signature)
    for suffix in _SUFFIXES:
        plain = folder / f"{signature}{suffix}"
        if plain.is_file():
            return plain
        checked = sorted(folder.glob(f"{signature}-*{suffix}"))
        if checked:
            return checked[0]
    raise DamagedModelError(folder / f"{signature}.safetensors", "the file is not there")
