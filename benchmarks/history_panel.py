"""How long a frame of the history takes while it scrolls through 100,000 commits, and while its rows are loaded."""

import argparse
import gc
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem

from infinite_studio.audio.peaks import Peaks, PeaksBuilder
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.values import BranchInfo, Commit, RepositoryInfo, StemRecord, TagInfo, User
from infinite_studio.music.stems import StemType
from infinite_studio.services.session import StudioSession
from infinite_studio.ui.history_list import HistoryDelegate
from infinite_studio.ui.history_panel import HistoryPanel
from infinite_studio.ui.stylesheet import apply_theme
from infinite_studio.ui.theme import DARK

N_COMMITS = 100_000
FIRST_PAGE = 200
BRANCH_EVERY = 40
FRAMES = 300
BAR_P99_MS = 1000 / 60
SIZE = (300, 1000)


@dataclass(frozen=True)
class Took:
    """How long something took by the clock, and of the processor, which other work on the machine does not change."""

    wall_ms: float
    cpu_ms: float


class BigHistory(QObject):
    """What the panel asks of a session, over commits in memory; every commit has four stems and a mixdown."""

    changed = Signal(object, object)

    def __init__(self, commits: Sequence[Commit], branches: tuple[BranchInfo, ...]) -> None:
        super().__init__()
        self._all = commits
        self._peaks = _waveform()
        self.commits = tuple(commits[:FIRST_PAGE])
        self.branches = branches
        self.tags = tuple(TagInfo(f"mix-{n}", commits[n].commit_id) for n in range(0, len(commits), 500))
        self.commit_count = len(commits)
        self.base_commit_id = commits[0].commit_id
        self.repository = RepositoryInfo("repo", "Big", "main", datetime.now(UTC))
        self.unsaved_steps = 0
        self.is_read_only = False
        self.auditioned_object_id = None
        self.ab = None

    def commits_before(self, commit_id: str, limit: int) -> Sequence[Commit]:
        """Return some of the commits; what reading them takes is measured by `benchmarks.history`."""
        place = int(commit_id, 16) + 1
        return self._all[place : place + limit]

    def what_changed(self, _commit_id: str) -> None:
        """Leave the row to say what the commits' records say."""

    def prepare_peaks(self, _object_ids: Sequence[str]) -> None:
        """Do nothing: every waveform is there."""

    def peaks(self, _object_id: str) -> Peaks:
        """Return one waveform for every sound; each is drawn for itself."""
        return self._peaks


def _waveform() -> Peaks:
    builder = PeaksBuilder(48_000)
    rng = np.random.default_rng(0)
    builder.add(rng.uniform(-0.5, 0.5, (48_000 * 30, 1)).astype(np.float32))
    return builder.finish()


def history(n_commits: int) -> tuple[list[Commit], tuple[BranchInfo, ...]]:
    """Return commits, newest first; every fortieth is a merge of a side line of three, and two branches are open."""
    now, recipe, author = datetime.now(UTC), Recipe("sketch", "1", prompt="lo-fi, dusty rhodes"), User("Ada")
    commits: list[Commit] = []
    for n in range(n_commits):
        parents = _parents(n, n_commits)
        stems = tuple(
            StemRecord(kind, kind.value, f"{kind.value}-{n if n % 4 == place else n // 4}", recipe)
            for place, kind in enumerate(list(StemType)[:4])
        )
        commits.append(
            Commit(
                commit_id=_id(n),
                repository_id="repo",
                parent_ids=parents,
                author=author,
                created=now - timedelta(minutes=n),
                message=f"Take {n_commits - n}: softer hats, wider rhodes and a longer tail",
                tempo_bpm=84.0 + n % 3,
                key="D minor",
                snapshot_object_id="snapshot",
                mixdown_object_id=f"mix-{n}",
                stems=stems,
            )
        )
    return commits, (BranchInfo("main", _id(0)), BranchInfo("idea", _id(7)))


def _parents(n: int, n_commits: int) -> tuple[str, ...]:
    place = n % BRANCH_EVERY
    if n + 6 >= n_commits:
        return () if n + 1 == n_commits else (_id(n + 1),)
    if place == 1:
        return _id(n + 4), _id(n + 1)
    return (_id(n + 1),)


def _id(n: int) -> str:
    return f"{n:064x}"


class PaintCounter:
    """Counts the rows that a delegate draws, so that frames in which nothing happens are not measured."""

    def __init__(self, delegate: HistoryDelegate) -> None:
        self.count = 0
        self._paint = delegate.paint
        delegate.paint = self._counted  # type: ignore[assignment,method-assign]

    def _counted(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        self.count += 1
        self._paint(painter, option, index)


def timed(step: Callable[[], object]) -> Took:
    wall, cpu = time.perf_counter(), time.thread_time()
    step()
    return Took((time.perf_counter() - wall) * 1000, (time.thread_time() - cpu) * 1000)


def scroll(panel: HistoryPanel, values: Sequence[int]) -> list[Took]:
    """Scroll to each place and let Qt draw what that uncovers."""
    bar, painted = panel.list.verticalScrollBar(), PaintCounter(panel.delegate)

    def frame(value: int) -> None:
        bar.setValue(value)
        QApplication.processEvents()

    took = [timed(partial(frame, value)) for value in values]
    if painted.count < len(values) // 4:
        raise SystemExit(f"only {painted.count} rows were drawn in {len(values)} frames")
    return took


def load(panel: HistoryPanel) -> list[Took]:
    def page() -> None:
        panel.model.fetchMore()
        QApplication.processEvents()

    took = []
    while panel.model.canFetchMore():
        took.append(timed(page))
    return took


def summary(took: list[Took]) -> dict[str, float]:
    walls, cpus = [each.wall_ms for each in took], [each.cpu_ms for each in took]
    wall_cuts, cpu_cuts = statistics.quantiles(walls, n=100), statistics.quantiles(cpus, n=100)
    return {
        "p50_ms": round(wall_cuts[49], 2),
        "p99_ms": round(wall_cuts[98], 2),
        "max_ms": round(max(walls), 2),
        "cpu_p50_ms": round(cpu_cuts[49], 2),
        "cpu_p99_ms": round(cpu_cuts[98], 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=N_COMMITS, help="how long the history is")
    n_commits = parser.parse_args().commits
    application = QApplication(sys.argv[:1])
    apply_theme(application, DARK)
    commits, branches = history(n_commits)
    # They stand in for a database, which a garbage collection does not walk through.
    gc.collect()
    gc.freeze()
    session = BigHistory(commits, branches)
    made: list[HistoryPanel] = []
    first = timed(lambda: made.append(HistoryPanel(cast("StudioSession", session))))
    panel = made[0]
    panel.resize(*SIZE)
    panel.show()
    QApplication.processEvents()
    gc.collect()
    begin = scroll(panel, range(0, FRAMES * 24, 24))
    pages = load(panel)
    gc.collect()
    length = panel.list.verticalScrollBar().maximum()
    middle = length // 2
    results = {
        "first_page_ms": round(first.wall_ms, 1),
        "scroll_from_the_top": summary(begin),
        "scroll_in_the_middle": summary(scroll(panel, range(middle, middle + FRAMES * 24, 24))),
        "jumps_over_everything": summary(scroll(panel, range(0, length, length // FRAMES)[:FRAMES])),
        "load_a_page": summary(pages),
        "commits": panel.model.n_rows,
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    worst = max(
        value["p99_ms"] for name, value in results.items() if isinstance(value, dict) and "load" not in name
    )
    within_bar = worst <= BAR_P99_MS and panel.model.n_rows == n_commits
    print(
        json.dumps(
            {
                "benchmark": "history_panel",
                "bar_p99_ms": round(BAR_P99_MS, 2),
                "scroll_p99_ms": worst,
                "within_bar": within_bar,
                **results,
            }
        )
    )
    return 0 if within_bar else 1


if __name__ == "__main__":
    sys.exit(main())
