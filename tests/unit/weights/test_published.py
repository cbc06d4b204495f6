"""Weights that their authors publish at an address of their own: found, fetched, checked and removed."""

import hashlib
import os
from dataclasses import replace
from types import MappingProxyType

import pytest

from infinite_studio.progress import Silence
from infinite_studio.weights import catalogue
from infinite_studio.weights.errors import (
    ConnectionDroppedError,
    DamagedWeightsError,
    HubUnreachableError,
    MissingWeightsError,
    PublishedFileGoneError,
    WeightsInCacheError,
    WrongHashError,
)
from infinite_studio.weights.patience import Patience
from infinite_studio.weights.status import WeightsState
from infinite_studio.weights.store import WeightsStore
from infinite_studio.weights.verifying import ComparedWith

NAME, FILE, TORCH_FILE = "beat-this-small", "small0.ckpt", "beat_this-small0.ckpt"
BODY = os.urandom(300_000)
FOLDER = "authors/files"


@pytest.fixture
def address(hub, monkeypatch):
    """The entry of the catalogue with a small file at an address on loopback."""
    hub.put(FOLDER, {FILE: BODY})
    entry = catalogue.CATALOGUE[NAME]
    there = replace(
        entry.published[0],
        url=f"{hub.url}/bytes/{FOLDER}/{FILE}",
        size_bytes=len(BODY),
        sha256=hashlib.sha256(BODY).hexdigest(),
    )
    changed = replace(entry, published=(there,), download_bytes=len(BODY))
    monkeypatch.setattr(catalogue, "CATALOGUE", MappingProxyType({**catalogue.CATALOGUE, NAME: changed}))
    return there


@pytest.fixture
def store(tmp_path, address):
    return WeightsStore(
        tmp_path / "weights", torch_folder=tmp_path / "torch", patience=Patience((0.01, 0.01, 0.01))
    )


def place(folder, name, body=BODY):
    folder.mkdir(parents=True)
    (folder / name).write_bytes(body)


def test_a_missing_one_names_where_to_get_it_by_hand(store):
    with pytest.raises(MissingWeightsError) as caught:
        store.folder_of(NAME)
    assert str(caught.value) == "beat-this-small is not here yet: 300.0 kB, MIT."
    assert "cloud.cp.jku.at" in caught.value.hint
    assert FILE in caught.value.hint


def test_it_is_fetched_from_its_authors_without_the_hubs_token(store, hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    store.download(NAME, Silence())
    assert (store.folder_of(NAME) / FILE).read_bytes() == BODY
    assert store.status_of(NAME).state is WeightsState.HERE
    assert [asked.path for asked in hub.asked] == [f"/bytes/{FOLDER}/{FILE}"]
    assert hub.asked[0].authorization == ""
    hub.put("adefossez/HTDemucs", {"htdemucs.yaml": b"models: []", "955717e8.safetensors": b"weights"})
    store.download("htdemucs", Silence())
    assert any("hf_secret" in asked.authorization for asked in hub.asked)


def test_it_goes_on_where_the_connection_broke_off(store, hub):
    hub.drop_after(200_000)
    store.download(NAME, Silence())
    assert (store.folder_of(NAME) / FILE).read_bytes() == BODY
    assert hub.file_requests()[-1].range == "bytes=200000-"


def test_another_file_at_the_address_is_thrown_away(store, hub):
    hub.put(FOLDER, {FILE: os.urandom(len(BODY))})
    with pytest.raises(WrongHashError, match="not what the catalogue says"):
        store.download(NAME, Silence())
    assert not store.is_here(NAME)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_an_address_that_is_gone_says_where_to_look(store, hub, status):
    hub.refuse(status, times=9)
    with pytest.raises(PublishedFileGoneError) as caught:
        store.download(NAME, Silence())
    assert FILE in str(caught.value)
    assert "cloud.cp.jku.at" in caught.value.hint


def test_a_host_out_of_reach_is_named(store, address, monkeypatch):
    entry = catalogue.CATALOGUE[NAME]
    away = replace(entry, published=(replace(address, url=f"https://away.invalid/{FILE}"),))
    monkeypatch.setattr(catalogue, "CATALOGUE", {**catalogue.CATALOGUE, NAME: away})
    with pytest.raises((HubUnreachableError, ConnectionDroppedError), match=r"away\.invalid"):
        store.download(NAME, Silence())


@pytest.mark.parametrize("name", [FILE, TORCH_FILE])
def test_a_file_placed_by_hand_counts_under_either_name(store, hub, name):
    place(store.folder / NAME, name)
    assert store.status_of(NAME).state is WeightsState.HAND_PLACED
    verified = store.verify(NAME, Silence())
    assert (verified.damaged, verified.compared_with) == ((), ComparedWith.CATALOGUE)
    assert (store.folder_of(NAME) / name).is_file()
    assert hub.asked == []


def test_a_damaged_file_placed_by_hand_is_found_without_a_network(store):
    place(store.folder / NAME, FILE, BODY[:-1] + bytes([BODY[-1] ^ 1]))
    assert store.verify(NAME, Silence()).damaged == (FILE,)
    with pytest.raises(DamagedWeightsError):
        store.folder_of(NAME)


def test_what_torch_downloaded_is_used_where_it_lies_and_never_removed(store):
    place(store.torch_folder, TORCH_FILE)
    assert store.status_of(NAME).state is WeightsState.TORCH_CACHED
    assert store.folder_of(NAME) == store.torch_folder
    assert store.verify(NAME, Silence()).damaged == ()
    with pytest.raises(WeightsInCacheError, match="torch's cache"):
        store.remove(NAME)
    assert store.used_bytes() == 0


def test_half_a_file_in_torchs_cache_does_not_count(store):
    place(store.torch_folder, TORCH_FILE, BODY[:1_000])
    assert not store.is_here(NAME)


def test_it_is_removed_and_brought_back(store):
    store.download(NAME, Silence())
    store.remove(NAME)
    assert not store.is_here(NAME)
    assert store.restore(NAME)
    assert store.is_here(NAME)


def test_the_catalogue_knows_each_published_file_by_size_and_checksum():
    entries = [entry for entry in catalogue.CATALOGUE.values() if entry.published]
    assert {entry.name for entry in entries} == {"beat-this", "beat-this-small"}
    for entry in entries:
        assert len(entry.published) == len(entry.files)
        assert entry.download_bytes == sum(each.size_bytes for each in entry.published)
        assert all(len(each.sha256) == 64 and each.url.startswith("https://") for each in entry.published)
