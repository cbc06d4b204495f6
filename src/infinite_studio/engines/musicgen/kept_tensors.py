"""A safetensors file whose tensors begin where the int8 kernel can read them in place, mapped and never copied."""

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_ALIGNMENT = 64
_LENGTH_BYTES = 8
# So much is written before someone is asked whether to go on: a second's work of a slow disk.
_BLOCK_BYTES = 64_000_000


def write_tensors(
    path: Path,
    tensors: "Mapping[str, Tensor]",
    metadata: Mapping[str, str],
    told: Callable[[float], None] = lambda _: None,
) -> None:
    """Write the file under another name first, so that it is whole or not there, whatever happens meanwhile.

    Raises
    ------
    OSError
        If the disk is full or not writable; nothing stays behind then.
    """
    unfinished = path.with_suffix(".part")
    try:
        with unfinished.open("wb") as file:
            _write(file, tensors, metadata, told)
        unfinished.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def _write(
    file: BinaryIO,
    tensors: "Mapping[str, Tensor]",
    metadata: Mapping[str, str],
    told: Callable[[float], None],
) -> None:
    # Odd sizes go last, as they would push what follows them off its place.
    names = sorted(tensors, key=lambda name: (tensors[name].nbytes % _ALIGNMENT > 0, name))
    n_bytes = sum(tensor.nbytes for tensor in tensors.values())
    file.write(_header(names, tensors, metadata))
    written = 0
    for name in names:
        content = memoryview(_bytes_of(tensors[name]))
        for start in range(0, len(content), _BLOCK_BYTES):
            written += file.write(content[start : start + _BLOCK_BYTES])
            told(written / n_bytes)
        if written % _BLOCK_BYTES < len(content):
            file.flush()
            os.fsync(file.fileno())
    file.flush()
    os.fsync(file.fileno())


def _header(names: list[str], tensors: "Mapping[str, Tensor]", metadata: Mapping[str, str]) -> bytes:
    entries: dict[str, object] = {"__metadata__": dict(metadata)}
    start = 0
    for name in names:
        tensor = tensors[name]
        entries[name] = {
            "dtype": _kind(tensor.dtype),
            "shape": list(tensor.shape),
            "data_offsets": [start, start + tensor.nbytes],
        }
        start += tensor.nbytes
    text = json.dumps(entries).encode()
    text += b" " * (-(_LENGTH_BYTES + len(text)) % _ALIGNMENT)
    return len(text).to_bytes(_LENGTH_BYTES, "little") + text


def _kind(dtype: "torch.dtype") -> str:
    import torch

    return {
        torch.float32: "F32",
        torch.bfloat16: "BF16",
        torch.float16: "F16",
        torch.int8: "I8",
        torch.uint8: "U8",
        torch.int32: "I32",
        torch.int64: "I64",
        torch.bool: "BOOL",
    }[dtype]


def _bytes_of(tensor: "Tensor") -> bytes:
    import torch

    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy() if flat.numel() else b""  # type: ignore[return-value]
