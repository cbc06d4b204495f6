"""What each instrument is used for where a prompt asks for it."""

from infinite_studio.engines.sketch.sound.names import BASSES, INSTRUMENTS, TEXTURES
from infinite_studio.engines.sketch.style import Role

SUSTAINED = frozenset(
    {
        "pad",
        "warm pad",
        "glass pad",
        "strings",
        "low strings",
        "choir",
        "supersaw",
        "accordion",
        "brass section",
        "horns",
        "drawbar organ",
    }
)
"""Instruments that hold chords."""
_CHORDS = SUSTAINED | {
    "rhodes",
    "wurlitzer",
    "piano",
    "upright piano",
    "clavinet",
    "organ",
    "stab",
    "house stab",
    "staccato strings",
    "pizzicato",
    "harp",
    "guitar",
    "nylon guitar",
    "steel guitar",
    "electric guitar",
    "muted guitar",
    "distorted guitar",
}
_ARPS = frozenset({"pluck", "acid", "marimba", "kalimba", "chip arp", "celesta", "music box"})
_LOW = frozenset({"low strings", "cello"})


def role_of(instrument: str) -> Role:
    """Return what an instrument does in a piece that it is added to."""
    if instrument in BASSES and instrument != "acid":
        return Role.BASS
    if instrument in TEXTURES:
        return Role.TEXTURE
    if instrument in _ARPS:
        return Role.ARP
    return Role.CHORDS if instrument in _CHORDS else Role.LEAD


def range_of(instrument: str) -> tuple[int, int]:
    """Return the range in which an instrument is used, as MIDI pitches."""
    role = role_of(instrument)
    if instrument in _LOW:
        return 38, 62
    return {
        Role.BASS: (29, 46),
        Role.CHORDS: (52, 76),
        Role.TEXTURE: (36, 96),
        Role.ARP: (60, 84),
        Role.LEAD: (62, 84),
    }[role]


assert set(_CHORDS | _ARPS | _LOW) <= set(INSTRUMENTS)
