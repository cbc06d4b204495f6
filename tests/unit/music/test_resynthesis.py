import numpy as np
import pytest

from infinite_studio.music.note import Note, frequency_hz
from infinite_studio.music.resynthesis import resynthesise, resynthesise_beats, sung_notes
from infinite_studio.music.singing import SungNote


def test_each_note_sounds_at_its_place_with_its_pitch():
    audio = resynthesise((SungNote(69, 0.5, 0.5), SungNote(57, 1.5, 0.5)), 16_000, length_seconds=2.5)
    assert audio.n_frames == 40_000
    line = audio.samples[:, 0]
    assert np.abs(line[:7_900]).max() == 0.0
    for start, pitch in ((0.5, 69), (1.5, 57)):
        part = line[round((start + 0.05) * 16_000) : round((start + 0.45) * 16_000)]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(part.size), 65_536))
        assert spectrum.argmax() * 16_000 / 65_536 == pytest.approx(frequency_hz(pitch), rel=0.003)


def test_a_line_never_clips_and_does_not_click():
    notes = tuple(SungNote(40 + 2 * n, 0.2 * n, 0.2, 1.0) for n in range(12))
    line = resynthesise(notes, 32_000).samples[:, 0]
    assert np.abs(line).max() < 1.0
    assert np.abs(np.diff(line)).max() < 0.2


def test_no_notes_are_silence_of_the_wanted_length():
    assert resynthesise((), 8_000, length_seconds=1.0).peak == 0.0


def test_beats_become_seconds():
    assert sung_notes((Note(60, 2.0, 1.0, 0.5),), 120.0) == (SungNote(60.0, 1.0, 0.5, 0.5),)
    assert resynthesise_beats((Note(60, 2.0, 1.0, 0.5),), 120.0, 8_000).duration_seconds == pytest.approx(1.5)
