"""Which precision is fastest here: known, or tried once for a machine, then remembered."""

import json
import logging
import platform
import time
from pathlib import Path
from typing import TYPE_CHECKING

from infinite_studio.engines.device import DeviceKind
from infinite_studio.engines.musicgen.layers import Linear
from infinite_studio.engines.musicgen.packing import quantised
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.stepping import has_compiled_steps

if TYPE_CHECKING:
    from torch import Tensor

logger = logging.getLogger(__name__)

_BUDGET_SECONDS = 0.8
_ROWS, _SIZE, _HIDDEN = 2, 1024, 4096
# More weights than a cache holds, so that reading them from memory counts.
_COPIES = 6


def choose_precision(device: DeviceKind, memory: Path | None) -> Precision:
    """Return the precision for a device, from memory where this machine was tried before."""
    import torch

    if device == "cuda":
        return Precision.BFLOAT16 if torch.cuda.is_bf16_supported() else Precision.FLOAT16
    if device == "mps":
        return Precision.FLOAT16
    # Compiled steps are as quick as memory is read: nothing finer can be as fast.
    if has_compiled_steps():
        return Precision.INT8
    machine = f"{platform.processor() or platform.machine()} {torch.__version__} {torch.get_num_threads()}"
    remembered = _recall(memory)
    if remembered.get(machine) in set(Precision):
        return Precision(remembered[machine])
    found = fastest(speeds())
    _remember(memory, {**remembered, machine: str(found)})
    return found


def speeds() -> dict[Precision, float]:
    """Return seconds for one product of the network's kind in each precision; takes a second at most."""
    import torch

    taken: dict[Precision, float] = {}
    weight = torch.randn(_HIDDEN, _SIZE)
    rows = torch.randn(_ROWS, _SIZE)
    share = _BUDGET_SECONDS / 3
    for precision in (Precision.INT8, Precision.BFLOAT16, Precision.FLOAT32):
        linears = [_linear(weight, precision) for _ in range(_COPIES)]
        linears[0](rows)
        counted, start = 0, time.perf_counter()
        while counted < len(linears) or time.perf_counter() - start < share / 4:
            linears[counted % len(linears)](rows)
            counted += 1
            if time.perf_counter() - start > share:
                break
        taken[precision] = (time.perf_counter() - start) / counted
    return taken


def fastest(taken: dict[Precision, float]) -> Precision:
    """Return the fastest precision; a finer one wins where it is as fast to within a tenth."""
    best = min(taken.values())
    finest_first = (Precision.FLOAT32, Precision.BFLOAT16, Precision.INT8)
    return next(precision for precision in finest_first if taken.get(precision, best * 2) <= 1.1 * best)


def _linear(weight: "Tensor", precision: Precision) -> Linear:
    import torch

    if precision is Precision.INT8:
        coarse, scale = quantised(weight)
        return Linear(coarse, None, scale.to(torch.bfloat16))
    return Linear(weight.to(precision.weight_type(), copy=True), None, None)


def _recall(memory: Path | None) -> dict[str, str]:
    try:
        values = json.loads(memory.read_text(encoding="utf-8")) if memory else {}
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in values.items()} if isinstance(values, dict) else {}


def _remember(memory: Path | None, values: dict[str, str]) -> None:
    if memory is None:
        return
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_text(json.dumps(values, indent=1), encoding="utf-8")
    except OSError as error:
        logger.info("the precision for this machine was not remembered: %s", error)
