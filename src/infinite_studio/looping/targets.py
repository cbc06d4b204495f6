"""How long the extended sound should be, as a person writes it, and what that means for a loop."""

import re
from dataclasses import dataclass

from infinite_studio.looping.form import LoopForm
from infinite_studio.looping.problems import InvalidTargetError, TargetTooShortError

LONGEST_SECONDS = 100 * 3600.0
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2}(?:[.,]\d{1,9})?)")
_UNITS = re.compile(
    r"(?:(\d+(?:[.,]\d+)?)\s*h)?\s*(?:(\d+(?:[.,]\d+)?)\s*m(?:in)?)?\s*(?:(\d+(?:[.,]\d+)?)\s*s)?"
)
_REPEATS = re.compile(r"(?:(\d{1,7})\s*(?:x|×|times|repeats?)|(?:x|×)\s*(\d{1,7}))")


@dataclass(frozen=True)
class Target:
    """How long the extended sound should be: exactly one of the two is given.

    Parameters
    ----------
    seconds : float or None
        A length.
    repeats : int or None
        How often the loop is played.
    is_exact : bool
        Whether it ends at ``seconds`` to the sample; else with the first whole round (and outro) at or after it.
    """

    seconds: float | None = None
    repeats: int | None = None
    is_exact: bool = False


@dataclass(frozen=True)
class Plan:
    """What is played, in frames.

    Parameters
    ----------
    n_frames : int
        Length of the whole.
    rounds : int
        Rounds that begin within it.
    has_outro : bool
        Whether the outro follows the last round.
    fade_in_frames, fade_out_frames : int
        Fades at both ends.
    """

    n_frames: int
    rounds: int
    has_outro: bool
    fade_in_frames: int = 0
    fade_out_frames: int = 0


def parse_target(text: str, *, is_exact: bool = False) -> Target:
    """Read a target such as ``10h``, ``1h30m``, ``90 min``, ``1:30:00``, ``3:25.5`` or ``42x``.

    Parameters
    ----------
    text : str
        What was written; plain numbers are seconds.
    is_exact : bool
        Whether a length is meant to the sample.

    Raises
    ------
    InvalidTargetError
        If it is none, or longer than 100 hours.
    """
    plain = text.strip().lower()
    repeats = _REPEATS.fullmatch(plain)
    if repeats:
        count = int(repeats[1] or repeats[2])
        if count < 1:
            raise InvalidTargetError(text)
        return Target(repeats=count)
    seconds = _seconds(plain)
    if seconds is None or not 0 < seconds <= LONGEST_SECONDS:
        raise InvalidTargetError(text)
    return Target(seconds=seconds, is_exact=is_exact)


def _seconds(plain: str) -> float | None:
    clock = _CLOCK.fullmatch(plain)
    if clock:
        hours, minutes, rest = int(clock[1] or 0), int(clock[2]), float(clock[3].replace(",", "."))
        return None if rest >= 60 or (clock[1] and minutes >= 60) else 3600.0 * hours + 60.0 * minutes + rest
    units = _UNITS.fullmatch(plain)
    if units and any(units.groups()):
        values = [float((part or "0").replace(",", ".")) for part in units.groups()]
        return 3600 * values[0] + 60 * values[1] + values[2]
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        return None


def plan_of(
    form: LoopForm, target: Target, *, fade_in_seconds: float = 0.0, fade_out_seconds: float = 0.0
) -> Plan:
    """Return what is played to reach a target.

    Parameters
    ----------
    form : LoopForm
        The loop with its intro and outro.
    target : Target
        How long.
    fade_in_seconds, fade_out_seconds : float
        Within the target.

    Raises
    ------
    TargetTooShortError
        If the target is over before the loop comes round once, or the fades are longer than it.
    """
    rate, length = form.sample_rate, form.round_frames
    edges = form.intro_frames + form.outro_frames
    if target.repeats is not None:
        rounds = target.repeats
        n_frames, has_outro = edges + rounds * length, form.outro_frames > 0
    else:
        wished = round((target.seconds or 0.0) * rate)
        if wished < form.intro_frames + length:
            raise TargetTooShortError(wished / rate, (form.intro_frames + length) / rate)
        if target.is_exact:
            rounds = -(-(wished - form.intro_frames) // length)
            n_frames, has_outro = wished, False
        else:
            rounds = max(-(-(wished - edges) // length), 1)
            n_frames, has_outro = edges + rounds * length, form.outro_frames > 0
    fades = round(fade_in_seconds * rate), round(fade_out_seconds * rate)
    if sum(fades) > n_frames:
        raise TargetTooShortError(n_frames / rate, sum(fades) / rate)
    return Plan(n_frames, rounds, has_outro, *fades)
