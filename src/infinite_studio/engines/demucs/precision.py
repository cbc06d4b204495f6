"""Which precision pays on this machine: found out once by trying, and remembered."""

import json
import logging
import platform
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from infinite_studio.audio.files import atomic_path
from infinite_studio.errors import StudioError

if TYPE_CHECKING:
    import torch

logger = logging.getLogger(__name__)

GUARD_DB = -40.0
"""A faster precision is only used where its result differs from 32-bit float's by less than this."""
MARGIN_DB = 1.5
"""The trial hears one segment; others may differ a little more."""
WORTH_IT = 1.1
_TRIALS = 3


class Precision(StrEnum):
    """What a network computes in."""

    FLOAT_32 = "float32"
    BFLOAT_16 = "bfloat16"


class PrecisionMemory:
    """What earlier trials found out, by name; a file that cannot be read or written costs a new trial and no more.

    Where a precision is ``asked`` for, nothing is tried: measurements compare both.
    """

    def __init__(self, file: Path | None, asked: Precision | None = None) -> None:
        self._file = file
        self._asked = asked
        self._known: dict[str, str] | None = None

    def find(self, name: str, trial: Callable[[], Precision]) -> Precision:
        """Return what is remembered under a name on this machine, or try now and remember."""
        if self._asked is not None:
            return self._asked
        key = f"{_machine()} · {name}"
        known = self._read()
        if known.get(key) not in set(Precision):
            known[key] = trial().value
            self._write(known)
        return Precision(known[key])

    def _read(self) -> dict[str, str]:
        if self._known is None:
            self._known = {}
            try:
                if self._file is not None:
                    data = json.loads(self._file.read_text(encoding="utf-8"))
                    self._known = {str(key): str(value) for key, value in dict(data).items()}
            except FileNotFoundError:
                pass
            except (OSError, ValueError, TypeError) as error:
                logger.warning("What was learned about precision cannot be read: %s", error)
        return self._known

    def _write(self, known: dict[str, str]) -> None:
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with atomic_path(self._file) as temporary:
                temporary.write_text(json.dumps(known, indent=1), encoding="utf-8")
        except (OSError, StudioError) as error:
            logger.warning("What was learned about precision cannot be kept: %s", error)


def fast_precision(device: str) -> Precision:
    """Return whether 16 bits are faster than 32 on a device: a graphics card or a processor with such units.

    Multiplies two matrices each way, which takes a fraction of a second.
    """
    import torch

    if device == "cuda":
        return Precision.BFLOAT_16 if torch.cuda.is_bf16_supported() else Precision.FLOAT_32
    if device != "cpu":
        return Precision.FLOAT_32
    seconds = {kind: _product_seconds(getattr(torch, kind.value)) for kind in Precision}
    pays = seconds[Precision.FLOAT_32] > WORTH_IT * seconds[Precision.BFLOAT_16]
    return Precision.BFLOAT_16 if pays else Precision.FLOAT_32


def _product_seconds(kind: "torch.dtype") -> float:
    import torch

    with torch.inference_mode():
        left, right = torch.ones((1024, 512), dtype=kind), torch.ones((512, 1024), dtype=kind)
        taken: list[float] = []
        for _ in range(_TRIALS + 1):
            began = time.perf_counter()
            torch.matmul(left, right)
            taken.append(time.perf_counter() - began)
    return min(taken[1:])


def _machine() -> str:
    import torch

    return f"{platform.node()} {platform.machine()} torch {torch.__version__}"
