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


@pytest.fixture(scope="module")
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, empty_library: Path
) -> Path:
    """A closed library with what the module's `fill` puts into it; copying it is faster than making another."""
    fill = getattr(request.module, "fill", None)
    if fill is None:
        return empty_library
    folder = tmp_path_factory.mktemp("filled") / "library"
    shutil.copytree(empty_library, folder)
    with Library.open(folder) as library:
        fill(library)
    return folder


@pytest.fixture
def library(tmp_path: Path, filled: Path) -> Iterator[Library]:
    """A library of the test's own: what the module fills, or nothing."""
    shutil.copytree(filled, tmp_path / "library")
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def other(tmp_path: Path, empty_library: Path) -> Iterator[Library]:
    """A second library, as on another machine."""
    shutil.copytree(empty_library, tmp_path / "other")
    with Library.open(tmp_path / "other") as opened:
        yield opened
