"""Fixtures that every kind of test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from pytestqt.qtbot import QtBot

from infinite_studio.audio.audio import Audio
from infinite_studio.settings.folders import Folders

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Checkpoints that torch has downloaded for this user are none of a test's business.
os.environ["TORCH_HOME"] = str(Path(__file__).parent / "no torch here")

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile("studio", deadline=None)
settings.load_profile("studio")

pytest_plugins = ["tests.counts", "tests.soundserver", "tests.hub"]


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Hold every widget until its test is over.

    A window that only a cycle of references keeps could be collected, and so destroyed, while it paints.
    """
    held: list[object] = []
    add = qtbot.addWidget

    def add_and_hold(widget: object, **options: object) -> None:
        held.append(widget)
        add(widget, **options)

    qtbot.addWidget = add_and_hold
    return qtbot


@pytest.fixture(scope="session")
def real_audio() -> Path:
    """Folder of the shared recordings; the test is skipped where they are absent."""
    named = os.environ.get("STUDIO_REAL_AUDIO")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "audio"
    if not (folder / "truth.json").is_file():
        pytest.skip(f"no recordings at {folder}; set STUDIO_REAL_AUDIO")
    return folder


@pytest.fixture
def folders(tmp_path, monkeypatch) -> Folders:
    """The user's folders, in a place of their own."""
    monkeypatch.setenv("INFINITE_STUDIO_HOME", str(tmp_path / "home"))
    return Folders.standard()


@pytest.fixture
def studio(folders) -> Iterator[object]:
    """An open library with the engines."""
    from infinite_studio.services.studio import opened_studio

    with opened_studio(folders) as opened:
        yield opened


@pytest.fixture(scope="session")
def song() -> Audio:
    """Four bars at 120 BPM: kick, hat, bass and a chord, stereo at 44.1 kHz."""
    rate, seconds = 44_100, 8.0
    time = np.arange(int(rate * seconds)) / rate
    beat, half = time % 0.5, (time + 0.25) % 0.5
    noise = np.random.default_rng(1).normal(size=time.size)
    kick = np.sin(2 * np.pi * 55 * beat) * np.exp(-beat * 30)
    hat = noise * np.exp(-half * 90) * 0.3
    bass = np.sin(2 * np.pi * 65.4 * time) * 0.3
    chord = sum(np.sin(2 * np.pi * f * time) for f in (261.6, 311.1, 392.0)) * 0.08
    left, right = kick + bass + chord + hat * 0.8, kick + bass + chord * 0.7 + hat
    return Audio.of(0.4 * np.stack([left, right], axis=1), rate)


@pytest.fixture
def song_file(song, tmp_path) -> Path:
    """The song as a FLAC file."""
    from infinite_studio.audio.writing import write_audio

    path = tmp_path / "four bars.flac"
    write_audio(path, song)
    return path
