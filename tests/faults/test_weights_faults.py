"""A download meets a kill, a disk that says no, and a full disk: never a false success, never a broken model."""

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
from tests.hub import Hub, environment, serve

from infinite_studio.audio.files import DiskFullError
from infinite_studio.progress import Silence
from infinite_studio.weights.patience import Patience
from infinite_studio.weights.status import WeightsState
from infinite_studio.weights.store import WeightsStore

IS_NIGHTLY = os.environ.get("STUDIO_FAULTS_LEVEL") == "N"
pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600 if IS_NIGHTLY else 120)]
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

REPOSITORY = "adefossez/HTDemucs"
FILES = {"htdemucs.yaml": b"models: ['955717e8']\n", "955717e8.safetensors": os.urandom(400_000)}
WRITES = "write,pwrite64,fsync,fdatasync,rename,unlink,ftruncate,mkdir"
N_POINTS = 8
LONGEST_LOOK_SECONDS = 3.0
LONGEST_ANSWER_SECONDS = 5.0
DISK_BYTES = 32 << 20
Words = list[tuple[str, str]]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A hub with the model, as environment of a victim."""
    hub, server = serve()
    hub.put(REPOSITORY, FILES)
    yield environment(hub.url, tmp_path_factory.mktemp("cache"))
    server.shutdown()
    server.server_close()


class Nursery:
    """The mother of victims."""

    def __init__(self, address: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.weights_victim"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ
            | address
            | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=Path(__file__).parents[2],
        )

    def run(self, root: Path, *options: str) -> tuple[Words, int]:
        """Let a victim download under strace; return its words and how it ended."""
        self._tell(f"{root}\n")
        pid = self._next_word()[1]
        command = ["strace", "-f", "-p", pid, "-e", f"trace={WRITES}", *options]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            first = strace.stderr.readline()
            self._tell("!")
            words: Words = []
            while (word := self._next_word())[0] != "dead":
                words.append(word)
            strace.stderr.read()
        if "attached" not in first:
            pytest.skip(f"strace cannot attach here: {first.strip()}")
        return words, int(word[1])

    def close(self) -> None:
        self._process.communicate(timeout=10)

    def _tell(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text)
        self._process.stdin.flush()

    def _next_word(self) -> tuple[str, str]:
        assert self._process.stdout is not None
        word, _, rest = self._process.stdout.readline().rstrip("\n").partition(" ")
        return word, rest


@pytest.fixture(scope="module")
def nursery(address: dict[str, str]) -> Iterator[Nursery]:
    opened = Nursery(address)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def points(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int]]:
    """Every write of an undisturbed download, or a spread of them that begins at another place each day."""
    folder = tmp_path_factory.mktemp("undisturbed")
    words, status = nursery.run(folder / "weights", "-o", str(folder / "calls"))
    assert ([word for word, _ in words], status) == (["done"], 0)
    counter: Counter[str] = Counter()
    found = []
    for call in re.findall(
        r"^(?:\d+ +)?(\w+)\(", (folder / "calls").read_text(errors="replace"), re.MULTILINE
    ):
        counter[call] += 1
        found.append((call, counter[call]))
    step = 1 if IS_NIGHTLY else max(len(found) // N_POINTS, 1)
    return found[int(time.time()) % step :: step]


def require_sound(root: Path, address: dict[str, str], monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Whatever is said to be here is right, and the download can be finished."""
    for name, value in address.items():
        monkeypatch.setenv(name, value)
    store = WeightsStore(root)
    began = time.monotonic()
    is_here = store.is_here("htdemucs")
    assert time.monotonic() - began < LONGEST_LOOK_SECONDS, what
    if is_here:
        assert store.verify("htdemucs", Silence()).damaged == (), what
    store.download("htdemucs", Silence())
    assert {name: (root / "htdemucs" / name).read_bytes() for name in FILES} == FILES, what
    assert store.status_of("htdemucs").state is WeightsState.HERE, what
    assert list((root / ".downloads").rglob("*.part")) == [], what


@needs_strace
def test_a_kill_before_any_write_leaves_no_broken_model_and_the_download_goes_on(
    nursery: Nursery,
    points: list[tuple[str, int]],
    address: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tell_count: Callable[[str], None],
) -> None:
    n_killed = 0
    for call, number in points:
        root = tmp_path / f"{call}-{number}"
        words, status = nursery.run(root, "-e", f"inject={call}:signal=KILL:when={number}")
        assert "crash" not in dict(words), words
        n_killed += status == -signal.SIGKILL
        require_sound(root, address, monkeypatch, f"killed before {call} number {number}")
    tell_count(f"weights download: {n_killed} kills at writes, 0 broken models")
    assert n_killed > 0


@needs_strace
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_a_write_that_fails_is_one_sentence_and_works_the_next_time(
    nursery: Nursery,
    points: list[tuple[str, int]],
    address: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: str,
) -> None:
    for call, number in points:
        root = tmp_path / f"{call}-{number}"
        words, status = nursery.run(root, "-e", f"inject={call}:error={error}:when={number}")
        what = f"{error} at {call} number {number}: {words}"
        assert (status, [word for word, _ in words][-1]) == (0, "done"), what
        assert "crash" not in dict(words), what
        require_sound(root, address, monkeypatch, what)


@needs_strace
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_a_disk_that_fails_for_good_is_told_and_never_passes_for_a_success(
    nursery: Nursery, address: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    root = tmp_path / "weights"
    words, status = nursery.run(root, "-e", f"inject=write,fsync:error={error}:when=3+")
    assert (status, [word for word, _ in words]) == (0, ["error", "error"]), words
    require_sound(root, address, monkeypatch, error)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or not hasattr(os, "getuid") or os.getuid() != 0:
        pytest.skip("only root can mount a small disk")
    command = [mount, "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(folder)]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {made.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill_up(disk: Path, leave_bytes: int) -> Path:
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free - leave_bytes))
    return ballast


def test_a_disk_without_room_is_told_before_anything_is_fetched(small_disk: Path, hub: Hub) -> None:
    hub.put(REPOSITORY, {**FILES, "955717e8.safetensors": os.urandom(8 << 20)})
    fill_up(small_disk, 3 << 20)
    store = WeightsStore(small_disk / "weights")

    with pytest.raises(DiskFullError) as caught:
        store.download("htdemucs", Silence())

    assert caught.value.needed_bytes is not None
    assert caught.value.needed_bytes >= 8 << 20
    assert 0 < caught.value.free_bytes <= 3 << 20
    assert hub.file_requests() == []


def test_a_disk_that_fills_up_meanwhile_leaves_no_file_and_gives_its_room_back(
    small_disk: Path, hub: Hub
) -> None:
    body = os.urandom(8 << 20)
    hub.put(REPOSITORY, {**FILES, "955717e8.safetensors": body})
    hub.bytes_per_second = 20e6
    store = WeightsStore(small_disk / "weights", patience=Patience((0.01,)))
    filled: list[float] = []

    class Fills(Silence):
        def report(self, fraction: float, stage: str = "") -> None:
            if fraction > 0.3 and not filled:
                fill_up(small_disk, 100_000)
                filled.append(time.monotonic())

    with pytest.raises(DiskFullError) as caught:
        store.download("htdemucs", Fills())

    assert time.monotonic() - filled[0] < LONGEST_ANSWER_SECONDS
    assert caught.value.hint
    assert not (store.folder / "htdemucs" / "955717e8.safetensors").exists()
    assert shutil.disk_usage(small_disk).free > 1 << 20
    (small_disk / "ballast").unlink()
    store.download("htdemucs", Silence())
    assert (store.folder_of("htdemucs") / "955717e8.safetensors").read_bytes() == body
