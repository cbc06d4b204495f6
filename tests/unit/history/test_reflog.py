from dataclasses import astuple

import pytest
from tests.unit.history.drafts import commit_on

from infinite_studio.history.library import (
    BranchMovedError,
    CurrentBranchError,
    Library,
    UnknownBranchError,
    UnknownRepositoryError,
)


def moves(library: Library, repository_id: str) -> list[tuple[object, ...]]:
    return [(*astuple(move)[:3], move.reason) for move in reversed(library.reflog(repository_id))]


def test_every_move_of_a_ref_is_written_down(library: Library) -> None:
    project = library.create_repository("Night").repository_id
    a, b = (commit_on(library, project, content).commit_id for content in "ab")
    library.create_branch(project, "old", a)
    library.move_branch(project, "old", to=b, expected=a)
    library.delete_branch(project, "old", expected=b)
    library.create_tag(project, "x", a)
    library.delete_tag(project, "x")
    fork = library.fork(a, "Fork").repository_id
    assert moves(library, project) == [
        ("main", None, a, "commit"),
        ("main", a, b, "commit"),
        ("old", None, a, "branch"),
        ("old", a, b, "move"),
        ("old", b, None, "delete"),
        ("tags/x", None, a, "tag"),
        ("tags/x", a, None, "delete"),
    ]
    assert moves(library, fork) == [("main", None, a, "fork")]
    times = [move.time for move in library.reflog(project)]
    assert times == sorted(times, reverse=True)
    assert len(library.reflog(project, limit=2)) == 2
    with pytest.raises(UnknownRepositoryError):
        library.reflog("nobody")


def test_what_was_refused_did_not_move(library: Library) -> None:
    project = library.create_repository("Night").repository_id
    a = commit_on(library, project).commit_id
    before = library.reflog(project)
    with pytest.raises(BranchMovedError):
        library.move_branch(project, "main", to=a, expected="f" * 64)
    assert library.reflog(project) == before


def test_any_branch_but_the_current_one_can_be_removed(library: Library) -> None:
    project = library.create_repository("Night").repository_id
    made = commit_on(library, project)
    library.create_branch(project, "kept/2026-11-20", made.commit_id)
    with pytest.raises(CurrentBranchError) as caught:
        library.delete_branch(project, "main")
    assert caught.value.name == "main"
    with pytest.raises(BranchMovedError):
        library.delete_branch(project, "kept/2026-11-20", expected="f" * 64)
    library.delete_branch(project, "kept/2026-11-20")
    assert [branch.name for branch in library.branches(project)] == ["main"]
    with pytest.raises(UnknownBranchError):
        library.delete_branch(project, "kept/2026-11-20")
    assert library.commit_of(made.commit_id) == made
