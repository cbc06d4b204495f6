"""The studio's own driver gives what demucs 4.1.0 gives."""

import random
from fractions import Fraction

import numpy as np
import pytest
import torch
import yaml
from demucs.apply import BagOfModels, apply_model
from demucs.hf import load_safetensors_model
from tests.tiny_demucs import REAL, Folders, write_htdemucs
from torch.nn import functional

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.demucs.lean import lean_copy
from infinite_studio.engines.demucs.loading import read_network
from infinite_studio.engines.demucs.models import MODELS
from infinite_studio.engines.demucs.precision import Precision
from infinite_studio.engines.demucs.separator import DemucsSeparator
from infinite_studio.engines.demucs.transformer import _attended_head_by_head
from infinite_studio.engines.streams import SplitOptions
from infinite_studio.progress import Silence

GUARD_DB = -40.0
MIDDLE = {**REAL, "segment": Fraction(39, 20), "bottom_channels": 256, "t_layers": 3}
EXACT_DB = -80.0
BY_NAME = {model.name: model for model in MODELS}


@pytest.fixture(scope="module")
def sound() -> Audio:
    chance = np.random.default_rng(1)
    time = np.arange(int(1.3 * 44_100)) / 44_100
    tone = np.sin(2 * np.pi * 220 * time) * (time % 0.5 < 0.25)
    samples = 0.3 * tone[:, None] + 0.05 * chance.standard_normal((time.size, 2))
    return Audio.of(samples, 44_100)


@pytest.fixture
def in_32_bits(monkeypatch):
    """Without the trial of precisions, only the driver itself can differ."""
    monkeypatch.setattr(
        "infinite_studio.engines.demucs.runner.fast_precision", lambda _device: Precision.FLOAT_32
    )


def separator_of(name, weights, **kwargs) -> DemucsSeparator:
    return DemucsSeparator(BY_NAME[name], weights, device=lambda: "cpu", **kwargs)


def as_demucs_does(folder, name, audio, *, shifts=0, overlap=0.25):
    bag = yaml.safe_load((folder / f"{name}.yaml").read_text())
    networks = [load_safetensors_model(folder / f"{signature}.safetensors") for signature in bag["models"]]
    model = BagOfModels(networks, bag.get("weights"), bag.get("segment")).eval()
    wave = torch.from_numpy(audio.samples.T.copy())
    middle = wave.mean(0)
    mean, deviation = middle.mean(), middle.std() + 1e-8
    normal = ((wave - mean) / deviation)[None]
    with torch.no_grad():
        found = apply_model(model, normal, shifts=shifts, split=True, overlap=overlap)[0] * deviation + mean
    return {source: found[index].numpy().T for index, source in enumerate(model.sources)}


def difference_db(found, exact):
    return 10 * np.log10(np.square(found - exact).sum() / np.square(exact).sum() + 1e-30)


@pytest.mark.parametrize("name", ["htdemucs", "htdemucs_6s", "htdemucs_ft", "hdemucs_mmi", "mdx"])
def test_every_model_gives_what_demucs_gives(name, tiny_weights, sound, in_32_bits):
    exact = as_demucs_does(tiny_weights.folder_of(name), name, sound)
    separation = separator_of(name, tiny_weights).separate(sound, Silence())
    assert {stem.value for stem in separation.stems} == set(exact)
    for stem, audio in separation.stems.items():
        assert difference_db(audio.samples, exact[stem.value]) < EXACT_DB, stem


def test_whatever_precision_is_chosen_here_stays_within_the_guard(tiny_weights, sound):
    exact = as_demucs_does(tiny_weights.folder_of("htdemucs"), "htdemucs", sound)
    separation = separator_of("htdemucs", tiny_weights).separate(sound, Silence())
    for stem, audio in separation.stems.items():
        assert difference_db(audio.samples, exact[stem.value]) < GUARD_DB, stem


def test_shifts_and_overlap_mean_what_they_mean_in_demucs(tiny_weights, sound, monkeypatch, in_32_bits):
    separator = separator_of("htdemucs", tiny_weights)
    found = separator.separate(sound, Silence(), SplitOptions(shifts=2, overlap=0.5))
    chance = random.Random(0)
    monkeypatch.setattr("demucs.apply.random.randint", chance.randint)
    exact = as_demucs_does(tiny_weights.folder_of("htdemucs"), "htdemucs", sound, shifts=2, overlap=0.5)
    for stem, audio in found.stems.items():
        assert difference_db(audio.samples, exact[stem.value]) < GUARD_DB


def test_one_stem_of_a_bag_only_runs_the_network_that_makes_it(tiny_weights, sound, in_32_bits):
    separator = separator_of("htdemucs_ft", tiny_weights)
    whole = separator.separate(sound, Silence())
    vocals = BY_NAME["htdemucs_ft"].stem_types[2]
    alone = separator.separate(sound, Silence(), SplitOptions(stem_types=(vocals,)))
    assert tuple(alone.stems) == (vocals,)
    assert difference_db(alone.stems[vocals].samples, whole.stems[vocals].samples) < GUARD_DB


def test_a_bag_that_is_too_large_for_memory_is_added_up_on_the_disk(
    tiny_weights, sound, tmp_path, monkeypatch, in_32_bits
):
    whole = separator_of("mdx", tiny_weights).separate(sound, Silence())
    monkeypatch.setattr("infinite_studio.engines.demucs.accumulating.IN_MEMORY_BYTES", 0)
    again = separator_of("mdx", tiny_weights, scratch=tmp_path).separate(sound, Silence())
    for stem, audio in whole.stems.items():
        assert difference_db(again.stems[stem].samples, audio.samples) < GUARD_DB
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def network(tiny_weights):
    return read_network(tiny_weights.folder_of("htdemucs") / "955717e8.safetensors")


@pytest.mark.parametrize(("kind", "limit_db"), [(torch.float32, -100.0), (torch.bfloat16, -30.0)])
def test_a_lean_network_gives_what_the_network_gives(network, sound, kind, limit_db):
    windows = torch.from_numpy(np.stack([sound.samples[:22_050].T, sound.samples[20_000:42_050].T]))
    with torch.inference_mode():
        exact, lean = network(windows), lean_copy(network, kind)(windows)
    assert difference_db(lean.float().numpy(), exact.numpy()) < limit_db


def test_a_network_of_another_kind_is_left_as_it_is(tiny_weights):
    other = read_network(tiny_weights.folder_of("hdemucs_mmi") / "75fc33f5.safetensors")
    assert lean_copy(other) is other


def test_attention_in_pieces_is_attention():
    query, key, value = (torch.randn(2, 3, n, 8, dtype=torch.bfloat16) for n in (300, 70, 70))
    exact = functional.scaled_dot_product_attention(query.float(), key.float(), value.float())
    found = _attended_head_by_head(query, key, value).float()
    assert difference_db(found.numpy(), exact.transpose(1, 2).flatten(2).numpy()) < GUARD_DB


def test_a_network_between_tiny_and_real_stays_within_the_guard(sound, tmp_path):
    write_htdemucs(tmp_path, size=MIDDLE)
    exact = as_demucs_does(tmp_path / "htdemucs", "htdemucs", sound)
    separation = separator_of("htdemucs", Folders(tmp_path)).separate(sound, Silence())
    for stem, audio in separation.stems.items():
        assert difference_db(audio.samples, exact[stem.value]) < GUARD_DB, stem
