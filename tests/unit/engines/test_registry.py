"""Which engines are offered: those that can run in this installation."""

import pytest

from infinite_studio.engines import device, registry
from infinite_studio.settings.folders import Folders
from infinite_studio.weights.store import WeightsStore


@pytest.fixture
def weights(tmp_path) -> WeightsStore:
    return WeightsStore(Folders.under(tmp_path).weights)


def test_the_built_in_composer_comes_first_and_networks_follow(weights):
    first, *others = registry.generators(weights).names
    assert first == "sketch"
    assert "musicgen-small" in others


def test_without_torch_only_the_built_in_composer_is_offered(weights, monkeypatch):
    monkeypatch.setattr(device, "torch_version", lambda: None)
    assert registry.generators(weights).names == ("sketch",)
