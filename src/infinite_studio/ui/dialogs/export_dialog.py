"""Export: what, which part, which format, under which name, where; with the files shown before they are written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Slot
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from infinite_studio.audio.files import free_bytes
from infinite_studio.errors import StudioError
from infinite_studio.jobs.job import JobState
from infinite_studio.services.exporting import licences_of, planned_paths
from infinite_studio.services.stem_names import FULL_TEMPLATE
from infinite_studio.services.values import ExportRequest, ExportWhat
from infinite_studio.ui.choice_row import ChoiceRow
from infinite_studio.ui.dialogs import export_plan
from infinite_studio.ui.dialogs.open_folder import open_folder
from infinite_studio.ui.dialogs.studio_dialog import FormGrid, StudioDialog
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.labels import Caption, ElidedLabel
from infinite_studio.ui.kit.surfaces import Card, ProgressLine
from infinite_studio.ui.kit.time_text import bytes_text, duration_text, eta_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from infinite_studio.services.session import StudioSession

_SHOWN_FILES = 4
_DEPTHS = (("16-bit", 16), ("24-bit", 24), ("32-bit float", 32))


class ExportDialog(StudioDialog):
    """Builds one exact request, shows its progress, and offers the folder afterwards."""

    def __init__(
        self,
        session: StudioSession,
        parent: QWidget | None = None,
        *,
        only_loop: bool = False,
        show_folder: Callable[[Path], bool] = open_folder,
    ) -> None:
        super().__init__("Export", parent, confirm="Export", width_px=540)
        self._session = session
        self._show_folder = show_folder
        self._written: tuple[Path, ...] = ()
        self._follower = JobFollower(session.jobs, self)
        self.what = ChoiceRow("What", (("Mixdown", ExportWhat.MIXDOWN), ("All stems", ExportWhat.STEMS)))
        self.part = ChoiceRow("Range", (("Whole project", False), ("Loop only", True)))
        self.suffix = ChoiceRow("Format", (("WAV", ".wav"), ("FLAC", ".flac")))
        self.bit_depth = ChoiceRow("Depth", _DEPTHS)
        self.name = QLineEdit(session.project.name)
        self.folder = QLineEdit(str(_first_folder(session)))
        self.browse = QuietButton("Browse…")
        self.open_folder = QuietButton("Open folder")
        self.files = Card()
        self.fields = Caption(export_plan.FIELDS, "tertiary")
        self.size_text = Caption()
        self.licence = Caption("", "tertiary")
        self.problem = InlineProblem()
        self.progress = ProgressLine(height_px=6)
        self.stage = Caption()
        self._lay_out()
        self._connect()
        self._choose_first(only_loop=only_loop)
        self._refresh()
        self.name.setFocus()
        self.name.selectAll()

    def request(self) -> ExportRequest:
        """Return what stands in the fields."""
        loop = self._session.project.loop
        return ExportRequest(
            what=ExportWhat(str(self.what.value())),
            folder=Path(self.folder.text().strip()).expanduser(),
            name=self.name.text().strip(),
            suffix=str(self.suffix.value()),
            bit_depth=int(str(self.bit_depth.value())),
            frame_range=(loop.start_frame, loop.end_frame)
            if loop is not None and self.part.value()
            else None,
        )

    def confirmed(self) -> None:
        """Start the export, or cancel the one that runs."""
        if self._follower.is_running or not self.confirm.isEnabled():
            return
        request = self.request()
        self._session.update_settings(
            export_folder=str(request.folder), export_format=request.suffix.lstrip(".")
        )
        self._written = planned_paths(self._session.project, request)
        self.problem.clear()
        job_id = self._session.export(request)
        if job_id is not None:
            self._follower.follow((job_id,))

    def _lay_out(self) -> None:
        grid = FormGrid()
        grid.add_row("&What", self.what, self.what.option(ExportWhat.MIXDOWN))
        grid.add_row("&Range", self.part, self.part.option(False))  # noqa: FBT003
        grid.add_row("&Format", self.suffix, self.suffix.option(".wav"))
        grid.add_row("&Depth", self.bit_depth, self.bit_depth.option(24))
        grid.add_row("&Name", self.name)
        grid.add_row("F&older", self.folder, extra=self.browse)
        for field in (self.name, self.folder):
            field.setMinimumHeight(34)
        self.name.setAccessibleName("Name")
        self.name.setToolTip(f"{export_plan.FIELDS} For example {FULL_TEMPLATE}.")
        self.folder.setAccessibleName("Folder")
        self.body.addLayout(grid)
        self.body.addWidget(self.fields)
        self.body.addWidget(self.files)
        self.body.addWidget(self.size_text)
        self.body.addWidget(self.licence)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.stage)
        self.body.addWidget(self.progress)
        self.body.addStretch(1)
        self.add_button(self.open_folder)
        for widget in (self.stage, self.progress, self.open_folder):
            widget.hide()

    def _connect(self) -> None:
        for choice in (self.what, self.part, self.suffix, self.bit_depth):
            choice.chosen.connect(self._on_edited)
        self.name.textChanged.connect(self._on_edited)
        self.folder.textChanged.connect(self._on_edited)
        self.browse.clicked.connect(self._on_browse)
        self.open_folder.clicked.connect(self._on_open_folder)
        self._follower.changed.connect(self._on_progress)
        self._follower.finished.connect(self._on_finished)

    def _choose_first(self, *, only_loop: bool) -> None:
        loop = self._session.project.loop
        self.part.set_reason(True, "" if loop else export_plan.NO_LOOP)  # noqa: FBT003
        self.bit_depth.choose(24)
        self.suffix.choose(f".{self._session.settings.export_format}")
        if only_loop:
            self.part.choose(True)  # noqa: FBT003

    @Slot()
    def _on_edited(self, _value: object = None) -> None:
        self._refresh()

    def _refresh(self) -> None:
        self.bit_depth.set_reason(32, export_plan.NO_FLOAT_FLAC if self.suffix.value() == ".flac" else "")
        request = self.request()
        sentence, hint = self._why_not(request)
        self.problem.show_problem(sentence, hint)
        self.confirm.set_available(sentence, "Return")
        self._show_files(request, is_nameless=not request.name)
        self._show_licences()

    def _why_not(self, request: ExportRequest) -> tuple[str, str]:
        if not self._session.project.length_frames:
            return export_plan.NOTHING, ""
        if not request.name:
            return "The files need a name.", "Type one above."
        if not self.folder.text().strip() or not request.folder.is_absolute():
            return "The files need a folder.", "Type its whole path, or choose one with Browse…"
        if request.folder.exists() and not request.folder.is_dir():
            return f"“{request.folder.name}” is a file, not a folder.", "Choose a folder."
        needed, free = self._session.estimate_export_bytes(request), free_bytes(request.folder)
        if needed > free:
            room = f"{bytes_text(needed)} needed, {bytes_text(free)} free"
            return (
                f"There is not enough room in that folder: {room}.",
                "Free some space or choose another folder.",
            )
        return "", ""

    def _show_files(self, request: ExportRequest, *, is_nameless: bool) -> None:
        while (item := self.files.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        paths = () if is_nameless else planned_paths(self._session.project, request)
        for path in paths[:_SHOWN_FILES]:
            self.files.body.addWidget(ElidedLabel(path.name))
        if len(paths) > _SHOWN_FILES:
            self.files.body.addWidget(Caption(f"and {len(paths) - _SHOWN_FILES} more", "tertiary"))
        self.files.setVisible(bool(paths))
        self.fields.setVisible(request.what is ExportWhat.STEMS)
        self._show_size(request, is_shown=bool(paths) and bool(self._session.project.length_frames))

    def _show_size(self, request: ExportRequest, *, is_shown: bool) -> None:
        self.size_text.setVisible(is_shown)
        if not is_shown:
            return
        project = self._session.project
        first, end = request.frame_range or (0, project.length_frames)
        size = bytes_text(self._session.estimate_export_bytes(request))
        size = f"{size} at most" if request.suffix == ".flac" else f"about {size}"
        seconds = duration_text((end - first) / project.sample_rate)
        self.size_text.setText(
            f"{seconds} · {size} · {bytes_text(free_bytes(request.folder))} free on that disk"
        )

    def _show_licences(self) -> None:
        try:
            generators = self._session.generators
        except StudioError:
            generators = ()
        lines = licences_of(self._session.project, generators)
        self.licence.setText(f"Licence · {' · '.join(lines)}" if lines else "")
        self.licence.setVisible(bool(lines))

    def _enable_fields(self, *, enabled: bool) -> None:
        for choice in (self.what, self.part, self.suffix, self.bit_depth):
            choice.setEnabled(enabled)
        for widget in (self.name, self.folder, self.browse):
            widget.setEnabled(enabled)

    @Slot()
    def _on_browse(self) -> None:
        start = self.folder.text() or str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self, "Choose a folder", start)
        if chosen:
            self.folder.setText(chosen)

    @Slot()
    def _on_progress(self) -> None:
        current = self._follower.current
        for widget in (self.stage, self.progress):
            widget.setVisible(current is not None)
        self._enable_fields(enabled=current is None)
        self.confirm.setVisible(current is None)
        self.leave.setText("Cancel")
        if current is not None:
            parts = (current.stage or current.title, eta_text(current.eta_seconds))
            self.stage.setText(" · ".join(part for part in parts if part))
            self.progress.set_fraction(self._follower.fraction)

    @Slot()
    def _on_finished(self) -> None:
        failed = self._follower.failure
        succeeded = any(view.state is JobState.SUCCEEDED for view in self._follower.views)
        self._follower.forget()
        if failed is not None:
            self.problem.show_problem(failed.sentence, failed.hint)
        if succeeded:
            self._show_done()

    def _show_done(self) -> None:
        self.confirm.hide()
        self.leave.setText("Close")
        self.leave.setDefault(True)
        names = "1 file" if len(self._written) == 1 else f"{len(self._written)} files"
        self.stage.setText(f"✓ {names} written to {self._written[0].parent}")
        self.stage.set_tone("good")
        self.stage.show()
        self._enable_fields(enabled=False)
        self.open_folder.show()
        self.open_folder.setFocus()

    @Slot()
    def _on_open_folder(self) -> None:
        folder = self._written[0].parent
        if self._show_folder(folder):
            self.accept()
        else:
            self.problem.show_problem("The system could not open the folder.", str(folder))

    def reject(self) -> None:
        """Cancel the export that runs, or leave."""
        if self._follower.is_running:
            self._follower.cancel()
            return
        super().reject()


def _first_folder(session: StudioSession) -> Path:
    """Return where the last export went, or else where the system keeps music."""
    if session.settings.export_folder:
        return Path(session.settings.export_folder)
    music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
    return Path(music) if music else Path.home()
