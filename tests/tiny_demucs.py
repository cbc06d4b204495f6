"""Weights of the Demucs family with random numbers, written in the real format: tiny ones, and one of real size."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

FOUR = ("drums", "bass", "other", "vocals")
SIX = (*FOUR, "guitar", "piano")
SIGNATURE = "955717e8"
FINE_TUNED = ("f7e0c4bc", "d12395a8", "92cfc3b6", "04573f0d")
MDX = ("0d19c1c6", "7ecf8ec1", "c511e2ab", "7d865c68")

TINY = {
    "channels": 8,
    "nfft": 1024,
    "segment": Fraction(1, 2),
    "bottom_channels": 16,
    "t_layers": 3,
    "t_heads": 2,
    "t_hidden_scale": 2.0,
}
REAL = {
    "channels": 48,
    "nfft": 4096,
    "segment": Fraction(39, 5),
    "bottom_channels": 512,
    "t_layers": 5,
    "t_heads": 8,
    "t_hidden_scale": 4.0,
}
_HT = {
    "audio_channels": 2,
    "samplerate": 44_100,
    "depth": 4,
    "dconv_mode": 3,
    "dconv_comp": 8,
    "t_dropout": 0.02,
    "t_layer_scale": True,
}


def write_htdemucs(
    folder: Path,
    *,
    name: str = "htdemucs",
    sources: tuple[str, ...] = FOUR,
    size: dict[str, Any] | None = None,
    seed: int = 0,
    signature: str = SIGNATURE,
) -> Path:
    """Write ``folder/name`` with one hybrid transformer network; tiny unless a size is given."""
    from demucs.htdemucs import HTDemucs

    network = _made(HTDemucs, {**_HT, **(size or TINY), "sources": list(sources)}, seed)
    return _write_bag(folder / name, name, {signature: network}, None)


def write_fine_tuned(folder: Path, seed: int = 10) -> Path:
    """Write ``folder/htdemucs_ft``: one network for each of four sources."""
    from demucs.htdemucs import HTDemucs

    kwargs = {**_HT, **TINY, "sources": list(FOUR)}
    networks = {name: _made(HTDemucs, kwargs, seed + i) for i, name in enumerate(FINE_TUNED)}
    weights = [[float(row == column) for column in range(4)] for row in range(4)]
    return _write_bag(folder / "htdemucs_ft", "htdemucs_ft", networks, weights)


def write_hybrid(folder: Path, seed: int = 20) -> Path:
    """Write ``folder/hdemucs_mmi``: one older hybrid network without a transformer."""
    return _write_bag(folder / "hdemucs_mmi", "hdemucs_mmi", {"75fc33f5": _hybrid(seed)}, None, segment=1)


def write_mdx(folder: Path, seed: int = 30) -> Path:
    """Write ``folder/mdx``: hybrid and plain networks with weights of their own."""
    networks = {name: _hybrid(seed + i) if i % 2 == 0 else _plain(seed + i) for i, name in enumerate(MDX[:3])}
    weights = [[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 1.0]]
    return _write_bag(folder / "mdx", "mdx", networks, weights, segment=1)


def write_pickle(folder: Path, name: str = "htdemucs", seed: int = 0) -> Path:
    """Write ``folder/name`` as the older downloads were: one pickle with the checksum in its name."""
    import torch
    from demucs.htdemucs import HTDemucs

    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    network = _made(HTDemucs, {**_HT, **TINY, "sources": list(FOUR)}, seed)
    args, kwargs = network._init_args_kwargs
    state = {key: value.half() for key, value in network.state_dict().items()}
    package = {
        "klass": HTDemucs,
        "args": args,
        "kwargs": kwargs,
        "state": state,
        "training_args": {"seed": 1},
    }
    torch.save(package, target / f"{SIGNATURE}-00000000.th")
    return target


def _hybrid(seed: int) -> Any:
    from demucs.hdemucs import HDemucs

    return _made(HDemucs, {"sources": list(FOUR), "channels": 4, "segment": 2, "samplerate": 44_100}, seed)


def _plain(seed: int) -> Any:
    from demucs.demucs import Demucs

    kwargs = {"sources": list(FOUR), "channels": 4, "depth": 4, "segment": 2, "samplerate": 44_100}
    return _made(Demucs, kwargs, seed)


def _made(klass: Any, kwargs: dict[str, Any], seed: int) -> Any:
    """Make a network whose residual branches count: as they begin training, they would hide every mistake."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = klass(**kwargs).eval()
        with torch.no_grad():
            for name, value in network.named_parameters():
                if name.endswith(".scale"):
                    value.copy_(0.05 + 0.25 * torch.rand_like(value))
    return network


def _write_bag(
    folder: Path,
    name: str,
    networks: dict[str, Any],
    weights: list[list[float]] | None,
    segment: int | None = None,
) -> Path:
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    for signature, network in networks.items():
        args, kwargs = network._init_args_kwargs
        metadata = {
            "klass": f"{type(network).__module__}.{type(network).__name__}",
            "args": json.dumps(args),
            "kwargs": json.dumps(kwargs, default=_encoded),
        }
        state = {key: value.detach().half().contiguous() for key, value in network.state_dict().items()}
        save_file(state, folder / f"{signature}.safetensors", metadata)
    lines = [f"models: {list(networks)}"]
    lines += [f"weights: {weights}"] if weights else []
    lines += [f"segment: {segment}"] if segment else []
    (folder / f"{name}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _encoded(value: Any) -> dict[str, Any]:
    if isinstance(value, Fraction):
        return {"_type": "fraction", "numerator": value.numerator, "denominator": value.denominator}
    raise TypeError(value)


class Folders:
    """Weights by name in one folder, as the store offers them."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder_of(self, name: str) -> Path:
        """Return the folder of a model."""
        return self.root / name
