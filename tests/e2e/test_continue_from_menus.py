"""What the menus of clips, takes and sounds make is made by the engine that is chosen in the Generate panel."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.services.tone_network import RATE, ToneNetwork
from tests.unit.soundcard.manual_output import Bench

from infinite_studio.app.window import assemble
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.writing import write_audio
from infinite_studio.engines.base import Sampling
from infinite_studio.engines.registry import Registry
from infinite_studio.history.values import StemRecord
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence
from infinite_studio.services.rerendering import verify_recipe
from infinite_studio.services.values import Changes

LONG_MS = 60_000


class Hands:
    """A person in the window, with a network beside the built-in composer and a song on the timeline."""

    def __init__(self, studio, qtbot, path) -> None:
        self.window, self.session, self.qtbot = studio.window, studio.session, qtbot
        self.network = ToneNetwork()
        qtbot.waitUntil(lambda: self.session.is_open, timeout=LONG_MS)
        sketch = self.session.studio.generators.get("sketch")
        engines = Registry({"sketch": lambda: sketch, "network": lambda: self.network})
        self.session._studio = replace(self.session.studio, generators=engines)
        self.session.changed.emit(Changes(weights=True), None)
        self.notices: list[str] = []
        self.session.notice.connect(self.notices.append)
        self.session.import_files([path])
        self.wait()

    @property
    def song(self):
        (clip,) = (clip for _, clip in self.session.project.clips() if clip.name == "night")
        return clip

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: self.session.jobs.is_idle, timeout=LONG_MS)

    def choose_engine(self, name: str) -> None:
        self.window.generate.engine.choose(name)

    def continue_song(self):
        menu = self.window.link.clip_menu(self.song.clip_id)
        next(action for action in menu.actions() if action.text() == "Continue this").trigger()
        menu.deleteLater()
        self.qtbot.waitUntil(lambda: bool(self.session.takes), timeout=LONG_MS)
        self.wait()
        return self.session.takes[-1]


@pytest.fixture
def hands(qtbot, folders, tmp_path) -> Iterator[Hands]:
    time = np.arange(2 * RATE) / RATE
    write_audio(tmp_path / "night.wav", Audio.of(0.3 * np.sin(2 * np.pi * 220 * time), RATE))
    studio = assemble(folders, Bench().transport)
    qtbot.addWidget(studio.window)
    studio.window.show()
    studio.session.start()
    yield Hands(studio, qtbot, tmp_path / "night.wav")
    studio.window.close()
    assert studio.session.close()


def test_a_clip_is_continued_by_the_chosen_network_which_hears_it(hands) -> None:
    hands.choose_engine("network")
    hands.window.generate.advanced.guidance.editor.setValue(1.5)
    take = hands.continue_song()
    ((asked, n_takes),) = hands.network.asked
    assert (asked.sounds.continued.n_frames, n_takes) == (2 * RATE, 1)
    assert asked.sampling == Sampling(guidance=1.5)
    assert take.recipe.engine == "network"
    assert "continues “night”" in take.facts
    song = hands.song
    (placed,) = (c for _, c in hands.session.project.clips() if c.object_id == take.mixdown_object_id)
    assert placed.start_frame == song.end_frame
    assert hands.notices == []
    titles = {view.title for view in hands.session.jobs.views()}
    assert "Continue “night” with Network" in titles
    stem = StemRecord(StemType.OTHER, "Network", take.mixdown_object_id, recipe=take.recipe)
    assert verify_recipe(stem, hands.session.studio, Silence())


def test_a_network_that_is_not_here_yet_leaves_it_to_the_built_in_composer_and_says_so(hands) -> None:
    hands.network.missing = ("network",)
    hands.choose_engine("network")
    take = hands.continue_song()
    assert hands.network.asked == []
    assert take.recipe.engine == "sketch"
    assert hands.notices == ["Network is not downloaded yet, so the built-in composer continues “night”."]


def test_a_variation_is_made_by_the_chosen_network_too(hands) -> None:
    hands.choose_engine("network")
    hands.session.vary(hands.song.object_id, closeness=0.9)
    hands.wait()
    ((asked, _),) = hands.network.asked
    assert (asked.sounds.like.n_frames, asked.closeness) == (2 * RATE, 0.9)
    assert "like “night”, 90%" in hands.session.takes[-1].facts
