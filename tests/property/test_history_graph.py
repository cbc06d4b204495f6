from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infinite_studio.history.bundle_reader import open_bundle
from infinite_studio.history.library import Library
from infinite_studio.history.reports import ImportedBundle
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import Commit, CommitDraft

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["commit", "commit", "commit", "merge", "merge", "branch", "move", "fork", "tag", "forget"]
        ),
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
    tags: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        made = self.library.create_repository(f"project {next(FRESH)}")
        self.add(made.repository_id, {}, set())

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
        elif kind == "tag":
            name = f"tag-{next(FRESH)}"
            self.tags[repository_id][name] = seen[other % len(seen)]
            self.library.create_tag(repository_id, name, self.tags[repository_id][name])
        elif kind == "forget":
            self.forget(repository_id, other)
        elif kind == "merge":
            everything = sorted(self.parents)
            self.commit(repository_id, other, everything[which % len(everything)])
        else:
            origin = seen[other % len(seen)]
            made = self.library.fork(origin, f"fork {next(FRESH)}")
            self.add(made.repository_id, {"main": origin}, self.ancestors(origin))

    def add(self, repository_id: str, tips: dict[str, str], visible: set[str]) -> None:
        self.tips[repository_id], self.visible[repository_id] = tips, visible
        self.tags[repository_id] = {}

    def forget(self, repository_id: str, other: int) -> None:
        current = self.library.repository(repository_id).current_branch
        names = sorted(self.tips[repository_id].keys() - {current})
        if names:
            name = names[other % len(names)]
            self.library.delete_branch(repository_id, name, expected=self.tips[repository_id].pop(name))

    def reachable(self) -> set[str]:
        """Every commit that a branch, a tag or a fork's origin leads to."""
        origins = {found.forked_from for found in self.library.repositories()} & self.parents.keys()
        refs = {tip for refs in (*self.tips.values(), *self.tags.values()) for tip in refs.values()}
        return set().union(*(self.ancestors(each) for each in refs | origins))

    def commit(self, repository_id: str, other: int, merged: str | None = None) -> None:
        tips = self.tips[repository_id]
        branch = sorted(tips)[other % len(tips)] if tips else "main"
        sound = self.library.put_bytes(f"sound {other % 5}".encode(), "audio/flac").object_id
        snapshot = Snapshot({"take": other, "name": "\udcff"}, frozenset({sound}))
        draft = CommitDraft("", snapshot, extra_parent_ids=() if merged is None else (merged,))
        made = self.library.commit(repository_id, draft, branch=branch, expected_head=tips.get(branch))
        assert made.commit_id not in self.parents
        self.parents[made.commit_id] = made.parent_ids
        self.snapshots[made.commit_id] = snapshot.to_bytes()
        self.visible[repository_id] |= self.ancestors(made.commit_id)
        tips[branch] = made.commit_id


def check_log(log: tuple[Commit, ...], expected: set[str]) -> None:
    ids = [commit.commit_id for commit in log]
    assert len(ids) == len(set(ids))
    assert set(ids) == expected
    place = {commit_id: index for index, commit_id in enumerate(ids)}
    for commit in log:
        for parent_id in commit.parent_ids:
            assert place[parent_id] > place[commit.commit_id], "a parent comes before its child: a cycle"


def contents_of(path: Path) -> tuple[object, ...]:
    """Return what a bundle holds; commits may come in any order that puts parents first."""
    with open_bundle(path) as bundle:
        manifest = bundle.manifest
        commits = {commit.commit_id: commit for commit in manifest.commits}
        return replace(manifest, commits=()), commits, bundle.object_ids


def grown(library: Library, steps: list) -> Model:
    model = Model(library)
    for kind, which, other in steps:
        model.step(kind, which, other)
    return model


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_steps_keeps_every_history_whole(library: Library, steps: list) -> None:
    model = grown(library, steps)
    for repository_id, tips in model.tips.items():
        check_log(library.log(repository_id), model.visible[repository_id])
        assert library.count_commits(repository_id) == len(model.visible[repository_id])
        assert {found.name: found.commit_id for found in library.branches(repository_id)} == tips
        assert {each.name: each.commit_id for each in library.tags(repository_id)} == model.tags[
            repository_id
        ]
        for name, tip in tips.items():
            check_log(library.log(repository_id, branch=name), model.ancestors(tip))
    for commit_id, data in model.snapshots.items():
        assert library.snapshot(commit_id).to_bytes() == data
        assert library.commit_of(commit_id).parent_ids == model.parents[commit_id]
        assert library.verify_commit(commit_id)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_descent_and_bases_are_those_of_plain_sets(library: Library, steps: list) -> None:
    model = grown(library, steps)
    ids = sorted(model.parents)[:6]
    for one in ids:
        assert list(library.ancestors(one)) == sorted(
            model.ancestors(one), key=list(model.parents).index, reverse=True
        )
        for other in ids:
            assert library.is_ancestor(one, other) == (one in model.ancestors(other))
            common = model.ancestors(one) & model.ancestors(other)
            base = library.merge_base(one, other)
            assert base is None if not common else base in common
            assert not any(base in model.ancestors(each) for each in common - {base})


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_collecting_garbage_removes_exactly_what_nothing_leads_to(library: Library, steps: list) -> None:
    model = grown(library, steps)
    library.collect_garbage(grace=timedelta(hours=1))
    for commit_id in model.parents:
        assert library.verify_commit(commit_id), "the reflog still leads to it"
    reachable = model.reachable()
    report = library.collect_garbage(grace=timedelta(0))
    assert {*report.commit_ids} >= model.parents.keys() - reachable
    assert not {*report.commit_ids} & reachable
    for commit_id in reachable:
        assert library.verify_commit(commit_id)
        assert library.snapshot(commit_id).to_bytes() == model.snapshots[commit_id]
    for repository_id, visible in model.visible.items():
        assert {each.commit_id for each in library.log(repository_id)} <= visible & reachable
    assert library.collect_garbage(grace=timedelta(0)).object_ids == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_bundle_brings_everything_that_branches_and_tags_lead_to(
    library: Library, tmp_path_factory: pytest.TempPathFactory, steps: list
) -> None:
    model = grown(library, steps)
    folder = tmp_path_factory.mktemp("bundles")
    with Library.open(folder / "library") as other:
        for number, (repository_id, tips) in enumerate(model.tips.items()):
            path = library.export_bundle(repository_id, folder / f"{number}.studio").path
            other.import_bundle(path)
            assert other.import_bundle(path) == ImportedBundle(repository_id, 0, 0)
            assert other.branches(repository_id) == library.branches(repository_id)
            assert other.tags(repository_id) == library.tags(repository_id)
            again = other.export_bundle(repository_id, folder / "again.studio").path
            assert contents_of(again) == contents_of(path)
            for tip in tips.values():
                for commit_id in model.ancestors(tip):
                    assert other.verify_commit(commit_id)
                    assert other.snapshot(commit_id).to_bytes() == model.snapshots[commit_id]
        assert other.check().damages == ()
