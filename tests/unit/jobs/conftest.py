"""A runner that is shut down whatever happens."""

from collections.abc import Iterator

import pytest

from infinite_studio.jobs.runner import JobRunner


@pytest.fixture
def runner(qapp) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    assert made.shutdown(5.0), "a lane did not stop"
