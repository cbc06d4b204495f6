from dataclasses import replace

import pytest
from tests.unit.history.drafts import commit_on, draft_of

from infinite_studio.history.library import (
    Library,
    UnknownCommitError,
    UnknownRepositoryError,
    UnrelatedCommitsError,
)
from infinite_studio.history.values import Commit


@pytest.fixture
def project(library: Library) -> str:
    return library.create_repository("Night").repository_id


def merge(library: Library, project: str, branch: str, *others: str) -> Commit:
    tip = library.branch(project, branch).commit_id
    draft = replace(draft_of(library, f"merge {tip} {others}"), extra_parent_ids=others)
    return library.commit(project, draft, branch=branch, expected_head=tip)


def test_a_merge_has_the_tip_and_the_others_as_parents(library: Library, project: str) -> None:
    root = commit_on(library, project, "root")
    library.create_branch(project, "left", root.commit_id)
    left = commit_on(library, project, "left", branch="left")
    right = commit_on(library, project, "right")
    merged = merge(library, project, "main", left.commit_id)
    assert merged.parent_ids == (right.commit_id, left.commit_id)
    assert library.commit_of(merged.commit_id) == merged
    assert library.verify_commit(merged.commit_id)
    assert library.log(project, branch="main") == (merged, right, left, root)
    assert library.head(project) == merged


def test_a_parent_named_twice_counts_once(library: Library, project: str) -> None:
    root = commit_on(library, project, "root")
    assert merge(library, project, "main", root.commit_id, root.commit_id).parent_ids == (root.commit_id,)


def test_an_unknown_parent_is_refused_and_nothing_is_committed(library: Library, project: str) -> None:
    root = commit_on(library, project, "root")
    with pytest.raises(UnknownCommitError):
        merge(library, project, "main", "f" * 64)
    assert library.log(project) == (root,)


def test_a_merge_from_another_project_brings_its_history_along(library: Library, project: str) -> None:
    own = commit_on(library, project, "own")
    other = library.create_repository("Other").repository_id
    foreign = [commit_on(library, other, f"foreign {number}") for number in range(3)]
    with pytest.raises(UnknownCommitError):
        library.create_branch(project, "look", foreign[0].commit_id)
    merged = merge(library, project, "main", foreign[1].commit_id)
    assert library.log(project) == (merged, foreign[1], foreign[0], own)
    assert library.count_commits(project) == 4
    assert library.count_commits(other) == 3
    assert library.commit_of(foreign[0].short_id, project) == foreign[0]
    library.create_branch(project, "look", foreign[0].commit_id)
    with pytest.raises(UnknownCommitError):
        library.commit_of(foreign[2].short_id, project)
    assert library.check().damages == ()


def test_a_fork_merged_back_lists_every_commit_once(library: Library, project: str) -> None:
    root = commit_on(library, project, "root")
    fork = library.fork(root.commit_id, "Fork").repository_id
    forked = commit_on(library, fork, "forked")
    own = commit_on(library, project, "own")
    merged = merge(library, project, "main", forked.commit_id)
    assert library.log(project) == (merged, own, forked, root)
    assert library.count_commits(project) == 4
    assert library.log(fork) == (forked, root)


def test_descent_is_told(library: Library, project: str) -> None:
    a, b = (commit_on(library, project, content).commit_id for content in "ab")
    library.create_branch(project, "side", a)
    c = commit_on(library, project, "c", branch="side").commit_id
    lonely = commit_on(library, library.create_repository("Other").repository_id).commit_id
    assert library.is_ancestor(a, b)
    assert library.is_ancestor(a, a)
    assert not library.is_ancestor(b, a)
    assert not library.is_ancestor(b, c)
    assert library.merge_base(b, c) == a
    assert library.merge_base(a, b) == library.merge_base(b, a) == a
    assert library.merge_base(b, b) == b
    assert library.merge_base(b, lonely) is None
    assert tuple(library.ancestors(b)) == (b, a)
    merged = merge(library, project, "main", c).commit_id
    assert library.merge_base(merged, c) == c
    assert tuple(library.ancestors(merged)) == (merged, c, b, a)
    for ask in (
        lambda: library.is_ancestor(a, "f" * 64),
        lambda: library.is_ancestor("f" * 64, a),
        lambda: library.merge_base(a, "f" * 64),
        lambda: library.ancestors("f" * 64),
    ):
        with pytest.raises(UnknownCommitError):
            ask()
    with pytest.raises(UnknownRepositoryError):
        library.count_commits("nobody")


def test_what_grew_between_two_commits_holds_both_and_every_way_between(
    library: Library, project: str
) -> None:
    a, b = (commit_on(library, project, content).commit_id for content in "ab")
    library.create_branch(project, "side", b)
    c = commit_on(library, project, "c", branch="side").commit_id
    d = commit_on(library, project, "d").commit_id
    merged = merge(library, project, "main", c).commit_id
    assert library.commits_between(b, merged) == (merged, d, c, b)
    assert library.commits_between(None, c) == (c, b, a)
    assert library.commits_between(d, d) == (d,)
    with pytest.raises(UnrelatedCommitsError) as refused:
        library.commits_between(c, d)
    assert (refused.value.first_id, refused.value.last_id) == (c, d)
    with pytest.raises(UnknownCommitError):
        library.commits_between("f" * 64, d)


def test_of_two_crossed_merges_the_newest_common_commit_is_the_base(library: Library, project: str) -> None:
    root = commit_on(library, project, "root")
    library.create_branch(project, "side", root.commit_id)
    left, right = commit_on(library, project, "l"), commit_on(library, project, "r", branch="side")
    one = merge(library, project, "main", right.commit_id)
    two = merge(library, project, "side", left.commit_id)
    assert library.merge_base(one.commit_id, two.commit_id) == right.commit_id


@pytest.mark.parametrize("branch", [None, "main"])
@pytest.mark.parametrize("is_fork", [False, True])
def test_the_log_goes_on_before_any_commit(
    library: Library, project: str, branch: str | None, is_fork: bool
) -> None:
    for number in range(7):
        commit_on(library, project, str(number))
    if is_fork:
        project = library.fork(library.log(project)[1].commit_id, "Fork").repository_id
        commit_on(library, project, "own")
    whole = library.log(project, branch=branch)
    assert len(whole) == 7
    pages, before = [], None
    while page := library.log(project, branch=branch, limit=3, before=before):
        pages.append(page)
        before = page[-1].commit_id
    assert sum(pages, ()) == whole
    commit_on(library, project, "later")
    assert library.log(project, branch=branch, before=whole[2].commit_id) == whole[3:]
    assert library.log(project, branch=branch, before=whole[2].commit_id, offset=1, limit=2) == whole[4:6]
    with pytest.raises(UnknownCommitError):
        library.log(project, before="f" * 64)
