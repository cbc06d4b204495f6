"""MusicGen in the real window: fetched from a hub on loopback, heard while it grows, cut short, and led by sounds."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.soundserver import SoundServer
from tests.tiny_musicgen import write_everything

from infinite_studio.app.window import assemble
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.writing import write_audio
from infinite_studio.history.values import StemRecord
from infinite_studio.jobs.job import JobState
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence
from infinite_studio.services.making import CUT_SHORT
from infinite_studio.services.rerendering import verify_recipe
from infinite_studio.services.values import Changes, Melody
from infinite_studio.soundcard.transport import Transport
from infinite_studio.ui.models_dialog import ModelsDialog
from infinite_studio.weights.catalogue import entry_named
from infinite_studio.weights.status import WeightsState

LONG_MS = 60_000
PARTS = ("t5-base", "encodec-32khz")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    # Several threads on a shared machine wait for each other more than they compute.
    torch.set_num_threads(1)
    return write_everything(tmp_path_factory.mktemp("tiny"), ("small", "melody"))


@pytest.fixture
def opened(qtbot, folders) -> Iterator[object]:
    studio = assemble(folders, Transport())
    qtbot.addWidget(studio.window)
    studio.window.show()
    studio.session.start()
    qtbot.waitUntil(lambda: studio.session.is_open, timeout=LONG_MS)
    yield studio
    studio.window.close()
    assert studio.session.close()


class Hands:
    """What a person does in the window, with the waiting in between."""

    def __init__(self, studio, qtbot) -> None:
        self.window, self.session, self.qtbot = studio.window, studio.session, qtbot
        self.panel = studio.window.generate
        self.panel.form.is_new_each_time.setChecked(False)

    def until(self, condition) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG_MS)

    def idle(self) -> None:
        self.until(lambda: self.session.jobs.is_idle)

    def choose_engine(self, name: str) -> None:
        index = [info.name for info in self.session.generators].index(name)
        self.panel.engine.editor.setCurrentIndex(index)

    def write(self, prompt: str, length: str) -> None:
        self.window.show_right("generate")
        self.panel.prompt.setFocus()
        self.panel.prompt.clear()
        QTest.keyClicks(self.panel.prompt, prompt)
        self.panel.form.length.editor.setText(length)

    def press(self) -> None:
        self.until(self.panel.work.button.isEnabled)
        self.qtbot.mouseClick(self.panel.work.button, Qt.MouseButton.LeftButton)

    def make(self, n_takes: int = 1):
        before = len(self.session.takes)
        self.press()
        self.until(lambda: len(self.session.takes) == before + n_takes or bool(self.panel.failure.text))
        assert not self.panel.failure.text, self.panel.failure.text
        self.idle()
        return self.session.takes[-1]


def place_weights(hands: Hands, tiny: Path) -> None:
    """Put the tiny networks where a person would put downloaded ones by hand."""
    for name in ("musicgen-small", "musicgen-melody", *PARTS):
        shutil.copytree(tiny / name, hands.session.weights_folder / name)
    hands.session.changed.emit(Changes(weights=True), None)


@pytest.mark.timeout(300)
def test_a_missing_model_is_fetched_heard_while_it_plays_and_kept_where_it_is_cut_short(
    opened, qtbot, hub, tiny: Path, sound_server: SoundServer
) -> None:
    for name in ("musicgen-small", *PARTS):
        hub.put_folder(entry_named(name).repository_id, tiny / name)
    hands = Hands(opened, qtbot)
    panel, session, window = hands.panel, hands.session, hands.window

    hands.choose_engine("musicgen-small")
    hands.write("lo-fi piano", "60 s")
    hands.until(lambda: not panel.missing.isHidden())
    hands.until(lambda: not panel.work.button.isEnabled())
    panel.missing.remedy.click()
    hands.until(lambda: window.findChild(ModelsDialog) is not None)
    dialog = window.findChild(ModelsDialog)
    dialog.rows["musicgen-small"].download.click()
    hands.until(lambda: session.studio.weights.status_of("musicgen-small").state is WeightsState.HERE)
    hands.idle()
    dialog.close()
    hands.until(panel.missing.isHidden)
    assert "of memory" in panel.cost.text
    assert "CC-BY-NC" in panel.licence.value_label.text

    hands.press()
    hands.until(lambda: session.growing_take is not None)
    assert session.growing_take.is_on_timeline
    assert not session.project.tracks
    (clip,) = (clip for _, clip in window.timeline._state.project.clips())
    assert clip.object_id == session.growing_take.object_id
    (card,) = panel.takes.running_cards
    assert not card.wave.isHidden()
    assert card.wave.has_peaks
    first = session.growing_take.n_frames
    hands.until(lambda: session.growing_take.n_frames > first)

    recording = sound_server.start_recording()
    session.play_or_stop()
    hands.until(lambda: session.playhead_frame > session.project.sample_rate // 3)
    session.stop()
    heard = recording.stop()
    assert np.sqrt(np.mean(np.square(heard))) > 1e-4

    card.cancel.click()
    hands.until(lambda: len(session.takes) == 1)
    hands.idle()
    (take,) = session.takes
    assert session.growing_take is None
    assert 0 < take.n_frames < 60 * session.project.sample_rate
    assert take.recipe.parameters[CUT_SHORT] == pytest.approx(take.understanding.duration_seconds, abs=1e-3)
    assert any(fact.startswith("cut short at") for fact in take.facts)
    assert [clip.object_id for _, clip in session.project.clips()] == [take.mixdown_object_id]
    states = {view.state for view in session.jobs.views() if view.kind.startswith("generate")}
    assert states == {JobState.CANCELLED}


@pytest.mark.timeout(300)
def test_takes_follow_a_tune_a_sound_and_the_end_or_the_middle_of_another(
    opened, qtbot, tiny: Path, tmp_path: Path
) -> None:
    hands = Hands(opened, qtbot)
    place_weights(hands, tiny)
    panel, session = hands.panel, hands.session
    hands.choose_engine("musicgen-melody")
    hands.write("lo-fi piano", "1 s")

    panel.form.takes.editor.setCurrentIndex(1)
    hands.make(2)
    assert [take.recipe.seed for take in session.takes] == [session.takes[0].recipe.seed + i for i in (0, 1)]
    assert sum(view.kind == "generate:musicgen-melody×2" for view in session.jobs.views()) == 1
    panel.form.takes.editor.setCurrentIndex(0)
    first = session.takes[0]
    assert first.understanding.tempo_bpm is None or any("sounds like" in fact for fact in first.facts)

    panel.advanced.fold.click()
    panel.advanced.guidance.editor.setValue(1.5)
    tune = tuple(Note(69 + step, float(step), 1.0, 0.8) for step in range(3))
    session.set_melody(Melody(tune, "a tune", 120.0))
    sung = hands.make()
    assert sung.recipe.parameters["guidance"] == 1.5
    assert sung.tune is not None
    session.set_melody(Melody((), "raw", sound=tone(440.0), is_recording=True))
    hummed = hands.make()
    assert hummed.recipe.parameters["follows_melody_of_sound"]
    session.set_melody(None)

    path = tmp_path / "night.wav"
    write_audio(path, tone(220.0))
    session.import_files([path])
    hands.idle()
    sound = next(sound for sound in session.sounds if sound.name == "night")
    session.choose_like(sound.object_id)
    alike = hands.make()
    assert any("alike" in fact for fact in alike.facts)
    assert alike.recipe.input_object_ids == (sound.object_id,)
    session.drop_like()

    (there,) = (clip for _, clip in session.project.clips() if clip.object_id == sound.object_id)
    session.choose_continued(sound.object_id)
    assert panel.continuing.isVisible()
    at_end = hands.make()
    (placed,) = (clip for _, clip in session.project.clips() if clip.object_id == at_end.mixdown_object_id)
    assert placed.start_frame == there.end_frame
    cut = there.start_frame + there.length_frames // 2
    session.seek(cut)
    hands.until(lambda: panel.continuing.place.option(True).isEnabled())
    panel.continuing.place.choose(True)
    panel.continuing.context.editor.setValue(1.0)
    in_the_middle = hands.make()
    assert in_the_middle.recipe.parameters["context_seconds"] == 1.0
    clips = {clip.object_id: clip for _, clip in session.project.clips()}
    assert clips[sound.object_id].end_frame == cut == clips[in_the_middle.mixdown_object_id].start_frame
    session.drop_continued()

    # What followed notes, a voice, a sound, or an end is made again from its recipe, to the byte.
    for take in (sung, hummed, alike, at_end, in_the_middle):
        stem = StemRecord(StemType.OTHER, "MusicGen", take.mixdown_object_id, recipe=take.recipe)
        assert verify_recipe(stem, session.studio, Silence()), take.facts


@pytest.mark.timeout(300)
def test_a_long_take_is_rolled_again_from_a_window_and_its_beginning_stays(opened, qtbot, tiny: Path) -> None:
    hands = Hands(opened, qtbot)
    place_weights(hands, tiny)
    session = hands.session
    hands.choose_engine("musicgen-small")
    hands.write("dark trap", "6 s")
    take = hands.make()
    starts = session.window_starts(take.take_id)
    assert len(starts) == 2
    session.reroll_window(take.take_id, 1, seed=99)
    hands.until(lambda: len(session.takes) == 2)
    hands.idle()
    again = session.takes[1]
    one, other = (np.array(session.studio.bank.samples(t.mixdown_object_id)) for t in (take, again))
    same = round((starts[1] - 0.5) * session.project.sample_rate)
    gain = np.dot(one[:same].ravel(), other[:same].ravel()) / np.dot(
        other[:same].ravel(), other[:same].ravel()
    )
    assert np.abs(one[:same] - gain * other[:same]).max() < 1e-3
    later = round((starts[1] + 0.5) * session.project.sample_rate)
    assert np.abs(one[later:] - gain * other[later:]).max() > 1e-2


def tone(hz: float, seconds: float = 2.0, rate: int = 32_000) -> Audio:
    """Return a tone with a pulse, so that there is something to follow."""
    time = np.arange(round(seconds * rate)) / rate
    pulse = np.exp(-(time % 0.5) * 6)
    return Audio.of(0.3 * np.sin(2 * np.pi * hz * time) * pulse, rate)
