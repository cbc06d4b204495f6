"""Pads: sound made of many slightly detuned partials at once.

The method is PADsynth (Nasca O. Paul, 2005): every harmonic becomes a bell-shaped band in a long spectrum with random
phases; its inverse transform loops without a seam and can neither alias nor click.
"""

from dataclasses import dataclass

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, held
from infinite_studio.engines.sketch.sound.voices import Stereo, Stroke
from infinite_studio.engines.sketch.sound.wavetable import HIGHEST_PARTIAL_HZ, harmonics
from infinite_studio.music.note import frequency_hz

CLOUD_FRAMES = 2**17


@dataclass(frozen=True)
class Cloud:
    """A pad, string section or choir.

    ``bandwidth_cents`` is how far the voices are apart; ``formants`` are ``(Hz, octaves wide, gain)`` peaks;
    ``cutoff_hz`` darkens what lies above by 12 dB per octave. Times in seconds.
    """

    shape: str = "saw"
    bandwidth_cents: float = 28.0
    cutoff_hz: float = 3200.0
    formants: tuple[tuple[float, float, float], ...] = ()
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
        loop = self._loop(stroke.pitch, stroke.brightness + 0.8 * (stroke.force - 0.7))
        repeats = -(-n_frames // CLOUD_FRAMES)
        long = loop if repeats == 1 else np.tile(loop, (1, repeats))
        return long[:, :n_frames] * envelope

    def _loop(self, pitch: int, brightness: float) -> Stereo:
        """Return the endless sound of a pitch, RMS set by ``level``."""
        magnitude = self._magnitude(frequency_hz(pitch), brightness)
        random = np.random.Generator(np.random.PCG64(9_000 + pitch))
        sides = []
        for _ in range(2):
            angle = random.random(magnitude.shape[0], np.float32) * np.float32(2 * np.pi)
            spectrum = magnitude * (np.cos(angle) + 1j * np.sin(angle)).astype(np.complex64)
            sides.append(np.fft.irfft(spectrum, CLOUD_FRAMES))
        loop: Stereo = np.stack(sides).astype(np.float32, copy=False)
        loop *= np.float32(0.35 * self.level / max(float(np.sqrt(np.mean(loop**2))), 1e-9))
        return loop

    def _magnitude(self, hz: float, brightness: float) -> Mono:
        """Return the magnitudes of the spectrum: one bell for every harmonic, wider the higher it is."""
        count = int(np.clip(HIGHEST_PARTIAL_HZ * 0.8 / hz, 1, 160))
        centres = hz * np.arange(1, count + 1)
        levels = harmonics(self.shape, count) / (1.0 + (centres / (self.cutoff_hz * 2.0**brightness)) ** 2)
        if self.formants:
            levels = levels * (
                0.08
                + sum(
                    gain * np.exp(-0.5 * (np.log2(centres / f) / width) ** 2)
                    for f, width, gain in self.formants
                )
            )
        bin_hz = SAMPLE_RATE / CLOUD_FRAMES
        magnitude = np.zeros(CLOUD_FRAMES // 2 + 1, np.float32)
        for centre, level in zip(centres, levels, strict=True):
            deviation = max(centre * (2.0 ** (self.bandwidth_cents / 1200) - 1.0) / 2.0 / bin_hz, 1.0)
            reach = int(4 * deviation) + 1
            middle = centre / bin_hz
            first, last = max(int(middle) - reach, 1), min(int(middle) + reach + 1, magnitude.shape[0])
            places = np.arange(first, last, dtype=np.float32)
            bell = np.exp(np.float32(-0.5) * ((places - np.float32(middle)) / np.float32(deviation)) ** 2)
            magnitude[first:last] += bell * np.float32(level / np.sqrt(deviation))
        return magnitude
