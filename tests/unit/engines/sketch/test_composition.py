import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.compose.arrangement import arrange
from infinite_studio.engines.sketch.compose.composer import compose
from infinite_studio.engines.sketch.compose.harmony import chord_at
from infinite_studio.engines.sketch.plan import make_plan
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.sound.feel import frames_of, swung
from infinite_studio.engines.sketch.style import Role, SectionName
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.music.key import Key
from infinite_studio.music.tempo import Tempo
from infinite_studio.progress import Silence

LIBRARY = StyleLibrary.bundled()


def scored(prompt, **fields):
    return compose(make_plan(GenerationRequest(prompt, **fields), LIBRARY), Silence())


def part(score, role):
    return next(found for found in score.parts if found.spec.role is role)


@given(st.integers(1, 400))
def test_sections_cover_every_bar_once(n_bars):
    bars = [bar for section in arrange(n_bars) for bar in range(section.start_bar, section.end_bar)]
    assert bars == list(range(n_bars))


def test_long_pieces_have_an_intro_a_break_and_an_outro():
    names = [section.name for section in arrange(48)]
    assert (names[0], names[-1]) == (SectionName.INTRO, SectionName.OUTRO)
    assert {SectionName.A, SectionName.B, SectionName.BREAK} <= set(names)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_note_belongs_to_the_scale_that_its_chord_makes_of_the_key(style_name, seed):
    """Save for a bass that comes from a semitone away; strokes ahead of time belong to the chord to come."""
    score = scored(style_name, bars=24, seed=seed, key=Key.parse("E minor" if seed == 1 else "Ab major"))
    for found in (found for found in score.parts if found.spec.role is not Role.TEXTURE):
        following = [*found.notes[1:], found.notes[-1]]
        for note, after in zip(found.notes, following, strict=True):
            span = chord_at(score.chords, note.start_beat)
            coming = chord_at(score.chords, span.end_beat).chord
            allowed = {*span.chord.scale(score.key), *coming.pitch_classes}
            approaches = found.spec.role is Role.BASS and abs(after.pitch - note.pitch) in {1, 11, 13}
            assert note.pitch_class in allowed or approaches


def test_most_notes_are_in_the_key(style_name):
    score = scored(style_name, bars=24, seed=3, key=Key.parse("E minor"))
    notes = [note for found in score.parts for note in found.notes if found.spec.role is not Role.TEXTURE]
    outside = sum(note.length_beats for note in notes if note.pitch_class not in score.key.scale)
    assert outside < 0.12 * sum(note.length_beats for note in notes)


def test_notes_stay_in_their_ranges_and_in_the_piece(style_name):
    score = scored(style_name, duration_seconds=21.7, seed=4)
    for found in score.parts:
        for note in found.notes:
            assert note.start_beat < score.total_beats
            assert note.end_beat <= score.total_beats + 1e-9
            if found.spec.role in {Role.CHORDS, Role.ARP, Role.LEAD}:
                assert found.spec.lowest <= note.pitch <= found.spec.highest


def test_notes_and_hits_lie_exactly_on_the_grid(style_name):
    score = scored(style_name, bars=16, seed=9)
    starts = [note.start_beat for found in score.parts for note in found.notes] + [
        hit.beat for hit in score.hits
    ]
    assert all(abs(start * 48 - round(start * 48)) < 1e-6 for start in starts)


def test_the_bass_plays_the_root_where_a_chord_begins(style_name):
    score = scored(style_name, bars=8, seed=2)
    notes = {note.start_beat: note for note in part(score, Role.BASS).notes}
    heard = [(span, notes[span.start_beat]) for span in score.chords if span.start_beat in notes]
    assert all(note.pitch_class == span.chord.root for span, note in heard)


def test_the_lead_plays_chord_tones_on_the_beat(style_name):
    score = scored(style_name, bars=16, seed=3)
    leads = [found for found in score.parts if found.spec.role is Role.LEAD]
    for note in (note for found in leads for note in found.notes if note.start_beat % 1 == 0):
        assert note.pitch_class in chord_at(score.chords, note.start_beat).chord.pitch_classes


def test_the_lead_repeats_its_motif():
    score = scored("synthwave", bars=8, seed=6)
    notes = part(score, Role.LEAD).notes
    first = [note.start_beat for note in notes if note.start_beat < 8]
    third = [note.start_beat - 16 for note in notes if 16 <= note.start_beat < 24]
    assert first == third


def test_a_piece_closes_on_the_tonic(style_name):
    score = scored(style_name, bars=8, seed=8)
    assert score.chords[-1].chord.root == score.key.tonic
    assert score.chords[-1].start_beat == 28.0


def test_the_drums_fill_at_the_end_of_eight_bars():
    hits = scored("house", bars=16, seed=1).hits
    bars = [sorted((hit.drum, hit.beat % 4) for hit in hits if hit.beat // 4 == bar) for bar in range(16)]
    assert bars[0] == bars[4]
    assert bars[7] != bars[3]


def test_an_intro_is_thinner_than_what_follows():
    score = scored("trap", bars=32, seed=1)
    intro = [hit for hit in score.hits if hit.beat < 16]
    after = [hit for hit in score.hits if 16 <= hit.beat < 32]
    assert len(intro) < len(after)
    assert not any(hit.drum == "kick" for hit in intro)


def test_busy_pieces_have_more_notes_than_sparse_ones():
    counts = [
        sum(len(part(scored(f"{word} synthwave", bars=8, seed=seed), Role.LEAD).notes) for seed in range(4))
        for word in ("sparse", "", "busy")
    ]
    assert counts[0] < counts[1] < counts[2]


def test_dropped_drums_leave_no_hits_and_dropped_bass_no_notes():
    score = scored("trap no drums or bass", bars=4)
    assert score.hits == ()
    assert all(found.spec.role is not Role.BASS for found in score.parts)


def test_a_dropped_drum_leaves_the_others():
    drums = {hit.drum for hit in scored("trap without hats", bars=8).hits}
    assert "kick" in drums
    assert not drums & {"hat", "open"}


def test_an_instrument_asked_for_is_played():
    instruments = {found.spec.instrument for found in scored("trap with rhodes and flute", bars=4).parts}
    assert {"rhodes", "flute"} <= instruments


def test_optional_drums_play_only_when_asked_for():
    assert scored("ambient", bars=8).hits == ()
    assert scored("ambient with drums", bars=8).hits


def test_equal_requests_give_equal_scores(style_name):
    assert scored(style_name, bars=12, seed=11) == scored(style_name, bars=12, seed=11)


def test_other_seeds_give_other_scores(style_name):
    first = scored(style_name, bars=8, seed=1, key=Key.parse("C minor"))
    second = scored(style_name, bars=8, seed=2, key=Key.parse("C minor"))
    assert [found.notes for found in first.parts] != [found.notes for found in second.parts]


def test_leaving_a_part_out_does_not_change_the_others():
    whole = {found.spec.name: found.notes for found in scored("trap", bars=8, seed=3).parts}
    rest = {found.spec.name: found.notes for found in scored("trap no bass", bars=8, seed=3).parts}
    assert rest == {name: notes for name, notes in whole.items() if name != "808"}


def test_a_fresh_process_gives_the_same_score():
    code = (
        "from infinite_studio.engines.base import GenerationRequest\n"
        "from infinite_studio.engines.sketch.compose.composer import compose\n"
        "from infinite_studio.engines.sketch.plan import make_plan\n"
        "from infinite_studio.engines.sketch.style_library import StyleLibrary\n"
        "from infinite_studio.progress import Silence\n"
        "score = compose(make_plan(GenerationRequest('lofi', bars=8, seed=77), StyleLibrary.bundled()), Silence())\n"
        "print(score.hits, [part.notes for part in score.parts])\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "123"}
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    ).stdout
    score = scored("lofi", bars=8, seed=77)
    assert out.strip() == f"{score.hits} {[found.notes for found in score.parts]}"


@given(st.integers(-(2**80), 2**80), st.text(max_size=20))
@settings(max_examples=40)
def test_dice_give_the_same_throws_for_the_same_name(seed, name):
    one, two = Dice(seed, name), Dice(seed, name)
    throws = [one.unit() for _ in range(5)]
    assert throws == [two.unit() for _ in range(5)]
    assert all(0 <= throw < 1 for throw in throws)


def test_known_throws_stay_the_same_for_ever():
    dice = Dice(7, "lead", "a")
    assert [dice.below(1000) for _ in range(6)] == [358, 332, 193, 125, 451, 111]


@given(st.floats(0, 64))
def test_swing_moves_time_forward_only_and_keeps_the_beats(beat):
    feel = replace(LIBRARY.called("lofi").tempo, swing=0.33)
    assert swung(float(int(beat)), feel) == int(beat)
    assert 0 <= swung(beat, feel) - beat <= 0.33 * 0.25 + 1e-9
    assert swung(beat + 0.05, feel) > swung(beat, feel)


def test_micro_timing_is_small_and_averages_to_zero():
    feel = replace(LIBRARY.called("lofi").tempo, swing=0.0, humanise_ms=5.0)
    beats = [4 + place * 0.25 for place in range(400)]
    frames = frames_of(beats, Tempo(90), feel, Dice(1, "timing"))
    late = [frame - Tempo(90).frame_of(beat, 48_000) for beat, frame in zip(beats, frames, strict=True)]
    assert max(abs(error) for error in late) <= 0.006 * 48_000
    assert abs(sum(late) / len(late)) < 1
    assert len(set(late)) > 100
