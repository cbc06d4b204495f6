"""Relative keys, which share their notes, told apart by what the bass plays."""

import numpy as np
import pytest
from tests.unit.analysis.synthesis import RATE, note

from infinite_studio.analysis.excerpts import mono_excerpts
from infinite_studio.analysis.keys import Voices, find_key, key_of_pitches, pitch_classes
from infinite_studio.analysis.pitches import Pitches, lasting_pitches
from infinite_studio.audio.audio import Audio
from infinite_studio.music.key import Key, Mode
from infinite_studio.progress import Silence

WHITE_KEYS = (0, 2, 4, 5, 7, 9, 11)


def over_a_pedal(bass):
    """Play all white keys alike over a bass that keeps to one note."""
    random = np.random.default_rng(3)
    tune = np.concatenate([note(60 + step, 0.5) for _ in range(4) for step in random.permutation(WHITE_KEYS)])
    low = np.concatenate([note(bass, 2.0) for _ in range(tune.size // (2 * RATE))])
    return Audio.of(0.1 * (tune[: low.size] + 0.8 * low), RATE)


@pytest.mark.parametrize(("bass", "key"), [(36, Key(0, Mode.MAJOR)), (45, Key(9, Mode.MINOR))])
def test_the_bass_tells_a_key_from_its_relative(bass, key):
    assert find_key(mono_excerpts(over_a_pedal(bass), Silence()), Silence()).key == key


@pytest.mark.parametrize("home", [Key(0, Mode.MAJOR), Key(9, Mode.MINOR)])
def test_where_the_bass_begins_and_ends_tells_a_key_from_its_relative(home):
    chroma = np.zeros((80, 12))
    chroma[:, list(WHITE_KEYS)] = 1.0
    bass = np.zeros((80, 12))
    bass[:, 7] = 1.0
    for edge in (slice(0, 10), slice(70, 80)):
        bass[edge] = np.eye(12)[home.tonic]
    tune = np.array([60.0 + step for step in WHITE_KEYS])
    found = key_of_pitches([Pitches(tune, np.ones(tune.size), 1.0)], Voices(chroma, bass))
    assert found.key == home


def test_moments_without_any_pitch_do_not_disturb_the_key():
    pitches = [Pitches(np.array([60.0, 62, 64, 65, 67, 69, 71]), np.array([9.0, 4, 7, 3, 7, 4, 3]), 1.0)]
    nothing = Voices(np.zeros((8, 12)), np.zeros((8, 12)))
    assert key_of_pitches(pitches, nothing).key == key_of_pitches(pitches).key == Key(0, Mode.MAJOR)


@pytest.mark.parametrize("cents", [-40, 40])
def test_what_is_out_of_tune_counts_for_its_own_pitch_class(cents):
    played = np.concatenate([note(60 + step + cents / 100, 0.6) for step in (0, 4, 7)]) * 0.2
    classes = pitch_classes([lasting_pitches(played.astype(np.float32), Silence())])
    assert set(np.argsort(classes)[-3:]) == {0, 4, 7}


def test_only_what_lies_below_a_pitch_is_counted():
    played = np.concatenate([note(48, 1.0, 1), note(76, 1.0, 1)]) * 0.2
    found = [lasting_pitches(played.astype(np.float32), Silence())]
    assert np.argmax(pitch_classes(found, 60.0)) == 0
    assert pitch_classes(found, 60.0)[4] == 0.0
    assert pitch_classes(found)[4] > 0.0
