"""Takes that are heard while they are made, and what their making leaves behind."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.services.tone_network import ToneNetwork

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.musicgen.recipe_reading import request_of
from infinite_studio.engines.registry import Registry
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.key import Key
from infinite_studio.progress import Silence
from infinite_studio.project.model import Clip, Project, Track
from infinite_studio.services.growing import GrowingSound, TakeGrown
from infinite_studio.services.heard_sounds import SoundsToHear, with_sounds
from infinite_studio.services.making import TakesRequest, keep_cut_short, make_takes
from infinite_studio.services.placing import place_continuation

RATE = 32_000


class Told:
    """Keeps what is shared."""

    def __init__(self) -> None:
        self.shared: list[object] = []

    def report(self, fraction: float, stage: str = "") -> None:
        """Need not be known here."""

    def share(self, partial: object) -> None:
        self.shared.append(partial)


@pytest.fixture
def network_studio(studio):
    network = ToneNetwork()
    return replace(studio, generators=Registry({"network": lambda: network})), network


def test_a_take_that_is_made_is_heard_piece_by_piece_at_the_projects_rate(network_studio):
    studio, _ = network_studio
    told = Told()
    (take,) = make_takes(TakesRequest(GenerationRequest("x", duration_seconds=2.0), "network"), studio, told)
    grown = [each for each in told.shared if isinstance(each, TakeGrown)]
    assert [each.n_frames for each in grown] == sorted({each.n_frames for each in grown})
    last = grown[-1]
    assert last.expected_frames == take.n_frames
    live = np.array(studio.bank.samples(last.object_id)[: last.n_frames])
    kept = np.array(studio.bank.samples(take.mixdown_object_id)[: last.n_frames])
    assert 20 * np.log10(np.abs(live - kept).max()) < -80
    assert studio.bank.peaks(last.object_id).n_frames == last.n_frames
    studio.bank.forget_growing(last.object_id)
    assert studio.bank.samples(last.object_id) is None


def test_a_second_attempt_begins_the_growing_sound_anew(studio):
    growing = GrowingSound(studio.bank, 2.0, Silence())
    piece = Audio.of(np.ones(RATE, np.float32), RATE)
    growing.hear(piece, 0)
    growing.hear(piece, RATE)
    before = growing.n_frames
    growing.hear(piece, 0)
    assert growing.n_frames < before


def test_more_sound_than_expected_is_cut_and_harms_nothing(studio):
    growing = GrowingSound(studio.bank, 0.5, Silence())
    for second in range(4):
        growing.hear(Audio.of(np.ones(RATE, np.float32), RATE), second * RATE)
    assert growing.n_frames <= 2 * studio.bank.sample_rate


def test_takes_of_a_batch_are_made_at_once_with_what_was_measured_and_what_to_know(network_studio):
    studio, network = network_studio
    request = GenerationRequest("x", duration_seconds=1.0, seed=5)
    takes = make_takes(TakesRequest(request, "network", 3, facts=("loop",)), studio, Silence())
    assert [(asked.seed, n) for asked, n in network.asked] == [(5, 3)]
    assert [take.recipe.seed for take in takes] == [5, 6, 7]
    assert [take.request.seed for take in takes] == [5, 6, 7]
    assert takes[0].facts == ("loop", "measured")
    assert takes[0].notices == ("Memory was short.",)


def test_what_was_heard_before_a_cut_is_kept_as_a_take_of_its_own(network_studio):
    studio, _ = network_studio
    told = Told()
    wanted = TakesRequest(GenerationRequest("x", duration_seconds=2.0, seed=3), "network")
    make_takes(wanted, studio, told)
    grown = next(each for each in told.shared if isinstance(each, TakeGrown))
    take = keep_cut_short(wanted, grown, studio, Silence())
    assert take.n_frames == grown.n_frames
    assert take.facts == (f"cut short at {grown.n_frames / studio.bank.sample_rate:.1f} s",)
    assert take.recipe.parameters["cut_short_seconds"] > 0
    sound = np.array(studio.bank.samples(take.mixdown_object_id))
    assert np.abs(sound).max() > 0.1
    assert np.abs(sound[-4:]).max() < 0.02


def test_sounds_to_follow_are_read_when_the_take_is_made(network_studio):
    studio, network = network_studio
    object_id = studio.bank.store(Audio.of(np.zeros((44_100, 2), np.float32), 44_100))
    heard = SoundsToHear(like=object_id, continued=object_id, cut_seconds=0.5, context_seconds=3.0)
    (take,) = make_takes(TakesRequest(GenerationRequest("x"), "network", heard=heard), studio, Silence())
    ((asked, _),) = network.asked
    assert asked.sounds.like.n_frames == 44_100
    assert (asked.sounds.cut_frame, asked.sounds.context_seconds) == (22_050, 3.0)
    assert take.recipe.input_object_ids == (object_id,)
    assert SoundsToHear.from_json({**heard.to_json(), "of a newer version": 1}) == heard
    assert with_sounds(GenerationRequest("x"), SoundsToHear(), studio, Silence()).sounds.like is None


def test_a_continuation_from_the_middle_ends_what_it_continues_there(network_studio):
    studio, _ = network_studio
    (take,) = make_takes(TakesRequest(GenerationRequest("x"), "network"), studio, Silence())
    project = Project("p", tracks=(Track("a", clips=(Clip("s", "s", 0, 1000), Clip("s", "s", 2000, 1000))),))
    step = place_continuation(project, take, "s", cut_frame=600)
    placed = step.apply(project)
    assert [(clip.start_frame, clip.length_frames) for clip in placed.tracks[0].clips] == [(0, 600)]
    assert placed.tracks[1].clips[0].start_frame == 600
    after_all = place_continuation(project, take, "s").apply(project)
    assert after_all.tracks[-1].clips[-1].start_frame == 3000


PARAMETERS = {
    "duration_seconds": 8.0,
    "guidance": 2.0,
    "temperature": 0.9,
    "top_k": 20,
    "top_p": 0.0,
    "precision": "int8",
    "asked": {"tempo_bpm": 120, "key": "F minor", "bars": 4, "duration_seconds": None, "precision": ""},
    "window_seeds": {"1": 9},
    "melody": [[60, 0.0, 1.0, 0.8]],
}


def test_a_recipe_of_musicgen_is_read_back_as_what_was_asked_for():
    request = request_of(Recipe("musicgen-melody", "1", "lo-fi", PARAMETERS, 7))
    assert (request.prompt, request.seed, request.bars, request.duration_seconds) == ("lo-fi", 7, 4, None)
    assert (request.tempo_bpm, request.key) == (120.0, Key.parse("F minor"))
    assert (request.sampling.precision, request.sampling.window_seeds) == ("int8", {1: 9})
    assert request.melody[0].pitch == 60


@pytest.mark.parametrize(
    "name", ["follows_melody_of_sound", "follows_like", "is_continuation", "cut_short_seconds"]
)
def test_a_recipe_that_followed_what_it_does_not_hold_is_not_read_back(name):
    assert request_of(Recipe("musicgen-melody", "1", "lo-fi", {**PARAMETERS, name: True}, 7)) is None
