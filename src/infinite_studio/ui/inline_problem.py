"""A problem said where it arose: what happened, then what to do, and a button where the studio can do it."""

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.remedies import RemedyButton

_ICON_PX = 16


class InlineProblem(QWidget):
    """A warning sign, a sentence and a hint; hidden while there is nothing to say. ``remedy_wanted`` carries a remedy."""

    remedy_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = Caption("", "danger")
        self.hint = Caption("", "secondary")
        self.remedy = RemedyButton()
        self.remedy.wanted.connect(self.remedy_wanted)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.sentence)
        texts.addWidget(self.hint)
        texts.addWidget(self.remedy, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(_Sign(), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence, empty while nothing is wrong."""
        return self.sentence.text()

    def show_problem(self, sentence: str, hint: str = "", remedy: str = "") -> None:
        """Say what happened and what to do, and offer to do it where there is a remedy."""
        self.sentence.setText(sentence)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.remedy.offer(remedy)
        self.setAccessibleName(f"{sentence} {hint}".strip())
        self.setVisible(bool(sentence))
        if not self.remedy.isHidden():
            # Laid out only afterwards; a button below the edge of a scrolled panel would help nobody.
            QTimer.singleShot(0, self, self._come_into_view)

    def clear(self) -> None:
        """Say nothing."""
        self.show_problem("")

    def _come_into_view(self) -> None:
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None and self.isVisible():
            above.ensureWidgetVisible(self.remedy)


class _Sign(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_ICON_PX, _ICON_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_icon(QPainter(self), IconName.WARNING, QRectF(self.rect()), theme_of(self).color("danger"))
