"""Effects on parts: what they do, and that they go on from piece to piece."""

import numpy as np
import pytest

from infinite_studio.engines.sketch.sound.inserts.chain import inserts_of
from infinite_studio.engines.sketch.sound.inserts.drives import Amplifier
from infinite_studio.engines.sketch.sound.inserts.movement import Tremolo
from infinite_studio.engines.sketch.sound.names import EFFECTS

RATE = 48_000
PIECE = 2**14


def db(ratio):
    return 20 * np.log10(max(float(ratio), 1e-12))


def chord(n_frames):
    times = np.arange(n_frames) / RATE
    left = sum(np.sin(2 * np.pi * hz * times) for hz in (220.0, 277.2, 329.6, 1_318.5))
    right = sum(np.sin(2 * np.pi * hz * times + 0.4) for hz in (220.0, 277.2, 440.0, 2_637.0))
    return (0.12 * np.stack([left, right])).astype(np.float32)


def effect(name, amount=0.6):
    return inserts_of("piano", {name: amount}, 4.0)


def through(inserts, sound, piece=None):
    pieces = []
    for at in range(0, sound.shape[1], piece or sound.shape[1]):
        block = sound[:, at : at + (piece or sound.shape[1])]
        for insert in inserts:
            block = insert.process(block)
        pieces.append(block)
    return np.concatenate(pieces, axis=1)


@pytest.mark.parametrize("name", EFFECTS)
def test_pieces_give_what_the_whole_gives(name):
    sound = chord(5 * PIECE)
    apart, whole = through(effect(name), sound, PIECE), through(effect(name), sound)
    assert np.abs(apart - whole).max() < 2e-4


@pytest.mark.parametrize("name", EFFECTS)
def test_every_effect_is_heard_and_keeps_the_level_roughly(name):
    sound = chord(4 * PIECE)
    heard = through(effect(name), sound, PIECE)
    assert heard.shape == sound.shape
    assert heard.dtype == np.float32
    assert np.isfinite(heard).all()
    assert db(np.sqrt(np.mean((heard - sound) ** 2)) / np.sqrt(np.mean(sound**2))) > -30
    assert abs(db(np.sqrt(np.mean(heard**2)) / np.sqrt(np.mean(sound**2)))) < 9


@pytest.mark.parametrize("name", EFFECTS)
def test_no_effect_turns_silence_into_sound(name):
    silence = np.zeros((2, 3 * PIECE), np.float32)
    assert db(np.abs(through(effect(name), silence, PIECE)).max()) < -90


def test_an_effect_of_nothing_is_left_out():
    assert inserts_of("piano", {"drive": 0.0}, 4.0) == []


@pytest.mark.parametrize("name", ["distorted guitar", "lead guitar", "electric guitar", "drawbar organ"])
def test_some_instruments_bring_their_own(name):
    assert inserts_of(name, {}, 4.0)


def test_a_tremolo_comes_and_goes_at_its_rate():
    tone = np.ones((2, 48_000), np.float32)
    heard = through([Tremolo(1.0, 4.0)], tone, PIECE)[0]
    assert heard[0] == pytest.approx(1.0, abs=1e-3)
    assert heard[6_000] == pytest.approx(0.0, abs=1e-3)
    assert heard[12_000] == pytest.approx(1.0, abs=1e-3)


def test_an_amplifier_adds_harmonics_and_its_loudspeaker_takes_the_top():
    times = np.arange(48_000) / RATE
    tone = (0.4 * np.sin(2 * np.pi * 220.0 * times))[np.newaxis].repeat(2, axis=0).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(Amplifier(0.7).process(tone)[0][8_000:44_000]))
    at = {
        hz: spectrum[round(hz * 36_000 / RATE) - 2 : round(hz * 36_000 / RATE) + 3].max()
        for hz in (220, 660, 12_980)
    }
    assert db(at[660] / at[220]) > -16
    assert db(at[12_980] / at[220]) < -45


def test_telephones_have_no_bass():
    times = np.arange(48_000) / RATE
    low = np.sin(2 * np.pi * 80.0 * times)[np.newaxis].repeat(2, axis=0).astype(np.float32)
    heard = through(effect("telephone", 1.0), low, PIECE)[:, 8_000:]
    assert db(np.sqrt(np.mean(heard**2)) / np.sqrt(np.mean(low**2))) < -20
