"""Files that wait to be split: their order, and that they survive a restart."""

from pathlib import Path

import pytest

from infinite_studio.audio.writing import SoundFormat
from infinite_studio.music.stems import StemType
from infinite_studio.services.split_files import FilesRequest
from infinite_studio.services.split_queue import QueueState, SplitQueue
from infinite_studio.services.split_wish import Care, SplitWish

A, B, C = (Path(f"/music/{name}.wav") for name in "abc")


@pytest.fixture
def request_() -> FilesRequest:
    wish = SplitWish("htdemucs", (StemType.VOCALS,), keeps_stems=False, keeps_rest=True, care=Care.BEST)
    return FilesRequest((), Path("/out"), wish, "{stem} {title}", SoundFormat.FLAC)


@pytest.fixture
def queue(tmp_path, request_):
    made = SplitQueue(tmp_path / "queue.json")
    made.add((A, B, C), request_)
    return made


def names(queue):
    return [file.path.stem for file in queue.files]


def test_a_file_moves_before_the_waiting_one_ahead_of_it(queue):
    queue.move_up(C)
    assert names(queue) == ["a", "c", "b"]
    queue.update(A, state=QueueState.RUNNING)
    queue.move_up(C)
    assert names(queue) == ["a", "c", "b"]


def test_only_what_does_not_run_can_be_taken_out(queue):
    queue.update(A, state=QueueState.RUNNING)
    queue.remove(A)
    queue.remove(B)
    assert names(queue) == ["a", "c"]
    assert queue.running.path == A
    assert queue.next_waiting.path == C


def test_clearing_takes_out_what_has_been_dealt_with_and_nothing_else(queue):
    queue.update(A, state=QueueState.DONE)
    queue.update(B, state=QueueState.FAILED, sentence="It is damaged.")
    queue.clear()
    assert names(queue) == ["c"]


def test_what_waited_or_ran_waits_again_after_a_restart_and_holds_still(queue, tmp_path, request_):
    queue.update(A, state=QueueState.DONE)
    queue.update(B, state=QueueState.RUNNING)
    again = SplitQueue(tmp_path / "queue.json")
    assert names(again) == ["b", "c"]
    assert again.is_paused
    assert {file.state for file in again.files} == {QueueState.WAITING}
    assert again.files[0].request.wish == request_.wish
    assert again.files[0].request.sound_format is SoundFormat.FLAC


def test_the_same_file_waits_only_once(queue, request_):
    queue.add((A, B), request_)
    assert names(queue) == ["a", "b", "c"]


@pytest.mark.parametrize("text", ["{", "[1]", '[{"path": "x"}]', ""])
def test_a_file_that_makes_no_sense_costs_the_queue_and_nothing_else(tmp_path, text, request_):
    file = tmp_path / "queue.json"
    file.write_text(text)
    queue = SplitQueue(file)
    assert queue.files == ()
    queue.add((A,), request_)
    assert names(SplitQueue(file)) == ["a"]


def test_how_long_each_file_plays_survives_a_restart(tmp_path, request_):
    SplitQueue(tmp_path / "queue.json").add({A: 12.5, B: 3.0}, request_)
    assert [file.seconds for file in SplitQueue(tmp_path / "queue.json").files] == [12.5, 3.0]


def test_whoever_keeps_the_queue_gets_every_state_of_it(tmp_path, request_):
    kept: list[str] = []
    queue = SplitQueue(tmp_path / "queue.json", kept.append)
    queue.add((A, B), request_)
    queue.update(A, state=QueueState.DONE)
    assert [text.count('"path"') for text in kept] == [2, 1]
    assert not (tmp_path / "queue.json").exists()
