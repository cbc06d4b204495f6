"""The verbs about models, called in this process against a hub on loopback."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from tests.unit.weights.conftest import FILES, REPOSITORY, WEIGHTS
from typer.testing import CliRunner

from infinite_studio.cli.faces import Faces
from infinite_studio.cli.main import EXIT_FAILED, EXIT_INTERRUPTED, build, run
from infinite_studio.progress import Silence
from infinite_studio.services.weights import open_weights
from infinite_studio.weights.errors import MissingWeightsError, RepositoryMissingError

LONGEST_END_SECONDS = 4.0
"""Two seconds to stop the work, the rest for a busy machine to end the process."""
FACES = Faces(open_window=lambda: 0, draw_window=lambda folders, path: None)


@pytest.fixture
def call(folders, hub):
    """Calls one verb and returns what it prints."""
    hub.put(REPOSITORY, FILES)
    app = build(FACES)

    def call_one(*arguments, code=0):
        result = CliRunner().invoke(app, ["models", *map(str, arguments)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.stdout

    return call_one


def entry(call, name="htdemucs"):
    return next(e for e in json.loads(call("list", "--json"))["models"] if e["name"] == name)


def test_the_list_says_what_is_here_and_what_it_costs(call):
    assert "musicgen-small" in call("list")
    assert (entry(call)["state"], entry(call)["licence"]) == ("missing", "MIT")


def test_from_download_to_removal(call, folders, tmp_path, hub):
    call("download", "htdemucs")
    assert entry(call)["commit"] == hub.commit_of(REPOSITORY)
    assert "exactly what was downloaded" in call("verify")
    assert json.loads(call("where", "--json"))["used_bytes"] >= 700_000
    call("move", tmp_path / "disk")
    assert call("where").startswith(str(tmp_path / "disk"))
    assert "htdemucs is removed" in call("remove", "htdemucs")
    assert entry(call)["state"] == "missing"
    assert not (tmp_path / "disk" / "htdemucs").exists()
    assert not folders.weights.exists()


def test_damage_ends_with_one(call, folders):
    call("download", "htdemucs")
    (folders.weights / "htdemucs" / WEIGHTS).write_bytes(b"x" + FILES[WEIGHTS][1:])

    answer = json.loads(call("verify", "htdemucs", "--json", code=1))

    assert answer["verified"][0]["damaged"] == [WEIGHTS]


def test_what_is_not_here_cannot_be_verified_or_removed(call):
    for verb in ("verify", "remove"):
        with pytest.raises(MissingWeightsError):
            call(verb, "mdx")
    assert call("verify") == "There is nothing to verify yet.\n"


def test_a_repository_that_is_not_there_ends_with_one_and_a_sentence(call, capsys):
    with pytest.raises(RepositoryMissingError):
        call("download", "mdx")
    assert run(FACES, ["models", "download", "mdx"]) == EXIT_FAILED
    assert "adefossez/Demucs-mdx" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no interrupt for another process")
def test_an_interrupted_download_ends_at_once_without_noise_and_goes_on_the_next_time(folders, hub, tmp_path):
    hub.put(REPOSITORY, FILES)
    hub.stalls_after = 300_000
    command = [
        sys.executable,
        "-c",
        "import sys; from infinite_studio.app.main import main; sys.exit(main())",
    ]
    process = subprocess.Popen(
        [*command, "models", "download", "htdemucs"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    part = folders.weights / ".downloads" / "htdemucs"
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size > 100_000 for path in part.glob("*.part")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    asked_at = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)

    assert process.returncode == EXIT_INTERRUPTED
    assert time.monotonic() - asked_at < LONGEST_END_SECONDS
    assert told.strip() == "Interrupted; nothing half-written is left."
    hub.stalls_after = None
    hub.sent_bytes = 0
    store = open_weights(folders)
    store.download("htdemucs", Silence())
    assert hub.sent_bytes < len(FILES[WEIGHTS]) - 100_000
