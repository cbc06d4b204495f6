"""Describe a beat: understand, generate, choose among takes."""

from functools import partial

from infinite_studio.engines.base import EngineInfo, GenerationRequest, Understanding
from infinite_studio.errors import StudioError
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.progress import Progress
from infinite_studio.project.steps import AddTracks
from infinite_studio.services import composing
from infinite_studio.services.session_parts.sounds import Sounds
from infinite_studio.services.values import Changes, Problem, StoredTake


class Generating(Sounds):
    """Requests, takes and where they stand on the timeline."""

    _takes: tuple[StoredTake, ...] = ()
    _placed_take_id: str | None = None

    @property
    def takes(self) -> tuple[StoredTake, ...]:
        """The takes of this session, oldest first."""
        return self._takes

    @property
    def placed_take_id(self) -> str | None:
        """The take whose stems stand on the timeline; None once they were changed for something else."""
        take = next((t for t in self._takes if t.take_id == self._placed_take_id), None)
        on_timeline = {clip.object_id for _, clip in self.project.clips()}
        return take.take_id if take is not None and on_timeline & set(take.stems.values()) else None

    @property
    def generators(self) -> tuple[EngineInfo, ...]:
        """The engines that make takes, the default first."""
        generators = self.studio.generators
        return tuple(generators.get(name).info for name in generators.names)

    def understand(self, request: GenerationRequest, engine: str = "sketch") -> Understanding | Problem:
        """Say what an engine would make of a request, at once."""
        try:
            return self.studio.generators.get(engine).understand(request)
        except StudioError as error:
            return Problem(str(error), error.hint)

    def predict_seconds(self, kind: str, size: float) -> float | None:
        """Return how long such work takes on this machine; None while nothing is known."""
        return self._jobs.predict(kind, size)

    def generate(self, request: GenerationRequest, engine: str = "sketch") -> int | None:
        """Make a take; the first thing ready is put on the timeline in place of the last take."""
        return self._guard(partial(self._generate, request, engine))

    def use_take(self, take_id: str) -> None:
        """Let a take stand where the last one stood, in one undoable step."""
        take = self._take(take_id)
        if take is not None:
            self._placed_take_id = take_id
            self.apply(composing.place_take(self.project, take, self.studio.generators.names))
            self.changed.emit(Changes(takes=True), None)

    def add_take(self, take_id: str) -> None:
        """Put a take below the other tracks."""
        take = self._take(take_id)
        if take is not None:
            self.apply(AddTracks(composing.tracks_of_take(take), label="add take"))

    def _generate(self, request: GenerationRequest, engine: str) -> int:
        studio = self.studio
        understanding = studio.generators.get(engine).understand(request)

        def work(progress: Progress) -> StoredTake:
            return composing.compose_and_store(request, engine, studio, progress)

        title = f"Generate “{request.prompt.strip()[:40] or understanding.style}”"
        job = Job(title, f"generate:{engine}", LaneName.INFERENCE, work, understanding.duration_seconds)
        return self._run(job, self._on_generated)

    def _on_generated(self, take: StoredTake) -> None:
        number = len(self._takes) + 1
        self._takes = (*self._takes, composing.numbered(take, number))
        self.use_take(take.take_id)
        self.changed.emit(Changes(takes=True, peaks=frozenset(take.stems.values())), None)

    def _take(self, take_id: str) -> StoredTake | None:
        return next((take for take in self._takes if take.take_id == take_id), None)
