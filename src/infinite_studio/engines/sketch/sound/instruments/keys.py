"""Keyboards, mallets and bells."""

from collections.abc import Mapping

from infinite_studio.engines.sketch.sound.instruments.spectra import (
    BELL,
    CELESTA,
    FELT,
    KALIMBA,
    MARIMBA,
    MUSIC_BOX,
    PIANO,
    STEEL_DRUM,
    VIBRAPHONE,
)
from infinite_studio.engines.sketch.sound.stroke import Voice
from infinite_studio.engines.sketch.sound.voices.analogue import Analogue
from infinite_studio.engines.sketch.sound.voices.fm import Tine
from infinite_studio.engines.sketch.sound.voices.plucked import PluckedString
from infinite_studio.engines.sketch.sound.voices.struck import Struck

KEYS: Mapping[str, Voice] = {
    "rhodes": Tine(),
    "wurlitzer": Tine(
        body_index=2.1, tine_index=0.05, fall=0.55, release=0.16, tremolo=0.1, bark=1.6, level=0.42
    ),
    "piano": Struck(
        PIANO,
        stiffness=0.0004,
        strings=2,
        knock=0.12,
        knock_hz=900,
        release=0.16,
        ring_seconds=3.0,
        width=0.6,
        level=0.3,
    ),
    "upright piano": Struck(
        FELT,
        stiffness=0.0006,
        strings=3,
        beating_cents=2.4,
        knock=0.16,
        knock_hz=520,
        release=0.18,
        ring_seconds=2.4,
        width=0.9,
        level=0.4,
    ),
    "clavinet": PluckedString(
        ring=0.7,
        damping=0.03,
        place=0.06,
        pick_hz=5200,
        rough=0.05,
        stiffness=0.0001,
        body=((900.0, 1.2, 0.6), (2600.0, 0.8, 1.2)),
        knock=0.3,
        knock_hz=2600,
        release=0.03,
        ring_seconds=1.2,
        width=0.15,
        level=0.8,
    ),
    "organ": Analogue(
        shape="reed",
        cutoff_hz=3600,
        sweep_octaves=0.6,
        attack=0.005,
        fall=0.4,
        sustain=0.75,
        release=0.06,
        detune_cents=(-4.0, 4.0),
        spread=0.5,
        level=0.36,
    ),
    "drawbar organ": Analogue(
        shape="drawbars",
        cutoff_hz=7000,
        sweep_octaves=0.5,
        sweep_fall=0.06,
        key_follow=0.1,
        resonance=0.6,
        attack=0.003,
        fall=0.08,
        sustain=0.85,
        release=0.05,
        detune_cents=(-2.0, 2.0),
        spread=0.4,
        level=0.34,
    ),
    "accordion": Analogue(
        shape="pulse",
        cutoff_hz=3800,
        sweep_octaves=0.2,
        attack=0.03,
        fall=1.0,
        sustain=0.9,
        release=0.08,
        detune_cents=(-9.0, 0.0, 9.0),
        spread=0.4,
        body=((900.0, 1.2, 0.8), (2600.0, 0.8, 0.6)),
        level=0.34,
    ),
    "house stab": Struck(
        PIANO,
        stiffness=0.0002,
        strings=2,
        beating_cents=3.0,
        knock=0.2,
        knock_hz=1600,
        release=0.1,
        ring_seconds=1.0,
        width=0.7,
        level=0.34,
    ),
    "celesta": Struck(
        CELESTA, knock=0.1, knock_hz=3000, release=0.4, ring_seconds=2.5, width=0.4, level=0.36
    ),
    "music box": Struck(
        MUSIC_BOX, knock=0.1, knock_hz=5000, release=0.5, ring_seconds=2.5, width=0.4, level=0.34
    ),
    "bell": Struck(BELL, release=0.5, ring_seconds=3.0, width=0.5, level=0.32),
    "vibraphone": Struck(
        VIBRAPHONE,
        knock=0.08,
        knock_hz=1500,
        release=0.35,
        ring_seconds=3.0,
        width=0.5,
        tremolo=0.16,
        level=0.42,
    ),
    "marimba": Struck(MARIMBA, knock=0.15, knock_hz=800, release=0.2, ring_seconds=1.2, width=0.3, level=0.5),
    "kalimba": Struck(
        KALIMBA, knock=0.3, knock_hz=2500, release=0.25, ring_seconds=1.6, width=0.3, level=0.42
    ),
    "steel drum": Struck(
        STEEL_DRUM, knock=0.15, knock_hz=1800, release=0.25, ring_seconds=1.6, width=0.5, level=0.36
    ),
}
