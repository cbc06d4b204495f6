"""Fixtures that every kind of test may use."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def real_audio() -> Path:
    """Folder of the shared recordings; the test is skipped where they are absent."""
    named = os.environ.get("STUDIO_REAL_AUDIO")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "audio"
    if not (folder / "truth.json").is_file():
        pytest.skip(f"no recordings at {folder}; set STUDIO_REAL_AUDIO")
    return folder
