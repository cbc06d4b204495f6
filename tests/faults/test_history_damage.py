import random
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from infinite_studio.errors import StudioError
from infinite_studio.history.library import Library
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import Commit, CommitDraft, StemRecord, User
from infinite_studio.music.stems import StemType

pytestmark = pytest.mark.faults

N_FLIPS = 80


@dataclass
class Outcome:
    refused_to_open: int = 0
    noticed: int = 0
    unharmed: int = 0


@pytest.fixture
def original(tmp_path: Path) -> tuple[Path, dict[str, Commit]]:
    folder = tmp_path / "original"
    commits: dict[str, Commit] = {}
    with Library.open(folder) as library:
        library.set_user(User("Ada", "ada@example.org"))
        project = library.create_repository("Night").repository_id
        head = None
        for number in range(5):
            sound = library.put_bytes(f"kick {number}".encode(), "audio/flac").object_id
            recipe = Recipe("sketch", "1", f"prompt {number}", parameters={"bars": number}, seed=number)
            draft = CommitDraft(
                f"message {number}",
                Snapshot({"number": number}, frozenset({sound})),
                120.0 + number,
                "F minor",
                sound,
                (StemRecord(StemType.DRUMS, "Drums", sound, recipe),),
            )
            head = library.commit(
                project, draft, branch="main", expected_head=head.commit_id if head else None
            )
            commits[head.commit_id] = head
    return folder, commits


def examine(folder: Path, commits: dict[str, Commit], outcome: Outcome) -> None:
    try:
        library = Library.open(folder)
    except StudioError:
        outcome.refused_to_open += 1
        return
    with library:
        was_noticed = False
        for commit_id, commit in commits.items():
            try:
                is_sound = library.verify_commit(commit_id)
                found = library.commit_of(commit_id) if is_sound else None
            except StudioError:
                is_sound, found = False, None
            was_noticed = was_noticed or not is_sound
            if found is not None:
                assert (found.commit_id, found.message, found.stems) == (
                    commit_id,
                    commit.message,
                    commit.stems,
                )
                assert (found.parent_ids, found.author, found.created, found.tempo_bpm) == (
                    commit.parent_ids,
                    commit.author,
                    commit.created,
                    commit.tempo_bpm,
                )
        outcome.noticed += was_noticed
        outcome.unharmed += not was_noticed


def test_a_flipped_bit_of_the_database_never_passes_for_a_commit(
    original: tuple[Path, dict[str, Commit]], tmp_path: Path
) -> None:
    folder, commits = original
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    data = (folder / "library.db").read_bytes()
    used = [offset for offset, byte in enumerate(data) if byte]
    outcome = Outcome()
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    for _ in range(N_FLIPS):
        flipped = bytearray(data)
        flipped[chance.choice(used)] ^= 1 << chance.randrange(8)
        for path in damaged.glob("library.db*"):
            path.unlink()
        (damaged / "library.db").write_bytes(flipped)
        examine(damaged, commits, outcome)
    sys.stdout.write(f"seed {seed}: {N_FLIPS} flipped bits, {outcome}\n")
    assert outcome.noticed + outcome.refused_to_open > 0


def test_every_flipped_bit_of_an_object_is_noticed(original: tuple[Path, dict[str, Commit]]) -> None:
    folder, commits = original
    chance = random.Random(11)
    with Library.open(folder) as library:
        for commit in commits.values():
            for object_id in (commit.snapshot_object_id, commit.mixdown_object_id):
                assert object_id is not None
                path = library.object_path(object_id)
                data = path.read_bytes()
                for _ in range(5):
                    flipped = bytearray(data)
                    flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                    path.write_bytes(flipped)
                    assert not library.verify_object(object_id)
                    assert not library.verify_commit(commit.commit_id)
                path.write_bytes(data)
            assert library.verify_commit(commit.commit_id)
