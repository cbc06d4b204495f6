"""Rows that can be made from others: what libraries from before revision 0002 do not have yet."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from infinite_studio.errors import StudioError
from infinite_studio.history.holdings import add_holding
from infinite_studio.history.objects import object_numbers
from infinite_studio.history.queries import commits_of_sequences
from infinite_studio.history.searching import add_words
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.store import ObjectStore
from infinite_studio.history.values import Commit

_WITHOUT_WORDS = text(
    "SELECT sequence FROM commits WHERE sequence NOT IN (SELECT sequence FROM commit_words)"
)
_WITHOUT_HOLDING = text(
    "SELECT sequence FROM commits WHERE sequence NOT IN (SELECT sequence FROM commit_objects)"
)


def derive_missing(session: Session, store: ObjectStore) -> int:
    """Add words and holdings where they are missing and can be had; return how many rows were added."""
    n_added = 0
    for sequence in list(session.scalars(_WITHOUT_WORDS)):
        commit = _readable(session, sequence)
        if commit is not None:
            add_words(session, sequence, commit)
            n_added += 1
    for sequence in list(session.scalars(_WITHOUT_HOLDING)):
        numbers = _numbers(session, store, _readable(session, sequence))
        if numbers is not None:
            add_holding(session, sequence, numbers)
            n_added += 1
    session.flush()
    return n_added


def needed_ids(commit: Commit, snapshot: Snapshot) -> frozenset[str]:
    """Return the id of every object that a commit needs, its snapshot included."""
    ids = {commit.snapshot_object_id, *snapshot.object_ids, *(stem.object_id for stem in commit.stems)}
    return frozenset(ids if commit.mixdown_object_id is None else ids | {commit.mixdown_object_id})


def _readable(session: Session, sequence: int) -> Commit | None:
    try:
        return commits_of_sequences(session, (sequence,)).get(sequence)
    except StudioError:
        return None


def _numbers(session: Session, store: ObjectStore, commit: Commit | None) -> set[int] | None:
    if commit is None:
        return None
    try:
        snapshot = Snapshot.from_bytes(store.read(commit.snapshot_object_id))
        return set(object_numbers(session, needed_ids(commit, snapshot)).values())
    except StudioError:
        return None
