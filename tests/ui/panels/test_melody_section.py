"""The Melody section: where the tune of the lead comes from, and how it is shown."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QFileDialog
from tests.ui.held_session import take
from tests.ui.timeline.hands import drop

from infinite_studio.music.note import Note
from infinite_studio.services.values import Melody
from infinite_studio.ui.generate_panel import GeneratePanel
from infinite_studio.ui.melody_roll import MelodyRoll, melody_text, pitch_name
from infinite_studio.ui.melody_section import NO_TAKES

TUNE = Melody((Note(69, 0.0, 1.0, 0.8), Note(72, 1.0, 1.0, 0.5), Note(64, 4.0, 2.0, 1.0)), "evening", 96.0)


@pytest.fixture
def panel(qtbot, empty_session):
    made = GeneratePanel(empty_session)
    qtbot.addWidget(made)
    made.resize(360, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_without_a_melody_the_section_is_one_line_of_two_buttons(panel):
    section = panel.melody
    assert section.height() <= 36
    assert section.from_midi.y() == section.from_take.y()
    assert section.roll.isHidden()
    assert section.clear.isHidden()
    assert not section.from_take.isEnabled()
    assert section.from_take.toolTip() == NO_TAKES


def test_a_melody_is_drawn_counted_and_part_of_the_request(qtbot, panel, empty_session):
    empty_session.set_melody(TUNE)
    assert panel.melody.roll.isVisible()
    assert panel.melody.about.text == "evening · 3 notes"
    assert panel.melody.roll.accessibleDescription() == "3 notes · 2 bars · E4 to C5"
    qtbot.mouseClick(panel.work.button, Qt.MouseButton.LeftButton)
    (request,) = empty_session.requests()
    assert request.melody == TUNE.notes
    assert request.tempo_bpm == 96.0


def test_clearing_takes_the_melody_and_its_tempo_back(qtbot, panel, empty_session):
    empty_session.set_melody(TUNE)
    assert panel.form.tempo.text() == "96"
    qtbot.mouseClick(panel.melody.clear, Qt.MouseButton.LeftButton)
    assert empty_session.melody is None
    assert panel.form.tempo.text() == ""
    assert panel.melody.roll.isHidden()


def test_a_tempo_that_was_typed_or_described_stays(panel, empty_session):
    panel.form.tempo.editor.setText("120")
    empty_session.set_melody(TUNE)
    assert panel.form.tempo.text() == "120"
    empty_session.set_melody(None)
    assert panel.form.tempo.text() == "120"
    panel.form.tempo.editor.clear()
    panel.prompt.setPlainText("house, 124 bpm")
    empty_session.set_melody(TUNE)
    assert panel.form.tempo.text() == ""


def test_a_midi_file_is_chosen(qtbot, panel, empty_session, monkeypatch, tmp_path):
    path = tmp_path / "tune.mid"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    qtbot.mouseClick(panel.melody.from_midi, Qt.MouseButton.LeftButton)
    assert ("load_melody", path) in empty_session.calls


def test_a_midi_file_is_dropped_on_the_section_and_other_files_are_not_taken(panel, empty_session, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "tune.MID"))])
    drop(panel.melody, data, 40, 10)
    assert ("load_melody", tmp_path / "tune.MID") in empty_session.calls
    empty_session.calls.clear()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "song.wav"))])
    drop(panel.melody, data, 40, 10)
    assert empty_session.calls == []


def test_what_is_chosen_elsewhere_is_scrolled_to(qtbot, panel, empty_session):
    panel.resize(360, 420)
    empty_session.set_melody(TUNE)
    qtbot.waitUntil(lambda: not panel.melody.roll.visibleRegion().isEmpty())


def test_leaving_the_file_dialog_changes_nothing(qtbot, panel, empty_session, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    qtbot.mouseClick(panel.melody.from_midi, Qt.MouseButton.LeftButton)
    assert not any(call[0] == "load_melody" for call in empty_session.calls)


def test_a_file_with_several_tracks_lets_one_choose(panel, empty_session):
    flute = replace(TUNE, label="evening · flute", notes=TUNE.notes[:2])
    empty_session.melody_choices = (TUNE, flute)
    empty_session.set_melody(TUNE)
    assert panel.melody.voice.isVisible()
    panel.melody.voice.editor.setCurrentIndex(1)
    panel.melody.voice.editor.activated.emit(1)
    assert empty_session.melody == flute
    assert panel.melody.roll.notes == flute.notes


def test_the_tune_of_a_take_is_chosen_from_a_menu(panel, empty_session):
    empty_session.takes = (take(1), take(2))
    empty_session.emit(takes=True)
    menu = panel.melody.take_menu()
    assert [action.text() for action in menu.actions()] == ["Take 2 · lo-fi", "Take 1 · lo-fi"]
    menu.actions()[1].trigger()
    assert ("melody_from", "t1") in empty_session.calls


def test_higher_notes_are_drawn_higher_and_later_ones_further_right(qtbot):
    roll = MelodyRoll()
    qtbot.addWidget(roll)
    roll.resize(300, 96)
    roll.set_melody(TUNE)
    first, second, third = (roll.note_box(note) for note in TUNE.notes)
    assert second.center().y() < first.center().y() < third.center().y()
    assert first.left() < second.left() < third.left()
    assert third.width() == pytest.approx(2 * first.width(), abs=2)
    assert all(roll.rect().contains(box.toAlignedRect()) for box in (first, second, third))


@pytest.mark.parametrize("n_notes", [1, 2_000])
def test_any_number_of_notes_can_be_drawn(qtbot, n_notes):
    roll = MelodyRoll()
    qtbot.addWidget(roll)
    roll.resize(300, 96)
    notes = tuple(Note(n % 128, n / 4, 0.25, 0.7) for n in range(n_notes))
    roll.set_melody(Melody(notes, "all"))
    assert not roll.grab().isNull()
    assert melody_text(Melody(notes, "all")).startswith("1 note ·" if n_notes == 1 else "2,000 notes ·")


def test_pitches_are_named_as_musicians_do():
    assert [pitch_name(pitch) for pitch in (60, 69, 61, 0)] == ["C4", "A4", "C♯4", "C-1"]
