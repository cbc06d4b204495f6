"""The headless face as a person calls it: real files, exit codes, and real processes where a process matters."""

import contextlib
import json
import os
import shutil
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from tests.two_versions import make_two_versions

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.writing import write_audio
from infinite_studio.cli.interruption import Interruption
from infinite_studio.cli.terminal import TerminalProgress


def values(result):
    """The one JSON object on stdout."""
    return json.loads(result.stdout)


def test_generate_writes_exactly_what_it_says(studio_command, tmp_path):
    beat, stems = tmp_path / "beat.wav", tmp_path / "stems"
    made = values(studio_command(
        "generate", "dark trap, 140 bpm, in F minor", "--bars", 8, "--seed", 7, "-o", beat, "--stems", stems, "--json"
    ))  # fmt: skip
    assert made["engine"] == "sketch"
    assert (made["seed"], made["tempo_bpm"], made["key"], made["bars"]) == (7, 140, "F minor", 8)
    assert made["sample_rate"] == 48_000
    assert made["path"] == str(beat)
    assert set(made["stems"]) == {"drums", "bass", "melody", "other"}
    audio = read_audio(beat)
    assert audio.n_frames == round(8 * 4 * 60 / 140 * 48_000)
    assert made["duration_seconds"] == pytest.approx(audio.duration_seconds)
    total = sum(read_audio(Path(path)).samples.astype(np.float64) for path in made["stems"].values())
    assert np.abs(total - audio.samples).max() < 1e-5, "24-bit stems sum to the mixdown"


def test_the_same_seed_writes_the_same_bytes(studio_command, tmp_path):
    paths = [tmp_path / "a.wav", tmp_path / "b.wav"]
    for path in paths:
        studio_command("generate", "house", "--bars", 2, "--seed", 3, "-o", path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_words_that_had_no_effect_are_named(studio_command, tmp_path):
    result = studio_command("generate", "house with zurna", "--bars", 1, "-o", tmp_path / "a.wav")
    assert "zurna" in result.stdout


def test_split_writes_stems_that_sum_to_the_original(studio_command, song, song_file, tmp_path):
    split = values(studio_command("split", song_file, "-o", tmp_path / "stems", "--json"))
    assert split["model"] == "quick"
    assert "drums" in split["stems"]
    total = sum(read_audio(Path(path)).samples.astype(np.float64) for path in split["stems"].values())
    original = read_audio(song_file).samples
    assert 20 * np.log10(np.abs(total - original).max()) < -60


def test_analyze_finds_the_tempo_and_says_what_it_did_not_find(studio_command, song_file, tmp_path):
    found = values(studio_command("analyze", song_file, "--json"))
    assert set(found) >= {
        "tempo_bpm", "tempo_confidence", "key", "key_confidence", "runner_up_key", "camelot", "duration_seconds",
        "sample_rate", "channels", "loudness_lufs", "loudness_range_lu", "true_peak_dbtp", "energy_curve_lufs",
        "beats_seconds", "downbeats_seconds", "beats_per_bar", "chords", "sections", "mood", "style", "prompt",
        "brightness_hz",
    }  # fmt: skip
    assert found["tempo_bpm"] == pytest.approx(120, rel=0.01)
    assert (found["sample_rate"], found["channels"]) == (44_100, 2)


def test_several_sounds_are_put_into_a_project_at_once(studio_command, song_file, tmp_path):
    other = tmp_path / "other.wav"
    write_audio(other, Audio.of(read_audio(song_file).samples[:48_000], 44_100))
    studio_command("project", "new", "Tape")
    added = values(studio_command("project", "add", "Tape", song_file, other, "--json"))
    assert [row["sound"] for row in added["sounds"]] == ["four bars", "other"]
    assert added["object_id"] == added["sounds"][0]["object_id"]
    shown = values(studio_command("project", "show", "Tape", "--json"))
    assert [track["name"] for track in shown["tracks"]] == ["four bars", "other"]


def test_a_project_goes_through_its_history(studio_command, song_file, tmp_path):
    studio_command("project", "new", "Tape")
    studio_command("project", "add", "Tape", song_file)
    first = values(studio_command("history", "commit", "-p", "Tape", "-m", "First", "--json"))
    studio_command("generate", "house, 122 bpm", "--bars", 2, "-p", "Tape", "-o", tmp_path / "take.wav")
    studio_command("history", "commit", "-p", "Tape", "-m", "With a beat")
    log = values(studio_command("history", "log", "-p", "Tape", "--json"))["commits"]
    assert [commit["message"] for commit in log] == ["With a beat", "First"]
    studio_command("history", "checkout", "-p", "Tape", first["commit_id"][:10])
    shown = values(studio_command("project", "show", "Tape", "--json"))
    assert [track["name"] for track in shown["tracks"]] == ["four bars"]
    branches = values(studio_command("history", "branch", "-p", "Tape", "idea", "--json"))
    assert {branch["name"] for branch in branches["branches"]} == {"main", "idea"}
    exported = values(studio_command("project", "render", "Tape", "-o", tmp_path / "out", "--flac", "--json"))
    assert read_audio(Path(exported["paths"][0])).duration_seconds == pytest.approx(8.0, abs=0.001)
    assert [p["name"] for p in values(studio_command("project", "list", "--json"))["projects"]] == ["Tape"]


@pytest.fixture(scope="module")
def home_of_two_versions(tmp_path_factory) -> Path:
    return make_two_versions(tmp_path_factory.mktemp("two versions"), bars=2)


@pytest.fixture
def two_versions(studio_command, home_of_two_versions, tmp_path):
    shutil.copytree(home_of_two_versions, tmp_path / "home")


def test_versions_are_compared_and_made_into_one(studio_command, two_versions):
    diff = values(studio_command("history", "diff", "-p", "Tape", "main", "idea", "--json"))
    assert {stem["state"] for stem in diff["stems"]} == {"changed"}
    assert all(0 <= stem["similarity"] < 1 and stem["null_db"] > -20 for stem in diff["stems"])
    picked = values(studio_command("history", "cherry-pick", "-p", "Tape", "main", "Drums", "--json"))
    assert len(picked["parent_ids"]) == 2
    refused = studio_command("history", "merge", "-p", "Tape", "main", "--json", code=1)
    assert refused.stdout == ""
    assert "part of the present version already" in refused.stderr


def test_a_project_goes_to_another_library_in_one_file(studio_command, two_versions, tmp_path):
    bundle = tmp_path / "Tape.studio"
    sent = values(studio_command("project", "export", "Tape", "-o", bundle, "--json"))
    assert (sent["path"], sent["commits"], sent["unsaved_left_out"]) == (str(bundle), 2, False)
    assert sent["commits_with_sounds"] == 2
    small = tmp_path / "newest.studio"
    part = values(studio_command("project", "export", "Tape", "-o", small, "--from", "idea", "--json"))
    assert (part["commits"], part["commits_with_sounds"]) == (2, 1)
    assert part["size_bytes"] < sent["size_bytes"]
    studio_command.move_to(tmp_path / "another home")
    arrived = values(studio_command("project", "import", bundle, "--json"))
    assert (arrived["name"], arrived["new_commits"]) == ("Tape", 2)
    assert values(studio_command("history", "check", "--json"))["damages"] == []


def test_the_tour_does_the_whole_job(studio_command, tmp_path):
    out = tmp_path / "tour"
    began = time.monotonic()
    tour = values(studio_command.process("tour", "--out", out, "--json"))
    assert time.monotonic() - began < 60
    assert len(tour["commits"]) == 3
    for path in [*tour["sounds"], tour["window"], out / "summary.json"]:
        assert Path(path).stat().st_size > 1_000 or Path(path).suffix == ".json"
    assert Path(tour["window"]).read_bytes().startswith(b"\x89PNG")


def test_the_doctor_gives_every_subject_a_reason(studio_command):
    checks = values(studio_command.process("doctor", "--json"))
    assert {"python", "torch", "device", "sound_card", "codecs", "library", "disk"} <= set(checks)
    assert all(isinstance(check["works"], bool) and check["reason"] for check in checks.values())
    assert checks["codecs"]["works"], checks["codecs"]["reason"]
    assert checks["library"]["works"], checks["library"]["reason"]


def test_without_a_display_the_window_says_so(studio_command):
    result = studio_command.process(code=2)
    assert "no display" in result.stderr
    assert result.stdout == ""


@pytest.fixture
def old_code_page(monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252:strict")


def test_what_a_terminal_of_an_old_code_page_cannot_show_ends_no_verb(old_code_page, studio_command):
    made = studio_command.process("project", "new", "Night ≈ 4", "--json")
    assert values(made)["name"] == "Night ? 4"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["generate", "house", "--tempo", "900"], "900"),
        (["generate", "house", "--bars", "0"], "bar"),
        (["generate", "house", "--key", "H flat"], "H flat"),
        (["generate", "house", "--engine", "nonsense"], "nonsense"),
        (["analyze", "no such file.wav"], "no such file.wav"),
        (["history", "log", "-p", "Nowhere"], "Nowhere"),
    ],
)
def test_an_expected_failure_is_a_sentence_and_a_hint(studio_command, arguments, word):
    result = studio_command(*arguments, code=1)
    assert result.stdout == ""
    sentence, hint = result.stderr.strip().splitlines()[-2:]
    assert word in sentence
    assert len(hint) > 10
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments", [["split"], ["generate"], ["nonsense"], ["generate", "house", "--bars", "many"]]
)
def test_wrong_usage_exits_with_2(studio_command, arguments):
    assert "Usage" in studio_command(*arguments, code=2).stderr


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_leaves_nothing_half_written(studio_command, tmp_path):
    output = tmp_path / "out" / "long.wav"
    output.parent.mkdir()
    interruption = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    interruption.start()
    told = studio_command("generate", "house", "--seconds", 900, "-o", output, code=130).stderr
    interruption.join()
    assert "nothing half-written" in told
    assert list(output.parent.iterdir()) == []


def test_an_interruption_that_python_swallows_stops_the_work_at_its_next_report(monkeypatch):
    handler = Interruption()
    monkeypatch.setattr(signal, "getsignal", lambda number: handler)
    progress = TerminalProgress()
    progress.report(0.1)
    with contextlib.suppress(KeyboardInterrupt):
        handler(signal.SIGINT, None)
    with pytest.raises(KeyboardInterrupt):
        progress.report(0.2)
