"""Which lane every commit is drawn in, and the lines between them, computed as commits arrive; no widgets here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from infinite_studio.history.values import MAIN_BRANCH, BranchInfo, Commit

FIRST_COLOR = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One half of a row's connection: from a lane at one edge to a lane at the other, in a lane's colour."""

    from_lane: int
    to_lane: int
    color: int


@dataclass(frozen=True, slots=True)
class GraphRow:
    """How one commit is drawn: its lane and colour, the lines above its dot, and those below."""

    lane: int
    color: int
    above: tuple[Line, ...]
    below: tuple[Line, ...]

    @property
    def n_lanes(self) -> int:
        """How many lanes the row touches."""
        lines = (*self.above, *self.below)
        return max([self.lane, *(max(line.from_lane, line.to_lane) for line in lines)]) + 1

    @property
    def leaving(self) -> tuple[Line, ...]:
        """The lines that go on below the row, straight down."""
        lanes = {line.to_lane: line.color for line in self.below}
        return tuple(Line(lane, lane, color) for lane, color in sorted(lanes.items()))


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A lane that runs down to a commit; ``is_drawn`` is False above the tip of the first branch."""

    commit_id: str
    color: int
    is_drawn: bool = True


def ordered_branches(branches: Iterable[BranchInfo]) -> tuple[str, ...]:
    """Return the branch names, the main one first, then by name."""
    return tuple(sorted((b.name for b in branches), key=lambda name: (name != MAIN_BRANCH, name)))


class LaneWalk:
    """Walks down a history, newest first, and remembers only what the next commit needs.

    A line whose commit has not come yet goes on downwards; every commit must come before its parents.
    """

    def __init__(self, branches: Sequence[BranchInfo]) -> None:
        names = ordered_branches(branches)
        self._ranks = {name: rank for rank, name in enumerate(names)}
        self._names = names
        by_rank = sorted(branches, key=lambda branch: self._ranks[branch.name], reverse=True)
        self._tips = {branch.commit_id: self._ranks[branch.name] for branch in by_rank}
        self._claims = dict(self._tips)
        self._lanes: list[_Waiting | None] = []
        self._next_color = max(len(names), 1)
        self._shared: dict[object, GraphRow] = {}
        if names:
            first_tip = next(branch.commit_id for branch in branches if branch.name == names[0])
            self._lanes.append(_Waiting(first_tip, FIRST_COLOR, is_drawn=False))

    def branch_of(self, commit: Commit) -> str:
        """Say on which branch a commit was made: the first whose first parents lead to it; call it once, in order."""
        rank = self._claims.pop(commit.commit_id, None)
        if rank is None:
            return ""
        if commit.parent_ids:
            parent = commit.parent_ids[0]
            self._claims[parent] = min(rank, self._claims.get(parent, rank))
        return self._names[rank]

    def row_of(self, commit: Commit) -> GraphRow:
        """Return how the next commit is drawn."""
        lanes = self._lanes
        arriving = [i for i, waits in enumerate(lanes) if waits and waits.commit_id == commit.commit_id]
        lane = arriving[0] if arriving else self._free_lane()
        color = self._color_of(commit, lane)
        above = tuple(
            Line(i, lane if i in arriving else i, waits.color)
            for i, waits in enumerate(lanes)
            if waits is not None and waits.is_drawn
        )
        passing = [
            Line(i, i, waits.color)
            for i, waits in enumerate(lanes)
            if waits is not None and waits.is_drawn and i not in arriving
        ]
        for i in arriving:
            lanes[i] = None
        below = tuple(passing + self._lines_to_parents(commit, lane, color))
        self._drop_empty_lanes()
        row = GraphRow(lane, color, above, below)
        return self._shared.setdefault(row, row)

    def _color_of(self, commit: Commit, lane: int) -> int:
        waits = self._lanes[lane]
        if waits is not None:
            return waits.color
        return self._color_from(commit.commit_id)

    def _lines_to_parents(self, commit: Commit, lane: int, color: int) -> list[Line]:
        lines = []
        for place, parent in enumerate(commit.parent_ids):
            if place == 0:
                self._lanes[lane] = _Waiting(parent, color)
                lines.append(Line(lane, lane, color))
            else:
                to_lane, line_color = self._lane_to(parent)
                lines.append(Line(lane, to_lane, line_color))
        return lines

    def _lane_to(self, parent: str) -> tuple[int, int]:
        """Return the lane that runs to a further parent, a new one where none does yet."""
        for i, waits in enumerate(self._lanes):
            if waits is not None and waits.commit_id == parent:
                self._lanes[i] = _Waiting(parent, waits.color)
                return i, waits.color
        free = self._free_lane()
        color = self._color_from(parent)
        self._lanes[free] = _Waiting(parent, color)
        return free, color

    def _color_from(self, commit_id: str) -> int:
        """Return the colour of the branch that ends at a commit, else one that no lane had yet."""
        if commit_id in self._tips:
            return self._tips[commit_id]
        self._next_color += 1
        return self._next_color - 1

    def _free_lane(self) -> int:
        for i, waits in enumerate(self._lanes):
            if waits is None:
                return i
        self._lanes.append(None)
        return len(self._lanes) - 1

    def _drop_empty_lanes(self) -> None:
        while self._lanes and self._lanes[-1] is None:
            self._lanes.pop()


def graph_rows(commits: Sequence[Commit], branches: Sequence[BranchInfo]) -> tuple[GraphRow, ...]:
    """Return one row for each commit, newest first."""
    walk = LaneWalk(branches)
    return tuple(walk.row_of(commit) for commit in commits)


def branches_of(commits: Sequence[Commit], branches: Sequence[BranchInfo]) -> dict[str, str]:
    """Say for every commit which branch it was made on; commits that none leads to are left out."""
    walk = LaneWalk(branches)
    named = {commit.commit_id: walk.branch_of(commit) for commit in commits}
    return {commit_id: name for commit_id, name in named.items() if name}
