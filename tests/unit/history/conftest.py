"""A library for every test that asks for one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from infinite_studio.history.library import Library


@pytest.fixture(scope="session")
def empty_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new library's folder, closed; copying it is faster than making another."""
    folder = tmp_path_factory.mktemp("empty") / "library"
    Library.open(folder).close()
    return folder


@pytest.fixture
def library(tmp_path: Path, empty_library: Path) -> Iterator[Library]:
    shutil.copytree(empty_library, tmp_path / "library")
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def other(tmp_path: Path, empty_library: Path) -> Iterator[Library]:
    """A second library, as on another machine."""
    shutil.copytree(empty_library, tmp_path / "other")
    with Library.open(tmp_path / "other") as opened:
        yield opened
