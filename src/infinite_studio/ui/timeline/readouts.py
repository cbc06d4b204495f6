"""How the timeline's numbers read."""

from infinite_studio.audio.mixing import SILENT_DB

MINUS = "\N{MINUS SIGN}"
INFINITY = "\N{INFINITY}"


def gain_text(gain_db: float) -> str:
    """Write a fader's position: ``−3.1 dB``, ``0.0 dB``, ``+2.0 dB``, and ``−∞ dB`` at its lower end."""
    if gain_db <= SILENT_DB:
        return f"{MINUS}{INFINITY} dB"
    rounded = round(gain_db, 1)
    sign = MINUS if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign}{abs(rounded):.1f} dB"


def pan_text(pan: float) -> str:
    """Write a place between left and right: ``C``, ``L 20``, ``R 100``."""
    percent = round(abs(pan) * 100)
    if percent == 0:
        return "C"
    return f"{'L' if pan < 0 else 'R'} {percent}"
