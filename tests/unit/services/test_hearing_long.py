"""Of hours of sound only what counts is read into memory."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.unit.audio.sounds import sparse_hours

from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.services.hearing_long import HEARD_SECONDS, is_long, read_before, read_beginning

RATE = 8_000
SILENT = Silence()


@pytest.fixture(scope="module")
def eleven_minutes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    path = tmp_path_factory.mktemp("long") / "long.wav"
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, (660 * RATE, 1)).astype(np.float32)
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    return path, samples


def test_the_beginning_of_a_long_sound_says_that_it_goes_on(eleven_minutes) -> None:
    path, samples = eleven_minutes
    assert is_long(path)
    heard = read_beginning(path, SILENT)
    n_heard = round(HEARD_SECONDS * RATE)
    assert heard.n_frames == n_heard + 1
    assert np.array_equal(heard.samples, samples[: n_heard + 1])


@pytest.mark.parametrize("end_seconds", [None, 500.0, 30.0, 4.0])
def test_what_comes_before_a_place_is_exactly_that(eleven_minutes, end_seconds: float | None) -> None:
    path, samples = eleven_minutes
    end = len(samples) if end_seconds is None else round(end_seconds * RATE)
    heard = read_before(path, end_seconds, 10.0, SILENT)
    assert np.array_equal(heard.samples, samples[max(end - 10 * RATE, 0) : end])


def test_a_short_sound_is_read_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, np.full((RATE, 2), 0.25, np.float32), RATE, subtype="FLOAT")
    assert not is_long(path)
    assert read_beginning(path, SILENT).n_frames == RATE


def test_ten_hours_cost_no_more_than_their_beginning(tmp_path: Path) -> None:
    heard = read_beginning(sparse_hours(tmp_path / "hours.wav", 10.0), SILENT)
    assert heard.duration_seconds == pytest.approx(HEARD_SECONDS, abs=0.01)


def test_reading_can_be_cancelled(eleven_minutes) -> None:
    class Enough:
        def report(self, _fraction: float, stage: str = "") -> None:
            raise OperationCancelled

        def share(self, partial: object) -> None: ...

    with pytest.raises(OperationCancelled):
        read_before(eleven_minutes[0], None, 10.0, Enough())
