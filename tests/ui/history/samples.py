"""Comparisons and conflicts as the services return them."""

from types import MappingProxyType

from tests.ui.fake_session import FakeSession, commit

from infinite_studio.history.values import Commit
from infinite_studio.music.stems import StemType
from infinite_studio.project.diff import Change, ChangeKind, ProjectDiff
from infinite_studio.project.merging import Conflict, Side
from infinite_studio.project.model import Clip, Track
from infinite_studio.services.comparing import Comparison, StemComparison, StemState
from infinite_studio.services.merging import Conflicts


def cid(n: int) -> str:
    """Return the id of a sample commit."""
    return f"{n:064x}"


def long_line(n: int) -> tuple[Commit, ...]:
    """Return so many commits on one line, newest first."""
    return tuple(commit(i, f"c{i}", (cid(i - 1),) if i > 1 else (), n - i) for i in range(n, 0, -1))


def comparison(session: FakeSession, a: int = 4, b: int = 7) -> Comparison:
    """Return what comparing two of a session's commits may come to."""
    before, after = session.commit_of(cid(a)), session.commit_of(cid(b))
    assert before is not None
    assert after is not None
    stems = (
        StemComparison("vocals", StemType.VOCALS, StemState.REMOVED, a_object_id="v"),
        StemComparison("drums", StemType.DRUMS, StemState.CHANGED, 0.414, -3.24, "d1", "d2"),
        StemComparison("bass", StemType.BASS, StemState.SAME, None, None, "b", "b"),
        StemComparison("texture", StemType.OTHER, StemState.ADDED, b_object_id="t"),
    )
    changes = (
        Change(ChangeKind.TEMPO, "Tempo 90 → 84 BPM"),
        Change(ChangeKind.STEM_REPLACED, "drums replaced"),
    )
    return Comparison(before, after, ProjectDiff(changes), stems, -4.8)


def conflicts() -> Conflicts:
    """Return a merge in which drums, vocals and the tempo wait for choices."""
    drums, vocals = (_track(kind) for kind in (StemType.DRUMS, StemType.VOCALS))
    found = (
        Conflict("drums-id", "Drums", drums, drums, drums, "new take (seed 12)", "moved 2 bars later"),
        Conflict("vocals-id", "Vocals", None, vocals, vocals, "removed", "muted"),
        Conflict("tempo", "tempo", None, None, None, "84 BPM", "92 BPM"),
    )
    heard = {
        ("drums-id", Side.OURS): "our-drums",
        ("drums-id", Side.THEIRS): "their-drums",
        ("vocals-id", Side.THEIRS): "their-vocals",
    }
    return Conflicts(cid(7), cid(5), cid(4), "main", found, MappingProxyType(heard))


def _track(kind: StemType) -> Track:
    return Track(kind.value.title(), kind, (Clip("o", kind.value, 0, 100),))
