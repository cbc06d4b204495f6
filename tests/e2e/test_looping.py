"""Loops in the real window: find one, hear its seam through the sound card, write a long file, cancel another."""

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from tests.e2e.test_first_minute import best_match
from tests.unit.looping.music_box import notes

from infinite_studio.app.window import assemble
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.writing import write_audio
from infinite_studio.jobs.job import JobState
from infinite_studio.soundcard.transport import Transport

LONG_MS = 40_000
RATE = 48_000


@pytest.fixture
def tune(tmp_path):
    """A file with an intro and a loop of eight seconds that comes again."""
    path = tmp_path / "tune.wav"
    loop = notes(16, 1, rate=RATE)
    write_audio(path, Audio(np.concatenate([notes(4, 7, rate=RATE), loop, loop[: 5 * RATE]]), RATE))
    return path


@pytest.mark.soundserver
def test_a_loop_is_found_heard_extended_and_another_is_cancelled(
    qtbot, folders, sound_server, tune, tmp_path
):
    studio = assemble(folders, Transport())
    session, window = studio.session, studio.window
    qtbot.addWidget(window)
    window.show()
    session.start()
    qtbot.waitUntil(lambda: session.is_open, timeout=LONG_MS)
    session.import_files([tune])
    qtbot.waitUntil(lambda: bool(session.sounds) and session.jobs.is_idle, timeout=LONG_MS)
    window.show_right("loop")
    window.loop.page.choose("extend")
    finder, extender = window.loop.finder, window.loop.extender
    qtbot.mouseClick(finder.work.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(finder.rows) > 0, timeout=LONG_MS)
    qtbot.mouseClick(finder.rows[0].place, Qt.MouseButton.LeftButton)
    candidate = finder.candidate
    assert candidate.length_seconds == pytest.approx(8.0, abs=0.001)

    recording = sound_server.start_recording()
    qtbot.mouseClick(finder.rows[0].joined, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.auditioned_object_id is not None, timeout=LONG_MS)
    qtbot.waitUntil(lambda: session.auditioned_object_id is None, timeout=LONG_MS)
    qtbot.wait(300)
    recorded = recording.stop().mean(axis=1)
    samples = soundfile.read(tune, dtype="float32", always_2d=True)[0].mean(axis=1)
    start, end = candidate.start_frame, candidate.end_frame
    around = np.concatenate([samples[end - RATE : end], samples[start : start + RATE]])
    _, similarity = best_match(recorded, around)
    assert similarity > 0.97, "the end of the loop and then its start are in what came out of the card"

    extender.file.place.choose(tmp_path / "out")
    extender.target.length.editor.setText("20m")
    extender.target.exact.click()
    qtbot.waitUntil(lambda: "rounds" in extender.file.estimate.text(), timeout=LONG_MS)
    qtbot.mouseClick(extender.file.work.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.extended is not None and session.jobs.is_idle, timeout=LONG_MS)
    qtbot.waitUntil(extender.file.open_folder.isVisible, timeout=LONG_MS)
    assert soundfile.info(session.extended.path).frames == 1_200 * RATE
    assert "checked to the last frame" in extender.file.done.text()

    extender.target.format.editor.setCurrentIndex(4)
    qtbot.waitUntil(extender.file.work.button.isEnabled, timeout=LONG_MS)
    qtbot.mouseClick(extender.file.work.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: extender.file.work.is_working, timeout=LONG_MS)
    qtbot.mouseClick(extender.file.work.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)
    extensions = [view for view in session.jobs.views() if view.kind.startswith("extend:mp3")]
    assert [view.state for view in extensions] == [JobState.CANCELLED]
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".wav"]
    window.close()
    assert session.close()
