"""What a library remembers of a large history is what it would find anew."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.history.drafts import commit_on, draft_of

from infinite_studio.history.library import Library


@pytest.fixture
def project(library: Library) -> str:
    return library.create_repository("Night").repository_id


def lose_the_newest(library: Library, project: str) -> None:
    """Collect what only a branch that is removed led to."""
    library.delete_branch(project, "side")
    assert library.collect_garbage(grace=timedelta(0)).commit_ids != ()


@pytest.fixture
def branched(library: Library, project: str) -> Iterator[str]:
    root = commit_on(library, project, "root")
    library.create_branch(project, "side", root.commit_id)
    for content in "ab":
        commit_on(library, project, content, branch="side")
    assert library.count_commits(project) == 3
    return project


def test_commits_that_were_collected_are_not_counted(library: Library, branched: str) -> None:
    lose_the_newest(library, branched)
    assert library.count_commits(branched) == 1
    commit_on(library, branched, "c")
    assert library.count_commits(branched) == 2


def test_a_place_that_is_taken_again_is_another_commit(library: Library, branched: str) -> None:
    with library._database.reading() as session:
        lose_the_newest(library, branched)
        library._remembered.count_own(session, branched)
    for content in "cde":
        commit_on(library, branched, content)
    assert library.count_commits(branched) == 4


def test_a_count_that_a_removal_overtook_is_not_kept(library: Library, branched: str) -> None:
    remembered = library._remembered
    remembered.forget_counts()
    with library._database.reading() as session:
        ask = session.execute

        def slow(*arguments: object) -> object:
            remembered.forget_counts()
            return ask(*arguments)

        session.execute = slow
        assert remembered.count_own(session, branched) == 3
    assert remembered._counts == {}


def test_one_who_only_looks_counts_what_the_writer_left(library: Library, branched: str) -> None:
    with Library.open(library.folder, writable=False) as looking:
        assert looking.count_commits(branched) == 3
        lose_the_newest(library, branched)
        commit_on(library, branched, "c")
        assert looking.count_commits(branched) == 2


def test_a_fork_lists_each_commit_once_from_any_place(library: Library, project: str) -> None:
    for content in "abc":
        commit_on(library, project, content)
    tip = library.log(project)[0]
    fork = library.fork(tip.commit_id, "Fork").repository_id
    own = [commit_on(library, fork, content) for content in "de"]
    commit_on(library, project, "not in the fork")
    whole = library.log(fork)
    assert whole[:2] == tuple(reversed(own))
    assert library.count_commits(fork) == len(whole) == 5
    for place, commit in enumerate(whole):
        assert library.log(fork, before=commit.commit_id) == whole[place + 1 :]
        assert library.log(fork, offset=place, limit=2) == whole[place : place + 2]
    later = library.fork(commit_on(library, project, "later").commit_id, "Later").repository_id
    draft = draft_of(library, "merged")
    library.commit(later, draft, branch="main", expected_head=library.branch(later, "main").commit_id)
    assert library.count_commits(later) == 6


def test_what_a_project_goes_on_from_grows_with_a_merge(
    library: Library, project: str, tmp_path: Path
) -> None:
    commit_on(library, project, "own")
    other = library.create_repository("Other").repository_id
    commit_on(library, other, "a")
    fork = library.fork(library.log(other)[0].commit_id, "Fork").repository_id
    assert library.count_commits(fork) == 1
    library.export_bundle(project, tmp_path / "x.studio")
    commit_on(library, other, "b")
    newest = library.log(other)[0].commit_id
    draft = draft_of(library, "merged")
    head = library.branch(fork, "main").commit_id
    library.commit(
        fork,
        type(draft)(draft.message, draft.snapshot, extra_parent_ids=(newest,)),
        branch="main",
        expected_head=head,
    )
    assert library.count_commits(fork) == len(library.log(fork)) == 3


def test_commits_at_hand_are_not_read_again(library: Library, project: str) -> None:
    first = commit_on(library, project, "a")
    known = {first.commit_id: first}
    second = commit_on(library, project, "b")
    found = library.log(project, known=known)
    assert found == (second, first)
    assert found[1] is first
    shutil.rmtree(library.folder / "objects")
    assert library.log(project, known=known) == found
