"""New takes out of old ones: variations, continuations, and takes with one stem rolled again."""

from collections.abc import Sequence
from dataclasses import replace

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.engines.sketch.recipe_reading import ENGINE, request_of
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.stems import StemType
from infinite_studio.services.sources import NoSuchStemError

DEFAULT_CLOSENESS = 0.7
_CONTINUED_SECONDS = 10.0
_BEATS_PER_BAR = 4


def variation_of(
    blueprint: Blueprint, seed: int, *, prompt: str = "", closeness: float = DEFAULT_CLOSENESS
) -> GenerationRequest:
    """Ask for a piece like another: 0 keeps its mood, 1 its chords and its groove."""
    return GenerationRequest(prompt, seed=seed, like=blueprint, closeness=closeness)


def continuation_of(blueprint: Blueprint, seed: int, *, prompt: str = "") -> GenerationRequest:
    """Ask for the section that comes next, at exactly the same tempo and in the same key."""
    return GenerationRequest(
        prompt,
        tempo_bpm=blueprint.tempo_bpm,
        key=blueprint.key,
        seed=seed,
        like=blueprint,
        closeness=1.0,
        is_continuation=True,
    )


def heard_continuation_of(blueprint: Blueprint, seed: int, *, prompt: str = "") -> GenerationRequest:
    """Ask an engine that hears what it continues for whole bars after it, as far as there is a beat."""
    has_beat = blueprint.n_bars > 0
    bar_seconds = _BEATS_PER_BAR * 60.0 / blueprint.tempo_bpm
    return GenerationRequest(
        prompt,
        tempo_bpm=blueprint.tempo_bpm if has_beat else None,
        key=blueprint.key,
        bars=max(1, round(_CONTINUED_SECONDS / bar_seconds)) if has_beat else None,
        seed=seed,
    )


def rerolled(
    request: GenerationRequest, stem_type: StemType, seed: int, label: str, stems: Sequence[StemType]
) -> GenerationRequest:
    """Ask for the same take with one stem rolled again; the others keep what they were given.

    Raises
    ------
    NoSuchStemError
        If the take has no such stem.
    """
    if stem_type not in stems:
        raise NoSuchStemError(label, stem_type, stems)
    return replace(request, part_seeds={**request.part_seeds, stem_type: seed})


def facts_of(request: GenerationRequest, source_label: str = "", melody_label: str = "") -> tuple[str, ...]:
    """Say in a few words what went into a take beside prompt and seed."""
    facts = []
    if request.like is not None:
        name = f"“{source_label}”" if source_label else "another piece"
        facts.append(
            f"continues {name}" if request.is_continuation else f"like {name}, {request.closeness:.0%}"
        )
    if request.melody:
        facts.append(f"melody: {melody_label}" if melody_label else f"melody of {len(request.melody)} notes")
    facts += [f"{stem.value} re-rolled ({seed})" for stem, seed in request.part_seeds.items()]
    return (*facts, "loop") if request.is_loop else tuple(facts)


def facts_of_recipe(recipe: Recipe) -> tuple[str, ...]:
    """Say the same of a stored take; nothing where the built-in composer did not make it or its recipe cannot be read."""
    if recipe.engine != ENGINE:
        return ()
    try:
        return facts_of(request_of(recipe))
    except InvalidRequestError:
        return ()
