import json
from dataclasses import replace

import numpy as np
import pytest

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.engines.sketch.compose.arrangement import arrange
from infinite_studio.engines.sketch.compose.composer import compose
from infinite_studio.engines.sketch.plan import make_plan
from infinite_studio.engines.sketch.recipe import recipe_of
from infinite_studio.engines.sketch.recipe_reading import request_of
from infinite_studio.engines.sketch.style import SKETCH_STEMS, Role, SectionName
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence

LIBRARY = StyleLibrary.bundled()
MELODY = (Note(60, 0.1, 0.3, 0.123), Note(64, 1 / 3, 2.5, 1.0))
PIECE = Blueprint(98.76, Key.parse("Bb major"), ("I", "vi7", "bVII"), 0.31, 0.42, 0.53, "house", 3, MELODY)


def planned(prompt, **fields):
    return make_plan(GenerationRequest(prompt, **fields), LIBRARY)


def test_a_loop_is_whole_bars_at_the_nearest_length():
    assert planned("house loop", duration_seconds=15.0, tempo_bpm=124.0).bars == 8
    assert planned("a trap loop", duration_seconds=0.2).bars == 1


def test_a_loop_bends_a_free_tempo_to_the_seconds_asked_for():
    plan = planned("lofi", duration_seconds=15.0, is_loop=True)
    assert plan.n_frames == 15 * 48_000
    assert plan.bars == 5
    assert plan.tempo.bpm == pytest.approx(80.0)


@pytest.mark.parametrize(
    "prompt", ["house loop", "a seamless loop of house", "looped house", "loopable house"]
)
def test_a_prompt_may_ask_for_a_loop(prompt):
    plan = planned(prompt)
    assert plan.is_loop
    assert "loop" in plan.chips
    assert plan.unknown_words == ()


def test_a_loop_has_neither_intro_nor_outro():
    names = {section.name for section in arrange(64, is_loop=True)}
    assert not names & {SectionName.INTRO, SectionName.OUTRO}


def test_a_loop_goes_on_where_other_pieces_close():
    ends = [
        compose(planned("synthwave", bars=8, seed=1, is_loop=is_loop), Silence()).chords[-1].chord
        for is_loop in (True, False)
    ]
    assert ends[1].root == planned("synthwave", seed=1).key.tonic
    assert ends[0] != ends[1]


def test_the_bass_of_a_loop_leads_back_to_its_beginning():
    for seed in range(6):
        score = compose(planned("jazz", bars=8, seed=seed, is_loop=True), Silence())
        bass = next(part for part in score.parts if part.spec.role is Role.BASS).notes
        assert abs(bass[-1].pitch - bass[0].pitch) % 12 in {1, 2, 10, 11}


@pytest.mark.parametrize("style", ["house", "ambient", "trap", "drum & bass"])
def test_the_seam_of_a_loop_jumps_no_more_than_anywhere_else(engine, style):
    take = engine.generate(GenerationRequest(style, bars=2, seed=3, is_loop=True), Silence())
    assert take.mixdown.n_frames == round(8 * 60 / take.understanding.tempo_bpm * 48_000)
    for audio in (take.mixdown, *take.stems.values()):
        samples = audio.samples.astype(np.float64)
        seam = np.abs(samples[0] - samples[-1]).max()
        assert seam <= np.abs(np.diff(samples, axis=0)).max() + 1e-9


def test_tails_are_wrapped_round(engine):
    request = GenerationRequest("ambient", bars=2, seed=3, tempo_bpm=90.0)
    once = engine.generate(request, Silence()).mixdown.samples
    loop = engine.generate(replace(request, is_loop=True), Silence()).mixdown.samples
    start = slice(0, 48)
    assert np.square(loop[start]).mean() > 4 * np.square(once[start]).mean()


def test_the_stems_of_a_loop_sum_to_it(engine):
    take = engine.generate(GenerationRequest("synthwave", bars=2, is_loop=True), Silence())
    total = sum(stem.samples.astype(np.float64) for stem in take.stems.values())
    assert np.abs(total - take.mixdown.samples).max() < 1e-6


@pytest.mark.parametrize("stem", SKETCH_STEMS)
def test_a_stem_made_anew_leaves_the_others_to_the_last_bit(engine, stem):
    request = GenerationRequest("house", bars=2, seed=1)
    before = engine.generate(request, Silence())
    after = engine.generate(replace(request, part_seeds={stem: 77}), Silence())
    for other in SKETCH_STEMS:
        same = np.array_equal(before.stems[other].samples, after.stems[other].samples)
        assert same is (other is not stem)
        assert (before.notes[other] == after.notes[other]) or other is stem
    assert after.mixdown.peak <= 1.0
    total = sum(audio.samples.astype(np.float64) for audio in after.stems.values())
    assert np.abs(total - after.mixdown.samples).max() < 1e-6


def test_a_second_new_stem_leaves_the_first_new_one(engine):
    request = GenerationRequest("trap", bars=2, seed=1)
    one = engine.generate(replace(request, part_seeds={StemType.BASS: 5}), Silence())
    two = engine.generate(replace(request, part_seeds={StemType.BASS: 5, StemType.MELODY: 6}), Silence())
    assert np.array_equal(one.stems[StemType.BASS].samples, two.stems[StemType.BASS].samples)
    assert np.array_equal(one.stems[StemType.DRUMS].samples, two.stems[StemType.DRUMS].samples)
    assert one.notes[StemType.MELODY] != two.notes[StemType.MELODY]


@pytest.mark.parametrize("stem", SKETCH_STEMS)
def test_most_seeds_give_a_stem_other_notes(engine, style_name, stem):
    request = GenerationRequest(style_name, bars=8, seed=1)
    if style_name == "ambient" and stem is StemType.DRUMS:
        request = replace(request, prompt="ambient with drums")
    notes = {engine.notes(replace(request, part_seeds={stem: seed}))[stem] for seed in range(6)}
    assert len(notes) >= 2


def test_notes_of_the_drums_are_general_midi(engine):
    notes = engine.notes(GenerationRequest("house", bars=1))[StemType.DRUMS]
    kicks = [note.start_beat for note in notes if note.pitch in {35, 36}]
    assert kicks == [0.0, 1.0, 2.0, 3.0]
    assert all(35 <= note.pitch <= 81 for note in notes)


def test_the_notes_of_a_take_are_those_that_are_told_without_it(engine):
    request = GenerationRequest("jazz", bars=2, seed=9)
    assert engine.generate(request, Silence()).notes == engine.notes(request)


REQUESTS = [
    GenerationRequest("dark trap loop, 15 seconds", seed=5),
    GenerationRequest("house", bars=3, tempo_bpm=123.456, key=Key.parse("C# minor"), seed=-(2**40)),
    GenerationRequest("lofi", duration_seconds=7.123),
    GenerationRequest("synthwave in D major transposed octave up", melody=MELODY, seed=3),
    GenerationRequest("", like=PIECE, closeness=0.33, seed=8),
    GenerationRequest("slower", like=PIECE, closeness=0.05, seed=8),
    GenerationRequest("jazz", like=PIECE, is_continuation=True, is_loop=True),
    GenerationRequest("phonk", part_seeds={StemType.BASS: 4, StemType.DRUMS: 2}),
]


@pytest.mark.parametrize("request_made", REQUESTS)
def test_a_recipe_brings_back_the_request(request_made):
    plan = make_plan(request_made, LIBRARY)
    recipe = Recipe.from_json(json.loads(json.dumps(recipe_of(plan).to_json())))
    asked = request_of(recipe)
    assert (asked.prompt, asked.seed, asked.melody) == (
        request_made.prompt,
        request_made.seed,
        request_made.melody,
    )
    assert (asked.like, asked.is_continuation) == (request_made.like, request_made.is_continuation)
    assert list(asked.part_seeds.items()) == list(request_made.part_seeds.items())
    again = make_plan(asked, LIBRARY)
    assert recipe_of(again) == recipe
    assert again.n_frames == plan.n_frames
    assert compose(again, Silence()) == compose(plan, Silence())


def test_a_take_is_made_again_from_its_recipe(engine):
    request = GenerationRequest("drill", like=PIECE, closeness=0.5, bars=1, part_seeds={StemType.OTHER: 3})
    take = engine.generate(request, Silence())
    again = engine.generate(engine.request_of(take.recipe), Silence())
    assert np.array_equal(again.mixdown.samples, take.mixdown.samples)
    assert again.notes == take.notes
    assert again.recipe == take.recipe


def test_a_recipe_of_the_first_version_still_reads():
    old = Recipe("sketch", "1", "trap", {"style": "trap", "tempo_bpm": 140, "key": "F minor", "bars": 8}, 3)
    assert request_of(old) == GenerationRequest("trap", 140.0, Key.parse("F minor"), 8, seed=3)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe("musicgen", "1"),
        Recipe("sketch", "2"),
        Recipe("sketch", "2", parameters={"tempo_bpm": "fast", "key": "C major"}),
        Recipe("sketch", "2", parameters={"tempo_bpm": 100, "key": "H major"}),
        Recipe("sketch", "2", parameters={"tempo_bpm": 100, "key": "C major", "melody": [[1]]}),
        Recipe("sketch", "2", parameters={"tempo_bpm": 100, "key": "C major", "melody": [[200, 0, 1, 1]]}),
        Recipe("sketch", "2", parameters={"tempo_bpm": 100, "key": "C major", "part_seeds": {"tuba": 1}}),
        Recipe("sketch", "2", parameters={"tempo_bpm": 100, "key": "C major", "like": []}),
    ],
)
def test_a_recipe_that_cannot_be_read_is_told(recipe):
    with pytest.raises(InvalidRequestError) as caught:
        request_of(recipe)
    assert caught.value.hint.endswith(".")
