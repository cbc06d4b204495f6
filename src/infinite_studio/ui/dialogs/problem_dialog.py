"""The details of a problem, ready to be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from infinite_studio import __version__
from infinite_studio.ui.dialogs.studio_dialog import StudioDialog
from infinite_studio.ui.fonts import time_font
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.theme import CAPTION_PX

if TYPE_CHECKING:
    from infinite_studio.services.values import Problem

BUG_NOTE = "This is a mistake in the studio, not in what you did. Nothing you kept is lost."


def report_of(problem: Problem) -> str:
    """Return everything about a problem as text to paste somewhere."""
    parts = (f"Infinite Studio {__version__}", problem.sentence, problem.hint, problem.details.strip())
    return "\n\n".join(part for part in parts if part)


class ProblemDialog(StudioDialog):
    """What happened, what to do, and the details with a Copy button."""

    def __init__(self, problem: Problem, parent: QWidget | None = None) -> None:
        super().__init__("What went wrong", parent, leave="Close", width_px=560)
        self._problem = problem
        sentence = QLabel(problem.sentence)
        sentence.setWordWrap(True)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setProperty("kind", "strong")
        self.body.addWidget(sentence)
        if problem.hint:
            self.body.addWidget(Caption(problem.hint))
        if problem.is_bug:
            self.body.addWidget(Caption(BUG_NOTE, "tertiary"))
        self.details = QPlainTextEdit(problem.details.strip())
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setFont(time_font(CAPTION_PX))
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName("Details")
        self.details.setMinimumHeight(220)
        self.details.setVisible(bool(problem.details.strip()))
        self.body.addWidget(self.details, 1)
        self.copy = QuietButton("Copy", IconName.COPY)
        self.copy.clicked.connect(self._on_copy)
        self.add_button(self.copy)
        self.leave.setDefault(True)
        self.leave.setFocus()

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(report_of(self._problem))
        self.copy.setText("Copied")
