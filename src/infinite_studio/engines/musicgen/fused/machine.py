"""Compiling a step for the processor at hand: a fraction of a second, so nothing is kept on the disk."""

import ctypes
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from llvmlite import binding, ir

from infinite_studio.engines.musicgen.fused.attention import write_attend, write_keep
from infinite_studio.engines.musicgen.fused.coarse_attention import write_attend_coarse, write_keep_coarse
from infinite_studio.engines.musicgen.fused.code import Raw
from infinite_studio.engines.musicgen.fused.maths import write_as_integers, write_normalise, write_share_out
from infinite_studio.engines.musicgen.fused.products import write_multiply
from infinite_studio.engines.musicgen.fused.step import YIELD, write_step

_NEEDED_FEATURES = ("avx2", "f16c", "fma")
_WIDE_FEATURE, _BYTES_FEATURE = "avx512bw", "avx512vnni"
_LEVEL = 3


@dataclass(frozen=True, eq=False)
class Machine:
    """The functions of a step, which run without Python's lock; ``owner`` keeps their code in memory.

    ``lanes`` is how many int16 are multiplied at once; ``in_bytes`` says that weights lie in blocks for products of bytes.
    """

    lead: Callable[[int, int], None]
    serve: Callable[[int, int], None]
    lanes: int
    in_bytes: bool
    owner: object


def is_possible() -> bool:
    """Whether this processor can run compiled steps."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return False
    _wake()
    features = binding.get_host_cpu_features()
    return all(features.get(name) for name in _NEEDED_FEATURES)


@cache
def compiled(*, narrow: bool = False, in_pairs: bool = False) -> Machine:
    """Return the compiled functions; ``narrow`` and ``in_pairs`` are for processors without the newest registers."""
    _wake()
    features = binding.get_host_cpu_features()
    lanes = 32 if features.get(_WIDE_FEATURE) and not narrow else 16
    in_bytes = bool(features.get(_BYTES_FEATURE)) and not narrow and not in_pairs
    module = binding.parse_assembly(str(_written(lanes, in_bytes=in_bytes)))
    module.verify()
    target = binding.Target.from_default_triple().create_target_machine(
        cpu=binding.get_host_cpu_name(), features=features.flatten(), opt=_LEVEL, jit=True
    )
    builder = binding.create_pass_builder(target, binding.create_pipeline_tuning_options(_LEVEL))
    builder.getModulePassManager().run(module, builder)
    engine = binding.create_mcjit_compiler(module, target)
    engine.finalize_object()
    kind = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_int64)
    lead, serve = (kind(engine.get_function_address(name)) for name in ("lead", "serve"))
    return Machine(lead, serve, lanes, in_bytes, engine)


def _written(lanes: int, *, in_bytes: bool) -> Raw:
    module = ir.Module("musicgen_step")
    write_normalise(module)
    write_share_out(module)
    write_as_integers(module, in_bytes=in_bytes)
    write_multiply(module, lanes, in_bytes=in_bytes)
    write_keep(module)
    write_attend(module)
    if in_bytes:
        write_keep_coarse(module)
        write_attend_coarse(module)
    write_step(module, in_bytes=in_bytes)
    return module


def _wake() -> None:
    """Make LLVM ready and tell it how this system lets a thread give way to others."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    is_windows = os.name == "nt"
    give_way = ctypes.CDLL("kernel32").SwitchToThread if is_windows else ctypes.CDLL(None).sched_yield
    binding.add_symbol(YIELD, ctypes.cast(give_way, ctypes.c_void_p).value)
