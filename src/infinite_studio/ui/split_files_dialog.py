"""Which files to split, where their stems go, and how they are called."""

from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.audio.files import safe_filename
from infinite_studio.audio.reading import READABLE_SUFFIXES
from infinite_studio.audio.sanitise import SoundFormat
from infinite_studio.services.split_files import FilesRequest
from infinite_studio.services.stem_names import BATCH_TEMPLATE, FIELDS, FULL_TEMPLATE, stem_title
from infinite_studio.ui.choice_row import ChoiceRow
from infinite_studio.ui.kit.buttons import PrimaryButton, QuietButton
from infinite_studio.ui.kit.fields import ComboField, TextField
from infinite_studio.ui.kit.labels import Caption

SOUNDS = f"Sounds ({' '.join(f'*{suffix}' for suffix in sorted(READABLE_SUFFIXES))});;All files (*)"
NO_FILES = "Choose files or a folder first."
_EXAMPLE = {"stem": "vocals", "tempo_bpm": 120.0, "key": "A minor"}


class SplitFilesDialog(QDialog):
    """Files or a folder, a folder for the stems, a template for their names with a preview."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Split many files")
        self.paths: tuple[Path, ...] = ()
        self.folder = Path.home()
        self.chosen = Caption(NO_FILES)
        self.target = Caption("")
        self.template = TextField("Names", BATCH_TEMPLATE)
        self.template.setToolTip(f"Filled in: {', '.join(f'{{{field}}}' for field in FIELDS)}")
        self.templates = ComboField("Patterns")
        self.templates.set_options([(text, text) for text in (BATCH_TEMPLATE, FULL_TEMPLATE)])
        self.preview = Caption("", "tertiary")
        self.format = ChoiceRow("Format", (("WAV", SoundFormat.WAV), ("FLAC", SoundFormat.FLAC)))
        self.start = PrimaryButton("Split")
        self._lay_out()
        self.choose_folder(self.folder)
        self._show(NO_FILES)

    @property
    def request(self) -> FilesRequest:
        """What was chosen."""
        return FilesRequest(
            self.paths,
            self.folder,
            template=self.template.text() or BATCH_TEMPLATE,
            sound_format=SoundFormat(str(self.format.value())),
        )

    def choose_files(self, paths: tuple[Path, ...]) -> None:
        """Take these files."""
        self.paths, count = paths, len(paths)
        self._show("1 file" if count == 1 else f"{count} files" if count else NO_FILES)

    def choose_inside(self, folder: Path) -> None:
        """Take the sounds inside of a folder; which they are is looked up when the work begins."""
        self.paths = (folder,)
        self._show(f"All sounds in “{folder.name or folder}”")

    def choose_folder(self, folder: Path) -> None:
        """Let the stems go here."""
        self.folder = folder
        self.target.setText(f"Stems go to {folder}")

    def _lay_out(self) -> None:
        self.setMinimumWidth(460)
        files, inside, target = QuietButton("Files…"), QuietButton("A folder…"), QuietButton("Stems to…")
        cancel = QuietButton("Cancel")
        column = QVBoxLayout(self)
        column.setSpacing(10)
        for buttons in ((files, inside), (target,)):
            row = QHBoxLayout()
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            column.addLayout(row)
            column.addWidget(self.chosen if buttons[0] is files else self.target)
        for widget in (self.templates, self.template, self.preview, self.format):
            column.addWidget(widget)
        ends = QHBoxLayout()
        ends.addWidget(cancel)
        ends.addWidget(self.start, 1)
        column.addLayout(ends)
        files.clicked.connect(self._ask_for_files)
        inside.clicked.connect(self._ask_for_folder)
        target.clicked.connect(self._ask_for_target)
        self.templates.chosen.connect(self._on_pattern)
        self.template.text_changed.connect(self._on_template)
        cancel.clicked.connect(self.reject)
        self.start.clicked.connect(self.accept)

    def _ask_for_files(self) -> None:
        names, _filter = QFileDialog.getOpenFileNames(self, "Files to split", str(Path.home()), SOUNDS)
        if names:
            self.choose_files(tuple(Path(name) for name in names))

    def _ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder with sounds", str(Path.home()))
        if name:
            self.choose_inside(Path(name))

    def _ask_for_target(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder for the stems", str(self.folder))
        if name:
            self.choose_folder(Path(name))

    def _on_pattern(self, pattern: object) -> None:
        self.template.editor.setText(str(pattern))

    def _on_template(self, _text: str) -> None:
        self._show(self.chosen.text())

    def _show(self, chosen: str) -> None:
        self.chosen.setText(chosen)
        title = self.paths[0].stem if self.paths else "Song"
        named = stem_title(self.template.text() or BATCH_TEMPLATE, title=title, **_EXAMPLE)  # type: ignore[arg-type]
        self.preview.setText(f"Such as “{safe_filename(named)}”; existing files stay.")
        self.start.set_available("" if self.paths else NO_FILES)


def ask_for_files(parent: QWidget) -> tuple[tuple[Path, ...], FilesRequest] | None:
    """Ask; None where the person changed their mind."""
    dialog = SplitFilesDialog(parent)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return (dialog.paths, dialog.request) if accepted else None
