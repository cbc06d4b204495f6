import pytest
from tests.unit.history.drafts import commit_on

from infinite_studio.history.library import (
    DuplicateNameError,
    InvalidNameError,
    Library,
    UnknownCommitError,
    UnknownRepositoryError,
    UnknownTagError,
)
from infinite_studio.history.values import TagInfo


@pytest.fixture
def project(library: Library) -> str:
    return library.create_repository("Night").repository_id


def test_a_tag_stays_where_it_was_made(library: Library, project: str) -> None:
    first = commit_on(library, project, "a")
    assert library.create_tag(project, "first-mix", first.commit_id) == TagInfo("first-mix", first.commit_id)
    commit_on(library, project, "b")
    library.create_tag(project, "a/b", first.commit_id)
    assert library.tags(project) == (
        TagInfo("a/b", first.commit_id),
        TagInfo("first-mix", first.commit_id),
    )


def test_a_tag_may_be_called_like_a_branch_but_not_like_a_tag(library: Library, project: str) -> None:
    made = commit_on(library, project)
    library.create_tag(project, "main", made.commit_id)
    with pytest.raises(DuplicateNameError):
        library.create_tag(project, "main", made.commit_id)
    with pytest.raises(InvalidNameError):
        library.create_tag(project, "two words", made.commit_id)


def test_tags_belong_to_one_project(library: Library, project: str) -> None:
    other = library.create_repository("Other").repository_id
    foreign = commit_on(library, other)
    with pytest.raises(UnknownCommitError):
        library.create_tag(project, "x", foreign.commit_id)
    library.create_tag(other, "x", foreign.commit_id)
    assert library.tags(project) == ()
    for ask in (
        lambda: library.tags("nobody"),
        lambda: library.create_tag("nobody", "x", foreign.commit_id),
        lambda: library.delete_tag("nobody", "x"),
    ):
        with pytest.raises(UnknownRepositoryError):
            ask()


def test_a_removed_tag_is_free_again_and_the_commit_stays(library: Library, project: str) -> None:
    made = commit_on(library, project)
    library.create_tag(project, "x", made.commit_id)
    library.delete_tag(project, "x")
    assert library.tags(project) == ()
    assert library.commit_of(made.commit_id) == made
    with pytest.raises(UnknownTagError) as caught:
        library.delete_tag(project, "x")
    assert caught.value.name == "x"
    library.create_tag(project, "x", made.commit_id)
