"""`SketchEngine`: the built-in composer as a generation engine."""

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.mixing import sum_of
from infinite_studio.engines.base import EngineInfo, GenerationRequest, Take, Understanding
from infinite_studio.engines.sketch.compose.composer import compose
from infinite_studio.engines.sketch.plan import SAMPLE_RATE, Plan, make_plan
from infinite_studio.engines.sketch.sound.chunks import chunks
from infinite_studio.engines.sketch.sound.render import Renderer
from infinite_studio.engines.sketch.sound.voices import Stereo
from infinite_studio.engines.sketch.style import SKETCH_STEMS, Style
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress

REVISION = "1"
_INFO = EngineInfo(
    name="sketch",
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
    """

    def __init__(self, library: StyleLibrary | None = None) -> None:
        self._library = library

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""
        return _INFO

    @property
    def styles(self) -> tuple[Style, ...]:
        """The styles it can play."""
        return self._styles().styles

    def understand(self, request: GenerationRequest) -> Understanding:
        """Say what would be made, at once and without making it."""
        return make_plan(request, self._styles()).understanding()

    def generate(self, request: GenerationRequest, progress: Progress) -> Take:
        """Compose and render one take; equal requests give equal takes."""
        progress.report(0.0, "Composing")
        plan = make_plan(request, self._styles())
        score = compose(plan, Part(progress, 0.0, 0.05))
        rendered = Renderer(plan, score).render(Part(progress, 0.05, 0.92))
        stems = _stems(rendered, Part(progress, 0.92, 0.96))
        mixdown = _mixdown(list(stems.values()), Part(progress, 0.96, 0.99))
        progress.report(1.0, "Done")
        return Take(mixdown, stems, plan.understanding(), _recipe(plan))

    def _styles(self) -> StyleLibrary:
        if self._library is None:
            self._library = StyleLibrary.bundled()
        return self._library


def _stems(rendered: dict[StemType, Stereo], progress: Progress) -> dict[StemType, Audio]:
    """Return the stems in the shape of `Audio`, letting go of each as it was."""
    stems = {}
    for place, stem in enumerate(SKETCH_STEMS):
        planes = rendered.pop(stem)
        samples = np.empty((planes.shape[1], 2), np.float32)
        share = Part(progress, place / len(SKETCH_STEMS), (place + 1) / len(SKETCH_STEMS))
        for where in chunks(planes.shape[1], share):
            samples[where] = planes[:, where].T
        stems[stem] = Audio(samples, SAMPLE_RATE)
    return stems


def _mixdown(stems: list[Audio], progress: Progress) -> Audio:
    mixed = np.empty_like(stems[0].samples)
    for where in chunks(mixed.shape[0], progress):
        mixed[where] = sum_of([stem.samples[where] for stem in stems])
    return Audio(mixed, SAMPLE_RATE)


def _recipe(plan: Plan) -> Recipe:
    length: dict[str, float | int] = (
        {"bars": plan.bars} if plan.bars is not None else {"duration_seconds": plan.n_frames / SAMPLE_RATE}
    )
    return Recipe(
        engine=_INFO.name,
        model_revision=REVISION,
        prompt=plan.prompt,
        parameters={"style": plan.style.name, "tempo_bpm": plan.tempo.bpm, "key": str(plan.key), **length},
        seed=plan.seed,
    )
