"""Which effects a part has: its instrument's own and those that its style asks for."""

from collections.abc import Callable, Mapping

from infinite_studio.engines.sketch.sound.inserts.drives import Amplifier, Crush, Drive, Telephone
from infinite_studio.engines.sketch.sound.inserts.insert import Insert
from infinite_studio.engines.sketch.sound.inserts.movement import (
    Chorus,
    Rotor,
    Tape,
    Tremolo,
    phaser,
    wah,
    wobble,
)

_OWN: Mapping[str, Callable[[], list[Insert]]] = {
    "distorted guitar": lambda: [Amplifier(0.75)],
    "lead guitar": lambda: [Amplifier(0.5)],
    "electric guitar": lambda: [Amplifier(0.04), Chorus(0.25)],
    "muted guitar": lambda: [Amplifier(0.03)],
    "drawbar organ": lambda: [Drive(0.08), Rotor(0.8)],
    "clavinet": lambda: [Drive(0.1)],
    "warm pad": lambda: [Chorus(0.4, 0.35, 3.5)],
}
_MAKERS: Mapping[str, Callable[[float, float], Insert]] = {
    "drive": lambda amount, _: Drive(amount),
    "crush": lambda amount, _: Crush(amount),
    "chorus": lambda amount, _: Chorus(amount),
    "phaser": lambda amount, _: phaser(amount),
    "tremolo": Tremolo,
    "wobble": wobble,
    "auto-wah": wah,
    "tape": lambda amount, _: Tape(amount),
    "telephone": lambda amount, _: Telephone(amount),
}


def inserts_of(instrument: str, effects: Mapping[str, float], wobble_hz: float) -> list[Insert]:
    """Return fresh effects for a part in the order in which they stand.

    Parameters
    ----------
    instrument : str
        Some bring effects of their own: amplifiers, a rotating loudspeaker. Empty for none of them.
    effects : Mapping of str to float
        Names and amounts, 0 to 1, as the style has them.
    wobble_hz : float
        How often a second that which moves in tempo comes and goes.
    """
    own = _OWN.get(instrument, list)()
    return own + [_MAKERS[name](amount, wobble_hz) for name, amount in effects.items() if amount > 0.0]
