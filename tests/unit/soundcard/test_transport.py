"""The transport on a clock that the test turns."""

import itertools

import numpy as np
import pytest
from tests.unit.soundcard.manual_output import RATE, Bench, program_of, ramp, tone

from infinite_studio.soundcard.silent import AHEAD_SECONDS


def test_the_playhead_is_the_frame_that_is_heard_and_never_goes_back():
    bench = Bench()
    bench.transport.load(program_of(ramp(3 * RATE)))
    bench.transport.play()
    seen: list[int] = []
    bench.pass_time(1.0, lambda: seen.append(bench.transport.playhead_frame))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(RATE - 0.01 * RATE, abs=0.02 * RATE)


def test_the_playhead_stands_still_until_the_sound_arrives():
    bench = Bench()
    bench.transport.load(program_of(ramp(3 * RATE)))
    bench.transport.prepare()
    bench.pass_time(0.5)
    bench.transport.seek(1234)
    bench.transport.play()
    seen: list[int] = []
    bench.pass_time(AHEAD_SECONDS / 2, lambda: seen.append(bench.transport.playhead_frame))
    assert set(seen) == {1234}


def test_the_playhead_wraps_inside_the_loop_range():
    bench = Bench()
    bench.transport.load(program_of(ramp(3 * RATE), loop=(1000, 9000)))
    bench.transport.play()
    seen: list[int] = []
    bench.pass_time(1.0, lambda: seen.append(bench.transport.playhead_frame))
    assert max(seen) < 9000
    backwards = [(a, b) for a, b in itertools.pairwise(seen) if b < a]
    assert len(backwards) == pytest.approx((RATE - 9000) / 8000, abs=1)
    assert all(b >= 1000 for _, b in backwards)


def test_stop_keeps_the_position_that_was_heard_and_play_goes_on_there():
    bench = Bench()
    bench.transport.load(program_of(ramp(3 * RATE)))
    bench.transport.play()
    bench.pass_time(0.5)
    heard = bench.transport.playhead_frame
    bench.transport.stop()
    assert bench.transport.playhead_frame == heard
    bench.pass_time(0.3)
    assert (bench.transport.playhead_frame, bench.transport.is_playing) == (heard, False)
    before = bench.card.played.shape[0]
    bench.transport.play()
    bench.pass_time(0.2)
    again = bench.card.played[before + 240 :, 0] * 2**20
    assert again[np.flatnonzero(again)[0] :][500] == pytest.approx(heard + 240 + 500, abs=2)


def test_the_program_stops_by_itself_once_its_end_was_heard():
    bench = Bench()
    bench.transport.load(program_of(ramp(RATE // 2)))
    bench.transport.play()
    bench.pass_time(0.45)
    assert bench.transport.is_playing
    bench.pass_time(0.2)
    assert not bench.transport.is_playing
    assert bench.transport.playhead_frame == RATE // 2
    bench.transport.play()
    bench.pass_time(0.1)
    assert 0 < bench.transport.playhead_frame < RATE // 4


def test_seeking_while_playing_goes_on_there():
    bench = Bench()
    bench.transport.load(program_of(ramp(10 * RATE)))
    bench.transport.play()
    bench.pass_time(0.3)
    bench.transport.seek(5 * RATE)
    assert bench.transport.playhead_frame == 5 * RATE
    bench.pass_time(0.3)
    assert bench.transport.is_playing
    assert bench.transport.playhead_frame == pytest.approx(5.25 * RATE, abs=0.05 * RATE)


def test_a_seek_while_the_last_frames_are_heard_goes_on_playing():
    bench = Bench()
    bench.transport.load(program_of(ramp(RATE)))
    bench.transport.play()
    bench.pass_time(0.98)
    assert bench.transport.is_playing
    bench.transport.seek(0)
    bench.pass_time(0.3)
    assert bench.transport.is_playing


def test_what_is_too_loud_is_clipped_as_in_a_file_and_reported():
    bench = Bench()
    bench.transport.load(program_of(4 * tone(RATE)))
    bench.transport.play()
    bench.pass_time(0.3)
    assert np.abs(bench.card.played).max() == 1.0
    assert bench.transport.levels()["master"] > 1.0


def test_levels_are_those_since_the_last_call_and_of_what_was_heard():
    bench = Bench()
    samples = np.zeros((RATE, 2), np.float32)
    samples[12_000] = 0.5
    bench.transport.load(program_of(samples))
    bench.transport.play()
    bench.pass_time(0.2)
    assert bench.transport.levels() == {"a": 0.0, "master": 0.0}
    bench.pass_time(0.15)
    assert bench.transport.levels() == {"a": 0.5, "master": 0.5}
    assert bench.transport.levels() == {"a": 0.0, "master": 0.0}


def test_loading_while_playing_keeps_playing_and_position():
    bench = Bench()
    bench.transport.load(program_of(ramp(3 * RATE)))
    bench.transport.play()
    bench.pass_time(0.5)
    before = bench.transport.playhead_frame
    bench.transport.load(program_of(2 * ramp(3 * RATE)))
    assert bench.transport.is_playing
    assert bench.transport.playhead_frame == before
    bench.pass_time(0.1)
    assert bench.transport.playhead_frame > before


def test_a_card_that_refuses_the_rate_gets_resampled_sound_and_a_true_playhead():
    bench = Bench(own_rate=44_100)
    bench.transport.load(program_of(tone(2 * RATE)))
    bench.transport.play()
    bench.pass_time(1.0)
    heard = bench.card.played[:40_000, 0]
    expected = tone(40_000, rate=44_100)[:, 0]
    settled = slice(2000, 38_000)
    error_db = 20 * np.log10(np.abs(heard - expected)[settled].max() / 0.5)
    assert error_db < -60, "HQ resampling of a sine, aligned to a fraction of a frame"
    assert bench.transport.playhead_frame == pytest.approx(0.99 * RATE, abs=0.02 * RATE)


def test_a_program_at_another_rate_reopens_the_card_and_goes_on():
    bench = Bench()
    bench.transport.load(program_of(tone(2 * RATE)))
    bench.transport.play()
    bench.pass_time(0.5)
    bench.transport.load(program_of(tone(88_200, rate=44_100), rate=44_100))
    bench.pass_time(0.3)
    assert bench.card.sample_rate == 44_100
    assert bench.cards[0].is_closed
    assert bench.transport.playhead_frame == pytest.approx(0.8 * 44_100, abs=0.06 * 44_100)


def test_an_idle_card_is_let_go_of_and_opened_again_when_needed():
    bench = Bench()
    bench.transport.load(program_of(tone(2 * RATE)))
    bench.transport.play()
    bench.pass_time(0.1)
    bench.transport.stop()
    bench.pass_time(29.0)
    assert not bench.card.is_closed
    bench.pass_time(2.0)
    assert bench.card.is_closed
    bench.transport.play()
    bench.pass_time(0.3)
    assert len(bench.cards) == 2
    assert bench.transport.playhead_frame > 0


def test_close_stops_and_lets_go_of_the_card():
    bench = Bench()
    bench.transport.load(program_of(tone(2 * RATE)))
    bench.transport.play()
    bench.pass_time(0.1)
    bench.transport.close()
    assert bench.card.is_closed
    assert not bench.transport.is_playing
