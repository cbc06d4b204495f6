"""The power goes at any moment: what was acknowledged is there when the machine starts again."""

import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infinite_studio.errors import StudioError
from infinite_studio.history.library import Library

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(
        os.environ.get("STUDIO_FAULTS_LEVEL") != "N",
        reason="makes a file system for every trial: only with STUDIO_FAULTS_LEVEL=N",
    ),
    pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount"),
    pytest.mark.skipif(shutil.which("mkfs.ext4") is None, reason="mkfs.ext4 is not installed"),
]

N_TRIALS = 50
DISK_MEBIBYTES = 64
GO_DOWN = 0x8004587D
WITHOUT_FLUSHING = 2
VICTIM = """
import sys
from pathlib import Path
from tests.faults.history_operations import work_for_ever
work_for_ever(Path(sys.argv[1]), without_fsync=sys.argv[2] == "without")
"""


@contextmanager
def mounted(image: Path, folder: Path) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-o", "loop", str(image), str(folder)], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no image can be mounted here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def power_off(folder: Path) -> None:
    """Let the file system forget whatever has not reached the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    flags = ctypes.c_uint32(WITHOUT_FLUSHING)
    try:
        if ctypes.CDLL(None, use_errno=True).ioctl(descriptor, GO_DOWN, ctypes.byref(flags)) != 0:
            pytest.skip(f"the file system cannot be shut down: {os.strerror(ctypes.get_errno())}")
    finally:
        os.close(descriptor)


def words_until_the_power_goes(folder: Path, seconds: float, fsync: str) -> list[list[str]]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", VICTIM, str(folder), fsync]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as victim:
        assert victim.stdout is not None
        first = victim.stdout.readline()
        time.sleep(seconds)
        victim.send_signal(signal.SIGSTOP)
        os.set_blocking(victim.stdout.fileno(), False)
        rest = victim.stdout.read() or b""
        power_off(folder)
        victim.kill()
    return [line.split() for line in (first + rest).decode().splitlines() if " " in line]


def is_there(library: Library, kind: str, answer: str) -> bool:
    if kind == "commit":
        return library.verify_commit(answer)
    return library.verify_object(answer) if kind == "object" else bool(library.log(answer))


def n_lost(home: Path, seconds: float, fsync: str) -> tuple[int, int]:
    """Return how many things were acknowledged before a loss of power, and how many are not there after it."""
    image = home / "disk.img"
    with image.open("wb") as file:
        file.truncate(DISK_MEBIBYTES << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    with mounted(image, home / "disk") as folder:
        words = words_until_the_power_goes(folder, seconds, fsync)
    with mounted(image, home / "disk") as folder:
        try:
            with Library.open(folder / "library") as library:
                missing = sum(not is_there(library, kind, answer) for kind, answer in words)
                return len(words), missing + len(library.check().damages)
        except StudioError:
            return len(words), len(words)


def test_a_loss_of_power_takes_nothing_that_was_acknowledged(
    tmp_path: Path, tell_count: Callable[[str], None]
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    results = [n_lost(tmp_path, chance.uniform(0.0, 0.5), "with") for _ in range(N_TRIALS)]
    acknowledged, lost = (sum(each) for each in zip(*results, strict=True))
    tell_count(f"seed {seed}: {N_TRIALS} losses of power, {acknowledged} acknowledged, {lost} lost")
    assert acknowledged > N_TRIALS
    assert lost == 0


def test_without_fsync_a_loss_of_power_would_be_noticed_by_these_tests(tmp_path: Path) -> None:
    assert any(n_lost(tmp_path, 0.3, "without")[1] for _ in range(5))
