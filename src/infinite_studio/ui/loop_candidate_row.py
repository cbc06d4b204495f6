"""One candidate in the list of loops: where it is, how good its seam is, and two buttons to hear it."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from infinite_studio.looping.candidates import LoopCandidate
from infinite_studio.ui.hear_button import HearButton
from infinite_studio.ui.kit.labels import Caption, ElidedLabel
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.loop_words import length_text, place_text, score_text
from infinite_studio.ui.theme import CONTROL_RADIUS_PX

_BAR_PX = 4


class LoopCandidateRow(QFrame):
    """Chosen with a click, Space or Return; “Cut” hears the bare seam, “Joined” the seam with its crossfade."""

    chosen = Signal(object)
    cut_wanted = Signal(object)
    joined_wanted = Signal(object)

    def __init__(self, number: int, candidate: LoopCandidate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.candidate = candidate
        self.is_chosen = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(score_text(candidate))
        self.setAccessibleName(f"Loop {number}: {length_text(candidate)}, seam {candidate.score.total:.0%}")
        self.place = ElidedLabel(place_text(candidate))
        self.length = Caption(length_text(candidate))
        self.length.setWordWrap(False)
        self.bar = _ScoreBar(candidate.score.total)
        self.cut = HearButton("Cut", "cut", "seam without a crossfade")
        self.joined = HearButton("Joined", "joined", "seam with its crossfade")
        self._lay_out()
        self.cut.clicked.connect(self._on_cut)
        self.joined.clicked.connect(self._on_joined)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(self.place, 1)
        score = Caption(f"{self.candidate.score.total:.0%}")
        score.setWordWrap(False)
        score.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        head.addWidget(score)
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self.length, 1)
        below.addWidget(self.cut)
        below.addWidget(self.joined)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addLayout(below)

    def set_chosen(self, *, is_chosen: bool) -> None:
        """Show whether this is the loop that is extended."""
        self.is_chosen = is_chosen
        self.setAccessibleDescription("chosen" if is_chosen else "")
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.candidate)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit(self.candidate)
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = self.hasFocus()
        token = "accent" if ring or self.is_chosen else "line"
        painter.setPen(QPen(theme.color(token), 2 if ring or self.is_chosen else 1))
        painter.setBrush(theme.color("control" if self.is_chosen else "raised"))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(1, 1, -1, -1), CONTROL_RADIUS_PX, CONTROL_RADIUS_PX
        )

    def _on_cut(self) -> None:
        self.cut_wanted.emit(self.candidate)

    def _on_joined(self) -> None:
        self.joined_wanted.emit(self.candidate)


class _ScoreBar(QWidget):
    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share
        self.setFixedHeight(_BAR_PX)

    def sizeHint(self) -> QSize:
        return QSize(80, _BAR_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(whole, 2, 2)
        painter.setBrush(theme.color("good" if self._share >= 0.75 else "accent"))
        painter.drawRoundedRect(QRectF(0, 0, whole.width() * self._share, whole.height()), 2, 2)
