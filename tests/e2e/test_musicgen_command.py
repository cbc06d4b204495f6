"""MusicGen from the command line: tiny networks come from a hub on loopback and become sound."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.tiny_musicgen import write_everything

from infinite_studio.audio.reading import read_audio
from infinite_studio.cli.faces import Faces
from infinite_studio.cli.main import run
from infinite_studio.music.midi import write_midi
from infinite_studio.music.note import Note
from infinite_studio.weights.catalogue import entry_named

KINDS = ("small", "melody")
SECONDS = 1.0


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_everything(tmp_path_factory.mktemp("tiny"), KINDS)


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., dict[str, Any]]]:
    """Run the command line in this process and return the values that it printed."""
    monkeypatch.setenv("INFINITE_STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object, code: int = 0) -> dict[str, Any]:
        texts = [str(argument) for argument in arguments]
        left = run(Faces(lambda: 0, lambda *args, **kwargs: None), [*texts, "--json"])
        printed = capsys.readouterr()
        assert left == code, printed.err
        if not code:
            assert ("of memory" in printed.err) == ("generate" in texts)
        return {"error": printed.err} if code else dict(json.loads(printed.out))

    import torch

    # Several threads on a shared machine wait for each other more than they compute.
    torch.set_num_threads(1)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield command
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.timeout(300)
def test_a_model_comes_from_the_hub_and_makes_sound_from_words_files_and_tunes(
    command, tiny: Path, hub, tmp_path: Path
) -> None:
    for name in ("musicgen-small", "musicgen-melody", "t5-base", "encodec-32khz"):
        hub.put_folder(entry_named(name).repository_id, tiny / name)
    ask = ("generate", "lo-fi piano", "--seconds", SECONDS, "--engine")

    refused = command(*ask, "musicgen-small", "--no-download", code=1)["error"]
    assert "not here yet" in refused
    assert "--download" in refused
    assert hub.asked == []

    made = command(*ask, "musicgen-small", "-o", "a.wav", "--seed", 3)
    assert made["duration_seconds"] == SECONDS
    assert (made["tempo_bpm"] is None) == (not any("BPM" in fact for fact in made["facts"]))
    assert read_audio(tmp_path / "a.wav").peak > 0.01

    n_asked = len(hub.asked)
    again = command(*ask, "musicgen-small", "-o", "b.wav", "--seed", 3)
    assert (tmp_path / "b.wav").read_bytes() == (tmp_path / "a.wav").read_bytes()
    assert again["seed"] == 3
    assert len(hub.asked) == n_asked

    long = (*ask[:2], "--seconds", 6, "--engine", "musicgen-small", "--seed", 3)
    first, second = command(*long, "--takes", 2, "-o", "n.wav")["takes"]
    assert (first["seed"], second["seed"]) == (3, 4)
    assert [Path(each["path"]).name for each in (first, second)] == ["n.wav", "n-2.wav"]
    assert first["windows"] == pytest.approx([0.0, 4.0], abs=0.1)
    command(*long, "--window", "2=99", "-o", "w.wav")
    one, other = (read_audio(tmp_path / name) for name in ("n.wav", "w.wav"))
    beginning = round(3.5 * one.sample_rate)
    gain = np.vdot(one.samples[:beginning], other.samples[:beginning]) / np.vdot(
        other.samples[:beginning], other.samples[:beginning]
    )
    assert np.abs(one.samples - gain * other.samples)[:beginning].max() < 1e-3
    assert np.abs(one.samples - gain * other.samples)[beginning:].max() > 1e-2
    assert "made in 2" in command(*long, "--window", 3, code=1)["error"]
    assert "names no window" in command(*long, "--window", "x", code=1)["error"]

    command(*ask, "musicgen-small", "--continue", "a.wav", "--cut", 0.8, "--context", 1, "-o", "c.wav")
    command(
        *ask,
        "musicgen-melody",
        "--download",
        "--melody",
        "a.wav",
        "--guidance",
        2,
        "--top-k",
        20,
        "-o",
        "d.wav",
    )
    tune = [Note(69 + step, float(step), 1.0, 0.8) for step in range(3)]
    write_midi(tmp_path / "tune.mid", {"lead": tune}, 120.0, None)
    command(*ask, "musicgen-melody", "--melody", "tune.mid", "-o", "e.wav")
    alike = command(*ask, "musicgen-melody", "--like", "a.wav", "--closeness", 0.9, "-o", "f.wav")
    assert any("alike" in fact for fact in alike["facts"])
    assert alike["notices"] == []
    for name in "cdef":
        assert read_audio(tmp_path / f"{name}.wav").duration_seconds == SECONDS

    assert "top-p" in command(*ask, "musicgen-small", "--top-p", 7, code=1)["error"]
