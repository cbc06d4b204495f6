"""Weights are read, never run; what is not weights is refused in a sentence."""

import json
import os

import pytest
import torch
from safetensors.torch import load_file, save_file
from tests.tiny_demucs import SIGNATURE, write_htdemucs, write_pickle

from infinite_studio.engines.demucs.loading import DamagedModelError, PackedModelError, read_bag, read_network


@pytest.fixture
def folder(tmp_path):
    return write_htdemucs(tmp_path)


def rewritten(file, **changes):
    """Write the same tensors with other metadata."""
    from safetensors import safe_open

    with safe_open(file, "pt") as opened:
        metadata = opened.metadata()
    tensors = load_file(file)
    file.unlink()
    save_file(tensors, file, {**metadata, **changes})


def test_a_network_comes_back_as_it_was_written(folder):
    (file,) = read_bag(folder, "htdemucs").files
    network = read_network(file)
    assert not network.training
    stored = load_file(file)
    for name, value in network.state_dict().items():
        assert value.dtype == torch.float32
        assert torch.equal(value, stored[name].float())


def test_a_hand_placed_pickle_without_a_description_is_read_too(tmp_path):
    folder = write_pickle(tmp_path)
    (file,) = read_bag(folder, "htdemucs").files
    assert list(read_network(file).sources) == ["drums", "bass", "other", "vocals"]


class Runs:
    def __reduce__(self):
        return os.mkdir, ("was-run",)


def test_a_pickle_that_would_run_something_is_refused_and_runs_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / f"{SIGNATURE}.th"
    torch.save({"klass": Runs(), "args": (), "kwargs": {}, "state": {}}, file)
    with pytest.raises(DamagedModelError):
        read_network(file)
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"klass": "os.system"},
        {"klass": "subprocess.Popen"},
        {"kwargs": "{"},
        {"kwargs": json.dumps({"sources": ["drums"], "channels": 4})},
        {"structure": json.dumps({"_class": "os.system"})},
    ],
)
def test_metadata_that_names_something_else_is_refused(folder, changes):
    (file,) = read_bag(folder, "htdemucs").files
    rewritten(file, **changes)
    with pytest.raises(DamagedModelError) as caught:
        read_network(file)
    assert file.name in str(caught.value)


def test_a_cut_or_changed_file_is_refused(folder):
    (file,) = read_bag(folder, "htdemucs").files
    data = file.read_bytes()
    for damaged in (data[: len(data) // 2], b"", b"not weights at all", b"\xff" * 64):
        file.write_bytes(damaged)
        with pytest.raises(DamagedModelError):
            read_network(file)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "models: 3",
        "models: ['../../x']",
        "models: []",
        "models: ['955717e8']\nweights: 3",
        "a: b: c",
    ],
)
def test_a_description_that_makes_no_sense_is_refused(folder, text):
    (folder / "htdemucs.yaml").write_text(text)
    with pytest.raises(DamagedModelError):
        read_bag(folder, "htdemucs")


def test_compressed_weights_without_their_package_are_a_sentence_and_not_the_end(tmp_path, monkeypatch):
    write_pickle(tmp_path)
    (file,) = read_bag(tmp_path / "htdemucs", "htdemucs").files
    package = torch.load(file, weights_only=False)
    package["state"] = {"__quantized": True, "quantized": []}
    torch.save(package, file)
    monkeypatch.setattr("infinite_studio.engines.demucs.loading.find_spec", lambda _name: None)
    with pytest.raises(PackedModelError, match="compressed") as caught:
        read_network(file)
    assert "diffq" in caught.value.hint


def test_a_missing_file_is_named(folder):
    (folder / f"{SIGNATURE}.safetensors").unlink()
    with pytest.raises(DamagedModelError, match=SIGNATURE):
        read_bag(folder, "htdemucs")
