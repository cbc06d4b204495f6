from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infinite_studio.history.library import Library
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import Commit, CommitDraft

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["commit", "commit", "commit", "branch", "move", "fork"]),
        st.integers(0, 1000),
        st.integers(0, 1000),
    ),
    min_size=1,
    max_size=14,
)
FRESH = count()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("graph")) as opened:
        yield opened


@dataclass
class Model:
    """What the library should hold, kept in plain sets."""

    library: Library
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    snapshots: dict[str, bytes] = field(default_factory=dict)
    visible: dict[str, set[str]] = field(default_factory=dict)
    tips: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        made = self.library.create_repository(f"project {next(FRESH)}")
        self.visible[made.repository_id] = set()
        self.tips[made.repository_id] = {}

    def ancestors(self, commit_id: str) -> set[str]:
        found, waiting = set(), [commit_id]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self.parents[current])
        return found

    def step(self, kind: str, which: int, other: int) -> None:
        repository_id = list(self.tips)[which % len(self.tips)]
        seen = sorted(self.visible[repository_id])
        if kind == "commit" or not seen:
            self.commit(repository_id, other)
        elif kind == "branch":
            name = f"branch-{next(FRESH)}"
            self.tips[repository_id][name] = seen[other % len(seen)]
            self.library.create_branch(repository_id, name, self.tips[repository_id][name])
        elif kind == "move":
            tips = self.tips[repository_id]
            name, target = sorted(tips)[other % len(tips)], seen[which % len(seen)]
            self.library.move_branch(repository_id, name, to=target, expected=tips[name])
            tips[name] = target
        else:
            origin = seen[other % len(seen)]
            made = self.library.fork(origin, f"fork {next(FRESH)}")
            self.tips[made.repository_id] = {"main": origin}
            self.visible[made.repository_id] = self.ancestors(origin)

    def commit(self, repository_id: str, other: int) -> None:
        tips = self.tips[repository_id]
        branch = sorted(tips)[other % len(tips)] if tips else "main"
        snapshot = Snapshot({"take": other, "name": "\udcff"}, frozenset())
        made = self.library.commit(
            repository_id, CommitDraft("", snapshot), branch=branch, expected_head=tips.get(branch)
        )
        assert made.commit_id not in self.parents
        self.parents[made.commit_id] = made.parent_ids
        self.snapshots[made.commit_id] = snapshot.to_bytes()
        self.visible[repository_id].add(made.commit_id)
        tips[branch] = made.commit_id


def check_log(log: tuple[Commit, ...], expected: set[str]) -> None:
    ids = [commit.commit_id for commit in log]
    assert len(ids) == len(set(ids))
    assert set(ids) == expected
    place = {commit_id: index for index, commit_id in enumerate(ids)}
    for commit in log:
        for parent_id in commit.parent_ids:
            assert place[parent_id] > place[commit.commit_id], "a parent comes before its child: a cycle"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_steps_keeps_every_history_whole(library: Library, steps: list) -> None:
    model = Model(library)
    for kind, which, other in steps:
        model.step(kind, which, other)
    for repository_id, tips in model.tips.items():
        check_log(library.log(repository_id), model.visible[repository_id])
        assert {found.name: found.commit_id for found in library.branches(repository_id)} == tips
        for name, tip in tips.items():
            check_log(library.log(repository_id, branch=name), model.ancestors(tip))
    for commit_id, data in model.snapshots.items():
        assert library.snapshot(commit_id).to_bytes() == data
        assert library.commit_of(commit_id).parent_ids == model.parents[commit_id]
        assert library.verify_commit(commit_id)
