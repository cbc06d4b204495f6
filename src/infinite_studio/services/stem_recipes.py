"""The recipe of a stem: what made its sounds, and how they were put together."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from infinite_studio.history.recipe import Recipe
from infinite_studio.history.snapshot import canonical_json
from infinite_studio.project.model import Clip, Project, Track

IMPORT_ENGINE = "import"
MIX_ENGINE = "mix"
MIX_REVISION = "1"
STRETCH_ENGINE = "stretch"
STRETCH_SOURCE = "source"
STEM, LABEL, MIX, RECIPES = "stem", "label", "mix", "recipes"
"""Names in a recipe's parameters: which stem of a take, what the person read on it, how it was rendered, from what."""


def mix_of(project: Project, track: Track) -> dict[str, Any]:
    """Return all that decides how a track alone sounds: equal values, equal samples."""
    return {
        "sample_rate": project.sample_rate,
        "length_frames": project.length_frames,
        "gain_db": track.gain_db,
        "pan": track.pan,
        "clips": [
            {
                "object_id": clip.object_id,
                "start_frame": clip.start_frame,
                "length_frames": clip.length_frames,
                "source_offset_frames": clip.source_offset_frames,
                "gain_db": clip.gain_db,
            }
            for clip in track.clips
        ],
    }


def stem_key(project: Project, track: Track) -> bytes:
    """Return what two tracks have in common exactly when they sound the same alone."""
    return canonical_json(mix_of(project, track))


def mixdown_key(project: Project) -> bytes:
    """Return what two projects have in common exactly when they sound the same as a whole."""
    audible = [
        mix_of(project, track) for track in project.tracks if track.clips and project.is_audible(track)
    ]
    return canonical_json({"tracks": audible, "length_frames": project.length_frames})


def stem_recipe(project: Project, track: Track, *, is_rendered: bool) -> Recipe | None:
    """Return the recipe of a track's stem.

    It is the recipe of its sounds, with their label and, where the stem was rendered, with the mix; sounds
    of several recipes make a recipe of the engine ``mix`` that holds them all. None where nothing is known.
    """
    recipes = list({canonical_json(c.recipe.to_json()): c.recipe for c in track.clips if c.recipe}.values())
    label = ", ".join(dict.fromkeys(clip.name for clip in track.clips))
    inputs = tuple(clip.object_id for clip in track.clips) if is_rendered else ()
    if len(recipes) == 1 and all(clip.recipe for clip in track.clips):
        made = recipes[0]
        inputs += made.input_object_ids
    elif not is_rendered:
        return None
    else:
        made = _combined(recipes)
    added: dict[str, Any] = {LABEL: label}
    if is_rendered:
        added[MIX] = mix_of(project, track)
    parameters = {**made.parameters, **added}
    return replace(made, parameters=parameters, input_object_ids=tuple(dict.fromkeys(inputs)))


def source_recipes(recipe: Recipe) -> tuple[Recipe, ...]:
    """Return the recipes of the sounds that a rendered stem was put together from."""
    if recipe.engine == MIX_ENGINE:
        return tuple(Recipe.from_json(values) for values in recipe.parameters[RECIPES])
    parameters = {name: value for name, value in recipe.parameters.items() if name not in {LABEL, MIX}}
    own = {clip["object_id"] for clip in recipe.parameters.get(MIX, {}).get("clips", ())}
    inputs = tuple(name for name in recipe.input_object_ids if name not in own)
    return (replace(recipe, parameters=parameters, input_object_ids=inputs),)


def engines_of(recipe: Recipe) -> frozenset[str]:
    """Return the engines that a sound came from, through every mix and stretch: their licences hold for it."""
    parameters = recipe.parameters
    made_of = [*parameters.get(RECIPES, ()), parameters.get(STRETCH_SOURCE)]
    inner = [Recipe.from_json(values) for values in made_of if isinstance(values, Mapping)]
    if recipe.engine not in {MIX_ENGINE, STRETCH_ENGINE}:
        return frozenset({recipe.engine})
    return frozenset(engine for each in inner for engine in engines_of(each)) or frozenset({IMPORT_ENGINE})


def track_of_mix(mix: Mapping[str, Any], name: str) -> tuple[Project, Track]:
    """Return the track that `mix_of` described, in a project of the same length."""
    clips = tuple(
        Clip(
            object_id=str(clip["object_id"]),
            name=name,
            start_frame=int(clip["start_frame"]),
            length_frames=int(clip["length_frames"]),
            source_offset_frames=int(clip["source_offset_frames"]),
            gain_db=float(clip["gain_db"]),
        )
        for clip in mix["clips"]
    )
    track = Track(name, clips=clips, gain_db=float(mix["gain_db"]), pan=float(mix["pan"]))
    return Project(name, tracks=(track,), sample_rate=int(mix["sample_rate"])), track


def _combined(recipes: list[Recipe]) -> Recipe:
    prompts = dict.fromkeys(recipe.prompt for recipe in recipes if recipe.prompt)
    return Recipe(
        engine=MIX_ENGINE,
        model_revision=MIX_REVISION,
        prompt=" · ".join(prompts),
        parameters={RECIPES: [recipe.to_json() for recipe in recipes]},
    )
