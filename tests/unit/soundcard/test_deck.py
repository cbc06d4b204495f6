"""What is rendered: exact where it should be, faded where the sound jumps."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from tests.unit.soundcard.manual_output import RATE, program_of, ramp, tone

from infinite_studio.audio.mixing import Program, Segment, Strip
from infinite_studio.soundcard.deck import Deck

BLOCK = 1024


def playing(program: Program, frame: int = 0) -> Deck:
    deck = Deck(RATE)
    deck.load(program)
    deck.seek(frame)
    deck.play()
    return deck


def rendered(deck: Deck, n_blocks: int, block: int = BLOCK) -> np.ndarray:
    return np.concatenate([deck.render(block).samples for _ in range(n_blocks)])


def largest_step(samples: np.ndarray) -> float:
    return float(np.abs(np.diff(samples[:, 0])).max())


def test_playing_from_the_beginning_gives_the_mix_exactly():
    program = program_of(tone(10 * BLOCK))
    assert_array_equal(rendered(playing(program), 10), program.mix(0, 10 * BLOCK))


@pytest.mark.parametrize("block", [1, 7, 240, 1000, 5000])
def test_the_size_of_blocks_does_not_change_the_sound(block):
    program = program_of(ramp(9000), loop=(1000, 4000))
    expected = np.concatenate([program.mix(0, 4000), program.mix(1000, 3000), program.mix(1000, 3000)])
    count = 10_000 // block
    assert_array_equal(rendered(playing(program), count, block), expected[: count * block])


def test_a_loop_range_repeats_without_a_missing_or_doubled_frame():
    program = program_of(ramp(9000), loop=(3000, 4001))
    heard = rendered(playing(program, 3000), 8)[:, 0] * 2**20
    assert_array_equal(heard[BLOCK:].round(), 3000 + (np.arange(BLOCK, 8 * BLOCK) % 1001))


def test_a_playhead_behind_the_loop_range_plays_on_to_the_end():
    program = program_of(ramp(6 * BLOCK), loop=(0, 1000))
    deck = playing(program, 2 * BLOCK)
    rendered(deck, 5)
    assert not deck.is_playing
    assert deck.frame == 6 * BLOCK


def test_a_loop_that_reaches_past_the_last_clip_keeps_its_length():
    program = program_of(ramp(1000), loop=(0, 1500))
    heard = rendered(playing(program), 3)
    assert_array_equal(heard[1500:2500], program.mix(0, 1000)[: 2500 - 1500])
    assert not heard[1000:1500].any()


def test_a_loop_too_short_to_hear_is_no_loop():
    deck = playing(program_of(ramp(2 * BLOCK), loop=(10, 12)))
    rendered(deck, 3)
    assert not deck.is_playing


def test_the_end_of_the_program_stops_and_pads_with_silence():
    deck = playing(program_of(tone(BLOCK + 100)))
    heard = rendered(deck, 2)
    assert not deck.is_playing
    assert deck.frame == BLOCK + 100
    assert not heard[BLOCK + 100 :].any()


def test_playing_again_at_the_end_begins_anew_and_at_the_loop_where_there_is_one():
    deck = playing(program_of(tone(100)))
    rendered(deck, 1)
    deck.play()
    assert deck.frame == 0
    looped = playing(program_of(tone(1000), loop=(200, 400)), 1000)
    assert looped.frame == 200


def test_an_empty_program_stops_at_once():
    deck = Deck(RATE)
    deck.play()
    assert not rendered(deck, 1).any()
    assert not deck.is_playing


def test_an_attack_at_the_place_where_playing_begins_keeps_its_full_height():
    samples = np.zeros((4000, 2), np.float32)
    samples[2000:2010] = 0.9
    assert rendered(playing(program_of(samples), 2000), 1)[0, 0] == np.float32(0.9)


@pytest.mark.parametrize("what", ["start", "stop", "seek", "mute", "unmute", "other program"])
def test_no_jump_in_the_sound_clicks(what):
    program = program_of(tone(20 * BLOCK))
    deck = playing(program, 5003)
    before = [] if what == "start" else [rendered(deck, 2)]
    match what:
        case "stop":
            deck.stop(0)
        case "seek":
            deck.seek(333)
        case "mute" | "unmute":
            deck.load(program_of(tone(20 * BLOCK), gain_left=0.0, gain_right=0.0))
            if what == "unmute":
                before.append(rendered(deck, 1))
                deck.load(program)
        case "other program":
            deck.load(program_of(tone(20 * BLOCK, 311.0)))
    heard = np.concatenate(
        [np.zeros((1, 2), np.float32) if what == "start" else before[0], *before[1:], rendered(deck, 2)]
    )
    natural = largest_step(tone(BLOCK, 311.0))
    assert largest_step(heard) < natural + 0.6 / 240


def test_stopping_leaves_silence_after_a_short_fade():
    deck = playing(program_of(tone(20 * BLOCK)))
    rendered(deck, 2)
    deck.stop(700)
    heard = rendered(deck, 1)
    assert heard[:240].any()
    assert not heard[240:].any()
    assert deck.frame == 700


def test_a_swapped_program_goes_on_at_the_same_frame_and_is_exact_after_the_fade():
    first, second = program_of(ramp(9000)), program_of(2 * ramp(9000))
    deck = playing(first)
    rendered(deck, 2)
    deck.load(second)
    assert_array_equal(deck.render(BLOCK).samples[240:], second.mix(2 * BLOCK + 240, BLOCK - 240))


def test_swapping_in_the_same_sound_changes_no_sample_by_more_than_rounding():
    program = program_of(tone(9000), loop=(0, 2100))
    deck, undisturbed = playing(program), playing(program)
    rendered(deck, 2), rendered(undisturbed, 2)
    deck.load(program_of(tone(9000), loop=(0, 2100)))
    np.testing.assert_allclose(rendered(deck, 2), rendered(undisturbed, 2), atol=1e-6)


def test_a_program_at_another_rate_goes_on_at_the_same_moment():
    deck = playing(program_of(tone(RATE)), 12_000)
    deck.load(program_of(tone(44_100, rate=44_100), rate=44_100))
    assert deck.frame == 11_025


def test_peaks_tell_strips_and_master_apart_before_clipping():
    loud = np.full((BLOCK, 2), 0.8, np.float32)
    strips = (
        Strip("left", (Segment(loud, 0),), gain_right=0.0),
        Strip("both", (Segment(loud, 0),)),
        Strip("muted", (Segment(loud, 0),), gain_left=0.0, gain_right=0.0),
    )
    peaks = playing(Program(RATE, strips, BLOCK)).render(BLOCK).peaks
    assert peaks == {
        "left": pytest.approx(0.8),
        "both": pytest.approx(0.8),
        "muted": 0.0,
        "master": pytest.approx(1.6),
    }
