"""The window for humming over a real session, with a microphone whose sound is handed over by hand."""

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from tests.hums import SINGERS, hum, tune
from tests.unit.soundcard.manual_input import ManualMicrophone

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.writing import write_audio
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.crepe import tracker
from infinite_studio.errors import StudioError
from infinite_studio.jobs.estimates import DurationEstimates
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.music.midi import read_midi
from infinite_studio.services.composer import request_of
from infinite_studio.services.humming_kept import by_object
from infinite_studio.services.humming_state import HumPhase, HumSound
from infinite_studio.services.recordings import recordings_folder
from infinite_studio.services.session import StudioSession
from infinite_studio.settings.settings import SettingsStore
from infinite_studio.soundcard.recorder import Recorder
from infinite_studio.soundcard.transport import Transport
from infinite_studio.ui.hum_dialog import RECORDING_HINT, HumDialog
from infinite_studio.ui.hum_record_row import TOO_LOUD
from infinite_studio.ui.main_window import MainWindow
from infinite_studio.ui.theme import LIGHT

LONG_MS = 30_000
NOTES = tune(seed=4, n_notes=7)
VOICE = hum(NOTES, SINGERS["plain"], seed=4, rate=44_100)


@pytest.fixture
def session(qtbot, folders, monkeypatch) -> Iterator[StudioSession]:
    monkeypatch.setattr(tracker, "crepe_weights", lambda _capacity: None)
    estimates = DurationEstimates(folders.cache / "durations.json")
    made = StudioSession(
        folders, SettingsStore(folders.config / "settings.json"), JobRunner(estimates), Transport()
    )
    made.start()
    qtbot.waitUntil(lambda: made.is_open, timeout=LONG_MS)
    yield made
    assert made.close()


@pytest.fixture
def microphone(session) -> ManualMicrophone:
    made = ManualMicrophone()
    session._recorder = Recorder(make_input=lambda: made)
    return made


@pytest.fixture
def dialog(qtbot, session):
    made = HumDialog(session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def heard(qtbot, dialog, tmp_path):
    """The window with a hum that was listened to."""
    path = tmp_path / "evening.wav"
    write_audio(path, VOICE)
    dialog.load(path)
    ready(qtbot, dialog)
    return dialog


def ready(qtbot, dialog) -> None:
    session = dialog._session
    qtbot.waitUntil(
        lambda: session.hum.phase is HumPhase.READY or session.hum.problem is not None, timeout=LONG_MS
    )


def phase(dialog) -> HumPhase:
    return dialog._session.hum.phase


def test_the_empty_window_says_how_to_begin(dialog):
    assert "Hum" in dialog.empty.sentence.text()
    assert not dialog.confirm.isEnabled()
    assert dialog.confirm.toolTip()
    assert dialog.record.record.isEnabled()
    assert dialog.record.meter.isHidden()


def test_recording_shows_the_level_the_time_and_the_clip_light_and_ends_in_notes(qtbot, dialog, microphone):
    QTest.keyClick(dialog, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: phase(dialog) is HumPhase.RECORDING, timeout=LONG_MS)
    assert dialog.record.record.text() == "Stop"
    microphone.hear(VOICE.samples, time.monotonic() + 0.001)
    microphone.hear(np.ones(512), time.monotonic())
    qtbot.waitUntil(lambda: dialog.record.meter.is_clipped, timeout=LONG_MS)
    assert "Recording 0:0" in dialog.record.status.text
    QTest.keyClick(dialog, Qt.Key.Key_R)
    ready(qtbot, dialog)
    notes = dialog._session.hum.notes
    assert [round(note.pitch) for note in notes][: len(NOTES)] == [note.pitch for note in NOTES]
    assert dialog.roll.notes == notes
    assert dialog.confirm.isEnabled()
    assert len(list(recordings_folder(dialog._session.folders).glob("Hum *.wav"))) == 1


def test_a_count_in_gives_the_tempo_and_the_first_beat(qtbot, dialog, microphone):
    dialog.record.count.choose(4)
    QTest.mouseClick(dialog.record.record, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: phase(dialog) is HumPhase.COUNTING, timeout=LONG_MS)
    session = dialog._session
    qtbot.waitUntil(lambda: session._recorder._order is not None, timeout=LONG_MS)
    starts_at = session._recorder._order[1]
    microphone.hear(np.zeros(512), time.monotonic())
    qtbot.waitUntil(lambda: session.hum.beats_left < 4, timeout=LONG_MS)
    assert dialog.record.status.text.startswith("Sing in")
    microphone.hear(VOICE.samples, starts_at)
    qtbot.waitUntil(lambda: phase(dialog) is HumPhase.RECORDING, timeout=LONG_MS)
    dialog.record.toggle()
    ready(qtbot, dialog)
    state = session.hum
    assert state.hum.is_tempo_known
    assert state.writing.tempo_bpm == 120.0
    assert state.writing.first_beat_seconds == 0.25


def test_stopping_during_the_count_in_leaves_nothing(qtbot, dialog, microphone):
    dialog.record.count.choose(8)
    dialog.record.toggle()
    qtbot.waitUntil(lambda: phase(dialog) is HumPhase.COUNTING, timeout=LONG_MS)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert phase(dialog) is HumPhase.EMPTY
    assert dialog.isVisible()
    assert dialog._session.auditioned_object_id is None


@pytest.mark.parametrize("sentence", ["No microphone was found.", "The microphone “x” cannot be used."])
def test_a_missing_or_forbidden_microphone_is_said_with_a_hint(qtbot, dialog, microphone, sentence):
    microphone.refusal = sentence
    dialog.record.toggle()
    qtbot.waitUntil(dialog.problem.isVisible, timeout=LONG_MS)
    assert dialog.problem.text == sentence
    assert dialog.problem.hint.text()
    assert dialog.record.record.text() == "Record"


def test_a_microphone_that_vanishes_leaves_its_notes_and_a_remark(qtbot, dialog, microphone):
    dialog.record.toggle()
    qtbot.waitUntil(lambda: phase(dialog) is HumPhase.RECORDING, timeout=LONG_MS)
    microphone.hear(VOICE.samples, time.monotonic() + 0.001)
    microphone.has_failed = True
    ready(qtbot, dialog)
    assert "has gone" in dialog.remarks.text()
    assert len(dialog._session.hum.notes) >= len(NOTES) - 1


def test_a_recording_without_a_tune_is_said_and_may_be_tried_again(qtbot, dialog, tmp_path):
    path = tmp_path / "nothing.wav"
    write_audio(path, Audio.of(np.zeros(8_000, np.float32), 8_000))
    dialog.load(path)
    ready(qtbot, dialog)
    assert "silent" in dialog.problem.text
    assert phase(dialog) is HumPhase.EMPTY
    assert dialog.record.record.isEnabled()


def test_notes_are_dragged_resized_split_merged_and_deleted_with_undo(heard):
    roll, session = heard.roll, heard._session
    before = session.hum.notes
    drag(roll, roll.view.box_of(before[2]).center(), 0, -2 * roll.view.row)
    assert session.hum.notes[2].pitch == before[2].pitch + 2
    end = roll.view.box_of(before[0])
    drag(roll, QPointF(end.right() - 1, end.center().y()), -12, 0)
    assert session.hum.notes[0].length_seconds < before[0].length_seconds
    roll.choose(frozenset({1}), 1)
    QTest.mouseClick(heard.edit.split, Qt.MouseButton.LeftButton)
    assert len(session.hum.notes) == len(before) + 1
    roll.choose(frozenset({1, 2}), 1)
    QTest.mouseClick(heard.edit.merge, Qt.MouseButton.LeftButton)
    assert len(session.hum.notes) == len(before)
    QTest.mouseClick(heard.edit.delete, Qt.MouseButton.LeftButton)
    assert len(session.hum.notes) == len(before) - 1
    for _ in range(5):
        QTest.keyClick(heard, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.hum.notes == before
    QTest.mouseClick(heard.edit.redo, Qt.MouseButton.LeftButton)
    assert session.hum.notes[2].pitch == before[2].pitch + 2


def test_everything_can_be_done_with_the_keys(heard):
    roll, session = heard.roll, heard._session
    before = session.hum.notes
    roll.setFocus()
    QTest.keyClick(roll, Qt.Key.Key_Right)
    QTest.keyClick(roll, Qt.Key.Key_Right)
    assert roll.current == 1
    assert roll.accessibleDescription().startswith(f"Note 2 of {len(before)}")
    QTest.keyClick(roll, Qt.Key.Key_Up)
    assert session.hum.notes[1].pitch == before[1].pitch + 1
    QTest.keyClick(roll, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert session.hum.notes[1].pitch == before[1].pitch - 11
    QTest.keyClick(roll, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert session.hum.notes[1].start_seconds > before[1].start_seconds
    QTest.keyClick(roll, Qt.Key.Key_S)
    assert len(session.hum.notes) == len(before) + 1
    QTest.keyClick(roll, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(roll, Qt.Key.Key_Delete)
    assert session.hum.notes == ()
    assert not heard.confirm.isEnabled()


def test_a_double_click_adds_a_note_to_an_empty_place(heard):
    roll, session = heard.roll, heard._session
    n = len(session.hum.notes)
    place = QPointF(roll.view.x_of(0.05), roll.view.y_of(roll.view.lowest + 1)).toPoint()
    QTest.mouseDClick(roll, Qt.MouseButton.LeftButton, pos=place)
    assert len(session.hum.notes) == n + 1
    assert session.hum.notes[0].pitch == roll.view.lowest + 1


def test_snapping_to_the_key_is_one_edit(heard):
    session = heard._session
    notes = session.hum.notes
    outside = next(float(pitch) for pitch in range(60, 72) if pitch % 12 not in session.hum.key.scale)
    session.edit_hum((*notes[:3], replace(notes[3], pitch=outside, length_seconds=0.05), *notes[4:]))
    QTest.mouseClick(heard.edit.snap, Qt.MouseButton.LeftButton)
    key = session.hum.key
    assert all(round(note.pitch) % 12 in key.scale for note in session.hum.notes)
    session.undo_hum()
    assert session.hum.notes[3].pitch == outside


def test_quantising_changes_what_is_written_and_not_what_was_sung(heard):
    session = heard._session
    before = session.hum.notes
    heard.write.quantise.setValue(0)
    assert session.hum.writing.strength == 0.0
    assert heard.write.words.text == "as sung"
    heard.write.tempo.editor.setValue(100.0)
    assert session.hum.writing.tempo_bpm == 100.0
    assert session.hum.notes == before


@pytest.mark.parametrize("what", HumSound)
def test_recording_notes_and_both_are_heard_and_stopped(qtbot, heard, what):
    session = heard._session
    QTest.mouseClick(heard.write.hear[what], Qt.MouseButton.LeftButton)
    assert session.auditioned_object_id == "hum"
    qtbot.waitUntil(lambda: (session.hum_seconds or 0.0) > 0.02, timeout=LONG_MS)
    QTest.mouseClick(heard.write.hear[what], Qt.MouseButton.LeftButton)
    assert session.auditioned_object_id is None
    assert session.hum.heard is None


def test_the_notes_become_the_melody_of_the_next_take(session, heard):
    heard.write.guide.editor.setCurrentIndex(1)
    heard.write.guide.chosen.emit(HumSound.RECORDING)
    QTest.mouseClick(heard.confirm, Qt.MouseButton.LeftButton)
    melody = session.melody
    assert melody.label == "evening"
    assert [note.pitch for note in melody.notes] == [int(note.pitch) for note in heard._session.hum.notes]
    assert melody.sound.duration_seconds == pytest.approx(VOICE.duration_seconds, abs=0.001)


def test_a_take_of_a_hummed_tune_names_its_recording_and_can_be_asked_for_again(qtbot, session, heard):
    QTest.mouseClick(heard.confirm, Qt.MouseButton.LeftButton)
    kept = session.hum.hum.object_id
    assert read_audio(session.studio.library.object_path(kept)).n_frames == VOICE.n_frames
    assert kept in session._objects_in_use()
    request = GenerationRequest("lo-fi", melody=session.melody.notes, bars=2, seed=3)
    session.generate_takes([request])
    qtbot.waitUntil(lambda: bool(session.takes), timeout=LONG_MS)
    asked = [record for record in session.studio.library.jobs() if record.kind == "generate"]
    assert [record.request["input_object_ids"] for record in asked] == [[kept]]
    recipe = session.takes[0].recipe
    assert recipe.input_object_ids == (kept,)
    assert request_of(recipe, session.studio.generators).melody == session.melody.notes


def test_engines_that_hear_get_the_voice_from_the_library(session, heard):
    session.set_hum_guide(HumSound.RECORDING)
    session.use_hum()
    batch = session._batch("sketch")
    request = GenerationRequest("lo-fi", melody=session.melody.notes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "_hears", lambda _engine: True)
        session._let_hear(request, batch)
    assert batch.heard.melody == session.hum.hum.object_id
    in_memory = replace(request, sounds=replace(request.sounds, melody=session.melody.sound))
    assert by_object([in_memory], session.melody) == [request]


def test_a_recording_that_the_library_cannot_keep_leaves_its_notes_and_a_remark(
    qtbot, session, dialog, tmp_path, monkeypatch
):
    def full(_audio):
        raise StudioError("The disk is full.", hint="Free some space.")

    monkeypatch.setattr(session.studio.bank, "store", full)
    write_audio(tmp_path / "evening.wav", VOICE)
    dialog.load(tmp_path / "evening.wav")
    ready(qtbot, dialog)
    assert session.hum.hum.object_id == ""
    assert "The disk is full." in dialog.remarks.text()
    assert len(session.hum.notes) == len(NOTES)


def test_the_chosen_input_is_kept_and_its_absence_is_said(qtbot, session, dialog, monkeypatch):
    there = ["Built-in", "Stage mic"]
    monkeypatch.setattr(session, "hum_inputs", lambda: tuple(there))
    dialog.record.look_for_inputs()
    dialog.record.input.editor.setCurrentIndex(2)
    dialog.record.input.editor.activated.emit(2)
    assert SettingsStore(session.folders.config / "settings.json").load().input_device == "Stage mic"
    again = HumDialog(session)
    qtbot.addWidget(again)
    again.show()
    again.record.look_for_inputs()
    assert again.record.input.value() == "Stage mic"
    there.remove("Stage mic")
    again.record.look_for_inputs()
    assert again.record.input.value() == ""
    assert "“Stage mic” is not connected" in again.record.remark.text()
    assert again.record.remark.isVisible()
    there.clear()
    again.record.look_for_inputs()
    assert "no other input" in again.record.remark.text()
    there.append("Stage mic")
    again.record.look_for_inputs()
    assert again.record.input.value() == "Stage mic"
    assert not again.record.remark.isVisible()


def test_the_melody_is_saved_as_midi(qtbot, heard, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "tune"), ""))
    QTest.mouseClick(heard.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil((tmp_path / "tune.mid").exists, timeout=LONG_MS)
    assert len(read_midi(tmp_path / "tune.mid").tracks["melody"]) == len(heard._session.hum.notes)


def test_an_interrupted_recording_is_offered_again(qtbot, session, dialog):
    folder = recordings_folder(session.folders)
    folder.mkdir(parents=True, exist_ok=True)
    write_audio(folder / "Hum 2030-01-01 10.00.00.recording.wav", VOICE)
    session.look_for_interrupted_hums()
    assert dialog.empty.button.isVisible()
    QTest.mouseClick(dialog.empty.button, Qt.MouseButton.LeftButton)
    ready(qtbot, dialog)
    assert len(session.hum.notes) == len(NOTES)


def test_what_was_hummed_is_there_again_when_the_window_is_opened_again(qtbot, session, heard):
    notes = session.hum.notes
    heard.close()
    again = HumDialog(session)
    qtbot.addWidget(again)
    assert again.roll.notes == notes


def test_the_hum_button_opens_one_window_whose_melody_reaches_the_panel(qtbot, session, tmp_path):
    window = MainWindow(session)
    qtbot.addWidget(window)
    QTest.mouseClick(window.generate.melody.hum, Qt.MouseButton.LeftButton)
    opened = window.commands.show_hum()
    assert opened.isVisible()
    assert len(window.findChildren(HumDialog)) == 1
    path = tmp_path / "tune.wav"
    write_audio(path, VOICE)
    opened.load(path)
    ready(qtbot, opened)
    QTest.mouseClick(opened.confirm, Qt.MouseButton.LeftButton)
    assert window.generate.melody.roll.notes == session.melody.notes
    window.close()


def test_both_themes_and_large_scales_are_drawn(heard):
    from PySide6.QtGui import QPixmap

    for theme in (heard.theme, LIGHT):
        heard.set_theme(theme)
        picture = QPixmap(heard.size() * 2)
        picture.setDevicePixelRatio(2.0)
        heard.render(picture)
        image = heard.roll.grab().toImage()
        places = ((x, y) for x in range(40, image.width(), 3) for y in range(8, image.height(), 3))
        colours = {image.pixelColor(x, y).name() for x, y in places}
        assert theme.color("timeline").name() in colours
        assert len(colours) > 6


def test_every_control_has_a_name(heard):
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider

    for kind in (QAbstractButton, QComboBox, QSlider):
        for widget in heard.findChildren(kind):
            assert (
                widget.accessibleName() or widget.text()
                if kind is QAbstractButton
                else widget.accessibleName()
            )


def drag(roll, start: QPointF, dx: float, dy: float) -> None:
    end = QPointF(start.x() + dx, start.y() + dy)
    QTest.mousePress(roll, Qt.MouseButton.LeftButton, pos=start.toPoint())
    QTest.mouseMove(roll, end.toPoint())
    QTest.mouseRelease(roll, Qt.MouseButton.LeftButton, pos=end.toPoint())


def test_while_it_records_the_window_says_how_to_end_and_that_it_was_too_loud(qtbot, dialog, microphone):
    assert "Press R to record" in dialog.empty.hint.text()
    dialog.record.toggle()
    qtbot.waitUntil(lambda: phase(dialog) is HumPhase.RECORDING, timeout=LONG_MS)
    assert dialog.empty.hint.text() == RECORDING_HINT
    assert not dialog.record.remark.isVisible()
    microphone.hear(np.ones(512), time.monotonic() + 0.001)
    qtbot.waitUntil(dialog.record.remark.isVisible, timeout=LONG_MS)
    assert dialog.record.remark.text() == TOO_LOUD
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    ready(qtbot, dialog)
    assert not dialog.record.remark.isVisible()
