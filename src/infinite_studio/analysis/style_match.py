"""Which of the built-in styles a sound is most like."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np

from infinite_studio.analysis.fingerprint import VERSION, Vector
from infinite_studio.resources import resource_path

_PITCH_CLASSES = slice(45, 57)
_LEAST_LIKENESS = 0.45


def style_like(fingerprint: Vector) -> tuple[str | None, float]:
    """Return the name of the style that a sound is most like, and how much.

    Parameters
    ----------
    fingerprint : ndarray of float32, shape (64,)
        Of the sound.

    Returns
    -------
    tuple of str or None and float
        None where no style is like it by at least 0.45 of 1.

    Notes
    -----
    Nearest centroid: the mean fingerprint of several pieces that the built-in composer made in each style, pitch
    classes left out. The table is measured by ``benchmarks.listening_styles``.
    """
    names, centroids = _table(resource_path("listening", "styles.json"))
    if not names or not fingerprint.any():
        return None, 0.0
    likeness = centroids @ without_pitch_classes(fingerprint)
    best = int(likeness.argmax())
    found = float(likeness[best])
    return (names[best] if found >= _LEAST_LIKENESS else None), max(found, 0.0)


def without_pitch_classes(fingerprint: Vector) -> Vector:
    """Return a fingerprint that does not know its key, of length one.

    Parameters
    ----------
    fingerprint : ndarray of float32, shape (64,)
        Of a sound.

    Returns
    -------
    ndarray of float32, shape (64,)
        With zeros in the place of pitch classes.
    """
    kept = fingerprint.copy()
    kept[_PITCH_CLASSES] = 0.0
    return np.asarray(kept / max(float(np.linalg.norm(kept)), 1e-9), np.float32)


@lru_cache(maxsize=1)
def _table(path: Path) -> tuple[tuple[str, ...], Vector]:
    if not path.is_file():
        return (), np.zeros((0, 64), np.float32)
    data = json.loads(path.read_text(encoding="utf-8"))
    if data["version"] != VERSION:
        return (), np.zeros((0, 64), np.float32)
    return tuple(data["styles"]), np.array(list(data["styles"].values()), np.float32)
