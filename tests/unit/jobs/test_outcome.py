"""How work ends, as data."""

import gc
import weakref

import pytest

from infinite_studio.errors import StudioError
from infinite_studio.jobs.outcome import Cancelled, Failed, Succeeded, outcome_of
from infinite_studio.progress import OperationCancelled, Progress, Silence


def raising(error: BaseException):
    def work(progress: Progress) -> None:
        raise error

    return work


class OutOfMemoryError(RuntimeError):
    """Named like torch's error, which is recognised by its name."""


def test_the_value_of_the_work_is_the_success():
    assert outcome_of("Count", lambda progress: 42, Silence()) == Succeeded(42)


def test_cancelled_work_is_cancelled_not_failed():
    assert outcome_of("Count", raising(OperationCancelled()), Silence()) == Cancelled()


def test_an_expected_failure_keeps_its_sentence_and_hint_and_is_no_bug():
    outcome = outcome_of("Read", raising(StudioError("It is empty.", hint="Choose another.")), Silence())
    assert isinstance(outcome, Failed)
    assert (outcome.sentence, outcome.hint, outcome.is_bug) == ("It is empty.", "Choose another.", False)


@pytest.mark.parametrize("error", [MemoryError(), OutOfMemoryError("CUDA out of memory")])
def test_too_little_memory_is_an_expected_failure_with_a_hint(error):
    outcome = outcome_of("Split “drums.wav”", raising(error), Silence())
    assert isinstance(outcome, Failed)
    assert not outcome.is_bug
    assert "memory" in outcome.sentence
    assert outcome.hint


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(3), KeyboardInterrupt(), RecursionError()])
def test_every_other_exception_is_a_logged_bug_with_its_traceback(error, caplog):
    outcome = outcome_of("Compose", raising(error), Silence())
    assert isinstance(outcome, Failed)
    assert outcome.is_bug
    assert type(error).__name__ in outcome.details
    assert "Traceback" in outcome.details
    assert "Compose" in caplog.text


def test_a_failure_keeps_nothing_of_the_work_alive():
    class Held:
        pass

    traces = []

    def work(progress: Progress) -> None:
        local = Held()
        traces.append(weakref.ref(local))
        raise ValueError(str(local))

    outcome = outcome_of("Compose", work, Silence())
    gc.collect()
    assert isinstance(outcome, Failed)
    assert traces[0]() is None
