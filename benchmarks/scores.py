"""Figures that separators are compared by."""

import numpy as np
from numpy.typing import NDArray


def si_sdr_db(estimate: NDArray[np.floating], truth: NDArray[np.floating]) -> float:
    """Return the scale-invariant signal-to-distortion ratio (Le Roux et al. 2019), channels taken together."""
    heard, wanted = (np.asarray(part, np.float64).ravel() for part in (estimate, truth))
    target = wanted * (heard @ wanted) / (wanted @ wanted)
    noise = heard - target
    return float(10 * np.log10((target @ target + 1e-20) / (noise @ noise + 1e-20)))
