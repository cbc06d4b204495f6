import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_studio.history.recipe import Recipe
from infinite_studio.history.snapshot import DamagedSnapshotError, Snapshot
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.stems import StemType
from infinite_studio.project.model import Clip, LoopRange, Marker, Project, Track
from infinite_studio.project.snapshots import project_of, snapshot_of

frames = st.integers(0, 10**10)
names = st.text(st.characters(codec="utf-8"), max_size=30)
object_ids = st.text("0123456789abcdef", min_size=64, max_size=64)
recipes = st.builds(
    Recipe, engine=names, model_revision=names, prompt=names,
    parameters=st.dictionaries(names, st.one_of(st.integers(), st.booleans(), names), max_size=3),
    seed=st.none() | st.integers(0, 2**63), input_object_ids=st.lists(object_ids, max_size=2).map(tuple),
)  # fmt: skip
clips = st.builds(
    Clip, object_id=object_ids, name=names, start_frame=frames, length_frames=st.integers(1, 10**9),
    source_offset_frames=frames, gain_db=st.floats(-60, 12), recipe=st.none() | recipes,
)  # fmt: skip
tracks = st.builds(
    Track, name=names, stem_type=st.sampled_from(StemType), clips=st.lists(clips, max_size=3).map(tuple),
    gain_db=st.floats(-60, 12), pan=st.floats(-1, 1), muted=st.booleans(), soloed=st.booleans(),
)  # fmt: skip
projects = st.builds(
    Project, name=names, tempo_bpm=st.floats(30, 300), key=st.none() | st.builds(Key, st.integers(0, 11), st.sampled_from(Mode)),
    tracks=st.lists(tracks, max_size=3).map(tuple), markers=st.lists(st.builds(Marker, names, frames), max_size=2).map(tuple),
    loop=st.none() | st.builds(LoopRange, frames, frames, st.booleans()),
)  # fmt: skip


@given(projects)
def test_a_project_survives_its_snapshot_unchanged(project):
    assert project_of(Snapshot.from_bytes(snapshot_of(project).to_bytes())) == project


@given(projects)
def test_a_snapshot_names_every_object_of_the_project(project):
    assert snapshot_of(project).object_ids == {clip.object_id for _, clip in project.clips()}


@given(projects)
def test_equal_projects_give_equal_bytes(project):
    again = project_of(Snapshot.from_bytes(snapshot_of(project).to_bytes()))
    assert snapshot_of(again).to_bytes() == snapshot_of(project).to_bytes()


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b"[1]", b'{"snapshot_version": 1}'])
def test_bytes_that_are_no_snapshot_are_refused(data):
    with pytest.raises(DamagedSnapshotError):
        Snapshot.from_bytes(data)


def test_a_snapshot_of_a_newer_studio_is_refused():
    values = json.loads(snapshot_of(Project("Test")).to_bytes())
    values["snapshot_version"] = 99
    with pytest.raises(DamagedSnapshotError, match="newer"):
        Snapshot.from_bytes(json.dumps(values).encode())


def test_a_document_without_its_tracks_is_refused():
    with pytest.raises(DamagedSnapshotError):
        project_of(Snapshot({"name": "Test"}, frozenset()))
