"""Which lane every commit is drawn in, and the lines between them; no widgets here."""

from collections.abc import Sequence
from dataclasses import dataclass

from infinite_studio.history.values import MAIN_BRANCH, BranchInfo, Commit


@dataclass(frozen=True)
class Line:
    """One half of a row's connection: from a lane at one edge to a lane at the other, in a branch's colour."""

    from_lane: int
    to_lane: int
    branch: str


@dataclass(frozen=True)
class GraphRow:
    """How one commit is drawn: its lane, the lines above its dot, and those below."""

    lane: int
    branch: str
    above: tuple[Line, ...]
    below: tuple[Line, ...]

    @property
    def n_lanes(self) -> int:
        """How many lanes the row touches."""
        lines = (*self.above, *self.below)
        return max([self.lane, *(max(line.from_lane, line.to_lane) for line in lines)]) + 1


@dataclass(frozen=True)
class _Waiting:
    """A lane that runs down to a commit; ``is_drawn`` is False above the tip of the first branch."""

    commit_id: str
    branch: str
    is_drawn: bool = True


def ordered_branches(branches: Sequence[BranchInfo]) -> tuple[str, ...]:
    """Return the branch names, the main one first, then by name."""
    return tuple(sorted((b.name for b in branches), key=lambda name: (name != MAIN_BRANCH, name)))


def branches_of(commits: Sequence[Commit], branches: Sequence[BranchInfo]) -> dict[str, str]:
    """Say for every commit which branch it was made on: the first whose first parents lead to it."""
    by_id = {commit.commit_id: commit for commit in commits}
    tips = {branch.name: branch.commit_id for branch in branches}
    owner: dict[str, str] = {}
    for name in ordered_branches(branches):
        at: str | None = tips[name]
        while at in by_id and at not in owner:
            owner[at] = name
            at = next(iter(by_id[at].parent_ids), None)
    return owner


def graph_rows(commits: Sequence[Commit], branches: Sequence[BranchInfo]) -> tuple[GraphRow, ...]:
    """Return one row for each commit, newest first; a commit must come before its parents."""
    owner = branches_of(commits, branches)
    known = {commit.commit_id for commit in commits}
    names = ordered_branches(branches)
    first_tip = next((b.commit_id for b in branches if names and b.name == names[0]), "")
    lanes: list[_Waiting | None] = []
    if first_tip in known:
        lanes.append(_Waiting(first_tip, names[0], is_drawn=False))
    return tuple(_row(commit, lanes, owner, known) for commit in commits)


def _row(commit: Commit, lanes: list[_Waiting | None], owner: dict[str, str], known: set[str]) -> GraphRow:
    arriving = [i for i, waits in enumerate(lanes) if waits and waits.commit_id == commit.commit_id]
    lane = arriving[0] if arriving else _free_lane(lanes)
    branch = owner.get(commit.commit_id, "")
    above = tuple(
        Line(i, lane if i in arriving else i, waits.branch)
        for i, waits in enumerate(lanes)
        if waits is not None and waits.is_drawn
    )
    passing = [i for i, waits in enumerate(lanes) if waits and waits.is_drawn and i not in arriving]
    for i in arriving:
        lanes[i] = None
    below = [Line(i, i, waits.branch) for i in passing if (waits := lanes[i]) is not None]
    for n, parent in enumerate(p for p in commit.parent_ids if p in known):
        to_lane, line_branch = _lane_for_parent(parent, lane if n == 0 else None, lanes, owner, branch)
        below.append(Line(lane, to_lane, line_branch))
    return GraphRow(lane, branch, above, tuple(below))


def _lane_for_parent(
    parent: str, own: int | None, lanes: list[_Waiting | None], owner: dict[str, str], branch: str
) -> tuple[int, str]:
    if own is not None:
        lanes[own] = _Waiting(parent, branch)
        return own, branch
    line_branch = owner.get(parent, branch)
    for i, waits in enumerate(lanes):
        if waits is not None and waits.commit_id == parent:
            lanes[i] = _Waiting(parent, waits.branch)
            return i, line_branch
    free = _free_lane(lanes)
    lanes[free] = _Waiting(parent, line_branch)
    return free, line_branch


def _free_lane(lanes: list[_Waiting | None]) -> int:
    for i, waits in enumerate(lanes):
        if waits is None:
            return i
    lanes.append(None)
    return len(lanes) - 1
