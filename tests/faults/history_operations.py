"""What the fault tests do to a library while something goes wrong, and what must be true afterwards."""

import os
import shutil
import sqlite3
import sys
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from infinite_studio.errors import StudioError
from infinite_studio.history.bundle_reader import open_bundle
from infinite_studio.history.library import Library
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.store import ObjectStore
from infinite_studio.history.values import CommitDraft, StemRecord, WorkingState
from infinite_studio.music.stems import StemType

STORED_0001 = Path(__file__).parents[1] / "unit" / "history" / "library_0001.sql"
Words = list[tuple[str, str]]


def draft(library: Library, content: str) -> CommitDraft:
    sound = library.put_bytes(content.encode() * 1000, "audio/flac").object_id
    stem = StemRecord(StemType.DRUMS, "Drums", sound)
    snapshot = Snapshot({"content": content}, frozenset({sound}))
    return CommitDraft(content, snapshot, 140.0, "F minor", sound, (stem,))


def prepare(home: Path) -> None:
    """Make ``home/library`` with two branches, a lost commit and an orphan, and a bundle and a file beside it."""
    with Library.open(home / "library") as library:
        project = library.create_repository("Night").repository_id
        root = library.commit(project, draft(library, "root"), branch="main", expected_head=None)
        for name in ("side", "wrong"):
            library.create_branch(project, name, root.commit_id)
            library.commit(project, draft(library, name), branch=name, expected_head=root.commit_id)
        library.delete_branch(project, "wrong")
        library.put_bytes(b"orphan" * 1000, "audio/flac")
        library.back_up()
    with Library.open(home / "elsewhere") as library:
        project = library.create_repository("Travelling").repository_id
        first = library.commit(project, draft(library, "first"), branch="main", expected_head=None)
        library.commit(project, draft(library, "second"), branch="main", expected_head=first.commit_id)
        library.export_bundle(project, home / "travelling.studio")
    shutil.rmtree(home / "elsewhere")
    (home / "source.wav").write_bytes(os.urandom(3_000_000))


def prepare_old(home: Path) -> None:
    """Make ``home/library`` as the first studio would have left it."""
    folder = home / "library"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        connection.executescript(STORED_0001.read_text(encoding="utf-8"))
        question = "SELECT working_snapshot FROM repositories WHERE working_snapshot IS NOT NULL"
        (snapshot,) = connection.execute(question).fetchone()
    store = ObjectStore(folder / "objects")
    store.prepare()
    store.put_bytes(b"drums of 0001")
    store.put_bytes(snapshot)


def night(library: Library) -> str:
    return library.repository("Night").repository_id


def tip(library: Library, branch: str) -> str:
    return library.branch(night(library), branch).commit_id


def commit(library: Library, home: Path) -> str:
    made = library.commit(
        night(library), draft(library, "new"), branch="main", expected_head=tip(library, "main")
    )
    return made.commit_id


def merge(library: Library, home: Path) -> str:
    both = replace(draft(library, "merged"), extra_parent_ids=(tip(library, "side"),))
    made = library.commit(night(library), both, branch="main", expected_head=tip(library, "main"))
    return made.commit_id


def put_file(library: Library, home: Path) -> str:
    return library.put_file(home / "source.wav", "audio/wav").object_id


def fork(library: Library, home: Path) -> str:
    name = f"Fork {len(library.repositories())}"
    return library.fork(tip(library, "side"), name).repository_id


def collect(library: Library, home: Path) -> str:
    report = library.collect_garbage(grace=timedelta(0))
    return str(len(report.object_ids))


def export(library: Library, home: Path) -> str:
    return str(library.export_bundle(night(library), home / "night.studio").n_objects)


def take_in(library: Library, home: Path) -> str:
    return library.import_bundle(home / "travelling.studio").repository_id


def save(library: Library, home: Path) -> str:
    state = WorkingState(Snapshot({"notes": "x" * 50_000}, frozenset()), tip(library, "main"))
    library.save_working(night(library), state)
    return night(library)


def back_up(library: Library, home: Path) -> str:
    return str(library.back_up())


def only_open(library: Library, home: Path) -> str:
    return str(len(library.repositories()))


def has_object(library: Library, home: Path, answer: str) -> bool:
    return library.verify_object(answer)


def has_commit(library: Library, home: Path, answer: str) -> bool:
    return library.verify_commit(answer) and tip(library, "main") == answer


def has_project(library: Library, home: Path, answer: str) -> bool:
    return bool(library.log(answer)) and library.head(answer) is not None


def has_bundle(library: Library, home: Path, answer: str) -> bool:
    with open_bundle(home / "night.studio") as bundle:
        return len(bundle.object_ids) == int(answer) and all(
            b"".join(bundle.object_chunks(each)) == library.read_object(each) for each in bundle.object_ids
        )


def has_work(library: Library, home: Path, answer: str) -> bool:
    return library.working(answer) is not None


def has_backup(library: Library, home: Path, answer: str) -> bool:
    with closing(sqlite3.connect(answer)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def has_all(library: Library, home: Path, answer: str) -> bool:
    return True


def has_no_garbage(library: Library, home: Path, answer: str) -> bool:
    return library.collect_garbage(grace=timedelta(0), dry_run=True).object_ids == ()


def has_old_projects(library: Library, home: Path, answer: str) -> bool:
    projects = [found.repository_id for found in library.repositories()]
    return len(projects) == 2 and all(
        library.verify_commit(each.commit_id) for project in projects for each in library.log(project)
    )


@dataclass(frozen=True)
class Operation:
    """Something done to a library.

    Parameters
    ----------
    run : callable
        Does it, and returns what it acknowledges.
    happened : callable
        Whether what was acknowledged is there, whole.
    prepare : callable
        Lays out what it needs.
    """

    run: Callable[[Library, Path], str]
    happened: Callable[[Library, Path, str], bool]
    prepare: Callable[[Path], None] = prepare


OPERATIONS = {
    "commit": Operation(commit, has_commit),
    "import": Operation(put_file, has_object),
    "fork": Operation(fork, has_project),
    "merge": Operation(merge, has_commit),
    "gc": Operation(collect, has_no_garbage),
    "bundle out": Operation(export, has_bundle),
    "bundle in": Operation(take_in, has_project),
    "autosave": Operation(save, has_work),
    "backup": Operation(back_up, has_backup),
    "migration": Operation(only_open, has_old_projects, prepare_old),
    "creation": Operation(only_open, has_all, lambda home: None),
}


def say(*words: str) -> None:
    """Tell the test; by another system call than those that are made to fail."""
    os.writev(1, [" ".join(words).encode() + b"\n"])


def live(name: str, home: Path) -> None:
    """Do one operation, once more where it failed, and tell how it went."""
    operation = OPERATIONS[name]
    sys.stdin.readline()
    for _ in range(2):
        try:
            with Library.open(home / "library") as library:
                for _ in range(2):
                    try:
                        say("done", operation.run(library, home))
                        break
                    except StudioError as error:
                        say("error", f"{type(error).__name__}: {error} {error.hint}".replace("\n", " "))
            say("closed", "-")
            break
        except StudioError as error:
            say("error", f"{type(error).__name__}: {error} {error.hint}".replace("\n", " "))


def work_for_ever(home: Path, *, without_fsync: bool) -> None:
    """Do one thing after another and acknowledge each, until the power goes."""
    if without_fsync:
        os.fsync = lambda descriptor: None
    with Library.open(home / "library") as library:
        project = library.create_repository("Night").repository_id
        for number in count():
            head = library.head(project)
            made = library.commit(
                project,
                draft(library, f"{number} {os.urandom(20_000).hex()}"),
                branch="main",
                expected_head=None if head is None else head.commit_id,
            )
            say("commit", made.commit_id)
            (home / "source.wav").write_bytes(os.urandom(50_000))
            say("object", library.put_file(home / "source.wav", "audio/wav").object_id)
            if number % 5 == 4:
                say("project", library.fork(made.commit_id, f"Fork {number}").repository_id)


def serve() -> None:
    """Wait for orders, and fork a victim for each, so that it needs to load nothing."""
    import alembic.command  # noqa: F401

    import infinite_studio.history.migrations.versions.r0001_first_library
    import infinite_studio.history.migrations.versions.r0002_graph_and_care  # noqa: F401

    for line in sys.stdin:
        name, home = line.rstrip("\n").split("\t")
        read_end, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.dup2(read_end, 0)
            os.close(write_end)
            sys.stdin = os.fdopen(0)
            try:
                live(name, Path(home))
            except BaseException:  # noqa: BLE001
                say("crash", traceback.format_exc().replace("\n", " | "))
            os._exit(0)
        os.close(read_end)
        say("born", str(pid))
        sys.stdin.readline()
        os.write(write_end, b"\n")
        _, status = os.waitpid(pid, 0)
        os.close(write_end)
        say("dead", str(os.waitstatus_to_exitcode(status)))
