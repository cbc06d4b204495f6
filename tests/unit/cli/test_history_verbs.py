"""The verbs about versions and projects, called in this process."""

import json
import shutil
from pathlib import Path

import pytest
from tests.two_versions import make_two_versions
from typer.testing import CliRunner

from infinite_studio.cli.faces import Faces
from infinite_studio.cli.main import build
from infinite_studio.errors import StudioError


class Terminal:
    """Calls verbs and reads what they print."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._app = build(Faces(open_window=lambda: 0, draw_window=lambda folders, path: None))

    def call(self, *arguments: object, code: int = 0) -> str:
        result = CliRunner().invoke(self._app, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.stdout

    def values(self, *arguments: object, code: int = 0) -> dict:
        return json.loads(self.call(*arguments, "--json", code=code))

    def history(self, verb: str, *arguments: object, code: int = 0) -> dict:
        return self.values("history", verb, "-p", "Tape", *arguments, code=code)


@pytest.fixture(scope="session")
def home_of_two_versions(tmp_path_factory) -> Path:
    return make_two_versions(tmp_path_factory.mktemp("two versions"), bars=1)


@pytest.fixture
def terminal(home_of_two_versions, tmp_path, monkeypatch) -> Terminal:
    shutil.copytree(home_of_two_versions, tmp_path / "home")
    monkeypatch.setenv("INFINITE_STUDIO_HOME", str(tmp_path / "home"))
    return Terminal(tmp_path)


@pytest.fixture
def conflicting(terminal) -> Terminal:
    """Main went on from the trap beat too."""
    terminal.history("checkout", "main")
    terminal.call(
        "generate", "lo-fi, 84 bpm", "--bars", 1, "--seed", 4, "-p", "Tape", "-o", terminal.folder / "c.wav"
    )
    return terminal


def test_the_log_lists_and_finds_commits(terminal):
    log = terminal.history("log")
    assert [commit["message"] for commit in log["commits"]] == ["House", "Trap"]
    found = terminal.history("log", "--search", "trap")
    assert [commit["message"] for commit in found["commits"]] == ["Trap"]
    assert len(terminal.call("history", "log", "-p", "Tape").splitlines()) == 2


def test_a_commit_is_shown_with_its_recipes_and_what_it_changed(terminal):
    shown = terminal.history("show", "main")
    assert {stem["recipe"]["seed"] for stem in shown["stems"]} == {1}
    assert shown["changes"][0]["sentence"] == "New prompt “dark trap, 140 bpm”"
    text = terminal.call("history", "show", "-p", "Tape")
    assert "Tempo 140 → 122 BPM" in text
    assert "sketch, seed 3: house, 122 bpm" in text


def test_a_difference_is_printed_for_people_and_for_programs(terminal):
    diff = terminal.history("diff", "main")
    assert {"kind", "sentence", "track_ids", "clip_ids"} == set(diff["changes"][0])
    assert {stem["state"] for stem in diff["stems"]} == {"changed"}
    same = terminal.history("diff", "main", "main")
    assert (same["changes"], same["mixdown_null_db"]) == ([], None)
    assert {stem["null_db"] for stem in same["stems"]} == {None}
    text = terminal.call("history", "diff", "-p", "Tape", "main", "idea")
    assert "“Trap” → " in text
    assert "similarity 0." in text


def test_a_stem_is_taken_by_its_type_stretched_and_placed(terminal):
    picked = terminal.history(
        "cherry-pick", "main", "drums", "--stretch", "--beside", "--at", 2, "-m", "Trap drums"
    )
    assert picked["message"] == "Trap drums"
    assert len(picked["parent_ids"]) == 2
    assert "Stretched from 140 to 122 BPM." in picked["sentences"]
    drums = [stem for stem in picked["stems"] if stem["type"] == "drums"]
    assert drums[1]["recipe"]["engine"] == "stretch"
    assert drums[1]["recipe"]["parameters"]["mix"]["clips"][0]["start_frame"] == 96_000


def test_a_merge_asks_for_what_both_changed_and_takes_the_answer(conflicting):
    with pytest.raises(StudioError) as caught:
        conflicting.history("merge", "idea")
    assert "Both versions changed" in str(caught.value)
    assert '--take "Drums=theirs"' in caught.value.hint
    sides = {"tempo": "ours", "key": "ours", "Drums": "theirs"}
    names = [conflict.name for conflict in caught.value.conflicts.conflicts]
    takes = [x for name in names for x in ("--take", f"{name}={sides.get(name, 'both')}")]
    merged = conflicting.history("merge", "idea", *takes)
    assert merged["tempo_bpm"] == 84
    seeds = [(stem["name"], stem["recipe"]["seed"]) for stem in merged["stems"]]
    assert ("Drums", 3) in seeds
    assert {("Bass", 4), ("Bass", 3)} <= set(seeds)
    assert conflicting.values("project", "show", "Tape")["unsaved"] is False


@pytest.mark.parametrize("choice", ["Drums", "Drums=mine", "=ours", "Kazoo=ours", "tempo=both"])
def test_a_choice_that_makes_no_sense_is_refused(conflicting, choice):
    others = [f"--take={name}=ours" for name in ("tempo", "key", "Drums", "Bass", "Melody", "Other")]
    with pytest.raises(StudioError):
        conflicting.history("merge", "idea", *others, "--take", choice)


def test_tags_are_given_listed_used_and_taken_away(terminal):
    terminal.history("tag", "demo", "--at", "main")
    tags = terminal.history("tag")["tags"]
    assert [tag["name"] for tag in tags] == ["demo"]
    assert terminal.history("checkout", "demo")["commit_id"] == tags[0]["commit_id"]
    assert terminal.history("tag", "demo", "--delete") == {"tags": []}
    assert terminal.call("history", "tag", "-p", "Tape") == "No tags yet.\n"


def test_a_fork_goes_on_from_any_version(terminal):
    main = terminal.history("show", "main")["commit_id"]
    fork = terminal.values("project", "fork", "Tape", "Tape 2", "--at", "main")
    assert (fork["name"], fork["forked_from"]) == ("Tape 2", main)
    assert terminal.values("project", "show", "Tape 2")["tempo_bpm"] == 140


def test_a_bundle_of_one_version_leaves_unsaved_work_out_and_says_so(terminal, monkeypatch):
    terminal.call("generate", "house", "--bars", 1, "-p", "Tape", "-o", terminal.folder / "d.wav")
    bundle = terminal.folder / "part.studio"
    sent = terminal.values("project", "export", "Tape", "-o", bundle, "--version", "main")
    assert sent["unsaved_left_out"] is True
    assert sent["size_bytes"] == bundle.stat().st_size
    monkeypatch.setenv("INFINITE_STUDIO_HOME", str(terminal.folder / "elsewhere"))
    arrived = terminal.values("project", "import", bundle, "--name", "From a friend")
    assert (arrived["name"], arrived["new_commits"]) == ("From a friend", 1)
    assert terminal.values("project", "import", bundle)["new_commits"] == 0


def test_damage_is_named_and_repaired_with_exit_codes(terminal):
    lost = terminal.history("show", "main")["stems"][0]["object_id"]
    (terminal.folder / "home" / "library" / "objects" / lost[:2] / lost).unlink()
    checked = terminal.values("history", "check", code=1)
    assert [damage["what"] for damage in checked["damages"]] == [lost]
    assert "Still opens: " in terminal.call("history", "check", code=1)
    assert terminal.values("history", "repair")["repaired"] == [lost]
    assert terminal.call("history", "check").endswith("Nothing is damaged.\n")


def test_garbage_and_budget_say_what_they_would_free(terminal):
    would = terminal.values("history", "gc", "--dry-run", "--grace-days", 0, "--budget-gb", 0)
    assert would["dry_run"] is True
    assert would["budget"]["objects"] > 0
    assert "would be freed" in terminal.call("history", "gc", "--dry-run")
    assert terminal.values("history", "check")["damages"] == []


def test_sound_files_are_rendered(terminal):
    rendered = terminal.values("project", "render", "Tape", "-o", terminal.folder / "out", "--stems")
    assert all(Path(path).stat().st_size > 10_000 for path in rendered["paths"])
