"""Make takes and keep them; what was heard before someone stopped the work can be kept as well."""

from dataclasses import dataclass, field, replace

import numpy as np

from infinite_studio.engines.base import BatchEngine, GenerationRequest, Take, Understanding
from infinite_studio.engines.musicgen.finishing import finish, normalising_gain_db
from infinite_studio.history.recipe import Recipe
from infinite_studio.progress import Part, Progress
from infinite_studio.services.composing import compose_takes, store_take
from infinite_studio.services.growing import GrowingSound, TakeGrown
from infinite_studio.services.heard_sounds import (
    FOLLOWED,
    NOTHING,
    SoundsToHear,
    followed_values,
    keep_sounds,
    with_sounds,
)
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import StoredTake

SHORTEST_KEPT_SECONDS = 0.5
CUT_SHORT = "cut_short_seconds"


@dataclass(frozen=True)
class TakesRequest:
    """What to make, by which engine, how many at once, what they follow, and what to say about them."""

    request: GenerationRequest
    engine: str
    n_takes: int = 1
    heard: SoundsToHear = NOTHING
    input_object_ids: tuple[str, ...] = ()
    facts: tuple[str, ...] = field(default=())

    @property
    def sounds_that_go_in(self) -> tuple[str, ...]:
        """Object ids for the recipe."""
        return tuple(dict.fromkeys((*self.input_object_ids, *self.heard.object_ids)))


def make_takes(wanted: TakesRequest, studio: Studio, progress: Progress) -> tuple[StoredTake, ...]:
    """Make takes with seeds that count up, and keep them; the first is shared as `TakeGrown` where its engine can."""
    asked, heard = keep_sounds(wanted.request, wanted.heard, studio, Part(progress, 0.0, 0.01))
    wanted = replace(wanted, request=asked, heard=heard)
    request = with_sounds(asked, heard, studio, Part(progress, 0.01, 0.03))
    made = _made(wanted, request, studio, Part(progress, 0.03, 0.9))
    stored = []
    for place, take in enumerate(made):
        part = Part(progress, 0.9 + 0.1 * place / len(made), 0.9 + 0.1 * (place + 1) / len(made))
        asked = replace(wanted.request, seed=wanted.request.seed + place)
        known = with_inputs(take, wanted)
        kept = store_take(known, asked, wanted.engine, studio, part)
        stored.append(replace(kept, facts=(*wanted.facts, *kept.facts)))
    return tuple(stored)


def with_inputs(take: Take, wanted: TakesRequest) -> Take:
    """Let the recipe of a take name the sounds that it follows, so that it can be made again from them."""
    if not wanted.sounds_that_go_in:
        return take
    recipe = replace(take.recipe, input_object_ids=wanted.sounds_that_go_in)
    if wanted.heard.object_ids:
        followed = followed_values(wanted.request, wanted.heard)
        recipe = replace(recipe, parameters={**recipe.parameters, FOLLOWED: followed})
    return replace(take, recipe=recipe)


def compose_from_kept(
    request: GenerationRequest, engine: str, studio: Studio, progress: Progress, n_takes: int = 1
) -> tuple[Take, ...]:
    """Make takes after keeping the sounds that they follow, so that they can be made again; none is stored itself."""
    asked, heard = keep_sounds(request, NOTHING, studio, Part(progress, 0.0, 0.05))
    wanted = TakesRequest(asked, engine, heard=heard)
    heard_request = with_sounds(asked, heard, studio, Part(progress, 0.05, 0.1))
    made = compose_takes(heard_request, engine, n_takes, studio.generators, Part(progress, 0.1, 1.0))
    return tuple(with_inputs(take, wanted) for take in made)


def keep_cut_short(wanted: TakesRequest, grown: TakeGrown, studio: Studio, progress: Progress) -> StoredTake:
    """Keep as a take what was heard of one before its making was stopped."""
    rate = studio.bank.sample_rate
    samples = studio.bank.samples(grown.object_id)
    assert samples is not None
    heard = np.array(samples[: grown.n_frames])
    seconds = len(heard) / rate
    engine = studio.generators.get(wanted.engine)
    asked = engine.understand(wanted.request)
    take = Take(
        mixdown=finish(np.ascontiguousarray(heard.T), rate, len(heard), is_loop=False).audio,
        stems={},
        understanding=_shortened(asked, seconds),
        recipe=Recipe(
            wanted.engine,
            engine.info.revision,
            wanted.request.prompt,
            {CUT_SHORT: round(seconds, 3), "duration_seconds": asked.duration_seconds},
            wanted.request.seed,
            input_object_ids=wanted.sounds_that_go_in,
        ),
        facts=(f"cut short at {seconds:.1f} s",),
    )
    kept = store_take(take, wanted.request, wanted.engine, studio, progress, with_tune=False)
    return replace(kept, facts=(*wanted.facts, *kept.facts))


def unfinished(wanted: TakesRequest, grown: TakeGrown, studio: Studio, label: str) -> StoredTake:
    """Return a take that is being made as the timeline may show it; nothing of it is stored."""
    engine = studio.generators.get(wanted.engine)
    return StoredTake(
        take_id=grown.object_id,
        label=label,
        understanding=engine.understand(wanted.request),
        stems={},
        mixdown_object_id=grown.object_id,
        n_frames=grown.expected_frames,
        recipe=Recipe(wanted.engine, engine.info.revision, parameters={"growing": grown.object_id}),
        licence=engine.info.licence,
    )


def _made(
    wanted: TakesRequest, request: GenerationRequest, studio: Studio, progress: Progress
) -> tuple[Take, ...]:
    engine = studio.generators.get(wanted.engine)
    if not isinstance(engine, BatchEngine):
        return compose_takes(request, wanted.engine, wanted.n_takes, studio.generators, progress)
    seconds = engine.understand(request).duration_seconds
    growing = GrowingSound(studio.bank, seconds, progress, normalising_gain_db)
    return engine.generate_takes(request, wanted.n_takes, progress, growing.hear)


def _shortened(asked: Understanding, seconds: float) -> Understanding:
    return replace(asked, bars=None, duration_seconds=seconds)
