import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.unit.history.drafts import commit_on

from infinite_studio.audio.files import FolderNotWritableError
from infinite_studio.history import backups
from infinite_studio.history.library import (
    DamagedLibraryError,
    Library,
    LibraryNotWritableError,
    LibraryReadOnlyError,
)


class Clock:
    """Stands for the present moment."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(backups, "now", made)
    return made


def n_commits(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(connection.execute("SELECT count(*) FROM commits").fetchone()[0])


def test_a_backup_is_a_whole_library_database(library: Library, tmp_path: Path) -> None:
    project = library.create_repository("Night").repository_id
    commit_on(library, project)
    path = library.back_up()
    commit_on(library, project, "later")
    assert n_commits(path) == 1
    (found,) = library.backups()
    assert (found.path, found.size_bytes) == (path, path.stat().st_size)
    assert abs(found.created - datetime.now(UTC)) < timedelta(minutes=1)
    elsewhere = tmp_path / "elsewhere.db"
    assert library.back_up(elsewhere) == elsewhere
    assert n_commits(elsewhere) == 2
    assert library.backups() == (found,)


def test_a_library_without_backups_has_none(library: Library) -> None:
    assert library.backups() == ()


def test_the_last_few_and_one_a_day_are_kept(library: Library, clock: Clock) -> None:
    for _ in range(10):
        clock.moment += timedelta(hours=23)
        library.back_up()
        clock.moment += timedelta(hours=1)
        library.back_up()
    made = [found.created for found in library.backups()]
    assert made == sorted(made, reverse=True)
    assert len({moment.date() for moment in made}) in {backups.KEPT_DAYS, backups.KEPT_DAYS + 1}
    assert len(made) <= backups.KEPT_RECENT + backups.KEPT_DAYS
    assert made[0] - made[5] < timedelta(days=4)


def test_backups_that_were_not_made_here_are_left_alone(library: Library, clock: Clock) -> None:
    folder = library.folder / "backups"
    folder.mkdir()
    other = [folder / "library-0001-001.db", folder / "backup-99999999-999999-999999.db", folder / "mine.db"]
    for path in other:
        path.write_bytes(b"")
    os.utime(other[1], (0, 0))
    for _ in range(backups.KEPT_RECENT + backups.KEPT_DAYS + 2):
        library.back_up()
    left = {found.path for found in library.backups()}
    assert {other[0], other[2]} <= left
    assert len(left) < backups.KEPT_RECENT + backups.KEPT_DAYS + 3


def test_a_backup_is_due_after_ten_minutes_with_changes(library: Library, clock: Clock) -> None:
    first = library.back_up_if_due()
    assert first is not None
    assert library.back_up_if_due() is None
    clock.moment += timedelta(minutes=11)
    library.create_repository("Night")
    wal = library.folder / "library.db-wal"
    os.utime(wal, (clock.moment.timestamp(), clock.moment.timestamp()))
    clock.moment += timedelta(minutes=1)
    second = library.back_up_if_due()
    assert second not in {None, first}
    clock.moment += timedelta(minutes=11)
    assert library.back_up_if_due() is None, "nothing changed since"


def test_a_damaged_database_makes_no_backup_and_pushes_no_good_one_out(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        for number in range(200):
            library.create_repository(f"{number:0200d}")
        good = library.back_up()
    path = tmp_path / "library.db"
    data = bytearray(path.read_bytes())
    used = data.index(b"0" * 150 + b"1")
    page = used // 4096 * 4096
    data[page : page + 12] = b"\xff" * 12
    path.write_bytes(data)
    with Library.open(tmp_path) as library:
        with pytest.raises(DamagedLibraryError):
            library.back_up()
        assert [found.path for found in library.backups()] == [good]


def test_a_backup_that_cannot_be_put_there_says_so(library: Library, tmp_path: Path) -> None:
    with pytest.raises(FolderNotWritableError):
        library.back_up(tmp_path / "nowhere" / "x.db")
    (library.folder / "backups").write_text("in the way")
    with pytest.raises(LibraryNotWritableError):
        library.back_up()


def test_a_library_that_is_only_looked_at_is_backed_up_elsewhere_only(
    library: Library, tmp_path: Path
) -> None:
    with Library.open(library.folder, writable=False) as looking:
        with pytest.raises(LibraryReadOnlyError):
            looking.back_up()
        assert looking.back_up(tmp_path / "copy.db").is_file()
