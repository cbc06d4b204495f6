"""Where a forked project comes from, in a sentence; no widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession


@dataclass(frozen=True)
class Origin:
    """The project and the commit that the open project was forked from."""

    project: str
    message: str

    @property
    def sentence(self) -> str:
        """What a person reads above the history."""
        at = f" at “{self.message}”" if self.message else ""
        return f"Forked from “{self.project}”{at}"


def origin_of(session: StudioSession) -> Origin | None:
    """Return where the open project was forked from, or None where it began by itself."""
    forked_from = session.repository.forked_from
    if forked_from is None:
        return None
    commit = next((c for c in session.commits if c.commit_id == forked_from), None)
    commit = commit or session.commit_of(forked_from)
    if commit is None:
        return Origin("another project", "")
    names = {r.repository_id: r.name for r in session.repositories}
    return Origin(names.get(commit.repository_id, "another project"), commit.message)
