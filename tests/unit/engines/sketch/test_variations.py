from dataclasses import replace

import pytest

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.engines.sketch.choices.style_choice import nearest_style
from infinite_studio.engines.sketch.compose.composer import compose
from infinite_studio.engines.sketch.compose.harmony import chord_at
from infinite_studio.engines.sketch.plan import make_plan
from infinite_studio.engines.sketch.style import Role, SectionName
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.chords import Chord
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence

LIBRARY = StyleLibrary.bundled()
CHORDS = ("i", "VI", "III", "VII", "i", "iv", "VI", "V")
PIECE = Blueprint(
    tempo_bpm=101.5,
    key=Key.parse("F# minor"),
    chords=CHORDS,
    density=0.6,
    brightness=0.65,
    energy=0.7,
    style="synthwave",
    n_bars=8,
)


def planned(prompt="", **fields):
    return make_plan(GenerationRequest(prompt, **fields), LIBRARY)


def scored(prompt="", **fields):
    return compose(planned(prompt, **fields), Silence())


def roots(score, n_bars=8):
    return [chord_at(score.chords, 4.0 * bar).chord.root for bar in range(n_bars)]


def roots_of(chords, key):
    return [Chord.parse(chord, key).root for chord in chords]


def test_a_variation_takes_over_style_tempo_key_and_length():
    plan = planned(like=PIECE)
    assert (plan.style.name, plan.tempo.bpm, plan.key, plan.bars) == ("synthwave", 101.5, PIECE.key, 8)
    assert "70% alike" in plan.chips


def test_what_is_asked_for_wins_over_the_piece_to_follow():
    plan = planned("trap 140 bpm in C minor 4 bars", like=PIECE)
    assert (plan.style.name, plan.tempo.bpm, str(plan.key), plan.bars) == ("trap", 140, "C minor", 4)


def test_close_variations_keep_every_chord():
    for seed in range(4):
        score = scored(like=PIECE, closeness=1.0, seed=seed)
        assert roots(score) == roots_of(CHORDS, PIECE.key)


def test_chords_move_with_the_key():
    score = scored("in C minor", like=PIECE, closeness=0.8)
    assert roots(score) == roots_of(CHORDS, Key.parse("C minor"))


def test_the_less_close_the_more_chords_are_exchanged():
    original = roots_of(CHORDS, PIECE.key)

    def kept(closeness):
        return sum(
            now == then
            for seed in range(12)
            for now, then in zip(
                roots(scored(like=PIECE, closeness=closeness, seed=seed)), original, strict=True
            )
        )

    assert kept(1.0) > kept(0.6) > kept(0.3) > 0


def test_far_variations_keep_the_mood_only():
    plans = [planned(like=PIECE, closeness=0.1, seed=seed) for seed in range(8)]
    assert {plan.key.mode for plan in plans} == {Mode.MINOR}
    assert len({plan.key.tonic for plan in plans}) > 2
    assert {plan.tempo.bpm for plan in plans} == {101.5}
    assert roots(scored(like=PIECE, closeness=0.1)) != roots_of(CHORDS, PIECE.key)


def test_chords_of_another_mode_become_those_of_the_new_one():
    score = scored("house in D major", like=PIECE, closeness=0.9)
    assert all(
        note.pitch_class in score.key.scale
        for part in score.parts
        for note in part.notes
        if part.spec.role is not Role.TEXTURE
    )


def test_density_brightness_and_energy_steer():
    calm = planned(like=replace(PIECE, density=0.1, brightness=0.2, energy=0.2)).mood
    wild = planned(like=replace(PIECE, density=0.9, brightness=0.9, energy=0.95)).mood
    assert (calm.density, calm.brightness, calm.energy) < (wild.density, wild.brightness, wild.energy)
    assert calm.density < 0 < wild.density


def test_a_take_that_is_varied_in_its_own_style_keeps_its_mood(engine, style_name):
    like = engine.blueprint(GenerationRequest(style_name, bars=8, seed=2))
    mood = planned(like=like, closeness=1.0).mood
    assert mood.brightness == pytest.approx(0.0, abs=0.01)
    assert mood.energy == pytest.approx(0.0, abs=0.01)
    assert abs(mood.density) < 0.5


def test_a_close_variation_of_a_take_has_its_chords_but_other_notes(engine, style_name):
    request = GenerationRequest(style_name, bars=8, seed=2)
    like = engine.blueprint(request)
    varied = scored(like=like, closeness=1.0, seed=3)
    assert [chord_at(varied.chords, 4.0 * bar).chord.numeral for bar in range(8)] == list(like.chords)
    assert engine.notes(request) != engine.notes(GenerationRequest("", like=like, closeness=1.0, seed=3))


def test_a_sound_of_unknown_style_gets_the_nearest_one():
    fast = Blueprint(173.0, Key.parse("A minor"), density=0.75, brightness=0.8, energy=0.6)
    assert nearest_style(fast, LIBRARY).name == "drum & bass"
    still = Blueprint(66.0, Key.parse("A minor"), density=0.03, brightness=0.3, energy=0.2)
    assert planned(like=still).style.name == "ambient"


def test_half_the_tempo_is_heard_as_the_style_counts_it():
    heard = Blueprint(87.0, Key.parse("A minor"), ("i", "VI"), 0.9, 0.82, 0.61, n_bars=4)
    plan = planned("drum and bass", like=heard, closeness=1.0)
    assert (plan.tempo.bpm, plan.bars) == (174.0, 8)
    score = compose(plan, Silence())
    assert roots(score, 4) == roots_of(("i", "i", "VI", "VI"), heard.key)


def test_faster_and_slower_change_the_tempo_of_the_piece_to_follow():
    slow, same, fast = (planned(word, like=PIECE).tempo.bpm for word in ("slower", "", "faster"))
    assert slow < same < fast
    assert same == 101.5


def test_a_lead_that_is_known_is_remembered(engine):
    like = engine.blueprint(GenerationRequest("synthwave", bars=8, seed=2))

    def rhythm(score):
        lead = next(part for part in score.parts if part.spec.role is Role.LEAD)
        return {note.start_beat for note in lead.notes if note.start_beat < 8}

    first_bars = {note.start_beat for note in like.melody if note.start_beat < 8}
    assert rhythm(scored(like=like, closeness=0.9, seed=9)) == first_bars
    assert rhythm(scored(like=like, closeness=0.2, seed=9)) != first_bars


def test_a_continuation_contrasts_first_and_belongs_to_the_piece(engine):
    request = GenerationRequest("synthwave", bars=8, seed=4)
    like = engine.blueprint(request)
    plan = planned(like=like, is_continuation=True, seed=5)
    score = compose(plan, Silence())
    assert score.sections[0].name is SectionName.B
    assert (plan.tempo.bpm, plan.key, plan.bars) == (like.tempo_bpm, like.key, 8)
    assert roots(score)[:2] != roots_of(like.chords[:2], like.key)
    assert "continuation" in plan.chips


def test_a_long_continuation_comes_back_to_the_old_chords(engine):
    like = engine.blueprint(GenerationRequest("trap", bars=8, seed=4))
    score = scored(like=like, is_continuation=True, bars=32)
    a = next(section for section in score.sections if section.name is SectionName.A)
    first = chord_at(score.chords, 4.0 * a.start_bar).chord
    assert first.numeral == like.chords[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"is_continuation": True},
        {"like": PIECE, "closeness": 1.5},
        {"like": PIECE, "closeness": float("nan")},
        {"like": replace(PIECE, tempo_bpm=0.0)},
        {"like": replace(PIECE, tempo_bpm=float("inf"))},
        {"part_seeds": {StemType.VOCALS: 1}},
    ],
)
def test_what_cannot_be_followed_is_refused_with_a_hint(fields):
    with pytest.raises(InvalidRequestError) as caught:
        planned("house", **fields)
    assert str(caught.value).endswith(".")
    assert caught.value.hint.endswith(".")


def test_a_piece_without_chords_or_key_can_be_followed():
    bare = Blueprint(120.0)
    assert planned(like=bare).tempo.bpm == 120.0
    assert scored(like=bare, closeness=1.0).chords
    assert scored(like=bare, is_continuation=True).chords


@pytest.mark.parametrize("fields", [{}, {"is_continuation": True}, {"closeness": 0.4}])
def test_equal_requests_give_equal_variations(fields):
    assert scored(like=PIECE, seed=7, **fields) == scored(like=PIECE, seed=7, **fields)
