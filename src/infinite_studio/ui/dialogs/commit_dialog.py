"""Commit: say in a few words what changed; Return keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from infinite_studio.ui.dialogs.commit_suggestion import suggestion
from infinite_studio.ui.dialogs.studio_dialog import StudioDialog, labelled
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.kit.labels import Caption, ElidedLabel
from infinite_studio.ui.kit.surfaces import Card
from infinite_studio.ui.kit.time_text import tempo_text

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession

MAX_MESSAGE_LENGTH = 500
NO_MESSAGE = "A version needs a message."
NO_MESSAGE_HINT = "Say in a few words what changed."


class CommitDialog(StudioDialog):
    """A message, who keeps it, and what is kept."""

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__("Commit", parent, confirm="Commit")
        self._session = session
        self.message = QLineEdit(suggestion(session))
        self.message.setMaxLength(MAX_MESSAGE_LENGTH)
        self.message.setPlaceholderText("What changed? For example: softer hats, slower")
        self.message.setMinimumHeight(38)
        self.message.setAccessibleName("Message")
        label = QLabel("&Message")
        label.setBuddy(self.message)
        self.problem = InlineProblem()
        self.body.addLayout(labelled(label, self.message, self.problem))
        self.body.addWidget(self._summary())
        self.body.addStretch(1)
        self.message.textEdited.connect(self._on_edited)
        self.message.setFocus()
        self.message.selectAll()

    def confirmed(self) -> None:
        """Keep the project, unless nothing says what changed."""
        message = self.message.text().strip()
        if not message:
            self.problem.show_problem(NO_MESSAGE, NO_MESSAGE_HINT)
            self.message.setFocus()
            return
        self._session.commit(message)
        self.accept()

    def _summary(self) -> Card:
        project, author = self._session.project, self._session.author
        n_tracks = len(project.tracks)
        facts = [tempo_text(project.tempo_bpm)]
        facts += [str(project.key)] if project.key else []
        facts.append(f"{n_tracks} track{'' if n_tracks == 1 else 's'}")
        card = Card()
        card.body.addWidget(ElidedLabel(" · ".join(facts)))
        who = f"{author.name} <{author.email}>" if author.email else author.name
        card.body.addWidget(
            ElidedLabel(f"on {self._session.branch}, by {who}", token="text_secondary", caption=True)
        )
        card.body.addWidget(
            Caption("Your work goes on unchanged; this state stays exactly as it is.", "tertiary")
        )
        return card

    @Slot()
    def _on_edited(self) -> None:
        if self.message.text().strip():
            self.problem.clear()
