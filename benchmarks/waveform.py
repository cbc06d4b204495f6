"""The waveform of an hour: how soon it shows while it is decoded, and how smoothly it scrolls, beside pyqtgraph."""

import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph
import soundfile
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from infinite_studio.audio.decoded import DecodedInfo, decode_to_cache, open_decoded
from infinite_studio.audio.peaks import Peaks
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.jobs.outcome import Outcome, Succeeded
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress
from infinite_studio.project.model import PROJECT_SAMPLE_RATE, Clip, Project, Track
from infinite_studio.ui.theme import DARK
from infinite_studio.ui.timeline.lanes import Lanes
from infinite_studio.ui.timeline.view import TimelineView

MINUTES = 60
PEER_MINUTES = 10
SOURCE_RATE = 44_100
WINDOW = (1600, 1000)
FRAMES = 300
VISIBLE_SECONDS = 60.0
FIRST_PAINT_BAR_SECONDS = 2.0
FRAME_BAR_MS = 1000 / 60
OBJECT_ID = "hour"


class PaintCount(QObject):
    """Counts what a widget paints."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Count paint events and let them pass."""
        self.count += event.type() is QEvent.Type.Paint
        return False


def build_flac(path: Path) -> None:
    """Write an hour of stereo at 44.1 kHz: 20 s of tones and noise with a beat, again and again."""
    rng = np.random.default_rng(7)
    n_frames = 20 * SOURCE_RATE
    seconds = np.arange(n_frames) / SOURCE_RATE
    beat = np.exp(-8.0 * np.mod(seconds, 0.5))
    tone = np.sin(2 * np.pi * 110 * seconds) * (0.4 + 0.3 * np.sin(2 * np.pi * seconds / 20))
    noise = rng.standard_normal((n_frames, 2)) * 0.05
    block = (0.5 * tone[:, np.newaxis] + noise + 0.3 * beat[:, np.newaxis]).astype(np.float32)
    with soundfile.SoundFile(
        path, "w", SOURCE_RATE, 2, format="FLAC", subtype="PCM_16", compression_level=0.0
    ) as file:
        for _ in range(MINUTES * 3):
            file.write(block)


def one_clip_project(n_frames: int, n_tracks: int = 1) -> Project:
    """Return a project with the same long clip on each track."""
    tracks = tuple(
        Track(f"Song {n + 1}", list(StemType)[n % 5], (Clip(OBJECT_ID, "An hour", 0, n_frames),))
        for n in range(n_tracks)
    )
    return Project("Benchmark", 90.0, tracks=tracks)


def open_view(project: Project, peaks: dict[str, Peaks]) -> tuple[TimelineView, Lanes]:
    """Show a project offscreen."""
    view = TimelineView()
    view.resize(*WINDOW)
    view.set_theme(DARK)
    view.set_peaks_source(peaks.get)
    view.set_project(project)
    view.show()
    QApplication.processEvents()
    lanes = view.findChild(Lanes)
    assert lanes is not None
    return view, lanes


def shows_wave(lanes: Lanes) -> bool:
    """Whether the wave's colour is to be seen where the clip begins."""
    image = lanes.grab().toImage()
    wanted = DARK.stem(StemType.DRUMS)
    return any(_is_near(image.pixelColor(x, y), wanted) for x in range(5) for y in range(30, 86))


def _is_near(color: QColor, wanted: QColor) -> bool:
    return abs(color.red() - wanted.red()) + abs(color.green() - wanted.green()) < 40


def measure_first_paint(source: Path, target: Path) -> tuple[dict[str, float], DecodedInfo]:
    """Decode on a lane while the timeline shows what arrives; time the first painted wave."""
    n_frames = MINUTES * 60 * PROJECT_SAMPLE_RATE
    peaks: dict[str, Peaks] = {}
    view, lanes = open_view(one_clip_project(n_frames), peaks)
    view.set_pending(OBJECT_ID, "reading…")
    QApplication.processEvents()
    paints = PaintCount(lanes)
    runner = JobRunner()
    outcomes: list[Outcome[DecodedInfo]] = []

    def work(progress: Progress) -> DecodedInfo:
        return decode_to_cache(source, target, PROJECT_SAMPLE_RATE, progress)

    def on_partial(partial: object) -> None:
        if isinstance(partial, Peaks):
            peaks[OBJECT_ID] = partial
            view.refresh_peaks([OBJECT_ID])

    began = time.perf_counter()
    runner.submit(Job("Read", "import", LaneName.DISK, work), outcomes.append, on_partial)
    seen, first = paints.count, 0.0
    while not outcomes:
        QApplication.processEvents()
        if not first and paints.count > seen:
            painted_at = time.perf_counter() - began
            first = painted_at if shows_wave(lanes) else 0.0
            seen = paints.count
        time.sleep(0.001)
    whole = time.perf_counter() - began
    runner.shutdown(5.0)
    view.close()
    outcome = outcomes[0]
    if not first:
        raise RuntimeError("no wave was seen while decoding")
    if not isinstance(outcome, Succeeded):
        raise TypeError(f"decoding did not succeed: {outcome}")
    return {"first_paint_seconds": first, "decode_seconds": whole}, outcome.value


def settle(paints: PaintCount) -> None:
    """Let the event loop run until a round passes in which nothing was painted."""
    painted = -1
    while painted != paints.count:
        painted = paints.count
        QApplication.processEvents()


def frame_ms(step: Callable[[], None], paints: PaintCount) -> tuple[float, float]:
    """Time one scroll step until nothing is left to paint: on the wall, and of the processor."""
    settle(paints)
    before = paints.count
    began, began_cpu = time.perf_counter(), time.process_time()
    step()
    settle(paints)
    elapsed = time.perf_counter() - began, time.process_time() - began_cpu
    assert paints.count > before, "nothing was painted"
    return elapsed[0] * 1000, elapsed[1] * 1000


def open_peer(samples: NDArray[np.float32]) -> pyqtgraph.PlotWidget:
    """Show samples in pyqtgraph as its manual advises for long signals."""
    plot = pyqtgraph.PlotWidget()
    plot.resize(*WINDOW)
    plot.setDownsampling(auto=True, mode="peak")
    plot.setClipToView(True)
    plot.setYRange(-1, 1)
    plot.plot(samples, pen=pyqtgraph.mkPen("#ff9f6b"))
    plot.setXRange(0, VISIBLE_SECONDS * PROJECT_SAMPLE_RATE, padding=0)
    plot.show()
    QApplication.processEvents()
    return plot


def starts(minutes: int) -> NDArray[np.float64]:
    """Return where the view begins in each frame on its way across this many minutes."""
    return np.linspace(0, (minutes * 60 - VISIBLE_SECONDS) * PROJECT_SAMPLE_RATE, FRAMES + 1)[1:]


def scroller(view: TimelineView) -> Callable[[float], Callable[[], None]]:
    """Return what scrolls a timeline to a frame."""
    return lambda start: lambda: view.scroll_to(start)


def measure_scrolling(info: DecodedInfo) -> dict[str, NDArray[np.float64]]:
    """Scroll ours and the peer in turn, frame by frame."""
    peaks = {OBJECT_ID: info.peaks}
    visible = VISIBLE_SECONDS * PROJECT_SAMPLE_RATE
    view, lanes = open_view(one_clip_project(info.n_frames), peaks)
    many, many_lanes = open_view(one_clip_project(info.n_frames, n_tracks=8), peaks)
    for shown in (view, many):
        shown.show_range(0, visible)
    excerpt = open_decoded(info.path)[: PEER_MINUTES * 60 * PROJECT_SAMPLE_RATE, 0].copy()
    plot = open_peer(excerpt)
    counts = PaintCount(lanes), PaintCount(many_lanes), PaintCount(plot.viewport())
    times: dict[str, list[tuple[float, float]]] = {"ours": [], "ours_eight_tracks": [], "peer": []}
    for ours, peer in zip(starts(MINUTES), starts(PEER_MINUTES), strict=True):
        for count in counts:
            settle(count)
        times["ours"].append(frame_ms(scroller(view)(ours), counts[0]))
        times["ours_eight_tracks"].append(frame_ms(scroller(many)(ours), counts[1]))
        pan = _panner(plot, peer, visible)
        times["peer"].append(frame_ms(pan, counts[2]))
    for widget in (view, many, plot):
        widget.close()
    return {name: np.array(values) for name, values in times.items()}


def _panner(plot: pyqtgraph.PlotWidget, start: float, visible: float) -> Callable[[], None]:
    return lambda: plot.setXRange(start, start + visible, padding=0)


def quantiles(times: NDArray[np.float64]) -> dict[str, float]:
    """Return median and 99th percentile of both clocks; the processor's leaves out what else the machine does."""
    wall, cpu = times.T
    return {
        "p50_ms": round(float(np.percentile(wall, 50)), 2),
        "p99_ms": round(float(np.percentile(wall, 99)), 2),
        "max_ms": round(float(wall.max()), 2),
        "cpu_p50_ms": round(float(np.percentile(cpu, 50)), 2),
        "cpu_p99_ms": round(float(np.percentile(cpu, 99)), 2),
    }


def main() -> None:
    application = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "hour.flac", Path(folder) / "hour.f32"
        build_flac(source)
        opening, info = measure_first_paint(source, target)
        info = replace(info, path=target)
        scrolling = {name: quantiles(times) for name, times in measure_scrolling(info).items()}
    first = opening["first_paint_seconds"]
    print(
        f"an hour of FLAC: first wave after {first:.3f} s, all of it after {opening['decode_seconds']:.1f} s"
    )
    for name, values in scrolling.items():
        print(f"scrolling, {name}: p50 {values['p50_ms']} ms, p99 {values['p99_ms']} ms, ", end="")
        print(f"of the processor {values['cpu_p50_ms']} and {values['cpu_p99_ms']} ms")
    result = {
        "benchmark": "waveform",
        "minutes": MINUTES,
        "first_paint_seconds": round(first, 4),
        "first_paint_bar_seconds": FIRST_PAINT_BAR_SECONDS,
        "decode_seconds": round(opening["decode_seconds"], 2),
        "window": WINDOW,
        "frames": FRAMES,
        "visible_seconds": VISIBLE_SECONDS,
        **scrolling,
        "frame_bar_ms": round(FRAME_BAR_MS, 2),
        "peer": f"pyqtgraph {pyqtgraph.__version__}, peak downsampling, clip to view",
        "peer_note": f"one channel of the first {PEER_MINUTES} minutes: all of the hour needs several GB there",
        "ratio_p50": round(scrolling["peer"]["p50_ms"] / scrolling["ours"]["p50_ms"], 2),
        "met": first <= FIRST_PAINT_BAR_SECONDS and scrolling["ours"]["p99_ms"] <= FRAME_BAR_MS,
    }
    del application
    print(json.dumps(result))


if __name__ == "__main__":
    main()
