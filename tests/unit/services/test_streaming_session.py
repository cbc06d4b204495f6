"""Tagged loops, living loops and packs as the window calls them, on real lanes."""

import pytest
import soundfile
from tests.unit.looping.music_box import notes
from tests.unit.soundcard.manual_output import Bench

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.jobs.job import JobState
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.looping.targets import Target
from infinite_studio.progress import Silence
from infinite_studio.project.model import LoopRange
from infinite_studio.project.steps import SetLoop
from infinite_studio.services.looping_extending import extend_audio
from infinite_studio.services.looping_living import LivingRequest, LivingSource
from infinite_studio.services.looping_pack import PackRequest
from infinite_studio.services.looping_values import CrossfadeChoice, ExtendRequest, LoopPoints, LoopShape
from infinite_studio.services.session import StudioSession
from infinite_studio.settings.folders import Folders
from infinite_studio.settings.settings import SettingsStore

LONG_MS = 60_000
RATE = 24_000
SHAPE = LoopShape(LoopPoints(1.0, 3.0), CrossfadeChoice(milliseconds=0.0))


class Room:
    """A session over an empty library, what it told, and a way to wait for it."""

    def __init__(self, folder, qtbot) -> None:
        folders = Folders.under(folder)
        self.session = StudioSession(
            folders, SettingsStore(folders.config / "settings.json"), JobRunner(), Bench().transport
        )
        self.notices = []
        self.session.notice.connect(self.notices.append)
        self._qtbot = qtbot
        self.session.start()
        self.until(lambda: self.session.is_open)

    def until(self, is_so) -> None:
        self._qtbot.waitUntil(is_so, timeout=LONG_MS)

    def wait(self) -> None:
        self.until(lambda: self.session.jobs.is_idle)


@pytest.fixture
def room(qtbot, tmp_path):
    made = Room(tmp_path / "home", qtbot)
    yield made
    assert made.session.close()


def tagged(path, seed=1):
    sound = Audio(notes(8, seed, rate=RATE), RATE)
    extend_audio(sound, ExtendRequest(Target(repeats=2), path, SHAPE, with_loop_tags=True), Silence())
    return path


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_an_imported_file_brings_the_loop_that_it_is_tagged_with(room, tmp_path, suffix):
    session = room.session
    session.import_files([tagged(tmp_path / f"game.{suffix}")], at_frame=48_000)
    room.until(lambda: session.project.loop is not None)
    assert session.project.loop == LoopRange(96_000, 192_000)
    assert any("game" in notice for notice in room.notices)
    room.wait()
    mine = LoopRange(0, 24_000)
    session.apply(SetLoop(mine))
    session.import_files([tagged(tmp_path / f"other.{suffix}", seed=2)])
    room.wait()
    assert session.project.loop == mine, "a range that is there already is not replaced"
    other = next(sound for sound in session.sounds if sound.name == "other")
    assert session.tagged_loop(other.object_id) == LoopRange(48_000, 144_000)


def test_a_living_loop_is_planned_written_and_cancelled_in_the_middle_of_a_re_roll(room, tmp_path):
    session = room.session
    session.generate(GenerationRequest("house, 120 bpm", bars=1, seed=1))
    room.wait()
    request = LivingRequest(
        Target(seconds=8.0), tmp_path / "live.wav", LivingSource.SKETCH, apart=1, seed=3, pool=2
    )
    session.ask_living(request)
    room.until(lambda: session.living_plan is not None)
    assert (len(session.living_plan.steps), session.living_plan.duration_seconds) == (4, 8.0)
    session.write_living(request, 8.0)
    room.until(lambda: session.living is not None)
    assert session.living.plan == session.living_plan
    assert soundfile.info(tmp_path / "live.wav").frames == 8 * 48_000
    room.wait()

    long = LivingRequest(Target(seconds=600.0), tmp_path / "long.wav", LivingSource.SKETCH, seed=4, pool=8)
    job_id = session.write_living(long, 600.0)

    def view():
        return next(view for view in session.jobs.views() if view.job_id == job_id)

    rolling = []
    session.jobs.changed.connect(lambda seen: rolling.append(seen) if seen.fraction >= 0.15 else None)
    room.until(lambda: any(seen.job_id == job_id for seen in rolling))
    session.jobs.cancel(job_id)
    room.wait()
    assert view().state is JobState.CANCELLED
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["live.wav"]


def test_a_pack_is_made_of_a_stored_sound(room, tmp_path):
    session = room.session
    session.import_files([tagged(tmp_path / "game.wav")])
    room.until(lambda: len(session.sounds) > 0)
    room.wait()
    sound = session.sounds[0]
    extend = ExtendRequest(Target(seconds=8.0, is_exact=True), tmp_path / "Rain" / "Rain.flac", SHAPE)
    session.make_pack(sound.object_id, sound.name, PackRequest(extend, "Rain", credits=("Music: Ada",)), 8.0)
    room.until(lambda: session.pack is not None)
    assert [path.name for path in session.pack.paths] == ["Rain.flac", "chapters.txt", "credits.txt"]
    assert "Music: Ada" in (tmp_path / "Rain" / "credits.txt").read_text()
