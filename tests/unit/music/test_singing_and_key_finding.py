import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_studio.music.key import Key, Mode
from infinite_studio.music.key_finding import guess_key
from infinite_studio.music.note import Note
from infinite_studio.music.singing import SungNote, guess_tempo, in_tune, notes_on_beats, tuning_of


def line(*pitches, length=1.0):
    return tuple(Note(pitch, beat * length, length, 0.8) for beat, pitch in enumerate(pitches))


@pytest.mark.parametrize(
    ("pitches", "key"),
    [
        ((60, 62, 64, 65, 67, 69, 71, 72), "C major"),
        ((60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60), "C major"),
        ((69, 71, 72, 74, 76, 74, 72, 71, 69), "A minor"),
        ((69, 76, 80, 76, 72, 69), "A minor"),
        ((66, 68, 70, 73, 70, 68, 66), "F# major"),
    ],
)
def test_the_key_of_a_melody_is_found(pitches, key):
    assert str(guess_key(line(*pitches))) == key


@given(st.integers(0, 11))
def test_a_key_moves_with_its_melody(shift):
    tune = (60, 64, 67, 65, 64, 62, 60)
    assert guess_key(line(*(pitch + shift for pitch in tune))) == Key(shift, Mode.MAJOR)


def test_the_mode_may_be_given():
    tune = line(60, 62, 64, 65, 67, 64, 60)
    assert guess_key(tune, Mode.MINOR).mode is Mode.MINOR


def test_without_notes_there_is_no_key():
    assert guess_key(()) is None


@pytest.mark.parametrize("bpm", [72.0, 96.5, 120.0, 150.0])
def test_the_tempo_of_played_notes_is_found(bpm):
    beats = [0, 1, 1.5, 2, 3, 4, 4.25, 4.5, 5, 6, 7, 7.5, 8]
    found = guess_tempo([beat * 60 / bpm + 0.3 for beat in beats])
    assert min(abs(found / bpm - factor) for factor in (0.5, 1.0, 2.0)) < 0.01


def test_two_notes_are_no_tempo():
    assert guess_tempo([0.0, 0.61]) == 120.0


def test_sung_notes_are_put_on_beats_from_the_first_on():
    sung = [SungNote(60.0, 2.0, 0.45), SungNote(62.0, 2.52, 0.2), SungNote(64.0, 3.01, 1.0)]
    assert notes_on_beats(sung, 120.0) == (
        Note(60, 0.0, 1.0, 0.8),
        Note(62, 1.0, 0.5, 0.8),
        Note(64, 2.0, 2.0, 0.8),
    )


def test_without_quantising_the_places_stay_as_sung():
    sung = [SungNote(60.0, 1.0, 0.45), SungNote(62.0, 1.52, 0.2)]
    second = notes_on_beats(sung, 60.0, strength=0.0)[1]
    assert (second.start_beat, second.length_beats) == pytest.approx((0.52, 0.2))


def test_a_singer_who_is_flat_throughout_is_understood():
    sung = [SungNote(pitch - 0.42, float(place), 0.5) for place, pitch in enumerate((60, 62, 64, 65))]
    assert [note.pitch for note in notes_on_beats(sung, 120.0)] in ([60, 62, 64, 65], [59, 61, 63, 64])
    assert [b - a for a, b in zip((60, 62, 64), (62, 64, 65), strict=True)] == [2, 2, 1]


def test_of_notes_that_fall_on_one_beat_the_longest_stays():
    sung = [SungNote(60.0, 0.0, 0.05), SungNote(62.0, 0.03, 0.5)]
    assert [note.pitch for note in notes_on_beats(sung, 120.0)] == [62]


def test_nothing_sung_is_nothing_written():
    assert notes_on_beats((), 120.0) == ()


@given(
    st.lists(
        st.builds(SungNote, st.floats(0, 127), st.floats(0, 60), st.floats(0.001, 5)), min_size=1, max_size=20
    ),
    st.floats(60, 180),
)
def test_any_singing_can_be_written_down(sung, bpm):
    ordered = sorted(sung, key=lambda note: note.start_seconds)
    notes = notes_on_beats(ordered, bpm)
    assert notes
    assert all(note.start_beat % 0.25 == 0.0 and note.length_beats >= 0.25 for note in notes)


def test_half_the_strength_goes_half_the_way():
    sung = [SungNote(60.0, 1.0, 0.5), SungNote(62.0, 1.54, 0.5), SungNote(64.0, 2.0, 0.5)]
    free, half, whole = (
        notes_on_beats(sung, 120.0, strength=strength, first_beat_seconds=1.0)[1].start_beat
        for strength in (0.0, 0.5, 1.0)
    )
    assert (free, half, whole) == pytest.approx((1.08, 1.04, 1.0))


def test_after_a_count_in_the_first_beat_is_where_it_was_counted():
    sung = [SungNote(60.0, 1.25, 0.4), SungNote(62.0, 1.75, 0.4)]
    assert [n.start_beat for n in notes_on_beats(sung, 120.0, first_beat_seconds=0.25)] == [2.0, 3.0]


def test_a_first_note_that_is_late_does_not_move_the_others():
    sung = [SungNote(60.0, 0.05, 0.4), *(SungNote(62.0, 0.5 * n, 0.4) for n in range(1, 8))]
    assert [n.start_beat for n in notes_on_beats(sung, 120.0)] == [float(n) for n in range(8)]


def test_notes_in_tune_are_whole_semitones():
    sung = [SungNote(pitch + 0.3, float(place), 0.5) for place, pitch in enumerate((60, 62, 64))]
    assert [note.pitch for note in in_tune(sung)] == [60.0, 62.0, 64.0]
    assert tuning_of(sung) == pytest.approx(0.3)
