"""Two versions by ear: the same place, one key, no gap."""

import numpy as np
import pytest
from tests.unit.soundcard.manual_output import Bench, ramp

from infinite_studio.project.model import Clip, LoopRange, Project, Track
from infinite_studio.services.playback import Playback

RATE = 48_000
N_FRAMES = RATE
FADE = 480


class Sounds:
    """What stands for the bank: samples by object id."""

    sample_rate = RATE

    def __init__(self) -> None:
        self.by_id = {"project": ramp(N_FRAMES), "solo": np.full((N_FRAMES, 2), 0.9, np.float32)}

    def samples(self, object_id: str):
        return self.by_id.get(object_id)


@pytest.fixture
def bench():
    bench = Bench()
    yield bench
    bench.transport.close()


@pytest.fixture
def playback(bench):
    playback = Playback(bench.transport)
    track = Track("Drums", clips=(Clip("project", "beat", 0, N_FRAMES),))
    playback.show(Project("Tape", tracks=(track,)), Sounds())
    playback.prepare()
    return playback


A = 0.25 + ramp(N_FRAMES)
B = 0.5 + ramp(N_FRAMES)


def offsets(samples) -> set[float]:
    """Which of the sounds were played, told by their level: 0 for the project, 0.25 for A, 0.5 for B."""
    frames = np.round((samples[:, 0] % 0.25) * 2**20)
    steps = np.diff(frames)
    flat = np.r_[False, steps == 1.0]
    return {round(float(level), 2) for level in np.unique(np.floor(samples[flat, 0] * 4) / 4)}


def test_toggling_goes_on_at_the_same_frame_without_a_stop(bench, playback):
    playback.ab_start(A, B, RATE)
    playback.play_or_stop()
    bench.pass_time(0.2)
    before = playback.playhead_frame
    playback.ab_toggle()
    assert playback.is_playing
    assert abs(playback.playhead_frame - before) < 0.01 * RATE
    assert playback.ab_hears_b is True
    bench.pass_time(0.2)
    played = bench.card.played
    heard = played[np.flatnonzero(played[:, 0])[0] :]
    late = heard[-FADE:, 0]
    expected = 0.5 + np.arange(len(heard))[-FADE:] / 2**20
    np.testing.assert_allclose(
        late, expected, atol=1e-4, err_msg="B's own frame, as if it had played all along"
    )


def test_each_version_is_heard_and_then_the_project_again(bench, playback):
    playback.play_or_stop()
    bench.pass_time(0.1)
    playback.ab_start(A, B, RATE)
    bench.pass_time(0.1)
    playback.ab_toggle()
    bench.pass_time(0.1)
    playback.ab_stop()
    bench.pass_time(0.2)
    assert playback.ab_hears_b is None
    assert playback.is_playing
    assert {0.0, 0.25, 0.5} <= offsets(bench.card.played)


def test_a_change_of_the_project_does_not_cut_into_the_comparison(bench, playback):
    playback.ab_start(A, B, RATE)
    playback.show(Project("Empty"), Sounds())
    playback.play_or_stop()
    bench.pass_time(0.2)
    assert offsets(bench.card.played) == {0.25}


def test_an_audition_comes_back_to_the_comparison(bench, playback):
    playback.ab_start(A, B, RATE)
    playback.audition("solo", Sounds())
    playback.ab_toggle()
    playback.end_audition()
    playback.play_or_stop()
    bench.pass_time(0.2)
    assert 0.5 in offsets(bench.card.played)


def test_the_loop_range_of_the_project_holds_for_both_versions(bench, playback):
    looped = Project("Tape", tracks=(Track("D", clips=(Clip("project", "beat", 0, N_FRAMES),)),))
    from dataclasses import replace

    playback.show(replace(looped, loop=LoopRange(0, 4_800)), Sounds())
    playback.ab_start(A, B, RATE)
    playback.play_or_stop()
    bench.pass_time(0.5)
    assert playback.is_playing
    assert playback.playhead_frame < 4_800


def test_a_loop_range_beyond_the_versions_is_left_out(bench, playback):
    from dataclasses import replace

    playback.show(replace(Project("Tape"), loop=LoopRange(0, 10 * N_FRAMES)), Sounds())
    playback.ab_start(A, B, RATE)
    playback.play_or_stop()
    bench.pass_time(1.5)
    assert not playback.is_playing


def test_toggling_or_stopping_without_a_comparison_does_nothing(playback):
    playback.ab_toggle()
    playback.ab_stop()
    assert playback.ab_hears_b is None
