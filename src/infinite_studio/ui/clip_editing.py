"""What a person does with the selected clips: one undo each, the clipboard, and dragging them out of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QDrag
from PySide6.QtWidgets import QMenu

from infinite_studio.project.clip_steps import (
    ClipPlace,
    CopiedClips,
    MoveClips,
    PlaceClips,
    RemoveClips,
    SplitClips,
    copy_clips,
    duplicate_step,
    paste_step,
)
from infinite_studio.services.dragging import DraggedSound
from infinite_studio.ui.actions import NOTHING_COPIED, OUTSIDE_CLIP
from infinite_studio.ui.dragged_files import DraggedFiles, FilesMimeData
from infinite_studio.ui.timeline.drops import clips_mime_data

if TYPE_CHECKING:
    from infinite_studio.project.model import Clip, Track
    from infinite_studio.services.session import StudioSession
    from infinite_studio.ui.timeline.view import TimelineView

ClipIds = tuple[str, ...]


class ClipEditing(QObject):
    """Turns what the timeline asks for its clips into steps, and remembers what was copied."""

    copied = Signal()

    def __init__(self, session: StudioSession, timeline: TimelineView) -> None:
        super().__init__(timeline)
        self._session = session
        self._timeline = timeline
        self._copied = CopiedClips(())
        timeline.clips_moved.connect(self.move)
        timeline.clips_duplicated.connect(self.duplicate)
        timeline.clips_split.connect(self.split)
        timeline.clips_deleted.connect(self.delete)
        timeline.clips_copied.connect(self.copy)
        timeline.clips_cut.connect(self.cut)
        timeline.paste_requested.connect(self.paste)
        timeline.clips_dragged_out.connect(self.drag_out)

    @property
    def has_copied(self) -> bool:
        """Whether there is something to paste."""
        return bool(self._copied.clips)

    def move(self, places: tuple[ClipPlace, ...]) -> None:
        """Move clips."""
        own = self._own(place.clip_id for place in places)
        tracks = {track.track_id for track in self._session.project.tracks}
        kept = tuple(p for p in places if p.clip_id in own and p.track_id in tracks)
        if kept:
            self._session.apply(MoveClips(kept))

    def duplicate(self, clip_ids: ClipIds) -> None:
        """Repeat clips behind themselves and select the copies, so that they can be repeated again."""
        step = duplicate_step(self._session.project, clip_ids)
        if step.clips:
            self._place(step)

    def split(self, clip_ids: ClipIds, frame: int) -> None:
        """Cut clips in two at a frame."""
        if own := self._own(clip_ids):
            self._session.apply(SplitClips(own, frame))

    def delete(self, clip_ids: ClipIds) -> None:
        """Take clips off the timeline."""
        if own := self._own(clip_ids):
            self._session.apply(RemoveClips(own))

    def copy(self, clip_ids: ClipIds) -> None:
        """Keep clips for pasting, here or in another project."""
        copied = copy_clips(self._session.project, clip_ids)
        if copied.clips:
            self._copied = copied
            self.copied.emit()

    def cut(self, clip_ids: ClipIds) -> None:
        """Keep clips for pasting and take them off the timeline."""
        if own := self._own(clip_ids):
            self.copy(own)
            self._session.apply(RemoveClips(own, verb="cut"))

    def paste(self) -> None:
        """Put what was copied at the playhead, which goes to its end while nothing plays."""
        if not self.has_copied:
            return
        step = paste_step(self._session.project, self._copied, self._session.playhead_frame)
        self._place(step)
        is_there = set(step.clip_ids) <= set(self._timeline.selected_clip_ids)
        if is_there and not self._session.is_playing:
            self._timeline.seek_requested.emit(step.end_frame)

    def drag_out(self, clip_ids: ClipIds) -> None:
        """Let the system drag clips; other programs get files, the timeline itself moves them."""
        wanted = {clip.clip_id: (track, clip) for track, clip in self._session.project.clips()}
        sounds = tuple(_dragged(*wanted[i]) for i in clip_ids if i in wanted)
        if not sounds:
            return
        files = DraggedFiles(self._session, sounds, self._timeline.window())
        files.begin()
        drag = QDrag(self._timeline)
        drag.setMimeData(clips_mime_data(FilesMimeData(files)))
        drag.exec(Qt.DropAction.CopyAction)

    def add_to(self, menu: QMenu, clip_id: str) -> None:
        """Add what can be done with a clip to its menu; with all that are selected where it is one of them."""
        selected = self._timeline.selected_clip_ids
        clip_ids = selected if clip_id in selected else (clip_id,)
        playhead = self._session.playhead_frame
        clips = [clip for _, clip in self._session.project.clips() if clip.clip_id in clip_ids]
        inside = tuple(clip.clip_id for clip in clips if clip.start_frame < playhead < clip.end_frame)
        what = f" {len(clip_ids)} clips" if len(clip_ids) > 1 else ""
        add_action(menu, f"Cut{what}", lambda: self.cut(clip_ids))
        add_action(menu, f"Copy{what}", lambda: self.copy(clip_ids))
        self.add_paste_to(menu)
        add_action(menu, f"Duplicate{what}", lambda: self.duplicate(clip_ids))
        add_action(
            menu, "Split at playhead", lambda: self.split(inside, playhead), "" if inside else OUTSIDE_CLIP
        )
        add_action(menu, f"Delete{what}", lambda: self.delete(clip_ids))

    def add_paste_to(self, menu: QMenu) -> None:
        """Add pasting to a menu, greyed while nothing was copied."""
        add_action(menu, "Paste at playhead", self.paste, "" if self.has_copied else NOTHING_COPIED)

    def _own(self, clip_ids: Iterable[str]) -> ClipIds:
        """Leave out what is shown already but still being made."""
        known = {clip.clip_id for _, clip in self._session.project.clips()}
        return tuple(clip_id for clip_id in clip_ids if clip_id in known)

    def _place(self, step: PlaceClips) -> None:
        self._session.apply(step)
        self._timeline.select_clips(step.clip_ids or self._timeline.selected_clip_ids)


def _dragged(track: Track, clip: Clip) -> DraggedSound:
    """Name a clip as another program will show it: four clips of one take are told apart by their tracks."""
    name = clip.name if clip.name in track.name else f"{track.name} - {clip.name}"
    return DraggedSound(clip.object_id, name, clip.source_offset_frames, clip.length_frames, clip.gain_db)


def add_action(menu: QMenu, text: str, run: Callable[[], object], reason: str = "") -> QAction:
    """Add a line to a menu, greyed with a reason where there is one."""
    action = menu.addAction(text)
    action.triggered.connect(lambda _checked=False: run())
    action.setEnabled(not reason)
    action.setToolTip(reason)
    return action
