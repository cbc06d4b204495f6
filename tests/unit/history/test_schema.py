import logging
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from infinite_studio.history import schema
from infinite_studio.history.database import Database
from infinite_studio.history.library import DamagedLibraryError, Library, NewerLibraryError
from infinite_studio.history.models import Base
from infinite_studio.history.values import JobState, User
from infinite_studio.music.stems import StemType

STORED_0001 = Path(__file__).with_name("library_0001.sql")
SECOND_STEP = '''"""A second step."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("sounds", sa.Column("colour", sa.Text()))
'''


@pytest.fixture
def second_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A studio that knows one more step than this one."""
    migrations = tmp_path / "newer % migrations"
    shutil.copytree(schema.MIGRATIONS_FOLDER, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    step = migrations / "versions" / "r0002_second.py"
    step.write_text(SECOND_STEP)
    monkeypatch.setattr(schema, "MIGRATIONS_FOLDER", migrations)
    monkeypatch.setattr(schema, "REVISIONS", ("0001", "0002"))
    monkeypatch.setattr(schema, "HEAD_REVISION", "0002")
    return step


def restore_0001(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        connection.executescript(STORED_0001.read_text(encoding="utf-8"))


def columns_of_sounds(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[1] for row in connection.execute("PRAGMA table_info(sounds)")]


def test_the_migrations_make_exactly_the_tables_of_the_models(library: Library) -> None:
    with Database(library.folder / "library.db", writable=False).connection() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS_FOLDER))
    steps = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(reversed([step.revision for step in steps])) == schema.REVISIONS


def test_opening_an_up_to_date_library_makes_no_backup_and_no_noise(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        Library.open(tmp_path).close()
        Library.open(tmp_path).close()
    assert not (tmp_path / "backups").exists()
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_a_stored_library_of_revision_0001_opens(tmp_path: Path) -> None:
    restore_0001(tmp_path)
    with Library.open(tmp_path) as library:
        assert [found.name for found in library.repositories()] == ["Abzweig", "Nachtfahrt \udcff"]
        second, first = library.log(library.repository("Nachtfahrt \udcff").repository_id)
        assert second.parent_ids == (first.commit_id,)
        assert (first.message, first.tempo_bpm, first.key) == ("First", 140.0, "F minor")
        assert first.author == User("Ada", "ada@example.org")
        assert first.stems[0].stem_type is StemType.DRUMS
        assert first.stems[0].recipe is not None
        assert first.stems[0].recipe.seed == 7
        library.put_bytes(b"drums of 0001", "audio/flac")
        working = library.working(second.repository_id)
        assert working is not None
        assert library.put_bytes(working.snapshot.to_bytes(), "x").object_id == first.snapshot_object_id
        assert library.verify_commit(first.commit_id)
        assert library.verify_commit(second.commit_id)
        assert library.repository("abzweig").forked_from == first.commit_id
        assert library.sounds()[0].analysis == {"tempo_bpm": 140.0}
        assert library.jobs()[0].state is JobState.RUNNING


@pytest.mark.usefixtures("second_step")
def test_an_older_library_is_backed_up_and_then_migrated(tmp_path: Path) -> None:
    restore_0001(tmp_path)
    with Library.open(tmp_path) as library:
        assert len(library.repositories()) == 2
    assert "colour" in columns_of_sounds(tmp_path / "library.db")
    (backup,) = (tmp_path / "backups").iterdir()
    assert backup.name == "library-0001-001.db"
    assert "colour" not in columns_of_sounds(backup)
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM commits").fetchone() == (2,)


def test_a_step_that_fails_leaves_the_library_as_it_was(tmp_path: Path, second_step: Path) -> None:
    restore_0001(tmp_path)
    second_step.write_text(SECOND_STEP + '    raise ArithmeticError("planted")\n')
    for _ in range(2):
        with pytest.raises(ArithmeticError):
            Library.open(tmp_path)
    assert "colour" not in columns_of_sounds(tmp_path / "library.db")
    assert {path.name for path in (tmp_path / "backups").iterdir()} == {
        "library-0001-001.db",
        "library-0001-002.db",
    }
    second_step.write_text(SECOND_STEP)
    Library.open(tmp_path).close()
    assert "colour" in columns_of_sounds(tmp_path / "library.db")


def test_a_library_of_a_newer_studio_is_refused_and_left_alone(tmp_path: Path) -> None:
    Library.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "library.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for writable in (True, False):
        with pytest.raises(NewerLibraryError) as caught:
            Library.open(tmp_path, writable=writable)
        assert caught.value.revision == "9999"
        assert "Update" in caught.value.hint
    assert not (tmp_path / "backups").exists()


def test_a_creation_that_was_cut_off_is_finished_by_the_next_opening(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "library.db").close()
    with Library.open(tmp_path) as library:
        assert library.repositories() == ()


def test_somebody_elses_database_is_not_touched(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "library.db")) as connection, connection:
        connection.execute("CREATE TABLE notes (text)")
    with pytest.raises(DamagedLibraryError):
        Library.open(tmp_path)
    with closing(sqlite3.connect(tmp_path / "library.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]
