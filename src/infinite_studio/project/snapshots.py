"""Between `Project` and the history's `Snapshot`: the one place that knows the document's form."""

from collections.abc import Mapping
from typing import Any

from infinite_studio.history.recipe import Recipe
from infinite_studio.history.snapshot import DamagedSnapshotError, Snapshot
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.stems import StemType
from infinite_studio.project.model import Clip, LoopRange, Marker, Project, Track


def snapshot_of(project: Project) -> Snapshot:
    """Return the project as a snapshot; equal projects give equal bytes."""
    document = {
        "name": project.name,
        "sample_rate": project.sample_rate,
        "tempo_bpm": project.tempo_bpm,
        "key": key_to_json(project.key),
        "tracks": [_track_to_json(track) for track in project.tracks],
        "markers": [
            {"marker_id": marker.marker_id, "name": marker.name, "frame": marker.frame}
            for marker in project.markers
        ],
        "loop": _loop_to_json(project.loop),
    }
    return Snapshot(document, frozenset(clip.object_id for _, clip in project.clips()))


def project_of(snapshot: Snapshot) -> Project:
    """Return the project that a snapshot holds.

    Raises
    ------
    DamagedSnapshotError
        If the document lacks something or holds values of the wrong kind.
    """
    document = snapshot.document
    try:
        return Project(
            name=str(document["name"]),
            tempo_bpm=float(document["tempo_bpm"]),
            key=key_from_json(document["key"]),
            tracks=tuple(_track_from_json(values) for values in document["tracks"]),
            markers=tuple(Marker(m["name"], int(m["frame"]), m["marker_id"]) for m in document["markers"]),
            loop=_loop_from_json(document["loop"]),
            sample_rate=int(document["sample_rate"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedSnapshotError(
            "This version of the project is damaged and cannot be opened.",
            hint="Other versions in the history still open.",
        ) from error


def key_to_json(key: Key | None) -> dict[str, Any] | None:
    """Return a key as JSON values."""
    return None if key is None else {"tonic": key.tonic, "mode": key.mode.value}


def key_from_json(values: Mapping[str, Any] | None) -> Key | None:
    """Read a key back from `key_to_json`'s values."""
    return None if values is None else Key(int(values["tonic"]), Mode(values["mode"]))


def _loop_to_json(loop: LoopRange | None) -> dict[str, Any] | None:
    if loop is None:
        return None
    return {"start_frame": loop.start_frame, "end_frame": loop.end_frame, "enabled": loop.enabled}


def _loop_from_json(values: Mapping[str, Any] | None) -> LoopRange | None:
    if values is None:
        return None
    return LoopRange(int(values["start_frame"]), int(values["end_frame"]), bool(values["enabled"]))


def _track_to_json(track: Track) -> dict[str, Any]:
    return {
        "track_id": track.track_id,
        "name": track.name,
        "stem_type": track.stem_type.value,
        "gain_db": track.gain_db,
        "pan": track.pan,
        "muted": track.muted,
        "soloed": track.soloed,
        "clips": [_clip_to_json(clip) for clip in track.clips],
    }


def _track_from_json(values: Mapping[str, Any]) -> Track:
    return Track(
        name=str(values["name"]),
        stem_type=StemType(values["stem_type"]),
        clips=tuple(_clip_from_json(clip) for clip in values["clips"]),
        gain_db=float(values["gain_db"]),
        pan=float(values["pan"]),
        muted=bool(values["muted"]),
        soloed=bool(values["soloed"]),
        track_id=str(values["track_id"]),
    )


def _clip_to_json(clip: Clip) -> dict[str, Any]:
    return {
        "clip_id": clip.clip_id,
        "object_id": clip.object_id,
        "name": clip.name,
        "start_frame": clip.start_frame,
        "length_frames": clip.length_frames,
        "source_offset_frames": clip.source_offset_frames,
        "gain_db": clip.gain_db,
        "recipe": None if clip.recipe is None else clip.recipe.to_json(),
    }


def _clip_from_json(values: Mapping[str, Any]) -> Clip:
    recipe = values["recipe"]
    return Clip(
        object_id=str(values["object_id"]),
        name=str(values["name"]),
        start_frame=int(values["start_frame"]),
        length_frames=int(values["length_frames"]),
        source_offset_frames=int(values["source_offset_frames"]),
        gain_db=float(values["gain_db"]),
        recipe=None if recipe is None else Recipe.from_json(recipe),
        clip_id=str(values["clip_id"]),
    )
