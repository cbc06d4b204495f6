"""Merging changes of different stems does not depend on whose are merged into whose."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from infinite_studio.music.stems import StemType
from infinite_studio.project.diff import diff_projects
from infinite_studio.project.matching import content_of
from infinite_studio.project.merging import merge_projects
from infinite_studio.project.model import Clip, Marker, Project, Track

NAMES = ("Drums", "Bass", "Melody", "Vocals", "Rain")
clips = st.builds(
    Clip, object_id=st.sampled_from("abcdefgh"), name=st.sampled_from(("Take 1", "Take 2")),
    start_frame=st.integers(0, 10**6), length_frames=st.integers(1, 10**6), gain_db=st.sampled_from((0.0, -6.0)),
    clip_id=st.uuids().map(lambda drawn: drawn.hex[:12]),
)  # fmt: skip


def stem(number: int) -> StemType:
    return list(StemType)[number]


@st.composite
def tracks(draw, number: int) -> Track:
    """A stem with a sound of its own; whether its identity is new, as after another take, is drawn."""
    identity = draw(st.sampled_from((f"t{number}", f"t{number}-{draw(st.uuids()).hex[:8]}")))
    return Track(
        NAMES[number],
        stem(number),
        tuple(draw(st.lists(clips, min_size=1, max_size=3))),
        gain_db=draw(st.sampled_from((0.0, -3.0, -60.0))),
        muted=draw(st.booleans()),
        track_id=identity,
    )


@st.composite
def histories(draw) -> tuple[Project, Project, Project]:
    """A version, and two that changed different stems of it, each perhaps with new ones."""
    present = draw(st.lists(st.integers(0, 4), unique=True, max_size=5))
    base = Project("Tape", tracks=tuple(draw(tracks(number)) for number in sorted(present)))
    owners = {number: draw(st.sampled_from(("ours", "theirs", "nobody"))) for number in range(5)}
    sides = []
    for side in ("ours", "theirs"):
        kept = []
        for track in base.tracks:
            number = NAMES.index(track.name)
            fate = draw(st.sampled_from(("replaced", "removed", "muted"))) if owners[number] == side else ""
            if fate == "replaced":
                kept.append(draw(tracks(number)))
            elif fate != "removed":
                kept.append(replace(track, muted=not track.muted) if fate else track)
        for number in range(5):
            if number not in present and owners[number] == side and draw(st.booleans()):
                kept.insert(draw(st.integers(0, len(kept))), draw(tracks(number)))
        markers = (Marker(side, draw(st.integers(0, 100)), side),) if draw(st.booleans()) else ()
        sides.append(replace(base, tracks=tuple(kept), markers=markers))
    return base, sides[0], sides[1]


@given(histories())
def test_a_merge_of_disjoint_stem_changes_is_order_independent(history):
    base, ours, theirs = history
    one, other = merge_projects(base, ours, theirs), merge_projects(base, theirs, ours)
    assert one.conflicts == other.conflicts == ()
    assert one.project == other.project


@given(histories())
def test_a_merge_holds_each_changed_stem_of_either_side(history):
    base, ours, theirs = history
    merged = merge_projects(base, ours, theirs).project
    before, after = ([content_of(track) for track in project.tracks] for project in (base, merged))
    for track in (*ours.tracks, *theirs.tracks):
        assert content_of(track) in before or content_of(track) in after


@given(histories())
def test_merging_with_an_unchanged_version_changes_nothing(history):
    base, ours, _ = history
    merged = merge_projects(base, ours, base)
    assert diff_projects(ours, merged.project).is_empty
    assert {t.track_id for t in merged.project.tracks} == {t.track_id for t in ours.tracks}


@given(histories())
def test_merging_twice_adds_nothing(history):
    base, ours, theirs = history
    merged = merge_projects(base, ours, theirs).project
    assert merge_projects(theirs, merged, theirs).project == merged


@given(histories())
def test_a_difference_in_sound_is_always_told(history):
    base, ours, _ = history
    differs = [content_of(t) for t in base.tracks] != [content_of(t) for t in ours.tracks]
    assert diff_projects(base, replace(ours, markers=())).is_empty == (not differs)
