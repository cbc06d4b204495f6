import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.history.drafts import RECIPE, commit_on, draft_of
from tests.unit.history.hands import change

from infinite_studio.history import commits
from infinite_studio.history.columns import DamagedRowError
from infinite_studio.history.library import (
    AmbiguousCommitError,
    BranchMovedError,
    DamagedCommitError,
    DamagedObjectError,
    Library,
    MissingObjectError,
    UnknownBranchError,
    UnknownCommitError,
    UnknownRepositoryError,
)
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import CommitDraft, User


@pytest.fixture
def project(library: Library) -> str:
    return library.create_repository("Night").repository_id


def test_a_commit_keeps_everything_the_draft_says(library: Library, project: str) -> None:
    library.set_user(User("Ada", "ada@example.org"))
    draft = draft_of(library, message="Später 🎹\n\udcff")
    before = datetime.now(UTC)
    made = library.commit(project, draft, branch="main", expected_head=None)
    assert before <= made.created <= datetime.now(UTC)
    assert re.fullmatch("[0-9a-f]{64}", made.commit_id)
    assert made.short_id == made.commit_id[:8]
    assert made.parent_ids == ()
    assert made.author == User("Ada", "ada@example.org")
    assert made.message == draft.message
    assert (made.tempo_bpm, made.key) == (140.0, "F minor")
    assert made.mixdown_object_id == draft.mixdown_object_id
    assert made.stems == draft.stems
    assert made.stems[0].recipe == RECIPE
    assert library.commit_of(made.commit_id) == made
    assert library.snapshot(made.commit_id) == draft.snapshot
    assert library.read_object(made.snapshot_object_id) == draft.snapshot.to_bytes()
    assert library.verify_commit(made.short_id)


def test_a_bare_draft_is_enough(library: Library, project: str) -> None:
    made = library.commit(
        project, CommitDraft("", Snapshot({}, frozenset())), branch="main", expected_head=None
    )
    assert (made.message, made.tempo_bpm, made.key, made.stems) == ("", None, None, ())
    assert library.verify_commit(made.commit_id)


def test_the_first_commit_makes_the_branch_it_names(library: Library, project: str) -> None:
    made = commit_on(library, project, branch="idea")
    assert library.repository(project).current_branch == "idea"
    assert library.head(project) == made


def test_a_commit_on_a_branch_that_moved_is_refused_and_changes_nothing(
    library: Library, project: str
) -> None:
    first = commit_on(library, project, "a")
    second = commit_on(library, project, "b")
    for expected in (None, first.commit_id, "f" * 64):
        with pytest.raises(BranchMovedError) as caught:
            library.commit(project, draft_of(library, "c"), branch="main", expected_head=expected)
        assert (caught.value.expected, caught.value.actual) == (expected, second.commit_id)
    assert library.log(project) == (second, first)


def test_a_commit_on_a_missing_branch_is_refused(library: Library, project: str) -> None:
    with pytest.raises(BranchMovedError):
        library.commit(project, draft_of(library), branch="main", expected_head="f" * 64)
    tip = commit_on(library, project)
    for expected in (None, tip.commit_id):
        with pytest.raises(UnknownBranchError):
            library.commit(project, draft_of(library, "b"), branch="other", expected_head=expected)
    with pytest.raises(UnknownRepositoryError):
        library.commit("nobody", draft_of(library), branch="main", expected_head=None)


def test_every_object_of_a_draft_must_be_there(library: Library, project: str) -> None:
    draft = draft_of(library)
    absent = "e" * 64
    wrong = (
        replace(draft, mixdown_object_id=absent),
        replace(draft, stems=(replace(draft.stems[0], object_id=absent),)),
        replace(draft, snapshot=Snapshot({}, frozenset({absent}))),
        replace(draft, snapshot=Snapshot({}, frozenset({"../../library.db"}))),
    )
    for each in wrong:
        with pytest.raises(MissingObjectError):
            library.commit(project, each, branch="main", expected_head=None)
    assert library.log(project) == ()
    assert library.head(project) is None


def test_an_object_that_has_a_file_but_no_row_is_not_enough(library: Library, project: str) -> None:
    draft = draft_of(library)
    change(library, "DELETE FROM objects WHERE object_id = ?", draft.mixdown_object_id)
    with pytest.raises(MissingObjectError):
        library.commit(project, draft, branch="main", expected_head=None)


def test_equal_commits_in_the_same_microsecond_still_differ(
    library: Library, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    monkeypatch.setattr(commits, "now", lambda: moment)
    other = library.create_repository("Other").repository_id
    draft = draft_of(library)
    first = library.commit(project, draft, branch="main", expected_head=None)
    second = library.commit(other, draft, branch="main", expected_head=None)
    assert first.created == moment
    assert second.created == moment + timedelta(microseconds=1)
    assert first.commit_id != second.commit_id


def test_a_clock_that_goes_back_does_not_disorder_the_history(
    library: Library, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for day in (20, 10, 15):
        monkeypatch.setattr(commits, "now", lambda day=day: datetime(2026, 11, day, tzinfo=UTC))
        made.append(commit_on(library, project, str(day)))
    assert library.log(project) == tuple(reversed(made))
    assert library.log(project, branch="main") == tuple(reversed(made))


def test_the_log_comes_in_pages(library: Library, project: str) -> None:
    made = [commit_on(library, project, str(number)) for number in range(7)]
    newest_first = tuple(reversed(made))
    for branch in (None, "main"):
        pages = [library.log(project, branch=branch, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
        assert sum(pages, ()) == newest_first
        assert [len(page) for page in pages] == [3, 3, 1, 0]
    with pytest.raises(UnknownBranchError):
        library.log(project, branch="nowhere")


def test_the_log_of_a_project_shows_all_branches_and_that_of_a_branch_only_its_own(
    library: Library, project: str
) -> None:
    root = commit_on(library, project, "root")
    library.create_branch(project, "left", root.commit_id)
    right = commit_on(library, project, "right")
    left = commit_on(library, project, "left", branch="left")
    assert library.log(project) == (left, right, root)
    assert library.log(project, branch="left") == (left, root)
    assert library.log(project, branch="main") == (right, root)


def test_a_commit_is_found_by_the_beginning_of_its_id(library: Library, project: str) -> None:
    made = commit_on(library, project)
    for text in (made.commit_id, made.short_id, made.commit_id[:4], f" {made.short_id.upper()} "):
        assert library.commit_of(text) == made
        assert library.commit_of(text, project) == made
    for text in ("", made.commit_id[:3], "main", "g" * 8, "%", made.commit_id + "0", "\udcff" * 8):
        with pytest.raises(UnknownCommitError) as caught:
            library.commit_of(text)
        assert caught.value.commit_id == text


def test_a_commit_of_another_project_is_unknown_here(library: Library, project: str) -> None:
    other = library.create_repository("Other").repository_id
    foreign = commit_on(library, other)
    with pytest.raises(UnknownCommitError):
        library.commit_of(foreign.short_id, project)
    with pytest.raises(UnknownRepositoryError):
        library.commit_of(foreign.short_id, "nobody")


def test_an_ambiguous_beginning_names_the_candidates(
    library: Library, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = ["abcd1" + "0" * 59, "abcd2" + "0" * 59, "abce0" + "0" * 59]
    for chosen in ids:
        monkeypatch.setattr(commits, "content_id", lambda _, chosen=chosen: chosen)
        commit_on(library, project, chosen)
    with pytest.raises(AmbiguousCommitError) as caught:
        library.commit_of("abcd")
    assert sorted(caught.value.candidates) == ["abcd1000", "abcd2000"]
    assert library.commit_of("abcd2").commit_id == ids[1]
    assert library.commit_of("abce").commit_id == ids[2]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE commits SET message = 'other'",
        "UPDATE commits SET tempo_bpm = 140.00000000000003",
        "UPDATE commits SET key = NULL",
        "UPDATE commits SET created = '2020-01-01T00:00:00.000000+00:00'",
        "UPDATE commits SET created = 'yesterday'",
        "UPDATE commits SET mixdown_object_id = NULL",
        "UPDATE commits SET snapshot_object_id = mixdown_object_id",
        "UPDATE users SET name = 'Mallory'",
        "UPDATE users SET email = 'm@example.org'",
        "UPDATE stems SET name = 'Bass'",
        "UPDATE stems SET stem_type = 'bass'",
        "UPDATE stems SET stem_type = 'no such stem'",
        "UPDATE stems SET recipe = NULL",
        "UPDATE stems SET recipe = '{'",
        "UPDATE stems SET recipe = '[]'",
        "UPDATE stems SET recipe = replace(recipe, '\"seed\":7', '\"seed\":8')",
        "DELETE FROM stems",
    ],
)
def test_a_damaged_row_is_noticed(library: Library, project: str, statement: str) -> None:
    made = commit_on(library, project)
    change(library, statement)
    assert not library.verify_commit(made.commit_id)
    with pytest.raises((DamagedCommitError, DamagedRowError)) as caught:
        library.snapshot(made.commit_id)
    assert caught.value.hint


def test_a_lost_parent_is_noticed(library: Library, project: str) -> None:
    first, second = (commit_on(library, project, content) for content in "ab")
    change(library, "DELETE FROM commit_parents")
    assert library.verify_commit(first.commit_id)
    assert not library.verify_commit(second.commit_id)


def test_damage_in_one_commit_leaves_others_readable(library: Library, project: str) -> None:
    first, second = (commit_on(library, project, content) for content in "ab")
    change(library, "UPDATE commits SET message = 'x' WHERE commit_id = ?", second.commit_id)
    assert library.snapshot(first.commit_id).document["name"] == "a"
    assert [found.commit_id for found in library.log(project)] == [second.commit_id, first.commit_id]


def test_a_damaged_or_lost_object_fails_the_check_of_its_commit(library: Library, project: str) -> None:
    made = commit_on(library, project)
    assert made.mixdown_object_id is not None
    sound = library.object_path(made.mixdown_object_id)
    sound.write_bytes(b"KICK")
    assert not library.verify_commit(made.commit_id)
    sound.unlink()
    assert not library.verify_commit(made.commit_id)
    library.put_bytes(b"kick", "audio/flac")
    assert library.verify_commit(made.commit_id)
    library.object_path(made.snapshot_object_id).write_bytes(b"{}")
    assert not library.verify_commit(made.commit_id)
    with pytest.raises(DamagedObjectError):
        library.snapshot(made.commit_id)
