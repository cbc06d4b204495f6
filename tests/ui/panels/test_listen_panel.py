"""The Listen panel, used as a person uses it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from tests.ui.fake_session import wave
from tests.ui.held_session import take

from infinite_studio.project.model import Clip, Track
from infinite_studio.project.steps import AddTracks
from infinite_studio.ui import listen_panel
from infinite_studio.ui.level_plot import FLOOR_DB, levels_db, time_ticks
from infinite_studio.ui.listen_panel import SAME_TEMPO, ListenPanel
from infinite_studio.ui.sound_subject import EXACT_REASON


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
    assert panel.tempo.value_label.text == "112.0 BPM · confident"
    assert panel.key.value_label.text == "G major · confident"
    assert panel.loudness.value_label.text == "−14.0 LUFS"
    assert panel.wave.has_peaks


def test_what_was_not_found_is_said(panel):
    panel.set_selected_sound("sound-1")
    assert panel.tempo.value_label.text == "no clear tempo"
    assert not panel.half.isEnabled()
    assert panel.half.toolTip()


def test_a_sound_that_is_still_analysed_says_so(panel, session):
    del session.analyses["s0"]
    panel.set_selected_sound("sound-0")
    assert panel.tempo.value_label.text == "Listening…"
    assert not panel.typed_tempo.editor.isEnabled()


@pytest.mark.parametrize(("button", "tempo_bpm"), [("half", 56.0), ("double", 224.0)])
def test_half_and_double_correct_the_tempo(qtbot, panel, session, button, tempo_bpm):
    panel.set_selected_sound("sound-0")
    panel.show()
    qtbot.mouseClick(getattr(panel, button), Qt.MouseButton.LeftButton)
    assert ("set_sound_tempo", "sound-0", tempo_bpm) in session.calls


def test_a_typed_tempo_corrects_it_and_nonsense_is_refused(qtbot, panel, session):
    panel.set_selected_sound("sound-0")
    panel.show()
    editor = panel.typed_tempo.editor
    for text in ("fast", "92.5"):
        editor.setFocus()
        editor.selectAll()
        qtbot.keyClicks(editor, text)
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        assert panel.problem.isVisible() == (text == "fast")
    assert [call for call in session.calls if call[0] == "set_sound_tempo"] == [
        ("set_sound_tempo", "sound-0", 92.5)
    ]


def test_a_tempo_that_cannot_be_doubled_says_why(panel, session):
    session.analyses["s0"] = replace(session.analyses["s0"], tempo_bpm=200.0)
    panel.set_selected_sound("sound-0")
    assert not panel.double.isEnabled()
    assert "300" in panel.double.toolTip()


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
    assert panel.tempo.value_label.text == "84.0 BPM · exact"
    assert panel.half.toolTip() == EXACT_REASON
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
