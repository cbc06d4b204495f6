"""The first minute in the real window: describe, play, keep, drop, split, go back, through the real sound card path."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from tests.ui.timeline.hands import drop

from infinite_studio.app.window import assemble
from infinite_studio.audio.reading import read_audio
from infinite_studio.project.mixdown import program_of
from infinite_studio.project.model import LoopRange
from infinite_studio.project.steps import SetLoop
from infinite_studio.soundcard.transport import Transport

LONG_MS = 30_000


def session_of(window):
    return window._session


def wait_until_idle(qtbot, window):
    qtbot.waitUntil(lambda: session_of(window).jobs.is_idle, timeout=LONG_MS)


def heard(window):
    project = session_of(window).project
    return program_of(project, session_of(window).studio.bank.samples).mix(0, project.length_frames)


def describe_a_beat(qtbot, window, prompt="house, 120 bpm, in A minor, 4 bars"):
    window.show_right("generate")
    window.generate.prompt.setFocus()
    QTest.keyClicks(window.generate.prompt, prompt)
    qtbot.waitUntil(window.generate.work.button.isEnabled, timeout=LONG_MS)
    qtbot.waitUntil(lambda: "120 BPM" in texts_of(window.generate.understanding), timeout=LONG_MS)
    qtbot.mouseClick(window.generate.work.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session_of(window).takes) == 1, timeout=LONG_MS)
    wait_until_idle(qtbot, window)


def texts_of(widget):
    from PySide6.QtWidgets import QLabel

    return " ".join(label.text() for label in widget.findChildren(QLabel))


def commit(qtbot, window, message):
    session_of(window).commit(message)
    wait_until_idle(qtbot, window)


def drop_on(window, path):
    """Drop a file below the last track as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    place = window.timeline.mapFrom(window, QPoint(800, 700))
    drop(window.timeline, data, place.x(), place.y())


def test_a_described_beat_has_four_stems_on_the_timeline(qtbot, window):
    describe_a_beat(qtbot, window)
    project = session_of(window).project
    assert [track.name for track in project.tracks] == ["Drums", "Bass", "Melody", "Other"]
    assert (project.tempo_bpm, str(project.key)) == (120.0, "A minor")
    assert project.length_frames == 4 * 4 * 24_000
    assert np.abs(heard(window)).max() > 0.1


def test_what_was_committed_comes_back_exactly(qtbot, window, song_file):
    session = session_of(window)
    describe_a_beat(qtbot, window)
    commit(qtbot, window, "First beat")
    first, first_sound = session.base_commit_id, heard(window)
    assert "First beat" in [commit.message for commit in session.commits]
    drop_on(window, song_file)
    wait_until_idle(qtbot, window)
    assert "four bars" in [track.name for track in session.project.tracks]
    dropped = next(clip for track, clip in session.project.clips() if track.name == "four bars")
    menu = window.link.clip_menu(dropped.clip_id)
    next(action for action in menu.actions() if "stems" in action.text()).trigger()
    wait_until_idle(qtbot, window)
    stems = [track for track in session.project.tracks if track.name.endswith("· four bars")]
    assert len(stems) == 4
    total = sum(session.studio.bank.samples(track.clips[0].object_id).astype(np.float64) for track in stems)
    whole = session.studio.bank.samples(dropped.object_id)
    frames = slice(2_000, min(len(total), len(whole)) - 2_000)
    assert 20 * np.log10(np.abs(total[frames] - whole[frames]).max()) < -60
    commit(qtbot, window, "With stems")
    window.show_left("history")
    session.checkout(first)
    wait_until_idle(qtbot, window)
    np.testing.assert_array_equal(heard(window), first_sound)
    assert [commit.message for commit in session.commits] == ["With stems", "First beat"]


def test_space_undo_and_redo_work_from_the_keyboard(qtbot, window):
    session = session_of(window)
    describe_a_beat(qtbot, window)
    window.timeline.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.project.tracks == ()
    QTest.keyClick(
        window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert len(session.project.tracks) == 4


def test_work_and_view_are_there_after_a_restart(qtbot, folders):
    first = assemble(folders, Transport())
    qtbot.addWidget(first.window)
    first.session.start()
    qtbot.waitUntil(lambda: first.session.is_open, timeout=LONG_MS)
    describe_a_beat(qtbot, first.window)
    project = first.session.project
    first.window.timeline.zoom_in()
    first.session.seek(96_000)
    view = first.window.timeline.view_state()
    first.window.close()
    assert first.session.close()
    second = assemble(folders, Transport())
    qtbot.addWidget(second.window)
    second.session.start()
    qtbot.waitUntil(lambda: second.session.is_open, timeout=LONG_MS)
    assert second.session.project == project
    assert second.session.unsaved_steps > 0
    assert second.session.playhead_frame == 96_000
    assert second.window.timeline.view_state() == pytest.approx(view)
    assert second.session.close()


def test_a_real_song_shows_its_tempo_and_key(qtbot, window, real_audio):
    drop_on(window, real_audio / "loops" / "loop_amen_full.flac")
    wait_until_idle(qtbot, window)
    (sound,) = session_of(window).sounds
    analysis = session_of(window).analysis_of(sound.object_id)
    assert analysis is not None
    assert analysis.tempo_bpm == pytest.approx(140, rel=0.04)
    assert session_of(window).project.tempo_bpm == pytest.approx(140, rel=0.04)


def test_an_unreadable_file_is_a_sentence_and_leaves_nothing_behind(qtbot, window, tmp_path):
    told = []
    session_of(window).problem.connect(told.append)
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF this is no sound at all")
    drop_on(window, broken)
    wait_until_idle(qtbot, window)
    assert "broken.wav" in told[0].sentence
    assert told[0].hint
    assert not told[0].is_bug
    assert session_of(window).project.tracks == ()


@pytest.mark.soundserver
def test_the_beat_is_heard_through_the_sound_card(qtbot, folders, sound_server):
    studio = assemble(folders, Transport())
    qtbot.addWidget(studio.window)
    studio.window.show()
    studio.session.start()
    qtbot.waitUntil(lambda: studio.session.is_open, timeout=LONG_MS)
    describe_a_beat(qtbot, studio.window)
    studio.session.apply(SetLoop(LoopRange(0, studio.session.project.length_frames)))
    expected = heard(studio.window).mean(axis=1)
    recording = sound_server.start_recording()
    studio.window.timeline.setFocus()
    QTest.keyClick(studio.window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: studio.session.is_playing, timeout=LONG_MS)
    qtbot.waitUntil(lambda: studio.session.playhead_frame > 3 * 96_000, timeout=LONG_MS)
    playhead = studio.session.playhead_frame
    QTest.keyClick(studio.window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not studio.session.is_playing, timeout=LONG_MS)
    qtbot.wait(400)
    recorded = recording.stop().mean(axis=1)
    assert studio.session.close()
    offset, similarity = best_match(recorded, expected[96_000:192_000])
    assert similarity > 0.98, "the second bar of the beat is in what came out of the card"
    assert 3 * 96_000 < playhead < 4 * 96_000
    assert offset > 0


def best_match(recorded, wanted):
    """Return where a piece of sound is in a recording, and their correlation there (−1 to 1)."""
    from scipy.signal import correlate

    products = correlate(recorded, wanted, mode="valid", method="fft")
    running = np.concatenate([[0.0], np.cumsum(recorded.astype(np.float64) ** 2)])
    energies = running[len(wanted) :] - running[: -len(wanted)]
    similarities = products / np.sqrt(np.maximum(energies, 1e-9) * np.sum(wanted.astype(np.float64) ** 2))
    place = int(np.argmax(similarities))
    return place, float(similarities[place])


def test_the_exported_mixdown_is_what_is_heard(qtbot, window, tmp_path):
    from infinite_studio.services.values import ExportRequest, ExportWhat

    describe_a_beat(qtbot, window)
    session_of(window).export(ExportRequest(ExportWhat.MIXDOWN, tmp_path / "out", "beat", ".wav", 32))
    wait_until_idle(qtbot, window)
    np.testing.assert_array_equal(read_audio(tmp_path / "out" / "beat.wav").samples, heard(window))


def test_the_branch_list_leads_back_to_its_end_after_going_back(qtbot, window):
    session = session_of(window)
    describe_a_beat(qtbot, window)
    commit(qtbot, window, "One")
    first = session.base_commit_id
    session.apply(SetLoop(LoopRange(0, 96_000)))
    commit(qtbot, window, "Two")
    second = session.base_commit_id
    session.checkout(first)
    wait_until_idle(qtbot, window)
    session.switch_branch("main")
    wait_until_idle(qtbot, window)
    assert (session.branch, session.base_commit_id) == ("main", second)
