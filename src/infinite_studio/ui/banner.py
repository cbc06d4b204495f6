"""What went wrong or well, said in place and without stopping anyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.buttons import IconButton, QuietButton
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.themed import restyle, theme_of
from infinite_studio.ui.popups import open_dialog
from infinite_studio.ui.remedies import RemedyButton

if TYPE_CHECKING:
    from infinite_studio.services.values import Problem

NOTICE_MS = 4_000
_WIDTH_PX = 520
_MARGIN_PX = 16


class Banner(QWidget):
    """Floats over the bottom of the timeline: a problem stays until it is closed, a notice leaves by itself.

    ``remedy_wanted`` carries the remedy of a problem when its button is pressed.
    """

    remedy_wanted = Signal(str)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._waiting: list[Problem] = []
        self.problem_card = _MessageCard("danger", IconName.WARNING)
        self.notice_card = _MessageCard("calm", IconName.CHECK)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self.notice_card)
        column.addWidget(self.problem_card)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTICE_MS)
        self._timer.timeout.connect(self._on_notice_over)
        self.problem_card.close_button.clicked.connect(self._on_problem_closed)
        self.problem_card.details.clicked.connect(self._on_details)
        self.problem_card.remedy.wanted.connect(self._on_remedy)
        self.notice_card.close_button.clicked.connect(self._on_notice_over)
        for card in (self.problem_card, self.notice_card):
            card.hide()
        over.installEventFilter(self)
        self.hide()

    def show_problem(self, problem: Problem) -> None:
        """Show a failure; the ones before wait behind it, and the same one is not shown twice."""
        if problem in self._waiting:
            self._waiting.remove(problem)
        self._waiting.append(problem)
        self._show_latest()

    def show_notice(self, sentence: str) -> None:
        """Show a short confirmation for a few seconds."""
        self.notice_card.show_message(sentence)
        self._timer.start()
        self._place()

    @property
    def n_problems(self) -> int:
        """How many problems wait to be closed."""
        return len(self._waiting)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom of what the banner floats over."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _show_latest(self) -> None:
        if self._waiting:
            latest = self._waiting[-1]
            more = len(self._waiting) - 1
            self.problem_card.show_message(
                latest.sentence, latest.hint, latest.details, f"{more} more" if more else "", latest.remedy
            )
        else:
            self.problem_card.hide()
        self._place()

    def _on_problem_closed(self) -> None:
        if self._waiting:
            self._waiting.pop()
        self._show_latest()

    def _on_remedy(self, remedy: str) -> None:
        self._on_problem_closed()
        self.remedy_wanted.emit(remedy)

    def _on_details(self) -> None:
        from infinite_studio.ui.dialogs.problem_dialog import ProblemDialog

        open_dialog(ProblemDialog(self._waiting[-1], self.window()))

    def _on_notice_over(self) -> None:
        self._timer.stop()
        self.notice_card.hide()
        self._place()

    def _place(self) -> None:
        shown = [card for card in (self.problem_card, self.notice_card) if not card.isHidden()]
        self.setVisible(bool(shown))
        if not shown:
            return
        room = self._over.size()
        width = min(_WIDTH_PX, room.width() - 2 * _MARGIN_PX)
        layout = self.layout()
        height = layout.heightForWidth(width) if layout is not None else 0
        height = min(max(height, self.minimumSizeHint().height()), room.height() - _MARGIN_PX)
        self.setGeometry((room.width() - width) // 2, room.height() - height - _MARGIN_PX, width, height)
        self.raise_()


class _MessageCard(QFrame):
    """One message: icon, sentence, hint, details on demand, close."""

    def __init__(self, tone: str, icon: IconName) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(_ToneIcon(icon, "danger" if tone == "danger" else "good"), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setContentsMargins(0, 4, 0, 4)
        texts.setSpacing(4)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setProperty("kind", "strong")
        self.hint = Caption()
        self.details = QuietButton("Details…")
        self.remedy = RemedyButton()
        for label in (self.sentence, self.hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        texts.addWidget(self.sentence)
        texts.addWidget(self.hint)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.remedy)
        buttons.addWidget(self.details)
        buttons.addStretch(1)
        texts.addLayout(buttons)
        row.addLayout(texts, 1)
        self.more = Caption(tone="tertiary")
        self.more.setWordWrap(False)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignVCenter)
        self.close_button = IconButton(IconName.CLOSE, "Close")
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)

    def show_message(
        self, sentence: str, hint: str = "", details: str = "", more: str = "", remedy: str = ""
    ) -> None:
        """Say this, and tell screen readers."""
        self.sentence.setText(sentence)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        # A missing model is no mystery to look into: its remedy says all.
        self.details.setVisible(bool(details) and not remedy)
        self.remedy.offer(remedy)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.setAccessibleName(f"{sentence} {hint}".strip())
        restyle(self)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))


class _ToneIcon(QWidget):
    def __init__(self, icon: IconName, token: str) -> None:
        super().__init__()
        self._icon: IconName = icon
        self._token = token
        self.setFixedSize(QSize(20, 28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self._icon, QRectF(1, 5, 18, 18), theme_of(self).color(self._token))
