"""The use cases about weights, alone and as the window calls them on real lanes."""

import threading
from collections.abc import Iterator

import pytest
from tests.unit.soundcard.manual_output import Bench
from tests.unit.weights.conftest import FILES, REPOSITORY, WEIGHTS

from infinite_studio.jobs.job import JobState, LaneName
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.progress import Silence
from infinite_studio.services import weights as use_cases
from infinite_studio.services.session import StudioSession
from infinite_studio.settings.folders import Folders
from infinite_studio.settings.settings import SettingsStore
from infinite_studio.weights.status import WeightsState

LONG_MS = 30_000


class Room:
    """A session over an empty library, and what it told."""

    def __init__(self, folders: Folders, qtbot) -> None:
        store = SettingsStore(folders.config / "settings.json")
        self.session = StudioSession(folders, store, JobRunner(), Bench().transport)
        self.notices, self.problems, self.changes = [], [], []
        self.session.notice.connect(self.notices.append)
        self.session.problem.connect(self.problems.append)
        self.session.changed.connect(lambda changes, _: self.changes.append(changes))
        self._qtbot = qtbot
        self.session.start()
        qtbot.waitUntil(lambda: self.session.is_open, timeout=LONG_MS)
        self.wait()

    def wait(self) -> None:
        self._qtbot.waitUntil(lambda: self.session.jobs.is_idle, timeout=LONG_MS)

    def state(self, name="htdemucs"):
        return next(status for status in self.session.weights() if status.entry.name == name).state


@pytest.fixture
def room(qtbot, tmp_path, hub) -> Iterator[Room]:
    hub.put(REPOSITORY, FILES)
    made = Room(Folders.under(tmp_path / "home"), qtbot)
    yield made
    assert made.session.close()


def test_nothing_is_downloaded_that_this_installation_cannot_run(tmp_path, hub, monkeypatch):
    hub.put(REPOSITORY, FILES)
    store = use_cases.open_weights(Folders.under(tmp_path / "home"))
    monkeypatch.setattr(use_cases, "torch_version", lambda: None)
    with pytest.raises(use_cases.CannotRunHereError, match="without torch"):
        use_cases.download_weights(use_cases.DownloadRequest("htdemucs"), store, Silence())
    assert store.status_of("htdemucs").state is WeightsState.MISSING


def test_a_compressed_model_is_refused_in_a_sentence_before_anything_comes(tmp_path, hub, monkeypatch):
    monkeypatch.setattr("infinite_studio.engines.demucs.models.find_spec", lambda _name: None)
    store = use_cases.open_weights(Folders.under(tmp_path / "home"))
    with pytest.raises(
        use_cases.MissingPackageError, match="diffq”, which unpacks them, is not installed"
    ) as caught:
        use_cases.download_weights(use_cases.DownloadRequest("mdx_extra_q"), store, Silence())
    assert "mdx_extra," in caught.value.hint
    assert not hub.asked
    assert store.status_of("mdx_extra_q").state is WeightsState.MISSING


def test_a_download_runs_on_the_lane_for_downloads_and_says_when_it_is_here(room):
    job_id = room.session.download_weights("htdemucs")
    assert room.session.weights_job("htdemucs") == job_id
    assert room.session.jobs.views()[-1].lane is LaneName.NETWORK
    room.wait()

    assert room.state() is WeightsState.HERE
    assert room.session.weights_job("htdemucs") is None
    assert room.notices == ["HTDemucs is here. It works without a network from now on."]
    assert any(changes.weights for changes in room.changes)


def test_a_commit_need_not_wait_for_a_download(room, hub, qtbot):
    hub.stalls_after = 100_000
    job_id = room.session.download_weights("htdemucs")
    done = threading.Event()
    room.session._run(room.session._disk_job("Something", "something", lambda _: done.set()), lambda _: None)
    qtbot.waitUntil(done.is_set)
    assert room.session.weights_job("htdemucs") == job_id
    hub.released.set()
    room.wait()


def test_a_cancelled_download_leaves_its_row_ready_to_go_on(room, hub, qtbot):
    hub.stalls_after = 300_000
    job_id = room.session.download_weights("htdemucs")
    qtbot.waitUntil(
        lambda: any(v.job_id == job_id and v.fraction > 0.2 for v in room.session.jobs.views()),
        timeout=LONG_MS,
    )
    room.session.jobs.cancel(job_id)
    room.wait()

    assert room.session.jobs.views()[-1].state is JobState.CANCELLED
    assert room.state() is WeightsState.PARTIAL
    assert room.session.weights_job("htdemucs") is None
    assert room.problems == []


def test_a_failed_download_is_told_with_its_hint(room, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.invalid")
    room.session.download_weights("htdemucs")
    room.wait()

    assert "hub.invalid" in room.problems[0].sentence
    assert room.problems[0].hint
    assert room.session.weights_job("htdemucs") is None


def test_verifying_remembers_what_it_found(room):
    room.session.download_weights("htdemucs")
    room.wait()
    path = room.session.weights_folder / "htdemucs" / WEIGHTS
    path.write_bytes(b"x" + FILES[WEIGHTS][1:])
    room.session.verify_weights("htdemucs")
    room.wait()

    assert room.session.verified_weights("htdemucs").damaged == (WEIGHTS,)
    assert room.state() is WeightsState.DAMAGED


def test_a_removal_is_undone_until_its_space_is_given_back(room):
    room.session.download_weights("htdemucs")
    room.wait()
    room.session.remove_weights("htdemucs")
    assert (room.state(), room.session.removed_weights) == (WeightsState.MISSING, "htdemucs")
    room.session.restore_weights()
    assert (room.state(), room.session.removed_weights) == (WeightsState.HERE, "")

    room.session.remove_weights("htdemucs")
    room.session._forget_timer.timeout.emit()
    room.wait()

    assert room.session.removed_weights == ""
    assert [path.name for path in room.session.weights_folder.iterdir()] == [".downloads"]


def test_models_that_were_moved_are_found_on_the_next_evening(room, tmp_path):
    room.session.download_weights("htdemucs")
    room.wait()
    room.session.move_weights(tmp_path / "big disk")
    room.wait()

    assert room.session.weights_folder == tmp_path / "big disk"
    assert use_cases.open_weights(room.session.folders).is_here("htdemucs")
    assert room.session.settings.weights_folder == str(tmp_path / "big disk")


def test_settings_that_cannot_be_kept_leave_the_models_where_they_were(tmp_path, hub):
    hub.put(REPOSITORY, FILES)
    folders = Folders.under(tmp_path / "home")
    store = use_cases.open_weights(folders)
    use_cases.download_weights(use_cases.DownloadRequest("htdemucs"), store, Silence())
    folders.config.parent.mkdir(exist_ok=True)
    folders.config.write_text("a file in the way")

    with pytest.raises(Exception, match="settings"):
        use_cases.move_weights(tmp_path / "elsewhere", store, folders, Silence())

    assert store.folder == folders.weights
    assert use_cases.open_weights(folders).is_here("htdemucs")
