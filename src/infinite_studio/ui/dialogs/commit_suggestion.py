"""A first draft of a commit's message, from what changed since the last one; no widgets here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infinite_studio.ui.kit.time_text import tempo_text

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit
    from infinite_studio.project.model import Project
    from infinite_studio.services.session import StudioSession

_MAX_PARTS = 3


def suggestion(session: StudioSession) -> str:
    """Return a message that says what changed, or an empty text where nothing can be told."""
    base = next((commit for commit in session.commits if commit.commit_id == session.base_commit_id), None)
    project = session.project
    if base is None:
        return first_message(project)
    parts = changes(project, base) or ([session.undo_label] if session.undo_label else [])
    text = ", ".join(parts[:_MAX_PARTS])
    return text[:1].upper() + text[1:]


def first_message(project: Project) -> str:
    """Name the first version after what is in it."""
    if not project.tracks:
        return ""
    prompts = (clip.recipe.prompt for _track, clip in project.clips() if clip.recipe is not None)
    prompt = next((prompt for prompt in prompts if prompt), "")
    return f"First take: {prompt}" if prompt else "First version"


def changes(project: Project, base: Commit) -> list[str]:
    """Say what differs from a commit: tracks, tempo and key."""
    now = [track.name for track in project.tracks if track.clips]
    before = [stem.name for stem in base.stems]
    added = [name for name in now if name not in before]
    removed = [name for name in before if name not in now]
    parts = [f"{', '.join(added[:_MAX_PARTS])} added"] if added else []
    parts += [f"{', '.join(removed[:_MAX_PARTS])} removed"] if removed else []
    if base.tempo_bpm and round(base.tempo_bpm, 3) != round(project.tempo_bpm, 3):
        old = tempo_text(base.tempo_bpm).removesuffix(" BPM")
        parts.append(f"tempo {old} → {tempo_text(project.tempo_bpm).removesuffix(' BPM')}")
    key = str(project.key) if project.key else None
    if key and key != base.key:
        parts.append(f"key {base.key} → {key}" if base.key else f"key {key}")
    return parts
