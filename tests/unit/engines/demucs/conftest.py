"""Tiny weights, written once."""

import pytest
from tests.tiny_demucs import SIX, Folders, write_fine_tuned, write_htdemucs, write_hybrid, write_mdx


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory) -> Folders:
    """One tiny model of each kind."""
    folder = tmp_path_factory.mktemp("tiny")
    write_htdemucs(folder)
    write_htdemucs(folder, name="htdemucs_6s", sources=SIX, seed=3, signature="5c90dfd2")
    write_fine_tuned(folder)
    write_hybrid(folder)
    write_mdx(folder)
    return Folders(folder)
