"""Long takes of networks are made in windows that overlap: where each begins, and rolling one of them again."""

from dataclasses import replace

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.project.model import Project
from infinite_studio.services.composer import repeating_engine, request_of
from infinite_studio.services.placing import Followed, clips_of
from infinite_studio.services.sources import Source
from infinite_studio.services.studio import Studio

STRIDE = "window_stride_seconds"
COUNT = "n_windows"


class NoWindowsError(StudioError):
    """A wish that needs a take that was made in windows, by an engine that is still the same."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"“{label}” cannot be rolled again in part.",
            hint="That needs a long take of a network that follows no sound. Vary it instead.",
        )
        self.label = label


def window_starts(source: Source, studio: Studio) -> tuple[float, ...]:
    """Return the seconds at which the windows of a take bring new sound; none where there is only one."""
    recipe = source.recipe
    if recipe is None or repeating_engine(recipe, studio.generators) is None:
        return ()
    if request_of(recipe, studio.generators) is None:
        return ()
    return window_starts_of(recipe)


def window_starts_of(recipe: Recipe) -> tuple[float, ...]:
    """Return the seconds at which the windows that a recipe tells of bring new sound; none where there is only one."""
    count, stride = recipe.parameters.get(COUNT, 1), recipe.parameters.get(STRIDE)
    window = recipe.parameters.get("window_seconds")
    if not isinstance(count, int) or count < 2 or stride is None or window is None:
        return ()
    overlap = float(window) - float(stride)
    return tuple(place * float(stride) + (overlap if place else 0.0) for place in range(count))


def rolled_again(request: GenerationRequest, recipe: Recipe, place: int, seed: int) -> GenerationRequest:
    """Ask for the same take with another seed from one window on; those before stay."""
    known = {int(at): int(value) for at, value in recipe.parameters.get("window_seeds", {}).items()}
    sampling = replace(request.sampling, window_seeds={**known, place: seed})
    return replace(request, sampling=sampling)


def followed_by(source: Source, studio: Studio) -> Followed:
    """Return what stands on the timeline for a source: a take by its recipe, or the sound itself."""
    recipe = source.recipe
    return recipe if recipe is not None and recipe.engine in studio.generators.names else source.object_id


def place_in(followed: Followed, project: Project, frame: int) -> int | None:
    """Return which frame of a sound is at a frame of the timeline; None where the sound is not there."""
    clips = [clip for _, clip in clips_of(followed, project)]
    inside = [clip for clip in clips if clip.start_frame < frame < clip.end_frame]
    return frame - inside[0].start_frame + inside[0].source_offset_frames if inside else None
