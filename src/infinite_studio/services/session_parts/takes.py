"""The takes of this session, and where they stand on the timeline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from infinite_studio.engines.base import BatchEngine, GenerationRequest
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.values import JobRecord
from infinite_studio.jobs.job import Job, LaneName, Memo
from infinite_studio.progress import Progress
from infinite_studio.project.steps import AddTracks, Step
from infinite_studio.services import composing, making, placing
from infinite_studio.services.costs import GENERATE, generate_kind
from infinite_studio.services.follow_wishes import continued_from, continued_values
from infinite_studio.services.growing import TakeGrown
from infinite_studio.services.heard_sounds import NOTHING, SoundsToHear
from infinite_studio.services.making import TakesRequest
from infinite_studio.services.request_values import request_from, request_values
from infinite_studio.services.session_parts.growing import Growing, Growth
from infinite_studio.services.sources import take_key
from infinite_studio.services.values import Changes, StoredTake
from infinite_studio.services.variations import facts_of

TITLE_CHARACTERS = 40


@dataclass
class Batch:
    """Takes that were asked for together: only the first that is finished goes on the timeline by itself."""

    repository_id: str
    engine: str
    is_placed: bool = False
    continues: Recipe | str | None = None
    facts: tuple[str, ...] = ()
    input_object_ids: tuple[str, ...] = ()
    heard: SoundsToHear = NOTHING
    cut_frame: int | None = None


class Takes(Growing):
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
        if self._is_one_piece_of_work(requests, batch.engine):
            jobs = [self._guard(partial(self._submit, requests[0], batch, len(requests)))]
        else:
            jobs = [self._guard(partial(self._submit, request, batch)) for request in requests]
        return tuple(job_id for job_id in jobs if job_id is not None)

    def _is_one_piece_of_work(self, requests: Sequence[GenerationRequest], engine: str) -> bool:
        """Whether an engine makes these takes at once: the same wish, with seeds that count up."""
        if len(requests) < 2 or not self.is_open or engine not in self.studio.generators.names:
            return False
        first = requests[0]
        counted = [replace(first, seed=first.seed + place) for place in range(len(requests))]
        return counted == list(requests) and isinstance(self.studio.generators.get(engine), BatchEngine)

    def _batch(self, engine: str) -> Batch:
        return Batch(self._desk.repository.repository_id, engine)

    def _submit(self, request: GenerationRequest, batch: Batch, n_takes: int = 1) -> int:
        studio, engine = self.studio, batch.engine
        understanding = studio.generators.get(engine).understand(request)
        facts = batch.facts or facts_of(request)
        wanted = TakesRequest(request, engine, n_takes, batch.heard, batch.input_object_ids, facts)

        def work(progress: Progress) -> tuple[StoredTake, ...]:
            return making.make_takes(wanted, studio, progress)

        what = f"“{_few_words(request.prompt) or understanding.style}”"
        title = f"Generate {what}" if n_takes == 1 else f"Generate {n_takes} takes of {what}"
        memo = _memo(wanted, batch)
        job = Job(
            title,
            generate_kind(engine, n_takes),
            LaneName.INFERENCE,
            work,
            understanding.duration_seconds,
            memo,
        )
        return self._run_growing(job, wanted, batch)

    def _run_growing(self, job: Job[tuple[StoredTake, ...]], wanted: TakesRequest, batch: Batch) -> int:
        """Make takes that may be heard meanwhile; what was heard of them is kept where they are cut short."""
        growth = self._expect_growth(partial(self._step_for, batch, wanted))
        growth.job_id = self._run(
            job,
            partial(self._on_all_generated, batch, growth),
            on_partial=partial(self._on_grown, growth),
            on_failure=partial(self._on_cut_short, batch, wanted, growth),
        )
        return growth.job_id

    def _ask_again(self, record: JobRecord) -> int | None:
        if record.kind != GENERATE:
            return super()._ask_again(record)
        values = record.request
        batch = self._batch(str(values["engine"]))
        batch.facts = tuple(values["facts"])
        batch.input_object_ids = tuple(values["input_object_ids"])
        batch.heard = SoundsToHear.from_json(values.get("heard", {}))
        batch.continues = continued_from(values.get("continues"))
        batch.cut_frame = values.get("cut_frame")
        return self._submit(request_from(values["request"]), batch, int(values.get("n_takes", 1)))

    def _on_all_generated(self, batch: Batch, growth: Growth, made: tuple[StoredTake, ...]) -> None:
        def put() -> None:
            for take in made:
                self._on_generated(batch, take)

        self._end_growth(growth, put)

    def _on_cut_short(self, batch: Batch, wanted: TakesRequest, growth: Growth) -> None:
        """Keep what was heard, where that is enough to be worth anything."""
        grown, studio = growth.grown, self._studio
        if grown is None or studio is None or self._is_closing:
            return
        if grown.n_frames < making.SHORTEST_KEPT_SECONDS * studio.bank.sample_rate:
            self._end_growth(growth)
            return

        def work(progress: Progress) -> StoredTake:
            return making.keep_cut_short(wanted, grown, studio, progress)

        def keep(take: StoredTake) -> None:
            self._end_growth(growth, partial(self._on_generated, batch, take))

        job = self._disk_job("Keeping what was heard", "_keep", work)
        self._run(job, keep, on_failure=partial(self._end_growth, growth))

    def _step_for(self, batch: Batch, wanted: TakesRequest, grown: TakeGrown) -> Step | None:
        """Return what shows a take that is being made where it will stand; None where it will not stand anywhere."""
        if batch.is_placed or batch.repository_id != self._desk.repository.repository_id:
            return None
        take = making.unfinished(wanted, grown, self.studio, f"Take {len(self._takes) + 1}")
        if batch.continues is not None:
            earlier = self._earlier_continuation(batch.continues)
            return placing.place_continuation(
                self.project, take, batch.continues, earlier, cut_frame=batch.cut_frame
            )
        placed = self._take(self.placed_take_id or "")
        engines = self.studio.generators.names
        return placing.place_take(self.project, take, engines, placed.recipe if placed else None)

    def _on_generated(self, batch: Batch, made: StoredTake) -> None:
        take = replace(
            composing.numbered(made, len(self._takes) + 1),
            continues=batch.continues,
            cut_frame=batch.cut_frame,
        )
        if take.tune is not None:
            take = replace(take, facts=(*take.facts, f"tune kept {take.tune.score:.0%}"))
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
        earlier = self._earlier_continuation(take.continues)
        step = placing.place_continuation(
            self.project, take, take.continues, earlier, cut_frame=take.cut_frame
        )
        return step is not None and self.apply(step) is not None

    def _earlier_continuation(self, continues: Recipe | str) -> Recipe | None:
        """Return the continuation of the same that stands on the timeline."""
        placed = self.placed_take_ids
        others = [t.recipe for t in self._takes if t.continues == continues and t.take_id in placed]
        return others[-1] if others else None

    def _note_use(self, take: StoredTake) -> None:
        """Remember which take stands in for the others; continuations stand in for nothing."""
        if take.continues is None:
            others = (take_id for take_id in self._used_take_ids if take_id != take.take_id)
            self._used_take_ids = (*others, take.take_id)

    def _take(self, take_id: str) -> StoredTake | None:
        return next((take for take in self._takes if take.take_id == take_id), None)


def _few_words(prompt: str) -> str:
    """Return the beginning of a prompt for a title, cut between words where there are any."""
    plain = " ".join(prompt.split())
    if len(plain) <= TITLE_CHARACTERS:
        return plain
    whole, _, _ = plain[:TITLE_CHARACTERS].rpartition(" ")
    return f"{(whole or plain[: TITLE_CHARACTERS - 1]).rstrip(',;')}…"


def _memo(wanted: TakesRequest, batch: Batch) -> Memo | None:
    """Return what it takes to ask for takes again; None where they follow a sound that only memory holds."""
    values = request_values(wanted.request)
    if values is None:
        return None
    return Memo(
        GENERATE,
        {
            "engine": wanted.engine,
            "request": values,
            "input_object_ids": list(wanted.input_object_ids),
            "facts": list(wanted.facts),
            "n_takes": wanted.n_takes,
            "heard": wanted.heard.to_json(),
            "continues": continued_values(batch.continues),
            "cut_frame": batch.cut_frame,
        },
    )
