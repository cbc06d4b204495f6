"""Compare versions: in words, stem by stem, and by ear with one key."""

from functools import partial

from infinite_studio.progress import Part, Progress
from infinite_studio.project.diff import ProjectDiff
from infinite_studio.services import comparing
from infinite_studio.services.committed import mixdown_of
from infinite_studio.services.comparing import Comparison
from infinite_studio.services.session_parts.versions import Versions
from infinite_studio.services.values import AbListening, Changes

REMEMBERED_DIFFS = 5_000
DIFFS_PER_JOB = 50


class Comparing(Versions):
    """What changed, and how the two sound."""

    _comparison: Comparison | None = None
    _ab: AbListening | None = None

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self._diffs: dict[str, ProjectDiff] = {}
        self._wanted_diffs: list[str] = []
        self._diffs_are_coming = False

    @property
    def comparison(self) -> Comparison | None:
        """The versions compared last."""
        return self._comparison

    @property
    def ab(self) -> AbListening | None:
        """The versions that are heard in turn; None while the project is heard."""
        return self._ab if self._playback.ab_hears_b is not None else None

    def compare(self, a_commit_id: str, b_commit_id: str) -> int | None:
        """Compare two commits in words and in sound; `comparison` holds the answer once it is there."""
        return self._guard(partial(self._compare, a_commit_id, b_commit_id))

    def close_comparison(self) -> None:
        """Forget the comparison and hear the project again."""
        self._comparison = None
        self.ab_stop()
        self.changed.emit(Changes(history=True), None)

    def what_changed(self, commit_id: str) -> ProjectDiff | None:
        """Return what a commit changed since its first parent; None while that is being found out."""
        known = self._diffs.get(commit_id)
        if known is None and self.is_open and commit_id not in self._wanted_diffs:
            self._wanted_diffs.append(commit_id)
            self._find_diffs()
        return known

    def ab_start(self, a_commit_id: str, b_commit_id: str) -> int | None:
        """Read two versions' mixdowns and hear the first in place of the project."""
        return self._guard(partial(self._ab_start, a_commit_id, b_commit_id))

    def ab_toggle(self) -> None:
        """Hear the other version from the same frame on; playing goes on."""
        listening = self.ab
        if listening is not None:
            self._playback.ab_toggle()
            self._ab = AbListening(
                listening.a_commit_id, listening.b_commit_id, hears_b=bool(self._playback.ab_hears_b)
            )
            self.changed.emit(Changes(history=True), None)

    def ab_stop(self) -> None:
        """Hear the project again from the same frame on."""
        if self.ab is not None:
            self._playback.ab_stop()
            self._ab = None
            self.changed.emit(Changes(history=True), None)

    def _compare(self, a_commit_id: str, b_commit_id: str) -> int:
        studio = self.studio

        def work(progress: Progress) -> Comparison:
            return comparing.compare_commits(a_commit_id, b_commit_id, studio, progress)

        return self._run(self._disk_job("Compare versions", "compare", work), self._on_compared)

    def _on_compared(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self.changed.emit(Changes(history=True), None)

    def _ab_start(self, a_commit_id: str, b_commit_id: str) -> int:
        studio = self.studio
        commits = [studio.library.commit_of(commit_id) for commit_id in (a_commit_id, b_commit_id)]
        a_object, b_object = (mixdown_of(commit) for commit in commits)

        def work(progress: Progress) -> None:
            for number, object_id in enumerate((a_object, b_object)):
                studio.bank.prepare(object_id, Part(progress, number / 2, (number + 1) / 2))

        def then(_: None) -> None:
            a, b = studio.bank.samples(a_object), studio.bank.samples(b_object)
            if a is not None and b is not None:
                self._playback.ab_start(a, b, studio.bank.sample_rate)
                self._ab = AbListening(commits[0].commit_id, commits[1].commit_id)
                self.changed.emit(Changes(history=True, device=True), None)

        return self._run(self._disk_job("Reading two versions", "_prepare", work), then)

    def _find_diffs(self) -> None:
        if self._diffs_are_coming or not self._wanted_diffs:
            return
        self._diffs_are_coming = True
        studio, wanted = self.studio, tuple(self._wanted_diffs[-DIFFS_PER_JOB:])

        def work(progress: Progress) -> dict[str, ProjectDiff]:
            found = {}
            for done, commit_id in enumerate(wanted):
                progress.report(done / len(wanted), "Reading what changed")
                found[commit_id] = comparing.changes_of_commit_or_nothing(commit_id, studio)
            return found

        self._run(
            self._disk_job("Reading what changed", "_diffs", work),
            self._on_diffs,
            on_failure=self._on_diffs_failed,
        )

    def _on_diffs(self, found: dict[str, ProjectDiff]) -> None:
        self._diffs_are_coming = False
        self._diffs.update(found)
        for commit_id in list(self._diffs)[: max(0, len(self._diffs) - REMEMBERED_DIFFS)]:
            del self._diffs[commit_id]
        self._wanted_diffs = [commit_id for commit_id in self._wanted_diffs if commit_id not in found]
        self.changed.emit(Changes(history=True), None)
        self._find_diffs()

    def _on_diffs_failed(self) -> None:
        self._diffs_are_coming = False
        self._wanted_diffs.clear()
