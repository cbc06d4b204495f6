"""Projects, commits, branches and forks."""

from collections.abc import Callable
from functools import partial

from infinite_studio.errors import StudioError
from infinite_studio.history.values import BranchInfo, Commit, RepositoryInfo, TagInfo
from infinite_studio.progress import Progress
from infinite_studio.project.model import Project
from infinite_studio.services import projects
from infinite_studio.services.committing import Kept, NoMessageError, commit_project
from infinite_studio.services.desk import Desk, Place
from infinite_studio.services.opening import KEPT_MESSAGE, CheckedOut, Opened, checkout, with_shelf
from infinite_studio.services.projects import OpenedProject
from infinite_studio.services.session_parts.generating import Generating
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import Changes

EVERYTHING = Changes(project=True, history=True, sounds=True, takes=True, repositories=True)


class NothingToKeepError(StudioError):
    """A commit of an empty project."""

    def __init__(self) -> None:
        super().__init__("There is nothing to keep yet.", hint="Generate a take or drop a sound first.")


class Versions(Generating):
    """The history of the open project, and the other projects."""

    @property
    def repository(self) -> RepositoryInfo:
        """The open project's row in the library."""
        return self._desk.repository

    @property
    def repositories(self) -> tuple[RepositoryInfo, ...]:
        """All projects, the one used last first."""
        return self._shelf.repositories

    @property
    def branch(self) -> str:
        """The branch that the work is on."""
        return self._desk.place.branch

    @property
    def branches(self) -> tuple[BranchInfo, ...]:
        """The branches of the open project."""
        return self._shelf.branches

    @property
    def base_commit_id(self) -> str | None:
        """The checked-out commit."""
        return self._desk.place.base_commit_id

    @property
    def commits(self) -> tuple[Commit, ...]:
        """The newest commits of the open project, newest first."""
        return self._shelf.commits

    @property
    def commit_count(self) -> int:
        """How many commits the open project has, its fork's origin included."""
        return self._shelf.n_commits

    @property
    def tags(self) -> tuple[TagInfo, ...]:
        """The tags of the open project."""
        return self._shelf.tags

    def history_page(self, offset: int, limit: int = 200) -> tuple[Commit, ...]:
        """Return some of the open project's commits, newest first; empty beyond the last."""
        repository_id = self.repository.repository_id
        return self._guard(lambda: self.studio.library.log(repository_id, limit=limit, offset=offset)) or ()

    def commit_of(self, commit_id: str) -> Commit | None:
        """Return one commit of any project by its id; None where there is none."""
        return self._guard(lambda: self.studio.library.commit_of(commit_id))

    def search_history(self, text: str, limit: int = 200) -> tuple[Commit, ...]:
        """Find commits of the open project by message, prompt, tempo, key, stem, tag or author."""
        repository_id = self.repository.repository_id

        def search() -> tuple[Commit, ...]:
            return self.studio.library.search(text, repository_id=repository_id, limit=limit)

        return self._guard(search) or ()

    def tag_commit(self, commit_id: str, name: str) -> None:
        """Give a commit a name that stays."""
        repository_id = self.repository.repository_id
        self._guard(lambda: self.studio.library.create_tag(repository_id, name.strip(), commit_id))
        self._refresh_shelf(Changes(history=True))

    def delete_tag(self, name: str) -> None:
        """Take a tag away; the commit stays."""
        self._guard(lambda: self.studio.library.delete_tag(self.repository.repository_id, name))
        self._refresh_shelf(Changes(history=True))

    def delete_branch(self, name: str) -> None:
        """Take a branch away that the work is not on; its commits can be had back for the time of grace."""
        self._guard(lambda: self.studio.library.delete_branch(self.repository.repository_id, name))
        self._refresh_shelf(Changes(history=True))

    def set_public(self, is_public: bool) -> None:
        """Mark the open project to be shared, or no longer."""
        repository_id = self.repository.repository_id
        marked = self._guard(lambda: self.studio.library.set_public(repository_id, is_public=is_public))
        if marked is not None:
            self._desk.repository = marked
            self._refresh_shelf(Changes(repositories=True))

    def new_project(self, name: str) -> None:
        """Make an empty project and open it."""
        self._open_on_disk_lane(f"Make “{name}”", lambda studio: projects.new_project(name, studio))

    def open_project(self, repository_id: str) -> None:
        """Open a project as it was left; the present one keeps its unsaved work."""
        self._open_on_disk_lane("Open project", lambda studio: projects.open_project(repository_id, studio))

    def fork_commit(self, commit_id: str, name: str) -> None:
        """Make a new project from a commit and open it."""
        self._open_on_disk_lane(f"Fork into “{name}”", lambda studio: projects.fork(commit_id, name, studio))

    def rename_project(self, name: str) -> None:
        """Call the open project something else."""
        repository_id = self.repository.repository_id
        renamed = self._guard(lambda: self.studio.library.rename_repository(repository_id, name))
        if renamed is not None:
            self._desk.renamed(renamed)
            self._project_changed()
            self._refresh_shelf(Changes(repositories=True))

    def commit(self, message: str) -> int | None:
        """Keep the present state of the project."""
        return self._guard(partial(self._commit, message))

    def checkout(self, commit_id: str, branch: str | None = None) -> int | None:
        """Go to a commit; unsaved work is kept first on a branch of its own."""
        return self._guard(partial(self._checkout, commit_id, branch or self.branch))

    def create_branch(self, name: str, commit_id: str) -> None:
        """Begin a branch at a commit, and go there."""

        def create() -> None:
            self.studio.library.create_branch(self.repository.repository_id, name, commit_id)
            self._refresh_shelf(Changes(history=True))
            self._checkout(commit_id, name)

        self._guard(create)

    def switch_branch(self, name: str) -> None:
        """Go to the end of a branch."""
        tip = next((branch.commit_id for branch in self.branches if branch.name == name), None)
        if tip is not None and (name, tip) != (self.branch, self.base_commit_id):
            self.checkout(tip, name)

    def _commit(self, message: str) -> int:
        studio, project = self.studio, self.project
        if not message.strip():
            raise NoMessageError
        if not project.tracks and self.base_commit_id is None:
            raise NothingToKeepError
        request = self._desk.commit_request(message)

        def work(progress: Progress) -> Kept:
            return commit_project(request, studio, progress)

        seconds = project.length_frames / project.sample_rate
        return self._run(
            self._disk_job("Commit", "commit", work, seconds), partial(self._on_committed, project)
        )

    def _on_committed(self, project: Project, kept: Kept) -> None:
        is_elsewhere = kept.branch != self.branch
        self._desk.committed(project, Place(kept.branch, kept.commit.commit_id))
        self._autosave.start()
        self._refresh_shelf(Changes(history=True))
        where = f" on the new branch {kept.branch}" if is_elsewhere else ""
        self.notice.emit(f"Committed “{kept.commit.message}”{where}.")

    def _checkout(self, commit_id: str, branch: str) -> int:
        studio = self.studio
        request = self._desk.commit_request(KEPT_MESSAGE)
        is_unsaved = self.unsaved_steps > 0 and not studio.library.is_read_only

        def work(progress: Progress) -> CheckedOut:
            return checkout(request, commit_id, is_unsaved, studio, progress)

        job = self._disk_job("Check out", "checkout", work)
        return self._run(job, partial(self._on_checked_out, branch, request.project))

    def _on_checked_out(self, branch: str, before: Project, result: CheckedOut) -> None:
        if self.project != before:
            self.notice.emit(
                "The project was changed meanwhile, so it stays as it is. Check out again to go there."
            )
            self._refresh_shelf(Changes(history=True))
            return
        self._playback.ab_stop()
        library, repository_id = self.studio.library, self.repository.repository_id
        self._desk.checked_out(result.project, result.commit_id, library.branches(repository_id), branch)
        if not library.is_read_only:
            library.set_current_branch(repository_id, self.branch)
        self._project_changed()
        self._refresh_shelf(Changes(project=True, history=True, takes=True))
        if result.kept is not None:
            self.notice.emit(f"Your unsaved work is kept on the branch {result.kept.branch}.")

    def _open_on_disk_lane(self, title: str, opener: Callable[[Studio], OpenedProject]) -> None:
        def start() -> None:
            studio = self.studio
            self._save_working()

            def work(progress: Progress) -> Opened:
                return with_shelf(opener(studio), studio, progress)

            self._run(self._disk_job(title, "open", work), self._on_opened_project)

        self._guard(start)

    def _on_opened_project(self, opened: Opened) -> None:
        self._playback.stop()
        self._playback.ab_stop()
        self._desk, self._shelf = Desk(opened.project), opened.shelf
        self._takes = ()
        self.update_settings(last_project=self.repository.repository_id)
        self._playback.show(self.shown_project, self.studio.bank)
        self._playback.seek(0)
        self.changed.emit(EVERYTHING, None)
