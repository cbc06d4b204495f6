"""One model in the list: what it is, what it costs, how it stands, and what can be done."""

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from infinite_studio.jobs.job import JobState, JobView
from infinite_studio.ui import models_words as words
from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.chips import Chip, Tone
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.surfaces import Card, ProgressLine
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.weights.status import WeightsState, WeightsStatus
from infinite_studio.weights.verifying import Verified


class ModelRow(Card):
    """Shows a status; its buttons emit the entry's name."""

    download_pressed = Signal(str)
    cancel_pressed = Signal(str)
    verify_pressed = Signal(str)
    remove_pressed = Signal(str)

    def __init__(self, status: WeightsStatus, parent: QWidget | None = None) -> None:
        super().__init__(parent, padding_px=12)
        entry = status.entry
        self.name = entry.name
        self.sign = StateSign()
        self.download = QuietButton("Download", IconName.DROP)
        self.cancel = QuietButton("Cancel")
        self.verify = QuietButton("Verify")
        self.remove = QuietButton("Remove")
        self.purpose = Caption(entry.purpose)
        self.facts = Caption(words.facts_of(entry), "tertiary")
        self.stage = Caption()
        self.progress = ProgressLine()
        self.problem = InlineProblem()
        self.licence = Chip(entry.licence, Tone.NEUTRAL)
        if entry.is_for_non_commercial_use:
            self.licence.set_tone(Tone.ATTENTION)
            self.licence.setToolTip(words.NON_COMMERCIAL_HINT)
        self._name_buttons(entry.label)
        self._lay_out(entry.label)
        self._connect()

    @property
    def is_working(self) -> bool:
        """Whether a job's progress is shown."""
        return not self.progress.isHidden()

    def show_status(
        self, status: WeightsStatus, verified: Verified | None, no_room: str, busy: str = ""
    ) -> None:
        """Show how the entry stands; ``busy`` says why nothing can be done now."""
        text, token, icon = words.sign_of(status, verified)
        self.sign.show_state(text, token, icon)
        lacks = not status.state.is_usable or status.missing_bytes > 0
        self.download.setText(words.download_verb(status))
        self.download.updateGeometry()
        self.download.setVisible(lacks)
        self.download.set_available(busy or no_room)
        has_files = status.state not in {WeightsState.MISSING, WeightsState.PARTIAL}
        self.verify.setVisible(has_files)
        self.verify.set_available(busy, "Read every file again and compare it with what it should be")
        self.remove.setVisible(has_files or status.state is WeightsState.PARTIAL)
        in_cache = words.IN_CACHE if status.state.is_elsewhere else ""
        self.remove.set_available(busy or in_cache, "Remove its files; this can be undone for a moment")
        damage = words.damage_text(status)
        if damage:
            self.problem.show_problem(damage)
        elif self.problem.text.startswith("Not what"):
            self.problem.clear()
        self.show_job(None)
        self._tell(status.entry.label, text)

    def show_job(self, view: JobView | None) -> None:
        """Show how far work on the entry is; None where there is none."""
        works = view is not None and not view.state.is_finished
        had_focus = any(button.hasFocus() for button in (self.download, self.cancel, self.verify))
        for widget in (self.progress, self.stage, self.cancel):
            widget.setVisible(works)
        if view is None:
            return
        if works:
            for button in (self.download, self.verify, self.remove):
                button.hide()
            self.stage.setText(words.work_text(view))
            self.progress.set_fraction(view.fraction)
            self.progress.setAccessibleName(view.title)
            if had_focus:
                self.cancel.setFocus()
        if view.state is JobState.RUNNING:
            self.problem.clear()
        if view.state is JobState.FAILED:
            self.problem.show_problem(view.sentence, view.hint)

    def lead(self) -> None:
        """Take the focus where something can be done."""
        for button in (self.cancel, self.download, self.verify):
            if not button.isHidden() and button.isEnabled():
                button.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _tell(self, label: str, state: str) -> None:
        self.setAccessibleName(f"{label}, {state}, {self.licence.text()}")
        self.setAccessibleDescription(f"{self.purpose.text()}. {self.facts.text()}")

    def _name_buttons(self, label: str) -> None:
        for button, verb in (
            (self.download, "Download"),
            (self.cancel, "Cancel the work on"),
            (self.verify, "Verify"),
            (self.remove, "Remove"),
        ):
            button.setAccessibleName(f"{verb} {label}")

    def _lay_out(self, label: str) -> None:
        title = QLabel(label)
        title.setTextFormat(Qt.TextFormat.PlainText)
        font = title.font()
        font.setWeight(QFont.Weight.Medium)
        title.setFont(font)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(title)
        top.addWidget(self.licence)
        top.addWidget(self.sign, 1)
        for button in (self.verify, self.remove, self.download, self.cancel):
            top.addWidget(button)
        self.body.addLayout(top)
        for widget in (self.purpose, self.facts, self.stage, self.progress, self.problem):
            self.body.addWidget(widget)
        self.show_job(None)

    def _connect(self) -> None:
        self.download.clicked.connect(self._on_download)
        self.cancel.clicked.connect(self._on_cancel)
        self.verify.clicked.connect(self._on_verify)
        self.remove.clicked.connect(self._on_remove)

    @Slot()
    def _on_download(self) -> None:
        self.problem.clear()
        self.download_pressed.emit(self.name)

    @Slot()
    def _on_cancel(self) -> None:
        self.stage.setText("Cancelling…")
        self.cancel_pressed.emit(self.name)

    @Slot()
    def _on_verify(self) -> None:
        self.verify_pressed.emit(self.name)

    @Slot()
    def _on_remove(self) -> None:
        self.remove_pressed.emit(self.name)


class StateSign(QWidget):
    """An icon and the words for it."""

    def __init__(self) -> None:
        super().__init__()
        self._text, self._token = "", "text_secondary"
        self._icon: IconName | None = None
        self.setProperty("kind", "caption")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(20)

    @property
    def text(self) -> str:
        """The words."""
        return self._text

    def show_state(self, text: str, token: str, icon: IconName | None) -> None:
        """Say this."""
        self._text, self._token, self._icon = text, token, icon
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = theme_of(self).color(self._token)
        left = 0
        if self._icon is not None:
            paint_icon(painter, self._icon, QRectF(0, (self.height() - 14) / 2, 14, 14), color)
            left = 18
        painter.setPen(color)
        room = self.rect().adjusted(left, 0, 0, 0)
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, shown)
