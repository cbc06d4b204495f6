"""What an engine made of the prompt, as chips: what it understood, and which words had no effect."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.engines.base import Understanding
from infinite_studio.services.values import Problem
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.kit.chips import ChipRow, Tone

UNKNOWN_TOOLTIP = "This word has no effect on the music. Try another word for it, or leave it out."


def chips_of(understanding: Understanding) -> tuple[tuple[str, Tone, str], ...]:
    """Return the chips of an understanding: text, tone and tooltip each."""
    known = tuple((chip, Tone.ACCENT, "") for chip in understanding.chips)
    unknown = tuple(
        (f"“{word}” → not understood", Tone.ATTENTION, UNKNOWN_TOOLTIP)
        for word in understanding.unknown_words
    )
    return known + unknown


class UnderstandingRow(QWidget):
    """Chips, or the problem with the request as a sentence and a hint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips = ChipRow()
        self.chips.setAccessibleName("What was understood")
        self.problem = InlineProblem()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.chips)
        column.addWidget(self.problem)

    def show_answer(self, answer: Understanding | Problem, *, is_asked: bool = True) -> None:
        """Show what the engine answered; of a request that says nothing there is nothing that was understood."""
        if isinstance(answer, Problem):
            self.problem.show_problem(answer.sentence, answer.hint)
            self.chips.hide()
            return
        self.problem.clear()
        self.chips.setVisible(is_asked)
        self.chips.set_chips(chips_of(answer))
        self.chips.setAccessibleDescription(", ".join(self.chips.texts))
