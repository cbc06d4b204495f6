"""Melodies out of MIDI files and takes."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.music.midi import MidiError, write_midi
from infinite_studio.music.note import Note
from infinite_studio.services.melodies import (
    NoMelodyError,
    from_first_bar,
    melodies_of_midi,
    melody_of_notes,
    names_tempo,
    top_line,
)

TUNE = (Note(69, 4.0, 1.0, 0.8), Note(72, 5.0, 1.0, 0.8), Note(71, 6.0, 2.0, 0.8))
CHORDS = tuple(Note(pitch, beat, 4.0, 0.6) for beat in (4.0, 8.0) for pitch in (57, 60, 64))


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "evening.mid"
    parts = {
        "drums": (Note(36, 0.0, 0.5, 1.0),),
        "piano": CHORDS,
        "flute": TUNE,
        "bass": (Note(33, 4.0, 4.0, 0.8),),
    }
    write_midi(path, parts, 96.0, None)
    return path


def test_the_likeliest_melody_comes_first_and_the_drums_never(song):
    found = melodies_of_midi(song)
    assert [melody.label for melody in found] == ["evening · flute", "evening · piano", "evening · bass"]
    assert found[0].tempo_bpm == 96.0


def test_a_track_that_says_it_is_the_lead_comes_first(tmp_path):
    path = tmp_path / "song.mid"
    write_midi(path, {"strings": TUNE, "Lead vocal": CHORDS}, 120.0, None)
    assert melodies_of_midi(path)[0].label == "song · Lead vocal"


def test_empty_bars_before_the_tune_are_left_out(song):
    assert [note.start_beat for note in melodies_of_midi(song)[0].notes] == [0.0, 1.0, 2.0]


def test_an_upbeat_stays_where_it_is():
    assert from_first_bar((Note(60, 3.5, 0.5, 1.0), Note(62, 4.0, 1.0, 1.0)))[0].start_beat == 3.5


def test_a_file_of_drums_alone_says_so(tmp_path):
    path = tmp_path / "beat.mid"
    write_midi(path, {"drums": (Note(36, 0.0, 0.5, 1.0),)}, 120.0, None)
    with pytest.raises(NoMelodyError, match=r"beat\.mid"):
        melodies_of_midi(path)


def test_a_file_that_is_no_midi_is_a_sentence(tmp_path):
    path = tmp_path / "song.mid"
    path.write_bytes(b"RIFFnothing")
    with pytest.raises(MidiError) as caught:
        melodies_of_midi(path)
    assert caught.value.hint


def test_a_take_without_a_lead_says_so():
    with pytest.raises(NoMelodyError, match="Take 3"):
        melody_of_notes((), "Take 3", 120.0)


def test_of_a_chord_the_highest_note_sings():
    assert [note.pitch for note in top_line(CHORDS)] == [64, 64]


def test_a_falling_legato_line_keeps_every_note():
    line = (Note(72, 0.0, 1.1, 1.0), Note(71, 1.0, 1.1, 1.0), Note(69, 2.0, 1.0, 1.0))
    assert [(note.pitch, note.end_beat) for note in top_line(line)] == [(72, 1.0), (71, 2.0), (69, 3.0)]


notes = st.builds(
    Note,
    st.integers(30, 90),
    st.integers(0, 64).map(lambda sixteenth: sixteenth / 4),
    st.integers(1, 16).map(lambda sixteenth: sixteenth / 4),
    st.just(0.8),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(notes, min_size=1, max_size=24))
def test_a_top_line_is_one_voice_that_begins_where_the_notes_begin(played):
    line = top_line(played)
    assert line[0].start_beat == min(note.start_beat for note in played)
    assert all(one.end_beat <= other.start_beat + 1e-9 for one, other in pairwise(line))
    assert all(note.pitch in {other.pitch for other in played} for note in line)


@pytest.mark.parametrize(
    ("prompt", "says_it"),
    [("house", False), ("slow house", False), ("house, 122 bpm", True), ("140bpm", True)],
)
def test_whether_a_prompt_says_its_tempo(prompt, says_it):
    assert names_tempo(prompt, SketchEngine()) is says_it
