"""The Loop panel over a real session: what cannot be is said where it is asked for, and a plan becomes a file."""

import soundfile
from PySide6.QtCore import Qt
from tests.unit.services.test_streaming_session import Room, tagged

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.project.model import LoopRange
from infinite_studio.project.steps import SetLoop
from infinite_studio.services.looping_values import CrossfadeChoice
from infinite_studio.ui.loop_panel import LoopPanel


def test_a_living_loop_is_planned_and_written_from_the_panel(qtbot, tmp_path):
    room = Room(tmp_path / "home", qtbot)
    panel = LoopPanel(room.session)
    qtbot.addWidget(panel)
    panel.page.choose("living")
    panel.show()
    living = panel.living
    room.until(living.file.problem.isVisible)
    assert "neither two versions" in living.file.problem.text
    assert not living.file.work.button.isEnabled()

    room.session.generate(GenerationRequest("house, 120 bpm", bars=1, seed=1))
    room.wait()
    living.file.place.choose(tmp_path)
    living.pool.editor.setValue(3)
    living.target.length.editor.setText("6x")
    room.until(living.file.work.button.isEnabled)
    assert "6 steps over 3 pieces" in living.summary.text()
    assert not living.file.problem.isVisible()
    qtbot.mouseClick(living.file.work.button, Qt.MouseButton.LeftButton)
    room.until(living.file.open_folder.isVisible)
    assert "checked to the last frame" in living.file.done.text()
    assert soundfile.info(room.session.living.path).frames == 6 * 2 * 48_000

    panel.page.choose("range")
    room.session.import_files([tagged(tmp_path / "game.wav")])
    room.until(lambda: room.session.project.loop is not None)
    panel._on_clear()
    room.until(panel.tagged.isVisible)
    qtbot.mouseClick(panel.tagged, Qt.MouseButton.LeftButton)
    assert room.session.project.loop == LoopRange(48_000, 144_000)
    assert room.session.close()


def test_a_crossfade_for_which_there_is_no_sound_is_said_before_writing(qtbot, tmp_path):
    room = Room(tmp_path / "home", qtbot)
    panel = LoopPanel(room.session)
    qtbot.addWidget(panel)
    panel.page.choose("extend")
    panel.show()
    room.session.import_files([tagged(tmp_path / "game.wav")])
    room.until(lambda: len(room.session.sounds) > 0)
    room.wait()
    qtbot.mouseClick(panel.finder.work.button, Qt.MouseButton.LeftButton)
    room.until(lambda: len(panel.finder.rows) > 0)
    panel.finder.crossfade.length.choose("custom")
    panel.finder.crossfade.amount.editor.setValue(9_000)
    assert panel.finder.crossfade.choice == CrossfadeChoice(milliseconds=9_000.0)
    room.until(panel.extender.file.problem.isVisible)
    assert "longer than this loop can have" in panel.extender.file.problem.text
    assert not panel.extender.file.work.button.isEnabled()
    panel.finder.crossfade.amount.editor.setValue(20)
    room.until(panel.extender.file.work.button.isEnabled)
    room.until(lambda: "rounds" in panel.extender.file.estimate.text())
    assert room.session.close()


def test_the_loop_that_a_file_is_tagged_with_is_offered_again_after_a_restart(qtbot, tmp_path):
    first = Room(tmp_path / "home", qtbot)
    first.session.import_files([tagged(tmp_path / "game.wav")])
    first.until(lambda: first.session.project.loop is not None)
    first.wait()
    first.session.apply(SetLoop(None))
    first.wait()
    assert first.session.close()

    again = Room(tmp_path / "home", qtbot)
    assert again.session.project.loop is None
    panel = LoopPanel(again.session)
    qtbot.addWidget(panel)
    assert not any(view.kind == "_tags" for view in again.session.jobs.views()), "nobody looked yet"
    panel.show()
    again.until(panel.tagged.isVisible)
    qtbot.mouseClick(panel.tagged, Qt.MouseButton.LeftButton)
    assert again.session.project.loop == LoopRange(48_000, 144_000)
    assert again.session.ask_loop_tags() is None, "what was read is not read twice"
    assert again.session.close()
