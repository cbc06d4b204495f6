"""What was asked for survives as JSON values."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest, Sampling, SoundSources
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.services.request_values import UnreadableRequestError, request_from, request_values

keys = st.none() | st.builds(Key, st.integers(0, 11), st.sampled_from(Mode))
notes = st.lists(
    st.builds(Note, st.integers(0, 127), st.floats(0, 64), st.floats(0.25, 8), st.floats(0.1, 1.0)),
    max_size=3,
).map(tuple)
blueprints = st.none() | st.builds(
    Blueprint, st.floats(30, 300), keys, st.just(("i", "VI")), style=st.text(max_size=5), melody=notes
)
requests = st.builds(
    GenerationRequest,
    st.text(max_size=20),
    tempo_bpm=st.none() | st.floats(30, 300),
    key=keys,
    bars=st.none() | st.integers(1, 64),
    seed=st.integers(0, 2**31),
    melody=notes,
    like=blueprints,
    is_loop=st.booleans(),
    part_seeds=st.dictionaries(st.sampled_from(StemType), st.integers(0, 99), max_size=2),
    sampling=st.builds(
        Sampling,
        guidance=st.floats(0, 10),
        window_seeds=st.dictionaries(st.integers(0, 9), st.integers(0, 99)),
    ),
)


@settings(max_examples=50)
@given(requests)
def test_a_request_comes_back_from_json_as_it_was(request: GenerationRequest) -> None:
    values = json.loads(json.dumps(request_values(request)))
    assert request_from(values) == request


def test_a_request_that_follows_a_sound_in_memory_is_not_written_down() -> None:
    sounds = SoundSources(melody=Audio.of(np.zeros(100), 44_100))
    assert request_values(GenerationRequest("piano", sounds=sounds)) is None


@pytest.mark.parametrize(
    "values",
    [{}, {"prompt": "x", "unknown": 1}, {"prompt": "x", "key": {"tonic": 0}}, {"prompt": "x", "melody": [1]}],
)
def test_values_of_another_version_are_refused_with_a_sentence(values: dict[str, object]) -> None:
    with pytest.raises(UnreadableRequestError):
        request_from(values)
