import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.history.drafts import commit_on, draft_of
from tests.unit.history.hands import Impatient, change

from infinite_studio.history.columns import DamagedRowError
from infinite_studio.history.library import (
    Library,
    LibraryReadOnlyError,
    MissingObjectError,
    UnknownCommitError,
)
from infinite_studio.history.reports import GarbageReport
from infinite_studio.history.snapshot import DamagedSnapshotError, Snapshot
from infinite_studio.history.values import Commit, CommitDraft, WorkingState
from infinite_studio.progress import OperationCancelled

NOW = timedelta(0)


@pytest.fixture
def project(library: Library) -> str:
    return library.create_repository("Night").repository_id


def files(library: Library) -> set[str]:
    return {path.name for path in (library.folder / "objects").rglob("*") if path.is_file()}


def put(library: Library, data: bytes) -> str:
    return library.put_bytes(data, "audio/flac").object_id


def lost_commit(library: Library, project: str) -> Commit:
    """Commit on a branch of its own that is then removed."""
    root = library.head(project) or commit_on(library, project, "root")
    library.create_branch(project, "wrong", root.commit_id)
    made = commit_on(library, project, "lost", branch="wrong")
    library.delete_branch(project, "wrong")
    return made


def test_what_nothing_needs_is_removed_from_disk_and_database(library: Library, project: str) -> None:
    commit_on(library, project)
    before = files(library)
    orphan = put(library, b"orphan")
    report = library.collect_garbage(grace=NOW)
    assert report == GarbageReport((orphan,), 6, 0)
    assert files(library) == before
    with pytest.raises(MissingObjectError):
        library.stored_object(orphan)
    assert library.collect_garbage(grace=NOW) == GarbageReport((), 0, 0)
    assert library.check().damages == ()


def test_a_dry_run_says_the_same_and_removes_nothing(library: Library, project: str) -> None:
    lost_commit(library, project)
    put(library, b"orphan")
    before = files(library)
    dry = library.collect_garbage(grace=NOW, dry_run=True)
    assert files(library) == before
    with Library.open(library.folder, writable=False) as looking:
        assert looking.collect_garbage(grace=NOW, dry_run=True) == dry
        with pytest.raises(LibraryReadOnlyError):
            looking.collect_garbage(grace=NOW)
    real = library.collect_garbage(grace=NOW)
    assert real == dry
    assert len(real.commit_ids) == 1
    assert len(before - files(library)) == len(real.object_ids) == 3


def test_young_objects_are_kept_and_counted(library: Library, project: str) -> None:
    orphan = put(library, b"orphan")
    assert library.collect_garbage() == GarbageReport((), 0, 1)
    assert library.verify_object(orphan)


def test_an_object_that_is_asked_for_again_is_young_again(library: Library) -> None:
    orphan, other = put(library, b"orphan"), put(library, b"other")
    change(library, "UPDATE objects SET created = '2020-01-01T00:00:00.000000+00:00'")
    put(library, b"orphan")
    assert library.collect_garbage() == GarbageReport((other,), 5, 1)
    assert library.verify_object(orphan)


@pytest.mark.parametrize("where", ["clip", "sound", "working", "kept", "tag", "fork", "merge"])
def test_whatever_a_person_can_still_reach_is_kept(library: Library, project: str, where: str) -> None:
    root = commit_on(library, project, "root")
    needed = put(library, b"needed")
    keep: frozenset[str] = frozenset()
    if where == "clip":
        draft = CommitDraft("", Snapshot({"clip": needed}, frozenset({needed})))
        library.commit(project, draft, branch="main", expected_head=root.commit_id)
    elif where == "sound":
        library.add_sound("x", needed, sample_rate=1, n_channels=1, n_frames=1)
    elif where == "working":
        library.save_working(project, WorkingState(Snapshot({}, frozenset({needed})), root.commit_id))
    elif where == "kept":
        keep = frozenset({needed, "f" * 64})
    else:
        library.create_branch(project, "side", root.commit_id)
        draft = CommitDraft("", Snapshot({"clip": needed}, frozenset({needed})))
        side = library.commit(project, draft, branch="side", expected_head=root.commit_id).commit_id
        if where == "tag":
            library.create_tag(project, "x", side)
        elif where == "fork":
            library.fork(side, "Fork")
        else:
            merged = replace(draft_of(library, "merged"), extra_parent_ids=(side,))
            library.commit(project, merged, branch="main", expected_head=root.commit_id)
        library.delete_branch(project, "side")
    assert library.collect_garbage(grace=NOW, keep=keep) == GarbageReport((), 0, 0)
    assert library.verify_object(needed)


def test_a_removed_branch_keeps_its_commits_for_the_time_of_grace(library: Library, project: str) -> None:
    made = lost_commit(library, project)
    assert library.collect_garbage(grace=timedelta(hours=1)).commit_ids == ()
    assert library.verify_commit(made.commit_id)
    report = library.collect_garbage(grace=NOW)
    assert report.commit_ids == (made.commit_id,)
    with pytest.raises(UnknownCommitError):
        library.commit_of(made.commit_id)
    assert len(library.log(project)) == 1
    assert library.search("lost") == ()
    assert [move.branch for move in library.reflog(project)] == ["wrong", "main"]
    assert library.check().damages == ()
    assert commit_on(library, project, "next").parent_ids == (library.log(project)[1].commit_id,)


def test_the_unsaved_work_keeps_the_commit_that_it_began_from(library: Library, project: str) -> None:
    made = lost_commit(library, project)
    library.save_working(project, WorkingState(Snapshot({}, frozenset()), made.commit_id))
    assert library.collect_garbage(grace=NOW).commit_ids == ()
    library.save_working(project, None)
    assert library.collect_garbage(grace=NOW).commit_ids == (made.commit_id,)


def test_a_file_that_no_row_names_is_swept_once_it_is_old(library: Library) -> None:
    left = library._store.put_bytes(b"left by a kill")
    path = library._store.place(left)
    library.collect_garbage()
    assert path.exists()
    month_ago = time.time() - 30 * 86_400
    os.utime(path, (month_ago, month_ago))
    library.collect_garbage()
    assert not path.exists()


def test_many_lost_commits_are_removed_together(library: Library, project: str) -> None:
    root = commit_on(library, project, "root")
    library.create_branch(project, "wrong", root.commit_id)
    lost = [commit_on(library, project, f"lost {n}", branch="wrong").commit_id for n in range(12)]
    library.delete_branch(project, "wrong")
    assert library.collect_garbage(grace=NOW).commit_ids == tuple(lost)
    assert library.log(project) == (root,)
    assert library.check().damages == ()


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("UPDATE commit_objects SET numbers = x'00000000'", DamagedRowError),
        ("UPDATE repositories SET working_snapshot = x'7b7d'", DamagedRowError),
        ("UPDATE repositories SET working_base = NULL", DamagedRowError),
        ("DELETE FROM commit_edges", DamagedRowError),
    ],
)
def test_nothing_is_removed_while_what_is_needed_is_in_doubt(
    library: Library, project: str, statement: str, error: type[Exception]
) -> None:
    first, second = (commit_on(library, project, content) for content in "ab")
    library.save_working(project, WorkingState(Snapshot({}, frozenset()), second.commit_id))
    put(library, b"orphan")
    before = files(library)
    change(library, statement)
    with pytest.raises(error):
        library.collect_garbage(grace=NOW)
    assert files(library) == before
    assert library.commit_of(first.commit_id) == first


def test_unsaved_work_of_a_newer_studio_stops_the_collection(library: Library, project: str) -> None:
    from infinite_studio.history.repositories import working_hash

    data = b'{"snapshot_version":99,"document":{},"object_ids":[]}'
    change(library, "UPDATE repositories SET working_snapshot = ?", data)
    change(library, "UPDATE repositories SET working_hash = ?", working_hash(data, None))
    with pytest.raises(DamagedSnapshotError):
        library.collect_garbage(grace=NOW)


def test_a_commit_whose_snapshot_is_lost_keeps_all_that_was_there_when_it_was_made(
    library: Library, project: str
) -> None:
    earlier = put(library, b"earlier")
    made = commit_on(library, project)
    later = put(library, b"later")
    change(library, "DELETE FROM commit_objects")
    library.object_path(made.snapshot_object_id).unlink()
    assert library.collect_garbage(grace=NOW).object_ids == (later,)
    assert library.verify_object(earlier)
    assert library.verify_object(str(made.mixdown_object_id))


def test_what_is_missing_is_derived_before_anything_is_removed(library: Library, project: str) -> None:
    commit_on(library, project)
    orphan = put(library, b"orphan")
    change(library, "DELETE FROM commit_objects")
    change(library, "DELETE FROM commit_words")
    assert library.collect_garbage(grace=NOW).object_ids == (orphan,)
    assert len(library.search("beat")) == 1


@pytest.mark.parametrize("n_reports", range(3))
def test_a_cancelled_collection_leaves_a_whole_library(
    library: Library, project: str, n_reports: int
) -> None:
    lost_commit(library, project)
    with pytest.raises(OperationCancelled):
        library.collect_garbage(grace=NOW, progress=Impatient(n_reports))
    assert library.check().damages == ()
    library.collect_garbage(grace=NOW)
    assert library.check().damages == ()
    assert len(files(library)) == 2


@pytest.fixture
def racing(library: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Garbage collection that comes right after the bytes were put and before they are named."""
    removed: list[str] = []
    put_bytes, put_file = library._store.put_bytes, library._store.put_file

    def lose(object_id: str) -> None:
        if len(removed) < 2:
            removed.append(object_id)
            library._store.remove(object_id)

    def racing_bytes(data: bytes) -> str:
        object_id = put_bytes(data)
        lose(object_id)
        return object_id

    def racing_file(path: Path, progress: object) -> tuple[str, int]:
        object_id, size_bytes = put_file(path, progress)
        lose(object_id)
        return object_id, size_bytes

    monkeypatch.setattr(library._store, "put_bytes", racing_bytes)
    monkeypatch.setattr(library._store, "put_file", racing_file)
    yield removed
    assert len(removed) == 2


def test_an_object_that_is_collected_while_it_is_put_is_put_again(
    library: Library, racing: list[str]
) -> None:
    assert library.verify_object(put(library, b"twice lost"))


def test_a_file_that_is_collected_while_it_is_put_is_put_again(
    library: Library, racing: list[str], tmp_path: Path
) -> None:
    (tmp_path / "x.wav").write_bytes(b"twice lost")
    assert library.verify_object(library.put_file(tmp_path / "x.wav", "audio/wav").object_id)


def test_a_snapshot_that_is_collected_while_it_is_committed_is_put_again(
    library: Library, project: str, racing: list[str]
) -> None:
    draft = CommitDraft("", Snapshot({"a": 1}, frozenset()))
    made = library.commit(project, draft, branch="main", expected_head=None)
    assert library.verify_commit(made.commit_id)
    assert len(library.log(project)) == 1


def test_removing_an_object_that_is_gone_frees_nothing(library: Library) -> None:
    assert library._store.remove("a" * 64) == 0
