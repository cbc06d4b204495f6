"""Key: found where there is one, and only there."""

import numpy as np
import pytest
from tests.unit.analysis.synthesis import RATE, cadence, drums, nothing_clear

from infinite_studio.analysis.excerpts import mono_excerpts
from infinite_studio.analysis.keys import NO_KEY, find_key
from infinite_studio.audio.audio import Audio
from infinite_studio.music.key import Key, Mode
from infinite_studio.progress import Silence


def key_of(audio):
    return find_key(mono_excerpts(audio, Silence()), Silence())


def test_cadences_are_heard_in_all_24_keys_in_any_tuning():
    keys = [Key(tonic, mode) for tonic in range(12) for mode in Mode]
    heard = [
        key_of(cadence(key.tonic, key.mode.value, cents=key.tonic * 7 - 40, seconds_per_chord=1.0)).key
        for key in keys
    ]
    assert sum(map(Key.__eq__, heard, keys)) >= 22


def test_drums_do_not_hide_the_key():
    chords = cadence(5, "minor")
    beat = drums("rock", 120, seconds=chords.duration_seconds)
    assert key_of(Audio(chords.samples + beat.samples * 0.6, RATE)).key == Key(5, Mode.MINOR)


@pytest.mark.parametrize("name", ["silence", "white noise", "drone", "beating drone", "hits at random"])
def test_what_has_no_harmony_has_no_key(name):
    assert [key_of(nothing_clear(8.0, seed)[name]) for seed in range(3)] == [NO_KEY] * 3


@pytest.mark.parametrize("pattern", ["clicks", "rock", "funk"])
def test_drums_alone_have_no_key(pattern):
    assert key_of(drums(pattern, 100, seconds=10)) == NO_KEY


def test_a_cadence_is_more_certain_than_two_of_its_notes():
    whole = key_of(cadence(0, "major"))
    time = np.arange(6 * RATE) / RATE
    fifth = Audio.of(0.1 * (np.sin(2 * np.pi * 130.8 * time) + np.sin(2 * np.pi * 196 * time)), RATE)
    assert key_of(fifth).confidence < 0.5 * whole.confidence
