import numpy as np
import pytest

from infinite_studio.analysis.melody_agreement import melody_agreement
from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.registry import built_in_generators
from infinite_studio.music.note import Note
from infinite_studio.music.resynthesis import resynthesise_beats
from infinite_studio.progress import Silence

TUNE = tuple(
    Note(pitch, beat, 1.0, 0.8)
    for beat, pitch in enumerate((60, 62, 64, 60, 67, 65, 64, 62, 60, 59, 60, 64, 62, 55, 59, 60))
)


def test_the_tune_itself_is_kept_wholly():
    kept = melody_agreement(resynthesise_beats(TUNE, 100.0, 22_050), TUNE, 100.0)
    assert kept.chroma > 0.9
    assert kept.onsets > 0.9
    assert kept.score > 0.9


@pytest.mark.parametrize("change", ["another tune", "a semitone up", "half a bar late"])
def test_anything_else_is_not(change):
    other = {
        "another tune": tuple(Note(p.pitch, (p.start_beat * 5) % 16, 1.0, 0.8) for p in TUNE),
        "a semitone up": tuple(Note(p.pitch + 1, p.start_beat, 1.0, 0.8) for p in TUNE),
        "half a bar late": tuple(Note(p.pitch, p.start_beat + 2, 1.0, 0.8) for p in TUNE),
    }[change]
    kept = melody_agreement(resynthesise_beats(other, 100.0, 22_050), TUNE, 100.0)
    assert kept.score < 0.5


def test_octaves_do_not_matter():
    higher = tuple(Note(note.pitch + 12, note.start_beat, 1.0, 0.8) for note in TUNE)
    assert melody_agreement(resynthesise_beats(higher, 100.0, 44_100), TUNE, 100.0).score > 0.85


def test_a_take_that_plays_the_tune_is_told_from_one_that_does_not():
    engine = built_in_generators().get("sketch")
    asked = GenerationRequest("house", tempo_bpm=110.0, bars=4, melody=TUNE)
    with_tune = engine.generate(asked, Silence())
    without = engine.generate(
        GenerationRequest("house", tempo_bpm=110.0, bars=4, key=with_tune.understanding.key, seed=7),
        Silence(),
    )
    kept = melody_agreement(with_tune.mixdown, TUNE, 110.0).score
    assert kept > 0.6
    assert kept > melody_agreement(without.mixdown, TUNE, 110.0).score + 0.2


def test_silence_keeps_nothing_and_a_tune_after_the_end_cannot_be_judged():
    silence = Audio.of(np.zeros(44_100, np.float32), 44_100)
    assert melody_agreement(silence, TUNE, 100.0).score == 0.0
    assert melody_agreement(silence, (Note(60, 400.0, 1.0, 0.8),), 100.0) is None
