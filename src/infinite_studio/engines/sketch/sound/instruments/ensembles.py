"""Pads, strings, choirs and voices."""

from collections.abc import Mapping

from infinite_studio.engines.sketch.sound.cloud import Cloud
from infinite_studio.engines.sketch.sound.stroke import Voice
from infinite_studio.engines.sketch.sound.voices.analogue import Analogue

_SECTION = ((320.0, 1.0, 0.7), (700.0, 1.0, 0.7), (2600.0, 1.0, 0.7), (6000.0, 0.9, 0.5))
_AH = ((700.0, 0.3, 1.0), (1150.0, 0.25, 0.7), (2800.0, 0.3, 0.3))

ENSEMBLES: Mapping[str, Voice] = {
    "pad": Cloud(),
    "warm pad": Cloud(cutoff_hz=900, bandwidth_cents=24, steady=0.5, attack=0.5, release=0.9),
    "glass pad": Cloud(
        shape="hollow",
        cutoff_hz=6500,
        bandwidth_cents=10,
        steady=1.0,
        formants=((900, 1.0, 0.8), (4200, 0.8, 0.5)),
        attack=0.3,
        release=0.9,
    ),
    "strings": Cloud(bandwidth_cents=22, cutoff_hz=4200, attack=0.35, release=0.6, formants=_SECTION),
    "low strings": Cloud(
        bandwidth_cents=20,
        cutoff_hz=2600,
        attack=0.25,
        release=0.5,
        formants=((120, 1.2, 1.0), (350, 1.0, 0.6), (1500, 1.0, 0.5), (4500, 0.8, 0.3)),
    ),
    "staccato strings": Cloud(
        bandwidth_cents=18,
        cutoff_hz=3600,
        steady=0.6,
        attack=0.02,
        fall=0.16,
        sustain=0.25,
        release=0.16,
        formants=_SECTION,
        level=0.4,
    ),
    "choir": Cloud(
        shape="pulse",
        bandwidth_cents=18,
        cutoff_hz=3500,
        attack=0.3,
        release=0.6,
        formants=((300, 0.8, 0.4), (650, 0.35, 1.0), (1100, 0.3, 0.8), (2700, 0.35, 0.35), (5200, 0.6, 0.2)),
    ),
    "supersaw": Cloud(bandwidth_cents=40, cutoff_hz=4200, attack=0.05, fall=1.2, sustain=0.8, release=0.3),
    "vocal lead": Analogue(
        shape="pulse",
        cutoff_hz=5000,
        sweep_octaves=0.0,
        swell=0.05,
        attack=0.04,
        fall=1.0,
        sustain=0.85,
        release=0.16,
        detune_cents=(-5.0, 5.0),
        spread=0.5,
        vibrato_cents=16,
        breath=0.03,
        body=_AH,
        level=0.7,
    ),
}
