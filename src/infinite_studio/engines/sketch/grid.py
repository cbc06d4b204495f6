"""The step language of the style files: one character for each sixteenth.

Drums: ``X`` accent, ``x`` hit, ``g`` ghost, ``1``–``9`` a hit in so many of ten bars, ``r`` two thirty-seconds,
``t`` a triplet burst, ``q`` a roll of four, ``f`` a flam, ``.`` nothing. Chords, arpeggios and leads: ``X`` accent,
``x`` start, ``g`` soft, ``1``–``9`` a start in so many of ten bars, ``p`` start with the chord of the next bar,
``-`` hold, ``.`` rest. Bass: ``R`` accented root, ``r`` root, ``g`` soft root, ``G`` dead note, ``3``, ``5``, ``7``,
``8`` chord tones, ``s`` and ``S`` root and octave reached by a glide, ``w`` walk towards the next chord, ``a`` and
``A`` approach it by step or by semitone, ``-`` hold, ``.`` rest. Blanks and ``|`` are for the eye.
"""

from infinite_studio.music.tempo import STEPS_PER_BAR

DRUM_STEPS = "Xxgrtqf123456789."
CHORD_STEPS = "Xxgp123456789-."
BASS_STEPS = "RrgG3578sSwaA-."
FORM_LETTERS = "svaudbr"
"""How a lead goes on: statement, varied, answer, up a step, down a step, a second motif, rest."""

MAX_STEPS = 4 * STEPS_PER_BAR


def plain_steps(text: str, allowed: str) -> str:
    """Return the steps without blanks and bars.

    Raises
    ------
    ValueError
        If a character is not allowed or the steps do not fill whole bars.
    """
    steps = "".join(text.split()).replace("|", "")
    if not steps or len(steps) % STEPS_PER_BAR or len(steps) > MAX_STEPS:
        raise ValueError(f"{len(steps)} steps")
    if any(step not in allowed for step in steps):
        raise ValueError("unknown step")
    return steps


def bar_of(steps: str, bar: int) -> str:
    """Return the sixteen steps of one bar of a pattern that repeats."""
    start = bar * STEPS_PER_BAR % len(steps)
    return steps[start : start + STEPS_PER_BAR]


def held_steps(steps: str, start: int) -> int:
    """Return how many steps the note that starts here is held."""
    end = start + 1
    while end < len(steps) and steps[end] == "-":
        end += 1
    return end - start
