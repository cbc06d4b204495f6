"""What a commit kept: its project, and which of its stems was made of which track."""

from dataclasses import replace

from infinite_studio.errors import StudioError
from infinite_studio.history.values import Commit, StemRecord
from infinite_studio.project.model import Project
from infinite_studio.project.snapshots import project_of
from infinite_studio.services.studio import Studio


class NoMixdownError(StudioError):
    """A version of an empty project, which has nothing to hear."""

    def __init__(self, commit: Commit) -> None:
        super().__init__(f"“{commit.message}” has no sound.", hint="Choose a version with a stem in it.")
        self.commit = commit


class UnknownStemError(StudioError):
    """A stem that a version does not have."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        stems = ", ".join(known) or "none"
        super().__init__(f"That version has no stem called “{name}”.", hint=f"It has: {stems}.")
        self.name = name
        self.known = known


def committed_project(commit: Commit, studio: Studio) -> Project:
    """Return the project of a commit without decoding its sounds; its name is no part of its history."""
    return replace(project_of(studio.library.snapshot(commit.commit_id)), name="")


def stems_by_track(commit: Commit, project: Project) -> dict[str, StemRecord]:
    """Return the stems of a commit by the track that each was made of."""
    sounding = [track for track in project.tracks if track.clips]
    if len(sounding) == len(commit.stems):
        return {track.track_id: stem for track, stem in zip(sounding, commit.stems, strict=True)}
    by_name = {(stem.stem_type, stem.name): stem for stem in commit.stems}
    found = ((track.track_id, by_name.get((track.stem_type, track.name))) for track in sounding)
    return {track_id: stem for track_id, stem in found if stem is not None}


def stem_of(commit: Commit, name: str) -> StemRecord:
    """Return a stem of a version by its name."""
    found = next((stem for stem in commit.stems if stem.name == name), None)
    if found is None:
        raise UnknownStemError(name, tuple(stem.name for stem in commit.stems))
    return found


def mixdown_of(commit: Commit) -> str:
    """Return the object of a version's mixdown."""
    if commit.mixdown_object_id is None:
        raise NoMixdownError(commit)
    return commit.mixdown_object_id
