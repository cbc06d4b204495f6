"""The primary button of a panel, which turns into progress with a cancel button while its work runs."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QWidget

from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import PrimaryButton, QuietButton
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.kit.time_text import eta_text
from infinite_studio.ui.theme import CONTROL_RADIUS_PX

_HEIGHT_PX = 40
_LEAST_STAGE_PX = 36


class WorkButton(QWidget):
    """Shows ``verb ≈ time`` while idle, stage, time left and Cancel while a batch of jobs runs; the share done if asked."""

    pressed = Signal()

    def __init__(
        self, verb: str, follower: JobFollower, parent: QWidget | None = None, *, tells_share: bool = False
    ) -> None:
        super().__init__(parent)
        self._follower = follower
        self.button = PrimaryButton(verb)
        self.bar = _WorkingBar(tells_share=tells_share)
        self.cancel = QuietButton("Cancel")
        self.cancel.setAccessibleName(f"Cancel: {verb}")
        working = QWidget()
        row = QHBoxLayout(working)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.button)
        self._stack.addWidget(working)
        self.cancel.setMinimumHeight(_HEIGHT_PX)
        self.setFixedHeight(_HEIGHT_PX)
        self.setFocusProxy(self.button)
        self.button.clicked.connect(self._on_clicked)
        self.cancel.clicked.connect(self._on_cancel)
        follower.changed.connect(self._on_changed)

    @property
    def is_working(self) -> bool:
        """Whether it shows progress."""
        return self._stack.currentIndex() == 1

    @Slot()
    def _on_clicked(self) -> None:
        self.pressed.emit()

    @Slot()
    def _on_cancel(self) -> None:
        self.bar.show_work(self._follower.fraction, "Cancelling…", "")
        self._follower.cancel()

    @Slot()
    def _on_changed(self) -> None:
        working = self._follower.is_running
        had_focus = self.button.hasFocus() or self.cancel.hasFocus()
        if working != self.is_working:
            self._stack.setCurrentIndex(1 if working else 0)
            if had_focus:
                (self.cancel if working else self.button).setFocus()
        current = self._follower.current
        if working and current is not None:
            stage = current.stage or current.title
            self.bar.show_work(self._follower.fraction, stage, eta_text(current.eta_seconds))


class _WorkingBar(QWidget):
    """A bar as high as the button, filled as far as the work is."""

    def __init__(self, *, tells_share: bool = False) -> None:
        super().__init__()
        self._tells_share = tells_share
        self._fraction = 0.0
        self._stage = self._left = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What it reads."""
        return " · ".join(part for part in (self._stage, self._left) if part)

    def show_work(self, fraction: float, stage: str, left: str) -> None:
        """Show how far the work is, what it does and how long it still takes."""
        share = f"{fraction:.0%}" if self._tells_share else ""
        self._fraction, self._stage = fraction, stage
        self._left = " · ".join(part for part in (share, left) if part)
        self.setAccessibleName(f"{self.text}, {fraction:.0%}")
        self.setToolTip(self.text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect())
        outline = QPainterPath()
        outline.addRoundedRect(frame, CONTROL_RADIUS_PX, CONTROL_RADIUS_PX)
        painter.fillPath(outline, theme.color("control"))
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(
            QRectF(0, 0, frame.width() * self._fraction, frame.height()), theme.color("accent_surface")
        )
        painter.fillRect(
            QRectF(0, frame.height() - 3, frame.width() * self._fraction, 3), theme.color("accent")
        )
        painter.restore()
        self._paint_text(painter)

    def _paint_text(self, painter: QPainter) -> None:
        theme = theme_of(self)
        metrics = QFontMetrics(self.font())
        room = QRectF(self.rect()).adjusted(12, 0, -12, 0)
        left_width = metrics.horizontalAdvance(self._left)
        painter.setPen(theme.color("text_secondary"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._left)
        stage_room = room.adjusted(0, 0, -left_width - 8 if self._left else 0, 0)
        stage = metrics.elidedText(self._stage, Qt.TextElideMode.ElideRight, int(stage_room.width()))
        if stage_room.width() < _LEAST_STAGE_PX < metrics.horizontalAdvance(self._stage):
            return
        painter.setPen(theme.color("text"))
        painter.drawText(stage_room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, stage)
