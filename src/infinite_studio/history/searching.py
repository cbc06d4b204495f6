"""Finding commits by the words a musician remembers.

Every commit has a row of folded words: small letters, no accents, letters and numbers apart. A search reads these
rows from the newest on, which takes tens of milliseconds for 100,000 commits, needs no extension of SQLite and
finds the middle of a word in any language, as a tokenizing index would not.
"""

import json
import re
import unicodedata
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from infinite_studio.history.models import WordsRow
from infinite_studio.history.names import from_storable, to_storable
from infinite_studio.history.part import LibraryPart
from infinite_studio.history.queries import commits_of_sequences, require_repository
from infinite_studio.history.values import Commit

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TEMPO = re.compile(r"(\d+(?:\.\d+)?) ?bpm\b")
_KEY = re.compile(r"\b([a-g][#b]?) ?(major|minor)\b")
_SIGNS = str.maketrans({"♯": "#", "♭": "b"})
_MOST_WORDS = 12
_MATCHES = "(instr(words, :term_{0}) OR sequence IN (SELECT value FROM json_each(:tagged_{0})))"
_TAGS = """
SELECT commits.sequence, tags.name FROM tags JOIN commits USING (commit_id)
WHERE :repository_id IS NULL OR tags.repository_id = :repository_id
"""
_WALK = """
WITH RECURSIVE walk(sequence) AS (
    SELECT sequence FROM repository_roots WHERE repository_id = :repository_id
    UNION SELECT parent_sequence FROM walk JOIN commit_edges USING (sequence)
)
"""
_IN_REPOSITORY = """(sequence IN (SELECT sequence FROM commits WHERE repository_id = :repository_id)
    OR sequence IN (SELECT sequence FROM walk))"""


class Searching(LibraryPart):
    """Searching the history."""

    def search(
        self, text_of_search: str, *, repository_id: str | None = None, limit: int = 200
    ) -> tuple[Commit, ...]:
        """Return the commits that hold every word of a text, newest first.

        Looked through are message, prompts, engines, stem names and types, tempo (``84`` or ``84 bpm``), key
        (``F minor``), author and tags. Capitals and accents make no difference; a word may be the part of a
        longer one, a number may not.

        Parameters
        ----------
        text_of_search : str
            What to look for; empty finds every commit.
        repository_id : str, optional
            Only commits of this project and of what it goes on from.
        limit : int
            How many at most, ≥ 0.

        Raises
        ------
        UnknownRepositoryError
            If there is no such project.
        """
        with self._database.reading() as session:
            if repository_id is not None:
                require_repository(session, repository_id)
            terms = list(search_terms(text_of_search))[:_MOST_WORDS]
            values = _values(session, terms, repository_id) | {"limit": limit}
            query = text(_query(len(terms), is_limited=repository_id is not None))
            found = commits_of_sequences(session, list(session.scalars(query, values)))
            return tuple(found.values())


def _query(n_terms: int, *, is_limited: bool) -> str:
    conditions = [_MATCHES.format(number) for number in range(n_terms)] + [_IN_REPOSITORY] * is_limited
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"{_WALK * is_limited}SELECT sequence FROM commit_words{where} ORDER BY sequence DESC LIMIT :limit"  # noqa: S608


def _values(session: Session, terms: list[str], repository_id: str | None) -> dict[str, object]:
    rows = session.execute(text(_TAGS), {"repository_id": repository_id})
    tagged = [(sequence, f" {_apart(_folded(from_storable(name)))} ") for sequence, name in rows]
    values: dict[str, object] = {"repository_id": repository_id}
    for number, term in enumerate(terms):
        values[f"term_{number}"] = term
        values[f"tagged_{number}"] = json.dumps([sequence for sequence, words in tagged if term in words])
    return values


def search_terms(text_of_search: str) -> Iterator[str]:
    """Yield what a commit's words must hold: phrases for tempo and key, whole numbers, parts of words."""
    rest = _folded(text_of_search)
    for pattern, phrase in ((_TEMPO, " {} bpm "), (_KEY, " {} {} ")):
        for found in pattern.finditer(rest):
            yield phrase.format(*found.groups())
        rest = pattern.sub(" ", rest)
    for word in _apart(rest).split():
        is_whole = _NUMBER.fullmatch(word) is not None or (len(word) == 1 and word.isascii())
        yield f" {word} " if is_whole else word


def words_of(commit: Commit) -> str:
    """Return the folded words that a commit is found by."""
    parts = [commit.message, commit.author.name, commit.author.email, commit.key or ""]
    for stem in commit.stems:
        parts += [stem.name, stem.stem_type.value]
        if stem.recipe is not None:
            parts += [stem.recipe.prompt, stem.recipe.engine]
    folded = [_apart(_folded(part)) for part in dict.fromkeys(parts)]
    if commit.tempo_bpm is not None:
        tempos = dict.fromkeys((f"{commit.tempo_bpm:g}", f"{commit.tempo_bpm:.0f}"))
        folded += [f"{tempo} bpm" for tempo in tempos]
    return f" {' '.join(part for part in folded if part)} "


def add_words(session: Session, sequence: int, commit: Commit) -> None:
    """Let a new commit be found."""
    session.add(WordsRow(sequence=sequence, words=words_of(commit)))


def _folded(text_to_fold: str) -> str:
    spread = unicodedata.normalize("NFKD", text_to_fold.translate(_SIGNS).casefold())
    return to_storable("".join(letter for letter in spread if not unicodedata.combining(letter)))


def _apart(folded: str) -> str:
    """Put spaces around numbers and make every other space a single one."""
    return " ".join(_NUMBER.sub(lambda found: f" {found[0]} ", folded).split())
