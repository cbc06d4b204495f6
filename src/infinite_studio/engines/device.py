"""Which device models run on, told truthfully: a graphics card counts only after it has computed something."""

import os
import platform
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Literal, TypeAlias

DeviceKind: TypeAlias = Literal["cpu", "cuda", "mps"]
TorchLoader: TypeAlias = Callable[[], ModuleType]

_SIZE = 64


@dataclass(frozen=True)
class DeviceReport:
    """The device that models will run on, and why.

    Parameters
    ----------
    kind : str
        ``cpu``, ``cuda`` or ``mps``, as torch names it.
    label : str
        For the status bar: ``CPU, 2 cores``, ``GPU: NVIDIA … works`` or ``CPU, because …``.
    works : bool
        Whether torch computed something on it.
    reason : str
        One sentence.
    """

    kind: DeviceKind
    label: str
    works: bool
    reason: str


class _DeviceFailedError(Exception):
    """A device that is there but does not compute; the text completes “CPU, because …”."""


def core_count() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return os.cpu_count() or 1


def quick_device_label() -> str:
    """Return what is certain without loading torch, such as ``CPU, 2 cores``."""
    cores = core_count()
    return "CPU, 1 core" if cores == 1 else f"CPU, {cores} cores"


def may_have_graphics_card() -> bool:
    """Whether the system shows any sign of a card that torch might use; costs no more than a look."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    if sys.platform == "win32":
        return find_library("nvcuda") is not None
    return any(
        Path(sign).exists() for sign in ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd", "/proc/driver/nvidia")
    )


def torch_version() -> str | None:
    """Return torch's version without loading it; None where it is not installed."""
    try:
        return metadata.version("torch")
    except metadata.PackageNotFoundError:
        return None


def import_torch() -> ModuleType:
    """Load torch; takes seconds."""
    import torch

    return torch


def test_device(load_torch: TorchLoader = import_torch) -> DeviceReport:  # noqa: PT028 - not a test
    """Load torch, compute something on the best device there is, and say what became of it."""
    try:
        torch = load_torch()
    except (ImportError, OSError) as error:
        reason = f"torch could not be loaded, so engines with a network do not run: {_first_line(error)}"
        return DeviceReport("cpu", quick_device_label(), works=False, reason=reason)
    try:
        found = _graphics_card(torch)
    except _DeviceFailedError as failure:
        return _cpu(torch, f"CPU, because {failure}", f"Models run on the CPU, because {failure}.")
    return found or _cpu(
        torch, quick_device_label(), "Models run on the CPU; no graphics card that torch can use was found."
    )


def _cpu(torch: ModuleType, label: str, reason: str) -> DeviceReport:
    try:
        with _failures_in_words("the CPU"):
            _compute(torch, "cpu")
    except _DeviceFailedError as failure:
        return DeviceReport("cpu", label, works=False, reason=f"Models do not run here, because {failure}.")
    return DeviceReport("cpu", label, works=True, reason=reason)


def _graphics_card(torch: ModuleType) -> DeviceReport | None:
    """Return the card that computed something, or None where there is none to try."""
    if torch.version.cuda is not None:
        with _failures_in_words("the NVIDIA card"):
            # Unlike `is_available`, this says why.
            torch.cuda.init()
            name = _nvidia_name(str(torch.cuda.get_device_name(0)))
        with _failures_in_words(name):
            _compute(torch, "cuda")
        reason = f"Models run on {name}: a test computation came out right."
        return DeviceReport("cuda", f"GPU: {name} works", works=True, reason=reason)
    if torch.backends.mps.is_available():
        with _failures_in_words("the Apple GPU"):
            _compute(torch, "mps")
        reason = "Models run on the Apple GPU: a test computation came out right."
        return DeviceReport("mps", "GPU: Apple works", works=True, reason=reason)
    return None


def _compute(torch: ModuleType, device: DeviceKind) -> None:
    """Multiply two matrices on the device and compare the result with the known one."""
    ones = torch.ones((_SIZE, _SIZE), device=device)
    total = float((ones @ ones).sum().item())
    if total != float(_SIZE**3):
        raise _DeviceFailedError("a test computation came out wrong")


@contextmanager
def _failures_in_words(name: str) -> Iterator[None]:
    """Translate what torch raises about a device into the end of a sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (RuntimeError, AssertionError) as error:
        raise _DeviceFailedError(_in_words(name, error)) from error


def _in_words(name: str, error: Exception) -> str:
    text = str(error).lower()
    if "no nvidia driver" in text:
        return "no NVIDIA driver was found"
    if "driver on your system is too old" in text or "driver version is insufficient" in text:
        return "the NVIDIA driver is too old"
    if "no cuda gpus are available" in text or "no cuda-capable device" in text:
        return "no NVIDIA card was found"
    if "out of memory" in text:
        return f"{name} is out of memory"
    if "no kernel image" in text or "not compatible with the current pytorch" in text:
        return f"this build of torch does not support {name}"
    return f"{name} failed a test computation ({_first_line(error)})"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _nvidia_name(name: str) -> str:
    return name if name.upper().startswith("NVIDIA") else f"NVIDIA {name}"
