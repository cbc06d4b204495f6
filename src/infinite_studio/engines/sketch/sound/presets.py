"""Every instrument and texture by its name."""

from collections.abc import Mapping

from infinite_studio.engines.sketch.sound.instruments.basses import BASSES
from infinite_studio.engines.sketch.sound.instruments.ensembles import ENSEMBLES
from infinite_studio.engines.sketch.sound.instruments.keys import KEYS
from infinite_studio.engines.sketch.sound.instruments.plucked import PLUCKED
from infinite_studio.engines.sketch.sound.instruments.synths import SYNTHS
from infinite_studio.engines.sketch.sound.instruments.winds import WINDS
from infinite_studio.engines.sketch.sound.stroke import Voice
from infinite_studio.engines.sketch.sound.textures import Bed, Crackle, Rise, TapeHiss, Wind

PRESETS: Mapping[str, Voice] = {**BASSES, **KEYS, **PLUCKED, **ENSEMBLES, **WINDS, **SYNTHS}
BEDS: Mapping[str, Bed] = {
    "vinyl": Crackle(),
    "wind": Wind(),
    "tape": TapeHiss(),
    "rain": Crackle(
        ticks_per_second=1400.0,
        spread=7.0,
        low_hz=1800.0,
        high_hz=9000.0,
        hiss=0.08,
        width=0.9,
        level=0.35,
        fade_seconds=0.8,
    ),
    "waves": Wind(swells=1.0, depth=0.48, low_hz=120.0, high_hz=3500.0, level=0.6, fade_seconds=1.5),
    "room": Wind(swells=2.0, depth=0.12, low_hz=90.0, high_hz=2500.0, level=0.22, fade_seconds=0.4),
    "hum": TapeHiss(hiss=0.015, hum=0.08, level=0.6),
    "riser": Rise(),
    "noise": Crackle(ticks_per_second=0.0, hiss=0.16, width=0.8, level=0.6, fade_seconds=0.1),
}
