import hashlib
import json
import os
import random
import shutil

import pytest
from tests.unit.weights.conftest import FILES, REPOSITORY, WEIGHTS, YAML

from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.weights.catalogue import CATALOGUE, UnknownWeightsError
from infinite_studio.weights.errors import (
    ConnectionDroppedError,
    DamagedWeightsError,
    MissingWeightsError,
    WeightsInCacheError,
)
from infinite_studio.weights.status import WeightsState
from infinite_studio.weights.store import WeightsStore
from infinite_studio.weights.verifying import ComparedWith

N_FLIPS = 500 if os.environ.get("STUDIO_FAULTS_LEVEL") == "N" else 100


def place_by_hand(store, files=FILES):
    folder = store.folder / "htdemucs"
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def put_into_cache(store, files=FILES, commit="c" * 40):
    """Lay files out as the hub's own library does: blobs by checksum, snapshots of links."""
    repository = store.cache_folder / "models--adefossez--HTDemucs"
    snapshot = repository / "snapshots" / commit
    (repository / "refs").mkdir(parents=True)
    (repository / "blobs").mkdir()
    snapshot.mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    for name, data in files.items():
        git = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        blob = repository / "blobs" / (git if name == YAML else hashlib.sha256(data).hexdigest())
        blob.write_bytes(data)
        (snapshot / name).symlink_to(blob)
    return snapshot


def test_every_entry_says_what_a_musician_needs_to_decide():
    for entry in CATALOGUE.values():
        assert entry.purpose
        assert entry.licence
        assert entry.files
        assert 0 < entry.download_bytes < 20e9
        assert set(entry.needs) <= set(CATALOGUE)
        assert entry.repository_id.count("/") == 1


def test_a_missing_model_is_one_sentence_with_size_and_licence_and_a_remedy(store):
    with pytest.raises(MissingWeightsError) as caught:
        store.folder_of("musicgen-small")

    assert str(caught.value) == "musicgen-small is not here yet: 2.2 GB, CC-BY-NC 4.0."
    assert caught.value.remedy == "download:musicgen-small"
    assert caught.value.hint


def test_an_unknown_name_lists_the_known_ones(store):
    with pytest.raises(UnknownWeightsError) as caught:
        store.is_here("musicgen-huge")
    assert "musicgen-small" in caught.value.hint


def test_hand_placed_files_count_as_here_and_ask_nobody(store, hub):
    folder = place_by_hand(store)

    assert store.status_of("htdemucs").state is WeightsState.HAND_PLACED
    assert store.folder_of("htdemucs") == folder
    store.download("htdemucs", Silence())
    assert hub.asked == []


def test_hand_placed_files_without_one_of_them_are_completed_not_fetched_again(store, hub):
    place_by_hand(store, {WEIGHTS: FILES[WEIGHTS]})

    store.download("htdemucs", Silence())

    assert store.status_of("htdemucs").state is WeightsState.HERE
    assert hub.sent_bytes == len(FILES[YAML])


def test_files_in_the_cache_are_used_where_they_are(store, hub):
    snapshot = put_into_cache(store)

    assert store.status_of("htdemucs").state is WeightsState.CACHED
    assert store.folder_of("htdemucs") == snapshot
    store.download("htdemucs", Silence())
    assert hub.asked == []
    assert not store.folder.exists()


def test_what_lies_in_the_cache_is_verified_and_never_removed(store):
    snapshot = put_into_cache(store)
    assert store.verify("htdemucs", Silence()).damaged == ()
    with pytest.raises(WeightsInCacheError):
        store.remove("htdemucs")
    blob = (snapshot / WEIGHTS).resolve()
    blob.write_bytes(b"x" + FILES[WEIGHTS][1:])

    verified = store.verify("htdemucs", Silence())

    assert (verified.damaged, verified.compared_with) == ((WEIGHTS,), ComparedWith.CACHE)


@pytest.mark.parametrize("place", ["by hand", "cache"])
def test_musicgen_in_the_one_file_of_other_programs_is_used_and_needs_nothing_else(store, hub, place):
    files = {"config.json": b"{}", "model.safetensors": b"numbers", "tokenizer.json": b"{}"}
    folder = store.folder / "musicgen-small"
    if place == "cache":
        folder = store.cache_folder / "models--facebook--musicgen-small" / "snapshots" / "c"
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)

    status = store.status_of("musicgen-small")
    assert status.state is (WeightsState.CACHED if place == "cache" else WeightsState.HAND_PLACED)
    assert (status.missing_bytes, status.size_bytes) == (0, sum(map(len, files.values())))
    assert store.folder_of("musicgen-small") == folder
    store.download("musicgen-small", Silence())
    assert hub.asked == []
    (folder / "tokenizer.json").unlink()
    assert not store.is_here("musicgen-small")


def test_an_incomplete_cache_is_not_taken_for_the_model(store):
    put_into_cache(store, {YAML: FILES[YAML]})

    assert not store.is_here("htdemucs")


def test_every_flipped_bit_is_found(store, hub):
    small = {YAML: FILES[YAML], WEIGHTS: FILES[WEIGHTS][:40_000]}
    hub.put(REPOSITORY, small)
    store.download("htdemucs", Silence())
    chance = random.Random(7)
    found = 0
    for _ in range(N_FLIPS):
        name = chance.choice((YAML, WEIGHTS))
        path, data = store.folder / "htdemucs" / name, bytearray(small[name])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        found += store.verify("htdemucs", Silence()).damaged == (name,)
        path.write_bytes(small[name])
    assert found == N_FLIPS
    assert store.verify("htdemucs", Silence()).damaged == ()


def test_damage_makes_the_model_unusable_until_only_the_damaged_file_is_fetched_again(store, hub):
    store.download("htdemucs", Silence())
    path = store.folder / "htdemucs" / YAML
    path.write_bytes(b"m" + FILES[YAML][1:-1] + b"!")
    assert store.verify("htdemucs", Silence()).damaged == (YAML,)
    with pytest.raises(DamagedWeightsError, match=YAML) as caught:
        store.folder_of("htdemucs")
    assert caught.value.remedy == "download:htdemucs"
    hub.sent_bytes = 0

    store.download("htdemucs", Silence())

    assert hub.sent_bytes == len(FILES[YAML])
    assert store.verify("htdemucs", Silence()).damaged == ()
    assert path.read_bytes() == FILES[YAML]


def test_a_shortened_file_is_noticed_without_reading_it(store):
    store.download("htdemucs", Silence())
    (store.folder / "htdemucs" / WEIGHTS).write_bytes(FILES[WEIGHTS][:-1])

    assert store.status_of("htdemucs").damaged == (WEIGHTS,)


def test_hand_placed_files_are_compared_with_the_hub(store):
    place_by_hand(store, {**FILES, YAML: b"something else"})

    verified = store.verify("htdemucs", Silence())

    assert (verified.damaged, verified.compared_with) == ((YAML,), ComparedWith.HUB)


def test_hand_placed_files_are_recorded_where_there_is_no_network_so_that_later_damage_shows(
    store, monkeypatch
):
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.invalid")
    folder = place_by_hand(store)
    assert store.verify("htdemucs", Silence()).compared_with is ComparedWith.NOTHING
    assert store.status_of("htdemucs").state is WeightsState.HAND_PLACED
    (folder / WEIGHTS).write_bytes(b"x" + FILES[WEIGHTS][1:])

    assert store.verify("htdemucs", Silence()).damaged == (WEIGHTS,)


def test_what_was_removed_comes_back_until_it_is_given_up(store):
    store.download("htdemucs", Silence())
    store.remove("htdemucs")
    assert not store.is_here("htdemucs")
    assert store.restore("htdemucs")
    assert store.is_here("htdemucs")

    store.remove("htdemucs")
    store.sweep()
    assert store.restore("htdemucs"), "a sweep may come late and must not take what was removed after it"

    store.remove("htdemucs")
    store.give_up_removed()
    store.sweep()

    assert not store.restore("htdemucs")
    assert [path.name for path in store.folder.iterdir()] == [".downloads"]


def test_moving_takes_everything_along_and_is_told_before_it_is_final(store, tmp_path):
    store.download("htdemucs", Silence())
    told = []

    place = store.move_to(tmp_path / "elsewhere", Silence(), told.append)

    assert told == [place] == [tmp_path / "elsewhere"]
    assert store.folder_of("htdemucs") == place / "htdemucs"
    assert store.verify("htdemucs", Silence()).damaged == ()
    assert not (tmp_path / "weights" / "htdemucs").exists()


def test_a_begun_download_moves_along(store, hub, tmp_path):
    hub.drop_after(300_000)
    hub.drop_after(0, times=4)
    with pytest.raises(ConnectionDroppedError):
        store.download("htdemucs", Silence())
    hub.drops.clear()
    hub.sent_bytes = 0

    store.move_to(tmp_path / "elsewhere", Silence())
    store.download("htdemucs", Silence())

    assert hub.sent_bytes < 500_000
    assert not (tmp_path / "weights").exists()


def test_moving_into_a_folder_with_other_things_makes_a_folder_of_its_own(store, tmp_path):
    store.download("htdemucs", Silence())
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "letter.txt").write_text("Dear")

    place = store.move_to(tmp_path / "documents", Silence())

    assert place.parent == tmp_path / "documents"
    assert store.is_here("htdemucs")


def test_moving_to_another_disk_copies_and_a_cancelled_copy_leaves_everything_where_it_was(
    store, tmp_path, monkeypatch
):
    from infinite_studio.weights import moving

    store.download("htdemucs", Silence())
    monkeypatch.setattr(moving, "_renamed", lambda source, target: False)

    class Cancels(Silence):
        def report(self, fraction, stage=""):
            raise OperationCancelled

    with pytest.raises(OperationCancelled):
        store.move_to(tmp_path / "elsewhere", Cancels())
    assert store.verify("htdemucs", Silence()).damaged == ()
    assert store.folder == tmp_path / "weights"
    assert list((tmp_path / "elsewhere").iterdir()) == []

    store.move_to(tmp_path / "elsewhere", Silence())

    assert store.verify("htdemucs", Silence()).damaged == ()
    assert not (tmp_path / "weights" / "htdemucs").exists()


def test_a_folder_that_was_moved_by_hand_is_adopted(store, tmp_path):
    store.download("htdemucs", Silence())
    shutil.move(store.folder, tmp_path / "by hand")

    store.move_to(tmp_path / "by hand", Silence())

    assert store.is_here("htdemucs")


def test_a_receipt_that_cannot_be_read_costs_only_what_it_knew(store):
    store.download("htdemucs", Silence())
    receipt = store.folder / "htdemucs" / "receipt.json"
    assert json.loads(receipt.read_text())["repository"] == REPOSITORY
    receipt.write_text("{")

    assert store.status_of("htdemucs").state is WeightsState.HAND_PLACED


def test_a_store_that_has_never_been_used_makes_no_folder(tmp_path):
    store = WeightsStore(tmp_path / "weights", cache_folder=tmp_path / "cache")

    assert {status.state for status in store.status()} == {WeightsState.MISSING}
    assert not store.folder.exists()
