"""Takes that followed sounds are made again from their recipes, as long as the library has those sounds."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.services.tone_network import RATE, ToneNetwork

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest, SoundSources
from infinite_studio.engines.registry import Registry
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.values import StemRecord
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence
from infinite_studio.services.followed_again import MissingInputError, followed_request
from infinite_studio.services.heard_sounds import SoundsToHear
from infinite_studio.services.making import TakesRequest, compose_from_kept, make_takes
from infinite_studio.services.rerendering import verify_recipe
from infinite_studio.services.restoring import prepare_stem

SILENT = Silence()
LIKE = Blueprint(96.0, Key.parse("A minor"), ("i", "VI"), n_bars=4, melody=(Note(69, 0.0, 1.0, 0.8),))


def tone(level: float, seconds: float = 1.0) -> Audio:
    """Return a tone of a loudness, by which the network tells sounds apart."""
    time = np.arange(round(seconds * RATE)) / RATE
    return Audio.of(level * np.sin(2 * np.pi * 330 * time), RATE)


@pytest.fixture
def with_network(studio):
    network = ToneNetwork()
    return replace(studio, generators=Registry({"network": lambda: network}))


def made(studio, request: GenerationRequest, heard: SoundsToHear = SoundsToHear()):  # noqa: B008
    (take,) = make_takes(TakesRequest(request, "network", heard=heard), studio, SILENT)
    recipe = Recipe.from_json(take.recipe.to_json())
    return StemRecord(StemType.BASS, "Bass", take.mixdown_object_id, recipe=recipe)


@pytest.mark.parametrize("role", ["melody", "like", "continued"])
def test_a_take_that_followed_a_stored_sound_is_made_again_exactly(with_network, role):
    one, other = (with_network.bank.store(tone(level)) for level in (0.2, 0.4))
    request = GenerationRequest("x", seed=3, duration_seconds=1.0)
    stem = made(with_network, request, SoundsToHear(**{role: one}))
    assert stem.recipe.input_object_ids == (one,)
    assert verify_recipe(stem, with_network, SILENT)
    elsewhere = {**stem.recipe.parameters, "followed": {role: other}}
    assert not verify_recipe(
        replace(stem, recipe=replace(stem.recipe, parameters=elsewhere)), with_network, SILENT
    )


def test_the_cut_and_the_context_of_a_continuation_are_kept(with_network):
    source = with_network.bank.store(tone(0.3, 2.0))
    heard = SoundsToHear(continued=source, cut_seconds=0.5, context_seconds=3.0)
    stem = made(with_network, GenerationRequest("x", duration_seconds=1.0), heard)
    assert verify_recipe(stem, with_network, SILENT)
    request = followed_request(stem.recipe, with_network, SILENT)
    assert (request.sounds.cut_frame, request.sounds.context_seconds) == (RATE // 2, 3.0)


def test_what_was_found_in_the_piece_to_be_like_comes_back_with_the_closeness(with_network):
    source = with_network.bank.store(tone(0.3))
    request = GenerationRequest("x", duration_seconds=1.0, like=LIKE, closeness=0.4)
    stem = made(with_network, request, SoundsToHear(like=source))
    again = followed_request(stem.recipe, with_network, SILENT)
    assert (again.like, again.closeness) == (LIKE, 0.4)


@pytest.mark.parametrize("role", ["melody", "like", "continued"])
def test_a_sound_that_only_memory_holds_is_kept_so_that_the_take_can_be_made_again(with_network, role):
    cut = {"cut_frame": RATE // 4} if role == "continued" else {}
    sounds = SoundSources(**{role: tone(0.25)}, **cut)
    stem = made(with_network, GenerationRequest("x", duration_seconds=1.0, sounds=sounds))
    (object_id,) = stem.recipe.input_object_ids
    assert with_network.library.object_path(object_id).is_file()
    assert verify_recipe(stem, with_network, SILENT)


def test_a_take_that_a_command_makes_into_a_project_can_be_made_again(with_network):
    request = GenerationRequest("x", duration_seconds=1.0, sounds=SoundSources(continued=tone(0.25)))
    (take,) = compose_from_kept(request, "network", with_network, SILENT)
    object_id = with_network.bank.store(take.mixdown)
    stem = StemRecord(StemType.OTHER, "Network", object_id, recipe=take.recipe)
    assert verify_recipe(stem, with_network, SILENT)


def test_a_lost_take_comes_back_and_one_whose_source_is_lost_too_says_so(with_network):
    source = with_network.bank.store(tone(0.3))
    stem = made(with_network, GenerationRequest("x", duration_seconds=1.0), SoundsToHear(continued=source))
    forget(with_network, stem.object_id)
    assert prepare_stem(stem, with_network, SILENT) > 0
    forget(with_network, stem.object_id)
    forget(with_network, source)
    with pytest.raises(MissingInputError, match="no longer in the library") as caught:
        prepare_stem(stem, with_network, SILENT)
    assert caught.value.object_id == source
    assert "Drop that sound" in caught.value.hint


@pytest.mark.parametrize("flag", ["is_continuation", "follows_melody_of_sound"])
def test_recipes_of_before_are_read_where_they_leave_no_doubt(with_network, flag):
    source = with_network.bank.store(tone(0.3))
    recipe = Recipe("network", "1", "x", {"duration_seconds": 1.0, flag: True}, 3, input_object_ids=(source,))
    request = followed_request(recipe, with_network, SILENT)
    sounds = request.sounds
    assert (sounds.continued is not None, sounds.melody is not None) == (
        flag == "is_continuation",
        flag != "is_continuation",
    )
    doubtful = replace(recipe, parameters={**recipe.parameters, "follows_like": True})
    assert followed_request(doubtful, with_network, SILENT) is None
    cut = replace(recipe, parameters={**recipe.parameters, "cut_short_seconds": 1.0})
    assert followed_request(cut, with_network, SILENT) is None


def forget(studio, object_id: str) -> None:
    """Lose an object and what was decoded of it."""
    studio.library.object_path(object_id).unlink()
    for path in (studio.folders.cache / "decoded").glob(f"{object_id}*"):
        path.unlink()
