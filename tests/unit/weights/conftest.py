"""A store whose hub holds one small model."""

import os

import pytest

from infinite_studio.weights.patience import Patience
from infinite_studio.weights.store import WeightsStore

REPOSITORY = "adefossez/HTDemucs"
YAML, WEIGHTS = "htdemucs.yaml", "955717e8.safetensors"
FILES = {YAML: b"models: ['955717e8']\n", WEIGHTS: os.urandom(700_000)}


@pytest.fixture
def store(tmp_path, hub) -> WeightsStore:
    """An empty weights folder, and a hub that has `FILES`; attempts follow one another at once."""
    hub.put(REPOSITORY, FILES)
    return WeightsStore(tmp_path / "weights", patience=Patience((0.01, 0.01, 0.01)))
