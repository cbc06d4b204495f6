"""What changed between two versions, a line for each thing."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget


class SentenceList(QWidget):
    """Sentences that wrap, each behind a point."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        self._lines: list[QWidget] = []
        self.sentences: tuple[str, ...] = ()

    def show_sentences(self, sentences: Sequence[str], *, is_list: bool = True) -> None:
        """Say this; a single remark stands without a point."""
        if tuple(sentences) == self.sentences:
            return
        self.sentences = tuple(sentences)
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines = [_line(sentence, is_list=is_list) for sentence in sentences]
        for line in self._lines:
            self._column.addWidget(line)


def _line(sentence: str, *, is_list: bool) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    if is_list:
        point = QLabel("•")
        row.addWidget(point, 0, Qt.AlignmentFlag.AlignTop)
    text = QLabel(sentence)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setWordWrap(True)
    text.setProperty("kind", "" if is_list else "empty")
    row.addWidget(text, 1)
    return line
