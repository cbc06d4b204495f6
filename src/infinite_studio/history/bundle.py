"""Sharing a project: one file that holds it whole, and taking it in again."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from infinite_studio.audio.files import require_free
from infinite_studio.errors import StudioError
from infinite_studio.history.bundle_manifest import Manifest
from infinite_studio.history.bundle_reader import BundleReader, DamagedBundleError, open_bundle
from infinite_studio.history.bundle_rows import add_rows
from infinite_studio.history.bundle_writer import write_bundle
from infinite_studio.history.commits import is_intact
from infinite_studio.history.deriving import needed_ids
from infinite_studio.history.garbage import remove_unwanted
from infinite_studio.history.graph import walk_down
from infinite_studio.history.models import BranchRow, RepositoryRow, TagRow
from infinite_studio.history.names import checked_name
from infinite_studio.history.objects import stored_objects
from infinite_studio.history.part import LibraryPart
from infinite_studio.history.queries import (
    DamagedCommitError,
    commits_of_sequences,
    require_repository,
    require_sequence,
    require_visible,
)
from infinite_studio.history.reports import BundleReport, ImportedBundle
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.store import HEADROOM_BYTES, MissingObjectError
from infinite_studio.history.values import Commit, StoredObject
from infinite_studio.progress import Part, Progress, Silence


class Bundles(LibraryPart):
    """Exporting and importing bundles."""

    def export_bundle(
        self,
        repository_id: str,
        path: Path,
        *,
        commit_ids: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> BundleReport:
        """Write a project as one file: a zip of ``manifest.json`` and ``objects/<sha256>``.

        The same project gives the same bytes. Unsaved work is not part of it.

        Parameters
        ----------
        repository_id : str
            The project.
        path : Path
            The file to make, usually ``.studio``; one that is there is replaced at the end.
        commit_ids : sequence of str, optional
            Only the sounds of these commits, by their whole ids. What they grew from stays in the bundle as
            commits with their snapshots, so that their ids hold and the graph is whole, but those of its sounds
            that no chosen commit plays are left out: the bundle is as small as what was chosen. Where it is
            taken in, such an older commit is listed, and can be heard once its sounds come with another bundle.
            Without it, everything that branches and tags lead to, with every sound that was not dropped.
        progress : Progress, optional
            Cancelling leaves nothing behind.

        Returns
        -------
        BundleReport
            What it holds, and how many of its commits came with all their sounds.

        Raises
        ------
        UnknownRepositoryError, UnknownCommitError
            If there is no such project, or no such commit in it.
        DamagedCommitError, DamagedObjectError, MissingObjectError, DamagedSnapshotError
            If a part of it is no longer what it was; no file was made.
        DiskFullError, FolderNotWritableError
            If it cannot be written.
        """
        listener = progress or Silence()
        with self._database.reading() as session:
            manifest, n_complete = self._manifest(
                session, repository_id, commit_ids, Part(listener, 0.0, 0.2)
            )
        n_objects, size_bytes = write_bundle(path, manifest, self._store.place, Part(listener, 0.2, 1.0))
        return BundleReport(path, len(manifest.commits), n_objects, size_bytes, n_complete)

    def import_bundle(
        self, path: Path, *, name: str | None = None, progress: Progress | None = None
    ) -> ImportedBundle:
        """Take a bundle in, all of it or nothing; what is there already is not added again.

        A project of the same identity gets the new commits: its branches move where that loses nothing, else the
        bundle's go beside them under a numbered name. Authors, times and ids stay as they are.

        Parameters
        ----------
        path : Path
            The bundle, which may come from a stranger.
        name : str, optional
            What a new project shall be called; without it as the bundle says, numbered where that is taken.
        progress : Progress, optional
            Cancelling leaves nothing behind.

        Returns
        -------
        ImportedBundle
            The project, and how much is new.

        Raises
        ------
        UnreadableSourceError
            If the file cannot be read.
        DamagedBundleError, NewerBundleError
            If it is no proper bundle, or one of a newer studio; nothing was taken in.
        InvalidNameError, DuplicateNameError
            If the name is not allowed, or taken.
        DiskFullError, StorageError, LibraryReadOnlyError
            If it cannot be written; nothing was taken in.
        """
        self._database.require_writable()
        listener = progress or Silence()
        wished = None if name is None else checked_name(name)
        with open_bundle(path) as bundle:
            require_free(self._folder, self._missing_bytes(bundle))
            taken: list[str] = []
            try:
                snapshots = self._take(bundle, taken, Part(listener, 0.0, 0.9))
                listener.report(0.9, "Writing the history")
                with self._database.writing() as session:
                    self._require_there(bundle)
                    repository_id, n_commits = add_rows(session, bundle.manifest, snapshots, wished)
            except BaseException:
                with suppress(StudioError):
                    remove_unwanted(self._database, self._store, taken, Silence())
                raise
        listener.report(1.0)
        return ImportedBundle(repository_id, n_commits, len(taken))

    def _manifest(
        self, session: Session, repository_id: str, commit_ids: Sequence[str] | None, progress: Progress
    ) -> tuple[Manifest, int]:
        """Return the table of contents, and how many of its commits have all their sounds in the bundle."""
        row = require_repository(session, repository_id)
        branches, tags = _refs(session, repository_id)
        if commit_ids is not None:
            branches, tags = _limited(session, row, branches, tags, commit_ids)
        tips = {*branches.values(), *tags.values(), *(commit_ids or ())}
        if commit_ids is None and row.forked_from is not None:
            tips.add(row.forked_from)
        sequences = walk_down(session, *(require_sequence(session, tip) for tip in sorted(tips)))
        commits = tuple(commits_of_sequences(session, sorted(sequences)).values())
        held = {commit.commit_id for commit in commits}
        objects, n_complete = self._objects(session, commits, commit_ids, progress)
        manifest = Manifest(
            repository_id=repository_id,
            name=row.name,
            current_branch=row.current_branch,
            is_public=row.is_public,
            forked_from=row.forked_from if row.forked_from in held else None,
            branches=branches,
            tags=tags,
            commits=commits,
            objects=objects,
        )
        return manifest, n_complete

    def _objects(
        self,
        session: Session,
        commits: Sequence[Commit],
        chosen: Collection[str] | None,
        progress: Progress,
    ) -> tuple[dict[str, StoredObject], int]:
        """Return every object of the commits, those that no chosen one needs as absent, and how many lack none."""
        wanted: set[str] = set()
        needed_by: list[frozenset[str]] = []
        for done, commit in enumerate(commits):
            progress.report(done / len(commits), "Reading the history")
            if not is_intact(commit):
                raise DamagedCommitError(commit.commit_id)
            snapshot = Snapshot.from_bytes(self._store.read(commit.snapshot_object_id))
            needed = needed_ids(commit, snapshot)
            needed_by.append(needed)
            wanted |= needed if chosen is None or commit.commit_id in chosen else {commit.snapshot_object_id}
        named = frozenset().union(*needed_by)
        found = stored_objects(session, named)
        for object_id in sorted(named - found.keys()):
            raise MissingObjectError(object_id)
        objects = {
            key: replace(each, is_absent=each.is_absent or key not in wanted) for key, each in found.items()
        }
        for object_id, each in objects.items():
            if not each.is_absent and not self._store.has(object_id):
                raise MissingObjectError(object_id)
        present = {object_id for object_id, each in objects.items() if not each.is_absent}
        return objects, sum(needed <= present for needed in needed_by)

    def _missing_bytes(self, bundle: BundleReader) -> int:
        sizes = (
            each.size_bytes
            for key, each in bundle.manifest.objects.items()
            if not each.is_absent and not self._store.has(key)
        )
        return sum(sizes) + HEADROOM_BYTES

    def _take(self, bundle: BundleReader, taken: list[str], progress: Progress) -> dict[str, frozenset[str]]:
        """Put the bundle's objects into the store, and return what each snapshot refers to."""
        ids = bundle.object_ids
        for done, object_id in enumerate(ids):
            progress.report(done / len(ids), "Taking in the sounds")
            size_bytes = bundle.manifest.objects[object_id].size_bytes
            is_new = not self._store.has(object_id)
            if is_new:
                taken.append(object_id)
            self._store.put_chunks(object_id, size_bytes, bundle.object_chunks(object_id))
        snapshots: dict[str, frozenset[str]] = {}
        for commit in bundle.manifest.commits:
            found = Snapshot.from_bytes(self._store.read(commit.snapshot_object_id))
            if not found.object_ids <= bundle.manifest.objects.keys():
                raise DamagedBundleError(bundle.path, "a version needs an object that it does not name")
            snapshots[commit.snapshot_object_id] = found.object_ids
        return snapshots

    def _require_there(self, bundle: BundleReader) -> None:
        for object_id in bundle.object_ids:
            if not self._store.has(object_id):
                raise MissingObjectError(object_id)


def _refs(session: Session, repository_id: str) -> tuple[dict[str, str], dict[str, str]]:
    branches = session.execute(
        select(BranchRow.name, BranchRow.commit_id).where(BranchRow.repository_id == repository_id)
    )
    tags = session.execute(select(TagRow.name, TagRow.commit_id).where(TagRow.repository_id == repository_id))
    return dict(branches.all()), dict(tags.all())


def _limited(
    session: Session,
    repository: RepositoryRow,
    branches: Mapping[str, str],
    tags: Mapping[str, str],
    commit_ids: Sequence[str],
) -> tuple[dict[str, str], dict[str, str]]:
    """Return only the branches and tags at chosen commits, and always a branch at the newest of them."""
    for commit_id in commit_ids:
        require_visible(session, repository.repository_id, commit_id)
    chosen = {name: tip for name, tip in branches.items() if tip in commit_ids}
    if not chosen and commit_ids:
        newest = max(commit_ids, key=lambda commit_id: require_sequence(session, commit_id))
        chosen = {repository.current_branch: newest}
    return chosen, {name: tip for name, tip in tags.items() if tip in commit_ids}
