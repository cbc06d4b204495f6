import csv
import math

import numpy as np
import pytest

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.engines.sketch.compose.composer import compose
from infinite_studio.engines.sketch.compose.harmony import chord_at
from infinite_studio.engines.sketch.plan import make_plan
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note, frequency_hz
from infinite_studio.music.singing import SungNote, guess_tempo, notes_on_beats
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence

LIBRARY = StyleLibrary.bundled()
TWINKLE = tuple(
    Note(pitch, float(beat), 1.0, 0.8)
    for beat, pitch in enumerate([60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 62, 60, 60])
)
MINOR = tuple(
    Note(pitch, beat, 0.75, 0.7)
    for beat, pitch in [
        (0.0, 69),
        (1.0, 72),
        (2.0, 76),
        (3.5, 74),
        (4.0, 72),
        (6.0, 71),
        (7.0, 68),
        (8.0, 69),
    ]
)


def planned(prompt, **fields):
    return make_plan(GenerationRequest(prompt, **fields), LIBRARY)


def scored(prompt, **fields):
    return compose(planned(prompt, **fields), Silence())


def lead_of(score):
    return next(part for part in score.parts if part.spec.stem is StemType.MELODY)


@pytest.mark.parametrize("style", ["synthwave", "techno", "jazz", "phonk", "ambient", "cinematic"])
def test_the_lead_plays_the_given_notes_and_nothing_else(style):
    score = scored(style, melody=TWINKLE, seed=3)
    assert [part.notes for part in score.parts if part.spec.stem is StemType.MELODY] == [TWINKLE]


def test_the_piece_is_as_long_as_the_melody():
    assert planned("house", melody=TWINKLE).bars == 4
    assert planned("house", melody=MINOR).bars == 3


def test_a_longer_piece_repeats_the_melody_after_whole_bars():
    notes = lead_of(scored("house", melody=MINOR, bars=8)).notes
    assert notes[: len(MINOR)] == MINOR
    assert [note.start_beat for note in notes[len(MINOR) : 2 * len(MINOR)]] == [
        n.start_beat + 12 for n in MINOR
    ]
    assert max(note.end_beat for note in notes) <= 32


def test_a_shorter_piece_ends_the_melody_with_itself():
    notes = lead_of(scored("house", melody=TWINKLE, bars=2)).notes
    assert notes == TWINKLE[:8]


@pytest.mark.parametrize(("melody", "key"), [(TWINKLE, "C major"), (MINOR, "A minor")])
def test_the_key_follows_the_melody_unless_it_is_fixed(melody, key):
    assert str(planned("trap", melody=melody).key) == key
    assert str(planned("trap in D minor", melody=melody).key) == "D minor"
    assert str(planned("trap", melody=melody, key=Key.parse("E major")).key) == "E major"


def test_a_fixed_key_leaves_the_notes_where_they_are_and_transposing_moves_them():
    kept = planned("house in D major", melody=TWINKLE)
    assert kept.melody == TWINKLE
    moved = planned("house in D major transposed", melody=TWINKLE)
    assert [note.pitch for note in moved.melody] == [note.pitch + 2 for note in TWINKLE]
    assert "transposed" in moved.chips
    assert moved.unknown_words == ()


def test_octaves_move_the_melody_only_where_they_are_asked_for():
    up = planned("house octave up", melody=TWINKLE)
    assert [note.pitch for note in up.melody] == [note.pitch + 12 for note in TWINKLE]
    assert "octave up" in up.chips
    with pytest.raises(InvalidRequestError, match="cannot be moved"):
        planned("house two octaves lower", melody=(Note(12, 0.0, 1.0, 0.5),))


@pytest.mark.parametrize("style", ["synthwave", "house", "jazz", "indie rock", "lofi"])
@pytest.mark.parametrize("melody", [TWINKLE, MINOR])
def test_chords_are_chosen_to_hold_the_melody(style, melody):
    score = scored(style, melody=melody)
    held = sum(
        note.length_beats
        for note in melody
        if note.pitch_class in chord_at(score.chords, note.start_beat).chord.pitch_classes
    )
    assert held >= 0.6 * sum(note.length_beats for note in melody)
    assert len({span.chord.root for span in score.chords}) >= 2
    assert score.chords[-1].chord.root == score.key.tonic


def test_the_chords_of_a_well_known_tune_are_the_usual_ones():
    roots = [chord_at(scored("indie rock", melody=TWINKLE).chords, 4.0 * bar).chord.root for bar in range(4)]
    assert roots[0] == 0
    assert roots[1] in {5, 9, 0}
    assert roots[3] in {0, 7}


def test_the_bass_follows_the_chords_of_the_melody():
    score = scored("synthwave", melody=TWINKLE)
    bass = next(part for part in score.parts if part.spec.stem is StemType.BASS)
    starts = {note.start_beat: note.pitch_class for note in bass.notes}
    assert all(starts[span.start_beat] == span.chord.root for span in score.chords)


def test_the_same_melody_gives_the_same_score():
    assert scored("trap", melody=MINOR, seed=5) == scored("trap", melody=MINOR, seed=5)


def test_a_melody_far_too_long_is_refused():
    with pytest.raises(InvalidRequestError, match="too long"):
        planned("trap", melody=TWINKLE * 2000)


def hummed(folder):
    with (folder / "voice" / "vocadito_1_notesA1.csv").open() as stream:
        rows = [tuple(map(float, row)) for row in csv.reader(stream)]
    sung = [SungNote(69 + 12 * math.log2(hz / 440), start, length) for start, hz, length in rows]
    tempo_bpm = guess_tempo([note.start_seconds for note in sung])
    return tempo_bpm, notes_on_beats(sung, tempo_bpm)


def as_sines(notes, tempo_bpm, n_frames, rate):
    mono = np.zeros(n_frames)
    for note in notes:
        start = round(note.start_beat * 60 / tempo_bpm * rate)
        times = np.arange(round(note.length_beats * 60 / tempo_bpm * rate)) / rate
        tone = np.sin(2 * np.pi * frequency_hz(note.pitch) * times)
        tone *= np.minimum(1.0, np.minimum(times, times[::-1]) / 0.01)
        mono[start : start + tone.size] += tone[: n_frames - start]
    return mono


@pytest.mark.realaudio
def test_a_hummed_melody_is_heard_in_the_lead(engine, real_audio):
    """Chroma of the lead against that of the notes as pure tones, both by librosa: its own leakage cancels out."""
    import librosa

    tempo_bpm, notes = hummed(real_audio)
    take = engine.generate(GenerationRequest("synthwave", melody=notes, tempo_bpm=tempo_bpm), Silence())
    assert take.notes[StemType.MELODY] == notes
    lead = librosa.resample(take.stems[StemType.MELODY].mono(), orig_sr=48_000, target_sr=22_050)
    heard = librosa.feature.chroma_cqt(y=lead, sr=22_050).sum(axis=1)
    tones = as_sines(notes, tempo_bpm, lead.size, 22_050)
    wanted = librosa.feature.chroma_cqt(y=tones, sr=22_050).sum(axis=1)
    assert heard @ wanted / np.linalg.norm(heard) / np.linalg.norm(wanted) >= 0.95
