"""Bring stems to another tempo without changing their pitch."""

from dataclasses import dataclass, replace

from infinite_studio.audio.audio import Audio
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.project.model import Clip, Track
from infinite_studio.services.stem_recipes import STEM, STRETCH_ENGINE, STRETCH_SOURCE
from infinite_studio.services.studio import Studio
from infinite_studio.services.time_stretch import time_stretch

REVISION = "1"
RATIO = "ratio"


def stretched_tracks(
    tracks: tuple[Track, ...], ratio: float, studio: Studio, progress: Progress
) -> tuple[Track, ...]:
    """Return tracks that last ``ratio`` times as long, their sounds stretched and stored as new objects."""
    recipes = {c.object_id: _recipe(c, track.stem_type, ratio) for track in tracks for c in track.clips}
    stretched: dict[str, str] = {}
    for done, (object_id, recipe) in enumerate(recipes.items()):
        part = Part(progress, done / len(recipes), (done + 1) / len(recipes))
        stretched[object_id] = studio.bank.store(stretched_audio(stretch_plan(recipe), studio, part))

    def renewed(clip: Clip) -> Clip:
        start, end = round(clip.start_frame * ratio), round(clip.end_frame * ratio)
        return replace(
            clip,
            object_id=stretched[clip.object_id],
            start_frame=start,
            length_frames=max(1, end - start),
            source_offset_frames=round(clip.source_offset_frames * ratio),
            recipe=recipes[clip.object_id],
        )

    return tuple(replace(track, clips=tuple(renewed(clip) for clip in track.clips)) for track in tracks)


@dataclass(frozen=True)
class StretchPlan:
    """What a recipe of this engine asks for."""

    object_id: str
    ratio: float
    stem_type: StemType
    source: Recipe | None


def stretch_plan(recipe: Recipe) -> StretchPlan:
    """Read a recipe of this engine."""
    (object_id,) = recipe.input_object_ids
    source = recipe.parameters.get(STRETCH_SOURCE)
    return StretchPlan(
        object_id,
        float(recipe.parameters[RATIO]),
        StemType(recipe.parameters[STEM]),
        None if source is None else Recipe.from_json(source),
    )


def stretched_audio(plan: StretchPlan, studio: Studio, progress: Progress) -> Audio:
    """Return the stretched sound."""
    progress.report(0.0, "Stretching")
    studio.bank.prepare(plan.object_id, Part(progress, 0.0, 0.2))
    samples = studio.bank.samples(plan.object_id)
    assert samples is not None
    rate = studio.bank.sample_rate
    return Audio(time_stretch(samples, plan.ratio, plan.stem_type, rate, Part(progress, 0.2, 1.0)), rate)


def _recipe(clip: Clip, stem_type: StemType, ratio: float) -> Recipe:
    source = clip.recipe
    return Recipe(
        engine=STRETCH_ENGINE,
        model_revision=REVISION,
        prompt=source.prompt if source else "",
        parameters={
            RATIO: ratio,
            STEM: stem_type.value,
            STRETCH_SOURCE: source.to_json() if source else None,
        },
        seed=source.seed if source else None,
        input_object_ids=(clip.object_id,),
    )
