"""Which objects every commit needs, kept as numbers so that a whole library is marked in a moment."""

import sys
from array import array
from collections.abc import Collection

from sqlalchemy.orm import Session

from infinite_studio.history.models import HoldingRow


def add_holding(session: Session, sequence: int, numbers: Collection[int]) -> None:
    """Keep the numbers of every object that a commit needs."""
    session.add(HoldingRow(sequence=sequence, numbers=packed(numbers)))


def packed(numbers: Collection[int]) -> bytes:
    """Write numbers as 32-bit little-endian integers, smallest first."""
    values = array("I", sorted(numbers))
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def unpacked(data: bytes) -> "array[int]":
    """Read `packed` numbers back."""
    values = array("I")
    values.frombytes(data)
    if sys.byteorder == "big":
        values.byteswap()
    return values
