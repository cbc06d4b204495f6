import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_studio.music import note_edits as edits
from infinite_studio.music.key import Key
from infinite_studio.music.singing import SungNote

LINE = (SungNote(60, 0.0, 0.5), SungNote(62, 0.5, 0.5), SungNote(64, 1.2, 0.4))


def shape(notes):
    return [(n.pitch, round(n.start_seconds, 6), round(n.length_seconds, 6)) for n in notes]


def test_a_moved_note_cuts_what_it_covers():
    assert shape(edits.moved(LINE, {2}, semitones=1, seconds=-0.4)) == [
        (60, 0.0, 0.5),
        (62, 0.5, 0.3),
        (65, 0.8, 0.4),
    ]


def test_a_note_that_is_covered_wholly_goes():
    assert shape(edits.resized(LINE, 0, 0.0, 1.1)) == [(60, 0.0, 1.1), (64, 1.2, 0.4)]


def test_notes_move_together_and_stop_at_the_ends_of_time_and_pitch():
    moved = edits.moved(LINE, {1, 2}, semitones=100, seconds=-9.0)
    assert [note.pitch for note in moved][-1] == 127
    assert min(note.start_seconds for note in moved) == 0.0


def test_splitting_leaves_two_parts_of_the_same_pitch():
    assert shape(edits.split(LINE, 0, 0.2)) == [(60, 0.0, 0.2), (60, 0.2, 0.3), *shape(LINE[1:])]


def test_a_note_too_short_to_split_stays_whole():
    short = (SungNote(60, 0.0, 0.05),)
    assert edits.split(short, 0, 0.02) == short


def test_merging_takes_the_longest_pitch_over_the_whole_stretch():
    assert shape(edits.merged((LINE[0], LINE[1], SungNote(64, 1.2, 0.9)), {0, 2})) == [(64, 0.0, 2.1)]
    assert edits.merged(LINE, {1}) == LINE


def test_deleting_and_adding():
    assert edits.deleted(LINE, {0, 1}) == LINE[2:]
    assert shape(edits.added(LINE, SungNote(70, 1.05, 0.1))) == [
        *shape(LINE[:2]),
        (70, 1.05, 0.1),
        *shape(LINE[2:]),
    ]


def test_snapping_moves_only_what_is_outside_of_the_key():
    notes = tuple(SungNote(pitch, place, 0.5) for place, pitch in enumerate((60, 61, 64, 66, 67)))
    snapped = edits.snapped_to_key(notes, Key.parse("C major"))
    assert [note.pitch for note in snapped] == [60, 60, 64, 65, 67]


def test_a_leading_note_of_a_minor_key_stays():
    notes = (SungNote(68, 0, 0.5), SungNote(69, 1, 0.5), SungNote(68, 2, 0.5), SungNote(65, 3, 0.5))
    assert [n.pitch for n in edits.snapped_to_key(notes, Key.parse("A minor"))] == [68, 69, 67, 65]


@given(
    st.lists(st.tuples(st.integers(0, 127), st.floats(0, 9), st.floats(0.05, 2)), min_size=1, max_size=8),
    st.integers(0, 7),
    st.integers(-30, 30),
    st.floats(-5, 5),
)
def test_any_move_leaves_one_voice(rows, place, semitones, seconds):
    notes = ()
    for pitch, start, length in rows:
        notes = edits.added(notes, SungNote(float(pitch), start, length))
    moved = edits.moved(notes, {place % len(notes)}, semitones=semitones, seconds=seconds)
    for before, after in itertools.pairwise(moved):
        assert before.start_seconds + before.length_seconds <= after.start_seconds + 1e-9
    assert all(
        0 <= note.pitch <= 127 and note.start_seconds >= 0 and note.length_seconds > 0 for note in moved
    )


@pytest.mark.parametrize("places", [set(), {0}])
def test_nothing_chosen_changes_nothing(places):
    assert edits.moved(LINE, places) == LINE
