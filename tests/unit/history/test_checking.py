import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.history.drafts import commit_on, draft_of
from tests.unit.history.hands import Impatient, change

from infinite_studio.history import check_commits
from infinite_studio.history.library import Library
from infinite_studio.history.reports import CheckReport, DamageKind
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import Commit, JobState, User, WorkingState
from infinite_studio.progress import OperationCancelled


def fill(library: Library) -> None:
    """A project with something in every table."""
    library.set_user(User("Ada", "ada@example.org"))
    project = library.create_repository("Night").repository_id
    root = commit_on(library, project, "root", message="Root")
    library.create_branch(project, "side", root.commit_id)
    side = commit_on(library, project, "side", branch="side", message="Side")
    main = commit_on(library, project, "main", message="Main")
    merged = replace(draft_of(library, "merged", "Merged"), extra_parent_ids=(side.commit_id,))
    library.commit(project, merged, branch="main", expected_head=main.commit_id)
    library.create_tag(project, "v1", root.commit_id)
    library.fork(side.commit_id, "Fork")
    library.save_working(project, WorkingState(Snapshot({"a": 1}, frozenset()), main.commit_id))
    sound = library.put_bytes(b"sound", "audio/wav").object_id
    library.add_sound("x", sound, sample_rate=48_000, n_channels=2, n_frames=10, analysis={"tempo_bpm": 90})
    library.record_job("Dark trap", "generate", {"seed": 7}, state=JobState.RUNNING)


@pytest.fixture
def project(library: Library) -> str:
    return library.repository("Night").repository_id


def execute(library: Library, *statements: str) -> None:
    for statement in statements:
        change(library, statement)


def kinds(report: CheckReport) -> set[DamageKind]:
    return {damage.kind for damage in report.damages}


def commit_called(library: Library, project: str, message: str) -> Commit:
    return next(commit for commit in library.log(project) if commit.message == message)


def test_an_undamaged_library_has_nothing_to_report(library: Library, project: str) -> None:
    report = library.check()
    assert report.damages == ()
    assert report.objects_checked == 9
    assert report.rows_checked > 30
    assert set(report.still_opens) == {found.repository_id for found in library.repositories()}
    with Library.open(library.folder, writable=False) as looking:
        assert looking.check() == report


def test_an_empty_library_is_checked_too(other: Library) -> None:
    assert other.check() == CheckReport(0, 0, (), ())


@pytest.mark.parametrize("is_missing", [False, True])
def test_a_damaged_sound_names_the_commits_that_need_it(
    library: Library, project: str, is_missing: bool
) -> None:
    root = commit_called(library, project, "Root")
    object_id = str(root.mixdown_object_id)
    path = library.object_path(object_id)
    path.unlink() if is_missing else path.write_bytes(b"ROOT")
    report = library.check()
    (damage,) = report.damages
    assert damage.kind is (DamageKind.MISSING_OBJECT if is_missing else DamageKind.OBJECT)
    assert (damage.what_id, damage.affected_commit_ids) == (object_id, (root.commit_id,))
    assert damage.sentence.endswith(".")
    assert len(report.still_opens) == 2, "the present state of both projects does not need it"


def test_a_damaged_sound_of_the_tip_keeps_its_project_from_opening_and_no_other(
    library: Library, project: str
) -> None:
    other = library.create_repository("Other").repository_id
    commit_on(library, other)
    library.object_path(str(commit_called(library, project, "Merged").mixdown_object_id)).write_bytes(b"x")
    assert project not in library.check().still_opens
    assert other in library.check().still_opens


def test_a_file_that_cannot_be_read_is_damaged(library: Library, project: str) -> None:
    path = library.object_path(str(commit_called(library, project, "Root").mixdown_object_id))
    path.unlink()
    path.symlink_to(path.parent)
    assert kinds(library.check()) == {DamageKind.MISSING_OBJECT}


def test_a_file_that_fails_while_it_is_read_is_damaged(
    library: Library, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_path = Path.open

    def fail(path: Path, *arguments: object, **options: object) -> object:
        if path.parent.parent.name == "objects":
            raise OSError(5, "Input/output error")
        return open_path(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", fail)
    assert {damage.kind for damage in library.check().damages} == {DamageKind.OBJECT}


def test_objects_of_a_damaged_snapshot_are_known_from_the_rows(library: Library, project: str) -> None:
    merged = commit_called(library, project, "Merged")
    library.object_path(merged.snapshot_object_id).write_bytes(b"{}")
    (damage,) = library.check().damages
    assert damage.affected_commit_ids == (merged.commit_id,)


ROW_CHANGES = {
    "repositories": "UPDATE repositories SET name = 'Nacht' WHERE name = 'Night'",
    "repositories current": "UPDATE repositories SET current_branch = 'side' WHERE name = 'Night'",
    "repositories public": "UPDATE repositories SET is_public = 1",
    "repositories working": "UPDATE repositories SET working_snapshot = x'7b7d' WHERE name = 'Night'",
    "repositories base": "UPDATE repositories SET working_base = NULL WHERE name = 'Night'",
    "repositories hash": "UPDATE repositories SET working_hash = NULL WHERE name = 'Night'",
    "branches": "UPDATE branches SET commit_id = (SELECT commit_id FROM tags) WHERE name = 'side'",
    "tags": "UPDATE tags SET commit_id = (SELECT commit_id FROM branches WHERE name = 'side')",
    "ref_moves": "UPDATE ref_moves SET reason = 'kommit' WHERE move_id = 1",
    "ref_moves time": "UPDATE ref_moves SET time = 'never' WHERE move_id = 1",
    "users": "UPDATE users SET is_current = 0",
    "sounds": "UPDATE sounds SET n_frames = 11",
    "sounds analysis": "UPDATE sounds SET analysis = '{'",
    "jobs": "UPDATE jobs SET state = 'running!'",
    "objects": "UPDATE objects SET media_type = 'audio/flak' WHERE number = 2",
    "objects created": "UPDATE objects SET created = 'x' WHERE number = 2",
    "objects absent": "UPDATE objects SET is_absent = 1 WHERE number = 2",
    "objects size": "UPDATE objects SET size_bytes = 'many' WHERE number = 2",
    "commit_objects": "UPDATE commit_objects SET numbers = x'01000000' WHERE sequence = 2",
    "repository_roots": "UPDATE repository_roots SET sequence = 1",
}


@pytest.mark.parametrize("name", ROW_CHANGES)
def test_every_changed_row_is_noticed_and_named(library: Library, project: str, name: str) -> None:
    execute(library, ROW_CHANGES[name])
    report = library.check()
    table = name.split(maxsplit=1)[0]
    assert any(
        damage.kind is DamageKind.ROW and damage.what_id.startswith(f"{table}/") for damage in report.damages
    )
    is_of_project = table == "repositories" or "side" in ROW_CHANGES[name]
    assert is_of_project or project in report.still_opens


COMMIT_CHANGES = [
    "UPDATE commits SET message = 'Rot' WHERE message = 'Root'",
    "UPDATE commits SET message = 5 WHERE message = 'Root'",
    "UPDATE commits SET message = x'526f6f74' WHERE message = 'Root'",
    "UPDATE commits SET message = CAST(x'ff' AS TEXT) WHERE message = 'Root'",
    "UPDATE commits SET tempo_bpm = 'fast' WHERE message = 'Root'",
    "UPDATE commits SET created = 0 WHERE message = 'Root'",
    "UPDATE commits SET key = x'00' WHERE message = 'Root'",
    "UPDATE commits SET author_id = 99 WHERE message = 'Root'",
    "UPDATE stems SET recipe = '{' WHERE commit_id = (SELECT commit_id FROM commits WHERE message = 'Root')",
    "UPDATE stems SET stem_type = 'x' WHERE commit_id = (SELECT commit_id FROM commits WHERE message = 'Root')",
]


@pytest.mark.parametrize("statement", COMMIT_CHANGES)
def test_a_changed_commit_is_noticed_and_the_others_are_not_blamed(
    library: Library, project: str, statement: str
) -> None:
    root = commit_called(library, project, "Root").commit_id
    execute(library, statement)
    report = library.check()
    commits = [damage for damage in report.damages if damage.kind is DamageKind.COMMIT]
    assert [(damage.what_id, damage.affected_commit_ids) for damage in commits] == [(root, (root,))]
    assert project in report.still_opens


def test_a_commit_whose_id_changed_is_noticed(library: Library, project: str) -> None:
    execute(library, "UPDATE commits SET commit_id = 'x' || substr(commit_id, 2) WHERE message = 'Merged'")
    report = library.check()
    assert {DamageKind.COMMIT, DamageKind.ROW} <= kinds(report)
    assert project not in report.still_opens


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE commit_words SET words = ' other ' WHERE sequence = 1",
        "DELETE FROM commit_words WHERE sequence = 1",
        "UPDATE commit_words SET sequence = 99 WHERE sequence = 4",
        "UPDATE commit_edges SET parent_sequence = 3 WHERE sequence = 2",
        "INSERT INTO commit_edges VALUES (1, 2)",
        "INSERT INTO commit_edges VALUES (99, 1)",
        "DELETE FROM commit_edges WHERE sequence = 2",
        "DELETE FROM commit_objects WHERE sequence = 1",
        "UPDATE commit_objects SET sequence = 99 WHERE sequence = 4",
    ],
)
def test_what_no_longer_fits_the_commits_is_noticed(library: Library, project: str, statement: str) -> None:
    execute(library, statement)
    report = library.check()
    assert DamageKind.INDEX in kinds(report)
    assert kinds(report) <= {DamageKind.INDEX, DamageKind.ROW}
    assert project in report.still_opens


@pytest.mark.parametrize(
    "statement",
    ["DROP INDEX ix_stems_object_id", "ALTER TABLE sounds RENAME COLUMN name TO nome", "DROP TABLE jobs"],
)
def test_tables_that_are_not_what_they_were_are_noticed(
    library: Library, project: str, statement: str
) -> None:
    library.close()
    with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
        connection.execute(statement)
    with Library.open(library.folder) as opened:
        report = opened.check()
        assert DamageKind.DATABASE in kinds(report)
        assert project in report.still_opens


@pytest.mark.parametrize("table", ["commits", "repositories", "objects", "branches"])
def test_a_table_that_cannot_be_read_is_named_and_the_check_goes_on(
    library: Library, project: str, table: str
) -> None:
    library.close()
    path = library.folder / "library.db"
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4096 : (page - 1) * 4096 + 100] = bytes(100)
    path.write_bytes(data)
    with Library.open(library.folder) as opened:
        report = opened.check()
    assert any(
        (damage.kind is DamageKind.DATABASE and damage.what_id == table) or "structure" in damage.what_id
        for damage in report.damages
    )
    assert project not in report.still_opens or table == "objects"


def test_an_object_that_is_collected_during_the_check_is_no_damage(
    library: Library, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    orphan = library.put_bytes(b"orphan", "x").object_id
    has = library._store.has

    def collect(object_id: str) -> bool:
        if object_id == orphan:
            execute(library, f"DELETE FROM objects WHERE object_id = '{orphan}'")
            return False
        return has(object_id)

    monkeypatch.setattr(library._store, "has", collect)
    assert library.check().damages == ()


@pytest.mark.parametrize("n_reports", [0, 5, 20])
def test_a_check_can_be_cancelled(library: Library, project: str, n_reports: int) -> None:
    with pytest.raises(OperationCancelled):
        library.check(Impatient(n_reports))


def test_unsaved_work_whose_sounds_are_gone_keeps_a_project_from_opening(other: Library) -> None:
    project = other.create_repository("Night").repository_id
    gone = "a" * 64
    other.save_working(project, WorkingState(Snapshot({}, frozenset({gone}))))
    assert other.check().still_opens == ()
    other.save_working(project, None)
    assert other.check().still_opens == (project,)


def test_of_many_commits_that_are_read_together_only_the_damaged_one_is_blamed(
    other: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_commits, "_COMMITS_AT_ONCE", 4)
    project = other.create_repository("Night").repository_id
    made = [commit_on(other, project, str(number), message=str(number)) for number in range(10)]
    execute(other, "UPDATE commits SET created = 'x' WHERE message = '6'")
    (damage,) = other.check().damages
    assert (damage.kind, damage.what_id) == (DamageKind.COMMIT, made[6].commit_id)
