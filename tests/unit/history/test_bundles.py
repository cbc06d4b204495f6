import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.history.drafts import commit_on, draft_of
from tests.unit.history.hands import Impatient

from infinite_studio.audio.files import DiskFullError, FolderNotWritableError
from infinite_studio.history import bundle, bundle_rows
from infinite_studio.history.library import (
    BranchMovedError,
    DamagedCommitError,
    DamagedObjectError,
    DuplicateNameError,
    InvalidNameError,
    Library,
    LibraryReadOnlyError,
    MissingObjectError,
    NewerBundleError,
    UnknownCommitError,
    UnknownRepositoryError,
    UnreadableSourceError,
)
from infinite_studio.history.reports import ImportedBundle
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import BranchInfo, CommitDraft, TagInfo, User
from infinite_studio.progress import OperationCancelled


def fill(library: Library) -> None:
    """A project with a branch, a merge, a tag and two authors."""
    library.set_user(User("Ada", "ada@example.org"))
    project = library.create_repository("Night drive 🎹").repository_id
    root = commit_on(library, project, "root", message="Wurzel \udcff")
    library.create_branch(project, "kept/one", root.commit_id)
    library.set_user(User("Grace"))
    side = commit_on(library, project, "side", branch="kept/one")
    main = commit_on(library, project, "main")
    draft = replace(draft_of(library, "merged"), extra_parent_ids=(side.commit_id,), tempo_bpm=None, key=None)
    library.commit(project, draft, branch="main", expected_head=main.commit_id)
    library.create_tag(project, "v1", root.commit_id)
    library.set_public(project, is_public=True)


@pytest.fixture
def project(library: Library) -> str:
    return library.repository("Night drive 🎹").repository_id


def exported(library: Library, project: str, folder: Path, **options: object) -> Path:
    return library.export_bundle(project, folder / "night.studio", **options).path


def objects(library: Library) -> set[str]:
    return {path.name for path in (library.folder / "objects").rglob("*") if path.is_file()}


def test_a_bundle_brings_a_project_whole_to_another_library(
    library: Library, other: Library, project: str, tmp_path: Path
) -> None:
    path = exported(library, project, tmp_path)
    assert other.import_bundle(path) == ImportedBundle(project, 4, 8)
    info = other.repository(project)
    assert (info.name, info.current_branch, info.is_public) == ("Night drive 🎹", "main", True)
    assert other.branches(project) == library.branches(project)
    assert other.tags(project) == library.tags(project)
    assert other.log(project) == library.log(project)
    for commit in library.log(project):
        assert other.verify_commit(commit.commit_id)
        assert other.snapshot(commit.commit_id) == library.snapshot(commit.commit_id)
    assert objects(other) == objects(library)
    assert other.search("wurzel ada") == library.search("wurzel ada") != ()
    assert {move.reason for move in other.reflog(project)} == {"import"}
    assert other.user() != User("Grace")
    assert other.check().damages == ()
    assert other.collect_garbage(grace=timedelta(0)).object_ids == ()


def test_importing_twice_adds_nothing(library: Library, other: Library, project: str, tmp_path: Path) -> None:
    path = exported(library, project, tmp_path)
    other.import_bundle(path)
    before = (objects(other), other.log(project), other.branches(project), other.reflog(project))
    assert other.import_bundle(path) == ImportedBundle(project, 0, 0)
    assert library.import_bundle(path) == ImportedBundle(project, 0, 0)
    assert (objects(other), other.log(project), other.branches(project), other.reflog(project)) == before
    assert len(other.repositories()) == 1


def test_the_same_project_gives_the_same_bytes_also_from_its_copy(
    library: Library, other: Library, project: str, tmp_path: Path
) -> None:
    data = exported(library, project, tmp_path).read_bytes()
    assert exported(library, project, tmp_path).read_bytes() == data
    other.import_bundle(tmp_path / "night.studio")
    assert exported(other, project, tmp_path).read_bytes() == data


def test_a_bundle_is_a_zip_of_a_table_of_contents_and_objects(
    library: Library, project: str, tmp_path: Path
) -> None:
    report = library.export_bundle(project, tmp_path / "x.studio")
    with zipfile.ZipFile(report.path) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        for name in names[1:]:
            assert archive.read(name) == library.read_object(name.removeprefix("objects/"))
    assert names == ["manifest.json", *sorted(f"objects/{each}" for each in objects(library))]
    assert manifest["bundle_version"] == 1
    assert (report.n_commits, report.n_objects) == (4, 8)
    assert report.size_bytes == report.path.stat().st_size


def test_an_empty_project_travels_too(library: Library, other: Library, tmp_path: Path) -> None:
    empty = library.create_repository("Empty").repository_id
    assert other.import_bundle(exported(library, empty, tmp_path)) == ImportedBundle(empty, 0, 0)
    assert other.repository("Empty").repository_id == empty


def test_a_fork_travels_with_what_it_came_from(library: Library, other: Library, tmp_path: Path) -> None:
    origin = library.create_repository("Origin").repository_id
    start = commit_on(library, origin, "a")
    commit_on(library, origin, "b")
    fork = library.fork(start.commit_id, "Fork").repository_id
    own = commit_on(library, fork, "c")
    other.import_bundle(exported(library, fork, tmp_path))
    assert other.repository(fork).forked_from == start.commit_id
    assert [commit.commit_id for commit in other.log(fork)] == [own.commit_id, start.commit_id]
    other.import_bundle(exported(library, origin, tmp_path))
    assert [each.commit_id for each in other.log(origin)] == [each.commit_id for each in library.log(origin)]
    assert other.count_commits(origin) == 2
    assert other.check().damages == ()


def test_new_commits_of_a_known_project_move_its_branches(
    library: Library, other: Library, project: str, tmp_path: Path
) -> None:
    other.import_bundle(exported(library, project, tmp_path))
    newer = commit_on(library, project, "newer")
    assert other.import_bundle(exported(library, project, tmp_path)) == ImportedBundle(project, 1, 2)
    assert other.head(project) == newer
    commit_on(other, project, "even newer")
    tip = other.head(project)
    assert other.import_bundle(tmp_path / "night.studio") == ImportedBundle(project, 0, 0)
    assert other.head(project) == tip


def test_branches_that_went_apart_stay_beside_each_other(
    library: Library, other: Library, project: str, tmp_path: Path
) -> None:
    other.import_bundle(exported(library, project, tmp_path))
    here = commit_on(other, project, "here")
    there = commit_on(library, project, "there")
    other.create_tag(project, "v2", here.commit_id)
    library.create_tag(project, "v2", there.commit_id)
    path = exported(library, project, tmp_path)
    for _ in range(2):
        other.import_bundle(path)
        assert other.branch(project, "main") == BranchInfo("main", here.commit_id)
        assert other.branch(project, "main-2") == BranchInfo("main-2", there.commit_id)
        assert TagInfo("v2-2", there.commit_id) in other.tags(project)
        assert len(other.branches(project)) == 3
        assert len(other.tags(project)) == 3
    with pytest.raises(BranchMovedError):
        other.commit(project, draft_of(other), branch="main", expected_head=there.commit_id)


def test_a_taken_name_gets_a_number_unless_it_was_asked_for(
    library: Library, other: Library, project: str, tmp_path: Path
) -> None:
    path = exported(library, project, tmp_path)
    other.create_repository("night drive 🎹")
    with pytest.raises(DuplicateNameError):
        other.import_bundle(path, name="NIGHT drive 🎹")
    with pytest.raises(InvalidNameError):
        other.import_bundle(path, name=" ")
    assert objects(other) == set()
    other.import_bundle(path)
    assert other.repository(project).name == "Night drive 🎹 (2)"


def test_an_import_can_be_given_a_name(
    library: Library, other: Library, project: str, tmp_path: Path
) -> None:
    other.import_bundle(exported(library, project, tmp_path), name=" Mine ")
    assert other.repository("mine").repository_id == project


def test_names_that_ran_out_are_refused(
    library: Library, other: Library, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported(library, project, tmp_path)
    other.import_bundle(path)
    here, there = commit_on(other, project, "here"), commit_on(library, project, "there")
    monkeypatch.setattr(bundle_rows, "MOST_NUMBERED", 1)
    with pytest.raises(DuplicateNameError):
        other.import_bundle(exported(library, project, tmp_path))
    other.set_current_branch(project, "kept/one")
    other.delete_branch(project, "main")
    for library_, commit in ((other, here), (library, there)):
        library_.create_tag(project, "x", commit.commit_id)
    with pytest.raises(DuplicateNameError):
        other.import_bundle(exported(library, project, tmp_path))
    with Library.open(tmp_path / "third") as third:
        third.create_repository("Night drive 🎹")
        with pytest.raises(DuplicateNameError):
            third.import_bundle(path)


def test_a_range_brings_only_its_sounds_but_names_where_it_came_from(
    library: Library, other: Library, project: str, tmp_path: Path
) -> None:
    newest, main, side, root = library.log(project)
    path = exported(library, project, tmp_path, commit_ids=[main.commit_id])
    result = other.import_bundle(path)
    assert (result.new_commits, result.new_objects) == (2, 3)
    assert other.branches(project) == (BranchInfo("main", main.commit_id),)
    assert other.tags(project) == ()
    assert other.log(project) == (main, root)
    assert other.verify_commit(main.commit_id)
    assert other.snapshot(root.commit_id) == library.snapshot(root.commit_id)
    assert other.stored_object(str(root.mixdown_object_id)).is_absent
    assert other.check().damages == ()
    assert other.collect_garbage(grace=timedelta(0)).object_ids == ()
    with pytest.raises(MissingObjectError):
        other.read_object(str(root.mixdown_object_id))
    whole = exported(library, project, tmp_path)
    assert other.import_bundle(whole) == ImportedBundle(project, 2, 5)
    assert not other.stored_object(str(root.mixdown_object_id)).is_absent
    assert {commit.commit_id for commit in other.log(project)} == {
        commit.commit_id for commit in (newest, main, side, root)
    }
    assert other.head(project) == newest


def test_a_range_tells_how_many_of_its_commits_can_be_heard(
    library: Library, project: str, tmp_path: Path
) -> None:
    _, main, side, _ = library.log(project)
    chosen = [main.commit_id, side.commit_id]
    report = library.export_bundle(project, tmp_path / "x.studio", commit_ids=chosen)
    assert (report.n_commits, report.n_complete) == (3, 2)
    whole = library.export_bundle(project, tmp_path / "y.studio")
    assert (whole.n_commits, whole.n_complete) == (4, 4)


def test_a_range_never_takes_a_sound_away(library: Library, project: str, tmp_path: Path) -> None:
    _, main, _, root = library.log(project)
    library.import_bundle(exported(library, project, tmp_path, commit_ids=[main.commit_id]))
    assert library.read_object(str(root.mixdown_object_id)) == b"root"
    assert not library.stored_object(str(root.mixdown_object_id)).is_absent
    assert library.check().damages == ()


def test_a_range_keeps_the_branches_and_tags_at_its_commits(
    library: Library, other: Library, project: str, tmp_path: Path
) -> None:
    newest, _, side, root = library.log(project)
    ids = [root.commit_id, side.commit_id]
    other.import_bundle(exported(library, project, tmp_path, commit_ids=ids))
    assert other.branches(project) == (BranchInfo("kept/one", side.commit_id),)
    assert other.tags(project) == (TagInfo("v1", root.commit_id),)
    assert other.head(project) == side
    assert newest not in other.log(project)


def test_an_export_without_its_parts_makes_no_file(library: Library, project: str, tmp_path: Path) -> None:
    root = library.log(project)[-1]
    path = tmp_path / "x.studio"
    sound = library.object_path(str(root.mixdown_object_id))
    sound.write_bytes(b"ROOT")
    with pytest.raises(DamagedObjectError):
        library.export_bundle(project, path)
    sound.unlink()
    with pytest.raises(MissingObjectError):
        library.export_bundle(project, path)
    library.put_bytes(b"root", "audio/flac")
    for repository_id, ids, error in (
        ("nobody", None, UnknownRepositoryError),
        (project, ["f" * 64], UnknownCommitError),
    ):
        with pytest.raises(error):
            library.export_bundle(repository_id, path, commit_ids=ids)
    with pytest.raises(FolderNotWritableError):
        library.export_bundle(project, tmp_path / "nowhere" / "x.studio")
    with library._database.connection() as connection:
        connection.exec_driver_sql("UPDATE commits SET message = 'other' WHERE message = 'A beat'")
    with pytest.raises(DamagedCommitError):
        library.export_bundle(project, path)
    assert list(tmp_path.glob("*.studio")) == []
    assert list(tmp_path.glob(".part-*")) == []


def test_an_object_that_the_database_forgot_stops_an_export(
    library: Library, project: str, tmp_path: Path
) -> None:
    clip = library.put_bytes(b"clip", "audio/flac").object_id
    draft = CommitDraft("", Snapshot({}, frozenset({clip})))
    library.commit(project, draft, branch="main", expected_head=library.log(project)[0].commit_id)
    with library._database.connection() as connection:
        connection.exec_driver_sql("DELETE FROM objects WHERE object_id = ?", (clip,))
    with pytest.raises(MissingObjectError):
        library.export_bundle(project, tmp_path / "x.studio")


def test_what_was_dropped_for_room_is_left_out_of_a_bundle(
    library: Library, other: Library, tmp_path: Path
) -> None:
    project = library.create_repository("Night").repository_id
    first = commit_on(library, project, "first")
    commit_on(library, project, "second")
    library.drop_reproducible(0, lambda _: True)
    other.import_bundle(exported(library, project, tmp_path))
    assert other.stored_object(first.stems[0].object_id).is_absent
    assert other.log(project) == library.log(project)


def test_a_disk_without_room_is_known_before_anything_is_written(
    library: Library, other: Library, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported(library, project, tmp_path)

    def full(folder: Path, needed_bytes: int) -> None:
        raise DiskFullError(folder, 0, needed_bytes)

    monkeypatch.setattr(bundle, "require_free", full)
    with pytest.raises(DiskFullError):
        other.import_bundle(path)
    assert objects(other) == set()


@pytest.mark.parametrize("n_reports", [0, 3, 8])
def test_a_cancelled_import_leaves_nothing_behind(
    library: Library, other: Library, project: str, tmp_path: Path, n_reports: int
) -> None:
    path = exported(library, project, tmp_path)
    with pytest.raises(OperationCancelled):
        other.import_bundle(path, progress=Impatient(n_reports))
    assert objects(other) == set()
    assert other.repositories() == ()


@pytest.mark.parametrize("n_reports", [0, 5, 11])
def test_a_cancelled_export_leaves_no_file(
    library: Library, project: str, tmp_path: Path, n_reports: int
) -> None:
    with pytest.raises(OperationCancelled):
        library.export_bundle(project, tmp_path / "x.studio", progress=Impatient(n_reports))
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


def test_what_was_there_before_a_failed_import_stays(
    library: Library, other: Library, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported(library, project, tmp_path)
    known = other.put_bytes(b"root", "audio/flac").object_id

    def fail(*_: object) -> None:
        raise ArithmeticError("planted")

    monkeypatch.setattr(bundle, "add_rows", fail)
    with pytest.raises(ArithmeticError):
        other.import_bundle(path)
    assert objects(other) == {known}
    assert other.verify_object(known)


def test_an_object_that_is_collected_during_the_import_stops_it(
    library: Library, other: Library, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported(library, project, tmp_path)
    put_chunks = other._store.put_chunks

    def lose(object_id: str, *rest: object) -> bool:
        is_new = put_chunks(object_id, *rest)
        if other._store.read(object_id) == b"side":
            other._store.remove(object_id)
        return is_new

    monkeypatch.setattr(other._store, "put_chunks", lose)
    with pytest.raises(MissingObjectError):
        other.import_bundle(path)
    assert objects(other) == set()
    assert other.repositories() == ()


def test_a_library_that_is_only_looked_at_takes_no_bundle_but_gives_one(
    library: Library, project: str, tmp_path: Path
) -> None:
    with Library.open(library.folder, writable=False) as looking:
        path = exported(looking, project, tmp_path)
        with pytest.raises(LibraryReadOnlyError):
            looking.import_bundle(path)


def test_a_bundle_that_is_not_there_or_of_a_newer_studio_says_so(
    library: Library, project: str, tmp_path: Path
) -> None:
    for path in (tmp_path / "none.studio", tmp_path):
        with pytest.raises(UnreadableSourceError):
            library.import_bundle(path)
    newer = tmp_path / "newer.studio"
    with zipfile.ZipFile(newer, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"bundle_version": 2, "whatever": []}))
    with pytest.raises(NewerBundleError) as caught:
        library.import_bundle(newer)
    assert "Update" in caught.value.hint


def test_large_texts_that_shrink_out_of_proportion_still_travel(
    library: Library, other: Library, tmp_path: Path
) -> None:
    project = library.create_repository("Long").repository_id
    draft = CommitDraft("x" * 3_000_000, Snapshot({"notes": "la" * 2_000_000}, frozenset()))
    made = library.commit(project, draft, branch="main", expected_head=None)
    other.import_bundle(exported(library, project, tmp_path))
    assert other.verify_commit(made.commit_id)
    assert other.commit_of(made.commit_id) == made
