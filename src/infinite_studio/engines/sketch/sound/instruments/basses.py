"""Basses."""

from collections.abc import Mapping

from infinite_studio.engines.sketch.sound.instruments.spectra import UPRIGHT_BASS
from infinite_studio.engines.sketch.sound.stroke import Voice
from infinite_studio.engines.sketch.sound.voices.analogue import Analogue
from infinite_studio.engines.sketch.sound.voices.fm import Modulated
from infinite_studio.engines.sketch.sound.voices.low_sine import LowSine
from infinite_studio.engines.sketch.sound.voices.plucked import PluckedString
from infinite_studio.engines.sketch.sound.voices.struck import Struck

BASSES: Mapping[str, Voice] = {
    "808": LowSine(),
    "808 distorted": LowSine(fall=1.3, drive=3.2, grit=0.16, drop_semitones=12.0, level=0.8),
    "sub": LowSine(fall=3.0, drop_semitones=3.0, drive=0.9, release=0.08, level=0.9),
    "deep": LowSine(attack=0.25, fall=6.0, drop_semitones=0.0, drive=0.7, release=1.2, level=0.9),
    "reese": Analogue(
        cutoff_hz=560,
        sweep_octaves=1.4,
        sweep_fall=0.5,
        resonance=1.1,
        sustain=0.9,
        release=0.08,
        detune_cents=(-14.0, 0.0, 13.0),
        spread=0.35,
        sub=0.7,
        drive=1.2,
        level=0.55,
    ),
    "wobble bass": Analogue(
        filter="ladder",
        cutoff_hz=260,
        sweep_octaves=0.0,
        wobble_octaves=3.6,
        resonance=1.6,
        sustain=0.95,
        release=0.05,
        detune_cents=(-9.0, 9.0),
        spread=0.3,
        sub=0.8,
        drive=1.6,
        level=0.6,
    ),
    "growl bass": Modulated(
        ratio=2.0,
        index=7.0,
        index_fall=1.5,
        index_sustain=0.7,
        wobble=0.85,
        fall=2.0,
        sustain=0.9,
        drive=2.2,
        level=0.9,
    ),
    "upright": Struck(
        UPRIGHT_BASS, stiffness=0.0002, knock=0.35, knock_hz=800, release=0.09, ring_seconds=2.0, level=0.75
    ),
    "saw bass": Analogue(
        cutoff_hz=320,
        sweep_octaves=2.9,
        sweep_fall=0.14,
        resonance=1.4,
        fall=0.25,
        sustain=0.65,
        release=0.05,
        detune_cents=(-5.0, 5.0),
        sub=0.5,
        drive=0.9,
        level=0.6,
    ),
    "ladder bass": Analogue(
        shape="square",
        filter="ladder",
        cutoff_hz=300,
        sweep_octaves=2.6,
        sweep_fall=0.18,
        resonance=2.4,
        fall=0.3,
        sustain=0.6,
        release=0.05,
        detune_cents=(-3.0, 3.0),
        sub=0.4,
        drive=1.1,
        level=0.6,
    ),
    "organ bass": Modulated(
        ratio=1.0, index=1.6, index_fall=0.05, index_sustain=0.35, fall=0.22, sustain=0.45, level=0.8
    ),
    "fm bass": Modulated(
        ratio=1.0,
        index=4.5,
        index_fall=0.09,
        index_sustain=0.3,
        fall=0.3,
        sustain=0.55,
        drive=1.0,
        level=0.75,
    ),
    "acid": Analogue(
        filter="ladder",
        cutoff_hz=380,
        sweep_octaves=3.6,
        sweep_fall=0.12,
        resonance=3.4,
        fall=0.2,
        sustain=0.45,
        release=0.04,
        drive=1.6,
        level=0.5,
    ),
    "pick bass": PluckedString(
        ring=1.1,
        damping=0.12,
        place=0.13,
        pick_hz=2200,
        rough=0.1,
        stiffness=0.00012,
        knock=0.25,
        knock_hz=1500,
        width=0.0,
        level=1.1,
    ),
    "finger bass": PluckedString(
        ring=1.0,
        damping=0.3,
        place=0.26,
        pick_hz=900,
        rough=0.08,
        stiffness=0.0001,
        knock=0.12,
        knock_hz=500,
        width=0.0,
        level=1.1,
    ),
    "slap bass": PluckedString(
        ring=0.8,
        damping=0.06,
        place=0.09,
        pick_hz=4200,
        rough=0.15,
        stiffness=0.00015,
        knock=0.7,
        knock_hz=2600,
        release=0.05,
        ring_seconds=1.4,
        width=0.0,
        level=1.0,
    ),
    "triangle bass": Analogue(
        shape="triangle", cutoff_hz=18_000, sweep_octaves=0.0, fall=3.0, sustain=0.95, release=0.01, level=0.7
    ),
    "pulse bass": Analogue(
        shape="pulse", cutoff_hz=5000, sweep_octaves=0.5, fall=0.4, sustain=0.8, release=0.02, level=0.45
    ),
}
