"""`MusicgenEngine`: a published MusicGen model as a generation engine."""

from collections.abc import Callable
from pathlib import Path

from infinite_studio.engines.base import EngineInfo, GenerationRequest, Take, Understanding
from infinite_studio.engines.device import DeviceKind, test_device
from infinite_studio.engines.musicgen.attempts import (
    Attempt,
    NoMemoryError,
    attempts,
    free_memory,
    is_lack_of_memory,
)
from infinite_studio.engines.musicgen.choosing import choose_precision
from infinite_studio.engines.musicgen.decoder import Helpers
from infinite_studio.engines.musicgen.following import left_out_of
from infinite_studio.engines.musicgen.hearing import OnAudio
from infinite_studio.engines.musicgen.making import Made, NoMelodyModelError, make
from infinite_studio.engines.musicgen.model import LoadedModel, Weights, load_model, needed_beside
from infinite_studio.engines.musicgen.planning import Plan, plan_of
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.recipe_reading import request_of
from infinite_studio.engines.musicgen.taking import takes_of
from infinite_studio.engines.musicgen.variants import LICENCE, REVISION, variant_named
from infinite_studio.engines.musicgen.warm_copy import WarmCopies
from infinite_studio.engines.musicgen.windows import KeptWindows
from infinite_studio.engines.warm_models import WarmModels
from infinite_studio.history.recipe import Recipe
from infinite_studio.progress import Part, Progress

DEFAULT_TIMEOUT_SECONDS = 600.0


def default_timeout_seconds() -> float:
    """Return how long a take may take unless the person chose otherwise."""
    return DEFAULT_TIMEOUT_SECONDS


def find_device() -> DeviceKind:
    """Return the device that computed something right."""
    return test_device().kind


class MusicgenEngine:
    """Makes takes with a network; loads it when first needed and keeps it warm.

    Parameters
    ----------
    name : str
        Of the model, such as ``musicgen-small``.
    weights : Weights
        Where its weights lie.
    cache_folder : Path or None
        Where quick copies of models and the precision for this machine are kept; None keeps nothing.
    models : WarmModels or None
        What keeps models in memory; share one among engines, so that they share its budget.
    device : callable
        Finds the device, once.
    timeout_seconds : callable
        Says after how many seconds generating is stopped; asked at every take.
    helpers : Helpers or None
        Other threads that may take part.
    """

    def __init__(
        self,
        name: str,
        weights: Weights,
        cache_folder: Path | None = None,
        models: WarmModels[LoadedModel] | None = None,
        device: Callable[[], DeviceKind] = find_device,
        timeout_seconds: Callable[[], float] = default_timeout_seconds,
        helpers: Helpers | None = None,
    ) -> None:
        self._variant = variant_named(name)
        self._weights = weights
        self._cache_folder = cache_folder
        self._copies = None if cache_folder is None else WarmCopies(cache_folder)
        self._models: WarmModels[LoadedModel] = WarmModels() if models is None else models
        self._find_device = device
        self._device: DeviceKind | None = None
        self._kept = KeptWindows()
        self._timeout_seconds = timeout_seconds
        self._helpers = helpers

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it; what is missing is looked up each time."""
        missing = [name for name in self._all_needed() if not self._weights.is_here(name)]
        return EngineInfo(
            name=self._variant.name,
            label=f"{self._variant.label} · to be downloaded" if missing else self._variant.label,
            description=self._variant.description,
            licence=LICENCE,
            revision=REVISION,
            needs_weights=True,
            missing=tuple(missing),
            hears_sounds=True,
        )

    def understand(self, request: GenerationRequest) -> Understanding:
        """Say what would be made, at once and without making it."""
        return self._plan(request).understanding(self._variant.label)

    def generate(self, request: GenerationRequest, progress: Progress) -> Take:
        """Make one take."""
        return self.generate_takes(request, 1, progress)[0]

    def generate_takes(
        self, request: GenerationRequest, n_takes: int, progress: Progress, on_audio: OnAudio | None = None
    ) -> tuple[Take, ...]:
        """Make several takes at once, with seeds that follow the request's.

        ``on_audio`` gets pieces of the first take while it is made, and the frame at which each begins.

        Raises
        ------
        StudioError
            If weights are missing or unusable, the request is impossible, or memory or time do not suffice.
        """
        plan = self._plan(request)
        wanted = self._wanted(request)
        for attempt in attempts(wanted):
            try:
                made = self._attempt(plan, n_takes, attempt, Part(progress, 0.0, 0.92), on_audio)
            except (MemoryError, RuntimeError) as error:
                if not is_lack_of_memory(error):
                    raise
            else:
                notices = tuple(filter(None, (attempt.notice(wanted), left_out_of(plan))))
                return takes_of(plan, self._variant, attempt, made, notices, Part(progress, 0.92, 1.0))
            self.unload()
        raise NoMemoryError(self._variant.label)

    def request_of(self, recipe: Recipe) -> GenerationRequest | None:
        """Return the request that made a take; None where it followed sounds, which a recipe does not hold.

        Raises
        ------
        InvalidRequestError
            If the recipe makes no sense.
        """
        return request_of(recipe)

    def unload(self) -> None:
        """Give the memory of all warm models back."""
        self._models.unload()
        free_memory()

    def _plan(self, request: GenerationRequest) -> Plan:
        if not self._variant.hears_melodies and (request.melody or request.sounds.melody is not None):
            raise NoMelodyModelError(self._variant.label)
        return plan_of(request)

    def _all_needed(self) -> tuple[str, ...]:
        return self._variant.name, *needed_beside(self._variant.name, self._weights)

    def _wanted(self, request: GenerationRequest) -> Attempt:
        # Missing weights are an answer that needs no torch.
        for name in self._all_needed():
            self._weights.folder_of(name)
        if self._device is None:
            self._device = self._find_device()
        if request.sampling.precision:
            return Attempt(self._device, Precision(request.sampling.precision))
        memory = None if self._cache_folder is None else self._cache_folder / "precision.json"
        return Attempt(self._device, choose_precision(self._device, memory))

    def _attempt(
        self, plan: Plan, n_takes: int, attempt: Attempt, progress: Progress, on_audio: OnAudio | None
    ) -> Made:
        key = (self._variant.name, attempt.precision, attempt.device)
        loading = Part(progress, 0.0, 0.1)

        def load() -> LoadedModel:
            return load_model(
                self._variant.name, self._weights, attempt.precision, attempt.device, self._copies, loading
            )

        needed = self._variant.parameters * attempt.precision.bytes_per_weight
        model = self._models.get(key, load, needed)
        if self._helpers is not None:
            model.decoder.helped_by(self._helpers)
        return make(
            plan,
            n_takes,
            model,
            attempt,
            self._kept,
            self._timeout_seconds(),
            Part(progress, 0.1, 1.0),
            on_audio,
        )
