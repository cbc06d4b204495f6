"""A small project with real peaks, shown in a timeline."""

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from infinite_studio.audio.peaks import Peaks, PeaksBuilder
from infinite_studio.music.stems import StemType
from infinite_studio.project.model import Clip, LoopRange, Project, Track
from infinite_studio.ui.timeline.view import TimelineView

RATE = 48_000
BEAT = 24_000
BAR = 4 * BEAT


def tone_peaks(n_frames: int, level: float = 0.5) -> Peaks:
    samples = np.sin(np.arange(n_frames) * 0.05).astype(np.float32)[:, np.newaxis] * np.float32(level)
    builder = PeaksBuilder(RATE)
    builder.add(samples)
    return builder.finish()


@pytest.fixture
def project() -> Project:
    """Drums with two clips, bass with one, an empty track; 120 bpm, so that a beat is 24,000 frames."""
    return Project(
        "Test",
        120.0,
        tracks=(
            Track(
                "Drums",
                StemType.DRUMS,
                (
                    Clip("d", "Kit", 0, 4 * BAR, clip_id="kit1"),
                    Clip("d", "Kit", 4 * BAR, 4 * BAR, clip_id="kit2"),
                ),
                track_id="drums",
            ),
            Track(
                "Bass", StemType.BASS, (Clip("b", "Walk", 2 * BAR, 4 * BAR, clip_id="walk"),), track_id="bass"
            ),
            Track("Free", StemType.OTHER, (), track_id="free"),
        ),
    )


@pytest.fixture
def peaks() -> dict[str, Peaks]:
    return {"d": tone_peaks(4 * BAR), "b": tone_peaks(4 * BAR, 0.2)}


@pytest.fixture
def looped(project: Project) -> Project:
    return Project(project.name, project.tempo_bpm, tracks=project.tracks, loop=LoopRange(2 * BAR, 4 * BAR))


@pytest.fixture
def make_view(qtbot: QtBot, peaks: dict[str, Peaks]) -> Callable[..., TimelineView]:
    def make(shown: Project, size: tuple[int, int] = (976, 620)) -> TimelineView:
        view = TimelineView()
        qtbot.addWidget(view)
        view.resize(*size)
        view.set_peaks_source(peaks.get)
        view.set_project(shown)
        view.show()
        qtbot.waitExposed(view)
        return view

    return make


@pytest.fixture
def view(make_view: Callable[..., TimelineView], project: Project) -> TimelineView:
    """Shows eight bars in 800 pixels: a beat is 25 pixels wide."""
    return make_view(project)
