"""Between the timeline and the session: what a person does there becomes steps, and what changes is shown there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from infinite_studio.history.names import checked_name
from infinite_studio.project.model import LoopRange
from infinite_studio.project.steps import (
    RemoveTrack,
    RenameTrack,
    SetGain,
    SetLoop,
    SetMuted,
    SetPan,
    SetSoloed,
    Step,
)
from infinite_studio.services.growing import TakeGrown
from infinite_studio.services.importing import ImportStarted
from infinite_studio.ui.actions import NOTHING_ON_TIMELINE
from infinite_studio.ui.clip_editing import ClipEditing
from infinite_studio.ui.clip_editing import add_action as _add
from infinite_studio.ui.generate_menu import add_making_actions
from infinite_studio.ui.history_bundles import take_bundles
from infinite_studio.ui.library_panel import ROUGH_SPLIT, ROUGH_SPLIT_HINT
from infinite_studio.ui.popups import open_dialog, open_menu
from infinite_studio.ui.timeline.detail import DetailedPeaks

if TYPE_CHECKING:
    from infinite_studio.jobs.job import JobView
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes
    from infinite_studio.ui.timeline.drops import ObjectDrop
    from infinite_studio.ui.timeline.peaks import PeaksLike
    from infinite_studio.ui.timeline.view import TimelineView

MAKING = "being made…"


class TimelineLink(QObject):
    """Keeps one timeline and one session in step."""

    def __init__(self, session: StudioSession, timeline: TimelineView) -> None:
        super().__init__(timeline)
        self._session = session
        self._timeline = timeline
        self.clips = ClipEditing(session, timeline)
        timeline.set_peaks_source(self._peaks)
        timeline.set_project(session.shown_project)
        self._connect_steps()
        timeline.seek_requested.connect(self._on_seek)
        timeline.files_dropped.connect(self._on_files)
        timeline.object_dropped.connect(self._on_object)
        timeline.clip_menu_requested.connect(self._on_clip_menu)
        timeline.track_menu_requested.connect(self._on_track_menu)
        session.changed.connect(self._on_changed)
        self._reading: dict[int, str] = {}
        self._growing: dict[int, str] = {}
        self._shown_repository_id = ""
        session.jobs.partial.connect(self._on_partial)
        session.jobs.changed.connect(self._on_job)

    def view_text(self) -> str:
        """Return zoom, scroll and playhead of the open project as text for the settings."""
        place = {"playhead_frame": self._session.playhead_frame, **self._timeline.view_state()}
        return json.dumps({"repository_id": self._session.repository.repository_id, "view": place})

    def restore_view(self, text: str) -> None:
        """Show the open project as it was left; all of it where it was not the last one."""
        try:
            saved = json.loads(text)
            is_same = saved["repository_id"] == self._session.repository.repository_id
            view = saved["view"] if is_same else {}
            self._session.seek(int(view.get("playhead_frame", 0)))
        except (ValueError, KeyError, TypeError, AttributeError):
            view = {}
        if view:
            self._timeline.restore_view_state(view)
        else:
            self._timeline.zoom_to_fit()

    def _connect_steps(self) -> None:
        timeline = self._timeline
        timeline.track_deleted.connect(lambda track_id: self._apply(RemoveTrack(track_id)))
        timeline.track_renamed.connect(lambda track_id, name: self._apply(RenameTrack(track_id, name)))
        timeline.track_muted.connect(lambda track_id, muted: self._apply(SetMuted(track_id, muted)))
        timeline.track_soloed.connect(lambda track_id, soloed: self._apply(SetSoloed(track_id, soloed)))
        timeline.track_gain_changed.connect(self._on_gain)
        timeline.track_pan_changed.connect(self._on_pan)
        timeline.loop_changed.connect(self._on_loop)

    def tick(self) -> None:
        """Show where the transport is and how loud it plays."""
        is_playing = self._session.is_playing
        self._timeline.set_playhead(self._session.playhead_frame, is_playing)
        if is_playing:
            self._timeline.set_levels(self._session.levels())

    def clip_menu(self, clip_id: str) -> QMenu:
        """Return the menu of a clip."""
        clip = next(clip for _track, clip in self._session.project.clips() if clip.clip_id == clip_id)
        menu = QMenu(self._timeline)
        menu.setToolTipsVisible(True)
        self._add_split(menu, clip.object_id, clip.start_frame)
        add_making_actions(menu, self._session, clip.object_id, this="this")
        menu.addSeparator()
        self.clips.add_to(menu, clip_id)
        menu.addSeparator()
        _add(menu, "Audition the whole sound", lambda: self._session.audition(clip.object_id))
        return menu

    def track_menu(self, track_id: str) -> QMenu:
        """Return the menu of a track."""
        track = self._session.project.track(track_id)
        menu = QMenu(self._timeline)
        menu.setToolTipsVisible(True)
        if track.clips:
            self._add_split(menu, track.clips[0].object_id, track.clips[0].start_frame)
        else:
            _add(menu, ROUGH_SPLIT, lambda: None, NOTHING_ON_TIMELINE)
        menu.addSeparator()
        self.clips.add_paste_to(menu)
        select = _add(menu, "Select its clips", lambda: self._select_track(track_id))
        select.setEnabled(bool(track.clips))
        menu.addSeparator()
        _add(menu, "Rename…", lambda: self._ask_name(track_id, track.name))
        _add(menu, "Delete track", lambda: self._apply(RemoveTrack(track_id)))
        return menu

    def _add_split(self, menu: QMenu, object_id: str, at_frame: int) -> None:
        reason = "This library is open in another window." if self._session.is_read_only else ""
        split = _add(menu, ROUGH_SPLIT, lambda: self._session.split_object(object_id, at_frame), reason)
        if not reason:
            split.setToolTip(ROUGH_SPLIT_HINT)

    def _apply(self, step: Step) -> None:
        self._session.apply(step)

    def _ask_name(self, track_id: str, name: str) -> None:
        from infinite_studio.ui.dialogs.name_dialog import NameDialog

        dialog = NameDialog("Rename track", "Rename", checked_name, self._timeline.window(), first=name)
        dialog.named.connect(lambda new_name: self._apply(RenameTrack(track_id, new_name)))
        open_dialog(dialog)

    def _on_seek(self, frame: int) -> None:
        self._session.seek(frame)
        self.tick()

    def _select_track(self, track_id: str) -> None:
        self._timeline.select_clips(clip.clip_id for clip in self._session.project.track(track_id).clips)

    def _peaks(self, object_id: str) -> PeaksLike | None:
        """Return a sound's waveform, with its samples behind it for deep zooms once they are decoded."""
        peaks = self._session.peaks(object_id)
        samples = None if peaks is None else self._session.samples_of(object_id)
        if peaks is None or samples is None or peaks.n_frames < len(samples):
            return peaks
        return DetailedPeaks(peaks, samples)

    def _on_gain(self, track_id: str, gain_db: float, is_done: bool) -> None:
        self._apply(SetGain(track_id, gain_db))
        if is_done:
            self._session.end_gesture()

    def _on_pan(self, track_id: str, pan: float, is_done: bool) -> None:
        self._apply(SetPan(track_id, pan))
        if is_done:
            self._session.end_gesture()

    def _on_loop(self, loop: LoopRange | None) -> None:
        self._apply(SetLoop(loop))

    def _on_files(self, paths: Sequence[Path], frame: int, track_id: str) -> None:
        sounds = take_bundles(self._session, paths)
        if sounds:
            self._session.import_files(sounds, frame, track_id or None)

    def _on_object(self, drop: ObjectDrop) -> None:
        sound = self._session.sound_of(drop.object_id)
        if sound is not None:
            self._session.place_sound(sound.sound_id, drop.frame, drop.track_id or None)

    def _on_clip_menu(self, clip_id: str, position: QPoint) -> None:
        if not self._session.is_being_made(clip_id):
            open_menu(self.clip_menu(clip_id), position)

    def _on_track_menu(self, track_id: str, position: QPoint) -> None:
        if not self._session.is_being_made(track_id):
            open_menu(self.track_menu(track_id), position)

    def _on_partial(self, job_id: int, shared: object) -> None:
        if isinstance(shared, ImportStarted):
            self._reading[job_id] = shared.object_id
            self._timeline.set_pending(shared.object_id, "reading…")
        elif isinstance(shared, TakeGrown) and job_id not in self._growing:
            self._growing[job_id] = shared.object_id
            self._timeline.set_pending(shared.object_id, MAKING)

    def _on_job(self, view: JobView) -> None:
        """Say on the clip how far its file is read."""
        object_id = self._reading.get(view.job_id)
        if object_id is not None:
            self._timeline.set_pending(
                object_id, None if view.state.is_finished else f"reading… {view.fraction:.0%}"
            )
        if view.state.is_finished:
            self._reading.pop(view.job_id, None)
        self._say_growth(view)

    def _say_growth(self, view: JobView) -> None:
        """Say on the clip how far its take is made."""
        object_id = self._growing.get(view.job_id)
        if object_id is None:
            return
        self._timeline.set_pending(
            object_id, None if view.state.is_finished else f"{MAKING} {view.fraction:.0%}"
        )
        if view.state.is_finished:
            del self._growing[view.job_id]

    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.project or changes.repositories:
            self._timeline.set_project(self._session.shown_project)
            self.tick()
        if changes.repositories and self._session.repository.repository_id != self._shown_repository_id:
            self._shown_repository_id = self._session.repository.repository_id
            self.restore_view(self._session.settings.timeline_view)
        if changes.peaks:
            self._timeline.refresh_peaks(changes.peaks)


def loop_from(loop: LoopRange | None, frame: int, end_frame: int, *, is_start: bool) -> LoopRange:
    """Return a loop range with one end at a frame; the other end gives way where they would cross."""
    present = loop or LoopRange(0, max(end_frame, frame + 1))
    if is_start:
        end = present.end_frame if present.end_frame > frame else max(end_frame, frame + 1)
        return replace(present, start_frame=frame, end_frame=end, enabled=True)
    start = present.start_frame if present.start_frame < frame else 0
    return replace(present, start_frame=start, end_frame=max(frame, start + 1), enabled=True)
