"""Separators that the benchmark of stems asks in turn: each in a process of its own that stays warm.

A worker takes one JSON request a line and answers with one JSON line: `split` a file, and how long it took.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

OURS, API = "ours", "api"
BFLOAT_16, FLOAT_32 = "ours-bfloat16", "ours-float32"
STEMS = ("drums", "bass", "vocals", "other")

Split = Callable[[Path, Path | None], None]
"""Splits a file; its stems ``(stems, frames, channels)`` are kept where a second path is given."""


class Worker:
    """One process with one separator."""

    def __init__(self, kind: str, folder: Path, model: str = "htdemucs") -> None:
        self.kind = kind
        command = [sys.executable, "-m", "benchmarks.stems_workers", kind, str(folder), model]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.loaded_mb = float(self._answer()["memory_mb"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def split(self, file: Path, keep: Path | None = None) -> dict[str, float]:
        """Return seconds, processor seconds and the most memory so far of one split."""
        assert self._process.stdin is not None
        request = {"file": str(file), "keep": None if keep is None else str(keep)}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker “{self.kind}” ended")
        values: dict[str, float] = json.loads(line)
        return values


def memory_mb(field: str = "VmHWM") -> float:
    """Return the most memory this process ever had, or has now; what `getrusage` says includes its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(field))) / 1024


def difference_db(found: Path, exact: Path) -> float:
    """Return how far kept stems are from others, in dB of the others' energy."""
    ours, theirs = np.load(found), np.load(exact)
    return round(float(10 * np.log10(np.square(ours - theirs).sum() / np.square(theirs).sum())), 1)


def ours(kind: str, folder: Path, model: str = "htdemucs") -> Any:  # noqa: ANN401 - heavy to import
    """Return our separator, in a precision of its own choice or in the one that the kind names."""
    from tests.tiny_demucs import Folders

    from infinite_studio.engines.demucs.models import MODELS
    from infinite_studio.engines.demucs.precision import Precision
    from infinite_studio.engines.demucs.separator import DemucsSeparator

    asked = {BFLOAT_16: Precision.BFLOAT_16, FLOAT_32: Precision.FLOAT_32}.get(kind)
    known = next(each for each in MODELS if each.name == model)
    separator = DemucsSeparator(known, Folders(folder / "ours"), device=lambda: "cpu", precision=asked)
    separator.load()
    return separator


def ordered(stems: Iterable[str]) -> list[str]:
    """Return the names of stems in an order that is the same for every program: the four that all have come first."""
    named = set(stems)
    return [name for name in STEMS if name in named] + sorted(named - set(STEMS))


def _ours(kind: str, folder: Path, model: str) -> Split:
    from infinite_studio.engines.streams import FileSource
    from infinite_studio.music.stems import StemType
    from infinite_studio.progress import Silence

    separator = ours(kind, folder, model)
    in_order = ordered([stem_type.value for stem_type in separator.stem_types])

    def split(file: Path, keep: Path | None) -> None:
        blocks = separator.separate_stream(FileSource.of(file, Silence()), Silence())
        kept = [np.stack([block[StemType(name)] for name in in_order]) if keep else None for block in blocks]
        if keep is not None:
            np.save(keep, np.concatenate(kept, axis=1))  # type: ignore[arg-type]

    return split


def _api(_kind: str, folder: Path, model: str) -> Split:
    from demucs.api import Separator

    # Without its random shift it does exactly the work that we do.
    separator = Separator(model, repo=folder / "theirs", device="cpu", shifts=0)

    def split(file: Path, keep: Path | None) -> None:
        _, stems = separator.separate_audio_file(file)
        if keep is not None:
            np.save(keep, np.stack([stems[name].numpy().T for name in ordered(stems)]))

    return split


def _serve(kind: str, folder: Path, model: str) -> None:
    split = (_api if kind == API else _ours)(kind, folder, model)
    _tell({"memory_mb": memory_mb("VmRSS")})
    for line in sys.stdin:
        request = json.loads(line)
        began, worked = time.perf_counter(), time.process_time()
        split(Path(request["file"]), request["keep"] and Path(request["keep"]))
        _tell({
            "seconds": time.perf_counter() - began,
            "cpu_seconds": time.process_time() - worked,
            "peak_mb": memory_mb(),
        })  # fmt: skip


def _tell(values: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
