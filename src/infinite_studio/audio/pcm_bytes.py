"""Samples as the bytes of a WAV file."""

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.sanitise import BitDepth, Gate, Quantiser

_CHUNK_FRAMES = 8_192
"""What is computed at a time stays in the processor's cache."""


class PcmBytes:
    """Turns blocks into little-endian interleaved bytes of 16 or 24 bits or 32-bit float, through the gate."""

    def __init__(self, bit_depth: BitDepth, gate: Gate) -> None:
        self._gate = gate
        self._depth = bit_depth
        self._quantiser = None if bit_depth is BitDepth.FLOAT_32 else Quantiser(bit_depth)

    def packed(self, block: Samples) -> bytes:
        """Return the bytes of a block."""
        starts = range(0, block.shape[0], _CHUNK_FRAMES)
        return b"".join(self._chunk(block[start : start + _CHUNK_FRAMES]) for start in starts)

    def _chunk(self, block: Samples) -> bytes:
        clean = self._gate.passed(block)
        if self._quantiser is None:
            return np.ascontiguousarray(clean, "<f4").tobytes()
        whole = np.ascontiguousarray(self._quantiser.quantised(clean))
        if self._depth is BitDepth.INT_16:
            return whole.astype("<i2").tobytes()
        return whole.astype("<i4").view(np.uint8).reshape(-1, 4)[:, 1:].tobytes()
