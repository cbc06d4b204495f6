import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infinite_studio.history.library import Library

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the victims are forked, which this system cannot"),
]

N_KILLS = 1000 if os.environ.get("STUDIO_FAULTS_LEVEL") == "N" else 100
N_KILLS_WHILE_OPENING_A_NEW_LIBRARY = N_KILLS // 5
N_SIDE_BY_SIDE = 2
MOST_AWAITED_COMMITS = 2
LONGEST_WAIT_SECONDS = 0.06
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
        sound = library.put_bytes(os.urandom(8_000), "audio/flac").object_id
        source.write_bytes(os.urandom(20_000))
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

    def kill_one(self, folder: Path, n_awaited: int, then_seconds: float) -> list[str]:
        """Let a victim acknowledge some commits, kill it a moment later, and return all it acknowledged."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        acknowledged: list[str] = []
        pid = 0
        while not pid or len(acknowledged) < n_awaited:
            word, value = self._next_word()
            assert word != "dead", "the victim ended by itself"
            if word == "born":
                pid = int(value)
            else:
                acknowledged.append(value)
        time.sleep(then_seconds)
        os.kill(pid, signal.SIGKILL)
        while (answer := self._next_word())[0] == "ack":
            acknowledged.append(answer[1])
        assert answer == ("dead", str(-signal.SIGKILL)), "the victim ended by itself"
        return acknowledged

    def _next_word(self) -> tuple[str, str]:
        assert self._process.stdout is not None
        word, value = self._process.stdout.readline().split()
        return word, value

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)


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


def kill_again_and_again(home: Path, seed: int, n_kills: int) -> tuple[int, int]:
    """Kill victims one after another; return how many commits they acknowledged and how many there are."""
    chance = random.Random(seed)
    known: set[str] = set()
    n_acknowledged = n_found = 0
    nursery = Nursery()
    for number in range(n_kills):
        is_new = number < N_KILLS_WHILE_OPENING_A_NEW_LIBRARY // N_SIDE_BY_SIDE
        folder = home / (f"new-{number}" if is_new else "grown")
        folder.mkdir(exist_ok=True)
        n_awaited = 0 if is_new else chance.randrange(MOST_AWAITED_COMMITS + 1)
        wait_seconds = chance.uniform(0, LONGEST_WAIT_SECONDS * (3 if is_new else 1))
        acknowledged = nursery.kill_one(folder, n_awaited, wait_seconds)
        found = check(folder, acknowledged, set() if is_new else known)
        n_acknowledged += len(acknowledged)
        n_found += len(found - known)
        known = known if is_new else found
    nursery.close()
    with Library.open(home / "grown") as library:
        assert all(library.verify_commit(commit_id) for commit_id in known)
    return n_acknowledged, n_found


def test_a_kill_at_any_moment_loses_no_acknowledged_commit(
    tmp_path: Path, tell_count: Callable[[str], None]
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    homes = [tmp_path / str(number) for number in range(N_SIDE_BY_SIDE)]
    for home in homes:
        home.mkdir()
    seeds = range(seed, seed + N_SIDE_BY_SIDE)
    shares = [N_KILLS // N_SIDE_BY_SIDE] * N_SIDE_BY_SIDE
    with ThreadPoolExecutor(N_SIDE_BY_SIDE) as pool:
        counts = list(pool.map(kill_again_and_again, homes, seeds, shares))
    n_acknowledged, n_found = (sum(each) for each in zip(*counts, strict=True))
    assert n_acknowledged > N_KILLS / 2
    tell_count(
        f"seed {seed}: {N_KILLS} kills, {n_acknowledged} commits acknowledged, {n_found} found, 0 lost"
    )
