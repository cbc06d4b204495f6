"""What engines that hear make of sounds: going on from one, following its tune, rolling a part of a long take again."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.progress import Progress
from infinite_studio.services import windows
from infinite_studio.services.composer import request_of
from infinite_studio.services.hearing_long import read_beginning
from infinite_studio.services.session_parts.takes import Batch
from infinite_studio.services.session_parts.variations import Variations
from infinite_studio.services.values import Changes, ContinueSource, Melody


class GoingOn(Variations):
    """Continuations with a chosen cut, melodies that are sounds, and windows of long takes."""

    _continued: ContinueSource | None = None

    @property
    def continued(self) -> ContinueSource | None:
        """The piece that the next take of the Generate panel goes on from."""
        return self._continued

    def choose_continued(self, source_id: str) -> None:
        """Let the next take go on from a take, a clip's sound or a sound of the library."""

        def choose() -> None:
            source = self._source(source_id)
            self._continued = ContinueSource(source_id, source.label, self._prompt_of(source))
            self.changed.emit(Changes(sources=True), None)

        self._guard(choose)

    def change_continued(self, *, is_at_playhead: bool, context_seconds: float) -> None:
        """Say where the next take takes over, and how much before that its engine hears."""
        if self._continued is not None:
            self._continued = replace(
                self._continued, is_at_playhead=is_at_playhead, context_seconds=context_seconds
            )
            self.changed.emit(Changes(sources=True), None)

    def drop_continued(self) -> None:
        """Let the next take go on from nothing."""
        self._continued = None
        self.changed.emit(Changes(sources=True), None)

    def cut_of(self, source_id: str) -> float | None:
        """Return where the playhead stands in a sound on the timeline, in seconds of it; None where it is not in it."""
        source = self._guard(lambda: self._source(source_id))
        if source is None:
            return None
        followed = windows.followed_by(source, self.studio)
        found = windows.place_in(followed, self.project, self._playback.playhead_frame)
        return None if found is None else found / self.project.sample_rate

    def melody_of_sound(self, source_id: str) -> int | None:
        """Let the next take follow the tune of a sound itself, for engines that hear."""

        def start() -> int:
            source, studio = self._source(source_id), self.studio

            def work(progress: Progress) -> Melody:
                audio = read_beginning(studio.library.object_path(source.object_id), progress)
                return Melody((), source.label, sound=audio, is_recording=True, object_id=source.object_id)

            return self._run(self._disk_job(f"Tune of “{source.label}”", "_melody", work), self.set_melody)

        return self._guard(start)

    def window_starts(self, source_id: str) -> tuple[float, ...]:
        """Return from which seconds on a long take can be rolled again; none where it was made in one go."""
        source = self._guard(lambda: self._source(source_id))
        return windows.window_starts(source, self.studio) if source is not None else ()

    def reroll_window(self, source_id: str, place: int, seed: int | None = None) -> int | None:
        """Make a long take anew from one of its windows on; what comes before stays as it is."""

        def start() -> int:
            source = self._source(source_id)
            request = request_of(source.recipe, self.studio.generators)
            if source.recipe is None or request is None:
                raise windows.NoWindowsError(source.label)
            fresh = self._drawn_seed() if seed is None else seed
            wanted = windows.rolled_again(request, source.recipe, place, fresh)
            batch = self._batch(source.recipe.engine)
            batch.facts = (f"re-rolled from {windows.window_starts(source, self.studio)[place]:.0f} s",)
            return self._submit(wanted, batch)

        return self._guard(start)

    def _submit_all(self, requests: Sequence[GenerationRequest], batch: Batch) -> tuple[int, ...]:
        continued = self._continued
        if continued is None or not requests:
            return super()._submit_all(requests, batch)
        if not self._hears(batch.engine):
            job_id = self.continue_take(continued.source_id, batch.engine)
            return () if job_id is None else (job_id,)
        self._guard(partial(self._let_continue, continued, batch))
        return super()._submit_all(requests, batch) if batch.heard.continued else ()

    def _let_continue(self, continued: ContinueSource, batch: Batch) -> None:
        source = self._source(continued.source_id)
        cut_seconds = self.cut_of(continued.source_id) if continued.is_at_playhead else None
        batch.heard = replace(
            batch.heard,
            continued=source.object_id,
            cut_seconds=cut_seconds,
            context_seconds=continued.context_seconds,
        )
        batch.continues = windows.followed_by(source, self.studio)
        batch.cut_frame = None if cut_seconds is None else self._playback.playhead_frame
        batch.facts = (*batch.facts, f"continues “{source.label}”")
