"""Something goes wrong at a system call that writes: the process is killed, or the disk says no."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults.history_operations import OPERATIONS, Words

from infinite_studio.history.library import Library

IS_NIGHTLY = os.environ.get("STUDIO_FAULTS_LEVEL") == "N"
pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(7200 if IS_NIGHTLY else 300),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

POINTS_OF_AN_OPERATION = 3
LONGEST_OPENING_SECONDS = 3.0
WRITES = "write,pwrite64,fsync,fdatasync,rename,unlink,ftruncate,mkdir"
Point = tuple[str, int]


class Nursery:
    """A process that has loaded everything and forks victims for strace to attach to."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.faults.history_operations import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=Path(__file__).parents[2],
        )

    def run(self, name: str, home: Path, *options: str) -> tuple[Words, int]:
        """Let a victim do one operation under strace; return its words and how it ended."""
        self._tell(f"{name}\t{home}")
        pid = self._next_word()[1]
        command = ["strace", "-p", pid, "-e", f"trace={WRITES}", *options]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            first = strace.stderr.readline()
            if "attached" not in first:
                os.kill(int(pid), signal.SIGKILL)
                self._tell("")
                self._next_word()
                pytest.skip(f"strace cannot attach here: {first.strip()}")
            self._tell("")
            words: Words = []
            while (word := self._next_word())[0] != "dead":
                words.append(word)
            strace.stderr.read()
        return words, int(word[1])

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _next_word(self) -> tuple[str, str]:
        assert self._process.stdout is not None
        word, _, rest = self._process.stdout.readline().rstrip("\n").partition(" ")
        return word, rest


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    opened = Nursery()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What each operation starts from."""
    made: dict[object, Path] = {}
    for name, operation in OPERATIONS.items():
        if operation.prepare not in made:
            made[operation.prepare] = tmp_path_factory.mktemp(name)
            operation.prepare(made[operation.prepare])
    return {name: made[operation.prepare] for name, operation in OPERATIONS.items()}


def fresh(template: Path, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(template, home)
    return home


def points_of(nursery: Nursery, name: str, template: Path, tmp_path: Path) -> list[Point]:
    """Return every write of an undisturbed run: the name of the call and its number among its kind."""
    home = fresh(template, tmp_path)
    log = tmp_path / "calls"
    words, status = nursery.run(name, home, "-o", str(log))
    assert [word for word, _ in words] == ["done", "closed"], words
    assert status == 0
    names = re.findall(r"^(?:\d+ +)?(\w+)\(", log.read_text(errors="replace"), re.MULTILINE)
    counter: Counter[str] = Counter()
    points = []
    for call in names:
        counter[call] += 1
        points.append((call, counter[call]))
    return points


def chosen(points: list[Point]) -> list[Point]:
    """Return all points, or a spread of them that begins at another place each day."""
    if IS_NIGHTLY:
        return points
    step = max(len(points) // POINTS_OF_AN_OPERATION, 1)
    first = int(time.time()) % step
    return points[first::step][:POINTS_OF_AN_OPERATION]


def require_whole(home: Path, name: str, words: Words, what: str) -> None:
    """Open the library again: it is whole, what was acknowledged is there, and the operation works."""
    operation = OPERATIONS[name]
    began = time.monotonic()
    with Library.open(home / "library") as library:
        assert time.monotonic() - began < LONGEST_OPENING_SECONDS, what
        assert library.check().damages == (), what
        for word, answer in words:
            assert word != "done" or operation.happened(library, home, answer), f"{what}: {words}"
        answer = operation.run(library, home)
        assert operation.happened(library, home, answer), what
        assert library.check().damages == (), what
        assert not list((library.folder / "objects").rglob(".part-*")), what
        if (home / "source.wav").exists():
            assert library.verify_commit(library.log(library.repository("Night").repository_id)[-1].commit_id)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_kill_before_any_write_leaves_a_whole_library(
    nursery: Nursery, templates: dict[str, Path], tmp_path: Path, name: str, tell_count: Callable[[str], None]
) -> None:
    points = points_of(nursery, name, templates[name], tmp_path)
    n_killed = 0
    for call, number in chosen(points):
        home = fresh(templates[name], tmp_path)
        inject = f"inject={call}:signal=KILL:when={number}"
        words, status = nursery.run(name, home, "-e", inject)
        assert "crash" not in dict(words), words
        n_killed += status == -signal.SIGKILL
        require_whole(home, name, words, f"{name}, killed before {call} number {number} of {len(points)}")
    tell_count(f"{name}: {n_killed} kills among {len(points)} writes, 0 lost")
    assert n_killed >= min(len(points), 1)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_write_that_fails_once_is_told_and_works_the_next_time(
    nursery: Nursery, templates: dict[str, Path], tmp_path: Path, name: str, tell_count: Callable[[str], None]
) -> None:
    points = points_of(nursery, name, templates[name], tmp_path)
    n_told = 0
    for index, (call, number) in enumerate(chosen(points)):
        home = fresh(templates[name], tmp_path)
        errors = ("ENOSPC", "EIO") if IS_NIGHTLY else (("ENOSPC", "EIO")[index % 2],)
        for error in errors:
            what = f"{name}, {error} at {call} number {number} of {len(points)}"
            words, status = nursery.run(name, home, "-e", f"inject={call}:error={error}:when={number}")
            kinds = [word for word, _ in words]
            assert "crash" not in kinds, f"{what}: {words}"
            assert (status, kinds[-1]) == (0, "closed"), f"{what}: {words}"
            assert "done" in kinds, f"{what}: did not work again: {words}"
            assert kinds.count("error") <= 1, f"{what}: {words}"
            n_told += "error" in kinds
            require_whole(home, name, words, what)
            home = fresh(templates[name], tmp_path)
    tell_count(f"{name}: {n_told} failures told, none passed for a success")


@pytest.mark.parametrize("name", ["commit", "import", "bundle out", "bundle in", "backup"])
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_a_disk_that_fails_for_good_is_told_in_one_sentence(
    nursery: Nursery, templates: dict[str, Path], tmp_path: Path, name: str, error: str
) -> None:
    home = fresh(templates[name], tmp_path)
    words, status = nursery.run(name, home, "-e", f"inject=write,pwrite64,fsync:error={error}:when=3+")
    assert status == 0
    kinds = [word for word, _ in words]
    assert "crash" not in kinds, words
    assert "error" in kinds
    assert "done" not in kinds, f"a false success: {words}"
    assert all(rest.split(": ", 1)[1].strip() for word, rest in words if word == "error")
    require_whole(home, name, [], f"{name}, {error} for good")
