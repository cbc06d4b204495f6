"""Durations learned on this machine."""

import json

import pytest

from infinite_studio.jobs.estimates import DurationEstimates, remaining_seconds


def test_nothing_is_predicted_before_anything_was_done():
    assert DurationEstimates(None).predict("split", 10.0) is None


def test_prediction_grows_with_size():
    estimates = DurationEstimates(None)
    estimates.learn("split", 10.0, 5.0)
    assert estimates.predict("split", 60.0) == pytest.approx(30.0)


def test_one_slow_run_does_not_spoil_the_prediction():
    estimates = DurationEstimates(None)
    for seconds in (1.0, 1.1, 0.9, 60.0, 1.0):
        estimates.learn("compose", 1.0, seconds)
    assert estimates.predict("compose", 1.0) == pytest.approx(1.0)


def test_old_runs_are_forgotten_when_the_machine_changes():
    estimates = DurationEstimates(None)
    for seconds in [10.0] * 30 + [2.0] * 20:
        estimates.learn("compose", 1.0, seconds)
    assert estimates.predict("compose", 1.0) == pytest.approx(2.0)


def test_what_was_learned_survives_a_restart(tmp_path):
    path = tmp_path / "cache" / "durations.json"
    DurationEstimates(path).learn("compose", 2.0, 1.0)
    assert DurationEstimates(path).predict("compose", 4.0) == pytest.approx(2.0)
    assert [file.name for file in path.parent.iterdir()] == ["durations.json"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"compose": 3}', '{"compose": ["x"]}', "\x00\xff", '{"a": {"b": []}}']
)
def test_a_damaged_file_starts_anew(tmp_path, text):
    path = tmp_path / "durations.json"
    path.write_text(text, encoding="latin-1")
    estimates = DurationEstimates(path)
    assert estimates.predict("compose", 1.0) is None
    estimates.learn("compose", 1.0, 3.0)
    assert json.loads(path.read_text(encoding="utf-8")) == {"compose": [3.0]}


def test_a_folder_that_cannot_be_written_costs_only_the_memory(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    estimates = DurationEstimates(tmp_path / "cache" / "durations.json")
    estimates.learn("compose", 1.0, 3.0)
    assert estimates.predict("compose", 1.0) == pytest.approx(3.0)


def test_the_time_left_is_unknown_while_nothing_is_known():
    assert remaining_seconds(1.0, 0.01, None) is None


def test_the_time_left_follows_the_pace_of_the_work_itself():
    assert remaining_seconds(30.0, 0.75, None) == pytest.approx(10.0)
    assert remaining_seconds(30.0, 0.75, 40.0) == pytest.approx(10.0)


def test_the_time_left_at_the_beginning_is_what_earlier_runs_took():
    assert remaining_seconds(1.0, 0.0, 40.0) == pytest.approx(39.0)
