"""The instruments: each a voice with its settings."""

from collections.abc import Mapping

from infinite_studio.engines.sketch.sound.cloud import Cloud
from infinite_studio.engines.sketch.sound.names import INSTRUMENTS, TEXTURES
from infinite_studio.engines.sketch.sound.textures import Bed, Vinyl, Wind
from infinite_studio.engines.sketch.sound.voices import Analogue, LowSine, Struck, Tine, Voice

_PIANO = tuple((float(n), 0.9 / n**1.05, 1.5 / (0.7 + 0.3 * n)) for n in range(1, 13))
_GUITAR = tuple(
    (float(n), level / n, 0.9 / (0.6 + 0.4 * n))
    for n, level in enumerate((1.0, 0.8, 0.7, 0.25, 0.5, 0.45, 0.3, 0.1, 0.2, 0.15), 1)
)
_UPRIGHT = ((1.0, 1.0, 0.75), (2.0, 0.5, 0.45), (3.0, 0.22, 0.25), (4.0, 0.12, 0.15), (5.0, 0.06, 0.1))
_PICKED = (
    (1.0, 1.0, 0.8),
    (2.0, 0.65, 0.5),
    (3.0, 0.4, 0.32),
    (4.0, 0.26, 0.22),
    (5.0, 0.16, 0.16),
    (6.0, 0.1, 0.12),
)
_BELL = ((1.0, 1.0, 1.1), (2.0, 0.3, 0.7), (2.76, 0.45, 0.5), (5.4, 0.3, 0.28), (8.93, 0.14, 0.14))
_ORGAN = Analogue(
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
)

PRESETS: Mapping[str, Voice] = {
    "808": LowSine(),
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
    "upright": Struck(_UPRIGHT, knock=0.35, knock_hz=700, release=0.09, ring_seconds=2.0, level=0.75),
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
    "acid": Analogue(
        cutoff_hz=420,
        sweep_octaves=3.5,
        sweep_fall=0.11,
        resonance=7.0,
        fall=0.2,
        sustain=0.45,
        release=0.04,
        drive=1.3,
        level=0.45,
    ),
    "pick bass": Struck(_PICKED, knock=0.3, knock_hz=1400, release=0.07, ring_seconds=1.8, level=0.6),
    "rhodes": Tine(),
    "piano": Struck(
        _PIANO,
        stiffness=0.0004,
        knock=0.12,
        knock_hz=900,
        release=0.16,
        ring_seconds=3.0,
        width=0.6,
        level=0.34,
    ),
    "organ": _ORGAN,
    "pad": Cloud(),
    "strings": Cloud(
        bandwidth_cents=22,
        cutoff_hz=3000,
        attack=0.35,
        release=0.6,
        formants=((600, 1.2, 0.8), (2600, 1.0, 0.7)),
    ),
    "choir": Cloud(
        shape="pulse",
        bandwidth_cents=18,
        cutoff_hz=3500,
        attack=0.3,
        release=0.6,
        formants=((650, 0.35, 1.0), (1100, 0.3, 0.8), (2700, 0.35, 0.35)),
    ),
    "supersaw": Cloud(bandwidth_cents=40, cutoff_hz=4200, attack=0.05, fall=1.2, sustain=0.8, release=0.3),
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
    "brass": Analogue(
        cutoff_hz=1300,
        sweep_octaves=1.6,
        sweep_fall=0.35,
        attack=0.03,
        fall=0.5,
        sustain=0.75,
        release=0.1,
        detune_cents=(-6.0, 6.0),
        spread=0.5,
        vibrato_cents=9,
        level=0.42,
    ),
    "pluck": Analogue(
        cutoff_hz=1000,
        sweep_octaves=3.2,
        sweep_fall=0.12,
        resonance=1.2,
        fall=0.16,
        sustain=0.12,
        release=0.18,
        detune_cents=(-6.0, 6.0),
        spread=0.7,
        level=0.5,
    ),
    "bell": Struck(_BELL, release=0.5, ring_seconds=3.0, width=0.5, level=0.32),
    "guitar": Struck(
        _GUITAR, knock=0.22, knock_hz=2200, release=0.12, ring_seconds=2.2, width=0.25, level=0.42
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
    "flute": Analogue(
        shape="triangle",
        cutoff_hz=2400,
        sweep_octaves=0.3,
        attack=0.05,
        sustain=0.9,
        release=0.14,
        vibrato_cents=12,
        level=0.6,
    ),
    "whistle": Analogue(
        shape="sine", cutoff_hz=6000, attack=0.04, sustain=0.9, release=0.12, vibrato_cents=20, level=0.5
    ),
}
BEDS: Mapping[str, Bed] = {"vinyl": Vinyl(), "wind": Wind()}
assert set(PRESETS) == set(INSTRUMENTS)
assert set(BEDS) == set(TEXTURES)
