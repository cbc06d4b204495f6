"""Where a sound changes: its sections."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.findings import Section

_LEAST_UNITS = 8
_SHORTEST_UNITS = 4
_KERNEL_UNITS = 8
_STANDS_OUT = 0.7
_LEAST_NOVELTY = 0.08
_SAME_LIKENESS = 0.65
_UNIT_SECONDS = 2.0
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Values = NDArray[np.float64]


def find_sections(
    rows: Values, row_seconds: float, starts_seconds: Sequence[float], duration_seconds: float
) -> tuple[Section, ...]:
    """Find sections that are alike within themselves and unlike their neighbours.

    Parameters
    ----------
    rows : ndarray, shape (any, n)
        Timbre and pitch over time.
    row_seconds : float
        From one row to the next.
    starts_seconds : sequence of float
        Where bars begin; pieces of 2 s are compared where there are none.
    duration_seconds : float
        Length of the sound.

    Returns
    -------
    tuple of Section
        From beginning to end without gaps; a single one for sounds of less than eight bars.

    Notes
    -----
    Novelty along the diagonal of the self-similarity matrix (Foote 2000), at most a window of it at a time;
    sections whose means correlate by at least 0.65 share a letter.
    """
    starts = np.array(
        starts_seconds
        if len(starts_seconds) >= _LEAST_UNITS
        else np.arange(0, duration_seconds, _UNIT_SECONDS)
    )
    if starts.size < _LEAST_UNITS or rows.shape[0] < starts.size:
        return (Section(0.0, duration_seconds, _LETTERS[0]),)
    units = _means(_standard(rows), starts, row_seconds)
    borders = [0, *_borders(_novelty(units)), len(units)]
    edges = [0.0, *(float(starts[border]) for border in borders[1:-1]), duration_seconds]
    letters = _lettered([units[a:b].mean(axis=0) for a, b in pairwise(borders)])
    return tuple(
        Section(start, end, letter) for start, end, letter in zip(edges[:-1], edges[1:], letters, strict=True)
    )


def _standard(rows: Values) -> Values:
    spread = rows.std(axis=0)
    return np.asarray((rows - rows.mean(axis=0)) / np.where(spread > 1e-6, spread, np.inf))


def _means(rows: Values, starts: Values, row_seconds: float) -> Values:
    sums = np.vstack([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)])
    length = float(np.median(np.diff(starts)))
    edges = np.clip(np.round(np.append(starts, starts[-1] + length) / row_seconds).astype(int), 0, len(rows))
    return np.asarray((sums[edges[1:]] - sums[edges[:-1]]) / np.maximum(np.diff(edges), 1)[:, np.newaxis])


def _novelty(units: Values) -> Values:
    """Return how much the units after each border differ from those before it, 0 to 2."""
    unit = units / np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1e-9)
    found = np.zeros(len(unit))
    for border in range(_SHORTEST_UNITS, len(unit) - _SHORTEST_UNITS + 1):
        reach = min(_KERNEL_UNITS, border, len(unit) - border)
        before, after = unit[border - reach : border], unit[border : border + reach]
        within = (np.square(before.mean(axis=0)).sum() + np.square(after.mean(axis=0)).sum()) / 2
        found[border] = within - float(before.mean(axis=0) @ after.mean(axis=0))
    return found


def _borders(novelty: Values) -> list[int]:
    """Return the peaks of novelty that stand out, strongest first, none within four units of another."""
    floor = max(float(novelty.mean() + _STANDS_OUT * novelty.std()), _LEAST_NOVELTY)
    chosen: list[int] = []
    for border in np.argsort(-novelty, kind="stable"):
        if novelty[border] < floor:
            break
        if all(abs(int(border) - other) >= _SHORTEST_UNITS for other in chosen):
            chosen.append(int(border))
    return sorted(chosen)


def _lettered(means: list[Values]) -> list[str]:
    """Name sections so that those that are alike have one letter."""
    models: list[Values] = []
    letters = []
    for mean in means:
        likeness = [_likeness(mean, model) for model in models]
        if likeness and max(likeness) >= _SAME_LIKENESS:
            letters.append(_LETTERS[int(np.argmax(likeness)) % 26])
        else:
            models.append(mean)
            letters.append(_LETTERS[(len(models) - 1) % 26])
    return letters


def _likeness(one: Values, other: Values) -> float:
    return float(one @ other) / max(float(np.linalg.norm(one)) * float(np.linalg.norm(other)), 1e-9)
