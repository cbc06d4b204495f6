"""Which key written notes are in."""

from collections.abc import Sequence

from infinite_studio.music.key import Key, Mode
from infinite_studio.music.note import Note
from infinite_studio.music.tempo import BEATS_PER_BAR

_PROFILES = {
    Mode.MAJOR: (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
    Mode.MINOR: (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
}
"""How usual each pitch class is in a key, from its tonic up: Temperley 2007."""
_LAST_NOTE_BEATS = 1.0


def guess_key(notes: Sequence[Note], mode: Mode | None = None) -> Key | None:
    """Return the key that fits some notes best.

    Parameters
    ----------
    notes : sequence of Note
        A melody or a whole piece.
    mode : Mode or None
        Consider only keys of this mode; None for both.

    Returns
    -------
    Key or None
        None where there are no notes.

    Notes
    -----
    Correlation of the durations of the twelve pitch classes with key profiles (Krumhansl 1990, profiles of
    Temperley 2007); notes on a bar's first beat count a quarter more, the last note a beat more, because melodies
    come home.
    """
    if not notes:
        return None
    durations = [0.0] * 12
    for note in notes:
        accent = 1.25 if note.start_beat % BEATS_PER_BAR < 0.125 else 1.0
        durations[note.pitch_class] += note.length_beats * accent
    durations[max(notes, key=lambda note: note.start_beat).pitch_class] += _LAST_NOTE_BEATS
    modes = tuple(Mode) if mode is None else (mode,)
    keys = [Key(tonic, found) for found in modes for tonic in range(12)]
    return max(keys, key=lambda key: _correlation(durations, key))


def _correlation(durations: Sequence[float], key: Key) -> float:
    profile = _PROFILES[key.mode]
    expected = [profile[(pitch_class - key.tonic) % 12] for pitch_class in range(12)]
    mean_found, mean_expected = sum(durations) / 12, sum(expected) / 12
    found_off = [found - mean_found for found in durations]
    expected_off = [usual - mean_expected for usual in expected]
    product = sum(found * usual for found, usual in zip(found_off, expected_off, strict=True))
    power = sum(usual**2 for usual in expected_off)
    return float(product / power**0.5)
