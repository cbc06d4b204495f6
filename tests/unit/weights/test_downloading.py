import dataclasses
import socket
import sys
import threading
import time

import pytest
from tests.unit.weights.conftest import FILES, REPOSITORY, WEIGHTS, YAML

from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.weights.errors import (
    ConnectionDroppedError,
    DownloaderMissingError,
    GatedRepositoryError,
    HubRefusedError,
    HubUnreachableError,
    MissingWeightsError,
    RepositoryMissingError,
    WeightsBusyError,
    WrongHashError,
)
from infinite_studio.weights.status import WeightsState
from infinite_studio.weights.store import WeightsStore

BODY = FILES[WEIGHTS]
LONGEST_CANCEL_SECONDS = 2.0


class Told:
    """A progress that remembers, and that cancels when a condition holds."""

    def __init__(self, cancels=lambda told: False) -> None:
        self.fractions: list[float] = []
        self.stages: list[str] = []
        self._cancels = cancels

    def report(self, fraction, stage=""):
        self.fractions.append(fraction)
        self.stages.append(stage)
        if self._cancels(self):
            raise OperationCancelled

    def share(self, partial):
        raise AssertionError("a download shares nothing")


def leftovers(store):
    return list((store.folder / ".downloads").rglob("*.part"))


def test_a_download_brings_every_file_with_a_receipt_that_names_the_commit(store, hub):
    store.download("htdemucs", Silence())

    folder = store.folder_of("htdemucs")
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name in FILES} == FILES
    status = store.status_of("htdemucs")
    assert (status.state, status.commit) == (WeightsState.HERE, hub.commit_of(REPOSITORY))
    assert leftovers(store) == []


def test_what_is_here_needs_no_network(store, hub):
    store.download("htdemucs", Silence())
    hub.asked.clear()

    store.download("htdemucs", Silence())
    store.folder_of("htdemucs")

    assert hub.asked == []


def test_progress_counts_bytes_of_all_files_as_one_and_never_goes_back(store, hub):
    hub.bytes_per_second = 2_000_000
    told = Told()

    store.download("htdemucs", told)

    assert told.fractions == sorted(told.fractions)
    assert any("of 700.0 kB" in stage and "/s" in stage for stage in told.stages)


def test_a_dropped_connection_goes_on_where_it_broke_off(store, hub):
    hub.drop_after(300_000)

    store.download("htdemucs", Silence())

    assert (store.folder_of("htdemucs") / WEIGHTS).read_bytes() == BODY
    assert hub.sent_bytes == len(BODY) + len(FILES[YAML])
    assert any(asked.range.startswith("bytes=") for asked in hub.file_requests())


def test_a_download_that_was_given_up_goes_on_the_next_time(store, hub):
    hub.drop_after(200_000)
    hub.drop_after(0, times=4)
    with pytest.raises(ConnectionDroppedError) as caught:
        store.download("htdemucs", Silence())
    assert "goes on where it stopped" in caught.value.hint
    partly = store.status_of("htdemucs")
    assert partly.state is WeightsState.PARTIAL
    hub.drops.clear()
    hub.sent_bytes = 0

    store.download("htdemucs", Silence())

    assert hub.sent_bytes <= len(BODY) - 190_000
    assert (store.folder_of("htdemucs") / WEIGHTS).read_bytes() == BODY


def test_a_hub_without_ranges_is_asked_for_the_whole_file_again(store, hub):
    hub.has_ranges = False
    hub.drop_after(300_000)

    store.download("htdemucs", Silence())

    assert (store.folder_of("htdemucs") / WEIGHTS).read_bytes() == BODY


def test_begun_bytes_that_are_wrong_are_thrown_away_and_fetched_anew(store, hub):
    hub.drop_after(200_000)
    hub.drop_after(0, times=4)
    with pytest.raises(ConnectionDroppedError):
        store.download("htdemucs", Silence())
    hub.drops.clear()
    (part,) = (path for path in leftovers(store) if path.stat().st_size > 100)
    part.write_bytes(bytes(part.stat().st_size))

    store.download("htdemucs", Silence())

    assert (store.folder_of("htdemucs") / WEIGHTS).read_bytes() == BODY


@pytest.mark.parametrize("file", [YAML, WEIGHTS])
def test_a_file_that_is_not_what_the_hub_promises_never_takes_its_place(store, hub, file):
    hub.lie_about_hash(REPOSITORY, file)

    with pytest.raises(WrongHashError) as caught:
        store.download("htdemucs", Silence())

    assert caught.value.file == file
    assert not (store.folder / "htdemucs" / file).exists()
    assert not store.is_here("htdemucs")
    assert leftovers(store) == []


def test_a_gated_repository_says_where_to_agree(store, hub):
    hub.gate(REPOSITORY)

    with pytest.raises(GatedRepositoryError) as caught:
        store.download("htdemucs", Silence())

    assert f"{hub.url}/{REPOSITORY}" in caught.value.hint


def test_a_missing_repository_is_named(store, hub):
    with pytest.raises(RepositoryMissingError, match="adefossez/HTDemucs-6s"):
        store.download("htdemucs_6s", Silence())


def test_a_repository_without_one_of_the_files_is_told_apart(store, hub):
    hub.put("adefossez/HTDemucs-6s", {"htdemucs_6s.yaml": b"models: []"})

    with pytest.raises(RepositoryMissingError, match=r"5c90dfd2\.safetensors"):
        store.download("htdemucs_6s", Silence())


def test_no_network_is_one_sentence_that_names_the_host(store, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.invalid")

    with pytest.raises(HubUnreachableError, match=r"hub\.invalid"):
        store.download("htdemucs", Silence())


def test_a_busy_hub_is_asked_again(store, hub):
    hub.refuse(503, times=2)

    store.download("htdemucs", Silence())

    assert store.is_here("htdemucs")


def test_a_hub_that_stays_busy_is_told_with_its_status(store, hub):
    hub.refuse(429, times=20)

    with pytest.raises(HubRefusedError, match="429"):
        store.download("htdemucs", Silence())


@pytest.mark.parametrize("stalls", [False, True])
def test_cancelling_takes_less_than_two_seconds_and_keeps_what_came(store, hub, stalls):
    if stalls:
        hub.stalls_after = 300_000
    else:
        hub.bytes_per_second = 150_000
    begun = threading.Event()
    asked_at: list[float] = []

    def when_some_has_come(told):
        if told.fractions[-1] > 0.05 and not asked_at:
            asked_at.append(time.monotonic())
            begun.set()
        return begun.is_set()

    with pytest.raises(OperationCancelled):
        store.download("htdemucs", Told(when_some_has_come))

    assert time.monotonic() - asked_at[0] < LONGEST_CANCEL_SECONDS
    assert store.status_of("htdemucs").state is WeightsState.PARTIAL


def test_cancelling_works_while_the_hub_has_not_answered_at_all(store, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        with pytest.raises(OperationCancelled):
            store.download("htdemucs", Told(lambda told: len(told.fractions) > 2))

    assert time.monotonic() - started < LONGEST_CANCEL_SECONDS


def test_what_an_entry_needs_comes_with_it(store, hub):
    hub.put(
        "facebook/musicgen-small", {"state_dict.bin": b"s" * 5000, "compression_state_dict.bin": b"c" * 900}
    )
    hub.put("google-t5/t5-base", {n: n.encode() for n in ("config.json", "model.safetensors", "spiece.model", "tokenizer.json")})  # fmt: skip
    hub.put("facebook/encodec_32khz", {n: n.encode() for n in ("config.json", "model.safetensors", "preprocessor_config.json")})  # fmt: skip
    with pytest.raises(MissingWeightsError) as caught:
        store.folder_of("musicgen-small")
    assert "musicgen-small is not here yet" in str(caught.value)

    store.download("musicgen-small", Silence())

    for name in ("musicgen-small", "t5-base", "encodec-32khz"):
        assert store.is_here(name)


def test_two_programs_do_not_fetch_the_same_weights_at_once(store, hub):
    hub.stalls_after = 300_000
    other = WeightsStore(store.folder)
    refused: list[BaseException] = []

    def when_begun(told):
        if told.fractions[-1] > 0.1:
            try:
                other.download("htdemucs", Silence())
            except WeightsBusyError as error:
                refused.append(error)
            return True
        return False

    with pytest.raises(OperationCancelled):
        store.download("htdemucs", Told(when_begun))

    assert refused


def test_an_expired_token_does_not_stand_before_a_public_repository(store, hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_expired")
    hub.refuse(401)

    store.download("htdemucs", Silence())

    assert store.is_here("htdemucs")


def test_an_installation_without_the_downloader_says_so(store, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)

    with pytest.raises(DownloaderMissingError) as caught:
        store.download("htdemucs", Silence())

    assert "by hand" in caught.value.hint


def test_the_offline_switch_of_the_hub_is_honoured(store, monkeypatch):
    constants = pytest.importorskip("huggingface_hub").constants
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    with pytest.raises(HubUnreachableError, match="HF_HUB_OFFLINE"):
        store.download("htdemucs", Silence())


def test_a_file_that_is_longer_than_promised_is_not_taken(store, hub):
    held = hub.repositories[REPOSITORY][WEIGHTS]
    hub.repositories[REPOSITORY][WEIGHTS] = dataclasses.replace(held, data=BODY + b"more")
    hub.size_lies[REPOSITORY, WEIGHTS] = len(BODY)

    with pytest.raises(WrongHashError):
        store.download("htdemucs", Silence())
