"""What is painted, how much of it, and that nothing breaks it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QWidget
from pytestqt.qtbot import QtBot

from infinite_studio.audio.peaks import Peaks, PeaksBuilder
from infinite_studio.music.stems import StemType
from infinite_studio.project.model import Clip, LoopRange, Project, Track
from infinite_studio.ui.theme import DARK, LIGHT
from infinite_studio.ui.timeline.clip_painter import ClipLook, ClipPainter
from infinite_studio.ui.timeline.view import TimelineView
from tests.ui.timeline import hands
from tests.ui.timeline.conftest import BAR, tone_peaks

HOUR = 3600 * 48_000


def colors_of(image: QImage) -> set[int]:
    return {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The ids of the clips as they are painted, by the real painter."""
    ids: list[str] = []
    original = ClipPainter.paint

    def paint(self: ClipPainter, painter: object, look: ClipLook, exposed: QRectF) -> None:
        ids.append(look.clip.clip_id)
        original(self, painter, look, exposed)

    monkeypatch.setattr(ClipPainter, "paint", paint)
    return ids


def test_only_visible_clips_are_painted(view: TimelineView, painted: list[str]) -> None:
    view._navigator.show_range(6.5 * BAR, 7.5 * BAR)
    painted.clear()
    view._parts.lanes.grab()
    assert painted == ["kit2"]


def test_a_moving_playhead_repaints_only_what_lies_under_it(
    view: TimelineView, painted: list[str], qtbot: QtBot
) -> None:
    view.set_playhead(3 * BAR - 5_000, playing=True)
    qtbot.wait(20)
    painted.clear()
    view.set_playhead(3 * BAR, playing=True)
    qtbot.waitUntil(lambda: bool(painted))
    assert set(painted) == {"kit1", "walk"}


def test_a_sound_that_grows_repaints_its_own_clips_and_no_others(
    view: TimelineView, painted: list[str], peaks: dict[str, Peaks], qtbot: QtBot
) -> None:
    whole = peaks["b"]
    view.set_pending("b", "being made…")
    qtbot.waitUntil(lambda: bool(painted))
    qtbot.wait(20)
    painted.clear()
    for percent in range(1, 4):
        n_paints = len(painted)
        peaks["b"] = replace(whole, n_frames=whole.n_frames * percent // 4)
        view.refresh_peaks(["b"])
        view.set_pending("b", f"being made… {percent} %")
        qtbot.waitUntil(lambda before=n_paints: len(painted) > before)
    assert set(painted) == {"walk"}
    qtbot.wait(20)
    painted.clear()
    view.set_pending("b", "being made… 3 %")
    qtbot.wait(20)
    assert painted == []


def test_clips_out_of_sight_below_are_not_painted(
    make_view: Callable[..., TimelineView], painted: list[str]
) -> None:
    tracks = tuple(
        Track(f"T{n}", StemType.OTHER, (Clip("d", "x", 0, BAR, clip_id=str(n)),)) for n in range(50)
    )
    view = make_view(Project("Tall", tracks=tracks))
    painted.clear()
    view._parts.lanes.grab()
    assert len(painted) <= 7


def test_a_theme_switch_repaints_everything(view: TimelineView) -> None:
    view.set_theme(DARK)
    dark = view.grab().toImage()
    view.set_theme(LIGHT)
    light = view.grab().toImage()
    corners = [(5, 5), (500, 5), (500, 70), (100, 130), (500, 600)]
    assert all(dark.pixelColor(x, y).lightness() < 60 for x, y in corners)
    assert all(light.pixelColor(x, y).lightness() > 200 for x, y in corners)


def test_the_wave_is_drawn_in_the_stems_colour(view: TimelineView) -> None:
    view.set_theme(DARK)
    image = view._parts.lanes.grab().toImage()
    wanted = DARK.stem(StemType.DRUMS)
    got = image.pixelColor(150, 59)
    assert abs(got.red() - wanted.red()) < 12
    assert abs(got.green() - wanted.green()) < 12


def test_a_quiet_sound_looks_quiet(view: TimelineView) -> None:
    def painted_height(x: int, top: int) -> int:
        column = [view._parts.lanes.grab().toImage().pixelColor(x, top + dy) for dy in range(26, 88)]
        back = column[0]
        return sum(abs(color.lightness() - back.lightness()) > 12 for color in column)

    loud, quiet = painted_height(325, 0), painted_height(325, 100)
    gain = view._state.wave_gain
    assert gain > 1.0
    assert loud == pytest.approx(0.5 * gain * 68, abs=5)
    assert quiet == pytest.approx(0.2 * gain * 68, abs=5)


def test_muted_tracks_fade(view: TimelineView, project: Project) -> None:
    clear = view._parts.lanes.grab().toImage().pixelColor(150, 59)
    view.set_project(project.with_track(replace(project.tracks[0], muted=True)))
    faded = view._parts.lanes.grab().toImage().pixelColor(150, 59)
    assert faded.lightness() < 0.7 * clear.lightness()


def test_a_sound_that_is_being_read_grows(
    view: TimelineView, peaks: dict[str, Peaks], project: Project
) -> None:
    whole = peaks["b"]
    grown = []
    for share in (0.0, 0.5, 1.0):
        builder = PeaksBuilder(48_000)
        n_points = int(len(whole.levels[0].low) * share)
        partial = replace(whole, n_frames=n_points * 256) if n_points else builder.snapshot()
        peaks["b"] = partial
        view.set_pending("b", f"reading… {share:.0%}" if share < 1 else None)
        view.refresh_peaks(["b"])
        image = view._parts.lanes.grab().toImage()
        grown.append([image.pixelColor(x, 155).lightness() > 90 for x in (220, 380, 420, 590)])
    assert grown == [
        [False, False, False, False],
        [True, True, False, False],
        [True, True, True, True],
    ]


def test_the_empty_state_invites(make_view: Callable[..., TimelineView]) -> None:
    view = make_view(Project("New"))
    zone = view._parts.lanes.drop_zone
    assert zone.is_first_use
    assert zone.isVisible()
    assert len(colors_of(zone.grab().toImage())) > 20


def test_the_empty_state_fits_a_small_window(make_view: Callable[..., TimelineView]) -> None:
    view = make_view(Project("New"), (360, 230))
    assert view.rect().contains(view._parts.lanes.drop_zone.geometry().translated(176, 88))
    view.grab()


LONG = "An exceptionally long name that never ends " * 20
RTL = "שיר ארוך מאוד על גשם ולילה שאין לו סוף"
ODD_PROJECTS = {
    "no tracks": Project("x"),
    "tracks without clips": Project("x", tracks=(Track("a"), Track("b"))),
    "one-frame clips": Project("x", tracks=(Track("a", clips=(Clip("d", "n", 0, 1), Clip("d", "n", 9, 1))),)),
    "ten hours": Project(
        "x",
        87.3,
        tracks=(Track("a", clips=(Clip("d", "n", 0, 10 * HOUR), Clip("d", "n", 9 * HOUR, HOUR))),),
        loop=LoopRange(0, 10 * HOUR),
    ),
    "a hundred hours at 192 kHz": Project(
        "x", tracks=(Track("a", clips=(Clip("d", "n", 0, 400 * HOUR),)),), sample_rate=192_000
    ),
    "long and right-to-left names": Project(
        "x",
        tracks=(
            Track(LONG, clips=(Clip("d", LONG, 0, BAR),)),
            Track(
                RTL, clips=(Clip("d", RTL, 0, BAR), Clip("d", "", BAR, BAR), Clip("d", "\n\t\0", 2 * BAR, 9))
            ),
        ),
    ),
    "empty loop range": Project(
        "x", tracks=(Track("a", clips=(Clip("d", "n", 0, BAR),)),), loop=LoopRange(5, 5)
    ),
    "slow and fast": Project("x", 1.0, tracks=(Track("a", clips=(Clip("d", "n", 0, BAR),)),)),
    "very fast": Project("x", 999.0, tracks=(Track("a", clips=(Clip("d", "n", 0, HOUR),)),)),
    "offset beyond the sound, loud clip": Project(
        "x",
        tracks=(Track("a", clips=(Clip("d", "n", 0, BAR, 90 * HOUR), Clip("d", "n", BAR, BAR, 0, 40.0))),),
    ),
}


@pytest.mark.parametrize("name", ODD_PROJECTS)
def test_odd_projects_are_painted_at_every_zoom(make_view: Callable[..., TimelineView], name: str) -> None:
    view = make_view(ODD_PROJECTS[name])
    view.set_playhead(ODD_PROJECTS[name].length_frames, playing=False)
    for step in (0, 6, 6, 6, 30, -60):
        for _ in range(abs(step)):
            (view.zoom_in if step > 0 else view.zoom_out)()
        view.grab()
    hands.wheel(view._parts.lanes, 100, 60, -50, hands.SHIFT)
    view.grab()


def test_frames_beyond_32_bits_survive_the_signals(make_view: Callable[..., TimelineView]) -> None:
    view = make_view(ODD_PROJECTS["a hundred hours at 192 kHz"])
    heard: list[int] = []
    view.seek_requested.connect(heard.append)
    hands.click(view._parts.ruler, 700, 40)
    assert heard[0] > 2**33


def test_waves_are_drawn_once_and_kept(make_view: Callable[..., TimelineView], project: Project) -> None:
    asked: list[tuple[float, float]] = []
    inner = tone_peaks(8 * BAR)

    class Counting:
        n_frames = inner.n_frames

        def window(self, start_frame: float, end_frame: float, n_columns: int) -> object:
            asked.append((start_frame, end_frame))
            return inner.window(start_frame, end_frame, n_columns)

    view = make_view(project)
    view.set_peaks_source(lambda _object_id: Counting())
    view._parts.lanes.grab()
    drawn = len(asked)
    assert drawn > 0
    view._navigator.scroll_by(3, 0)
    view._parts.lanes.grab()
    assert len(asked) <= drawn + 2


def test_the_cache_of_waves_keeps_within_its_budget(view: TimelineView) -> None:
    tiles = view._state.tiles
    tiles._budget_bytes = 500_000
    for _ in range(12):
        view.zoom_in()
        view._parts.lanes.grab()
    assert 0 < tiles.held_bytes <= 500_000


def test_every_part_that_takes_focus_has_a_name_and_a_ring(view: TimelineView, qtbot: QtBot) -> None:
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    named = [part for part in view.findChildren(QWidget) if part.focusPolicy() is not Qt.FocusPolicy.NoFocus]
    assert len(named) >= 3 + 5 * 3
    for part in named:
        assert part.accessibleName(), part
    for part in named:
        if not part.isVisible():
            continue
        part.clearFocus()
        calm = part.grab().toImage()
        part.setFocus(Qt.FocusReason.TabFocusReason)
        assert part.grab().toImage() != calm, part


def test_buttons_and_faders_say_what_they_are_for(view: TimelineView) -> None:
    header = view._parts.headers.headers["bass"]
    named = {
        part.accessibleName()
        for part in header.findChildren(QWidget)
        if isinstance(part, (QAbstractButton, QAbstractSlider))
    }
    assert named == {"Mute Bass", "Solo Bass", "Level of Bass", "Pan of Bass"}


def test_the_selected_clip_is_told_to_assistive_technology(view: TimelineView) -> None:
    view.select_clip("walk")
    assert view._parts.lanes.accessibleName() == "Clip Walk on track Bass at bar 3.1"


def test_painting_at_200_percent_uses_every_pixel(tmp_path: Path) -> None:
    script = tmp_path / "scaled.py"
    script.write_text(
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from infinite_studio.project.model import Clip, Project, Track\n"
        "from infinite_studio.ui.timeline.view import TimelineView\n"
        "from tests.ui.timeline.conftest import tone_peaks\n"
        "peaks = tone_peaks(384_000)\n"
        "view = TimelineView()\n"
        "view.resize(976, 400)\n"
        "view.set_peaks_source(lambda _id: peaks)\n"
        "view.set_project(Project('x', tracks=(Track('a', clips=(Clip('d', 'n', 0, 384_000),)),)))\n"
        "image = view._parts.lanes.grab().toImage()\n"
        "assert image.width() == 1600, image.width()\n"
        "widths = {tile.width() for tile in view._state.tiles._images.values()}\n"
        "heights = {tile.height() for tile in view._state.tiles._images.values()}\n"
        "assert len(view._state.tiles._images) == 7, widths\n"
        "assert heights == {136}, heights\n"
    )
    root = Path(__file__).resolve().parents[3]
    environment = {
        **os.environ,
        "QT_SCALE_FACTOR": "2",
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}",
    }
    done = subprocess.run(
        [sys.executable, str(script)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
