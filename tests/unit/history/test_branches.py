import pytest
from tests.unit.history.drafts import commit_on

from infinite_studio.history.library import (
    BranchMovedError,
    DuplicateNameError,
    InvalidNameError,
    Library,
    UnknownBranchError,
    UnknownCommitError,
    UnknownRepositoryError,
)
from infinite_studio.history.values import BranchInfo


@pytest.fixture
def project(library: Library) -> str:
    return library.create_repository("Night").repository_id


def test_a_branch_starts_at_any_commit_and_grows_on_its_own(library: Library, project: str) -> None:
    root, tip = (commit_on(library, project, content) for content in "ab")
    assert library.create_branch(project, "slower", root.commit_id) == BranchInfo("slower", root.commit_id)
    assert library.repository(project).current_branch == "main"
    grown = commit_on(library, project, "c", branch="slower")
    assert grown.parent_ids == (root.commit_id,)
    assert library.branches(project) == (
        BranchInfo("main", tip.commit_id),
        BranchInfo("slower", grown.commit_id),
    )
    assert library.branch(project, "slower") == BranchInfo("slower", grown.commit_id)


def test_the_current_branch_decides_the_head(library: Library, project: str) -> None:
    root, tip = (commit_on(library, project, content) for content in "ab")
    library.create_branch(project, "old", root.commit_id)
    assert library.head(project) == tip
    assert library.set_current_branch(project, "old").current_branch == "old"
    assert library.head(project) == root
    with pytest.raises(UnknownBranchError):
        library.set_current_branch(project, "nowhere")
    assert library.repository(project).current_branch == "old"


def test_a_branch_moves_only_from_where_it_is_expected(library: Library, project: str) -> None:
    root, tip = (commit_on(library, project, content) for content in "ab")
    assert (
        library.move_branch(project, "main", to=root.commit_id, expected=tip.commit_id).commit_id
        == root.commit_id
    )
    with pytest.raises(BranchMovedError) as caught:
        library.move_branch(project, "main", to=tip.commit_id, expected=tip.commit_id)
    assert (caught.value.expected, caught.value.actual) == (tip.commit_id, root.commit_id)
    assert library.branch(project, "main").commit_id == root.commit_id
    assert library.log(project) == (tip, root)
    assert library.log(project, branch="main") == (root,)


def test_a_branch_never_points_outside_its_project(library: Library, project: str) -> None:
    own = commit_on(library, project)
    other = library.create_repository("Other").repository_id
    foreign = commit_on(library, other, "x")
    with pytest.raises(UnknownCommitError):
        library.create_branch(project, "stolen", foreign.commit_id)
    with pytest.raises(UnknownCommitError):
        library.move_branch(project, "main", to=foreign.commit_id, expected=own.commit_id)
    fork = library.fork(own.commit_id, "Fork").repository_id
    assert library.create_branch(fork, "inherited", own.commit_id).commit_id == own.commit_id


def test_taken_and_forbidden_branch_names_are_refused(library: Library, project: str) -> None:
    commit = commit_on(library, project)
    with pytest.raises(DuplicateNameError):
        library.create_branch(project, "main", commit.commit_id)
    with pytest.raises(InvalidNameError):
        library.create_branch(project, "two words", commit.commit_id)
    with pytest.raises(InvalidNameError):
        commit_on(library, library.create_repository("New").repository_id, branch="-x")


def test_unknown_places_are_named(library: Library, project: str) -> None:
    commit = commit_on(library, project)
    for ask in (
        lambda: library.branches("nobody"),
        lambda: library.branch("nobody", "main"),
        lambda: library.head("nobody"),
        lambda: library.create_branch("nobody", "x", commit.commit_id),
        lambda: library.set_current_branch("nobody\udcff", "main"),
    ):
        with pytest.raises(UnknownRepositoryError):
            ask()
    with pytest.raises(UnknownBranchError) as caught:
        library.branch(project, "odd\udcff")
    assert caught.value.name == "odd\udcff"
    with pytest.raises(UnknownBranchError):
        library.move_branch(project, "odd", to=commit.commit_id, expected=commit.commit_id)
