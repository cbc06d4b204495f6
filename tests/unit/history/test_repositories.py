import pytest
from tests.unit.history.drafts import commit_on

from infinite_studio.history.library import (
    DuplicateNameError,
    InvalidNameError,
    Library,
    UnknownCommitError,
    UnknownRepositoryError,
)
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import BranchInfo, User, WorkingState

ODD_NAMES = [
    "🎹" * 64,
    "\u202eevil",
    "a\nb",
    "-dash",
    "CON",
    "Ca\u0301f\u00e9",
    "k\udcff\udc80\x1a",
    "nul\x00x",
]


def test_a_new_project_is_empty_and_on_main(library: Library) -> None:
    made = library.create_repository("  Night drive ")
    assert made.name == "Night drive"
    assert made.current_branch == "main"
    assert made.forked_from is None
    assert not made.is_public
    assert made.created.utcoffset() is not None
    assert library.head(made.repository_id) is None
    assert library.branches(made.repository_id) == ()
    assert library.log(made.repository_id) == ()
    assert library.working(made.repository_id) is None


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_come_back_exactly(library: Library, name: str) -> None:
    made = library.create_repository(name)
    assert made.name == name
    assert library.repository(name) == made
    assert library.repositories() == (made,)


@pytest.mark.parametrize("same", ["Night", "NIGHT ", "night"])
def test_two_projects_never_have_the_same_name(library: Library, same: str) -> None:
    library.create_repository("night")
    with pytest.raises(DuplicateNameError) as caught:
        library.create_repository(same)
    assert caught.value.name == same.strip()
    assert len(library.repositories()) == 1


def test_an_empty_name_is_refused(library: Library) -> None:
    with pytest.raises(InvalidNameError):
        library.create_repository(" ")


def test_projects_are_found_by_id_and_by_name(library: Library) -> None:
    made = library.create_repository("Night")
    assert library.repository(made.repository_id) == made
    assert library.repository(" nIGHT") == made
    with pytest.raises(UnknownRepositoryError) as caught:
        library.repository("Day")
    assert caught.value.name_or_id == "Day"


def test_the_project_used_last_comes_first(library: Library) -> None:
    first, second, third = (library.create_repository(name) for name in ("first", "second", "third"))
    assert [found.name for found in library.repositories()] == ["third", "second", "first"]
    commit_on(library, first.repository_id)
    library.save_working(second.repository_id, WorkingState(Snapshot({}, frozenset())))
    assert [found.name for found in library.repositories()] == ["second", "first", "third"]
    assert third in library.repositories()


def test_renaming_keeps_the_identity_and_frees_the_old_name(library: Library) -> None:
    made = library.create_repository("Night")
    renamed = library.rename_repository(made.repository_id, "NIGHT drive")
    assert renamed.repository_id == made.repository_id
    assert library.rename_repository(made.repository_id, "Night Drive").name == "Night Drive"
    other = library.create_repository("Night")
    with pytest.raises(DuplicateNameError):
        library.rename_repository(other.repository_id, "night drive")
    with pytest.raises(UnknownRepositoryError):
        library.rename_repository("nobody", "x")


def test_a_project_can_be_marked_public(library: Library) -> None:
    made = library.create_repository("Night")
    assert library.set_public(made.repository_id, is_public=True).is_public
    assert library.repository("Night").is_public
    assert not library.set_public(made.repository_id, is_public=False).is_public


def test_a_fork_goes_on_from_any_commit_and_shares_its_history(library: Library) -> None:
    origin = library.create_repository("Origin")
    commits = [commit_on(library, origin.repository_id, f"kick {n}") for n in range(3)]
    size_before = library.size_bytes()
    fork = library.fork(commits[1].commit_id, "Fork")
    assert library.size_bytes() - size_before < 50_000
    assert fork.forked_from == commits[1].commit_id
    assert library.branches(fork.repository_id) == (BranchInfo("main", commits[1].commit_id),)
    assert library.head(fork.repository_id) == commits[1]
    assert library.log(fork.repository_id) == (commits[1], commits[0])
    own = commit_on(library, fork.repository_id, "clap")
    assert own.parent_ids == (commits[1].commit_id,)
    assert library.log(fork.repository_id) == (own, commits[1], commits[0])
    assert library.log(origin.repository_id) == tuple(reversed(commits))


def test_a_fork_of_a_fork_contains_both_origins(library: Library) -> None:
    first = library.create_repository("first")
    a = commit_on(library, first.repository_id, "a")
    second = library.fork(a.commit_id, "second")
    b = commit_on(library, second.repository_id, "b")
    third = library.fork(b.commit_id, "third")
    c = commit_on(library, third.repository_id, "c")
    assert library.log(third.repository_id) == (c, b, a)
    assert library.commit_of(a.short_id, third.repository_id) == a


def test_forking_an_unknown_commit_makes_nothing(library: Library) -> None:
    with pytest.raises(UnknownCommitError):
        library.fork("f" * 64, "Fork")
    assert library.repositories() == ()


def test_unsaved_work_is_kept_with_its_base_and_can_be_forgotten(library: Library) -> None:
    made = library.create_repository("Night")
    base = commit_on(library, made.repository_id)
    state = WorkingState(Snapshot({"tracks": [1, 2.5, "\udcff"]}, frozenset({"a" * 64})), base.commit_id)
    library.save_working(made.repository_id, state)
    assert library.working(made.repository_id) == state
    library.save_working(made.repository_id, None)
    assert library.working(made.repository_id) is None


def test_unsaved_work_cannot_hang_on_an_unknown_commit(library: Library) -> None:
    made = library.create_repository("Night")
    with pytest.raises(UnknownCommitError):
        library.save_working(made.repository_id, WorkingState(Snapshot({}, frozenset()), "f" * 64))
    with pytest.raises(UnknownRepositoryError):
        library.save_working("nobody", None)


def test_a_changed_user_leaves_old_commits_alone(library: Library) -> None:
    made = library.create_repository("Night")
    assert library.user().name
    library.set_user(User(" Ada\udcff ", " ada@example.org "))
    assert library.user() == User("Ada\udcff", "ada@example.org")
    old = commit_on(library, made.repository_id, "a")
    library.set_user(User("Grace"))
    new = commit_on(library, made.repository_id, "b")
    library.set_user(User("Ada\udcff", "ada@example.org"))
    assert library.user().name == "Ada\udcff"
    assert library.commit_of(old.commit_id).author == User("Ada\udcff", "ada@example.org")
    assert library.commit_of(new.commit_id).author == User("Grace")
    with pytest.raises(InvalidNameError):
        library.set_user(User(" "))
