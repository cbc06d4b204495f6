"""Which General MIDI percussion note stands for which drum sound."""

_PITCHES = {
    "kick-acoustic": 35,
    "kick": 36,
    "boom": 36,
    "impact": 36,
    "side-stick": 37,
    "rim": 37,
    "snare-acoustic": 38,
    "snare": 40,
    "brush": 38,
    "clap": 39,
    "snap": 39,
    "tom-low": 41,
    "tom-high": 48,
    "tom": 45,
    "taiko": 41,
    "timpani": 41,
    "hat-pedal": 44,
    "hat-open": 46,
    "hat-909-open": 46,
    "hat-acoustic-open": 46,
    "hat-chip-open": 46,
    "hat": 42,
    "crash": 49,
    "splash": 55,
    "reverse-cymbal": 57,
    "ride-bell": 53,
    "ride": 51,
    "tambourine": 54,
    "cowbell": 56,
    "bongo": 60,
    "conga-slap": 62,
    "conga": 63,
    "log-drum": 64,
    "timbale": 65,
    "agogo": 67,
    "shekere": 69,
    "shaker": 70,
    "guiro": 73,
    "claves": 75,
    "woodblock": 76,
    "triangle": 81,
    "riser": 57,
}
_OTHER_PERCUSSION = 58


def drum_pitch(sound: str) -> int:
    """Return the note of a drum sound: of its own name, else of the longest beginning that has one."""
    parts = sound.split("-")
    names = ("-".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((_PITCHES[name] for name in names if name in _PITCHES), _OTHER_PERCUSSION)
