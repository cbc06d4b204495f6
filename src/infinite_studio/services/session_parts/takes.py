"""The takes of this session, and where they stand on the timeline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.history.recipe import Recipe
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.progress import Progress
from infinite_studio.project.steps import AddTracks
from infinite_studio.services import composing, placing
from infinite_studio.services.session_parts.sounds import Sounds
from infinite_studio.services.sources import take_key
from infinite_studio.services.values import Changes, StoredTake
from infinite_studio.services.variations import facts_of


@dataclass
class Batch:
    """Takes that were asked for together: only the first that is finished goes on the timeline by itself."""

    repository_id: str
    engine: str
    is_placed: bool = False
    continues: Recipe | str | None = None
    facts: tuple[str, ...] = ()
    input_object_ids: tuple[str, ...] = ()


class Takes(Sounds):
    """Making takes, and choosing among them."""

    _takes: tuple[StoredTake, ...] = ()
    _used_take_ids: tuple[str, ...] = ()

    @property
    def takes(self) -> tuple[StoredTake, ...]:
        """The takes of this session, oldest first."""
        return self._takes

    @property
    def placed_take_id(self) -> str | None:
        """The take that was chosen last, while it stands on the timeline: another one would go in its place."""
        placed = self.placed_take_ids
        return next((take_id for take_id in reversed(self._used_take_ids) if take_id in placed), None)

    @property
    def placed_take_ids(self) -> frozenset[str]:
        """The takes that are heard somewhere on the timeline."""
        heard = {take_key(clip.recipe) for _, clip in self.project.clips() if clip.recipe is not None}
        return frozenset(take.take_id for take in self._takes if take_key(take.recipe) in heard)

    def use_take(self, take_id: str) -> None:
        """Let a take stand where the last one stood, or after the one that it continues, in one undoable step."""
        take = self._take(take_id)
        if take is None:
            return
        if take_id in self.placed_take_ids:
            self._note_use(take)
        elif take.continues is None or not self._place_continuation(take):
            self._place_take(take)
        self.changed.emit(Changes(takes=True), None)

    def add_take(self, take_id: str) -> None:
        """Put a take below the other tracks."""
        take = self._take(take_id)
        if take is not None:
            self.apply(AddTracks(composing.tracks_of_take(take), label="add take"))
            self.changed.emit(Changes(takes=True), None)

    def _submit_all(self, requests: Sequence[GenerationRequest], batch: Batch) -> tuple[int, ...]:
        jobs = [self._guard(partial(self._submit, request, batch)) for request in requests]
        return tuple(job_id for job_id in jobs if job_id is not None)

    def _batch(self, engine: str) -> Batch:
        return Batch(self._desk.repository.repository_id, engine)

    def _submit(self, request: GenerationRequest, batch: Batch) -> int:
        studio, engine, inputs = self.studio, batch.engine, batch.input_object_ids
        understanding = studio.generators.get(engine).understand(request)

        def work(progress: Progress) -> StoredTake:
            take = composing.compose_and_store(request, engine, studio, progress, input_object_ids=inputs)
            return replace(take, facts=facts)

        facts = batch.facts or facts_of(request)
        title = f"Generate “{request.prompt.strip()[:40] or understanding.style}”"
        job = Job(title, f"generate:{engine}", LaneName.INFERENCE, work, understanding.duration_seconds)
        return self._run(job, partial(self._on_generated, batch))

    def _on_generated(self, batch: Batch, made: StoredTake) -> None:
        take = replace(composing.numbered(made, len(self._takes) + 1), continues=batch.continues)
        self._takes = (*self._takes, take)
        if batch.repository_id != self._desk.repository.repository_id:
            self.notice.emit(f"{take.label} was asked for in another project; it waits in the list.")
        elif not batch.is_placed:
            batch.is_placed = True
            self._put_first(take)
        self.changed.emit(Changes(takes=True, peaks=frozenset(take.stems.values())), None)

    def _put_first(self, take: StoredTake) -> None:
        """Put a finished take on the timeline, unless it goes on from something that is not there."""
        if take.continues is None or placing.is_on_timeline(take.continues, self.project):
            self.use_take(take.take_id)
        else:
            self.notice.emit(f"{take.label} waits in the list: what it continues is not on the timeline.")

    def _place_take(self, take: StoredTake) -> None:
        placed = self._take(self.placed_take_id or "")
        self._note_use(take)
        engines = self.studio.generators.names
        self.apply(placing.place_take(self.project, take, engines, placed.recipe if placed else None))

    def _place_continuation(self, take: StoredTake) -> bool:
        """Put a take after what it continues, in the place of another continuation; False where that is not there."""
        assert take.continues is not None
        others = [
            other.recipe
            for other in self._takes
            if other.continues == take.continues and other.take_id in self.placed_take_ids
        ]
        earlier = others[-1] if others else None
        step = placing.place_continuation(self.project, take, take.continues, earlier)
        return step is not None and self.apply(step) is not None

    def _note_use(self, take: StoredTake) -> None:
        """Remember which take stands in for the others; continuations stand in for nothing."""
        if take.continues is None:
            others = (take_id for take_id in self._used_take_ids if take_id != take.take_id)
            self._used_take_ids = (*others, take.take_id)

    def _take(self, take_id: str) -> StoredTake | None:
        return next((take for take in self._takes if take.take_id == take_id), None)
