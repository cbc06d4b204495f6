"""What is known about a sound, in words."""

from dataclasses import replace

import pytest

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.key import Key
from infinite_studio.ui import sound_facts

KNOWN = Analysis(120.0, 0.9, Key.parse("D minor"), 0.4, -14.25, 63.25, 44_100, 2)


@pytest.mark.parametrize(
    ("confidence", "text"),
    [(0.9, "120.0 BPM · confident"), (0.4, "120.0 BPM · likely"), (0.1, "120.0 BPM · a guess")],
)
def test_tempo_comes_with_its_confidence_in_words(confidence, text):
    assert sound_facts.tempo_text(replace(KNOWN, tempo_confidence=confidence)) == text


def test_what_was_not_found_is_said_and_not_guessed():
    nothing = replace(KNOWN, tempo_bpm=None, key=None, loudness_lufs=None)
    assert sound_facts.tempo_text(nothing) == "no clear tempo"
    assert sound_facts.key_text(nothing) == "no clear key"
    assert sound_facts.loudness_text(nothing) == "too short or silent"
    assert sound_facts.tempo_text(None) == "Listening…"


def test_negative_numbers_carry_a_real_minus_sign():
    assert sound_facts.loudness_text(KNOWN) == "−14.2 LUFS"


@pytest.mark.parametrize(
    ("seconds", "text"), [(63.25, "1:03.2"), (0.0, "0:00.0"), (59.96, "1:00.0"), (36_000.0, "10:00:00.0")]
)
def test_durations_carry_into_the_next_unit(seconds, text):
    assert sound_facts.exact_duration_text(seconds) == text


def test_a_recipe_is_told_as_rows():
    made = Recipe("sketch", "1", prompt="dark trap", seed=7)
    assert sound_facts.recipe_rows(made) == (
        ("Engine", "sketch"),
        ("Prompt", "dark trap"),
        ("Seed", "7"),
        ("Revision", "1"),
    )
    assert sound_facts.recipe_rows(None, "song.mp3") == (("Origin", "imported file"), ("File", "song.mp3"))


def test_what_a_take_was_made_like_is_told_between_seed_and_revision():
    parameters = {"tempo_bpm": 96.0, "key": "F minor", "bars": 4, "part_seeds": {"drums": 5}, "is_loop": True}
    like = {"like": {"tempo_bpm": 96.0}, "closeness": 0.6}
    made = Recipe("sketch", "2", prompt="dark trap", seed=7, parameters={**parameters, **like})
    assert sound_facts.recipe_rows(made)[3] == (
        "Besides",
        "like another piece, 60% · drums re-rolled (5) · loop",
    )


@pytest.mark.parametrize(
    ("engine", "parameters"), [("musicgen", {"part_seeds": {"drums": 5}}), ("sketch", {})]
)
def test_a_recipe_that_says_nothing_more_has_no_row_for_it(engine, parameters):
    rows = sound_facts.recipe_rows(Recipe(engine, "1", prompt="x", seed=7, parameters=parameters))
    assert [label for label, _ in rows] == ["Engine", "Prompt", "Seed", "Revision"]
