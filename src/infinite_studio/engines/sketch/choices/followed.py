"""The piece to follow, as the chosen style counts it."""

from dataclasses import replace

from infinite_studio.engines.sketch.style import Style
from infinite_studio.music.blueprint import Blueprint

_TOLERANCE = 1.08


def followed(like: Blueprint | None, style: Style) -> Blueprint | None:
    """Return the piece at twice or half its tempo where only that suits the style, its bars counted accordingly.

    Drum & bass at 174 is often heard at 87: two of its bars are then one bar of what was heard.
    """
    if like is None or _suits(like.tempo_bpm, style):
        return like
    if _suits(2.0 * like.tempo_bpm, style):
        chords = tuple(chord for chord in like.chords for _ in range(2))
        return _counted(like, 2.0, chords)
    if _suits(0.5 * like.tempo_bpm, style):
        return _counted(like, 0.5, like.chords[::2])
    return like


def _suits(tempo_bpm: float, style: Style) -> bool:
    return style.tempo.lowest_bpm / _TOLERANCE <= tempo_bpm <= style.tempo.highest_bpm * _TOLERANCE


def _counted(like: Blueprint, factor: float, chords: tuple[str, ...]) -> Blueprint:
    return replace(
        like,
        tempo_bpm=factor * like.tempo_bpm,
        chords=chords,
        density=min(like.density / factor, 1.0),
        n_bars=round(factor * like.n_bars),
        melody=tuple(
            replace(note, start_beat=factor * note.start_beat, length_beats=factor * note.length_beats)
            for note in like.melody
        ),
    )
