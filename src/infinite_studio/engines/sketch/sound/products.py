"""Matrix products that stay on one core.

BLAS hands large products to several threads that wait for one another in a busy loop; beside other work that costs more
than it gains, and only the application's lanes may have threads. Products of at most 2¹⁸ multiplications stay where they
are, and their sums come in the same order everywhere.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_MOST_MULTIPLICATIONS = 2**18
Real = TypeVar("Real", np.float32, np.float64)


def product(left: NDArray[Real], right: NDArray[Real]) -> NDArray[Real]:
    """Return the product of a tall matrix and a small one, a few rows at a time."""
    n_rows, depth = left.shape
    rows = max(_MOST_MULTIPLICATIONS // (depth * right.shape[1]), 1)
    rows = min(1 << (rows.bit_length() - 1), 64)
    whole = n_rows // rows * rows
    result = np.empty((n_rows, right.shape[1]), left.dtype)
    np.matmul(
        left[:whole].reshape(-1, rows, depth), right, out=result[:whole].reshape(-1, rows, right.shape[1])
    )
    if whole < n_rows:
        np.matmul(left[whole:], right, out=result[whole:])
    return result
