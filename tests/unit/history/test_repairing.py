import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.history.drafts import RECIPE, commit_on, draft_of
from tests.unit.history.hands import change

from infinite_studio.history.library import (
    DamagedBundleError,
    Library,
    LibraryReadOnlyError,
    UnreadableSourceError,
)
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.reports import RepairReport
from infinite_studio.history.values import Commit, User


def fill(library: Library) -> None:
    library.set_user(User("Ada", "ada@example.org"))
    project = library.create_repository("Night").repository_id
    root = commit_on(library, project, "root", message="Root")
    library.create_branch(project, "side/line", root.commit_id)
    side = commit_on(library, project, "side", branch="side/line", message="Side")
    main = commit_on(library, project, "main", message="Main")
    merged = replace(draft_of(library, "merged", "Merged"), extra_parent_ids=(side.commit_id,))
    library.commit(project, merged, branch="main", expected_head=main.commit_id)
    library.create_tag(project, "v1", root.commit_id)
    library.add_sound("x", str(root.mixdown_object_id), sample_rate=48_000, n_channels=2, n_frames=10)


@pytest.fixture
def project(library: Library) -> str:
    return library.repository("Night").repository_id


@pytest.fixture
def bundle(library: Library, project: str, tmp_path: Path) -> Path:
    return library.export_bundle(project, tmp_path / "night.studio").path


def root_of(library: Library, project: str) -> Commit:
    return library.log(project)[-1]


def damaged_file(library: Library, project: str, data: bytes = b"damaged") -> Path:
    path = library.object_path(str(root_of(library, project).mixdown_object_id))
    path.write_bytes(data)
    return path


def copy_of(library: Library, project: str, kind: str, folder: Path) -> Path:
    path = library.object_path(str(root_of(library, project).mixdown_object_id))
    if kind == "bundle":
        return library.export_bundle(project, folder / "copy.studio").path
    target = {"library": Path("objects", path.name[:2]), "objects": Path(path.name[:2]), "flat": Path()}[kind]
    (folder / "copy" / target).mkdir(parents=True)
    (folder / "copy" / target / path.name).write_bytes(path.read_bytes())
    return folder / "copy"


@pytest.mark.parametrize("is_missing", [False, True])
@pytest.mark.parametrize("kind", ["bundle", "library", "objects", "flat"])
def test_a_damaged_sound_comes_back_from_any_copy(
    library: Library, project: str, tmp_path: Path, kind: str, is_missing: bool
) -> None:
    source = copy_of(library, project, kind, tmp_path)
    path = damaged_file(library, project)
    if is_missing:
        path.unlink()
    assert library.repair(sources=[source]) == RepairReport((path.name,), ())
    assert library.read_object(path.name) == b"root"
    aside = library.folder / "damaged"
    assert [found.read_bytes() for found in aside.glob("*")] == ([] if is_missing else [b"damaged"])
    assert library.check().damages == ()
    assert library.repair(sources=[source]) == RepairReport((), ())


def test_what_was_damaged_twice_is_set_aside_twice(library: Library, project: str, bundle: Path) -> None:
    for data in (b"one", b"two"):
        damaged_file(library, project, data)
        library.repair(sources=[bundle])
    assert {found.read_bytes() for found in (library.folder / "damaged").iterdir()} == {b"one", b"two"}


def test_a_copy_that_is_damaged_too_changes_nothing(library: Library, project: str, tmp_path: Path) -> None:
    source = copy_of(library, project, "flat", tmp_path)
    path = damaged_file(library, project)
    (source / path.name).write_bytes(b"other")
    assert library.repair(sources=[source]) == RepairReport((), (path.name,))
    assert path.read_bytes() == b"damaged"
    assert not (library.folder / "damaged").exists()
    assert list(path.parent.glob(".part-*")) == []


def test_the_next_source_is_asked_when_one_is_damaged(
    library: Library, project: str, bundle: Path, tmp_path: Path
) -> None:
    good = copy_of(library, project, "flat", tmp_path)
    path = damaged_file(library, project)
    data = bundle.read_bytes()
    assert data.count(b"root") >= 1
    bad = tmp_path / "bad.studio"
    bad.write_bytes(data.replace(b"PKroot", b"PKROOT"))
    place = data.rindex(b"root", 0, data.index(b"PK\x01\x02"))
    bad.write_bytes(data[:place] + b"ROOT" + data[place + 4 :])
    assert library.repair(sources=[bad]) == RepairReport((), (path.name,))
    assert library.repair(sources=[tmp_path, bad, good]) == RepairReport((path.name,), ())


def test_a_sound_is_rendered_again_when_no_source_has_it(library: Library, project: str) -> None:
    path = damaged_file(library, project)
    asked: list[tuple[Recipe, str]] = []

    def render(answer: bytes | None) -> Callable[[Recipe, str], bytes | None]:
        return lambda recipe, name: asked.append((recipe, name)) or answer

    assert library.repair(render=render(None)) == RepairReport((), (path.name,))
    assert library.repair(render=render(b"almost root")) == RepairReport((), (path.name,))
    assert path.read_bytes() == b"damaged"
    assert library.repair(render=render(b"root")) == RepairReport((path.name,), ())
    assert asked == [(RECIPE, "Drums")] * 3
    assert library.read_object(path.name) == b"root"


@pytest.mark.parametrize("values", ["'{}'", "NULL", "'{'"])
def test_a_stem_without_a_readable_recipe_is_not_rendered(
    library: Library, project: str, values: str
) -> None:
    path = damaged_file(library, project)
    change(library, f"UPDATE stems SET recipe = {values}")
    assert library.repair(render=lambda *_: b"root").still_missing_ids == (path.name,)


def test_sources_that_cannot_be_used_stop_the_repair_before_it_begins(
    library: Library, project: str, bundle: Path, tmp_path: Path
) -> None:
    path = damaged_file(library, project)
    (tmp_path / "text").write_text("no bundle")
    for source, error in (
        (tmp_path / "none", UnreadableSourceError),
        (tmp_path / "text", DamagedBundleError),
    ):
        with pytest.raises(error):
            library.repair(sources=[bundle, source])
    assert path.read_bytes() == b"damaged"
    with Library.open(library.folder, writable=False) as looking, pytest.raises(LibraryReadOnlyError):
        looking.repair()


COMMIT_CHANGES = [
    "UPDATE commits SET message = 'Rot', tempo_bpm = NULL, created = 'x' WHERE sequence = 1",
    "DELETE FROM stems WHERE commit_id = (SELECT commit_id FROM commits WHERE sequence = 1)",
    "DELETE FROM commit_parents WHERE commit_id = (SELECT commit_id FROM commits WHERE sequence = 4)",
    "UPDATE stems SET recipe = '{'",
    "UPDATE users SET name = 'Eva'",
]


@pytest.mark.parametrize("kind", ["bundle", "backup", "library"])
@pytest.mark.parametrize("statement", COMMIT_CHANGES)
def test_damaged_commits_come_back_from_a_bundle_or_a_backup(
    library: Library, project: str, bundle: Path, tmp_path: Path, kind: str, statement: str
) -> None:
    before = library.log(project)
    source = bundle
    if kind == "backup":
        source = library.back_up()
    elif kind == "library":
        (tmp_path / "copy").mkdir()
        library.back_up(tmp_path / "copy" / "library.db")
        source = tmp_path / "copy"
    change(library, statement)
    report = library.repair(sources=[source])
    assert report.repaired_row_ids
    assert library.log(project) == before
    left = [damage.what_id for damage in library.check().damages]
    assert left == (["users/1"] if kind == "bundle" and "users" in statement else [])
    assert library.search("root")[0].commit_id == before[-1].commit_id


def test_a_damaged_commit_without_a_source_stays_damaged(
    library: Library, project: str, tmp_path: Path
) -> None:
    root = root_of(library, project).commit_id
    backup = library.back_up()
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("UPDATE commits SET message = 'worse'")
    change(library, "UPDATE commits SET message = 'bad' WHERE sequence = 1")
    (tmp_path / "empty").mkdir()
    for sources in ([], [tmp_path / "empty"], [backup]):
        assert library.repair(sources=sources).repaired_row_ids == ()
    assert [damage.what_id for damage in library.check().damages] == [root]


def test_a_commit_whose_row_or_object_is_gone_cannot_be_put_back(
    library: Library, project: str, bundle: Path
) -> None:
    root = root_of(library, project)
    change(library, "UPDATE commits SET message = 'bad' WHERE sequence = 1")
    change(library, f"DELETE FROM objects WHERE object_id = '{root.mixdown_object_id}'")
    assert root.commit_id not in library.repair(sources=[bundle]).repaired_row_ids
    change(library, "UPDATE commits SET commit_id = 'x' WHERE sequence = 1")
    assert library.repair(sources=[bundle]).repaired_row_ids == ()


INDEX_CHANGES = [
    "UPDATE commit_words SET words = ' other ' WHERE sequence = 1",
    "DELETE FROM commit_words WHERE sequence = 1",
    "UPDATE commit_words SET sequence = 99 WHERE sequence = 4",
    "UPDATE commit_edges SET parent_sequence = 3 WHERE sequence = 2",
    "INSERT INTO commit_edges VALUES (99, 1)",
    "DELETE FROM commit_objects WHERE sequence = 1",
    "UPDATE commit_objects SET numbers = x'' WHERE sequence = 1",
]


@pytest.mark.parametrize("statement", INDEX_CHANGES)
def test_what_derives_from_commits_is_made_anew(library: Library, project: str, statement: str) -> None:
    change(library, statement)
    assert library.repair().repaired_row_ids
    assert library.check().damages == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sounds SET n_frames = 11",
        "UPDATE tags SET created = 'x'",
        "UPDATE objects SET media_type = 'x' WHERE number = 1",
        "UPDATE repositories SET name = 'Nacht'",
        "UPDATE users SET is_current = 0",
        "UPDATE ref_moves SET reason = 'x' WHERE move_id = 1",
    ],
)
def test_damaged_rows_come_back_from_a_backup_of_the_database(
    library: Library, project: str, statement: str
) -> None:
    backup = library.back_up()
    change(library, statement)
    assert library.repair().repaired_row_ids == ()
    assert len(library.repair(sources=[backup]).repaired_row_ids) == 1
    assert library.check().damages == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE branches SET commit_id = (SELECT commit_id FROM tags) WHERE name = 'side/line'",
        "UPDATE branches SET commit_id = 'x' WHERE name = 'side/line'",
        "UPDATE branches SET content_hash = 5 WHERE name = 'side/line'",
    ],
)
def test_a_damaged_branch_goes_back_to_where_the_reflog_saw_it(
    library: Library, project: str, statement: str
) -> None:
    before = library.branches(project)
    change(library, statement)
    assert library.repair().repaired_row_ids[0] == f"branches/{project}/side/line"
    assert library.branches(project) == before
    assert library.check().damages == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ref_moves SET reason = 'x'",
        "DELETE FROM ref_moves",
        "UPDATE ref_moves SET to_id = NULL WHERE branch = 'side/line'",
    ],
)
def test_a_branch_whose_moves_are_damaged_too_is_not_guessed(
    library: Library, project: str, statement: str
) -> None:
    change(library, "UPDATE branches SET content_hash = 5 WHERE name = 'side/line'")
    change(library, statement)
    assert library.repair().repaired_row_ids == ()


def test_a_row_that_another_one_stands_in_the_way_of_stays_damaged(library: Library, project: str) -> None:
    backup = library.back_up()
    other = library.create_repository("Other").repository_id
    change(library, f"UPDATE repositories SET name_key = 'x' WHERE repository_id = '{project}'")
    change(library, f"UPDATE repositories SET name_key = 'night' WHERE repository_id = '{other}'")
    assert library.repair(sources=[backup]).repaired_row_ids == ()


def test_words_are_made_anew_though_the_snapshot_is_gone_and_everything_older_is_then_kept(
    library: Library, project: str
) -> None:
    root = root_of(library, project)
    library.object_path(root.snapshot_object_id).unlink()
    change(library, "UPDATE commit_words SET words = 'x' WHERE sequence = 1")
    report = library.repair()
    assert report.still_missing_ids == (root.snapshot_object_id,)
    assert report.repaired_row_ids == (root.commit_id,)
    assert root in library.search("root")
    assert library.collect_garbage(grace=timedelta(0)).object_ids == ()
    assert library.verify_object(str(root.mixdown_object_id))


def test_unsaved_work_and_broken_references_are_not_put_back(library: Library, project: str) -> None:
    backup = library.back_up()
    change(library, "UPDATE repositories SET working_snapshot = x'00'")
    change(library, "UPDATE sounds SET object_id = 'x'")
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("UPDATE sounds SET n_channels = 99")
    assert library.repair(sources=[backup]).repaired_row_ids == ()


@pytest.mark.parametrize("statement", ["ALTER TABLE sounds DROP COLUMN content_hash", "DROP TABLE sounds"])
def test_a_backup_of_another_age_gives_no_rows_that_do_not_fit(
    library: Library, project: str, statement: str
) -> None:
    backup = library.back_up()
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute(statement)
    change(library, "UPDATE sounds SET n_frames = 11")
    assert library.repair(sources=[backup]).repaired_row_ids == ()
