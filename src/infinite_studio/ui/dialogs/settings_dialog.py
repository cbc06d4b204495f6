"""Settings: look, sound output, who commits, and where everything lies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from infinite_studio.history.names import InvalidNameError, checked_name
from infinite_studio.ui.chevron_combo import ChevronCombo
from infinite_studio.ui.choice_row import ChoiceRow
from infinite_studio.ui.dialogs.open_folder import open_folder
from infinite_studio.ui.dialogs.studio_dialog import FormGrid, StudioDialog
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.kit.buttons import IconButton
from infinite_studio.ui.kit.fields import SpinField
from infinite_studio.ui.kit.labels import Caption, ElidedLabel, SectionLabel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infinite_studio.services.session import StudioSession

PATIENCE_NOTE = "A model that needs longer is stopped, and what was heard by then is kept."
SYSTEM_DEFAULT = "System default"
NO_DEVICE = "No sound card was found. Connect one; the studio works silently meanwhile."
BEATS_NOTE = (
    "With its weights (Models…), Beat This! hears beats and bars more surely; it takes a little longer."
)
_BEATS = (("Beat This! where it is here", "auto"), ("Always built-in", "built-in"))
_THEMES = (("System", "system"), ("Dark", "dark"), ("Light", "light"))


class SettingsDialog(StudioDialog):
    """Every choice takes effect at once; there is nothing to confirm but a name."""

    def __init__(
        self,
        session: StudioSession,
        parent: QWidget | None = None,
        *,
        show_folder: Callable[[Path], bool] = open_folder,
    ) -> None:
        super().__init__("Settings", parent, leave="Done", width_px=540)
        self._session = session
        self._show_folder = show_folder
        self.theme_choice = ChoiceRow("Theme", _THEMES)
        self.theme_choice.choose(session.settings.theme)
        self.output = ChevronCombo()
        self.output_note = Caption("", "attention")
        self.patience = SpinField(
            "Stop generating after", minimum=1, maximum=240, value=10, suffix=" min", step=1
        )
        self.patience.set_number(session.settings.generation_timeout_minutes)
        self.beats = ChoiceRow("Beats", _BEATS)
        self.beats.choose(session.settings.beat_tracker)
        self.author_name = QLineEdit(session.author.name)
        self.author_email = QLineEdit(session.author.email)
        self.author_email.setPlaceholderText("may stay empty")
        self.problem = InlineProblem()
        self.folder_buttons: dict[str, IconButton] = {}
        self._fill_outputs()
        self._lay_out()
        self._connect()
        self.leave.setDefault(True)
        self.theme_choice.setFocus()

    def reject(self) -> None:
        """Leave; what was typed last counts."""
        if self._keep_author():
            super().reject()

    def _lay_out(self) -> None:
        for field in (self.output, self.author_name, self.author_email):
            field.setMinimumHeight(34)
        self.output.setAccessibleName("Sound output")
        self.author_name.setAccessibleName("Author name")
        self.author_email.setAccessibleName("Author e-mail")
        grid = FormGrid()
        grid.add_row("&Theme", self.theme_choice, self.theme_choice.option("dark"))
        grid.add_row("&Sound output", self.output)
        grid.add_note(self.output_note)
        grid.add_row("&Generating", self.patience)
        grid.add_note(Caption(PATIENCE_NOTE, "tertiary"))
        grid.add_row("&Beats", self.beats, self.beats.option("auto"))
        grid.add_note(Caption(BEATS_NOTE, "tertiary"))
        grid.add_row("&Author", self.author_name)
        grid.add_row("&E-mail", self.author_email)
        grid.add_note(Caption("Both stand in your commits and nowhere else.", "tertiary"))
        self.body.addLayout(grid)
        self.body.addWidget(self.problem)
        self.body.addWidget(SectionLabel("Folders"))
        self.body.addLayout(self._folder_rows())

    def _folder_rows(self) -> FormGrid:
        folders = self._session.folders
        grid = FormGrid()
        for title, folder in (
            ("Library", folders.library),
            ("Settings", folders.config),
            ("Cache", folders.cache),
            ("Logs", folders.logs),
        ):
            path = ElidedLabel(str(folder), token="text_secondary")
            button = IconButton(IconName.FOLDER, f"Open folder: {title.lower()}")
            button.clicked.connect(partial(self._on_open_folder, folder))
            self.folder_buttons[title.lower()] = button
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(path, 1)
            line.addWidget(button)
            grid.add_row(title, row, button)
        return grid

    def _connect(self) -> None:
        self.theme_choice.chosen.connect(self._on_theme)
        self.output.activated.connect(self._on_output)
        self.patience.number_changed.connect(self._on_patience)
        self.beats.chosen.connect(self._on_beats)
        self.author_name.editingFinished.connect(self._on_author)
        self.author_email.editingFinished.connect(self._on_author)

    def _fill_outputs(self) -> None:
        devices = self._session.output_devices()
        self.output.addItem(SYSTEM_DEFAULT, "")
        for device in devices:
            self.output.addItem(device, device)
        chosen = self._session.settings.output_device
        if chosen and chosen not in devices:
            self.output.addItem(f"{chosen} (not connected)", chosen)
        self.output.setCurrentIndex(max(self.output.findData(chosen), 0))
        self.output_note.setText("" if devices else NO_DEVICE)
        self.output_note.setVisible(not devices)

    def _keep_author(self) -> bool:
        """Hand the author over where something changed; False where the name cannot be used."""
        author = self._session.author
        name, email = self.author_name.text(), self.author_email.text().strip()
        try:
            name = checked_name(name)
        except InvalidNameError as error:
            self.problem.show_problem(str(error), error.hint)
            self.author_name.setFocus()
            return False
        self.problem.clear()
        if (name, email) != (author.name, author.email):
            self._session.set_author(name, email)
        return True

    @Slot(object)
    def _on_theme(self, theme: object) -> None:
        self._session.update_settings(theme=str(theme))

    @Slot(int)
    def _on_output(self, index: int) -> None:
        self._session.choose_output(str(self.output.itemData(index)))

    @Slot(float)
    def _on_patience(self, minutes: float) -> None:
        self._session.update_settings(generation_timeout_minutes=round(minutes))

    @Slot(object)
    def _on_beats(self, source: object) -> None:
        self._session.update_settings(beat_tracker=str(source))

    @Slot()
    def _on_author(self) -> None:
        self._keep_author()

    def _on_open_folder(self, folder: Path, _checked: object = None) -> None:
        if not self._show_folder(folder):
            self.problem.show_problem("The system could not open the folder.", str(folder))
