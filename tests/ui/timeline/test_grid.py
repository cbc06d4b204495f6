"""Lines, labels, snapping and place names: no widgets needed."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_studio.audio.peaks import PeaksBuilder, sample_window
from infinite_studio.project.model import Project
from infinite_studio.ui.timeline.detail import DetailedPeaks
from infinite_studio.ui.timeline.grid import LineKind, grid_lines, position_text, snap_frame
from infinite_studio.ui.timeline.viewport import Viewport
from infinite_studio.ui.timeline.waveform import opacity_of
from tests.ui.timeline.conftest import BAR, BEAT, tone_peaks

PROJECT = Project("x", 120.0)


@given(
    tempo=st.floats(1, 999),
    zoom=st.floats(1 / 16, 1e7),
    start=st.floats(0, 4e9),
    width=st.integers(1, 4000),
)
def test_lines_and_labels_are_never_too_dense(tempo: float, zoom: float, start: float, width: int) -> None:
    project = Project("x", tempo)
    view = Viewport(start, zoom, width)
    lines = list(grid_lines(project, view, 0, width))
    assert len(lines) <= width / 9 + 3
    assert len([line for line in lines if line.label]) <= width / 30 + 3
    assert all(first.frame < second.frame for first, second in pairwise(lines))


def test_bars_are_stronger_than_beats_and_numbered_from_one() -> None:
    lines = list(grid_lines(PROJECT, Viewport(0, 960, 401), 0, 400))
    assert [line.kind for line in lines[:5]] == [LineKind.BAR, *[LineKind.BEAT] * 3, LineKind.BAR]
    assert [line.label for line in lines if line.label][:3] == ["1", "2", "3"]


def test_beats_are_labelled_where_there_is_room() -> None:
    lines = grid_lines(PROJECT, Viewport(0, 240, 800), 0, 800)
    assert [line.label for line in lines if line.label][:5] == ["1", "1.2", "1.3", "1.4", "2"]


@pytest.mark.parametrize(
    ("frame", "snapped"), [(0, 0), (-9_000, 0), (BEAT - 1, BEAT), (BEAT * 0.49, 0), (7.51 * BEAT, 8 * BEAT)]
)
def test_positions_snap_to_the_nearest_beat(frame: float, snapped: int) -> None:
    assert snap_frame(PROJECT, frame) == snapped


def test_snapping_does_not_drift_over_ten_hours() -> None:
    project = Project("x", 87.3)
    beat = 50_000
    assert abs(snap_frame(project, beat * project.frames_per_beat) - beat * project.frames_per_beat) <= 0.5


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (0, "bar 1.1"),
        (BAR + BEAT, "bar 2.2"),
        (BEAT / 2, "bar 1.1 + 0.50"),
        (BEAT - 1, "bar 1.2"),
        (-5, "bar 1.1"),
    ],
)
def test_places_are_named_by_bar_and_beat(frame: float, text: str) -> None:
    assert position_text(PROJECT, frame) == text


@given(anchor=st.floats(0, 2000), factor=st.floats(0.1, 10), start=st.floats(3e7, 1e9))
def test_zooming_keeps_the_frame_under_the_anchor(anchor: float, factor: float, start: float) -> None:
    view = Viewport(start, 1_000, 2_000)
    zoomed = view.zoomed(factor, anchor, 1e9)
    assert zoomed.frame_at(anchor) == pytest.approx(view.frame_at(anchor), rel=1e-9)


def test_full_scale_fills_the_height_and_rms_is_solid() -> None:
    columns = tone_peaks(BAR, 1.0).window(0, BAR, 10)
    opacity = opacity_of(columns, 100, 1.0)
    assert opacity.shape == (100, 10)
    assert (opacity[50] == 255).all()
    assert opacity[2, 5] == pytest.approx(0.45 * 255, abs=3)
    assert (opacity_of(columns, 100, 0.5)[:20] == 0).all()


def test_deep_zoom_is_drawn_from_the_samples() -> None:
    samples = np.zeros((1000, 2), np.float32)
    samples[500] = 1.0
    builder = PeaksBuilder(48_000)
    builder.add(samples)
    detailed = DetailedPeaks(builder.finish(), samples)
    fine = detailed.window(490, 510, 20)
    assert fine.high.tolist() == sample_window(samples, 490, 510, 20).high.tolist()
    assert fine.high[10] == 1.0
    assert fine.high[:9].max() == 0.0
