"""A project with two bars of the built-in composer, and short ways to change and keep it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence
from infinite_studio.project.mixdown import program_of
from infinite_studio.project.model import Project, Track
from infinite_studio.project.steps import Step
from infinite_studio.services import projects
from infinite_studio.services.committing import Kept
from infinite_studio.services.versions import commit_working
from infinite_studio.settings.folders import Folders

TRAP = "dark trap, 140 bpm, in F minor"
SILENT = Silence()


@dataclass
class Desk:
    """One project of a studio, worked on without a session."""

    studio: object
    name: str = "Tape"

    @property
    def opened(self) -> projects.OpenedProject:
        return projects.open_project(self.name, self.studio)

    @property
    def project(self) -> Project:
        return self.opened.project

    def compose(self, seed: int, prompt: str = TRAP, bars: int = 2) -> None:
        request = GenerationRequest(prompt, seed=seed, bars=bars)
        projects.add_take(self.name, request, "sketch", self.studio, SILENT)

    def change(self, *steps: Step | Callable[[Project], Project]) -> None:
        project = self.project
        for step in steps:
            project = step(project) if callable(step) else step.apply(project)
        opened = self.opened
        projects.save_working(opened.repository.repository_id, project, opened.base_commit_id, self.studio)

    def commit(self, message: str) -> Kept:
        return commit_working(self.name, message, self.studio, SILENT)

    def track(self, stem_type: StemType) -> Track:
        return next(track for track in self.project.tracks if track.stem_type is stem_type)

    def heard(self) -> np.ndarray:
        project = self.project
        return program_of(project, self.studio.bank.samples).mix(0, project.length_frames)


@pytest.fixture
def desk(studio) -> Desk:
    """An empty project."""
    projects.new_project("Tape", studio)
    return Desk(studio)


@pytest.fixture(scope="session")
def beat_home(tmp_path_factory) -> Path:
    """The folders of a library in which a beat is committed; to be copied."""
    from infinite_studio.services.studio import opened_studio

    home = tmp_path_factory.mktemp("beat")
    with opened_studio(Folders.under(home)) as studio:
        projects.new_project("Tape", studio)
        desk = Desk(studio)
        desk.compose(seed=1)
        desk.commit("First")
    return home


@pytest.fixture
def _beat_is_there(beat_home, tmp_path) -> None:
    shutil.copytree(beat_home, tmp_path / "home")


@pytest.fixture
def beat(_beat_is_there, studio) -> Desk:
    """A project with a committed beat; to be asked for before the studio itself."""
    return Desk(studio)


@pytest.fixture
def other_studio(tmp_path):
    """A second library, as on another machine."""
    from infinite_studio.services.studio import opened_studio

    with opened_studio(Folders.under(tmp_path / "other")) as opened:
        yield opened
