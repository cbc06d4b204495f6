"""A library for every test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infinite_studio.history.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened
