"""The Split panel: choose a sound, see what splitting does, split it, see which tracks came."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from infinite_studio.errors import StudioError
from infinite_studio.jobs.job import JobState
from infinite_studio.ui.edge_column import EdgeColumn
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import ComboField
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.surfaces import Card, EmptyState, Panel
from infinite_studio.ui.kit.time_text import duration_text, seconds_text
from infinite_studio.ui.split_choice import SplitChoice
from infinite_studio.ui.split_files_dialog import ask_for_files
from infinite_studio.ui.split_queue_list import SplitQueueList
from infinite_studio.ui.split_target import SplitTarget, stems_of, targets_of
from infinite_studio.ui.stem_row import StemRow
from infinite_studio.ui.waveform_thumbnail import WaveformThumbnail
from infinite_studio.ui.work_button import WorkButton

if TYPE_CHECKING:
    from infinite_studio.engines.base import EngineInfo
    from infinite_studio.project.model import Track
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.split_wish import SplitWish
    from infinite_studio.services.values import Changes

NO_TARGET = "Drop a song or choose a clip first."
READ_ONLY = "Another window has this library open, so nothing new can be kept here. Close it first."
EMPTY_HINT = "Drums, bass, voice and the rest then become tracks of their own."
BEST_SEPARATOR = "htdemucs"
_WAVE_PX = 44


class SplitPanel(Panel):
    """Splits the selected clip, another clip or a sound of the library into stems."""

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._selected_clip_id: str | None = None
        self._split: SplitTarget | None = None
        self._is_done = False
        self._is_way_settled = False
        self._shown_tracks: tuple[Track, ...] = ()
        self._follower = JobFollower(session.jobs, self)
        self.target = ComboField("What to split")
        self.wave = WaveformThumbnail(_WAVE_PX)
        self.length = Caption("", "tertiary")
        self.separator = ComboField("How")
        self.description = Caption()
        self.choice = SplitChoice()
        self.many = QuietButton("Split many files…", IconName.FOLDER)
        self._queue_follower = JobFollower(session.jobs, self)
        self.queue = SplitQueueList(self._queue_follower)
        self.work = WorkButton("Split", self._follower)
        self.failure = InlineProblem()
        self.result = Card()
        self.empty = EmptyState(IconName.SPLIT, NO_TARGET, EMPTY_HINT)
        self._form = QWidget()
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def chosen(self) -> SplitTarget | None:
        """What would be split now."""
        value = self.target.value()
        return value if isinstance(value, SplitTarget) else None

    @property
    def separator_name(self) -> str:
        """Registered name of the chosen separator."""
        return str(self.separator.value() or "quick")

    @property
    def wish(self) -> SplitWish:
        """What would come out now."""
        return self.choice.wish(self.separator_name)

    @Slot(object)
    def set_selected_clip(self, clip_id: str | None) -> None:
        """Offer the clip that is selected on the timeline first."""
        self._selected_clip_id = clip_id
        self._refresh()
        if clip_id is not None and self.target.editor.count():
            self.target.editor.setCurrentIndex(0)

    @Slot()
    def split(self) -> None:
        """Split what is chosen."""
        target = self.chosen
        if target is None or not self.work.button.isEnabled() or self._follower.is_running:
            return
        self.failure.clear()
        self._is_done = False
        self._split = target
        self._show_result()
        job_id = self._session.split_object(target.object_id, target.at_frame, self.wish)
        self._follower.follow(() if job_id is None else (job_id,))

    @Slot()
    def split_many(self) -> None:
        """Ask for files and a folder, and split them one after another in the way that is chosen."""
        asked = ask_for_files(self)
        if asked is not None:
            paths, request = asked
            self._session.queue_splits(paths, replace(request, wish=self.wish))

    def _lay_out(self) -> None:
        column = EdgeColumn(self)
        column.body.addWidget(self.empty)
        sound = Card()
        sound.body.addWidget(self.wave)
        sound.body.addWidget(self.length)
        self._sound = sound
        for widget in (
            self.target,
            sound,
            self.separator,
            self.description,
            self.choice,
            self.work,
            self.failure,
            self.result,
            self.many,
            self.queue,
        ):
            column.body.addWidget(widget)
        column.body.insertSpacing(column.body.indexOf(self.work), 4)
        column.body.addStretch(1)
        self.result.hide()

    def _connect(self) -> None:
        self.target.editor.currentIndexChanged.connect(self._show_choice)
        self.separator.editor.currentIndexChanged.connect(self._show_choice)
        self.separator.chosen.connect(self._on_separator_chosen)
        self.choice.changed.connect(self._show_choice)
        self.choice.separator_wanted.connect(self._on_separator_wanted)
        self.many.clicked.connect(self.split_many)
        self.queue.paused.connect(self._session.pause_splits)
        self.queue.cleared.connect(self._session.clear_splits)
        self.queue.moved_up.connect(self._session.move_split_up)
        self.queue.dropped.connect(self._session.drop_split)
        self.work.pressed.connect(self.split)
        self._follower.finished.connect(self._on_finished)
        self._session.changed.connect(self._on_changed)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.weights:
            self._session.look_for_weights()
        if changes.project or changes.sounds or changes.repositories or changes.peaks or changes.weights:
            self._refresh()
        if changes.splits:
            self._show_queue()

    @Slot()
    def _on_finished(self) -> None:
        failed = self._follower.failure
        succeeded = any(view.state is JobState.SUCCEEDED for view in self._follower.views)
        self._follower.forget()
        if failed is not None:
            self.failure.show_problem(failed.sentence, failed.hint, failed.remedy)
        self._is_done = succeeded
        self._show_result()

    def _refresh(self) -> None:
        before = self.chosen
        targets = targets_of(self._session, self._selected_clip_id)
        self._offer_separators()
        self.target.set_options([(target.label, target) for target in targets])
        if before is not None and before not in targets:
            again = next((target for target in targets if target.object_id == before.object_id), None)
            self.target.choose(again)
        for widget in self._form_widgets():
            widget.setVisible(bool(targets))
        self.empty.setVisible(not targets)
        self._show_choice()
        self._show_result()
        self._show_queue()

    def _form_widgets(self) -> tuple[QWidget, ...]:
        return (self.target, self._sound)

    def _offer_separators(self) -> None:
        infos = self._separators()
        here = {info.name for info in infos if self._session.has_weights(info.name)}
        self.separator.set_options(
            [
                (info.label if info.name in here else f"{info.label} · download first", info.name)
                for info in infos
            ]
        )
        if not self._is_way_settled and BEST_SEPARATOR in here:
            self._is_way_settled = True
            self.separator.choose(BEST_SEPARATOR)

    @Slot(object)
    def _on_separator_chosen(self, _name: object) -> None:
        self._is_way_settled = True

    @Slot(str)
    def _on_separator_wanted(self, name: str) -> None:
        self._is_way_settled = True
        self.separator.choose(name)

    def _show_queue(self) -> None:
        job_id = self._session.split_queue_job
        self._queue_follower.follow(() if job_id is None else (job_id,))
        self.queue.show_queue(self._session.split_queue, is_paused=self._session.is_split_queue_paused)

    @Slot()
    def _show_choice(self) -> None:
        target = self.chosen
        info = next((info for info in self._separators() if info.name == self.separator_name), None)
        self.description.setText(f"{info.description} Licence: {info.licence}." if info else "")
        if info is not None:
            names = tuple(each.name for each in self._separators())
            self.choice.offer(self._session.stem_types(info.name), names, has_care=info.needs_weights)
        self.wave.set_peaks(self._session.peaks(target.object_id) if target else None)
        self.length.setText(duration_text(target.seconds) if target else "")
        self.work.button.set_available(self._reason(target), f"Split {target.name}" if target else "")
        seconds = None
        if target is not None:
            seconds = self._session.predict_seconds(f"split:{self.separator_name}", target.seconds)
        self.work.button.set_trailing("" if seconds is None else f"≈ {seconds_text(seconds)}")

    def _show_result(self) -> None:
        """Name the tracks that came, for as long as they are in the project; they arrive after the job has ended."""
        target = self._split if self._is_done else None
        tracks = stems_of(self._session.project, target.object_id) if target is not None else ()
        self.result.setVisible(bool(tracks))
        if target is None or tracks == self._shown_tracks:
            return
        self._shown_tracks = tracks
        while (item := self.result.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.result.body.addWidget(Caption(f"✓ {len(tracks)} tracks came from “{target.name}”", "good"))
        for track in tracks:
            self.result.body.addWidget(StemRow(track.name, track.stem_type))

    def _separators(self) -> tuple[EngineInfo, ...]:
        try:
            return self._session.separators
        except StudioError:
            return ()

    def _reason(self, target: SplitTarget | None) -> str:
        if target is None:
            return NO_TARGET
        return READ_ONLY if self._session.is_read_only else self.choice.reason
