"""Which style a piece is in."""

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.prompt.reading import PromptReading
from infinite_studio.engines.sketch.style import Style
from infinite_studio.engines.sketch.style_library import StyleLibrary, folded
from infinite_studio.music.blueprint import Blueprint

_OTHER_OCTAVE = 0.1
"""What it costs to hear a tempo twice or half as fast, as listeners and programs do."""


def choose_style(request: GenerationRequest, reading: PromptReading, library: StyleLibrary) -> Style:
    """Return the style that the prompt names, else that of the piece to follow or the nearest to it, else the default."""
    if reading.style is not None:
        return reading.style
    if request.like is None:
        return library.default
    if folded(request.like.style) in library.names:
        return library.called(request.like.style)
    return nearest_style(request.like, library)


def nearest_style(like: Blueprint, library: StyleLibrary) -> Style:
    """Return the style whose tempo, density, energy and brightness are nearest to a sound's."""
    return min(library.styles, key=lambda style: (_distance(like, style), style.name))


def style_density(style: Style) -> float:
    """Return how busy the style's drums are, 0 to 1; what its parts play without drums is half as much."""
    shares = []
    for groove in style.drums.grooves:
        bars = [row.ljust(16, ".") for row in groove.rows.values()]
        struck = {place % 16 for bar in bars for place, step in enumerate(bar) if step in "Xxrtqf"}
        shares.append(len(struck) / 16)
    return (0.25 if style.drums.optional else 1.0) * sum(shares) / max(len(shares), 1)


def _distance(like: Blueprint, style: Style) -> float:
    tempi = ((like.tempo_bpm, 0.0), (2 * like.tempo_bpm, _OTHER_OCTAVE), (like.tempo_bpm / 2, _OTHER_OCTAVE))
    return (
        min(_outside(bpm, style) + cost for bpm, cost in tempi)
        + 0.7 * abs(like.energy - style.energy)
        + abs(like.brightness - style.brightness)
        + 0.7 * abs(like.density - style_density(style))
    )


def _outside(tempo_bpm: float, style: Style) -> float:
    """Return how far a tempo is outside of the style's range, and a little for not being its usual one."""
    tempo = style.tempo
    outside = max(tempo.lowest_bpm / tempo_bpm - 1.0, tempo_bpm / tempo.highest_bpm - 1.0, 0.0)
    return 4.0 * outside + 0.8 * abs(tempo_bpm / tempo.default_bpm - 1.0)
