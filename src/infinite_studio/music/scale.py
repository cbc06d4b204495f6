"""Moving along the scale of a key."""

from infinite_studio.music.key import Key


def in_scale(pitch: int, key: Key) -> bool:
    """Say whether a MIDI pitch belongs to the key's scale."""
    return pitch % 12 in key.scale


def nearest_of(pitch: int, pitch_classes: tuple[int, ...]) -> int:
    """Return the pitch nearest to ``pitch`` whose pitch class is among the given ones.

    Parameters
    ----------
    pitch : int
        MIDI note number.
    pitch_classes : tuple of int
        At least one, each 0 to 11.

    Returns
    -------
    int
        The nearest MIDI note number; the lower one of two equally near.

    Raises
    ------
    ValueError
        If there are no pitch classes.
    """
    if not pitch_classes:
        raise ValueError("no pitch classes to choose from")
    candidates = (pitch + move for move in (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6))
    return next(candidate for candidate in candidates if candidate % 12 in pitch_classes)


def step_along(pitch: int, steps: int, pitch_classes: tuple[int, ...]) -> int:
    """Return the pitch so many steps up (or down, where negative) a scale or chord.

    Parameters
    ----------
    pitch : int
        Where to start; a pitch outside of the scale is first moved to the nearest one inside.
    steps : int
        How many scale tones to move.
    pitch_classes : tuple of int
        The tones of the scale, each 0 to 11.

    Returns
    -------
    int
        MIDI note number of a tone of the scale; not limited to 0…127.
    """
    ordered = sorted(set(pitch_classes))
    start = nearest_of(pitch, pitch_classes)
    octave, place = divmod(ordered.index(start % 12) + steps, len(ordered))
    return (start // 12 + octave) * 12 + ordered[place]
