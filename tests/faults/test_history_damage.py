import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from infinite_studio.errors import StudioError
from infinite_studio.history.library import Library
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.reports import DamageKind
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import Commit, CommitDraft, JobState, StemRecord, User, WorkingState
from infinite_studio.music.stems import StemType

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

N_FLIPS = 500 if os.environ.get("STUDIO_FAULTS_LEVEL") == "N" else 60
Original = tuple[Path, dict[str, Commit]]


@dataclass
class Outcome:
    refused_to_open: int = 0
    named_by_the_check: int = 0
    unharmed: int = 0


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    """A closed library with something in every table, and all its commits."""
    folder = tmp_path_factory.mktemp("original")
    commits: dict[str, Commit] = {}
    with Library.open(folder) as library:
        library.set_user(User("Ada", "ada@example.org"))
        for name in ("Night", "Day"):
            project = library.create_repository(name).repository_id
            head = None
            for number in range(4):
                draft = draft_of(library, f"{name} {number}", number)
                head = library.commit(
                    project, draft, branch="main", expected_head=head.commit_id if head else None
                )
                commits[head.commit_id] = head
            assert head is not None
            library.create_branch(project, "side", head.parent_ids[0])
            library.create_tag(project, "v1", head.commit_id)
            library.save_working(project, WorkingState(draft.snapshot, head.commit_id))
        fork = library.fork(head.parent_ids[0], "Fork").repository_id
        merged = replace(draft_of(library, "merged", 9), extra_parent_ids=(head.commit_id,))
        made = library.commit(fork, merged, branch="main", expected_head=head.parent_ids[0])
        commits[made.commit_id] = made
        sound = str(head.mixdown_object_id)
        library.add_sound("Kick", sound, sample_rate=48_000, n_channels=2, n_frames=9, analysis={"tempo": 90})
        library.record_job("Dark trap", "generate", {"seed": 7}, state=JobState.RUNNING)
    return folder, commits


def draft_of(library: Library, content: str, number: int) -> CommitDraft:
    sound = library.put_bytes(f"kick {content}".encode(), "audio/flac").object_id
    recipe = Recipe("sketch", "1", f"prompt {content}", parameters={"bars": number}, seed=number)
    return CommitDraft(
        f"message {content}",
        Snapshot({"number": number}, frozenset({sound})),
        120.0 + number,
        "F minor",
        sound,
        (StemRecord(StemType.DRUMS, "Drums", sound, recipe),),
    )


def content_of(path: Path) -> object:
    """Return every value of every table as it is stored; None where it cannot be read."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = bytes
            tables = [str(name, "utf-8") for (name,) in connection.execute("SELECT name FROM sqlite_master")]
            schema = connection.execute("SELECT * FROM sqlite_master ORDER BY name").fetchall()
            found: dict[str, object] = {}
            for table in tables:
                if "ix_" not in table and "autoindex" not in table:
                    rows = connection.execute(f'SELECT * FROM "{table}" NOT INDEXED').fetchall()
                    found[table] = sorted(map(repr, rows))
            return [(kind, name, sql) for kind, name, _, _, sql in schema], found
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def examine(folder: Path, commits: dict[str, Commit], expected: object, outcome: Outcome, hint: str) -> None:
    is_changed = content_of(folder / "library.db") != expected
    try:
        with Library.open(folder) as library:
            report = library.check()
            require_no_false_commit(library, commits)
    except StudioError:
        outcome.refused_to_open += 1
        return
    if report.damages:
        outcome.named_by_the_check += 1
        assert all(damage.sentence for damage in report.damages)
    else:
        outcome.unharmed += 1
        assert not is_changed, f"a changed row passed the check: {hint}"


def require_no_false_commit(library: Library, commits: dict[str, Commit]) -> None:
    """Whatever still verifies must be exactly what was committed."""
    for commit_id, commit in commits.items():
        try:
            found = library.commit_of(commit_id) if library.verify_commit(commit_id) else None
        except StudioError:
            continue
        if found is not None:
            assert replace(found, repository_id=commit.repository_id) == commit


def test_a_flipped_bit_of_the_database_never_passes_unnoticed(
    original: Original, tmp_path: Path, tell_count: Callable[[str], None]
) -> None:
    folder, commits = original
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    data = (folder / "library.db").read_bytes()
    used = [offset for offset, byte in enumerate(data) if byte]
    expected = content_of(folder / "library.db")
    assert expected is not None
    outcome = Outcome()
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    for _ in range(N_FLIPS):
        flipped = bytearray(data)
        place, bit = chance.choice(used), chance.randrange(8)
        flipped[place] ^= 1 << bit
        for path in damaged.glob("library.db*"):
            path.unlink()
        (damaged / "library.db").write_bytes(flipped)
        examine(damaged, commits, expected, outcome, f"seed {seed}, byte {place}, bit {bit}")
    tell_count(f"seed {seed}: {N_FLIPS} flipped bits, {outcome}, 0 unnoticed")
    assert outcome.named_by_the_check + outcome.refused_to_open > N_FLIPS / 4


def test_every_flipped_bit_of_an_object_is_noticed_and_other_projects_still_open(
    original: Original, tmp_path: Path, tell_count: Callable[[str], None]
) -> None:
    folder, commits = original
    shutil.copytree(folder, tmp_path / "damaged")
    chance = random.Random(11)
    n_noticed = 0
    with Library.open(tmp_path / "damaged") as library:
        present = [library.repository(name).repository_id for name in ("Night", "Day")]
        night, day = ({commit.commit_id for commit in library.log(each)} for each in present)
        objects = [
            (object_id, commit.commit_id)
            for commit in commits.values()
            for object_id in (commit.snapshot_object_id, str(commit.mixdown_object_id))
        ]
        for number in range(N_FLIPS):
            object_id, commit_id = objects[number % len(objects)]
            path = library.object_path(object_id)
            data = path.read_bytes()
            flipped = bytearray(data)
            flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            path.write_bytes(flipped)
            report = library.check()
            (damage,) = report.damages
            assert (damage.kind, damage.what_id) == (DamageKind.OBJECT, object_id)
            assert commit_id in damage.affected_commit_ids
            assert not library.verify_commit(commit_id)
            assert commit_id not in night or present[1] in report.still_opens
            assert commit_id not in day or present[0] in report.still_opens
            path.write_bytes(data)
            n_noticed += 1
        assert library.check().damages == ()
    tell_count(f"{N_FLIPS} flipped bits in objects, {n_noticed} noticed")
