"""Take stems from other versions, and merge versions."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from infinite_studio.history.values import StemRecord
from infinite_studio.progress import Progress
from infinite_studio.project.merging import BecomeProject, Side
from infinite_studio.project.model import Clip, Project, Track
from infinite_studio.project.steps import AddClip, AddTracks
from infinite_studio.services import merging
from infinite_studio.services.committed import stem_of
from infinite_studio.services.desk import Place
from infinite_studio.services.merging import Conflicts, Merged, StemPick
from infinite_studio.services.restoring import prepare_stem
from infinite_studio.services.session_parts.comparing import Comparing
from infinite_studio.services.values import Changes

NO_CHOICES: Mapping[str, Side] = MappingProxyType({})


class Merging(Comparing):
    """Versions made of two; what the history inherits by that is counted in the lane, where it may take long."""

    _pending_merge: Conflicts | None = None

    @property
    def pending_merge(self) -> Conflicts | None:
        """A merge that waits for choices; nothing was changed by it."""
        return self._pending_merge

    def cherry_pick(
        self,
        commit_id: str,
        stems: Sequence[str],
        stretch: bool = False,
        beside: bool = False,
        move_to_frame: int | None = None,
    ) -> int | None:
        """Take stems, by name or track id, from a version into the present one, and commit that with two parents."""
        pick = StemPick(commit_id, tuple(stems), stretch, move_to_frame, beside)
        return self._guard(partial(self._cherry_pick, pick))

    def merge(self, commit_id: str, choices: Mapping[str, Side] = NO_CHOICES) -> int | None:
        """Merge a version into the present one; conflicts appear in `pending_merge`, to be answered by calling again."""
        return self._guard(partial(self._merge, commit_id, dict(choices)))

    def dismiss_merge(self) -> None:
        """Leave a merge that waits for choices."""
        self._pending_merge = None
        self.changed.emit(Changes(history=True), None)

    def place_stem_of_commit(
        self, commit_id: str, stem_name: str, at_frame: int, track_id: str | None = None
    ) -> None:
        """Put one stem of a version on the timeline as a clip, on a track or on a new one."""

        def start() -> None:
            stem = stem_of(self.studio.library.commit_of(commit_id), stem_name)
            self._prepare_stem_then(stem, lambda n: self._place_stem(stem, n, max(0, at_frame), track_id))

        self._guard(start)

    def _prepare_stem_then(self, stem: StemRecord, then: Callable[[int], None]) -> None:
        studio = self.studio

        def work(progress: Progress) -> int:
            return prepare_stem(stem, studio, progress)

        self._run(self._disk_job(f"Reading {stem.name}", "_prepare", work), then)

    def _place_stem(self, stem: StemRecord, n_frames: int, at_frame: int, track_id: str | None) -> None:
        clip = Clip(stem.object_id, stem.name, at_frame, n_frames, recipe=stem.recipe)
        if track_id in {track.track_id for track in self.project.tracks}:
            self.apply(AddClip(track_id or "", clip, label=f"place {stem.name}"))
        else:
            self.apply(AddTracks((Track(stem.name, stem.stem_type, (clip,)),), label=f"place {stem.name}"))

    def _cherry_pick(self, pick: StemPick) -> int:
        studio, opened = self.studio, self._desk.as_opened()

        def work(progress: Progress) -> Merged:
            merged = merging.cherry_pick(pick, opened, studio, progress)
            studio.library.count_commits(opened.repository.repository_id)
            return merged

        job = self._disk_job("Take stems", "merge", work, self._project_seconds())
        return self._run(job, partial(self._on_merged, opened.project, "take stems"))

    def _merge(self, commit_id: str, choices: Mapping[str, Side]) -> int:
        studio, opened = self.studio, self._desk.as_opened()

        def work(progress: Progress) -> Merged | Conflicts:
            result = merging.merge_commits(opened, commit_id, choices, studio, progress)
            studio.library.count_commits(opened.repository.repository_id)
            return result

        job = self._disk_job("Merge", "merge", work, self._project_seconds())
        return self._run(job, partial(self._on_merge, opened.project))

    def _on_merge(self, before: Project, result: Merged | Conflicts) -> None:
        if isinstance(result, Merged):
            self._on_merged(before, "merge", result)
            return
        self._pending_merge = result
        if self.project == before:
            self._desk.committed(before, Place(result.branch, result.ours_id))
        self._refresh_shelf(Changes(history=True))

    def _on_merged(self, before: Project, label: str, merged: Merged) -> None:
        self._pending_merge = None
        if self.project != before:
            self.notice.emit(
                f"The project was changed meanwhile, so it stays as it is; the result is on {merged.branch}."
            )
            self._refresh_shelf(Changes(history=True))
            return
        self._desk.apply(BecomeProject(merged.project, label))
        self._desk.committed(self.project, Place(merged.branch, merged.commit.commit_id))
        self._project_changed()
        self._refresh_shelf(Changes(project=True, history=True, takes=True))
        self.notice.emit(" ".join(merged.sentences))

    def _project_seconds(self) -> float:
        return self.project.length_frames / self.project.sample_rate
