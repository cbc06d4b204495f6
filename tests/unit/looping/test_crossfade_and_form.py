"""Seams: gains that follow the correlation, rounds of exact length, nothing lost around them."""

import numpy as np
import pytest
from tests.unit.looping.music_box import RATE, notes, piece, rms_db

from infinite_studio.audio.audio import Audio
from infinite_studio.looping.crossfade import (
    LEAST_CORRELATION,
    CrossfadeShape,
    chosen_seconds,
    crossfade_gains,
    crossfaded,
)
from infinite_studio.looping.form import SeamWishes, audition, length_of, loop_form
from infinite_studio.looping.problems import CrossfadeTooLongError, InvalidLoopError


@pytest.mark.parametrize("r", [-0.6, -0.3, 0.0, 0.25, 0.5, 0.8, 1.0])
def test_the_gains_keep_the_power_for_every_correlation(r):
    out, into = (gains.astype(np.float64) for gains in crossfade_gains(1000, r))
    np.testing.assert_allclose(out**2 + into**2 + 2 * r * out * into, 1.0, atol=1e-6)


def test_alike_sides_are_faded_linearly_and_unlike_ones_with_equal_power():
    linear = (np.arange(100) + 0.5) / 100
    np.testing.assert_allclose(crossfade_gains(100, 1.0)[1], linear, atol=1e-6)
    out, into = crossfade_gains(101, 0.0)
    assert out[50] == pytest.approx(np.sqrt(0.5), abs=1e-6)
    assert into[50] == pytest.approx(np.sqrt(0.5), abs=1e-6)


def test_opposite_sides_never_get_gains_without_bounds():
    assert max(crossfade_gains(100, -1.0)[0].max(), crossfade_gains(100, LEAST_CORRELATION)[0].max()) < 2.0


@pytest.mark.parametrize("r", [-0.5, 0.0, 0.4, 0.8, 0.99])
def test_the_level_stays_within_half_a_decibel_through_the_seam(r):
    rng = np.random.default_rng(8)
    a, other = rng.standard_normal((2, 400_000, 1))
    b = r * a + np.sqrt(1 - r * r) * other
    joined = crossfaded(a.astype(np.float32), b.astype(np.float32), r)
    levels = [rms_db(part) for part in np.array_split(joined, 10)]
    assert max(abs(level) for level in levels) < 0.5


def test_the_worse_the_sides_agree_the_longer_the_crossfade():
    lengths = [chosen_seconds(r, 120.0) for r in (0.99, 0.9, 0.6, 0.1)]
    assert lengths == sorted(lengths)
    assert lengths[-1] == pytest.approx(0.5)


def played(form, rounds):
    return np.concatenate(
        [*form.first, *(part for _ in range(rounds - 2) for part in form.middle), *form.last]
    )


@pytest.mark.parametrize("start_beats", [0, 4])
@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.4])
def test_every_round_has_the_exact_length_and_edges_are_untouched(start_beats, seconds):
    audio, _, _ = piece(rounds=3.0)
    start, end = start_beats * RATE // 2, 20 * RATE // 2 + 7
    form = loop_form(audio, start, end, SeamWishes(seconds))
    for part in (form.first, form.middle, form.last, form.only):
        assert length_of(part) == end - start
    whole = np.concatenate([*form.intro, *form.only, *form.outro])
    np.testing.assert_array_equal(whole, audio.samples)
    sound = played(form, 3)
    half = (end - start) // 2
    np.testing.assert_array_equal(sound[:half], audio.samples[start : start + half])
    np.testing.assert_array_equal(sound[-half:], audio.samples[end - half : end])


def test_the_seam_of_unlike_ends_has_no_jump_and_no_dip():
    rng = np.random.default_rng(0)
    audio = Audio(rng.standard_normal((4 * RATE, 1)).astype(np.float32) * 0.2, RATE)
    form = loop_form(audio, RATE, 3 * RATE, SeamWishes(0.3))
    around = np.concatenate([*form.middle, *form.middle])[2 * RATE - 8000 : 2 * RATE + 8000]
    levels = [rms_db(part) for part in np.array_split(around, 16)]
    assert np.ptp(levels) < 1.0


def test_an_exactly_repeated_loop_is_continuous_to_the_sample():
    audio, start, length = piece(rounds=2.0)
    form = loop_form(audio, start, start + length)
    twice = np.concatenate([*form.middle, *form.middle])
    np.testing.assert_allclose(twice, audio.samples[start : start + 2 * length], atol=1e-6)


def test_a_whole_sound_whose_ends_do_not_meet_is_bent_together():
    time = np.arange(RATE) / RATE
    audio = Audio((0.5 * np.cos(2 * np.pi * 100.25 * time))[:, np.newaxis].astype(np.float32), RATE)
    form = loop_form(audio, 0, RATE)
    twice = np.concatenate([*form.middle, *form.middle])
    assert np.abs(np.diff(twice[:, 0])).max() < 0.1
    assert abs(float(audio.samples[0, 0] - audio.samples[-1, 0])) > 0.3


def test_a_reverbs_tail_is_laid_over_the_next_round():
    body, tail = notes(8, 1), notes(2, 2) * np.float32(0.1)
    audio = Audio(np.concatenate([body, tail]), RATE)
    wishes = SeamWishes(0.0, wrap_tail_seconds=0.5, keep_outro=False)
    form = loop_form(audio, 0, len(body), wishes)
    middle = np.concatenate(form.middle)
    added = middle[: RATE // 4] - body[: RATE // 4]
    assert rms_db(added) == pytest.approx(rms_db(tail[: RATE // 4]), abs=3.0)
    np.testing.assert_array_equal(middle[RATE:], body[RATE:])
    np.testing.assert_array_equal(np.concatenate(form.first), body)


def test_a_crossfade_longer_than_the_sound_is_refused_with_what_is_possible():
    audio, start, length = piece(intro_beats=2, rounds=1.0)
    with pytest.raises(CrossfadeTooLongError) as problem:
        loop_form(audio, start, start + length, SeamWishes(5.0))
    assert "1.0" in problem.value.hint


@pytest.mark.parametrize(("start", "end"), [(-1, 100), (100, 100), (0, 10**9)])
def test_a_range_outside_of_the_sound_is_refused(start, end):
    audio, _, _ = piece()
    with pytest.raises(InvalidLoopError):
        loop_form(audio, start, end)


def test_the_audition_is_the_end_and_then_the_start():
    audio, start, length = piece(loop_beats=20, rounds=1.3)
    heard = audition(audio, start, start + length, SeamWishes(0.0))
    reach = 4 * RATE
    assert heard.n_frames == 2 * reach
    end = start + length
    np.testing.assert_array_equal(heard.samples[:reach], audio.samples[end - reach : end])
    np.testing.assert_array_equal(heard.samples[reach:], audio.samples[start : start + reach])


def test_a_person_may_ask_for_linear_gains():
    audio, start, length = piece(rounds=1.5)
    form = loop_form(audio, start, start + length, SeamWishes(0.1, CrossfadeShape.LINEAR))
    assert form.correlation == 1.0
