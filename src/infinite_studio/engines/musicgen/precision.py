"""How finely a network's numbers are kept."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


class Precision(StrEnum):
    """Of the weights; sums and attention are finer where that costs little."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"
    INT8 = "int8"

    @property
    def bytes_per_weight(self) -> int:
        """How much memory one weight takes."""
        return {Precision.FLOAT32: 4, Precision.BFLOAT16: 2, Precision.FLOAT16: 2, Precision.INT8: 1}[self]

    @property
    def coarser(self) -> "Precision | None":
        """The next precision that needs less memory; None where there is none."""
        if self is Precision.INT8:
            return None
        return Precision.BFLOAT16 if self is Precision.FLOAT32 else Precision.INT8

    def weight_type(self) -> "torch.dtype":
        """Return the type in which weights that are multiplied lie in memory."""
        import torch

        return {
            Precision.FLOAT32: torch.float32,
            Precision.BFLOAT16: torch.bfloat16,
            Precision.FLOAT16: torch.float16,
            Precision.INT8: torch.int8,
        }[self]

    def input_type(self) -> "torch.dtype":
        """Return the type of what such weights are multiplied with."""
        import torch

        return torch.bfloat16 if self is Precision.INT8 else self.weight_type()
