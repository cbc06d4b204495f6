"""Band-limited oscillators: single cycles for a range of filter cutoffs, scanned through while a note sounds.

The low-pass filter is applied to the harmonics before they are summed, so that a sweeping resonant filter costs two
table look-ups and cannot alias: no harmonic above 16 kHz is ever made. Only the magnitude of the filter is used: its
phase would cancel where one cycle fades into the next.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import Mono

TABLE_FRAMES = 2048
_FRACTION_BITS = 32 - TABLE_FRAMES.bit_length() + 1
_FRACTION = (1 << _FRACTION_BITS) - 1
N_CUTOFFS = 24
HIGHEST_PARTIAL_HZ = 16_000.0
_LOWEST_CUTOFF_HZ, _HIGHEST_CUTOFF_HZ = 60.0, 18_000.0
_OCTAVES = np.log2(_HIGHEST_CUTOFF_HZ / _LOWEST_CUTOFF_HZ)
Formants = tuple[tuple[float, float, float], ...]
"""Resonances that stay where they are: ``(Hz, octaves wide, gain)``."""
_Numbers = NDArray[np.float64]
_DRAWBARS = {1: 0.8, 2: 1.0, 3: 0.8, 4: 0.55, 6: 0.3, 8: 0.35, 10: 0.1, 12: 0.14, 16: 0.2}


def _drawbars(n: _Numbers) -> _Numbers:
    return np.array([_DRAWBARS.get(int(number), 0.0) for number in n])


_SPECTRA: Mapping[str, Callable[[_Numbers], _Numbers]] = {
    "saw": lambda n: 1.0 / n,
    "square": lambda n: np.where(n % 2 == 1, 1.0 / n, 0.0),
    "pulse": lambda n: np.abs(np.sin(np.pi * n * 0.22)) / n,
    "thin": lambda n: np.abs(np.sin(np.pi * n * 0.125)) / n,
    "triangle": lambda n: np.where(n % 2 == 1, 1.0 / n**2, 0.0),
    "reed": lambda n: np.exp(-0.5 * ((n - 2.2) / 2.0) ** 2) + 0.35 / n**1.5,
    "hollow": lambda n: np.where(n % 2 == 1, 1.0, 0.12 + 0.1 * np.minimum(n / 8, 1.0)) / n**1.3,
    "soft": lambda n: 1.0 / n**2.2,
    "drawbars": _drawbars,
    "sine": lambda n: np.where(n == 1, 1.0, 0.0),
}


def harmonics(shape: str, count: int) -> _Numbers:
    """Return the amplitudes of the first harmonics of a waveform."""
    return _SPECTRA[shape](np.arange(1, count + 1, dtype=np.float64))


def formant_gain(hz: _Numbers, formants: Formants) -> _Numbers:
    """Return the gain of some resonances at some frequencies; a little of everything comes through."""
    gain = np.full(hz.shape, 0.12)
    for centre, octaves, peak in formants:
        gain += peak * np.exp(-0.5 * (np.log2(hz / centre) / octaves) ** 2)
    return gain


def state_variable_gain(ratio: _Numbers, resonance: float) -> _Numbers:
    """Return the magnitude of a state-variable low-pass with a gentle pole behind it, at frequencies over cutoff."""
    gain = 1.0 / np.sqrt((1 - ratio**2) ** 2 + (ratio / resonance) ** 2)
    gain /= np.sqrt(1.0 + ratio**2) * max(1.0, resonance / 2.5) ** 0.5
    kept: _Numbers = gain
    return kept


def ladder_gain(ratio: _Numbers, resonance: float) -> _Numbers:
    """Return the magnitude of a four-pole ladder low-pass; resonance 0 none to 4 singing, the low end thins with it."""
    feedback = min(resonance, 3.9)
    pole = (1.0 + 1j * ratio) ** 4
    gain: _Numbers = np.abs((1.0 + 0.5 * feedback) / (pole + feedback))
    return gain


_FILTERS = {"state variable": state_variable_gain, "ladder": ladder_gain}


class TableBank:
    """The cycles of one waveform at one pitch, from closed to open filter.

    Parameters
    ----------
    shape : str
        Waveform, as `harmonics` knows them.
    hz : float
        Frequency of the note, which says how many harmonics fit below 16 kHz.
    resonance : float
        Height of the filter's peak: the Q of the state-variable filter (0.5 to 12), the feedback of the ladder (0 to 4).
    filter_kind : str
        "state variable" or "ladder".
    body : Formants
        Resonances of the instrument's body.
    """

    def __init__(
        self,
        shape: str,
        hz: float,
        resonance: float,
        filter_kind: str = "state variable",
        body: Formants = (),
    ) -> None:
        count = int(np.clip(HIGHEST_PARTIAL_HZ / hz, 1, TABLE_FRAMES // 2 - 1))
        partial_hz = hz * np.arange(1, count + 1, dtype=np.float64)
        cutoffs = _LOWEST_CUTOFF_HZ * 2.0 ** (np.arange(N_CUTOFFS) * _OCTAVES / (N_CUTOFFS - 1))
        gain = _FILTERS[filter_kind](partial_hz[np.newaxis, :] / cutoffs[:, np.newaxis], resonance)
        levels: _Numbers = harmonics(shape, count)
        if body:
            levels = levels * formant_gain(partial_hz, body)
        spectrum = np.zeros((N_CUTOFFS, TABLE_FRAMES // 2 + 1), np.complex64)
        spectrum[:, 1 : count + 1] = -0.5j * TABLE_FRAMES * levels * gain
        cycles = np.fft.irfft(spectrum, TABLE_FRAMES, axis=1)
        wrapped = np.concatenate([cycles, cycles[:, :1]], axis=1)
        self._tables = np.ascontiguousarray(wrapped, np.float32).reshape(-1)

    def scan(self, turns: NDArray[np.uint32], octaves: Mono | float) -> Mono:
        """Return the waveform at phases in 2⁻³² of a cycle, filtered at cutoffs in octaves above 60 Hz."""
        between = (turns & np.uint32(_FRACTION)).astype(np.float32)
        between *= np.float32(1.0 / (_FRACTION + 1))
        base = (turns >> np.uint32(_FRACTION_BITS)).astype(np.int32)
        row = np.asarray(octaves, np.float32) * np.float32((N_CUTOFFS - 1) / _OCTAVES)
        row = np.clip(row, 0.0, N_CUTOFFS - 1.001)
        low_row = row.astype(np.int32)
        base += low_row * (TABLE_FRAMES + 1)
        closed = self._read(base, between)
        base += TABLE_FRAMES + 1
        opened = self._read(base, between)
        opened -= closed
        opened *= row - low_row.astype(np.float32)
        opened += closed
        return opened

    def _read(self, base: NDArray[np.int32], between: Mono) -> Mono:
        first = self._tables.take(base)
        read: Mono = self._tables.take(base + 1)
        read -= first
        read *= between
        read += first
        return read


def octaves_of(cutoff_hz: float) -> float:
    """Return a cutoff as `TableBank.scan` wants it."""
    return float(np.log2(max(cutoff_hz, 1.0) / _LOWEST_CUTOFF_HZ))


@lru_cache(maxsize=160)
def bank_of(shape: str, hz: float, resonance: float, filter_kind: str, body: Formants) -> TableBank:
    """Return a bank, kept because notes of other lengths want it too."""
    return TableBank(shape, hz, resonance, filter_kind, body)
