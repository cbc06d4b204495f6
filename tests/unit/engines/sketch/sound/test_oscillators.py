"""Nothing that the oscillators make folds back into what is heard."""

import numpy as np
import pytest

from infinite_studio.engines.sketch.sound.inserts.drives import SmoothClip
from infinite_studio.engines.sketch.sound.stroke import Stroke
from infinite_studio.engines.sketch.sound.voices.analogue import Analogue
from infinite_studio.engines.sketch.sound.voices.fm import Modulated, Tine
from infinite_studio.engines.sketch.sound.wavetable import (
    TableBank,
    harmonics,
    ladder_gain,
    octaves_of,
    state_variable_gain,
)
from infinite_studio.music.note import frequency_hz

RATE = 48_000
N_FRAMES = 2**16


def db(ratio):
    return 20 * np.log10(max(float(ratio), 1e-12))


def strangers_db(tone, hz, multiple=1.0):
    """Level of the strongest component below 15 kHz that is no multiple of a frequency, against the strongest of all."""
    spectrum = np.abs(np.fft.rfft(tone[:N_FRAMES] * np.blackman(N_FRAMES)))
    bins = np.fft.rfftfreq(N_FRAMES, 1 / RATE)
    unit = hz * multiple
    away = np.abs(bins / unit - np.round(bins / unit)) * unit > 6 * RATE / N_FRAMES
    return db(spectrum[away & (bins < 15_000) & (bins > 20)].max() / spectrum.max())


@pytest.mark.parametrize("shape", ["saw", "square", "pulse", "thin", "hollow", "drawbars"])
@pytest.mark.parametrize("hz", [55.0, 441.3, 1760.7, 3951.1])
def test_oscillators_do_not_alias(shape, hz):
    step = round(hz * 2**32 / RATE)
    turns = np.arange(N_FRAMES, dtype=np.uint32) * np.uint32(step)
    tone = TableBank(shape, hz, 0.7).scan(turns, octaves_of(18_000.0))
    assert strangers_db(tone, step * RATE / 2**32) < -60


@pytest.mark.parametrize("filter_kind", ["state variable", "ladder"])
@pytest.mark.parametrize("pitch", [40, 64, 88, 100])
def test_a_filtered_and_driven_synthesiser_at_rest_does_not_alias(filter_kind, pitch):
    voice = Analogue(
        filter=filter_kind, cutoff_hz=2500, sweep_octaves=0.0, attack=0.001, fall=50.0, sustain=1.0, drive=1.2
    )
    tone = np.atleast_2d(voice.sound(Stroke(pitch, 80_000, 0.8, 0.0)))[0][4_000:]
    assert strangers_db(tone, frequency_hz(pitch)) < -60


@pytest.mark.parametrize("pitch", [36, 60, 84, 96])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_frequency_modulation_keeps_its_side_bands_in_the_audible(pitch, ratio):
    voice = Modulated(ratio=ratio, index=9.0, index_sustain=1.0, fall=50.0, sustain=1.0)
    tone = voice.sound(Stroke(pitch, 80_000, 1.0, 1.0))[4_000:]
    assert strangers_db(tone, frequency_hz(pitch)) < -60


@pytest.mark.parametrize("pitch", [84, 91, 96, 103, 108])
def test_the_electric_piano_does_not_alias(pitch):
    """Its lines are a few hertz wide because it dies away, so that only what is far from all of them counts."""
    tone = Tine(tremolo=0.0).sound(Stroke(pitch, 48_000, 1.0, 0.0)).mean(axis=0)[400:8_592]
    spectrum = np.abs(np.fft.rfft(tone * np.blackman(tone.size)))
    bins, hz = np.fft.rfftfreq(tone.size, 1 / RATE), frequency_hz(pitch)
    away = np.abs(bins / hz - np.round(bins / hz)) * hz > 250.0
    assert db(spectrum[away & (bins < 15_000) & (bins > 20)].max() / spectrum.max()) < -60


def test_a_clipped_sine_aliases_far_less_than_with_a_plain_curve():
    hz = 3_217.0
    sine = np.sin(2 * np.pi * hz / RATE * np.arange(N_FRAMES))[np.newaxis].astype(np.float32) * 8.0
    smooth = strangers_db(SmoothClip().process(sine)[0], hz)
    assert smooth < strangers_db(np.tanh(sine)[0], hz) - 9


def test_the_ladder_falls_by_24_db_and_the_state_variable_filter_by_12_and_a_gentle_pole():
    ratios = np.array([8.0, 16.0])
    ladder = db(ladder_gain(ratios, 0.0)[1] / ladder_gain(ratios, 0.0)[0])
    variable = db(state_variable_gain(ratios, 0.7)[1] / state_variable_gain(ratios, 0.7)[0])
    assert ladder == pytest.approx(-24.0, abs=0.5)
    assert variable == pytest.approx(-18.0, abs=0.5)


def test_resonance_raises_the_cutoff_and_thins_the_lows_of_the_ladder():
    near = np.linspace(0.2, 2.0, 200)
    assert db(ladder_gain(near, 3.5).max() / ladder_gain(near, 0.0).max()) > 8
    assert ladder_gain(np.array([0.01]), 3.5)[0] < 0.7 * ladder_gain(np.array([0.01]), 0.0)[0]
    assert near[np.argmax(ladder_gain(near, 3.5))] == pytest.approx(1.0, abs=0.1)


def test_a_square_wave_has_odd_harmonics_only():
    levels = harmonics("square", 6)
    assert np.allclose(levels, [1.0, 0.0, 1 / 3, 0.0, 1 / 5, 0.0])
