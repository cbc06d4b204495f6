"""E1: whatever is clicked, pressed, dragged and dropped: no exception, no freeze, and undo leads back to the start."""

import importlib
import logging
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.monkey import Monkey, without_name

from infinite_studio.app.window import SWITCH_INTERVAL_SECONDS, Studio, assemble
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.services.values import Problem
from infinite_studio.soundcard.output import NoSoundCardError
from infinite_studio.soundcard.portaudio import PortAudioOutput
from infinite_studio.soundcard.transport import Transport

pytestmark = pytest.mark.faults

IS_NIGHTLY = os.environ.get("STUDIO_FAULTS_LEVEL") == "N"
SECONDS = float(os.environ.get("STUDIO_MONKEY_SECONDS", "1800" if IS_NIGHTLY else "10"))
DRAWN = random.SystemRandom().randrange(1, 10**6) if IS_NIGHTLY else 2
SEED = int(os.environ.get("STUDIO_MONKEY_SEED", "0")) or DRAWN
LONG_MS = 60_000


class NoCard(PortAudioOutput):
    """A machine without a sound card: the transport plays silently."""

    def open(self, device: object, sample_rate: int) -> None:
        raise NoSoundCardError("No sound card was found; the studio plays silently.", hint="Connect one.")


@pytest.fixture
def studio(qtbot, folders) -> Iterator[Studio]:
    """The real window over a library with a beat on its timeline, its threads switching as in the program."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    made = assemble(folders, Transport(make_card=NoCard, look_again=lambda: None))
    qtbot.addWidget(made.window)
    made.window.resize(1_440, 900)
    made.window.show()
    # The first plot loads its library in the window's thread; without cached bytecode, as here, that takes long.
    importlib.import_module("pyqtgraph")
    made.session.start()
    qtbot.waitUntil(lambda: made.session.is_open, timeout=LONG_MS)
    made.session.generate(GenerationRequest("house, 4 bars", seed=1))
    qtbot.waitUntil(lambda: made.session.jobs.is_idle, timeout=LONG_MS)
    yield made
    made.window.close()
    assert made.session.close(), "some work did not stop"
    sys.setswitchinterval(usual)


@pytest.fixture
def sounds(song_file, tmp_path) -> tuple[Path, ...]:
    words = tmp_path / "words.wav"
    words.write_bytes(b"these are words, not sound")
    return song_file, words


@pytest.mark.timeout(SECONDS + 200)
def test_e1_a_monkey_breaks_nothing_and_undo_leads_back(
    qtbot, studio, sounds, tmp_path, monkeypatch, caplog, tell_count
):
    monkey = Monkey(studio, sounds, tmp_path, SEED)
    monkey.tame(monkeypatch)
    bugs: list[Problem] = []
    studio.session.problem.connect(lambda p: bugs.append(p) if p.is_bug else None)
    told = f"seed {SEED} (STUDIO_MONKEY_SEED={SEED} brings it back)"
    deadline = time.monotonic() + SECONDS
    with caplog.at_level(logging.ERROR), qtbot.capture_exceptions() as exceptions:
        while time.monotonic() < deadline and not exceptions and not bugs:
            monkey.act()
        studio.session.jobs.cancel_all()
        qtbot.waitUntil(lambda: studio.session.jobs.is_idle, timeout=LONG_MS)
        first, undone = monkey.undo_everything()
    assert exceptions == [], f"{told}, after {monkey.last}: {exceptions}"
    assert bugs == [], f"{told}, after {monkey.last}: {[(b.sentence, b.details) for b in bugs]}"
    errors = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
    assert errors == [], f"{told}, after {monkey.last}"
    assert monkey.freezes() == [], told
    assert first is None or without_name(undone) == without_name(first), told
    tell_count(f"{sum(monkey.counts.values())} deeds, {told}: {dict(monkey.counts)}; slow {monkey.slow}")
