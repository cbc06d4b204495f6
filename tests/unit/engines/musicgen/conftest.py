"""A folder of tiny weights, and a counter of everything that would reach the network."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from tests.tiny_musicgen import KINDS, write_everything

from infinite_studio.engines.musicgen.engine import MusicgenEngine
from infinite_studio.errors import StudioError


class MissingError(StudioError):
    """Weights that are not in the folder."""


class FolderWeights:
    """Weights that lie in a folder under their names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def is_here(self, name: str) -> bool:
        return (self.folder / name).is_dir()

    def folder_of(self, name: str) -> Path:
        if not self.is_here(name):
            raise MissingError(f"{name} is not here yet.")
        return self.folder / name


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Refuse and count every connection."""
    tried: list[object] = []

    def refuse(_socket: socket.socket, address: object) -> None:
        tried.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: refuse(None, args))
    yield tried
    assert not tried


@pytest.fixture(scope="session")
def weights_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_everything(tmp_path_factory.mktemp("weights"), KINDS)


@pytest.fixture(scope="session")
def weights(weights_folder: Path) -> FolderWeights:
    return FolderWeights(weights_folder)


@pytest.fixture(scope="session")
def small(weights: FolderWeights, tmp_path_factory: pytest.TempPathFactory) -> MusicgenEngine:
    """A warm engine for tests that only use it."""
    return MusicgenEngine("musicgen-small", weights, tmp_path_factory.mktemp("copies"), device=lambda: "cpu")
