"""A take is as loud while it is made as it will be when it is finished: nothing jumps under the playhead."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.services.tone_network import RATE, ToneNetwork
from tests.unit.soundcard.manual_output import Bench

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest, Take
from infinite_studio.engines.musicgen.finishing import finish, normalising_gain_db
from infinite_studio.engines.registry import Registry
from infinite_studio.history.recipe import Recipe
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.progress import Silence
from infinite_studio.services.growing import GrowingSound, TakeGrown
from infinite_studio.services.session import StudioSession
from infinite_studio.settings.settings import SettingsStore

LONG_MS = 60_000
SECONDS = 8.0
STEP_SECONDS = 0.2
HEARD_DB = 1.0


class PatientNetwork(ToneNetwork):
    """Makes a quiet beginning and a louder rest, normalised like MusicGen's, and waits between both when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = threading.Event()
        self.may_end = threading.Event()

    def generate_takes(self, request, n_takes, progress, on_audio=None):
        raw = _raw()
        for start in range(0, len(raw), 2 * RATE):
            if on_audio is not None:
                on_audio(Audio.of(raw[start : start + 2 * RATE], RATE), start)
            assert self.may_go_on.wait(60)
        assert self.may_end.wait(60)
        sound = finish(np.ascontiguousarray(raw.T), RATE, len(raw), is_loop=False).audio
        return (Take(sound, {}, self.understand(request), Recipe("network", "1")),)


def _raw():
    time = np.arange(round(SECONDS * RATE)) / RATE
    level = np.where(time < 2.0, 0.01, 0.06)
    return (level * np.sin(2 * np.pi * 330 * time)).astype(np.float32)[:, np.newaxis]


class Listener:
    """A session that plays into a card whose clock is turned by hand."""

    def __init__(self, folders, qtbot) -> None:
        self.bench, self.network = Bench(), PatientNetwork()
        settings = SettingsStore(folders.config / "settings.json")
        self.session = StudioSession(folders, settings, JobRunner(), self.bench.transport)
        self.until = lambda condition: qtbot.waitUntil(condition, timeout=LONG_MS)
        self.session.start()
        self.until(lambda: self.session.is_open)
        network = Registry({"network": lambda: self.network})
        self.session._studio = replace(self.session.studio, generators=network)

    @property
    def gain_db(self) -> float:
        """What the growing clip is turned up by."""
        return next(clip.gain_db for _, clip in self.session.shown_project.clips())

    def level_db(self) -> float:
        """Play on for a moment and return how loud it was."""
        before = len(self.bench.card.played) if self.bench.cards else 0
        self.bench.pass_time(STEP_SECONDS)
        heard = self.bench.card.played[before:]
        return 10 * np.log10(np.mean(np.square(heard, dtype=np.float64)))


@pytest.fixture
def listener(folders, qtbot) -> Iterator[Listener]:
    made = Listener(folders, qtbot)
    yield made
    made.network.may_go_on.set()
    made.network.may_end.set()
    assert made.session.close()


def test_nothing_jumps_under_the_playhead_when_the_take_is_finished(listener) -> None:
    session, network = listener.session, listener.network
    session.generate(GenerationRequest("x", duration_seconds=SECONDS), "network")
    listener.until(lambda: session.growing_take is not None)
    first_gain_db = listener.gain_db
    assert first_gain_db == pytest.approx(24.0, abs=0.1)

    session.seek(5 * 48_000)
    session.play_or_stop()
    network.may_go_on.set()
    listener.until(lambda: session.growing_take.n_frames > 7.9 * 48_000)
    listener.until(lambda: listener.gain_db < 15.0)
    settled = session._growth
    listener.until(lambda: settled.is_as_loud_as_wanted)
    listener.level_db()
    before = listener.level_db()
    network.may_end.set()
    listener.until(lambda: session.growing_take is None and session.jobs.is_idle)
    at_the_swap, after = listener.level_db(), listener.level_db()
    session.stop()

    assert abs(at_the_swap - before) <= HEARD_DB
    assert abs(after - before) <= 0.3
    raw_db = 20 * np.log10(0.06 / np.sqrt(2))
    assert after - raw_db > 5.0


def test_the_estimate_of_a_whole_take_is_the_gain_of_the_finished_one(studio) -> None:
    raw = _raw()
    told: list[TakeGrown] = []
    silence = Silence()
    silence.share = told.append
    growing = GrowingSound(studio.bank, SECONDS, silence, normalising_gain_db)
    for start in range(0, len(raw), RATE):
        growing.hear(Audio.of(raw[start : start + RATE], RATE), start)
    finished = finish(np.ascontiguousarray(raw.T), RATE, len(raw), is_loop=False).audio
    middle = slice(4 * RATE, 5 * RATE)
    gain_db = 20 * np.log10(np.abs(finished.samples[middle]).max() / np.abs(raw[middle]).max())
    assert told[-1].gain_db == pytest.approx(gain_db, abs=0.05)
    assert told[0].gain_db > gain_db + 6.0


def test_a_sound_that_is_kept_as_it_is_is_heard_as_it_is(studio) -> None:
    told: list[TakeGrown] = []
    silence = Silence()
    silence.share = told.append
    GrowingSound(studio.bank, SECONDS, silence).hear(Audio.of(_raw(), RATE), 0)
    assert told[-1].gain_db == 0.0
