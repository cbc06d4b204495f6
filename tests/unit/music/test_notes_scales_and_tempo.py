import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_studio.music.key import Key, Mode, UnknownKeyError
from infinite_studio.music.note import Note, frequency_hz
from infinite_studio.music.scale import in_scale, nearest_of, step_along
from infinite_studio.music.tempo import Tempo

KEYS = st.builds(Key, st.integers(0, 11), st.sampled_from(list(Mode)))


@pytest.mark.parametrize(
    "values",
    [
        (128, 0.0, 1.0, 0.5),
        (-1, 0.0, 1.0, 0.5),
        (60, -0.1, 1.0, 0.5),
        (60, 0.0, 0.0, 0.5),
        (60, 0.0, 1.0, 0.0),
        (60, 0.0, 1.0, 1.1),
        (60, float("nan"), 1.0, 0.5),
    ],
)
def test_a_note_outside_of_its_ranges_cannot_be_made(values):
    with pytest.raises(ValueError, match="not a note"):
        Note(*values)


def test_a_note_knows_its_end_and_pitch_class():
    note = Note(70, 1.5, 0.5, 1.0)
    assert (note.end_beat, note.pitch_class) == (2.0, 10)


@pytest.mark.parametrize(("pitch", "hz"), [(69, 440.0), (57, 220.0), (60, 261.6256), (69.5, 452.8930)])
def test_pitches_are_tuned_to_concert_pitch(pitch, hz):
    assert frequency_hz(pitch) == pytest.approx(hz, rel=1e-6)


@given(KEYS, st.integers(20, 100))
def test_the_nearest_scale_tone_is_in_the_scale_and_at_most_a_semitone_away(key, pitch):
    nearest = nearest_of(pitch, key.scale)
    assert in_scale(nearest, key)
    assert abs(nearest - pitch) <= 1


@given(KEYS, st.integers(40, 80), st.integers(-14, 14))
def test_steps_along_a_scale_can_be_taken_back(key, pitch, steps):
    start = nearest_of(pitch, key.scale)
    there = step_along(start, steps, key.scale)
    assert in_scale(there, key)
    assert step_along(there, -steps, key.scale) == start


def test_seven_steps_along_a_scale_are_an_octave():
    assert step_along(62, 7, Key.parse("G major").scale) == 74


def test_no_tones_to_choose_from_is_refused():
    with pytest.raises(ValueError, match="no pitch classes"):
        nearest_of(60, ())


@given(st.floats(30, 300), st.integers(1, 10_000))
def test_beats_never_drift_from_their_exact_place(bpm, beat):
    assert abs(Tempo(bpm).frame_of(beat, 48_000) - beat * 60 / bpm * 48_000) <= 0.5


@given(st.floats(30, 300), st.floats(0, 1000))
def test_seconds_and_beats_are_inverse(bpm, beats):
    tempo = Tempo(bpm)
    assert tempo.beats_of(tempo.seconds_of(beats)) == pytest.approx(beats, abs=1e-9)


@pytest.mark.parametrize("bpm", [0.0, -10.0, float("nan")])
def test_a_tempo_must_be_positive(bpm):
    with pytest.raises(ValueError, match="not a tempo"):
        Tempo(bpm)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("f# minor", "F# minor"),
        ("Bbm", "Bb minor"),
        ("D", "D major"),
        ("A♭ major", "Ab major"),
        ("c MOLL", "C minor"),
    ],
)
def test_keys_are_read_as_musicians_write_them(text, name):
    assert str(Key.parse(text)) == name


@pytest.mark.parametrize("text", ["", "H minor", "F dorian", "major", "C##"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(UnknownKeyError):
        Key.parse(text)
