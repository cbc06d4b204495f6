"""Every drum."""

import math

import numpy as np
import pytest

from infinite_studio.engines.sketch.sound.drums.kit import DRUM_VOICES, tuning
from infinite_studio.engines.sketch.sound.drums.strokes import skin
from infinite_studio.engines.sketch.sound.names import DRUM_SOUNDS

RATE = 48_000
NAMES = sorted(DRUM_VOICES)


def power_and_hz(stroke):
    return np.abs(np.fft.rfft(stroke)) ** 2, np.fft.rfftfreq(stroke.size, 1 / RATE)


def share(stroke, low, high):
    power, hz = power_and_hz(stroke)
    return power[(hz >= low) & (hz < high)].sum() / power.sum()


def test_every_name_has_a_drum():
    assert set(DRUM_VOICES) == set(DRUM_SOUNDS)


@pytest.mark.parametrize("name", NAMES)
def test_every_drum_starts_and_ends_in_silence_and_repeats_exactly(name):
    stroke = DRUM_VOICES[name](1.0, 1.0, 0)
    assert stroke.dtype == np.float32
    assert np.isfinite(stroke).all()
    assert 0.05 < np.abs(stroke).max() < 2.5
    assert abs(stroke[0]) < 0.02
    assert abs(stroke[-1]) < 1e-3
    assert np.array_equal(stroke, DRUM_VOICES[name](1.0, 1.0, 0))
    assert not np.array_equal(stroke, DRUM_VOICES[name](1.0, 1.0, 1))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("tune", "decay"), [(0.25, 0.1), (4.0, 4.0)])
def test_every_drum_survives_extreme_tuning_and_decay(name, tune, decay):
    stroke = DRUM_VOICES[name](tune, decay, 2)
    assert np.isfinite(stroke).all()
    assert 0.0 < np.abs(stroke).max() < 4.0


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("kick")])
def test_kicks_live_below_200_hz(name):
    assert share(DRUM_VOICES[name](1.0, 1.0, 0), 20, 200) > 0.6


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.startswith(("hat", "crash", "ride", "shaker"))]
)
def test_hats_and_cymbals_live_above_1_khz(name):
    assert share(DRUM_VOICES[name](1.0, 1.0, 0), 1000, 20_000) > 0.8


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("name", ["kick-808", "kick-acoustic", "tom", "snare-trap", "timpani"])
def test_drums_with_a_pitch_rest_on_the_nearest_tonic(name, tonic):
    factor = tuning(name, 0.0, tonic)
    assert abs(12 * math.log2(factor)) <= 6.0 + 1e-9
    resting = {"kick-808": 47.0, "kick-acoustic": 57.0, "tom": 118.0, "snare-trap": 205.0, "timpani": 98.0}[
        name
    ]
    pitch_class = 12 * math.log2(resting * factor / 440.0) + 9
    assert (pitch_class - tonic + 6) % 12 - 6 == pytest.approx(0.0, abs=1e-6)


def test_drums_without_a_pitch_keep_the_tuning_of_the_style():
    assert tuning("hat-closed", 12.0, 3) == pytest.approx(2.0)


def test_a_kick_is_heard_at_the_pitch_it_is_tuned_to():
    factor = tuning("kick-808", 0.0, 9)
    tail = DRUM_VOICES["kick-808"](factor, 2.0, 0)[9_600:28_800]
    power = np.abs(np.fft.rfft(tail * np.hanning(tail.size), 2**18))
    heard = np.argmax(power) * RATE / 2**18
    assert 1200 * math.log2(heard / (47.0 * factor)) == pytest.approx(0.0, abs=25.0)


def test_a_skin_rings_at_the_ratios_of_bessels_functions():
    spectrum = np.abs(np.fft.rfft(skin(48_000, 100.0, 0.5, 0.9, 0)))
    peaks = [
        at
        for at in range(50, 300)
        if spectrum[at] == spectrum[at - 15 : at + 16].max() and spectrum[at] > 300
    ]
    assert peaks[0] == pytest.approx(100, abs=2)
    assert peaks[1] == pytest.approx(159, abs=3)
