"""Loops whose length is known are found, whatever was done to the file."""

import io

import numpy as np
import pytest
import soundfile
from tests.unit.looping.music_box import RATE, piece

from infinite_studio.audio.audio import Audio
from infinite_studio.looping.candidates import LoopWishes
from infinite_studio.looping.finding import find_loops
from infinite_studio.looping.problems import NoLoopFoundError
from infinite_studio.progress import OperationCancelled

WITHIN_SECONDS = 0.010


def rank_of(audio, length_frames, wishes=None):
    found = find_loops(audio, wishes)
    hits = [abs(c.length_frames - length_frames) <= WITHIN_SECONDS * audio.sample_rate for c in found]
    return hits.index(True) + 1 if True in hits else None


def faded(audio):
    samples = audio.samples.copy()
    samples[-2 * RATE :] *= np.linspace(1, 0, 2 * RATE, dtype=np.float32)[:, np.newaxis]
    return Audio(samples, audio.sample_rate)


def noisy(audio):
    noise = np.random.default_rng(0).standard_normal(audio.samples.shape).astype(np.float32)
    return Audio(audio.samples + 0.01 * noise, audio.sample_rate)


def lossy(audio, form="MP3"):
    memory = io.BytesIO()
    soundfile.write(memory, audio.samples, audio.sample_rate, format=form)
    memory.seek(0)
    return Audio(soundfile.read(memory, dtype="float32", always_2d=True)[0], audio.sample_rate)


@pytest.mark.parametrize(
    "change", [lambda audio: audio, faded, noisy, lossy], ids=["plain", "faded", "noisy", "mp3"]
)
def test_the_true_length_is_the_first_candidate(change):
    audio, _, length = piece(rounds=1.7, seed=3)
    assert rank_of(change(audio), length) == 1


@pytest.mark.parametrize("intro_beats", [0, 3, 9])
def test_an_intro_is_left_before_the_loop(intro_beats):
    audio, start, length = piece(intro_beats=intro_beats, rounds=1.5, seed=7)
    best = find_loops(audio)[0]
    assert best.length_frames == pytest.approx(length, abs=2)
    assert start - 0.03 * RATE <= best.start_frame <= start + 0.5 * RATE


def test_three_rounds_do_not_make_the_loop_twice_as_long():
    audio, _, length = piece(rounds=3.0, seed=5)
    assert rank_of(audio, length) == 1


def test_the_loop_is_counted_in_bars():
    audio, _, _ = piece(loop_beats=16, rounds=2.0)
    best = find_loops(audio)[0]
    assert best.bars is not None
    assert best.tempo_bpm == pytest.approx(240 * best.bars / best.length_seconds)


def test_an_exact_seam_scores_high_in_everything():
    audio, _, _ = piece(rounds=2.0)
    score = find_loops(audio)[0].score
    assert min(score.phase, score.spectrum, score.loudness, score.beat) > 0.8
    assert score.total > 0.85


def test_wishes_are_kept():
    audio, _, length = piece(loop_beats=16, rounds=3.0, seed=2)
    for wishes in (LoopWishes(max_seconds=5.0), LoopWishes(min_seconds=10.0), LoopWishes(whole_bars=True)):
        try:
            found = find_loops(audio, wishes)
        except NoLoopFoundError:
            continue
        for candidate in found:
            assert wishes.min_seconds <= candidate.length_seconds <= (wishes.max_seconds or 1e9)
            assert candidate.bars or not wishes.whole_bars
    near = LoopWishes(near_start_seconds=6.0, tolerance_seconds=1.0)
    best = find_loops(audio, near)[0]
    assert abs(best.start_frame / RATE - 6.0) <= 1.0
    assert best.length_frames == pytest.approx(length, abs=2)


@pytest.mark.parametrize(
    "samples",
    [np.zeros((4 * RATE, 1), np.float32), np.full((100, 2), 0.1, np.float32)],
    ids=["silent", "short"],
)
def test_what_cannot_loop_is_said(samples):
    with pytest.raises(NoLoopFoundError) as problem:
        find_loops(Audio(samples, RATE))
    assert "crossfade" in problem.value.hint


def test_noise_is_never_called_a_loop_with_a_good_seam():
    noise = np.random.default_rng(4).standard_normal((8 * RATE, 1)).astype(np.float32) * 0.2
    try:
        found = find_loops(Audio(noise, RATE))
    except NoLoopFoundError:
        return
    assert all(candidate.score.phase < 0.6 for candidate in found if candidate.start_frame > 0)


def test_searching_stops_when_it_is_asked_to():
    class Stop:
        def report(self, fraction, stage=""):
            if fraction > 0.3:
                raise OperationCancelled

        def share(self, partial): ...

    audio, _, _ = piece(rounds=2.0)
    with pytest.raises(OperationCancelled):
        find_loops(audio, progress=Stop())
