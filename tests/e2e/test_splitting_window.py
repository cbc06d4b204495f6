"""Two songs dropped on the real window become stems, one of which is heard alone; a third is cancelled."""

import time
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from tests.tiny_demucs import write_htdemucs
from tests.ui.timeline.hands import drop

from infinite_studio.app.window import assemble
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.writing import write_audio
from infinite_studio.jobs.job import JobState
from infinite_studio.music.stems import StemType
from infinite_studio.project.steps import SetSoloed
from infinite_studio.services.split_files import FilesRequest
from infinite_studio.services.split_queue import QueueState
from infinite_studio.services.split_wish import SplitWish
from infinite_studio.services.values import ExportRequest, ExportWhat
from infinite_studio.soundcard.transport import Transport

LONG_MS = 60_000


@pytest.fixture
def window(qtbot, folders, hub) -> Iterator[object]:
    studio = assemble(folders, Transport())
    qtbot.addWidget(studio.window)
    studio.window.show()
    studio.session.start()
    qtbot.waitUntil(lambda: studio.session.is_open, timeout=LONG_MS)
    yield studio.window
    studio.window.close()
    assert studio.session.close()


@pytest.fixture
def songs(tmp_path, song):
    """Three songs: the third is long enough to be cancelled in the middle."""
    paths = []
    for name, seconds, seed in (("one", 2, 1), ("two", 2, 2), ("three", 60, 3)):
        repeats = -(-seconds * song.sample_rate // song.n_frames)
        samples = np.tile(song.samples, (repeats, 1))[: seconds * song.sample_rate]
        grain = np.random.default_rng(seed).normal(size=samples.shape) * 0.01
        paths.append(tmp_path / f"{name}.flac")
        write_audio(paths[-1], Audio.of(samples + grain, song.sample_rate))
    return paths


def idle(qtbot, window):
    qtbot.waitUntil(lambda: window._session.jobs.is_idle, timeout=LONG_MS)


def drop_files(window, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = window.timeline.mapFrom(window, QPoint(800, 700))
    drop(window.timeline, data, place.x(), place.y())


def split_in_panel(qtbot, window, name):
    panel = window.split
    panel.target.choose(next(t for t in panel.target._values if t.name == name))
    assert panel.separator_name == "htdemucs"
    qtbot.mouseClick(panel.work.button, Qt.MouseButton.LeftButton)


def stems_of(window, name):
    return [track for track in window._session.project.tracks if f"· {name}" in track.name]


def fetch_htdemucs(qtbot, window, hub, folder):
    write_htdemucs(folder)
    hub.put_folder("adefossez/HTDemucs", folder / "htdemucs")
    window._session.download_weights("htdemucs")
    idle(qtbot, window)


@pytest.mark.soundserver
def test_dropped_songs_become_stems_that_are_heard_exported_and_cancelled(
    qtbot, sound_server, window, hub, songs, tmp_path
):
    session = window._session
    window.show_right("split")
    drop_files(window, songs)
    idle(qtbot, window)
    assert "download first" in window.split.separator.editor.itemText(1)
    fetch_htdemucs(qtbot, window, hub, tmp_path / "made")
    window.split.separator.choose("htdemucs")
    for name in ("one", "two"):
        split_in_panel(qtbot, window, name)
        qtbot.waitUntil(lambda name=name: len(stems_of(window, name)) == 4, timeout=LONG_MS)
        idle(qtbot, window)
    split_in_panel(qtbot, window, "three")
    qtbot.waitUntil(lambda: any(v.fraction > 0.05 for v in running(session)), timeout=LONG_MS)
    asked = time.monotonic()
    qtbot.mouseClick(window.split.work.cancel, Qt.MouseButton.LeftButton)
    idle(qtbot, window)
    assert time.monotonic() - asked < 5
    assert stems_of(window, "three") == []
    assert [view.state for view in session.jobs.views() if view.kind.startswith("split")][
        -1
    ] is JobState.CANCELLED
    hear_alone(qtbot, window, sound_server, stems_of(window, "one")[0])
    export_all(qtbot, window, tmp_path / "exported")


def running(session):
    return [view for view in session.jobs.views() if view.state is JobState.RUNNING]


def hear_alone(qtbot, window, sound_server, track):
    """Solo one stem and compare what the card gets with the stem."""
    session = window._session
    session.apply(SetSoloed(track.track_id, True))
    stem = session.studio.bank.samples(track.clips[0].object_id)
    recording = sound_server.start_recording()
    recording.wait_until_running()
    session.seek(track.clips[0].start_frame)
    session.play_or_stop()
    end = track.clips[0].start_frame + len(stem)
    qtbot.waitUntil(lambda: session.playhead_frame >= end, timeout=LONG_MS)
    session.stop()
    heard = recording.stop()
    wanted = stem[:48_000, 0]
    correlation = np.correlate(heard[:, 0], wanted, "valid")
    best = int(np.argmax(np.abs(correlation)))
    part = heard[best : best + len(wanted), 0]
    likeness = np.dot(part, wanted) / (np.linalg.norm(part) * np.linalg.norm(wanted) + 1e-12)
    assert likeness > 0.99


def export_all(qtbot, window, folder):
    session = window._session
    session.export(ExportRequest(ExportWhat.STEMS, folder, "Evening"))
    idle(qtbot, window)
    names = {path.name for path in folder.iterdir()}
    assert {f"Evening - Drums · {name}.wav" for name in ("one", "two")} <= names


def test_a_folder_of_files_goes_through_the_queue_and_is_reordered_paused_and_shortened(
    qtbot, window, songs, tmp_path
):
    session = window._session
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"not a sound")
    request = FilesRequest((), tmp_path / "stems", SplitWish("quick", (StemType.VOCALS,)))
    session.pause_splits(True)
    session.queue_splits([songs[0], broken, songs[1]], request)
    qtbot.waitUntil(lambda: len(session.split_queue) == 3, timeout=LONG_MS)
    session.pause_splits(True)
    session.move_split_up(songs[1])
    assert [f.path for f in session.split_queue] == [songs[0], songs[1], broken]
    idle(qtbot, window)
    assert [f.state for f in session.split_queue][1:] == [QueueState.WAITING] * 2
    session.pause_splits(False)
    qtbot.waitUntil(lambda: session.split_queue[-1].state is QueueState.FAILED, timeout=LONG_MS)
    idle(qtbot, window)
    assert [f.state for f in session.split_queue] == [QueueState.DONE, QueueState.DONE, QueueState.FAILED]
    assert "broken.wav" in session.split_queue[2].sentence
    written = {path.name for path in (tmp_path / "stems").iterdir()}
    assert written == {"one - vocals.wav", "two - vocals.wav"}
    assert read_audio(tmp_path / "stems" / "one - vocals.wav").n_frames == read_audio(songs[0]).n_frames
    assert window.split.queue.summary.text() == "2 of 3 done, 1 failed"


def test_a_folder_with_bad_files_is_split_and_the_panel_names_them_with_their_reasons(
    qtbot, window, songs, tmp_path
):
    folder, session = tmp_path / "many", window._session
    folder.mkdir()
    write_audio(folder / "good.wav", Audio.of(0.2 * np.ones((400, 1)), 8_000))
    data = (folder / "good.wav").read_bytes()
    for index in range(20):
        (folder / f"{index:02}.wav").write_bytes(data[:20] if index % 10 == 5 else data)
    (folder / "good.wav").unlink()
    window.show_right("split")
    session.queue_splits([folder], FilesRequest((), tmp_path / "out", SplitWish("quick", (StemType.BASS,))))
    summary = window.split.queue.summary
    qtbot.waitUntil(lambda: summary.text() == "18 of 20 done, 2 failed", timeout=LONG_MS)
    idle(qtbot, window)
    failed = [row for row in window.split.queue.rows if row.reason.text()]
    assert [row.file.path.name for row in failed] == ["05.wav", "15.wav"]
    assert all(row.file.path.name in row.reason.text() for row in failed)
    assert len(list((tmp_path / "out").iterdir())) == 18
    qtbot.mouseClick(window.split.queue.clear, Qt.MouseButton.LeftButton)
    assert session.split_queue == ()
    assert window.split.queue.isHidden()


def test_without_its_weights_a_split_offers_the_download(qtbot, window, songs):
    drop_files(window, songs[:1])
    idle(qtbot, window)
    window.show_right("split")
    window.split.separator.choose("htdemucs")
    window.split.split()
    qtbot.waitUntil(window.split.failure.isVisible, timeout=LONG_MS)
    assert "not here yet" in window.split.failure.text
    assert window.split.failure.remedy.isVisible()
