"""What a piece is like, so that another one may be made like it."""

from dataclasses import dataclass

from infinite_studio.music.key import Key
from infinite_studio.music.note import Note


@dataclass(frozen=True)
class Blueprint:
    """What steers a variation or a continuation.

    Parameters
    ----------
    tempo_bpm : float
        Beats per minute.
    key : Key or None
        None where no key was found.
    chords : tuple of str
        One chord a bar, as roman numerals in the key; empty where none were found.
    density : float
        How busy, 0 (nothing happens) to 1 (an onset on every sixteenth).
    brightness : float
        How bright, 0 (only lows) to 1 (as much treble as noise).
    energy : float
        How loud and driving, 0 to 1.
    style : str
        Name of the style, where a recipe knows it.
    n_bars : int
        Length in bars; 0 where it is not known.
    melody : tuple of Note
        The lead, where it is known.
    """

    tempo_bpm: float
    key: Key | None = None
    chords: tuple[str, ...] = ()
    density: float = 0.5
    brightness: float = 0.5
    energy: float = 0.5
    style: str = ""
    n_bars: int = 0
    melody: tuple[Note, ...] = ()
