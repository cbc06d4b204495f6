import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infinite_studio.history.library import Library

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the victims are forked, which this system cannot"),
]

N_KILLS = 100
N_KILLS_WHILE_OPENING_A_NEW_LIBRARY = 25
LONGEST_LIFE_SECONDS = 0.4
NURSERY = """
import os, sys
from pathlib import Path
from infinite_studio.history.library import Library
from infinite_studio.history.schema import upgrade
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import CommitDraft, StemRecord
from infinite_studio.music.stems import StemType
import alembic.command

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def live(folder):
    library = Library.open(folder)
    if not library.repositories():
        library.create_repository("Night")
    project = library.repositories()[0].repository_id
    head = library.head(project)
    source = folder.parent / f"source-{os.getpid()}"
    for number in range(10_000):
        sound = library.put_bytes(os.urandom(30_000), "audio/flac").object_id
        source.write_bytes(os.urandom(60_000))
        mixdown = library.put_file(source, "audio/wav").object_id
        draft = CommitDraft(
            str(number), Snapshot({"number": number}, frozenset({sound, mixdown})), 140.0, "F minor", mixdown,
            (StemRecord(StemType.DRUMS, "Drums", sound),),
        )
        expected = None if head is None else head.commit_id
        head = library.commit(project, draft, branch="main", expected_head=expected)
        say("ack", head.commit_id)

for line in sys.stdin:
    folder = Path(line.rstrip("\\n"))
    pid = os.fork()
    if pid == 0:
        try:
            live(folder)
        finally:
            os._exit(3)
    say("born", pid)
    _, status = os.waitpid(pid, 0)
    say("dead", os.waitstatus_to_exitcode(status))
"""


class Nursery:
    """A process that has loaded everything already, so that a victim begins to write at once."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def kill_one(self, folder: Path, life_seconds: float) -> list[str]:
        """Let a victim write for a moment, kill it, and return the commits that it acknowledged."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        word, pid = "ack", ""
        acknowledged = []
        while word != "born":
            word, pid = self._process.stdout.readline().split()
            acknowledged += [pid] if word == "ack" else []
        time.sleep(life_seconds)
        os.kill(int(pid), 9)
        while word != "dead":
            word, value = self._process.stdout.readline().split()
            acknowledged += [value] if word == "ack" else []
        assert value == "-9", "the victim ended by itself"
        return acknowledged

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    opened = Nursery()
    yield opened
    opened.close()


def check(folder: Path, acknowledged: list[str], before: set[str]) -> set[str]:
    """Reopen the library, find every acknowledged commit undamaged, and return all commits."""
    with Library.open(folder) as library:
        if not library.repositories():
            assert acknowledged == []
            return set()
        log = library.log(library.repositories()[0].repository_id, limit=100_000)
        found = {commit.commit_id for commit in log}
        assert found >= before | set(acknowledged), "an acknowledged commit was lost"
        new = found - before
        assert len(new - set(acknowledged)) <= 1, "only the commit in flight may be there without word"
        assert all(library.verify_commit(commit_id) for commit_id in new)
        assert not list((folder / "objects").rglob(".*")), "something half-written stayed"
        return found


def test_a_kill_at_any_moment_loses_no_acknowledged_commit(nursery: Nursery, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    known: set[str] = set()
    n_acknowledged = n_found = n_new = 0
    for number in range(N_KILLS):
        is_new = number < N_KILLS_WHILE_OPENING_A_NEW_LIBRARY
        folder = tmp_path / (f"new-{number}" if is_new else "grown")
        folder.mkdir(exist_ok=True)
        life_seconds = chance.uniform(0, 0.12 if is_new else LONGEST_LIFE_SECONDS)
        acknowledged = nursery.kill_one(folder, life_seconds)
        n_acknowledged += len(acknowledged)
        found = check(folder, acknowledged, set() if is_new else known)
        if is_new:
            n_new += len(found)
        else:
            known = found
            n_found = len(found)
    with Library.open(tmp_path / "grown") as library:
        assert all(library.verify_commit(commit_id) for commit_id in known)
    assert n_acknowledged > N_KILLS, "the victims were killed before they did anything"
    sys.stdout.write(
        f"seed {seed}: {N_KILLS} kills, {n_acknowledged} commits acknowledged, "
        f"{n_found + n_new} found, 0 lost, all objects hash\n"
    )
