"""Random networks of the Demucs family, written once for us and once as the peers read them."""

from pathlib import Path
from typing import Any

from tests.tiny_demucs import (
    REAL,
    SIX,
    TINY,
    write_fine_tuned,
    write_htdemucs,
    write_hybrid,
    write_mdx,
)

FLOWING = {**TINY, "nfft": 4096, "segment": REAL["segment"], "t_layers": 1}
"""A network that does next to nothing on segments of real length: what remains is what carries them."""


def make_weights(folder: Path, size: str = "real") -> None:
    """Write one random htdemucs of a size: ``real``, ``tiny`` or ``flowing``."""
    sizes = {"real": REAL, "tiny": TINY, "flowing": FLOWING}
    write_htdemucs(folder / "ours", size=sizes[size])
    for_the_peers(folder, "htdemucs")


def make_tiny_models(folder: Path) -> tuple[str, ...]:
    """Write a tiny one of every model that needs no other package; return their names."""
    write_htdemucs(folder / "ours")
    write_htdemucs(folder / "ours", name="htdemucs_6s", sources=SIX, signature="5c90dfd2")
    write_fine_tuned(folder / "ours")
    write_hybrid(folder / "ours")
    write_mdx(folder / "ours")
    names = ("htdemucs", "htdemucs_ft", "htdemucs_6s", "hdemucs_mmi", "mdx")
    for name in names:
        for_the_peers(folder, name)
    return names


def for_the_peers(folder: Path, name: str) -> None:
    """Write a model's networks again, as pickles with the description that demucs reads in a folder."""
    import torch

    from infinite_studio.engines.demucs.loading import read_network

    theirs = folder / "theirs"
    theirs.mkdir(exist_ok=True)
    described = (folder / "ours" / name / f"{name}.yaml").read_text(encoding="utf-8")
    (theirs / f"{name}.yaml").write_text(described, encoding="utf-8")
    for file in (folder / "ours" / name).glob("*.safetensors"):
        network: Any = read_network(file)
        args, kwargs = network._init_args_kwargs  # noqa: SLF001 - how demucs itself writes its files
        package = {"klass": type(network), "args": args, "kwargs": kwargs, "state": network.state_dict()}
        torch.save(package, theirs / f"{file.stem}.th")
