import logging
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from infinite_studio.history import schema
from infinite_studio.history.columns import Base
from infinite_studio.history.database import Database
from infinite_studio.history.library import DamagedLibraryError, Library, NewerLibraryError
from infinite_studio.history.reports import DamageKind
from infinite_studio.history.store import ObjectStore
from infinite_studio.history.values import JobState, TagInfo, User
from infinite_studio.music.stems import StemType

NEXT_STEP = '''"""A third step."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("sounds", sa.Column("colour", sa.Text()))
'''


@pytest.fixture
def next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A studio that knows one more step than this one."""
    migrations = tmp_path / "newer % migrations"
    shutil.copytree(schema.MIGRATIONS_FOLDER, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    step = migrations / "versions" / "r0003_third.py"
    step.write_text(NEXT_STEP)
    monkeypatch.setattr(schema, "MIGRATIONS_FOLDER", migrations)
    monkeypatch.setattr(schema, "REVISIONS", ("0001", "0002", "0003"))
    monkeypatch.setattr(schema, "HEAD_REVISION", "0003")
    return step


def restore(folder: Path, revision: str, sound: bytes | None = None) -> None:
    """Put a stored library into a folder, and its two objects where its one sound is given."""
    stored = Path(__file__).with_name(f"library_{revision}.sql")
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        connection.executescript(stored.read_text(encoding="utf-8"))
        question = "SELECT working_snapshot FROM repositories WHERE working_snapshot IS NOT NULL"
        (snapshot,) = connection.execute(question).fetchone()
    if sound is not None:
        store = ObjectStore(folder / "objects")
        store.prepare()
        store.put_bytes(sound)
        store.put_bytes(snapshot)


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


def test_a_library_of_every_age_is_stored_among_the_tests() -> None:
    stored = {path.stem.removeprefix("library_") for path in Path(__file__).parent.glob("library_*.sql")}
    assert stored == {*schema.REVISIONS}


def test_opening_an_up_to_date_library_makes_no_backup_and_no_noise(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        Library.open(tmp_path).close()
        Library.open(tmp_path).close()
    assert not (tmp_path / "backups").exists()
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_a_stored_library_of_revision_0001_is_backed_up_and_opens_with_everything_in_it(
    tmp_path: Path,
) -> None:
    restore(tmp_path, "0001", b"drums of 0001")
    with Library.open(tmp_path) as library:
        assert [found.name for found in library.repositories()] == ["Abzweig", "Nachtfahrt \udcff"]
        project = library.repository("Nachtfahrt \udcff").repository_id
        second, first = library.log(project)
        assert (second.commit_id[:8], first.commit_id[:8]) == ("e5971174", "b7f1fd2a")
        assert second.parent_ids == (first.commit_id,)
        assert (first.message, first.tempo_bpm, first.key) == ("First", 140.0, "F minor")
        assert first.author == User("Ada", "ada@example.org")
        assert first.stems[0].stem_type is StemType.DRUMS
        assert first.stems[0].recipe is not None
        assert first.stems[0].recipe.seed == 7
        assert library.working(project) is not None
        assert library.verify_commit(first.commit_id)
        assert library.verify_commit(second.commit_id)
        fork = library.repository("abzweig")
        assert fork.forked_from == first.commit_id
        assert library.log(fork.repository_id) == (first,)
        assert library.is_ancestor(first.commit_id, second.commit_id)
        assert library.search("dark trap 140 bpm") == (first,)
        assert library.sounds()[0].analysis == {"tempo_bpm": 140.0}
        assert library.jobs()[0].state is JobState.RUNNING
        assert library.check().damages == ()
        assert library.collect_garbage(grace=timedelta(0)).object_ids == ()
        (backup,) = library.backups()
    assert backup.path.name == "library-0001-001.db"


def test_a_library_of_0001_whose_snapshots_are_away_is_migrated_and_keeps_all_it_has(tmp_path: Path) -> None:
    restore(tmp_path, "0001")
    with Library.open(tmp_path) as library:
        assert len(library.search("first")) == 1
        assert library.collect_garbage(grace=timedelta(0)).object_ids == ()
        assert {damage.kind for damage in library.check().damages} == {DamageKind.MISSING_OBJECT}


def test_commits_that_nothing_leads_to_get_their_time_of_grace_at_the_migration(tmp_path: Path) -> None:
    restore(tmp_path, "0001", b"drums of 0001")
    with closing(sqlite3.connect(tmp_path / "library.db")) as connection, connection:
        connection.execute("UPDATE branches SET commit_id = (SELECT parent_id FROM commit_parents)")
    with Library.open(tmp_path) as library:
        assert library.collect_garbage().commit_ids == ()
        project = library.repository("Nachtfahrt \udcff").repository_id
        assert [move.reason for move in library.reflog(project)] == ["upgrade"]
        library.save_working(project, None)
        assert len(library.collect_garbage(grace=timedelta(0)).commit_ids) == 1


def test_a_damaged_commit_does_not_stop_a_migration(tmp_path: Path) -> None:
    restore(tmp_path, "0001", b"drums of 0001")
    with closing(sqlite3.connect(tmp_path / "library.db")) as connection, connection:
        connection.execute("UPDATE stems SET stem_type = 'no such stem'")
    with Library.open(tmp_path) as library:
        assert [found.message for found in library.search("second")] == ["Second"]
        assert DamageKind.COMMIT in {damage.kind for damage in library.check().damages}


def test_a_stored_library_of_revision_0002_opens_with_everything_in_it(tmp_path: Path) -> None:
    restore(tmp_path, "0002", b"drums of 0002")
    with Library.open(tmp_path) as library:
        project = library.repository("Nachtfahrt \udcff").repository_id
        merged, main, side, first = library.log(project)
        assert merged.parent_ids == (main.commit_id, side.commit_id)
        assert [branch.name for branch in library.branches(project)] == ["main"]
        assert library.tags(project) == (TagInfo("v1", first.commit_id),)
        assert library.merge_base(main.commit_id, side.commit_id) == first.commit_id
        fork = library.repository("Abzweig").repository_id
        assert library.log(fork) == (side, first)
        assert library.search("merged f minor") == (merged,)
        reasons = [move.reason for move in library.reflog(project)]
        assert reasons == ["delete", "tag", "commit", "commit", "commit", "branch", "commit"]
        for commit in library.log(project):
            assert library.verify_commit(commit.commit_id)
        assert library.check().damages == ()
        assert library.collect_garbage(grace=timedelta(0)).object_ids == ()


@pytest.mark.usefixtures("next_step")
def test_an_older_library_is_backed_up_and_then_migrated(tmp_path: Path) -> None:
    restore(tmp_path, "0001")
    with Library.open(tmp_path) as library:
        assert len(library.repositories()) == 2
    assert "colour" in columns_of_sounds(tmp_path / "library.db")
    (backup,) = (tmp_path / "backups").iterdir()
    assert backup.name == "library-0001-001.db"
    assert "colour" not in columns_of_sounds(backup)
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM commits").fetchone() == (2,)


def test_a_step_that_fails_leaves_the_library_as_it_was(tmp_path: Path, next_step: Path) -> None:
    restore(tmp_path, "0001")
    next_step.write_text(NEXT_STEP + '    raise ArithmeticError("planted")\n')
    for _ in range(2):
        with pytest.raises(ArithmeticError):
            Library.open(tmp_path)
    assert "colour" not in columns_of_sounds(tmp_path / "library.db")
    assert {path.name for path in (tmp_path / "backups").iterdir()} == {
        "library-0001-001.db",
        "library-0001-002.db",
    }
    next_step.write_text(NEXT_STEP)
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
