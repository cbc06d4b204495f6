"""What a commit is and what it changed, in the words of its row; no widgets here."""

from infinite_studio.history.values import Commit
from infinite_studio.project.diff import ChangeKind, ProjectDiff
from infinite_studio.ui.kit.time_text import MINUS, tempo_text

_MAX_CHANGES = 3


def contents_text(commit: Commit) -> str:
    """Return what the commit holds: tempo, key and how many stems."""
    parts = [tempo_text(commit.tempo_bpm)] if commit.tempo_bpm else []
    if commit.key:
        parts.append(commit.key)
    n = len(commit.stems)
    parts.append("empty" if n == 0 else f"{n} stem" if n == 1 else f"{n} stems")
    return " · ".join(parts)


def changes_text(commit: Commit, parent: Commit | None) -> str:
    """Return what changed since the first parent; what the commit holds where there is no parent or no difference."""
    if parent is None:
        return contents_text(commit)
    changes = [*_stem_changes(commit, parent), *_value_changes(commit, parent)]
    if not changes:
        return contents_text(commit)
    shown = changes[:_MAX_CHANGES]
    more = len(changes) - len(shown)
    return " · ".join([*shown, f"{more} more"] if more else shown)


def diff_text(diff: ProjectDiff) -> str:
    """Return a diff in the few words of a row: prompts come last, because they are long."""
    changes = sorted(diff.changes, key=lambda change: change.kind is ChangeKind.PROMPT)
    shown = [change.sentence for change in changes[:_MAX_CHANGES]]
    more = len(changes) - len(shown)
    return " · ".join([*shown, f"{more} more"] if more else shown)


def matches(commit: Commit, query: str) -> bool:
    """Whether every word of a search occurs in message, prompts, stems, tempo, key, author or id."""
    prompts = " ".join(stem.recipe.prompt for stem in commit.stems if stem.recipe)
    names = " ".join(stem.name for stem in commit.stems)
    tempo = tempo_text(commit.tempo_bpm) if commit.tempo_bpm else ""
    text = f"{commit.message} {prompts} {names} {tempo} {commit.key or ''} {commit.author.name}".casefold()
    return all(word in text or commit.commit_id.startswith(word) for word in query.casefold().split())


def _stem_changes(commit: Commit, parent: Commit) -> list[str]:
    now = {stem.name: stem.object_id for stem in commit.stems}
    before = {stem.name: stem.object_id for stem in parent.stems}
    replaced = [
        f"{name} replaced" for name, object_id in now.items() if before.get(name, object_id) != object_id
    ]
    added = [f"+ {name}" for name in now if name not in before]
    removed = [f"{MINUS} {name}" for name in before if name not in now]
    return [*added, *replaced, *removed]


def _value_changes(commit: Commit, parent: Commit) -> list[str]:
    changes = []
    if commit.tempo_bpm != parent.tempo_bpm and commit.tempo_bpm and parent.tempo_bpm:
        changes.append(f"tempo {_plain(parent.tempo_bpm)} → {_plain(commit.tempo_bpm)}")
    if commit.key != parent.key and commit.key:
        changes.append(f"{parent.key} → {commit.key}" if parent.key else commit.key)
    return changes


def _plain(tempo_bpm: float) -> str:
    return tempo_text(tempo_bpm).removesuffix(" BPM")
