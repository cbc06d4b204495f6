"""The Listen panel, used as a person uses it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from tests.ui.fake_session import wave
from tests.ui.held_session import take

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.analysis.findings import BarChord, Mood, Section, camelot_code
from infinite_studio.errors import StudioError
from infinite_studio.music.key import Key
from infinite_studio.project.model import Clip, Track
from infinite_studio.project.steps import AddTracks
from infinite_studio.services.searching import Find, Finds
from infinite_studio.services.values import Changes
from infinite_studio.ui import listen_panel
from infinite_studio.ui.level_plot import FLOOR_DB, levels_db, time_ticks
from infinite_studio.ui.listen_key import LOCKED as KEY_LOCKED
from infinite_studio.ui.listen_panel import SAME_KEY, SAME_TEMPO, ListenPanel
from infinite_studio.ui.listen_tempo import LOCKED
from infinite_studio.ui.sound_subject import EXACT_KEY_REASON, EXACT_REASON, NOT_HEARD_REASON


@pytest.fixture
def panel(qtbot, session):
    made = ListenPanel(session)
    qtbot.addWidget(made)
    made.resize(360, 900)
    return made


def test_with_nothing_chosen_the_panel_says_what_to_do(panel):
    panel.show()
    assert panel.empty.isVisible()
    assert panel.plot is None


def test_a_sound_is_told_in_words_and_numbers(panel):
    panel.set_selected_sound("sound-0")
    assert panel.title.text == "lets_go.mp3"
    assert panel.shape_label.text == "1:33.1 · 48 kHz · stereo"
    assert panel.tempo_section.card.value_label.text == "112.0 BPM · confident"
    assert panel.key.value_label.text == "G major · confident"
    assert panel.loudness.value_label.text == "−14.0 LUFS"
    assert panel.wave.has_peaks


def test_what_was_not_found_is_said(panel):
    panel.set_selected_sound("sound-1")
    assert panel.tempo_section.card.value_label.text == "no clear tempo"
    assert not panel.tempo_section.half.isEnabled()
    assert panel.tempo_section.half.toolTip()


def test_a_sound_that_is_still_analysed_says_so(panel, session):
    del session.analyses["s0"]
    panel.set_selected_sound("sound-0")
    assert panel.tempo_section.card.value_label.text == "Listening…"
    assert not panel.tempo_section.typed.editor.isEnabled()


@pytest.mark.parametrize(("button", "tempo_bpm"), [("half", 56.0), ("more", 168.0), ("double", 224.0)])
def test_half_double_and_one_and_a_half_correct_the_tempo(qtbot, panel, session, button, tempo_bpm):
    panel.set_selected_sound("sound-0")
    panel.show()
    qtbot.mouseClick(getattr(panel.tempo_section, button), Qt.MouseButton.LeftButton)
    assert ("set_object_tempo", "s0", tempo_bpm) in session.calls


def test_a_typed_tempo_corrects_it_and_nonsense_is_refused(qtbot, panel, session):
    panel.set_selected_sound("sound-0")
    panel.show()
    editor = panel.tempo_section.typed.editor
    for text in ("fast", "92.5"):
        editor.setFocus()
        editor.selectAll()
        qtbot.keyClicks(editor, text)
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        assert panel.tempo_section.problem.isVisible() == (text == "fast")
    assert [call for call in session.calls if call[0] == "set_object_tempo"] == [
        ("set_object_tempo", "s0", 92.5)
    ]


def test_a_tempo_that_cannot_be_doubled_says_why(panel, session):
    session.analyses["s0"] = replace(session.analyses["s0"], tempo_bpm=200.0)
    panel.set_selected_sound("sound-0")
    assert not panel.tempo_section.double.isEnabled()
    assert "300" in panel.tempo_section.double.toolTip()


def test_the_tempo_can_become_the_projects(qtbot, panel, session):
    panel.set_selected_sound("sound-0")
    panel.show()
    qtbot.mouseClick(panel.use_tempo, Qt.MouseButton.LeftButton)
    assert session.project.tempo_bpm == 112.0
    assert panel.use_tempo.toolTip() == SAME_TEMPO


def test_a_take_tells_its_recipe_and_its_exact_tempo(panel, session):
    session.takes = (take(7),)
    clip = Clip("take-7-drums", "Take 7", 0, 48_000, recipe=session.takes[0].recipe)
    session.apply(AddTracks((Track("Drums", clips=(clip,)),)))
    panel.set_selected_clip(clip.clip_id)
    assert panel.tempo_section.card.value_label.text == "84.0 BPM · exact"
    assert panel.tempo_section.half.toolTip() == EXACT_REASON
    texts = [panel.recipe.itemAt(i).widget().text() for i in range(panel.recipe.count())]
    assert texts == ["Engine", "sketch", "Prompt", "lo-fi, dusty rhodes", "Seed", "7", "Revision", "1"]


def test_a_clip_that_is_removed_leaves_the_panel_empty(panel, session):
    clip = session.project.tracks[0].clips[0]
    panel.set_selected_clip(clip.clip_id)
    assert panel.empty.isHidden()
    panel.set_selected_clip("gone")
    assert not panel.empty.isHidden()


def test_letting_go_of_one_selection_keeps_the_other(panel, session):
    panel.set_selected_clip(session.project.tracks[0].clips[0].clip_id)
    panel.set_selected_sound(None)
    assert panel.title.text == "Drums"
    panel.set_selected_sound("sound-0")
    panel.set_selected_clip(None)
    assert panel.title.text == "lets_go.mp3"


def test_the_plot_is_made_only_once_somebody_looks(qtbot, panel):
    panel.set_selected_sound("sound-0")
    assert panel.plot is None
    panel.show()
    qtbot.waitExposed(panel)
    assert panel.plot is not None


def test_importing_the_panels_loads_no_plotting_library():
    code = (
        "import sys, infinite_studio.ui.listen_panel, infinite_studio.ui.generate_panel, "
        "infinite_studio.ui.split_panel, infinite_studio.ui.loop_panel; "
        "sys.exit(any(name in sys.modules for name in ('pyqtgraph', 'torch', 'librosa', 'scipy', 'sqlalchemy')))"
    )
    source = Path(listen_panel.__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(source)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


def test_levels_stay_between_the_floor_and_full_scale():
    levels = levels_db(wave(4.0, 2.0))
    assert np.all(levels >= FLOOR_DB)
    assert np.all(levels <= 0.0)
    assert levels.max() > -15.0


@pytest.mark.parametrize(("seconds", "texts"), [(4.0, ["0:01", "0:02", "0:03"]), (93.0, ["0:30", "1:00"])])
def test_time_ticks_are_few_and_round(seconds, texts):
    assert [text for _at, text in time_ticks(seconds)] == texts


KNOWN = Analysis(
    84.0,
    0.7,
    Key.parse("D minor"),
    0.5,
    -14.2,
    60.0,
    48_000,
    2,
    loudness_range_lu=6.1,
    true_peak_dbtp=-1.2,
    runner_up_key=Key.parse("F major"),
    beats_per_bar=4,
    chords=(BarChord(0.0, "Dm"), BarChord(20.0, "Bb"), BarChord(40.0, "F")),
    sections=(Section(0.0, 30.0, "A"), Section(30.0, 60.0, "B")),
    energy_curve_lufs=tuple(-30.0 + n % 20 for n in range(120)),
    brightness_hz=2_100.0,
    mood=Mood(-0.3, -0.4, "sad"),
    style="lo-fi hip hop",
    prompt="lo-fi hip hop, sad, 84 bpm, D minor",
)


@pytest.fixture
def known(panel, session):
    session.analyses["s0"] = KNOWN
    panel.set_selected_sound("sound-0")
    panel.show()
    return panel


def test_everything_that_was_found_is_shown(known):
    shown = [
        card.value_label.text
        for card in (known.key, known.camelot, known.loudness, known.range, known.peak, known.mood)
    ]
    assert shown == ["D minor · likely", "7A", "−14.2 LUFS", "6.1 LU", "−1.2 dBTP", "sad"]
    assert known.brightness.value_label.text == "2.1 kHz"
    assert known.style_like.value_label.text == "lo-fi hip hop"
    assert known.runner_up.text() == "or F major"
    assert known.tempo_section.meter.value_label.text == "4/4"
    assert known.prompt.text.text() == KNOWN.prompt
    assert known.map.isVisible()
    assert not known.listen.isVisible()


def test_the_picture_tells_what_is_under_the_pointer_and_to_screen_readers(known):
    known.map.resize(300, known.map.sizeHint().height())
    assert known.map.text_at(225.0) == "0:45 · section B · F"
    assert known.map.accessibleDescription() == "2 sections; chords Dm, Bb, F; loudest at -11 LUFS"


def test_a_locked_tempo_cannot_be_changed_and_says_so(panel, session):
    session.analyses["s0"] = replace(KNOWN, is_tempo_locked=True)
    panel.set_selected_sound("sound-0")
    tempo = panel.tempo_section
    assert not any(button.isEnabled() for button in (tempo.half, tempo.more, tempo.double, tempo.tap))
    assert not tempo.typed.editor.isEnabled()
    assert tempo.half.toolTip() == LOCKED
    assert tempo.lock.isEnabled()
    assert tempo.lock.isChecked()


def test_locking_and_going_back_are_asked_of_the_session(qtbot, panel, session):
    session.analyses["s0"] = replace(KNOWN, corrected=("tempo",))
    panel.set_selected_sound("sound-0")
    panel.show()
    qtbot.mouseClick(panel.tempo_section.lock, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.tempo_section.revert, Qt.MouseButton.LeftButton)
    assert ("set_tempo_locked", "s0", True) in session.calls
    assert ("set_object_tempo", "s0", None) in session.calls


def test_tapping_along_sets_the_tempo(known, session, monkeypatch):
    taps = iter((10.0, 10.5, 11.0, 11.5))
    monkeypatch.setattr("infinite_studio.ui.listen_tempo.time.monotonic", lambda: next(taps))
    for _ in range(4):
        known.tempo_section.tap.click()
    assert [call for call in session.calls if call[0] == "set_object_tempo"][-1] == (
        "set_object_tempo",
        "s0",
        120.0,
    )


def test_the_description_is_copied_and_composed_from(qtbot, known, session):
    known.prompt.copy.click()
    assert QGuiApplication.clipboard().text() == KNOWN.prompt
    with qtbot.waitSignal(known.compose_wanted) as wanted:
        known.prompt.compose.click()
    assert wanted.args == [KNOWN.prompt]
    assert ("choose_like", "s0") in session.calls


def test_a_stem_that_nobody_listened_to_can_be_listened_to(qtbot, panel, session):
    session.takes = (take(7),)
    clip = Clip("other-object", "Bass", 0, 48_000)
    session.apply(AddTracks((Track("Bass", clips=(clip,)),)))
    panel.set_selected_clip(clip.clip_id)
    panel.show()
    assert panel.tempo_section.half.toolTip() == NOT_HEARD_REASON
    panel.listen.button.click()
    assert ("listen_to", "other-object") in session.calls
    qtbot.waitUntil(lambda: panel.listen.is_working)
    session.release.set()
    qtbot.waitUntil(lambda: not panel.listen.is_working)


def test_sounds_alike_are_listed_with_how_alike_they_are(panel, session):
    panel.set_selected_sound("sound-0")
    panel.show()
    panel.finds.find_like.button.click()
    assert ("find_like", "s0") in session.calls
    session.finds = Finds("lets_go.mp3", (Find("s2", "night", "Library", 0.87),), 3, 2)
    session.changed.emit(Changes(sounds=True), None)
    row = panel.finds.rows[0]
    assert (row.name.text, row.where.text, row.likeness.text()) == ("night", "Library", "87%")
    assert panel.finds.unheard.text() == "2 sounds are not listened to yet."
    row.play.click()
    panel.finds.listen_all.click()
    assert ("audition", "s2") in session.calls
    assert ("listen_to_everything",) in session.calls


def test_words_are_searched_with_return(qtbot, panel, session):
    panel.show()
    qtbot.keyClicks(panel.finds.words, "warm slow piano")
    qtbot.keyClick(panel.finds.words, Qt.Key.Key_Return)
    assert ("find_words", "warm slow piano") in session.calls


def test_a_key_is_chosen_denied_and_taken_back(panel, session):
    session.analyses["s0"] = replace(KNOWN, corrected=("key",))
    panel.set_selected_sound("sound-0")
    panel.show()
    section = panel.key_section
    texts = [section.choice.editor.itemText(n) for n in range(section.choice.editor.count())]
    assert texts[:2] == ["As found", "No clear key"]
    assert len(texts) == 26
    assert {"F# minor · 11A", "C major · 8B"} <= set(texts)
    assert section.choice.value() == Key.parse("D minor")
    assert not panel.runner_up.isVisible()
    for text in ("F# minor · 11A", "No clear key", "As found"):
        section.choice.editor.setCurrentIndex(texts.index(text))
        section.choice.editor.activated.emit(texts.index(text))
    section.lock.click()
    said = [call for call in session.calls if "key" in call[0]]
    assert ("set_object_key", "s0", Key.parse("F# minor")) in said
    assert ("set_object_keyless", "s0") in said
    assert said[-2:] == [("set_object_key", "s0", None), ("set_key_locked", "s0", True)]


def test_a_locked_key_cannot_be_changed_and_says_so(panel, session):
    session.analyses["s0"] = replace(KNOWN, is_key_locked=True, corrected=("key",))
    panel.set_selected_sound("sound-0")
    panel.show()
    section = panel.key_section
    assert not section.choice.editor.isEnabled()
    assert section.choice.toolTip() == KEY_LOCKED
    assert (section.lock.text(), section.lock.isEnabled(), section.revert.isVisible()) == (
        "Locked",
        True,
        False,
    )
    assert panel.tempo_section.half.isEnabled()


def test_a_takes_key_is_exact_and_becomes_the_projects(qtbot, panel, session):
    session.takes = (take(7),)
    clip = Clip("take-7-drums", "Take 7", 0, 48_000, recipe=session.takes[0].recipe)
    session.apply(AddTracks((Track("Drums", clips=(clip,)),)))
    panel.set_selected_clip(clip.clip_id)
    panel.show()
    made = session.takes[0].understanding.key
    assert panel.key_section.choice.toolTip() == EXACT_KEY_REASON
    assert panel.camelot.value_label.text == camelot_code(made)
    qtbot.mouseClick(panel.use_key, Qt.MouseButton.LeftButton)
    assert session.project.key == made
    assert panel.use_key.toolTip() == SAME_KEY


def test_a_sound_that_cannot_be_listened_to_says_why_and_may_be_tried_again(qtbot, panel, session):
    del session.analyses["s0"]
    session.failure = StudioError("“lets_go.mp3” is damaged.", hint="Copy it again.")
    panel.set_selected_sound("sound-0")
    panel.show()
    panel.listen.button.click()
    qtbot.waitUntil(lambda: "40%" in panel.listen.bar.text)
    assert not panel.failure.isVisible()
    session.release.set()
    qtbot.waitUntil(panel.failure.isVisible)
    assert (panel.failure.text, panel.failure.hint.text()) == ("“lets_go.mp3” is damaged.", "Copy it again.")
    assert panel.tempo_section.card.value_label.text == "not measured"
    assert panel.key_section.choice.toolTip() == NOT_HEARD_REASON
    assert panel.listen.button.isEnabled()
    panel.set_selected_sound("sound-1")
    assert not panel.failure.isVisible()


def test_of_a_very_long_sound_it_is_said_how_much_was_heard(panel, session):
    session.analyses["s0"] = replace(KNOWN, heard_share=0.2)
    panel.set_selected_sound("sound-0")
    panel.show()
    assert panel.heard.isVisible()
    assert "20%" in panel.heard.text()
    session.analyses["s0"] = KNOWN
    panel.set_selected_sound("sound-0")
    assert not panel.heard.isVisible()
