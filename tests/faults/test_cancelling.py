"""E5: every kind of job is cancelled at random moments: answered at once, stopped soon, nothing left behind."""

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QApplication

from infinite_studio.audio.files import TEMPORARY_PREFIX
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.history.values import JobState
from infinite_studio.jobs.estimates import DurationEstimates
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.looping.targets import parse_target
from infinite_studio.project.steps import SetTempo
from infinite_studio.services.dragging import DraggedSound
from infinite_studio.services.looping_values import ExtendRequest
from infinite_studio.services.session import StudioSession
from infinite_studio.services.values import ExportRequest, ExportWhat
from infinite_studio.settings.settings import SettingsStore
from infinite_studio.soundcard.transport import Transport

pytestmark = pytest.mark.faults

IS_NIGHTLY = os.environ.get("STUDIO_FAULTS_LEVEL") == "N"
TRIALS = 100 if IS_NIGHTLY else 3
SEED = int(os.environ.get("STUDIO_MONKEY_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
ANSWER_SECONDS, STOP_SECONDS = 0.1, 2.0
CROWDED_FACTOR = 4
"""How much longer it may take where more wants to run than there are cores."""
LONG_MS = 60_000
RATE = 48_000


@dataclass
class Bench:
    """An open session, a sound to work on, and a folder to write to."""

    session: StudioSession
    object_id: str
    song: Path
    out: Path
    chance: random.Random

    def fresh_song(self) -> Path:
        """Return a file that the library does not know yet."""
        path = self.song.with_name(f"song {self.chance.randrange(10**9)}.wav")
        noise = np.random.default_rng(self.chance.randrange(10**9)).normal(size=(RATE * 10, 2)) * 0.1
        soundfile.write(path, noise, RATE)
        return path


def generate(bench: Bench) -> None:
    bench.session.generate(GenerationRequest("house, 8 bars", seed=bench.chance.randrange(1_000)))


def split(bench: Bench) -> None:
    bench.session.split_object(bench.object_id)


def import_(bench: Bench) -> None:
    bench.session.import_files([bench.fresh_song()])


def export(bench: Bench) -> None:
    bench.session.export(ExportRequest(ExportWhat.STEMS, bench.out, "beat"))


def commit(bench: Bench) -> None:
    bench.session.apply(SetTempo(bench.chance.uniform(60, 200)))
    bench.session.commit("Try")


def listen(bench: Bench) -> None:
    sound = bench.session.studio.bank.store(_noise(bench.chance.randrange(10**6)))
    bench.session.listen_to(sound, "noise")


def extend(bench: Bench) -> None:
    target = parse_target("20 min")
    path = bench.out / f"long {bench.chance.randrange(10**9)}.wav"
    bench.session.extend_loop(bench.object_id, "song", ExtendRequest(target, path), 1_200.0)


def drag_out(bench: Bench) -> None:
    part = DraggedSound(bench.object_id, "part", length_frames=bench.chance.randrange(RATE, 8 * RATE))
    bench.session.write_dragged((part,) * 3, lambda _: None)


STARTS: tuple[Callable[[Bench], None], ...] = (
    generate,
    split,
    import_,
    export,
    commit,
    listen,
    extend,
    drag_out,
)


def _noise(seed: int) -> object:
    from infinite_studio.audio.audio import Audio

    return Audio.of(np.random.default_rng(seed).normal(size=(RATE * 10, 2)) * 0.1, RATE)


@pytest.fixture
def bench(qtbot, folders, song_file, tmp_path) -> Iterator[Bench]:
    jobs = JobRunner(DurationEstimates(None))
    session = StudioSession(folders, SettingsStore(folders.config / "settings.json"), jobs, Transport())
    session.start()
    qtbot.waitUntil(lambda: session.is_open, timeout=LONG_MS)
    session.import_files([song_file])
    qtbot.waitUntil(lambda: bool(session.sounds) and jobs.is_idle, timeout=LONG_MS)
    out = tmp_path / "out"
    out.mkdir()
    yield Bench(session, session.sounds[0].object_id, song_file, out, random.Random(SEED))
    assert session.close(), "some work did not stop"


def half_written(*roots: Path) -> list[Path]:
    """Return the files that only unfinished work makes."""
    names = (path for root in roots for path in root.rglob("*") if path.is_file())
    return [
        p for p in names if p.name.startswith(TEMPORARY_PREFIX) or p.suffix in {".tmp", ".part", ".partial"}
    ]


def cancel(bench: Bench, known: set[int]) -> None:
    """Cancel what a person can: the work itself, not the studio's own notes about it."""
    for view in bench.session.jobs.views():
        is_own_note = view.kind.startswith("_") and view.kind != "_drag"
        if view.job_id not in known and not is_own_note:
            bench.session.jobs.cancel(view.job_id)


def usual_seconds(qtbot: object, bench: Bench, start: Callable[[Bench], None]) -> float:
    """Return how long the work takes when nobody stops it."""
    known = {view.job_id for view in bench.session.jobs.views()}
    start(bench)
    qtbot.waitUntil(lambda: bench.session.jobs.is_idle, timeout=LONG_MS)  # type: ignore[attr-defined]
    return sum(view.elapsed_seconds for view in bench.session.jobs.views() if view.job_id not in known)


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.__name__.strip("_"))
def test_e5_cancelled_work_answers_stops_and_leaves_nothing(qtbot, bench, folders, start, tell_count):
    jobs, told = bench.session.jobs, f"seed {SEED}"
    problems: list[object] = []
    bench.session.problem.connect(problems.append)
    usual = usual_seconds(qtbot, bench, start)
    finished = {path: path.stat().st_size for path in bench.out.iterdir()}
    answers, stops, n_cancelled = [], [], 0
    for trial in range(TRIALS):
        known = {view.job_id for view in jobs.views()}
        start(bench)
        moment = time.monotonic() + (bench.chance.uniform(0.0, 0.9) * usual if trial else 0.0)
        while time.monotonic() < moment:
            QApplication.processEvents()
        pressed = time.monotonic()
        cancel(bench, known)
        QApplication.processEvents()
        answers.append(time.monotonic() - pressed)
        qtbot.waitUntil(lambda: jobs.is_idle, timeout=LONG_MS)
        stops.append(time.monotonic() - pressed)
        views = [view for view in jobs.views() if view.job_id not in known]
        ended = {view.state for view in views}
        failed = [(v.title, v.sentence) for v in views if v.state is JobState.FAILED]
        assert failed == [], (told, problems)
        n_cancelled += JobState.CANCELLED in ended
        assert half_written(folders.library.parent, bench.out) == [], told
    grown = {path for path in bench.out.iterdir() if path not in finished}
    assert all(soundfile.info(path).frames > 0 for path in grown), told
    patience = CROWDED_FACTOR if os.getloadavg()[0] > (os.cpu_count() or 1) else 1
    assert n_cancelled > 0, told
    assert max(answers) <= ANSWER_SECONDS * patience, told
    assert max(stops) <= STOP_SECONDS * patience, told
    tell_count(
        f"{told}: {n_cancelled} of {TRIALS} cancelled, {usual:.2f} s when left alone, "
        f"answered within {max(answers):.3f} s, stopped within {max(stops):.2f} s"
    )
