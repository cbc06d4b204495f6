"""A wish for a take like another or after it, which outlives the studio: what is found by listening comes later."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from infinite_studio.engines.base import GenerationRequest, Sampling
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.services.request_values import UnreadableRequestError
from infinite_studio.services.sources import Source
from infinite_studio.services.variations import (
    DEFAULT_CLOSENESS,
    continuation_of,
    heard_continuation_of,
    variation_of,
)


@dataclass(frozen=True)
class FollowWish:
    """What to follow, who makes it, and how; ``hears_sounds`` says whether that engine hears the sound itself."""

    source: Source
    engine: str
    seed: int
    prompt: str
    is_continuation: bool = False
    hears_sounds: bool = False
    closeness: float = DEFAULT_CLOSENESS
    sampling: Sampling = field(default_factory=Sampling)

    def request(self, blueprint: Blueprint) -> GenerationRequest:
        """Return the request, now that it is known what the source is like."""
        if not self.is_continuation:
            asked = variation_of(blueprint, self.seed, prompt=self.prompt, closeness=self.closeness)
        elif self.hears_sounds:
            asked = heard_continuation_of(blueprint, self.seed, prompt=self.prompt)
        else:
            asked = continuation_of(blueprint, self.seed, prompt=self.prompt)
        return replace(asked, sampling=self.sampling)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        recipe = self.source.recipe
        return {
            "label": self.source.label,
            "object_id": self.source.object_id,
            "recipe": None if recipe is None else recipe.to_json(),
            "engine": self.engine,
            "seed": self.seed,
            "prompt": self.prompt,
            "is_continuation": self.is_continuation,
            "closeness": self.closeness,
            "sampling": {**asdict(replace(self.sampling, window_seeds={})), "window_seeds": {}},
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any], *, hears_sounds: bool) -> "FollowWish":
        """Read it back from `to_json`'s values.

        Raises
        ------
        UnreadableRequestError
            If they are none.
        """
        try:
            recipe = values["recipe"]
            found = Source(
                source_id=str(values["object_id"]),
                label=str(values["label"]),
                object_id=str(values["object_id"]),
                recipe=None if recipe is None else Recipe.from_json(recipe),
            )
            return cls(
                found,
                str(values["engine"]),
                int(values["seed"]),
                str(values["prompt"]),
                bool(values["is_continuation"]),
                hears_sounds,
                float(values["closeness"]),
                Sampling(**values["sampling"]),
            )
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise UnreadableRequestError from error


def continued_values(continues: Recipe | str | None) -> dict[str, Any] | None:
    """Return what a take goes on from as JSON values: a recipe, or the name of a sound."""
    if continues is None:
        return None
    return {"object_id": continues} if isinstance(continues, str) else {"recipe": continues.to_json()}


def continued_from(values: Mapping[str, Any] | None) -> Recipe | str | None:
    """Read it back from `continued_values`.

    Raises
    ------
    UnreadableRequestError
        If it is not that.
    """
    if values is None:
        return None
    try:
        return Recipe.from_json(values["recipe"]) if "recipe" in values else str(values["object_id"])
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UnreadableRequestError from error
