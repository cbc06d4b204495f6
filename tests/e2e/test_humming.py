"""From a voice at the microphone to a take that plays its tune: a sound server's monitor is the microphone."""

import math
import subprocess
from collections.abc import Iterator

import mir_eval
import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from tests.soundserver import SINK, SoundServer

from infinite_studio.app.window import assemble
from infinite_studio.music.stems import StemType
from infinite_studio.services.humming_state import HumPhase
from infinite_studio.soundcard.recorder import RecorderPhase
from infinite_studio.soundcard.transport import Transport

pytestmark = [pytest.mark.soundserver, pytest.mark.realaudio]

LONG_MS = 90_000
SUNG_SECONDS = 8.0
LEAST_F = 0.45
"""Of a dozen notes through a sound server that may drop frames beside other work: another tune stays far below it.

The bar for the whole recording is held by the unit tests of the trackers.
"""


@pytest.fixture
def microphone(sound_server: SoundServer, monkeypatch) -> SoundServer:
    """A server whose default input hears what its sink plays."""
    sound_server.pactl("set-default-source", f"{SINK}.monitor")
    monkeypatch.setenv("PULSE_SOURCE", f"{SINK}.monitor")
    return sound_server


@pytest.fixture
def window(qtbot, folders, microphone) -> Iterator[object]:
    studio = assemble(folders, Transport())
    qtbot.addWidget(studio.window)
    studio.window.show()
    studio.session.start()
    qtbot.waitUntil(lambda: studio.session.is_open, timeout=LONG_MS)
    yield studio.window
    studio.window.close()
    assert studio.session.close()


def sing(server: SoundServer, path, seconds: float) -> "subprocess.Popen[bytes]":
    import os

    import soundfile

    samples, rate = soundfile.read(path, dtype="float32", frames=round(seconds * 44_100))
    raw = server.root / "voice.raw"
    raw.write_bytes(samples.astype("<f4").tobytes())
    return subprocess.Popen(
        ["pacat", "-d", SINK, f"--rate={rate}", "--channels=1", "--format=float32le", "--raw", str(raw)],
        env={**os.environ, **server.environment},
    )


def test_a_sung_tune_is_recorded_corrected_and_played_by_a_take(qtbot, window, microphone, real_audio):
    session = window._session
    dialog = window.commands.show_hum()
    qtbot.waitExposed(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: session.recorder_state.phase is RecorderPhase.RECORDING, timeout=LONG_MS)
    voice = sing(microphone, real_audio / "voice" / "vocadito_1.flac", SUNG_SECONDS)
    qtbot.waitUntil(lambda: dialog.record.meter.level > 0.05, timeout=LONG_MS)
    qtbot.waitUntil(lambda: voice.poll() is not None, timeout=LONG_MS)
    heard = session.recorder_state.seconds
    qtbot.waitUntil(lambda: session.recorder_state.seconds > heard + 0.3, timeout=LONG_MS)
    assert not dialog.record.meter.is_clipped
    qtbot.mouseClick(dialog.record.record, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.hum.phase is HumPhase.READY, timeout=LONG_MS)

    assert session.hum.problem is None
    assert onset_pitch_f(session.hum.notes, real_audio) >= LEAST_F

    edit_one_note(qtbot, dialog, session)
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    melody = session.melody
    window.generate.prompt.setPlainText("warm lo-fi")
    qtbot.waitUntil(window.generate.work.button.isEnabled, timeout=LONG_MS)
    qtbot.mouseClick(window.generate.work.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(session.takes), timeout=LONG_MS)
    take = session.takes[-1]
    lead = sorted(take.notes[StemType.MELODY], key=lambda note: note.start_beat)
    n = len(melody.notes)
    assert [note.start_beat for note in lead[:n]] == pytest.approx([n.start_beat for n in melody.notes])
    moved = {a.pitch - b.pitch for a, b in zip(lead, melody.notes, strict=False)}
    assert len(moved) == 1
    assert moved.pop() % 12 == 0
    assert take.tune.score > 0.6
    assert any(fact.startswith("tune kept") for fact in take.facts)


def edit_one_note(qtbot, dialog, session) -> None:
    """Drag the second note up by two semitones, take it back, and do it again."""
    before = session.hum.notes
    roll = dialog.roll
    for _ in range(4):
        roll.zoom(1.25)
    roll._view = roll.view.showing(before[1].start_seconds)
    place = next(p for p, note in enumerate(before) if roll.view.box_of(note).left() > roll.view.field.left())
    start = roll.view.box_of(before[place]).center()
    end = QPointF(start.x(), start.y() - 2 * roll.view.row)
    QTest.mousePress(roll, Qt.MouseButton.LeftButton, pos=start.toPoint())
    QTest.mouseMove(roll, end.toPoint())
    QTest.mouseRelease(roll, Qt.MouseButton.LeftButton, pos=end.toPoint())
    assert session.hum.notes[place].pitch == before[place].pitch + 2
    qtbot.mouseClick(dialog.edit.undo, Qt.MouseButton.LeftButton)
    assert session.hum.notes == before
    qtbot.mouseClick(dialog.edit.redo, Qt.MouseButton.LeftButton)
    assert session.hum.notes[place].pitch == before[place].pitch + 2


def onset_pitch_f(notes, real_audio) -> float:
    """Compare with the annotation, the recording's unknown delay taken out by the best of many."""
    rows = np.loadtxt(real_audio / "voice" / "vocadito_1_notesA1.csv", delimiter=",")
    rows = rows[rows[:, 0] + rows[:, 2] < SUNG_SECONDS]
    wanted = np.c_[rows[:, 0], rows[:, 0] + rows[:, 2]]
    found = np.array([[n.start_seconds, n.start_seconds + n.length_seconds] for n in notes])
    cents = 1200 * np.log2(rows[:, 1] / 440)
    tuning = np.angle(np.exp(2j * np.pi * cents / 100).sum()) / (2 * np.pi) * 100
    hz = np.array([440 * 2 ** ((n.pitch - 69) / 12 + tuning / 1200) for n in notes])
    best = 0.0
    for delay in np.arange(0.0, found[0, 0] + 0.01, 0.01):
        moved = found - delay + 0.0
        moved = moved[moved[:, 0] >= 0]
        if len(moved):
            kept = hz[-len(moved) :]
            scores = mir_eval.transcription.precision_recall_f1_overlap(
                wanted, rows[:, 1], moved, kept, offset_ratio=None
            )
            best = max(best, scores[2])
    assert math.isfinite(best)
    return best
