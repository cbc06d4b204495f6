"""Recursive filters without a loop over frames: blocks as matrix products, their states as a scan on two levels.

A linear filter with state ``s`` turns a block of ``L`` frames into ``T·x + O·s`` and leaves the state ``M·s + R·x``. All
blocks are multiplied at once; what they leave is carried through groups of blocks by the same trick, and only from
group to group in a loop.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.biquads import Section
from infinite_studio.engines.sketch.sound.products import product

_BLOCK_FRAMES = 64
_GROUP_BLOCKS = 32
GRAIN_FRAMES = _BLOCK_FRAMES * _GROUP_BLOCKS
_Matrix = NDArray[np.float64]


class BlockFilter:
    """Sections one after the other, for a sound that comes piece by piece; remembers where it was.

    Parameters
    ----------
    sections : sequence of Section
        Applied in their order.
    n_channels : int
        Rows of every piece.
    """

    def __init__(self, sections: Sequence[Section], n_channels: int = 2) -> None:
        transition, entry, exit_, direct = _even(*_cascade(sections))
        order = transition.shape[0]
        powers = _powers(transition, _BLOCK_FRAMES)
        response = np.array([direct, *(float(exit_ @ power @ entry) for power in powers[:-2])])
        within = _toeplitz(response[:, np.newaxis, np.newaxis], _BLOCK_FRAMES)
        left = np.array([power @ entry for power in powers[-2::-1]])
        self._from_input = np.concatenate([within, left], axis=1).astype(np.float32)
        self._from_state = np.array([exit_ @ power for power in powers[:-1]]).T.astype(np.float32)
        jumps = _powers(powers[-1], _GROUP_BLOCKS)
        carried = np.array([np.zeros((order, order)), *jumps[:-1]])
        self._carried = _toeplitz(carried.transpose(0, 2, 1), _GROUP_BLOCKS).astype(np.float32)
        self._spread = np.ascontiguousarray(np.concatenate(jumps[:-1], axis=0).T, np.float32)
        self._jump = jumps[-1].T
        self._state = np.zeros((n_channels, order))

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the next piece filtered, shape ``(channels, frames)``; only the last may be no multiple of 2048."""
        n_channels, n_frames = samples.shape
        if n_frames % GRAIN_FRAMES:
            samples = np.pad(samples, ((0, 0), (0, -n_frames % GRAIN_FRAMES)))
        both = product(samples.reshape(-1, _BLOCK_FRAMES), self._from_input)
        states = self._states(np.ascontiguousarray(both[:, _BLOCK_FRAMES:]))
        filtered = product(states, self._from_state)
        filtered += both[:, :_BLOCK_FRAMES]
        heard: NDArray[np.float32] = filtered.reshape(n_channels, -1)[:, :n_frames]
        return heard

    def _states(self, left: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the state at the start of every block, shape ``(channels · blocks, order)``."""
        n_channels, order = self._state.shape
        carried = product(left.reshape(-1, _GROUP_BLOCKS * order), self._carried)
        ends = carried[:, -order:].reshape(n_channels, -1, order)
        starts = np.empty(ends.shape, np.float32)
        for group in range(ends.shape[1]):
            starts[:, group] = self._state
            self._state = self._state @ self._jump + ends[:, group]
        states = product(starts.reshape(-1, order), self._spread)
        states += carried[:, :-order]
        return states.reshape(-1, order)


def _powers(matrix: _Matrix, count: int) -> list[_Matrix]:
    """Return the powers of a matrix from 0 to a count, both included."""
    powers = [np.eye(matrix.shape[0])]
    for _ in range(count):
        powers.append(matrix @ powers[-1])
    return powers


def _toeplitz(responses: _Matrix, count: int) -> _Matrix:
    """Return the matrix that convolves ``count`` inputs with a response of matrices, inputs in rows."""
    n_out, n_rows, n_columns = responses.shape
    whole = np.zeros((count, n_rows, n_out, n_columns))
    for place in range(count):
        whole[place, :, place:] = responses[: n_out - place].transpose(1, 0, 2)
    return whole.reshape(count * n_rows, n_out * n_columns)


def _cascade(sections: Sequence[Section]) -> tuple[_Matrix, _Matrix, _Matrix, float]:
    """Return the state-space form ``s' = A·s + B·x``, ``y = C·s + D·x`` of sections in series."""
    transition, entry, exit_, direct = np.zeros((0, 0)), np.zeros(0), np.zeros(0), 1.0
    for section in sections:
        (b0, b1, b2), (a1, a2) = section.b, section.a
        b = np.array([b1 - a1 * b0, b2 - a2 * b0])
        order = transition.shape[0]
        joined = np.zeros((order + 2, order + 2))
        joined[:order, :order] = transition
        joined[order:, :order] = np.outer(b, exit_)
        joined[order:, order:] = [[-a1, 1.0], [-a2, 0.0]]
        entry = np.concatenate([entry, b * direct])
        exit_ = np.concatenate([b0 * exit_, [1.0, 0.0]])
        transition, direct = joined, b0 * direct
    return transition, entry, exit_, direct


def _even(
    transition: _Matrix, entry: _Matrix, exit_: _Matrix, direct: float
) -> tuple[_Matrix, _Matrix, _Matrix, float]:
    """Return the same filter with states that white noise moves equally far: single precision is enough for them.

    The covariance ``P = A·P·Aᵀ + B·Bᵀ`` of the states becomes the identity (Mullis and Roberts, 1976).
    """
    order = entry.shape[0]
    system = np.eye(order**2) - np.kron(transition, transition)
    covariance = np.linalg.solve(system, np.outer(entry, entry).reshape(-1)).reshape(order, order)
    values, vectors = np.linalg.eigh(0.5 * (covariance + covariance.T))
    root = vectors * np.sqrt(np.maximum(values, values.max() * 1e-14))
    inverse = np.linalg.inv(root)
    return inverse @ transition @ root, inverse @ entry, exit_ @ root, direct
