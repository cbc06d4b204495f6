"""Pads: sound made of many slightly detuned partials at once.

The method is PADsynth (Nasca O. Paul, 2005): every harmonic becomes a bell-shaped band in a long spectrum with random
phases; its inverse transform loops without a seam and can neither alias nor click.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, held
from infinite_studio.engines.sketch.sound.stroke import Stereo, Stroke
from infinite_studio.engines.sketch.sound.wavetable import (
    HIGHEST_PARTIAL_HZ,
    Formants,
    formant_gain,
    harmonics,
)
from infinite_studio.music.note import frequency_hz

SHORTEST_ROUND, LONGEST_ROUND = 2**15, 2**17
_MOST_PARTIALS = 160
_NOISE_SEED = 9_000


@dataclass(frozen=True)
class Cloud:
    """A pad, string section or choir.

    ``bandwidth_cents`` is how far the voices are apart; ``formants`` are ``(Hz, octaves wide, gain)`` peaks;
    ``cutoff_hz`` darkens what lies above by 12 dB per octave; ``steady`` is the share of the pure tone that
    stays in the middle of every band. Times in seconds.
    """

    shape: str = "saw"
    bandwidth_cents: float = 28.0
    cutoff_hz: float = 3200.0
    formants: Formants = ()
    steady: float = 0.0
    attack: float = 0.25
    fall: float = 2.0
    sustain: float = 0.85
    release: float = 0.5
    level: float = 0.3

    def sound(self, stroke: Stroke) -> Stereo:
        """Return the note in stereo."""
        envelope = held(
            stroke.n_held,
            min(self.attack, 0.4 * stroke.n_held / SAMPLE_RATE),
            self.fall,
            self.sustain,
            self.release,
        )
        n_frames = envelope.shape[0]
        wanted = 1 << (n_frames - 1).bit_length()
        n_round = min(max(wanted, SHORTEST_ROUND), LONGEST_ROUND)
        brightness = round(stroke.brightness + 0.8 * (stroke.force - 0.7), 3)
        endless = _round(self, stroke.pitch, brightness, n_round)
        repeats = -(-n_frames // n_round)
        long = endless if repeats == 1 else np.tile(endless, (1, repeats))
        heard: Stereo = long[:, :n_frames] * envelope
        return heard

    def magnitude(self, hz: float, brightness: float, n_round: int) -> Mono:
        """Return the magnitudes of the spectrum: one bell for every harmonic, wider the higher it is."""
        bin_hz = SAMPLE_RATE / n_round
        count = int(np.clip(HIGHEST_PARTIAL_HZ * 0.8 / hz, 1, _MOST_PARTIALS))
        centres = hz * np.arange(1, count + 1, dtype=np.float64)
        levels = harmonics(self.shape, count) / (1.0 + (centres / (self.cutoff_hz * 2.0**brightness)) ** 2)
        if self.formants:
            levels = levels * formant_gain(centres, self.formants)
        deviations = np.maximum(centres * (2.0 ** (self.bandwidth_cents / 1200) - 1.0) / 2.0 / bin_hz, 1.0)
        magnitude = np.zeros(n_round // 2 + 1, np.float32)
        for centre, level, deviation in zip(centres / bin_hz, levels, deviations, strict=True):
            reach = int(3.5 * deviation) + 1
            first, last = max(int(centre) - reach, 1), min(int(centre) + reach + 1, magnitude.shape[0])
            places = (np.arange(first, last, dtype=np.float32) - np.float32(centre)) / np.float32(deviation)
            magnitude[first:last] += np.exp(np.float32(-0.5) * places * places) * np.float32(
                level / np.sqrt(deviation)
            )
            if self.steady:
                magnitude[round(centre)] += np.float32(self.steady * level * 1.8)
        return magnitude


@lru_cache(maxsize=48)
def _round(cloud: Cloud, pitch: int, brightness: float, n_round: int) -> Stereo:
    """Return the endless sound of a pitch, RMS set by ``level``; kept, because notes of other lengths want it too."""
    magnitude = cloud.magnitude(frequency_hz(pitch), brightness, n_round)
    power = float(np.sum(np.square(magnitude))) * 2.0 / n_round**2
    magnitude *= np.float32(0.35 * cloud.level / max(np.sqrt(power), 1e-12))
    spectrum = magnitude * _turns(pitch % 4)[:, : magnitude.shape[0]]
    endless = np.fft.irfft(spectrum, n_round, axis=1).astype(np.float32, copy=False)
    endless.flags.writeable = False
    return endless


@lru_cache(maxsize=4)
def _turns(variant: int) -> NDArray[np.complex64]:
    """Return random phases for both sides as unit complex numbers; neighbouring pitches have others."""
    random = np.random.Generator(np.random.PCG64(_NOISE_SEED + variant))
    angle = random.random((2, LONGEST_ROUND // 2 + 1), np.float32) * np.float32(2 * np.pi)
    turns: NDArray[np.complex64] = np.exp(1j * angle).astype(np.complex64)
    turns.flags.writeable = False
    return turns
