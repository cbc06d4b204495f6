"""`SketchEngine`: the built-in composer as a generation engine."""

from collections.abc import Mapping
from pathlib import Path

from infinite_studio.engines.base import EngineInfo, GenerationRequest, Take, Understanding
from infinite_studio.engines.sketch.compose.composer import compose
from infinite_studio.engines.sketch.describing import blueprint_of_score, notes_by_stem
from infinite_studio.engines.sketch.plan import make_plan
from infinite_studio.engines.sketch.recipe import REVISION, recipe_of
from infinite_studio.engines.sketch.recipe_reading import ENGINE, request_of
from infinite_studio.engines.sketch.rendering import render_take
from infinite_studio.engines.sketch.style import Style
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.engines.sketch.style_table import StyleError
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress, Silence

_INFO = EngineInfo(
    name=ENGINE,
    label="sketch · built in",
    description="Composes and synthesises beats in four stems at once, without any download.",
    licence="yours",
    revision=REVISION,
    needs_weights=False,
)


class SketchEngine:
    """Composes notes first and sounds second; deterministic, without weights and without network.

    Parameters
    ----------
    library : StyleLibrary or None
        The styles it knows; None for the bundled ones, read when first needed.
    styles_folder : Path or None
        Where a person's own styles lie; they are read beside the bundled ones.
    """

    def __init__(self, library: StyleLibrary | None = None, styles_folder: Path | None = None) -> None:
        self._library = library
        self._styles_folder = styles_folder

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""
        return _INFO

    @property
    def styles(self) -> tuple[Style, ...]:
        """The styles it can play."""
        return self._styles().styles

    @property
    def problems(self) -> tuple[StyleError, ...]:
        """What is wrong with those of a person's own style files that cannot be used."""
        return self._styles().problems

    def understand(self, request: GenerationRequest) -> Understanding:
        """Say what would be made, at once and without making it."""
        return make_plan(request, self._styles()).understanding()

    def blueprint(self, request: GenerationRequest) -> Blueprint:
        """Return the blueprint of what a request makes: exact, and without making it sound.

        Raises
        ------
        InvalidRequestError
            As in `understand`.
        """
        plan = make_plan(request, self._styles())
        return blueprint_of_score(plan, compose(plan, Silence()))

    def notes(self, request: GenerationRequest) -> Mapping[StemType, tuple[Note, ...]]:
        """Return what the stems of a request's take play, without making it sound.

        Raises
        ------
        InvalidRequestError
            As in `understand`.
        """
        plan = make_plan(request, self._styles())
        return notes_by_stem(plan, compose(plan, Silence()))

    def request_of(self, recipe: Recipe) -> GenerationRequest:
        """Return the request that makes a recipe's take again.

        Raises
        ------
        InvalidRequestError
            If the recipe is another engine's or its values cannot be read.
        """
        return request_of(recipe)

    def generate(self, request: GenerationRequest, progress: Progress) -> Take:
        """Compose and render one take; equal requests give equal takes."""
        progress.report(0.0, "Composing")
        plan = make_plan(request, self._styles())
        score = compose(plan, Part(progress, 0.0, 0.05))
        stems, mixdown = render_take(plan, score, Part(progress, 0.05, 0.99))
        progress.report(1.0, "Done")
        return Take(mixdown, stems, plan.understanding(), recipe_of(plan), notes_by_stem(plan, score))

    def _styles(self) -> StyleLibrary:
        if self._library is None:
            self._library = StyleLibrary.bundled(self._styles_folder)
        return self._library
