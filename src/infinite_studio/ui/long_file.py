"""The part under every page that writes a long file: where it goes, the button, and how it went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.jobs.job import JobState
from infinite_studio.ui.dialogs.open_folder import open_folder
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.loop_place import PlaceRow
from infinite_studio.ui.work_button import WorkButton

if TYPE_CHECKING:
    from collections.abc import Callable

    from infinite_studio.services.session import StudioSession

_ASK_MS = 250


class LongFile(QWidget):
    """Asks what writing will take a moment after the last change, and follows the writing itself.

    Signals
    -------
    asked()
        It is time to ask what writing will take.
    not_possible(sentence, hint)
        What was asked about cannot be written.
    wrote()
        A file was written; what it is may be said with `show_done`.
    """

    asked = Signal()
    not_possible = Signal(str, str)
    wrote = Signal()

    def __init__(
        self, session: StudioSession, verb: str, show_folder: Callable[[Path], bool] = open_folder
    ) -> None:
        super().__init__()
        self._session = session
        self._show_folder = show_folder
        self.written: Path | None = None
        self._follower = JobFollower(session.jobs, self)
        self._asking = JobFollower(session.jobs, self)
        self.place = PlaceRow(session)
        self.estimate = Caption("", "secondary")
        self.work = WorkButton(verb, self._follower)
        self.problem = InlineProblem()
        self.done = Caption("", "good")
        self.open_folder = QuietButton("Open folder")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_MS)
        self._lay_out()
        self._connect()

    @property
    def is_writing(self) -> bool:
        """Whether a file is being written."""
        return self._follower.is_running

    @property
    def is_asking_soon(self) -> bool:
        """Whether something was changed a moment ago."""
        return self._timer.isActive()

    @property
    def may_start(self) -> bool:
        """Whether the button would write now."""
        return self.work.button.isEnabled() and not self.is_writing

    def ask_soon(self) -> None:
        """Ask a moment from now; what is changed until then puts it off."""
        self._timer.start()

    def stop_asking(self) -> None:
        """Ask nothing: what stands in the fields cannot be."""
        self._timer.stop()

    def follow_question(self, job_id: int | None) -> None:
        """Follow the job that finds out what writing will take."""
        self._asking.follow(() if job_id is None else (job_id,))

    def begin(self, output: Path) -> None:
        """Forget how the last one went, and remember where the next one goes."""
        self.problem.clear()
        self.done.hide()
        self.open_folder.hide()
        self._session.update_settings(export_folder=str(self.place.folder))
        self.written = output

    def follow_writing(self, job_id: int | None) -> None:
        """Follow the job that writes."""
        self._follower.follow(() if job_id is None else (job_id,))

    def show_done(self, text: str) -> None:
        """Say what was written."""
        self.done.setText(text)
        self.done.show()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.place, self.estimate, self.work, self.problem, self.done, self.open_folder):
            column.addWidget(widget)
        for hidden in (self.estimate, self.done, self.open_folder):
            hidden.hide()

    def _connect(self) -> None:
        self.open_folder.clicked.connect(self._on_open_folder)
        self._timer.timeout.connect(self._on_time)
        self._follower.finished.connect(self._on_finished)
        self._asking.finished.connect(self._on_asked)

    @Slot()
    def _on_time(self) -> None:
        self.asked.emit()

    @Slot()
    def _on_asked(self) -> None:
        failed = self._asking.failure
        self._asking.forget()
        if failed is not None:
            self.not_possible.emit(failed.sentence, failed.hint)

    @Slot()
    def _on_finished(self) -> None:
        failed = self._follower.failure
        succeeded = any(view.state is JobState.SUCCEEDED for view in self._follower.views)
        self._follower.forget()
        if failed is not None:
            self.problem.show_problem(failed.sentence, failed.hint)
        self.open_folder.setVisible(succeeded)
        if succeeded:
            self.wrote.emit()

    @Slot()
    def _on_open_folder(self) -> None:
        folder = self.written.parent if self.written is not None else self.place.folder
        if not self._show_folder(folder):
            self.problem.show_problem("The system could not open the folder.", str(folder))
