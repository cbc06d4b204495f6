"""Reading what is dragged onto the timeline."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData

from infinite_studio.ui.timeline.grid import snap_frame
from infinite_studio.ui.timeline.state import DropPlace, TimelineState

OBJECT_MIME_TYPE = "application/x-infinite-studio-object"
CLIPS_MIME_TYPE = "application/x-infinite-studio-clips"


@dataclass(frozen=True)
class ObjectDrop:
    """A stored sound that was dropped; no track id means a new track."""

    object_id: str
    name: str
    frame: int
    track_id: str


def object_mime_data(object_id: str, name: str, data: QMimeData | None = None) -> QMimeData:
    """Wrap a stored sound for dragging within the studio, in `data` where there is more to carry."""
    wrapped = data or QMimeData()
    value = {"object_id": object_id, "name": name, "process": os.getpid()}
    wrapped.setData(OBJECT_MIME_TYPE, json.dumps(value).encode())
    return wrapped


def clips_mime_data(data: QMimeData) -> QMimeData:
    """Mark what is dragged as the clips that the timeline of this process holds."""
    data.setData(CLIPS_MIME_TYPE, str(os.getpid()).encode())
    return data


def carries_clips(data: QMimeData) -> bool:
    """Whether clips of this process's timeline are dragged."""
    if not data.hasFormat(CLIPS_MIME_TYPE):
        return False
    return bytes(data.data(CLIPS_MIME_TYPE).data()) == str(os.getpid()).encode()


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the local files among what is dragged; none where it is a sound that the studio has anyway."""
    if carries_clips(data) or dropped_object(data) is not None:
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def dropped_object(data: QMimeData) -> tuple[str, str] | None:
    """Return object id and name of a dragged sound, or None where there is none of this process."""
    if not data.hasFormat(OBJECT_MIME_TYPE):
        return None
    try:
        value = json.loads(data.data(OBJECT_MIME_TYPE).toStdString())
        is_ours = value["process"] == os.getpid()
        return (str(value["object_id"]), str(value["name"])) if is_ours else None
    except (ValueError, KeyError, TypeError):
        return None


def is_welcome(data: QMimeData) -> bool:
    """Whether the timeline can use what is dragged."""
    return dropped_object(data) is not None or bool(dropped_paths(data))


def landing_place(state: TimelineState, x: float, y: float, *, snaps: bool) -> DropPlace:
    """Return where a drop at a point of the lanes lands; left of them, on the heads, it is the playhead."""
    if state.project.length_frames == 0:
        track = state.track_at(y) if y >= 0 else None
        return DropPlace(0, track.track_id if track else "")
    frame = state.viewport.frame_at(x) if x >= 0 else float(state.playhead_frame)
    track = state.track_at(y) if y >= 0 else None
    return place_of(state, frame, track.track_id if track else "", snaps=snaps and x >= 0)


def place_of(state: TimelineState, frame: float, track_id: str, *, snaps: bool) -> DropPlace:
    """Return a landing place at a frame, on the beat where that is wanted."""
    return DropPlace(snap_frame(state.project, frame) if snaps else max(0, round(frame)), track_id)
