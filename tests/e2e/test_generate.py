"""Making music out of music in the real window: styles, variations, re-rolls, melodies, MIDI, comparing takes."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from tests.ui.timeline.hands import drop

from infinite_studio.music.midi import read_midi, write_midi
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType

LONG_MS = 60_000


class Hands:
    """What a person does in the window, with the waiting in between."""

    def __init__(self, window, qtbot) -> None:
        self.window, self.qtbot = window, qtbot
        self.panel, self.session = window.generate, window._session

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: self.session.jobs.is_idle, timeout=LONG_MS)

    def type_prompt(self, text: str) -> None:
        self.window.show_right("generate")
        self.panel.prompt.setFocus()
        self.panel.prompt.clear()
        QTest.keyClicks(self.panel.prompt, text)

    def press_generate(self):
        self.qtbot.waitUntil(self.panel.work.button.isEnabled, timeout=LONG_MS)
        before = len(self.session.takes)
        self.qtbot.mouseClick(self.panel.work.button, Qt.MouseButton.LeftButton)
        self.qtbot.waitUntil(lambda: len(self.session.takes) > before, timeout=LONG_MS)
        self.wait()
        return self.session.takes[-1]

    def drop(self, path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        place = self.window.timeline.mapFrom(self.window, QPoint(800, 700))
        drop(self.window.timeline, data, place.x(), place.y())
        self.wait()

    def choose(self, menu, *path: str) -> None:
        """Choose a line of a menu, through submenus."""
        action = next(action for action in menu.actions() if action.text() == path[0])
        if len(path) > 1:
            self.choose(action.menu(), *path[1:])
        else:
            assert action.isEnabled(), action.toolTip()
            action.trigger()

    def samples(self, stem: StemType) -> np.ndarray:
        track = next(
            t for t in self.session.project.tracks if t.stem_type is stem and t.name == stem.value.title()
        )
        return np.array(self.session.studio.bank.samples(track.clips[0].object_id))


@pytest.fixture
def hands(window, qtbot) -> Hands:
    return Hands(window, qtbot)


def test_a_style_is_found_by_a_few_letters_and_written_into_the_prompt(hands, qtbot):
    hands.type_prompt("dark house, 122 bpm, 1 bar")
    popup = hands.panel.open_styles()
    qtbot.keyClicks(popup.search, "synthw")
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert hands.panel.prompt.toPlainText() == "dark synthwave, 122 bpm, 1 bar"
    qtbot.waitUntil(lambda: "synthwave" in hands.panel.understanding.chips.texts, timeout=LONG_MS)
    assert hands.press_generate().understanding.style == "synthwave"


def test_a_dropped_song_is_varied_as_close_as_the_slider_says(hands, song_file, qtbot):
    hands.drop(song_file)
    (clip,) = (clip for _, clip in hands.session.project.clips())
    hands.window.show_right("listen")
    hands.choose(hands.window.link.clip_menu(clip.clip_id), "Vary this…")
    assert hands.window.right.tab == "generate"
    assert hands.panel.closeness.isVisible()
    qtbot.waitUntil(hands.panel.work.button.isEnabled, timeout=LONG_MS)
    hands.panel.closeness.slider.setFocus()
    for _ in range(4):
        qtbot.keyClick(hands.panel.closeness.slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: "90% alike" in hands.panel.understanding.chips.texts, timeout=LONG_MS)
    take = hands.press_generate()
    assert take.understanding.tempo_bpm == pytest.approx(120, rel=0.02)
    assert take.facts == ("like “four bars”, 90%",)
    assert hands.session.project.tracks[0].name == "four bars"
    assert len(hands.session.project.tracks) == 5
    qtbot.mouseClick(hands.panel.closeness.clear, Qt.MouseButton.LeftButton)
    assert hands.panel.closeness.isHidden()


def test_drums_are_re_rolled_and_every_other_sample_stays(hands):
    hands.type_prompt("dark trap, 140 bpm, in F minor, 2 bars")
    hands.press_generate()
    before = {
        stem: hands.samples(stem) for stem in (StemType.DRUMS, StemType.BASS, StemType.MELODY, StemType.OTHER)
    }
    (card,) = hands.panel.takes.cards
    hands.choose(card.menu(), "Re-roll", "Drums")
    hands.wait()
    assert len(hands.session.takes) == 2
    for stem in (StemType.BASS, StemType.MELODY, StemType.OTHER):
        np.testing.assert_array_equal(hands.samples(stem), before[stem])
    assert np.abs(hands.samples(StemType.DRUMS) - before[StemType.DRUMS]).max() > 0.01
    assert "drums re-rolled" in hands.panel.takes.cards[0].accessibleName()


def test_what_goes_on_is_put_after_what_it_continues(hands):
    hands.type_prompt("house, 124 bpm, 2 bars")
    first = hands.press_generate()
    hands.choose(hands.panel.takes.cards[0].menu(), "Continue")
    hands.wait()
    assert all(len(track.clips) == 2 for track in hands.session.project.tracks)
    assert hands.session.project.tracks[0].clips[1].start_frame == first.n_frames
    assert all(not card.placed.isHidden() for card in hands.panel.takes.cards)


def test_midi_of_a_take_reads_back_as_it_was_written(hands, tmp_path, monkeypatch):
    hands.type_prompt("house, 124 bpm, in A minor, 2 bars")
    take = hands.press_generate()
    folder = tmp_path / "midi"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    hands.choose(hands.panel.takes.cards[0].menu(), "Export MIDI…")
    hands.wait()
    found = {path.stem.split(" – ")[-1]: read_midi(path) for path in folder.iterdir()}
    assert set(found) == {stem.value for stem, notes in take.notes.items() if notes}
    for name, content in found.items():
        assert content.tempo_bpm == 124.0
        assert str(content.key) == "A minor"
        pitches = [(note.pitch, round(note.start_beat, 2)) for note in content.tracks[name]]
        assert pitches == sorted(pitches, key=lambda pair: (pair[1], pair[0]))
        assert {pitch for pitch, _ in pitches} == {note.pitch for note in take.notes[StemType(name)]}


def test_a_midi_file_dropped_on_the_window_is_what_the_lead_plays(hands, tmp_path, qtbot):
    tune = tuple(
        Note(pitch, float(beat), 1.0, 0.8) for beat, pitch in enumerate((69, 72, 76, 74, 72, 71, 69, 69))
    )
    path = tmp_path / "tune.mid"
    write_midi(path, {"tune": tune}, 100.0, None)
    hands.type_prompt("lo-fi hip hop")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    hands.window.show_right("listen")
    place = hands.window.timeline.mapFrom(hands.window, QPoint(800, 700))
    drop(hands.window.timeline, data, place.x(), place.y())
    qtbot.waitUntil(hands.panel.melody.roll.isVisible, timeout=LONG_MS)
    assert hands.window.right.tab == "generate"
    assert hands.session.project.tracks == ()
    assert hands.panel.form.tempo.text() == "100"
    take = hands.press_generate()
    assert take.understanding.tempo_bpm == 100.0
    assert take.understanding.bars == 2
    played = [(note.pitch, note.start_beat) for note in take.notes[StemType.MELODY]]
    assert {(note.pitch, note.start_beat) for note in tune} <= set(played)
    qtbot.mouseClick(hands.panel.melody.clear, Qt.MouseButton.LeftButton)
    assert hands.panel.form.tempo.text() == ""
    assert hands.panel.melody.roll.isHidden()


def test_number_keys_choose_takes_while_playing_goes_on(hands, qtbot):
    hands.panel.form.takes.choose(2)
    hands.type_prompt("house, 120 bpm, 8 bars")
    hands.press_generate()
    session = hands.session
    hands.window.timeline.setFocus()
    QTest.keyClick(hands.window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.is_playing and session.playhead_frame > 4_800, timeout=LONG_MS)
    before = session.playhead_frame
    QTest.keyClick(hands.window, Qt.Key.Key_2)
    assert session.placed_take_id == session.takes[1].take_id
    assert session.is_playing
    qtbot.waitUntil(lambda: session.playhead_frame > before + 4_800, timeout=LONG_MS)
    QTest.keyClick(hands.window, Qt.Key.Key_1)
    assert session.placed_take_id == session.takes[0].take_id
    assert session.playhead_frame > before
    QTest.keyClick(hands.window, Qt.Key.Key_Space)


def test_a_loop_is_whole_bars_and_says_so(hands, qtbot):
    hands.type_prompt("techno, 4 bars")
    qtbot.mouseClick(hands.panel.form.is_loop, Qt.MouseButton.LeftButton)
    take = hands.press_generate()
    assert "loop" in take.understanding.chips
    assert take.understanding.bars == 4
    assert take.n_frames == round(16 * 60 / take.understanding.tempo_bpm * 48_000)
