"""Every instrument, and the models behind them."""

import numpy as np
import pytest

from infinite_studio.engines.sketch.sound.cloud import Cloud
from infinite_studio.engines.sketch.sound.modes import Modes, stretched
from infinite_studio.engines.sketch.sound.names import BASSES, INSTRUMENTS
from infinite_studio.engines.sketch.sound.presets import PRESETS
from infinite_studio.engines.sketch.sound.stroke import Stroke, phase_of, turns_of
from infinite_studio.engines.sketch.sound.voices.analogue import Analogue
from infinite_studio.engines.sketch.sound.voices.low_sine import LowSine
from infinite_studio.engines.sketch.sound.voices.plucked import PluckedString
from infinite_studio.engines.sketch.sound.voices.struck import Struck

RATE = 48_000
NAMES = sorted(PRESETS)


def db(ratio):
    return 20 * np.log10(max(float(ratio), 1e-12))


def mono_of(name, stroke):
    return np.atleast_2d(PRESETS[name].sound(stroke)).mean(axis=0)


def power_and_hz(mono):
    return np.abs(np.fft.rfft(mono)) ** 2, np.fft.rfftfreq(mono.size, 1 / RATE)


def centroid_hz(mono):
    power, hz = power_and_hz(mono)
    return float((power * hz).sum() / power.sum())


def pitch_hz(mono, near_hz):
    size = 2**19
    power = np.abs(np.fft.rfft(mono * np.hanning(mono.size), size)) ** 2
    hz = np.fft.rfftfreq(size, 1 / RATE)
    near = (hz > near_hz * 2 ** (-1 / 12)) & (hz < near_hz * 2 ** (1 / 12))
    return float((power[near] * hz[near]).sum() / power[near].sum())


def test_every_name_has_an_instrument():
    assert set(PRESETS) == set(INSTRUMENTS)
    assert set(BASSES) <= set(INSTRUMENTS)


@pytest.mark.parametrize("name", NAMES)
def test_every_instrument_sounds_repeats_exactly_and_ends_in_silence(name):
    stroke = Stroke(52, 12_000, 0.8, 0.0)
    sound = np.atleast_2d(PRESETS[name].sound(stroke))
    assert sound.dtype == np.float32
    assert np.isfinite(sound).all()
    assert 0.003 < np.abs(sound).max() < 2.5
    assert np.abs(sound[:, -1]).max() < 2e-3
    assert np.abs(sound[:, 0]).max() < 0.02
    assert np.array_equal(sound, np.atleast_2d(PRESETS[name].sound(stroke)))


@pytest.mark.parametrize("name", NAMES)
def test_every_instrument_is_in_tune(name):
    mono = mono_of(name, Stroke(57, 48_000, 0.8, 0.0))[2_400:50_400]
    assert abs(1200 * np.log2(pitch_hz(mono, 220.0) / 220.0)) < 8


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pitch", [24, 96, 115])
def test_every_instrument_survives_the_ends_of_the_keyboard(name, pitch):
    sound = np.atleast_2d(PRESETS[name].sound(Stroke(pitch, 6_000, 1.0, 1.0)))
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() < 4.0


@pytest.mark.parametrize(
    "name", ["piano", "guitar", "saw bass", "rhodes", "strings", "trumpet", "nylon guitar"]
)
def test_brightness_opens_an_instrument(name):
    dark = centroid_hz(mono_of(name, Stroke(57, 24_000, 0.8, -1.0)))
    assert centroid_hz(mono_of(name, Stroke(57, 24_000, 0.8, 1.0))) > 1.05 * dark


@pytest.mark.parametrize("name", ["piano", "guitar", "electric guitar", "rhodes", "acid", "slap bass"])
def test_harder_strokes_are_brighter(name):
    soft = centroid_hz(mono_of(name, Stroke(57, 24_000, 0.25, 0.0)))
    assert centroid_hz(mono_of(name, Stroke(57, 24_000, 1.0, 0.0))) > 1.02 * soft


def test_an_808_glides_from_the_note_before():
    heard = LowSine(fall=5.0).sound(Stroke(33, 48_000, 0.8, 0.0, from_pitch=45))
    assert pitch_hz(heard[24_000:44_000], 55.0) == pytest.approx(55.0, rel=0.01)
    early = heard[200:1_400]
    crossings = np.flatnonzero((early[:-1] < 0) & (early[1:] >= 0))
    assert RATE / np.diff(crossings).mean() > 90.0


def test_a_glide_and_a_vibrato_end_where_the_note_is():
    glided = phase_of(Stroke(69, 48_000, 0.8, 0.0, from_pitch=57), 48_000)
    assert np.diff(glided)[-1] * RATE == pytest.approx(440.0, rel=1e-3)
    turns = turns_of(Stroke(69, 48_000, 0.8, 0.0), 48_000, vibrato_cents=20.0)
    swaying = np.diff(turns).astype(np.float64) * RATE / 2**32
    assert swaying[:4_000].max() == pytest.approx(440.0, rel=1e-4)
    assert 1200 * np.log2(swaying[30_000:].max() / 440.0) == pytest.approx(20.0, abs=1.0)


def test_a_matrix_of_modes_equals_the_sum_of_its_sines():
    hz, falls = np.array([110.0, 331.7, 2_000.0]), np.array([0.5, 0.2, 0.05])
    levels, phases = np.array([1.0, 0.5, 0.25]), np.array([0.0, 0.3, 0.8])
    times = np.arange(20_000) / RATE
    expected = sum(
        level * np.exp(-times / fall) * np.sin(2 * np.pi * (f * times + phase))
        for f, fall, level, phase in zip(hz, falls, levels, phases, strict=True)
    )
    assert np.abs(Modes(hz, levels, falls, phases).ring(20_000) - expected).max() < 1e-4


def test_modes_above_hearing_are_left_out():
    assert np.abs(Modes(np.array([17_500.0]), np.ones(1), np.ones(1)).ring(1_000)).max() == 0.0


def test_stiff_strings_are_sharp_at_the_top():
    ratios = stretched(20, 0.0004)
    assert ratios[0] == pytest.approx(1.0)
    assert 1200 * np.log2(ratios[-1] / 20) > 100


def karplus_strong(hz, damping, n_frames):
    """The loop itself, frame by frame: a burst of noise, a delay of one period, two weighted samples."""
    length = round(RATE / hz - damping)
    out = np.concatenate([np.random.default_rng(5).standard_normal(length + 1), np.zeros(n_frames)])
    for n in range(length + 1, out.size):
        out[n] = (1 - damping) * out[n - length] + damping * out[n - length - 1]
    return out[length + 1 :]


def test_a_plucked_string_dies_away_as_the_loop_of_karplus_and_strong_does():
    hz, damping = RATE / 218.5, 0.5
    looped = karplus_strong(hz, damping, 24_000)
    modes = PluckedString(damping=damping, ring=1e9, stiffness=0.0).modes(Stroke(57, 24_000, 0.8, 0.0))
    window = np.hanning(6_000)
    first, last = (np.abs(np.fft.rfft(looped[at : at + 6_000] * window, 2**16)) for at in (1_000, 17_000))
    for number in (5, 9, 13):
        near = slice(round((number * hz - 30) * 2**16 / RATE), round((number * hz + 30) * 2**16 / RATE))
        fallen_db = db(last[near].max() / first[near].max())
        assert fallen_db == pytest.approx(db(np.exp(-16_000 / RATE / modes.falls[number - 1])), abs=1.5)


def test_a_string_plucked_in_its_middle_has_no_even_partials():
    modes = PluckedString(place=0.5, rough=0.0).modes(Stroke(57, 24_000, 0.8, 0.0))
    assert np.abs(modes.levels[1::2]).max() < 1e-9
    assert modes.levels[2] > 0.01


def test_three_strings_of_a_piano_beat():
    partials = ((1.0, 1.0, 2.0),)
    one = Struck(partials).sound(Stroke(57, 96_000, 0.8, 0.0))
    three = Struck(partials, strings=3, beating_cents=4.0).sound(Stroke(57, 96_000, 0.8, 0.0))
    levels = [
        np.sqrt(np.mean(sound[48_000:96_000].reshape(-1, 2_400) ** 2, axis=1)) for sound in (one, three)
    ]
    wobble = [np.std(np.diff(np.log(level))) for level in levels]
    assert wobble[1] > 3 * wobble[0]


def test_a_wobble_opens_and_closes_in_its_time():
    voice = Analogue(wobble_octaves=4.0, sweep_octaves=0.0, cutoff_hz=200.0, fall=50.0, sustain=1.0)
    sound = np.atleast_2d(voice.sound(Stroke(36, 96_000, 0.8, 0.0, wobble_hz=2.0)))[0][:96_000]
    centroids = [centroid_hz(sound[at : at + 6_000]) for at in range(0, 96_000, 6_000)]
    assert np.argmax(np.abs(np.fft.rfft(np.array(centroids) - np.mean(centroids)))) == 4


def test_a_pad_is_wide_steady_and_as_loud_as_asked():
    sound = Cloud(attack=0.01, sustain=1.0, level=0.3).sound(Stroke(60, 90_000, 0.7, 0.0))[:, 4_000:90_000]
    assert abs(np.corrcoef(sound)[0, 1]) < 0.4
    assert db(np.sqrt(np.mean(sound**2)) / (0.35 * 0.3)) == pytest.approx(0.0, abs=1.5)


def test_breath_and_body_change_the_tone_and_not_the_pitch():
    plain, blown = Analogue(), Analogue(breath=0.1, body=((1_500.0, 0.4, 1.0),))
    sounds = [np.atleast_2d(voice.sound(Stroke(57, 48_000, 0.8, 0.0)))[0][4_800:] for voice in (plain, blown)]
    assert pitch_hz(sounds[1], 220.0) == pytest.approx(pitch_hz(sounds[0], 220.0), rel=2e-3)
    assert centroid_hz(sounds[1]) > 1.5 * centroid_hz(sounds[0])
