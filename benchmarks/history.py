"""The history beside git, git-lfs and dvc on the same 100 versions, and by itself at 100,000 commits."""

import argparse
import hashlib
import json
import os
import platform
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.writing import BitDepth, SoundFormat, write_audio
from infinite_studio.history.columns import row_hash
from infinite_studio.history.holdings import packed
from infinite_studio.history.library import Library
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import CommitDraft, StemRecord
from infinite_studio.music.stems import StemType

STEMS = (StemType.DRUMS, StemType.BASS, StemType.MELODY, StemType.VOCALS)
SAMPLE_RATE = 44_100
STEM_SECONDS = 30
DVC = Path(".tools/peers/bin/dvc")
BARS = {
    "commit_beyond_bytes_ms": 50.0,
    "commit_to_git_ratio": 1 / 3,
    "size_to_flac_ratio": 1.1,
    "open_seconds": 2.0,
    "first_page_ms": 100.0,
    "ancestor_walk_seconds": 0.5,
    "gc_mark_seconds": 2.0,
    "memory_mb": 600.0,
    "commit_ms": 50.0,
    "refresh_ms": 5.0,
}


@dataclass(frozen=True)
class Sizes:
    """How much is made; the table in the documents is of the defaults."""

    versions: int = 100
    commits: int = 100_000
    objects: int = 1_000_000


def stem_file(folder: Path, number: int) -> Path:
    """Make a stem of 30 s that compresses like music: a few decaying notes over filtered noise."""
    chance = np.random.default_rng(number)
    t = np.arange(SAMPLE_RATE * STEM_SECONDS) / SAMPLE_RATE
    samples = np.zeros((t.size, 2), np.float32)
    for start in np.arange(0, STEM_SECONDS, 0.5):
        at = int(start * SAMPLE_RATE)
        length = min(SAMPLE_RATE, t.size - at)
        decay = np.exp(-4 * t[:length]) * 0.2
        pitch = 55 * 2 ** (chance.integers(0, 36) / 12)
        note = decay * np.sin(2 * np.pi * pitch * t[:length] + chance.uniform(0, 6))
        samples[at : at + length] += (note[:, None] * chance.uniform(0.5, 1, 2)).astype(np.float32)
    noise = chance.normal(0, 0.004, (t.size, 2)).astype(np.float32)
    samples += (noise + np.roll(noise, 1, axis=0) + np.roll(noise, 2, axis=0)) / 3
    path = folder / f"{number:03d}.flac"
    write_audio(path, Audio(samples, SAMPLE_RATE), sound_format=SoundFormat.FLAC, bit_depth=BitDepth.INT_24)
    return path


def versions(files: list[Path]) -> Iterator[list[Path]]:
    """Yield the four stems of every version: the first four, then one of them replaced in turn."""
    present = files[: len(STEMS)]
    yield list(present)
    for number, path in enumerate(files[len(STEMS) :]):
        present[number % len(STEMS)] = path
        yield list(present)


@dataclass
class Peer:
    """One way to keep the versions.

    Parameters
    ----------
    name : str
        What it is called in the table.
    folder : Path
        Where it keeps everything.
    keep : callable
        Keeps one version; only this is timed.
    prepare : callable
        Lays the version's files out where the peer expects them; not timed.
    store : Path
        What its size is measured of.
    """

    name: str
    folder: Path
    keep: Callable[[int, list[Path]], None]
    prepare: Callable[[list[Path]], None]
    store: Path
    seconds: list[float] = field(default_factory=list)


def ours(folder: Path) -> tuple[Peer, Library]:
    library = Library.open(folder)
    project = library.create_repository("Night").repository_id
    kept: dict[Path, str] = {}
    head: list[str | None] = [None]

    def keep(number: int, stems: list[Path]) -> None:
        for path in stems:
            if path not in kept:
                kept[path] = library.put_file(path, "audio/flac").object_id
        ids = [kept[path] for path in stems]
        records = tuple(StemRecord(kind, kind.value, each) for kind, each in zip(STEMS, ids, strict=True))
        draft = CommitDraft(
            f"version {number}", Snapshot({"stems": ids}, frozenset(ids)), 120.0, "F minor", None, records
        )
        head[0] = library.commit(project, draft, branch="main", expected_head=head[0]).commit_id

    return Peer("Infinite Studio", folder, keep, lambda _: None, folder), library


def git(*arguments: str, folder: Path) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def git_peer(folder: Path, name: str, *, with_lfs: bool) -> Peer:
    folder.mkdir()
    git("init", "-q", folder=folder)
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org"), ("gc.auto", "0")):
        git("config", key, value, folder=folder)
    if with_lfs:
        git("lfs", "install", "--local", folder=folder)
        git("lfs", "track", "*.flac", folder=folder)

    def keep(number: int, _: list[Path]) -> None:
        git("add", "-A", folder=folder)
        git("commit", "-q", "-m", f"version {number}", folder=folder)

    return Peer(name, folder, keep, lay_out(folder), folder / ".git")


def dvc_program() -> Path | None:
    """Return dvc as it is installed beside the project for comparing, or anywhere else."""
    if DVC.is_file():
        return DVC.absolute()
    found = shutil.which("dvc")
    return None if found is None else Path(found)


def dvc_peer(folder: Path, program: Path) -> Peer:
    peer = git_peer(folder, "dvc", with_lfs=False)
    run = [str(program)]
    subprocess.run([*run, "init", "-q"], cwd=folder, check=True, capture_output=True)

    def keep(number: int, _: list[Path]) -> None:
        names = [f"{kind.value}.flac" for kind in STEMS]
        subprocess.run([*run, "add", "-q", *names], cwd=folder, check=True, capture_output=True)
        git("add", "-A", folder=folder)
        git("commit", "-q", "-m", f"version {number}", folder=folder)

    return Peer("dvc", folder, keep, peer.prepare, folder / ".dvc" / "cache")


def lay_out(folder: Path) -> Callable[[list[Path]], None]:
    """Return what saves a version as an editor would: changed stems under their fixed names, and the project."""
    last: dict[str, Path] = {}

    def prepare(stems: list[Path]) -> None:
        names = {kind.value: path.name for kind, path in zip(STEMS, stems, strict=True)}
        document = {"stems": names, "tempo_bpm": 120.0, "key": "F minor"}
        (folder / "project.json").write_text(json.dumps(document))
        for kind, path in zip(STEMS, stems, strict=True):
            name = f"{kind.value}.flac"
            if last.get(name) != path:
                shutil.copyfile(path, folder / name)
                last[name] = path

    return prepare


def has_lfs() -> bool:
    return subprocess.run(["git", "lfs", "version"], capture_output=True, check=False).returncode == 0


def written_seconds(source: Path, target: Path) -> float:
    """Return how long merely writing the bytes durably takes."""
    began = time.perf_counter()
    with source.open("rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, 1 << 20)
        write.flush()
        os.fsync(write.fileno())
    elapsed = time.perf_counter() - began
    target.unlink()
    return elapsed


def size_of(folder: Path) -> int:
    """Return what a folder takes on the disk: whole blocks of files and of folders, where the system tells."""
    stats = [path.lstat() for path in (folder, *folder.rglob("*"))]
    return sum(each.st_blocks * 512 if hasattr(each, "st_blocks") else each.st_size for each in stats)


def side_by_side(folder: Path, n_versions: int) -> dict[str, object]:
    source = folder / "stems"
    source.mkdir()
    files = [stem_file(source, number) for number in range(n_versions + len(STEMS) - 1)]
    own, library = ours(folder / "library")
    peers = [own, git_peer(folder / "git", "git", with_lfs=False)]
    absent = []
    if has_lfs():
        peers.append(git_peer(folder / "lfs", "git-lfs", with_lfs=True))
    else:
        absent.append("git-lfs")
    dvc = dvc_program()
    if dvc is not None:
        peers.append(dvc_peer(folder / "dvc", dvc))
    else:
        absent.append("dvc")
    beyond: list[float] = []
    for number, stems in enumerate(versions(files)):
        for peer in peers if number % 2 else reversed(peers):
            peer.prepare(stems)
            began = time.perf_counter()
            peer.keep(number, stems)
            peer.seconds.append(time.perf_counter() - began)
        if number:
            changed = stems[(number - 1) % len(STEMS)]
            beyond.append(own.seconds[-1] - written_seconds(changed, folder / "probe"))
    library.close()
    flac_bytes = sum(path.stat().st_size for path in files)
    result: dict[str, object] = {
        "unique_flac_mb": round(flac_bytes / 1e6, 1),
        "commit_beyond_bytes_ms": round(1000 * statistics.median(beyond), 1),
        "not_installed": absent,
    }
    for peer in peers:
        result[peer.name] = {
            "commit_median_ms": round(1000 * statistics.median(peer.seconds[1:]), 1),
            "size_mb": round(size_of(peer.store) / 1e6, 1),
        }
    pairs = zip(own.seconds[1:], peers[1].seconds[1:], strict=True)
    result["commit_to_git_ratio"] = round(statistics.median(a / b for a, b in pairs), 3)
    result["size_to_flac_ratio"] = round(size_of(own.store) / flac_bytes, 4)
    result["size_to_git_ratio"] = round(size_of(own.store) / size_of(peers[1].store), 4)
    return result


def make_large(folder: Path, sizes: Sizes) -> None:
    """Fill a library with commits and object rows, and a fork of the last commit."""
    with Library.open(folder) as library:
        project = library.create_repository("Large").repository_id
        library.create_repository("Fork")
    per_commit = sizes.objects // sizes.commits
    now = datetime.now(UTC) - timedelta(days=30)
    moments = [
        (now + timedelta(seconds=n)).isoformat(timespec="microseconds") for n in range(sizes.commits + 1)
    ]

    def sha(kind: str, number: int) -> str:
        return hashlib.sha256(f"{kind}{number}".encode()).hexdigest()

    def holding(n: int) -> tuple[int, bytes, int]:
        first = (n - 1) * per_commit + 1
        numbers = packed({*range(max(first - 4, 1), first + per_commit)})
        return n, numbers, row_hash((n, numbers))

    with closing(sqlite3.connect(folder / "library.db")) as c, c:
        c.execute("PRAGMA foreign_keys=OFF")
        c.execute("INSERT INTO users VALUES (1, 'Ada', 'ada@example.org', 1, 0)")
        c.executemany(
            "INSERT INTO objects VALUES (?, 1000, 'audio/flac', ?, ?, 0, 0)",
            ((sha("o", n), moments[n // per_commit], n) for n in range(1, sizes.objects + 1)),
        )
        c.executemany(
            "INSERT INTO commits VALUES (?, ?, ?, 1, ?, ?, ?, 'F minor', ?, ?)",
            (
                (
                    n,
                    sha("c", n),
                    project,
                    moments[n],
                    f"Louder snare, take {n}",
                    float(60 + n % 120),
                    sha("o", (n - 1) * per_commit + 1),
                    sha("o", (n - 1) * per_commit + 2),
                )
                for n in range(1, sizes.commits + 1)
            ),
        )
        parents = [(n, n - 1, 0) for n in range(2, sizes.commits + 1)]
        parents += [(n, n - 7, 1) for n in range(10, sizes.commits + 1, 10)]
        c.executemany(
            "INSERT INTO commit_parents VALUES (?, ?, ?)",
            ((sha("c", child), place, sha("c", parent)) for child, parent, place in parents),
        )
        c.executemany("INSERT INTO commit_edges VALUES (?, ?)", (each[:2] for each in parents))
        recipe = json.dumps({"engine": "sketch", "model_revision": "1", "prompt": "dark trap", "seed": 7})
        c.executemany(
            "INSERT INTO stems VALUES (?, ?, ?, ?, ?, ?)",
            (
                (
                    sha("c", n),
                    place,
                    kind.value,
                    kind.value,
                    sha("o", (n - 1) * per_commit + 3 + place),
                    recipe,
                )
                for n in range(1, sizes.commits + 1)
                for place, kind in enumerate(STEMS)
            ),
        )
        c.executemany(
            "INSERT INTO commit_words VALUES (?, ?)",
            (
                (n, f" louder snare, take {n} ada f minor drums dark trap sketch {60 + n % 120} bpm ")
                for n in range(1, sizes.commits + 1)
            ),
        )
        c.executemany(
            "INSERT INTO commit_objects VALUES (?, ?, ?)", map(holding, range(1, sizes.commits + 1))
        )
        c.executemany(
            "INSERT INTO ref_moves VALUES (NULL, ?, 'main', ?, ?, ?, 'commit', 0)",
            ((project, sha("c", n - 1), sha("c", n), moments[n]) for n in range(2, sizes.commits + 1)),
        )
        tip = sha("c", sizes.commits)
        c.execute("INSERT INTO branches VALUES (?, 'main', ?, 0)", (project, tip))
        (fork,) = c.execute("SELECT repository_id FROM repositories WHERE name = 'Fork'").fetchone()
        c.execute("INSERT INTO branches VALUES (?, 'main', ?, 0)", (fork, tip))
        c.execute("INSERT INTO repository_roots VALUES (?, ?, 0)", (fork, sizes.commits))
        c.execute("UPDATE repositories SET forked_from = ? WHERE repository_id = ?", (tip, fork))
    with closing(sqlite3.connect(folder / "library.db")) as c:
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def timed(action: Callable[[], object], runs: int = 5) -> float:
    """Return the median seconds of a few runs."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def measure_large(folder: Path, sizes: Sizes) -> dict[str, float]:
    """Measure a large library; runs in a process of its own, so that its memory can be told."""
    began = time.perf_counter()
    library = Library.open(folder)
    result = {"open_seconds": time.perf_counter() - began}
    project, fork = (library.repository(name).repository_id for name in ("Large", "Fork"))
    began = time.perf_counter()
    page = library.log(project)
    result["first_page_cold_ms"] = 1000 * (time.perf_counter() - began)
    tip = page[0].commit_id
    root = library.log(project, limit=1, offset=sizes.commits - 1)[0].commit_id
    middle = library.log(project, limit=1, offset=sizes.commits // 2)[0].commit_id
    deep = sizes.commits - sizes.commits // 100
    result |= {
        "first_page_ms": 1000 * timed(lambda: library.log(project)),
        "first_page_of_branch_ms": 1000 * timed(lambda: library.log(project, branch="main")),
        "first_page_of_fork_ms": 1000 * timed(lambda: library.log(fork)),
        "deep_page_by_offset_ms": 1000 * timed(lambda: library.log(project, offset=deep)),
        "deep_page_by_key_ms": 1000 * timed(lambda: library.log(project, before=middle)),
        "deep_page_of_fork_by_key_ms": 1000 * timed(lambda: library.log(fork, before=middle)),
        "deep_page_of_branch_ms": 1000 * timed(lambda: library.log(project, branch="main", offset=deep)),
        "inherited_commit_of_fork_ms": 1000 * timed(lambda: library.commit_of(root[:12], fork)),
        "ancestor_walk_seconds": timed(lambda: sum(1 for _ in library.ancestors(tip))),
        "is_ancestor_ms": 1000 * timed(lambda: library.is_ancestor(root, tip)),
        "merge_base_ms": 1000 * timed(lambda: library.merge_base(middle, tip)),
        "count_ms": 1000 * timed(lambda: library.count_commits(fork)),
        "search_rare_ms": 1000 * timed(lambda: library.search("take 12", repository_id=project)),
        "search_nothing_ms": 1000 * timed(lambda: library.search("no such words")),
        "gc_mark_seconds": timed(lambda: library.collect_garbage(dry_run=True), 3),
    }
    object_id = library.put_bytes(b"one more", "audio/flac").object_id
    draft = CommitDraft("One more", Snapshot({}, frozenset({object_id})))
    heads = [tip]
    known = {each.commit_id: each for each in library.log(fork)}

    def refresh() -> None:
        library.log(fork, known=known)
        library.count_commits(fork)
        library.branches(fork)
        library.tags(fork)

    def commit() -> None:
        made = library.commit(project, draft, branch="main", expected_head=heads[-1])
        heads.append(made.commit_id)

    result["commit_ms"] = 1000 * timed(commit)
    result["refresh_ms"] = 1000 * timed(refresh)
    result["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result["database_mb"] = (folder / "library.db").stat().st_size / 1e6
    library.close()
    return {name: round(value, 4 if name.endswith("seconds") else 1) for name, value in result.items()}


def at_scale(folder: Path, sizes: Sizes) -> dict[str, float]:
    """Make the large library in one process and measure it in another."""
    counts = [f"--commits={sizes.commits}", f"--objects={sizes.objects}"]
    for step in ("make", "measure"):
        command = [sys.executable, "-m", "benchmarks.history", step, str(folder), *counts]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise RuntimeError(answer.stderr)
    result: dict[str, float] = json.loads(answer.stdout)
    return result


def arguments() -> argparse.Namespace:
    usual = Sizes()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", nargs="?", choices=("make", "measure"), help="one half of the large library")
    parser.add_argument("folder", nargs="?", type=Path, help="where the large library is")
    parser.add_argument("--versions", type=int, default=usual.versions, help="how many beside the peers")
    parser.add_argument("--commits", type=int, default=usual.commits, help="of the large library")
    parser.add_argument("--objects", type=int, default=usual.objects, help="of the large library")
    return parser.parse_args()


def main() -> None:
    """Print the tables, and on the last line everything as JSON."""
    asked = arguments()
    sizes = Sizes(asked.versions, asked.commits, asked.objects)
    if asked.step == "make":
        make_large(asked.folder, sizes)
    elif asked.step == "measure":
        print(json.dumps(measure_large(asked.folder, sizes)))
    else:
        everything(sizes)


def everything(sizes: Sizes) -> None:
    """Measure beside the peers and at scale, and print both."""
    with tempfile.TemporaryDirectory() as home:
        beside = side_by_side(Path(home), sizes.versions)
        shutil.rmtree(home, ignore_errors=True)
        Path(home).mkdir()
        scale = at_scale(Path(home) / "large", sizes)
    titles = f"{sizes.versions} versions, one stem changed each time", f"{sizes.commits:,} commits"
    tables: tuple[Mapping[str, object], ...] = (beside, scale)
    for title, table in zip(titles, tables, strict=True):
        print(title)
        for name, value in table.items():
            print(f"  {name}: {value}")
    measured = {**beside, **scale}
    missed = [name for name, bar in BARS.items() if float(str(measured[name])) > bar]
    if float(str(beside["size_to_git_ratio"])) >= 1:
        missed.append("size_to_git_ratio")
    machine = {"cpus": os.cpu_count(), "platform": platform.platform(), "python": platform.python_version()}
    result = {"benchmark": "history", **measured, "bars": BARS, "missed": missed, "machine": machine}
    print(json.dumps(result | {"sizes": asdict(sizes), "met": not missed}))


if __name__ == "__main__":
    main()
