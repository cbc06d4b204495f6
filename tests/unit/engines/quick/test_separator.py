"""`quick`: what lands in which stem."""

import numpy as np
import pytest
import soundfile
from benchmarks.mixes import SAMPLE_RATE, made_mix
from benchmarks.scores import si_sdr_db

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.quick.separator import QuickSeparator
from infinite_studio.engines.quick.stream import split_stream
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence


def stems_of(samples, sample_rate=SAMPLE_RATE):
    separation = QuickSeparator().separate(Audio.of(samples, sample_rate), Silence())
    return {stem_type: stem.samples for stem_type, stem in separation.stems.items()}


def loudest(samples, sample_rate=SAMPLE_RATE):
    stems = stems_of(samples, sample_rate)
    return max(stems, key=lambda stem_type: np.square(stems[stem_type]).sum())


def tone(hz, seconds=2.0):
    return 0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)


def in_middle(mono):
    return np.stack([mono, mono], axis=1)


def at_sides(mono, delay=300):
    return np.stack([mono, np.roll(mono, delay)], axis=1)


def clicks():
    samples = np.zeros(2 * SAMPLE_RATE)
    samples[:: SAMPLE_RATE // 4] = 0.9
    return samples


@pytest.mark.parametrize(
    ("sound", "expected"),
    [
        (in_middle(clicks()), StemType.DRUMS),
        (in_middle(tone(70)), StemType.BASS),
        (at_sides(tone(90)), StemType.BASS),
        (np.stack([tone(180), np.roll(tone(180), 60)], axis=1), StemType.OTHER),
        (in_middle(tone(440)), StemType.VOCALS),
        (np.stack([tone(440), -tone(440)], axis=1), StemType.OTHER),
        (np.stack([tone(440), np.zeros(2 * SAMPLE_RATE)], axis=1), StemType.OTHER),
        (in_middle(tone(12_000)), StemType.OTHER),
    ],
)
def test_a_plain_sound_lands_in_its_stem(sound, expected):
    assert loudest(sound) is expected


def test_in_mono_a_held_tone_is_other_and_a_moving_one_a_voice():
    tune = np.concatenate([tone(hz, 0.3) for hz in (440, 523, 494, 587, 659, 392, 440, 349, 330, 494)])
    assert loudest(tone(440, 4.0)) is StemType.OTHER
    assert loudest(tune) is StemType.VOCALS


@pytest.fixture(scope="module", params=[(118.0, 2, 1), (92.0, 9, 2)])
def known(request):
    return made_mix("known", *request.param[:2], seconds=12.0, seed=request.param[2])


def test_every_stem_is_far_nearer_to_the_truth_than_the_mix_is(known):
    stems = stems_of(known.mixdown)
    for name, truth in known.stems.items():
        gain_db = si_sdr_db(stems[StemType(name)], truth) - si_sdr_db(known.mixdown, truth)
        assert gain_db > 8, name


def test_in_mono_every_stem_is_nearer_to_the_truth_than_the_mix_is(known):
    stems = stems_of(known.mixdown.mean(axis=1))
    for name, truth in known.stems.items():
        mono, mix = truth.mean(axis=1), known.mixdown.mean(axis=1)
        assert si_sdr_db(stems[StemType(name)][:, 0], mono) - si_sdr_db(mix, mono) > 6, name


def test_the_stems_sum_back_to_the_limit_of_float32(known):
    error = sum(stem.astype(np.float64) for stem in stems_of(known.mixdown).values()) - known.mixdown
    assert 10 * np.log10(np.square(error).sum() / np.square(known.mixdown).sum()) < -120


def test_where_passages_meet_nothing_is_heard(known):
    whole = stems_of(known.mixdown)[StemType.DRUMS]
    shifted = stems_of(known.mixdown[5 * 4096 // 4 * 40 :])[StemType.DRUMS]
    # Cut anew at other frames, the same music is split the same way, away from the edge that moved.
    same = slice(3 * SAMPLE_RATE, 6 * SAMPLE_RATE)
    error = whole[5 * 4096 // 4 * 40 :][same] - shifted[same]
    assert 10 * np.log10(np.square(error).sum() / np.square(shifted[same]).sum()) < -100


def test_splitting_reads_no_more_than_a_passage_at_a_time():
    largest = 0

    def read(start, end):
        nonlocal largest
        largest = max(largest, end - start)
        return np.zeros((end - start, 2), np.float32)

    n_frames = 300 * SAMPLE_RATE
    lengths = [block.shape[1] for block in split_stream(read, n_frames, 2, SAMPLE_RATE)]
    assert sum(lengths) == n_frames
    assert largest < 10 * SAMPLE_RATE
    assert max(lengths) < 10 * SAMPLE_RATE


def drum_share(path):
    samples, sample_rate = soundfile.read(path, dtype="float32", always_2d=True)
    powers = {stem_type: np.square(stem).sum() for stem_type, stem in stems_of(samples, sample_rate).items()}
    return powers[StemType.DRUMS] / sum(powers.values())


@pytest.mark.realaudio
def test_drum_loops_are_mostly_drums_and_other_music_is_not(real_audio):
    beats = ("loops/loop_amen_full.flac", "loops/loop_compus.flac", "loops/loop_garzul.flac")
    tunes = ("loops/trumpet_f_90.ogg", "songs/hungarian_dance_5.ogg", "stems/feelings.guitar.ogg")
    assert min(drum_share(real_audio / name) for name in beats) > 0.6
    assert max(drum_share(real_audio / name) for name in tunes) < 0.3
