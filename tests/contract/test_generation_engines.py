"""One suite for every engine that generates."""

import json
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from infinite_studio.engines.base import (
    GenerationEngine,
    GenerationRequest,
    InvalidRequestError,
    UnknownEngineError,
)
from infinite_studio.engines.registry import built_in_generators
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.progress import OperationCancelled, Silence

REGISTRY = built_in_generators()
REQUEST = GenerationRequest("house, 124 bpm, in A minor", bars=2, seed=7)


@pytest.fixture(scope="module", params=REGISTRY.names)
def engine(request) -> GenerationEngine:
    return REGISTRY.get(request.param)


@pytest.fixture(scope="module")
def take(engine):
    return engine.generate(REQUEST, Silence())


def test_an_engine_says_what_it_is(engine):
    info = engine.info
    assert REGISTRY.get(info.name) is engine
    assert all([info.label, info.description.endswith("."), info.licence, info.revision])


def test_an_unknown_engine_is_refused_with_the_known_ones_in_the_hint():
    with pytest.raises(UnknownEngineError) as caught:
        REGISTRY.get("nonsense")
    assert "sketch" in caught.value.hint


def test_what_was_understood_is_what_is_made(engine, take):
    assert take.understanding == engine.understand(REQUEST)
    assert take.understanding.tempo_bpm == 124
    assert take.understanding.key == Key.parse("A minor")
    assert take.understanding.bars == 2


def test_a_take_is_exactly_as_long_as_asked(take):
    assert take.mixdown.n_frames == round(2 * 4 * 60 / 124 * take.mixdown.sample_rate)


def test_stems_have_the_length_and_rate_of_the_mixdown_and_sum_to_it(take):
    for stem in take.stems.values():
        assert (stem.n_frames, stem.sample_rate) == (take.mixdown.n_frames, take.mixdown.sample_rate)
    if take.stems:
        total = sum(stem.samples.astype(np.float64) for stem in take.stems.values())
        assert np.abs(total - take.mixdown.samples).max() < 1e-6


def test_the_notes_of_a_take_belong_to_its_stems_and_lie_within_it(take):
    n_beats = take.mixdown.duration_seconds * take.understanding.tempo_bpm / 60
    assert set(take.notes) <= set(take.stems)
    for notes in take.notes.values():
        assert [note.start_beat for note in notes] == sorted(note.start_beat for note in notes)
        assert all(note.start_beat < n_beats for note in notes)


@pytest.mark.parametrize(
    "fields",
    [
        {"melody": (Note(60, 0.0, 1.0, 0.8), Note(64, 1.0, 3.0, 0.8))},
        {"like": Blueprint(101.0, Key.parse("E minor"), ("i", "VI"), n_bars=1)},
        {"like": Blueprint(101.0), "closeness": 0.0},
        {"like": Blueprint(101.0, n_bars=1), "is_continuation": True},
        {"is_loop": True, "bars": 1},
        {"part_seeds": {StemType.DRUMS: 5}, "bars": 1},
    ],
)
def test_what_a_request_may_carry_besides_its_prompt_is_taken_or_refused_with_a_hint(engine, fields):
    request = GenerationRequest("house", **{"bars": 1, **fields})
    try:
        take = engine.generate(request, Silence())
    except InvalidRequestError as error:
        assert error.hint  # noqa: PT017 - an engine may refuse what it cannot follow
    else:
        assert take.mixdown.peak > 0.01
        assert take.understanding.bars == 1


def test_a_take_is_heard_and_does_not_clip(take):
    assert 0.05 < take.mixdown.peak <= 1.0


def test_equal_requests_give_equal_takes_and_other_seeds_other_ones(engine, take):
    assert np.array_equal(engine.generate(REQUEST, Silence()).mixdown.samples, take.mixdown.samples)
    other = engine.generate(GenerationRequest(REQUEST.prompt, bars=2, seed=8), Silence())
    assert not np.array_equal(other.mixdown.samples, take.mixdown.samples)


def test_the_recipe_tells_how_to_make_the_take_again(engine, take):
    recipe = Recipe.from_json(json.loads(json.dumps(take.recipe.to_json())))
    assert (recipe.engine, recipe.model_revision) == (engine.info.name, engine.info.revision)
    assert (recipe.prompt, recipe.seed) == (REQUEST.prompt, 7)
    again = GenerationRequest(
        recipe.prompt,
        tempo_bpm=recipe.parameters["tempo_bpm"],
        key=Key.parse(recipe.parameters["key"]),
        bars=recipe.parameters["bars"],
        seed=recipe.seed,
    )
    assert np.array_equal(engine.generate(again, Silence()).mixdown.samples, take.mixdown.samples)


def test_a_take_cannot_be_changed(take):
    with pytest.raises(FrozenInstanceError):
        take.mixdown = None
    with pytest.raises(ValueError, match="read-only"):
        take.mixdown.samples[0, 0] = 1.0


@pytest.mark.parametrize(
    "fields",
    [
        {"tempo_bpm": 29.0},
        {"tempo_bpm": 301.0},
        {"bars": 0},
        {"duration_seconds": 1801.0},
        {"bars": 1, "duration_seconds": 1.0},
    ],
)
def test_requests_out_of_range_are_refused_before_any_work(engine, fields):
    request = GenerationRequest("house", **fields)
    for ask in (engine.understand, lambda asked: engine.generate(asked, Silence())):
        with pytest.raises(InvalidRequestError) as caught:
            ask(request)
        assert caught.value.hint


def test_an_empty_prompt_is_enough(engine):
    assert engine.understand(GenerationRequest("")).duration_seconds > 0


def test_words_without_effect_are_named(engine):
    assert "flugelflub" in engine.understand(GenerationRequest("house flugelflub")).unknown_words


@pytest.mark.parametrize("after_reports", [1, 5, 12])
def test_a_cancelled_generation_lets_the_cancellation_pass(engine, after_reports):
    class Cancelling(Silence):
        count = 0

        def report(self, fraction: float, stage: str = "") -> None:
            assert 0.0 <= fraction <= 1.0
            self.count += 1
            if self.count == after_reports:
                raise OperationCancelled

    with pytest.raises(OperationCancelled):
        engine.generate(REQUEST, Cancelling())
