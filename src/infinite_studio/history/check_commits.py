"""Checking the commits: whether they hash to their ids, and whether what was derived from them still fits."""

import sqlite3
from collections.abc import Container, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from infinite_studio.errors import StudioError
from infinite_studio.history.check_state import CheckState
from infinite_studio.history.columns import iso_utc
from infinite_studio.history.commits import is_intact
from infinite_studio.history.database import Database
from infinite_studio.history.deriving import needed_ids
from infinite_studio.history.holdings import packed
from infinite_studio.history.models import CommitRow, EdgeRow, HoldingRow, WordsRow
from infinite_studio.history.objects import object_numbers
from infinite_studio.history.queries import commits_of_sequences
from infinite_studio.history.reports import DamageKind
from infinite_studio.history.searching import words_of
from infinite_studio.history.snapshot import Snapshot, canonical_json
from infinite_studio.history.store import ObjectStore
from infinite_studio.history.values import Commit
from infinite_studio.progress import Progress

_COMMITS_AT_ONCE = 200


def check_commits(database: Database, store: ObjectStore, state: CheckState, progress: Progress) -> None:
    """Hash every commit, and derive again what was derived from it."""
    places: dict[int, str] = {}
    with state.noticing(database, "commits"), database.raw() as connection:
        rows = connection.execute("SELECT sequence, commit_id FROM commits ORDER BY sequence")
        places = {sequence: bytes(commit_id or b"").decode(errors="replace") for sequence, commit_id in rows}
    sequences = list(places)
    for start in range(0, len(sequences), _COMMITS_AT_ONCE):
        progress.report(start / len(sequences), "Checking the history")
        some = sequences[start : start + _COMMITS_AT_ONCE]
        state.n_rows += len(some)
        intact: dict[int, Commit] = {}
        with state.noticing(database, "commits"), database.reading() as session:
            intact = {
                key: each for key, each in _readable(session, database, some).items() if is_intact(each)
            }
        with state.noticing(database, "commits"), database.raw() as connection:
            intact = {key: each for key, each in intact.items() if _is_verbatim(connection, key, each)}
        for sequence in sorted({*some} - intact.keys()):
            _note_commit(state, places[sequence])
        with state.noticing(database, "commits"), database.reading() as session:
            _check_derived(session, store, intact, state)
    with state.noticing(database, "commits"), database.reading() as session:
        _check_strays(session, places, state)


def expected_numbers(
    session: Session, store: ObjectStore, commit: Commit, bad_objects: Container[str] = ()
) -> bytes | None:
    """Return what a commit's holding should be; None where its snapshot cannot be read."""
    if commit.snapshot_object_id in bad_objects:
        return None
    try:
        snapshot = Snapshot.from_bytes(store.read(commit.snapshot_object_id))
        return packed(object_numbers(session, needed_ids(commit, snapshot)).values())
    except StudioError:
        return None


def expected_parents(session: Session, commits: Mapping[int, Commit]) -> dict[int, set[int]]:
    """Return the places of the parents of commits; a commit with a lost parent is left out."""
    ids = {parent for commit in commits.values() for parent in commit.parent_ids}
    rows = session.execute(
        select(CommitRow.commit_id, CommitRow.sequence).where(CommitRow.commit_id.in_(ids))
    )
    places = dict(rows.all())
    return {
        sequence: {places[parent] for parent in commit.parent_ids}
        for sequence, commit in commits.items()
        if places.keys() >= {*commit.parent_ids}
    }


def _note_commit(state: CheckState, commit_id: str) -> None:
    sentence = f"The commit {commit_id[:8]} has been damaged in the database."
    state.add(DamageKind.COMMIT, commit_id, sentence, (commit_id,))


def _readable(session: Session, database: Database, sequences: Sequence[int]) -> dict[int, Commit]:
    """Return the commits that can be read; where one of many cannot, each is tried alone."""
    try:
        with database.translated():
            return commits_of_sequences(session, sequences)
    except StudioError:
        middle = len(sequences) // 2
        if middle == 0:
            return {}
    return _readable(session, database, sequences[:middle]) | _readable(session, database, sequences[middle:])


def _is_verbatim(connection: sqlite3.Connection, sequence: int, commit: Commit) -> bool:
    """Whether the texts are those that were written: some others are read as the same values."""
    (created,) = connection.execute("SELECT created FROM commits WHERE sequence = ?", (sequence,)).fetchone()
    stems = connection.execute(
        "SELECT recipe FROM stems WHERE commit_id = ? ORDER BY position", (commit.commit_id,)
    )
    recipes = [
        None if stem.recipe is None else canonical_json(stem.recipe.to_json()) for stem in commit.stems
    ]
    return bool(created == iso_utc(commit.created).encode()) and [each for (each,) in stems] == recipes


def _check_derived(
    session: Session, store: ObjectStore, commits: Mapping[int, Commit], state: CheckState
) -> None:
    words_rows = select(WordsRow.sequence, WordsRow.words).where(WordsRow.sequence.in_(commits))
    words = dict(session.execute(words_rows).all())
    holding_rows = select(HoldingRow.sequence, HoldingRow.numbers).where(HoldingRow.sequence.in_(commits))
    holdings = dict(session.execute(holding_rows).all())
    edge_rows = select(EdgeRow.sequence, EdgeRow.parent_sequence).where(EdgeRow.sequence.in_(commits))
    parents: dict[int, set[int]] = {}
    for child, parent in session.execute(edge_rows):
        parents.setdefault(child, set()).add(parent)
    right = expected_parents(session, commits)
    wrong = {sequence for sequence, each in right.items() if each != parents.get(sequence, set())}
    for sequence, commit in commits.items():
        numbers = expected_numbers(session, store, commit, state.bad_objects)
        fits = words.get(sequence) == words_of(commit) and sequence not in wrong
        if not fits or numbers not in {None, holdings.get(sequence)}:
            sentence = f"What the commit {commit.short_id} is found by has to be made anew."
            state.add(DamageKind.INDEX, commit.commit_id, sentence)


def _check_strays(session: Session, places: Mapping[int, str], state: CheckState) -> None:
    for model in (WordsRow, HoldingRow, EdgeRow):
        for sequence in {*session.scalars(select(model.sequence))} - places.keys():
            what = f"{model.__tablename__}/{sequence}"
            state.add(DamageKind.INDEX, what, "The database holds an entry of a commit that is not there.")
