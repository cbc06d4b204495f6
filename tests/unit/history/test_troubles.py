"""Disks, locks and values that fail below the library, each told in the library's own words."""

import errno
import getpass
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.history.drafts import commit_on

from infinite_studio.audio.files import DiskFullError
from infinite_studio.history import bundle_reader, database, holdings, locking, reachability
from infinite_studio.history.columns import DamagedRowError, StoredText, row_hash
from infinite_studio.history.library import (
    DamagedLibraryError,
    Library,
    LibraryBusyError,
    LibraryClosedError,
    LibraryNotWritableError,
    NoLibraryError,
    StorageError,
    UnreadableSourceError,
)
from infinite_studio.history.reports import DamageKind, RepairReport
from infinite_studio.history.snapshot import DamagedSnapshotError, Snapshot
from infinite_studio.history.store import ObjectStore
from infinite_studio.history.values import WorkingState


@pytest.fixture
def project(library: Library) -> str:
    return library.create_repository("Night").repository_id


def execute(library: Library, *statements: str) -> None:
    with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
        connection.execute("PRAGMA writable_schema=ON")
        for statement in statements:
            connection.execute(statement)


def failing(error: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_a_database_that_stays_locked_is_busy(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    library._database._engine.dispose()
    with closing(sqlite3.connect(library.folder / "library.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryBusyError) as caught:
            library.create_repository("Night")
    assert "Try again" in caught.value.hint
    assert library.create_repository("Night").name == "Night"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (sqlite3.SQLITE_FULL, DiskFullError),
        (sqlite3.SQLITE_CANTOPEN, LibraryNotWritableError),
        (sqlite3.SQLITE_READONLY, LibraryNotWritableError),
        (sqlite3.SQLITE_IOERR, StorageError),
        (sqlite3.SQLITE_IOERR_FSYNC, StorageError),
        (sqlite3.SQLITE_CORRUPT, DamagedLibraryError),
        (sqlite3.SQLITE_LOCKED, LibraryBusyError),
    ],
)
def test_what_sqlite_reports_is_told_to_a_musician(
    library: Library, code: int, error: type[Exception]
) -> None:
    reported = sqlite3.OperationalError("planted")
    reported.sqlite_errorcode = code
    with pytest.raises(error) as caught, library._database.translated():
        raise reported
    assert caught.value.hint


def test_a_misuse_of_sqlite_stays_a_bug(library: Library) -> None:
    reported = sqlite3.InterfaceError("planted")
    reported.sqlite_errorcode = sqlite3.SQLITE_MISUSE
    with pytest.raises(sqlite3.InterfaceError), library._database.translated():
        raise reported


def test_a_text_that_is_none_is_damage_and_the_check_still_reads_on(library: Library) -> None:
    object_id = library.put_bytes(b"x", "audio/wav").object_id
    library.add_sound("x", object_id, sample_rate=1, n_channels=1, n_frames=1)
    execute(library, "UPDATE sounds SET name = CAST(x'ff' AS TEXT)")
    with pytest.raises(DamagedLibraryError):
        library.sounds()
    assert {damage.kind for damage in library.check().damages} == {DamageKind.ROW}


def test_a_name_in_the_file_that_is_no_text_is_damage(library: Library) -> None:
    with pytest.raises(DamagedLibraryError), library._database.translated():
        b"\xff".decode()


def test_a_commit_that_needs_an_object_the_database_forgot_is_checked_all_the_same(
    library: Library, project: str
) -> None:
    made = commit_on(library, project)
    execute(library, f"DELETE FROM objects WHERE object_id = '{made.mixdown_object_id}'")
    assert {damage.kind for damage in library.check().damages} == {DamageKind.ROW}


def test_a_closed_library_is_not_checked(library: Library) -> None:
    library.close()
    with pytest.raises(LibraryClosedError):
        library.check()


def test_read_only_media_are_opened_as_they_are(
    library: Library, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.close()
    connect = sqlite3.connect

    def refuse(target: object, **options: object) -> sqlite3.Connection:
        if str(target).endswith("mode=ro"):
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error
        return connect(target, **options)

    monkeypatch.setattr(database.sqlite3, "connect", refuse)
    with Library.open(library.folder, writable=False) as looking:
        assert [found.repository_id for found in looking.repositories()] == [project]


def test_an_empty_database_is_no_library_to_look_at(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"")
    with pytest.raises(NoLibraryError):
        Library.open(tmp_path, writable=False)


def test_a_disk_without_locks_is_refused_and_the_file_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(locking, "_try_lock", failing(OSError(errno.ENOLCK, "No locks available")))
        with pytest.raises(LibraryNotWritableError) as caught:
            Library.open(tmp_path)
    assert "No locks available" in str(caught.value)
    Library.open(tmp_path).close()


def test_a_lock_is_released_even_if_its_file_cannot_be_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Library.open(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(locking.os, "ftruncate", failing(OSError(errno.EIO, "Input/output error")))
        first.close()
    with Library.open(tmp_path) as second:
        assert not second.is_read_only


def test_backups_before_a_migration_need_their_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = Path(__file__).with_name("library_0001.sql")
    with closing(sqlite3.connect(tmp_path / "library.db")) as connection:
        connection.executescript(stored.read_text(encoding="utf-8"))
    with pytest.raises(LibraryNotWritableError) as caught:
        Library.open(tmp_path, writable=False)
    assert "older than this studio" in str(caught.value)
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(LibraryNotWritableError):
        Library.open(tmp_path)
    (tmp_path / "backups").unlink()
    Library.open(tmp_path).close()


def test_bytes_that_do_not_read_back_are_not_kept(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bytes = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", lambda path, data: write_bytes(path, data[:-1]))
    with pytest.raises(StorageError) as caught:
        library.put_bytes(b"whole", "x")
    assert caught.value.hint
    assert not any(path.is_file() for path in (library.folder / "objects").rglob("*"))


def test_an_error_of_the_disk_is_told_with_its_reason(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "write_bytes", failing(OSError(errno.EIO, "Input/output error")))
    with pytest.raises(StorageError) as caught:
        library.put_bytes(b"x", "x")
    assert caught.value.reason == "Input/output error"


def test_an_object_that_cannot_be_read_does_not_verify(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    object_id = library.put_bytes(b"x", "x").object_id
    monkeypatch.setattr(Path, "open", failing(OSError(errno.EIO, "Input/output error")))
    assert not library.verify_object(object_id)


def test_a_bundle_whose_disk_fails_cannot_be_read(
    library: Library, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = library.export_bundle(project, tmp_path / "x.studio").path
    monkeypatch.setattr(bundle_reader.zipfile, "ZipFile", failing(OSError(errno.EIO, "Input/output error")))
    with pytest.raises(UnreadableSourceError) as caught:
        library.import_bundle(path)
    assert caught.value.reason == "Input/output error"
    assert zipfile.is_zipfile(path)


def test_a_damaged_unsaved_work_says_where_to_go_on(library: Library, project: str) -> None:
    library.save_working(project, WorkingState(Snapshot({"a": 1}, frozenset())))
    execute(library, "UPDATE repositories SET working_snapshot = x'7b7d'")
    with pytest.raises(DamagedSnapshotError) as caught:
        library.working(project)
    assert "history" in caught.value.hint


def test_a_job_in_a_state_that_is_none_is_damaged(library: Library) -> None:
    library.record_job("x", "x", {})
    execute(library, "UPDATE jobs SET state = 'asleep'")
    with pytest.raises(DamagedRowError):
        library.jobs()


def test_an_account_without_a_name_is_a_musician(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", failing(OSError("no such account")))
    assert library.user().name == "Musician"


def test_a_value_of_another_kind_has_another_hash() -> None:
    kinds = [None, 1, 1.0, "1", b"1", 0, "", b"", True]
    assert len({row_hash((kind,)) for kind in kinds}) == len(kinds) - 1, "only True is stored as 1"
    assert row_hash(("ab", "c")) != row_hash(("a", "bc"))
    assert row_hash((StoredText("é".encode()),)) == row_hash(("é",))


@pytest.mark.parametrize("byteorder", ["little", "big"])
def test_numbers_of_objects_come_back_on_any_machine(monkeypatch: pytest.MonkeyPatch, byteorder: str) -> None:
    monkeypatch.setattr(holdings.sys, "byteorder", byteorder)
    assert list(holdings.unpacked(holdings.packed({3, 1, 70_000}))) == [1, 3, 70_000]


def test_many_dead_objects_are_found_like_few(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    dead = sorted(library.put_bytes(bytes([number]), "x").object_id for number in range(5))
    monkeypatch.setattr(reachability, "_FEW", 2)
    report = library.collect_garbage(grace=timedelta(0), dry_run=True)
    assert sorted(report.object_ids) == dead


def test_an_index_that_lost_a_row_is_named(library: Library) -> None:
    object_id = library.put_bytes(b"x", "audio/wav").object_id
    library.add_sound("x", object_id, sample_rate=1, n_channels=1, n_frames=1)
    wrong = "CREATE INDEX ix_sounds_object_id ON sounds (name)"
    execute(library, f"UPDATE sqlite_master SET sql = '{wrong}' WHERE name = 'ix_sounds_object_id'")
    library._database._engine.dispose()
    sentences = [damage.sentence for damage in library.check().damages]
    assert any("ix_sounds_object_id" in sentence for sentence in sentences)


def test_what_only_a_backup_of_the_database_is_asked_for_stays_missing(
    library: Library, project: str
) -> None:
    made = commit_on(library, project)
    backup = library.back_up()
    library.object_path(str(made.mixdown_object_id)).unlink()
    missing = RepairReport((), (str(made.mixdown_object_id),))
    assert library.repair(sources=[backup]) == missing


def test_a_branch_that_the_reflog_saw_at_a_lost_commit_is_not_put_back(
    library: Library, project: str
) -> None:
    commit_on(library, project)
    values = (project, "main", None, "f" * 64, "2026-11-20T00:00:00.000000+00:00", "commit")
    with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
        connection.execute(
            "INSERT INTO ref_moves (repository_id, branch, from_id, to_id, time, reason, content_hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*values, row_hash(values)),
        )
        connection.execute("UPDATE branches SET content_hash = 5")
    assert library.repair().repaired_row_ids == ()


def test_a_lost_row_of_a_commit_that_a_bundle_knows_stays_lost(
    library: Library, project: str, tmp_path: Path
) -> None:
    from infinite_studio.history.repair_rows import repair_rows
    from infinite_studio.history.repair_sources import open_sources
    from infinite_studio.history.reports import Damage

    made = commit_on(library, project)
    path = library.export_bundle(project, tmp_path / "x.studio").path
    with Library.open(tmp_path / "empty") as other, open_sources([path]) as sources:
        damage = Damage(DamageKind.COMMIT, made.commit_id, "It is damaged.")
        assert repair_rows(other._database, other._store, [damage], sources) == ()


def test_a_store_without_a_folder_of_objects_yields_none(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    store.prepare()
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "readme.txt").write_text("not an object")
    assert list(store.present()) == []


def test_a_commit_whose_tempo_is_beyond_all_measure_is_damaged(library: Library, project: str) -> None:
    made = commit_on(library, project)
    execute(library, "UPDATE commits SET tempo_bpm = 9e999")
    assert not library.verify_commit(made.commit_id)
    assert {damage.kind for damage in library.check().damages} == {DamageKind.COMMIT}
