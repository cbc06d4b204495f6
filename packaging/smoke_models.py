"""Do the engines with networks work in the packaged app? Tiny networks with random numbers come from a hub on loopback."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("small", "melody")
SECONDS = 1.0
STEMS = {"drums", "bass", "other", "vocals"}
_NO_HUB = ("HF_TOKEN", "HF_HUB_OFFLINE", "HUGGINGFACE_HUB_CACHE")


class Program(Protocol):
    """The packaged program with a library of its own."""

    folder: Path
    environment: dict[str, str]

    def json(self, *words: object) -> Any:  # noqa: ANN401 - what JSON holds
        """Run one verb and return the one object that it prints."""

    def written(self, name: str) -> Path:
        """Return a file that a verb must have written."""


def broken_networks(app: Program) -> str:
    """Return what does not work of the engines with networks, or nothing; needs ``hum.wav`` and ``beat.flac``."""
    with _hub(app):
        for name, engine, more in (
            ("words.wav", "musicgen-small", ()),
            ("sung.wav", "musicgen-melody", ("--melody", "hum.wav")),
            ("other.wav", "musicgen-medium", ()),
        ):
            words = ("lo-fi piano", "--engine", engine, "--download", *more)
            made = app.json("generate", *words, "--seconds", SECONDS, "--seed", 3, "-o", name)
            app.written(name)
            if made["duration_seconds"] != SECONDS:
                return f"{engine} made {made['duration_seconds']} s"
        app.json("models", "download", "htdemucs")
        split = app.json("split", "words.wav", "--engine", "htdemucs", "-o", "network stems")
        if set(split["stems"]) != STEMS:
            return f"htdemucs split into {sorted(split['stems'])}"
        heard = app.json("hum", "hum.wav")["tracker"]
        if "CREPE" not in heard:
            return f"a hum was heard by the {heard}"
        app.json("models", "download", "clap-music")
        if not app.json("search", "lo-fi piano")["found"]:
            return "no sound was found by words"
    return ""


@contextmanager
def _hub(app: Program) -> Iterator[None]:
    """Serve tiny weights for as long as the block lasts, and let the program ask there and nowhere else."""
    sys.path.insert(0, str(ROOT))
    from tests.hub import environment, serve

    from infinite_studio.weights.catalogue import entry_named

    folders = _tiny_weights(app.folder / "tiny")
    hub, server = serve()
    before = dict(app.environment)
    try:
        for name, folder in folders.items():
            hub.put_folder(entry_named(name).repository_id, folder)
        app.environment.update(environment(hub.url, app.folder / "hub"))
        for name in _NO_HUB:
            app.environment.pop(name, None)
        yield
    finally:
        app.environment.clear()
        app.environment.update(before)
        server.shutdown()
        server.server_close()


def _tiny_weights(folder: Path) -> Mapping[str, Path]:
    """Write networks in the formats of the published ones; “medium” holds a codec that only audiocraft builds."""
    from tests.tiny_clap import write_tiny_clap
    from tests.tiny_demucs import write_htdemucs
    from tests.tiny_musicgen import write_everything, write_musicgen, write_own_codec

    write_everything(folder, KINDS)
    write_musicgen(folder / "musicgen-medium", "small")
    write_own_codec(folder / "musicgen-medium" / "compression_state_dict.bin")
    _ask_for_audiocraft(folder / "musicgen-medium" / "compression_state_dict.bin")
    return {
        "t5-base": folder / "t5-base",
        "encodec-32khz": folder / "encodec-32khz",
        **{f"musicgen-{kind}": folder / f"musicgen-{kind}" for kind in (*KINDS, "medium")},
        "htdemucs": write_htdemucs(folder),
        "clap-music": write_tiny_clap(folder / "clap-music"),
    }


def _ask_for_audiocraft(codec: Path) -> None:
    """Let a codec have a property that the studio leaves to audiocraft."""
    import torch

    values = torch.load(codec, weights_only=True)
    values["xp.cfg"] = values["xp.cfg"].replace("renormalize: false", "renormalize: true")
    torch.save(values, codec)
