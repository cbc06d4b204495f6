import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infinite_studio.audio.files import DiskFullError
from infinite_studio.errors import StudioError
from infinite_studio.history.library import Library
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import Commit, CommitDraft, WorkingState

pytestmark = pytest.mark.faults

DISK_BYTES = 32 << 20
LONGEST_ANSWER_SECONDS = 5.0
UNDER_A_LIMIT = """
import resource, sys
from pathlib import Path
from infinite_studio.audio.files import DiskFullError
from infinite_studio.errors import StudioError
from infinite_studio.history.library import Library
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import CommitDraft

def limit(n_bytes):
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, resource.RLIM_INFINITY))

folder = Path(sys.argv[1])
big = folder.parent / "big.wav"
big.write_bytes(bytes(3_000_000))
with Library.open(folder) as library:
    project = library.create_repository("Night").repository_id
    draft = CommitDraft("kept", Snapshot({"notes": "x" * 400_000}, frozenset()))
    limit(300_000)
    for ask in (
        lambda: library.put_bytes(bytes(2_000_000), "audio/wav"),
        lambda: library.put_file(big, "audio/wav"),
        lambda: library.commit(project, draft, branch="main", expected_head=None),
    ):
        try:
            ask()
        except DiskFullError as error:
            print("full", error.needed_bytes)
    limit(20_000)
    try:
        for number in range(50):
            library.create_repository(f"{number:0200d}")
    except StudioError as error:
        print("refused", bool(error.hint))
    limit(resource.RLIM_INFINITY)
    made = library.commit(project, draft, branch="main", expected_head=None)
    print(library.verify_commit(made.commit_id), library.verify_object(library.put_file(big, "x").object_id))
    names = [path.name for path in folder.rglob("*") if path.is_file() and path.parent.parent.name == "objects"]
    print(sorted(map(len, names)))
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or not hasattr(os, "getuid") or os.getuid() != 0:
        pytest.skip("only root can mount a small disk; the file size limit is tested instead")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(folder)],
        capture_output=True,
        check=False,
    )
    if made.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {made.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill_up(disk: Path, leave_bytes: int) -> Path:
    ballast = disk / "ballast"
    free = shutil.disk_usage(disk).free
    with ballast.open("ab") as file:
        file.write(bytes(max(free - leave_bytes, 0)))
    return ballast


def objects_in(library: Library) -> set[str]:
    return {path.name for path in (library.folder / "objects").rglob("*") if path.is_file()}


@pytest.mark.parametrize("left_bytes", [0, 4096, 65_536, 1 << 20, 5 << 20])
def test_a_full_disk_is_told_at_once_and_work_goes_on_when_there_is_room(
    small_disk: Path, tmp_path: Path, left_bytes: int
) -> None:
    source = tmp_path / "song.wav"
    source.write_bytes(os.urandom(8 << 20))
    with Library.open(small_disk / "library") as library:
        project = library.create_repository("Night").repository_id
        kept = library.put_bytes(os.urandom(100_000), "audio/flac").object_id
        draft = CommitDraft("x", Snapshot({"notes": os.urandom(3 << 20).hex()}, frozenset({kept})))
        asks: tuple[Callable[[], object], ...] = (
            lambda: library.put_bytes(source.read_bytes(), "audio/wav"),
            lambda: library.put_file(source, "audio/wav"),
            lambda: library.commit(project, draft, branch="main", expected_head=None),
            lambda: library.save_working(project, WorkingState(draft.snapshot)),
        )
        for ask in asks:
            before = objects_in(library)
            ballast = fill_up(small_disk, left_bytes)
            began = time.monotonic()
            with pytest.raises(DiskFullError) as caught:
                ask()
            assert time.monotonic() - began < LONGEST_ANSWER_SECONDS
            assert caught.value.hint
            assert caught.value.free_bytes <= DISK_BYTES
            assert objects_in(library) <= before | {draft_object(draft)}
            assert library.repositories()[0].repository_id == project
            ballast.unlink()
            assert library.head(project) is None
            library.save_working(project, None)
        assert library.verify_object(kept)
        made = library.commit(project, draft, branch="main", expected_head=None)
        stored = library.put_file(source, "audio/wav")
        assert library.verify_commit(made.commit_id)
        assert library.verify_object(stored.object_id)


def draft_object(draft: CommitDraft) -> str:
    import hashlib

    return hashlib.sha256(draft.snapshot.to_bytes()).hexdigest()


def test_a_disk_that_fills_up_while_committing_loses_no_acknowledged_commit(
    small_disk: Path, tell_count: Callable[[str], None]
) -> None:
    acknowledged: list[Commit] = []
    with Library.open(small_disk / "library") as library:
        project = library.create_repository("Night").repository_id
        fill_up(small_disk, 7 << 20)
        with pytest.raises(StudioError):
            commit_until_it_fails(library, project, acknowledged)
        assert library.log(project, limit=1000) == tuple(reversed(acknowledged))
    assert len(acknowledged) > 3
    with Library.open(small_disk / "library") as library:
        assert library.log(project, limit=1000) == tuple(reversed(acknowledged))
        assert all(library.verify_commit(commit.commit_id) for commit in acknowledged)
        (small_disk / "ballast").unlink()
        commit_once(library, project, acknowledged)
    tell_count(f"{len(acknowledged)} commits acknowledged before and after a full disk, 0 lost")


def commit_once(library: Library, project: str, acknowledged: list[Commit]) -> None:
    snapshot = Snapshot({"notes": os.urandom(100_000).hex()}, frozenset())
    head = acknowledged[-1].commit_id if acknowledged else None
    acknowledged.append(
        library.commit(project, CommitDraft("x", snapshot), branch="main", expected_head=head)
    )


def commit_until_it_fails(library: Library, project: str, acknowledged: list[Commit]) -> None:
    for _ in range(1000):
        commit_once(library, project, acknowledged)


def test_a_library_cannot_be_made_on_a_full_disk_but_afterwards_it_can(small_disk: Path) -> None:
    for left_bytes in (0, 4096, 32_768, 65_536):
        ballast = fill_up(small_disk, left_bytes)
        with pytest.raises(StudioError) as caught:
            Library.open(small_disk / "library")
        assert caught.value.hint
        ballast.unlink()
    with Library.open(small_disk / "library") as library:
        assert library.create_repository("Night").name == "Night"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit of file sizes")
def test_a_file_size_limit_is_told_like_a_full_disk(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", UNDER_A_LIMIT, str(tmp_path / "library")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
    )
    assert answer.stderr == ""
    assert answer.stdout.splitlines() == [
        "full 2000000",
        "full 3000000",
        "full 400062",
        "refused True",
        "True True",
        "[64, 64]",
    ]
