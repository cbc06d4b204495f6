"""Engines that write notes before they make sound, and what they can tell about them."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from infinite_studio.engines.base import EngineInfo, GenerationEngine, GenerationRequest, Understanding
from infinite_studio.engines.registry import Registry
from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType


class NoNotesError(StudioError):
    """A wish that needs the notes of a sound that nobody wrote notes for, or none that can be had back."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"The notes of “{label}” are not known.",
            hint="Only takes of this version's built-in composer have notes. Vary it instead: that listens to it first.",
        )
        self.label = label


@runtime_checkable
class Composer(Protocol):
    """A generation engine that writes notes."""

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""

    def understand(self, request: GenerationRequest) -> Understanding:
        """Say what would be made."""

    def request_of(self, recipe: Recipe) -> GenerationRequest:
        """Return the request that makes a take again."""

    def blueprint(self, request: GenerationRequest) -> Blueprint:
        """Say what a take of this request is like, without making its sound."""

    def notes(self, request: GenerationRequest) -> Mapping[StemType, tuple[Note, ...]]:
        """Return what the stems of a take of this request play, without making its sound."""


@runtime_checkable
class Repeating(Protocol):
    """A generation engine that reads its own recipes, whether it writes notes or not."""

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""

    def request_of(self, recipe: Recipe) -> GenerationRequest | None:
        """Return the request that makes a take again; None where the recipe does not hold all of it."""


def repeating_engine(recipe: Recipe | None, generators: Registry[GenerationEngine]) -> Repeating | None:
    """Return the engine that can read a recipe; None where it cannot, or has been changed since."""
    if recipe is None or recipe.engine not in generators.names:
        return None
    engine = generators.get(recipe.engine)
    is_same = engine.info.revision == recipe.model_revision
    return engine if is_same and isinstance(engine, Repeating) else None


def composer_of(recipe: Recipe | None, generators: Registry[GenerationEngine]) -> Composer | None:
    """Return the engine that wrote a take; None where it writes no notes or has been changed since."""
    if recipe is None or recipe.engine not in generators.names:
        return None
    engine = generators.get(recipe.engine)
    is_same = engine.info.revision == recipe.model_revision
    return engine if is_same and isinstance(engine, Composer) else None


def request_of(recipe: Recipe | None, generators: Registry[GenerationEngine]) -> GenerationRequest | None:
    """Return the request behind a recipe; None where no engine can make the same again.

    Raises
    ------
    InvalidRequestError
        If the recipe makes no sense to the engine that it names.
    """
    engine = repeating_engine(recipe, generators)
    return engine.request_of(recipe) if recipe is not None and engine is not None else None
