"""Commits, comparisons and merges as the command line prints them."""

from typing import Any

from infinite_studio.cli.terminal import table
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.values import Commit, StemRecord
from infinite_studio.project.diff import ProjectDiff
from infinite_studio.services.comparing import Comparison, StemComparison, StemState
from infinite_studio.services.merging import Conflicts, Merged


def commit_values(commit: Commit) -> dict[str, Any]:
    """Return a commit as JSON values."""
    return {
        "commit_id": commit.commit_id,
        "parent_ids": list(commit.parent_ids),
        "author": commit.author.name,
        "email": commit.author.email,
        "created": commit.created.isoformat(),
        "message": commit.message,
        "tempo_bpm": commit.tempo_bpm,
        "key": commit.key,
        "mixdown_object_id": commit.mixdown_object_id,
        "stems": [_stem_values(stem) for stem in commit.stems],
    }


def commit_row(commit: Commit) -> tuple[str, str, str, str]:
    """Return a commit as one row of a table."""
    return (commit.short_id, f"{commit.created:%Y-%m-%d %H:%M}", commit.author.name, commit.message)


def commit_text(commit: Commit, diff: ProjectDiff) -> str:
    """Return a commit as a person reads it."""
    tempo = f"{commit.tempo_bpm:g} BPM" if commit.tempo_bpm else "no tempo"
    lines = [
        f"{commit.short_id}  {commit.message}",
        f"{commit.author.name}, {commit.created:%Y-%m-%d %H:%M} UTC; {tempo}, {commit.key or 'no key'}",
        *(f"  {sentence}" for sentence in diff.sentences),
        table([(stem.name, stem.stem_type.value, _made_by(stem.recipe)) for stem in commit.stems]),
    ]
    return "\n".join(line for line in lines if line)


def diff_values(diff: ProjectDiff) -> list[dict[str, Any]]:
    """Return what changed as JSON values."""
    return [
        {
            "kind": change.kind.value,
            "sentence": change.sentence,
            "track_ids": list(change.track_ids),
            "clip_ids": list(change.clip_ids),
        }
        for change in diff.changes
    ]


def comparison_values(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON values."""
    return {
        "a": comparison.a.commit_id,
        "b": comparison.b.commit_id,
        "changes": diff_values(comparison.diff),
        "stems": [
            {
                "name": stem.name,
                "type": stem.stem_type.value,
                "state": stem.state.value,
                "similarity": stem.similarity,
                "null_db": stem.null_db,
            }
            for stem in comparison.stems
        ],
        "mixdown_null_db": comparison.mixdown_null_db,
    }


def comparison_text(comparison: Comparison) -> str:
    """Return a comparison as a person reads it."""
    head = (
        f"{comparison.a.short_id} “{comparison.a.message}” → {comparison.b.short_id} “{comparison.b.message}”"
    )
    sentences = comparison.diff.sentences or ("Nothing that can be seen changed.",)
    stems = table([(stem.name, stem.state.value, _measured(stem)) for stem in comparison.stems])
    return "\n".join(filter(None, [head, *(f"  {sentence}" for sentence in sentences), stems]))


def merged_values(merged: Merged) -> dict[str, Any]:
    """Return a merge as JSON values."""
    return {
        **commit_values(merged.commit),
        "branch": merged.branch,
        "sentences": list(merged.sentences),
        "conflicts": [],
    }


def merged_text(merged: Merged) -> str:
    """Return a merge as a person reads it."""
    return "\n".join([f"{merged.commit.short_id} on {merged.branch}", *merged.sentences])


def conflicts_values(conflicts: Conflicts) -> dict[str, Any]:
    """Return the choices to make as JSON values."""
    return {
        "commit_id": None,
        "base_id": conflicts.base_id,
        "conflicts": [
            {"name": c.name, "choice_id": c.choice_id, "ours": c.ours_text, "theirs": c.theirs_text}
            for c in conflicts.conflicts
        ],
    }


def conflicts_text(conflicts: Conflicts) -> str:
    """Return the choices to make as a person reads them."""
    rows = [(c.name, f"ours: {c.ours_text}", f"theirs: {c.theirs_text}") for c in conflicts.conflicts]
    return f"Nothing was merged. Both versions changed:\n{table(rows)}"


def _stem_values(stem: StemRecord) -> dict[str, Any]:
    return {
        "name": stem.name,
        "type": stem.stem_type.value,
        "object_id": stem.object_id,
        "recipe": None if stem.recipe is None else stem.recipe.to_json(),
    }


def _made_by(recipe: Recipe | None) -> str:
    if recipe is None:
        return ""
    seed = "" if recipe.seed is None else f", seed {recipe.seed}"
    return f"{recipe.engine}{seed}{f': {recipe.prompt}' if recipe.prompt else ''}"


def _measured(stem: StemComparison) -> str:
    if stem.state is not StemState.CHANGED or stem.similarity is None or stem.null_db is None:
        return ""
    return f"similarity {stem.similarity:.2f}, difference {stem.null_db:.1f} dB"
