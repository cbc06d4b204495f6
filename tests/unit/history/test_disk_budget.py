import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.history.drafts import RECIPE

from infinite_studio.history.columns import DamagedRowError
from infinite_studio.history.library import Library, LibraryReadOnlyError, MissingObjectError
from infinite_studio.history.reports import GarbageReport
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import Commit, CommitDraft, StemRecord, WorkingState
from infinite_studio.music.stems import StemType


@pytest.fixture
def project(library: Library) -> str:
    return library.create_repository("Night").repository_id


def put(library: Library, data: bytes) -> str:
    return library.put_bytes(data, "audio/flac").object_id


def commit(library: Library, project: str, *stems: StemRecord) -> Commit:
    head = library.head(project)
    draft = CommitDraft("", Snapshot({}, frozenset(stem.object_id for stem in stems)), stems=stems)
    return library.commit(
        project, draft, branch="main", expected_head=None if head is None else head.commit_id
    )


def stem(library: Library, data: bytes, seed: int = 7, **changes: object) -> StemRecord:
    return StemRecord(
        StemType.DRUMS,
        "Drums",
        put(library, data),
        replace(RECIPE, seed=seed, input_object_ids=(), **changes),
    )


def size(library: Library) -> int:
    return sum(path.stat().st_size for path in (library.folder / "objects").rglob("*") if path.is_file())


def test_the_largest_and_then_the_oldest_verified_renders_go_first(library: Library, project: str) -> None:
    small, big, wrong, equal = (stem(library, data) for data in (b"a" * 50, b"b" * 99, b"c" * 500, b"d" * 50))
    unknown = replace(stem(library, b"e" * 400), recipe=None)
    commit(library, project, small, big, wrong, equal, unknown)
    commit(library, project)
    before = size(library)
    asked: list[StemRecord] = []

    def verified(record: StemRecord) -> bool:
        asked.append(record)
        return record.object_id != wrong.object_id

    report = library.drop_reproducible(before - 100, verified)
    assert report == GarbageReport((big.object_id, small.object_id), 149, 0)
    assert asked == [wrong, big, small]
    assert size(library) == before - 149
    assert library.stored_object(big.object_id).is_absent
    assert not library.stored_object(equal.object_id).is_absent
    assert library.check().damages == ()


def test_a_dry_run_drops_nothing(library: Library, project: str) -> None:
    old = stem(library, b"a" * 50)
    commit(library, project, old)
    commit(library, project)
    assert library.drop_reproducible(0, lambda _: True, dry_run=True).object_ids == (old.object_id,)
    assert library.verify_object(old.object_id)
    with Library.open(library.folder, writable=False) as looking:
        assert looking.drop_reproducible(0, lambda _: True, dry_run=True).bytes_freed == 50
        with pytest.raises(LibraryReadOnlyError):
            looking.drop_reproducible(0, lambda _: True)


def test_a_library_within_its_budget_is_left_alone(library: Library, project: str) -> None:
    commit(library, project, stem(library, b"a" * 50))
    commit(library, project)
    asked: list[StemRecord] = []
    assert library.drop_reproducible(10_000, lambda record: not asked.append(record)).object_ids == ()
    assert asked == []


def test_a_dropped_render_comes_back_by_making_it_again(library: Library, project: str) -> None:
    old = stem(library, b"a" * 50)
    first = commit(library, project, old)
    commit(library, project)
    library.drop_reproducible(0, lambda _: True)
    with pytest.raises(MissingObjectError):
        library.read_object(old.object_id)
    assert library.commit_of(first.commit_id) == first
    assert library.size_bytes() > 0
    put(library, b"a" * 50)
    assert library.verify_commit(first.commit_id)
    assert not library.stored_object(old.object_id).is_absent


@pytest.mark.parametrize("where", ["tip", "working", "sound", "kept", "input"])
def test_what_is_needed_now_is_never_dropped(library: Library, project: str, where: str) -> None:
    needed = stem(library, b"a" * 50)
    commit(library, project, needed)
    keep: frozenset[str] = frozenset()
    if where == "tip":
        commit(library, project, stem(library, b"a" * 50, seed=8))
    else:
        commit(library, project)
    if where == "working":
        library.save_working(project, WorkingState(Snapshot({}, frozenset({needed.object_id}))))
    elif where == "sound":
        library.add_sound("x", needed.object_id, sample_rate=1, n_channels=1, n_frames=1)
    elif where == "kept":
        keep = frozenset({needed.object_id})
    elif where == "input":
        using = stem(library, b"b" * 10)
        recipe = replace(RECIPE, input_object_ids=(needed.object_id,))
        commit(library, project, replace(using, recipe=recipe))
    assert needed.object_id not in library.drop_reproducible(0, lambda _: True, keep=keep).object_ids
    assert library.verify_object(needed.object_id)


def test_what_became_needed_while_recipes_were_verified_is_not_dropped(
    library: Library, project: str
) -> None:
    old = stem(library, b"a" * 50)
    commit(library, project, old)
    commit(library, project)

    def verified(record: StemRecord) -> bool:
        commit(library, project, old)
        return True

    assert library.drop_reproducible(0, verified) == GarbageReport((), 0, 0)
    assert library.verify_object(old.object_id)


def test_what_was_collected_while_recipes_were_verified_is_not_counted(
    library: Library, project: str
) -> None:
    root = commit(library, project, stem(library, b"z" * 10))
    library.create_branch(project, "side", root.commit_id)
    old = stem(library, b"a" * 50)
    draft = CommitDraft("", Snapshot({}, frozenset({old.object_id})), stems=(old,))
    library.commit(project, draft, branch="side", expected_head=root.commit_id)

    def verified(_: StemRecord) -> bool:
        library.delete_branch(project, "side")
        library.collect_garbage(grace=timedelta(0))
        return True

    assert library.drop_reproducible(0, verified).object_ids == ()
    assert library.check().damages == ()


def test_a_stem_of_several_commits_is_asked_for_once_per_recipe(library: Library, project: str) -> None:
    old = stem(library, b"a" * 50)
    commit(library, project, old)
    commit(library, project, old, stem(library, b"a" * 50, seed=9))
    commit(library, project)
    asked: list[StemRecord] = []
    library.drop_reproducible(0, lambda record: bool(asked.append(record)))
    assert [record.recipe.seed for record in asked] == [7, 9]


@pytest.mark.parametrize(
    "statement", ["UPDATE stems SET recipe = '{}'", "UPDATE stems SET stem_type = 'no such stem'"]
)
def test_a_damaged_stem_stops_the_dropping(library: Library, project: str, statement: str) -> None:
    commit(library, project, stem(library, b"a" * 50))
    commit(library, project)
    with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
        connection.execute(statement)
    with pytest.raises(DamagedRowError):
        library.drop_reproducible(0, lambda _: True)
