from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinite_studio.music.chords import (
    Chord,
    UnknownChordError,
    diatonic_numerals,
    numeral_of,
    parse_progression,
)
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.voicing import Voicing, voice, voice_progression

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


@pytest.mark.parametrize("text", ["", "H", "IX", "i15", "viii", "Vii", "VI maj7 x", "1"])
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


@pytest.mark.parametrize(
    ("numeral", "key", "scale"),
    [
        ("i", "A minor", (9, 11, 0, 2, 4, 5, 7)),
        ("V7", "A minor", (9, 11, 0, 2, 4, 5, 8)),
        ("vii°7", "A minor", (9, 11, 0, 2, 4, 5, 7)),
        ("bII", "A minor", (9, 10, 0, 2, 4, 5, 7)),
        ("V7b9", "A minor", (9, 11, 0, 2, 4, 5, 8)),
        ("iv", "C major", (0, 2, 4, 5, 7, 8, 11)),
        ("bVII7", "C major", (0, 2, 4, 5, 7, 8, 10)),
    ],
)
def test_the_scale_bends_to_what_a_chord_alters(numeral, key, scale):
    found = Key.parse(key)
    chord = Chord.parse(numeral, found)
    if numeral not in {"vii°7", "bVII7"}:
        assert chord.scale(found) == scale
    assert set(chord.pitch_classes) <= set(chord.scale(found))


@given(KEYS)
def test_diatonic_chords_keep_the_scale_of_the_key(key):
    for numeral in diatonic_numerals(key.mode):
        assert Chord.parse(numeral, key).scale(key) == key.scale


@given(KEYS, st.integers(0, 11), st.sampled_from([3, 4]))
def test_a_triad_is_named_so_that_it_can_be_read_back(key, root, third):
    chord = Chord.parse(numeral_of(root, third, key), key)
    assert (chord.root, chord.third) == (root, third)


def test_an_unknown_third_is_named_as_a_fifth():
    assert Chord.parse(numeral_of(7, None, C_MAJOR), C_MAJOR).pitch_classes == (7, 2)


@pytest.mark.parametrize("voicing", list(Voicing))
@given(KEYS, st.lists(NUMERALS, min_size=1, max_size=5), st.integers(1, 5))
@settings(max_examples=25)
def test_every_voicing_keeps_to_the_chord_and_the_range(voicing, key, numerals, n_voices):
    chords = [Chord.parse(numeral, key) for numeral in numerals]
    voicings = voice_progression(chords, low=48, high=74, n_voices=n_voices, voicing=voicing)
    assert len(voicings) == len(chords)
    for chord, pitches in zip(chords, voicings, strict=True):
        assert 1 <= len(pitches) <= n_voices
        assert list(pitches) == sorted(set(pitches))
        assert all(48 <= pitch <= 74 and pitch % 12 in chord.pitch_classes for pitch in pitches)


def test_rootless_voicings_leave_the_root_to_the_bass_and_power_chords_leave_out_the_third():
    chords = parse_progression("ii9 V9 Imaj9", C_MAJOR)
    rootless = voice_progression(chords, low=50, high=72, n_voices=4, voicing=Voicing.ROOTLESS)
    assert all(
        chord.root not in {pitch % 12 for pitch in pitches}
        for chord, pitches in zip(chords, rootless, strict=True)
    )
    power = voice_progression(chords, low=40, high=64, n_voices=3, voicing=Voicing.POWER)
    assert all({pitch - pitches[0] for pitch in pitches} == {0, 7, 12} for pitches in power)


def test_parallel_chords_keep_their_shape():
    minor_ninths = parse_progression("i9 iv9 v9", F_MINOR)
    shapes = voice_progression(minor_ninths, low=50, high=78, n_voices=5, voicing=Voicing.PARALLEL)
    assert len({tuple(pitch - pitches[0] for pitch in pitches) for pitches in shapes}) == 1
