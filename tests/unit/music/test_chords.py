from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_studio.music.chords import Chord, UnknownChordError, parse_progression, voice
from infinite_studio.music.key import Key, Mode

F_MINOR = Key.parse("F minor")
C_MAJOR = Key.parse("C major")
KEYS = st.builds(Key, st.integers(0, 11), st.sampled_from(list(Mode)))
NUMERALS = st.sampled_from(
    ["i", "VI", "iv7", "III", "VII", "v", "IVmaj7", "ii9", "Vsus4", "vii°", "I5", "V+"]
)


@pytest.mark.parametrize(
    ("numeral", "key", "pitch_classes"),
    [
        ("I", C_MAJOR, (0, 4, 7)),
        ("vi7", C_MAJOR, (9, 0, 4, 7)),
        ("V7", C_MAJOR, (7, 11, 2, 5)),
        ("bVII", C_MAJOR, (10, 2, 5)),
        ("#iv°", C_MAJOR, (6, 9, 0)),
        ("i", F_MINOR, (5, 8, 0)),
        ("VImaj7", F_MINOR, (1, 5, 8, 0)),
        ("iiø7", F_MINOR, (7, 10, 1, 5)),
    ],
)
def test_a_roman_numeral_gives_the_chord_of_its_key(numeral, key, pitch_classes):
    assert Chord.parse(numeral, key).pitch_classes == pitch_classes


@pytest.mark.parametrize("text", ["", "H", "IX", "i13", "viii", "Vii", "VI maj7 x", "1"])
def test_what_is_no_numeral_is_refused_by_name(text):
    with pytest.raises(UnknownChordError) as caught:
        parse_progression(text, C_MAJOR)
    assert "not a chord" in str(caught.value)
    assert caught.value.hint


@given(KEYS, NUMERALS)
def test_every_chord_moves_with_its_tonic(key, numeral):
    at_c = Chord.parse(numeral, Key(0, key.mode)).pitch_classes
    assert Chord.parse(numeral, key).pitch_classes == tuple((pc + key.tonic) % 12 for pc in at_c)


@given(KEYS, st.lists(NUMERALS, min_size=1, max_size=6), st.integers(1, 4))
def test_voicings_keep_to_the_chord_and_the_range(key, numerals, n_voices):
    previous = ()
    for numeral in numerals:
        chord = Chord.parse(numeral, key)
        previous = voice(chord, previous, low=52, high=76, n_voices=n_voices)
        assert all(52 <= pitch <= 76 for pitch in previous)
        assert all(pitch % 12 in chord.pitch_classes for pitch in previous)
        assert list(previous) == sorted(set(previous))
        assert len(previous) == n_voices


def test_voices_move_less_than_root_positions_would():
    chords = parse_progression("i VI III VII i", F_MINOR)
    previous, led = (), 0
    for chord in chords:
        now = voice(chord, previous, low=52, high=76)
        led += sum(abs(a - b) for a, b in zip(now, previous or now, strict=True))
        previous = now
    roots = [[60 + (chord.root - 60) % 12 + interval for interval in chord.intervals] for chord in chords]
    plain = sum(abs(a - b) for one, two in pairwise(roots) for a, b in zip(one, two, strict=True))
    assert led < 0.5 * plain


def test_common_tones_stay_where_they_are():
    tonic, relative = parse_progression("I vi", C_MAJOR)
    first = voice(tonic, (), low=55, high=76)
    second = voice(relative, first, low=55, high=76)
    assert len(set(first) & set(second)) == 2


def test_three_voices_of_a_seventh_keep_third_and_seventh():
    pitches = voice(Chord.parse("ii7", C_MAJOR), (), low=52, high=76, n_voices=3)
    assert {0, 5} <= {pitch % 12 for pitch in pitches}
