"""Synthesiser leads, stabs and the voices of old game consoles."""

from collections.abc import Mapping

from infinite_studio.engines.sketch.sound.instruments.spectra import COWBELL
from infinite_studio.engines.sketch.sound.stroke import Voice
from infinite_studio.engines.sketch.sound.voices.analogue import Analogue
from infinite_studio.engines.sketch.sound.voices.struck import Struck

SYNTHS: Mapping[str, Voice] = {
    "stab": Analogue(
        cutoff_hz=700,
        sweep_octaves=2.8,
        sweep_fall=0.16,
        resonance=1.6,
        fall=0.18,
        sustain=0.25,
        release=0.22,
        detune_cents=(-8.0, 0.0, 8.0),
        spread=0.8,
        level=0.4,
    ),
    "hoover": Analogue(
        shape="pulse",
        cutoff_hz=2600,
        sweep_octaves=1.0,
        sweep_fall=0.3,
        attack=0.02,
        sustain=0.9,
        release=0.14,
        detune_cents=(-22.0, -8.0, 9.0, 21.0),
        spread=0.7,
        level=0.36,
    ),
    "saw lead": Analogue(
        cutoff_hz=3000,
        sweep_octaves=1.2,
        sweep_fall=0.4,
        attack=0.012,
        sustain=0.85,
        release=0.18,
        detune_cents=(-9.0, 0.0, 9.0),
        spread=0.6,
        vibrato_cents=14,
        level=0.38,
    ),
    "square lead": Analogue(
        shape="square",
        cutoff_hz=1700,
        sweep_octaves=1.2,
        sweep_fall=0.25,
        attack=0.008,
        sustain=0.75,
        release=0.16,
        detune_cents=(-4.0, 4.0),
        spread=0.5,
        vibrato_cents=10,
        level=0.38,
    ),
    "cowbell lead": Struck(
        COWBELL, knock=0.3, knock_hz=2500, release=0.12, ring_seconds=0.9, width=0.2, level=0.4
    ),
    "pulse lead": Analogue(
        shape="pulse",
        cutoff_hz=18_000,
        sweep_octaves=0.0,
        attack=0.002,
        fall=0.5,
        sustain=0.75,
        release=0.02,
        vibrato_cents=12,
        level=0.36,
    ),
    "thin pulse lead": Analogue(
        shape="thin",
        cutoff_hz=18_000,
        sweep_octaves=0.0,
        attack=0.002,
        fall=0.5,
        sustain=0.75,
        release=0.02,
        vibrato_cents=12,
        level=0.42,
    ),
    "triangle lead": Analogue(
        shape="triangle",
        cutoff_hz=18_000,
        sweep_octaves=0.0,
        attack=0.002,
        fall=0.8,
        sustain=0.85,
        release=0.02,
        vibrato_cents=10,
        level=0.6,
    ),
    "chip arp": Analogue(
        shape="square",
        cutoff_hz=18_000,
        sweep_octaves=0.0,
        attack=0.001,
        fall=0.12,
        sustain=0.5,
        release=0.01,
        level=0.32,
    ),
}
