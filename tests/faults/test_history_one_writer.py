import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from infinite_studio.history.library import Library
from infinite_studio.history.locking import LibraryLock, LibraryLockedError

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the starts are forked, which this system cannot"),
]

N_STARTS = 200
N_LIBRARIES = 16
STARTS = """
import os, sys
sys.path[:0] = [sys.argv[2]]
from pathlib import Path
from infinite_studio.history.locking import LibraryLock, LibraryLockedError

folder, n_starts = Path(sys.argv[1]), int(sys.argv[3])
start_read, start_write = os.pipe()
end_read, end_write = os.pipe()
children = []
for _ in range(n_starts):
    pid = os.fork()
    if pid == 0:
        os.close(start_write)
        os.close(end_write)
        os.read(start_read, 1)
        try:
            lock = LibraryLock.acquire(folder)
            answer = "writer"
        except LibraryLockedError as error:
            answer = f"refused {error.holder.pid if error.holder else '?'}"
        os.write(1, f"{os.getpid()} {answer}\\n".encode())
        os.read(end_read, 1)
        os._exit(0)
    children.append(pid)
os.close(start_write)
sys.stdin.readline()
os.close(end_write)
sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children))
"""
MANY_OPENINGS = """
import os, sys, time
from pathlib import Path
from infinite_studio.history.library import open_library_or_read_only
import alembic.command

folder, n_children = Path(sys.argv[1]), int(sys.argv[2])
start_read, start_write = os.pipe()
end_read, end_write = os.pipe()
children = []
for _ in range(n_children):
    pid = os.fork()
    if pid == 0:
        os.close(start_write)
        os.close(end_write)
        os.read(start_read, 1)
        library = open_library_or_read_only(folder)
        n_found = len(library.repositories())
        os.write(1, f"{'looking' if library.is_read_only else 'writing'} {n_found}\\n".encode())
        os.read(end_read, 1)
        os._exit(0)
    children.append(pid)
os.close(start_write)
sys.stdin.readline()
os.close(end_write)
sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children))
"""


def starts(folder: Path, n_starts: int) -> subprocess.Popen[str]:
    """Start bare processes that wait for each other, then each become the writer or are refused."""
    source = str(Path(__file__).parents[2] / "src")
    return subprocess.Popen(
        [sys.executable, "-S", "-E", "-c", STARTS, str(folder), source, str(n_starts)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_of_200_simultaneous_starts_exactly_one_writes(
    tmp_path: Path, tell_count: Callable[[str], None]
) -> None:
    with starts(tmp_path, N_STARTS) as process:
        answers = [process.stdout.readline().split() for _ in range(N_STARTS)]
        process.stdin.close()
    assert process.returncode == 0
    writers = [answer[0] for answer in answers if answer[1] == "writer"]
    assert len(writers) == 1
    named = [answer[2] for answer in answers if answer[1] == "refused"]
    assert len(named) == N_STARTS - 1
    assert set(named) <= {writers[0], "?"}
    assert writers[0] in named
    LibraryLock.acquire(tmp_path).release()
    tell_count(f"{N_STARTS} starts, 1 writer, {named.count(writers[0])} refusals name it")


@pytest.mark.parametrize("is_new", [True, False])
def test_of_many_simultaneous_openings_one_writes_and_the_others_look(tmp_path: Path, is_new: bool) -> None:
    if not is_new:
        with Library.open(tmp_path) as library:
            library.create_repository("Night")
    process = subprocess.Popen(
        [sys.executable, "-c", MANY_OPENINGS, str(tmp_path), str(N_LIBRARIES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with process:
        answers = sorted(process.stdout.readline().split() for _ in range(N_LIBRARIES))
        process.stdin.close()
    assert process.returncode == 0
    n_projects = "0" if is_new else "1"
    assert answers == [["looking", n_projects]] * (N_LIBRARIES - 1) + [["writing", n_projects]]


def test_a_killed_writer_keeps_nobody_out(tmp_path: Path) -> None:
    with starts(tmp_path, 1) as process:
        pid, answer = process.stdout.readline().split()
        assert answer == "writer"
        with pytest.raises(LibraryLockedError):
            Library.open(tmp_path)
        os.kill(int(pid), signal.SIGKILL)
        process.stdin.close()
    began = time.monotonic()
    with Library.open(tmp_path) as library:
        assert not library.is_read_only
    assert time.monotonic() - began < 3
