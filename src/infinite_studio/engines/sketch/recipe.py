"""Recipes of the built-in composer: everything that makes a take again."""

from typing import Any

from infinite_studio.engines.sketch.choices.length import SAMPLE_RATE
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.recipe_reading import ENGINE
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.note import Note

REVISION = "4"


def recipe_of(plan: Plan) -> Recipe:
    """Return the recipe of a plan: what was asked for, with everything that was left open filled in."""
    request = plan.request
    parameters: dict[str, Any] = {
        "style": plan.style.name,
        "tempo_bpm": plan.tempo.bpm,
        "key": str(plan.key),
    }
    if plan.bars is not None:
        parameters["bars"] = plan.bars
    else:
        parameters["duration_seconds"] = plan.n_frames / SAMPLE_RATE
    if request.melody:
        parameters["melody"] = _notes_to_json(request.melody)
    if request.like is not None:
        parameters["like"] = _blueprint_to_json(request.like)
        parameters["closeness"] = request.closeness
        parameters["is_continuation"] = request.is_continuation
    fonts = {part.instrument: part.soundfont.path.name for part in plan.style.parts if part.soundfont}
    if fonts:
        parameters["soundfonts"] = fonts
    if plan.is_loop:
        parameters["is_loop"] = True
    if request.part_seeds:
        parameters["part_seeds"] = {stem.value: seed for stem, seed in request.part_seeds.items()}
    return Recipe(
        engine=ENGINE, model_revision=REVISION, prompt=request.prompt, parameters=parameters, seed=plan.seed
    )


def _notes_to_json(notes: tuple[Note, ...]) -> list[list[float]]:
    return [[note.pitch, note.start_beat, note.length_beats, note.velocity] for note in notes]


def _blueprint_to_json(like: Blueprint) -> dict[str, Any]:
    return {
        "tempo_bpm": like.tempo_bpm,
        "key": None if like.key is None else str(like.key),
        "chords": list(like.chords),
        "density": like.density,
        "brightness": like.brightness,
        "energy": like.energy,
        "style": like.style,
        "n_bars": like.n_bars,
        "melody": _notes_to_json(like.melody),
    }
