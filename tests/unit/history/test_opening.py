import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from tests.unit.history.drafts import commit_on, draft_of

from infinite_studio.errors import StudioError
from infinite_studio.history import library as library_module
from infinite_studio.history.database import prepare
from infinite_studio.history.library import (
    DamagedLibraryError,
    Library,
    LibraryClosedError,
    LibraryLockedError,
    LibraryNotWritableError,
    LibraryReadOnlyError,
    NoLibraryError,
    open_library_or_read_only,
)
from infinite_studio.history.values import CommitDraft, JobState, User

LOOK_WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from tempfile import TemporaryDirectory
from infinite_studio.history.library import Library, LibraryNotWritableError, open_library_or_read_only

with TemporaryDirectory() as warm, Library.open(Path(warm)) as library:
    library.create_repository("loads what must be loaded")
if os.getuid() == 0:
    os.setuid(65534)
folder = Path(sys.argv[1])
try:
    Library.open(folder)
except LibraryNotWritableError as error:
    print(error)
with open_library_or_read_only(folder) as library:
    print(library.is_read_only, [found.name for found in library.repositories()])
"""


def test_a_library_is_made_where_there_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "% 🎹" / "library"
    with Library.open(folder) as library:
        assert library.folder == folder
        assert not library.is_read_only
        made = library.create_repository("Night")
    with Library.open(folder) as library:
        assert library.repositories() == (made,)


def test_a_relative_folder_still_holds_after_the_working_folder_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Library.open(Path("mine")) as library:
        stored = library.put_bytes(b"x", "audio/flac")
        monkeypatch.chdir("/")
        assert library.read_object(stored.object_id) == b"x"
        assert library.repositories() == ()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names that are not Unicode")
def test_a_folder_whose_name_is_not_utf8_holds_a_library(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9 ?#%41")
    with Library.open(folder) as library:
        commit_on(library, library.create_repository("Night").repository_id)
        with Library.open(folder, writable=False) as looking:
            assert len(looking.repositories()) == 1
            assert looking.size_bytes() > 0


def test_a_second_opening_looks_while_the_first_writes(library: Library) -> None:
    with pytest.raises(LibraryLockedError) as caught:
        Library.open(library.folder)
    assert caught.value.holder is not None
    assert caught.value.holder.pid == os.getpid()
    with open_library_or_read_only(library.folder) as looking:
        assert looking.is_read_only
        made = library.create_repository("Night")
        assert looking.repositories() == (made,)
        commit = commit_on(library, made.repository_id)
        assert looking.log(made.repository_id) == (commit,)
        assert looking.verify_commit(commit.commit_id)


def test_looking_at_a_library_changes_nothing_in_it(library: Library, tmp_path: Path) -> None:
    project = library.create_repository("Night").repository_id
    commit = commit_on(library, project)
    draft = draft_of(library, "never seen before")
    source = tmp_path / "a.wav"
    source.write_bytes(b"x")
    objects = sorted((library.folder / "objects").rglob("*"))
    with Library.open(library.folder, writable=False) as looking:
        changes = (
            lambda: looking.put_bytes(b"new", "x"),
            lambda: looking.put_file(source, "x"),
            lambda: looking.commit(
                project, CommitDraft("", draft.snapshot), branch="main", expected_head=commit.commit_id
            ),
            lambda: looking.create_repository("Other"),
            lambda: looking.fork(commit.commit_id, "Fork"),
            lambda: looking.rename_repository(project, "x"),
            lambda: looking.set_user(User("x")),
            lambda: looking.save_working(project, None),
            lambda: looking.create_branch(project, "x", commit.commit_id),
            lambda: looking.set_current_branch(project, "main"),
            lambda: looking.record_job("x", "x", {}, state=JobState.RUNNING),
        )
        for change in changes:
            with pytest.raises(LibraryReadOnlyError):
                change()
    assert sorted((library.folder / "objects").rglob("*")) == objects


def test_closing_lets_the_next_writer_in_and_stops_late_work(tmp_path: Path) -> None:
    first = Library.open(tmp_path)
    first.close()
    first.close()
    for late in (
        first.repositories,
        lambda: first.create_repository("x"),
        lambda: first.put_bytes(b"x", "x"),
    ):
        with pytest.raises(LibraryClosedError):
            late()
    assert list((tmp_path / "objects").iterdir()) == []
    Library.open(tmp_path).close()


def test_looking_where_there_is_no_library_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoLibraryError):
        Library.open(tmp_path / "nothing", writable=False)
    assert not (tmp_path / "nothing").exists()


def test_looking_waits_for_a_writer_that_is_just_making_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = library_module.LibraryLock.acquire(tmp_path)
    pauses = []

    def make_it(_: float) -> None:
        pauses.append(1)
        if len(pauses) == 3:
            lock.release()
            Library.open(tmp_path).close()

    monkeypatch.setattr(library_module.time, "sleep", make_it)
    with open_library_or_read_only(tmp_path) as looking:
        assert looking.is_read_only
    assert len(pauses) == 3


def test_a_writer_that_never_makes_the_library_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = library_module.LibraryLock.acquire(tmp_path)
    monkeypatch.setattr(library_module, "FIRST_WRITER_SECONDS", 0.05)
    with pytest.raises(NoLibraryError):
        open_library_or_read_only(tmp_path)
    lock.release()


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_database_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(content)
    for writable in (True, False):
        with pytest.raises(DamagedLibraryError) as caught:
            Library.open(tmp_path, writable=writable)
        assert "backups" in caught.value.hint
    assert path.read_bytes() == content


def test_a_library_cut_off_in_its_middle_is_damaged_and_does_not_stop_another(tmp_path: Path) -> None:
    with Library.open(tmp_path / "a") as library:
        for number in range(30):
            commit_on(library, library.create_repository(str(number)).repository_id)
    path = tmp_path / "a" / "library.db"
    path.write_bytes(path.read_bytes()[: 4096 * 5])

    def look_at_everything() -> None:
        with Library.open(tmp_path / "a") as library:
            for found in library.repositories():
                library.log(found.repository_id)

    with pytest.raises(DamagedLibraryError):
        look_at_everything()
    Library.open(tmp_path / "b").close()


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "library"):
        with pytest.raises(LibraryNotWritableError) as caught:
            open_library_or_read_only(folder)
        assert str(folder) in str(caught.value)
        assert caught.value.hint


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not made read-only by their mode there")
@pytest.mark.parametrize("is_in_use", [True, False])
def test_a_folder_that_cannot_be_written_is_opened_to_look_at(is_in_use: bool) -> None:
    with tempfile.TemporaryDirectory() as reachable, ExitStack() as writer:
        Path(reachable).chmod(0o755)
        folder = Path(reachable) / "library"
        library = writer.enter_context(Library.open(folder))
        library.create_repository("Night")
        if not is_in_use:
            writer.close()
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        answer = subprocess.run(
            [sys.executable, "-W", "error", "-c", LOOK_WITHOUT_RIGHTS, str(folder)],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        folder.chmod(0o755)
        (folder / "objects").chmod(0o755)
    assert answer.stderr == ""
    refusal, look = answer.stdout.splitlines()
    assert "cannot be written" in refusal
    assert look == "True ['Night']"


def test_a_disk_without_a_write_ahead_log_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        with pytest.raises(LibraryNotWritableError) as caught:
            prepare(connection, tmp_path / "library.db", writable=True)
        assert isinstance(caught.value, StudioError)
        assert "journal mode" in str(caught.value)


def test_every_connection_is_durable_and_keeps_its_references(library: Library) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "fullfsync": 1,
        "busy_timeout": 10_000,
    }
    with library._database.connection() as first, library._database.reading() as second:
        for connection in (first, second.connection()):
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in expected}
            assert found == expected


def test_a_bug_in_a_transaction_stays_a_bug_and_undoes_the_transaction(library: Library) -> None:
    project = library.create_repository("Night").repository_id

    def fail_in_the_middle() -> None:
        with library._database.writing() as session:
            session.execute(text("UPDATE repositories SET name = 'half'"))
            session.execute(text("INSERT INTO branches VALUES ('nobody', 'x', 'y', 0)"))

    with pytest.raises(IntegrityError):
        fail_in_the_middle()
    assert library.repository(project).name == "Night"
    assert library.create_repository("Next").name == "Next"
