"""The part of the Loop panel that writes a long file or a pack for a stream, and says what it will take before it starts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.audio.files import safe_filename, unused_path
from infinite_studio.errors import StudioError
from infinite_studio.jobs.job import JobState
from infinite_studio.services.looping_values import ExtendRequest, LoopShape
from infinite_studio.ui.choice_row import ChoiceRow
from infinite_studio.ui.dialogs.open_folder import open_folder
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.labels import Caption, SectionLabel
from infinite_studio.ui.loop_finder import LoopFinder, points_of
from infinite_studio.ui.loop_options import ExtendOptions
from infinite_studio.ui.loop_pack_fields import PackFields
from infinite_studio.ui.loop_place import PlaceRow
from infinite_studio.ui.loop_target import TargetFields
from infinite_studio.ui.loop_words import done_text, pack_text, preview_text
from infinite_studio.ui.work_button import WorkButton

if TYPE_CHECKING:
    from collections.abc import Callable

    from infinite_studio.services.looping_pack import PackRequest
    from infinite_studio.services.session import StudioSession

NO_CANDIDATE = "Find loops and choose one first."
ESTIMATING = "Finding out how large it will be…"
FILE, PACK = "file", "pack"
_ASK_MS = 250


class LoopExtender(QWidget):
    """Builds one exact request and shows what it will take before it starts; hidden while no loop is chosen."""

    def __init__(
        self,
        session: StudioSession,
        finder: LoopFinder,
        parent: QWidget | None = None,
        *,
        show_folder: Callable[[Path], bool] = open_folder,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._finder = finder
        self._show_folder = show_folder
        self._written: Path | None = None
        self._follower = JobFollower(session.jobs, self)
        self._asking = JobFollower(session.jobs, self)
        self.outcome = ChoiceRow("What is made", (("One file", FILE), ("Pack for a stream", PACK)))
        self.target = TargetFields(session)
        self.options = ExtendOptions()
        self.pack = PackFields()
        self.place = PlaceRow(session)
        self.estimate = Caption("", "secondary")
        self.work = WorkButton("Extend", self._follower)
        self.problem = InlineProblem()
        self.done = Caption("", "good")
        self.open_folder = QuietButton("Open folder")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_MS)
        self._lay_out()
        self._connect()
        self.refresh()

    @property
    def is_pack(self) -> bool:
        """Whether a pack for a stream is made."""
        return self.outcome.value() == PACK

    def request(self) -> ExtendRequest:
        """Return what stands in the fields.

        Raises
        ------
        InvalidTargetError
            If the target cannot be read.
        """
        suffix, depth = self.target.kind()
        sound, candidate = self._finder.sound, self._finder.candidate
        assert sound is not None
        assert candidate is not None
        options, keeps = self.options, self.options.keep_edges.isChecked()
        shape = LoopShape(
            points_of(candidate),
            self._finder.crossfade.choice,
            options.tail.value(),
            keep_intro=keeps,
            keep_outro=keeps,
            tempo_bpm=candidate.tempo_bpm,
        )
        texts = (("title", self._title()), ("artist", options.artist.text().strip()))
        return ExtendRequest(
            self.target.target(),
            self._output(suffix),
            shape,
            options.fade_in.value(),
            options.fade_out.value(),
            depth,
            options.loudness_lufs,
            options.tags.isChecked(),
            tuple((name, text) for name, text in texts if text),
        )

    def pack_request(self) -> PackRequest:
        """Return the pack that stands in the fields."""
        return self.pack.request(self.request(), self._title())

    @Slot()
    def start(self) -> None:
        """Write the file or the pack."""
        sound = self._finder.sound
        if sound is None or not self.work.button.isEnabled() or self._follower.is_running:
            return
        request = self.request()
        self.problem.clear()
        for widget in (self.done, self.open_folder):
            widget.hide()
        shown = self._session.extension_preview
        seconds = shown.duration_seconds if shown is not None else request.target.seconds or 60.0
        self._session.update_settings(export_folder=str(self.place.folder))
        self._written = request.output
        if self.is_pack:
            packed = replace(self.pack_request(), extend=request)
            job_id = self._session.make_pack(sound.object_id, sound.name, packed, seconds)
        else:
            job_id = self._session.extend_loop(sound.object_id, sound.name, request, seconds)
        self._follower.follow(() if job_id is None else (job_id,))

    @Slot()
    def refresh(self) -> None:
        """Ask anew what the extension will take, a moment after the last change."""
        reason, hint = self._why_not()
        self.work.button.setText("Make the pack" if self.is_pack else "Extend")
        self.work.button.set_available(reason, "Make the pack" if self.is_pack else "Write the file")
        self.pack.setVisible(self.is_pack)
        is_usable = self._finder.candidate is not None
        self.setVisible(is_usable)
        self.problem.show_problem(reason if is_usable else "", hint)
        self.estimate.setText("" if reason else ESTIMATING)
        if reason:
            self._timer.stop()
        else:
            self._timer.start()

    def show_preview(self) -> None:
        """Show what the extension will take, once that is known."""
        shown = self._session.extension_preview
        if shown is None or self._why_not()[0]:
            return
        verb = PACK if self.is_pack else "extend"
        learned = self._session.predict_seconds(f"{verb}:{shown.loop_format.value}", shown.duration_seconds)
        self.estimate.setText(preview_text(shown, learned))
        self.pack.show_chapters(shown, self._title())
        if not shown.fits:
            sentence = "There is not enough room in that folder."
            self.problem.show_problem(sentence, "Free some space, or choose another folder or format.")
            self.work.button.set_available(sentence)

    def _why_not(self) -> tuple[str, str]:
        if self._finder.sound is None or self._finder.candidate is None:
            return NO_CANDIDATE, ""
        try:
            target = self.target.target()
        except StudioError as error:
            return str(error), error.hint
        needed = self._finder.candidate.end_frame / self._finder.candidate.sample_rate
        if target.seconds is not None and self.options.keep_edges.isChecked() and target.seconds < needed:
            return "The target is shorter than the loop with its intro.", f"Choose at least {needed:.0f} s."
        return "", ""

    def _title(self) -> str:
        sound = self._finder.sound
        typed = self.pack.title.text().strip() if self.is_pack else ""
        return typed or (sound.name if sound is not None else "")

    def _output(self, suffix: str) -> Path:
        if self.is_pack:
            folder = unused_path(self.place.folder / safe_filename(self._title()))
            return folder / safe_filename(self._title(), f".{suffix}")
        name = safe_filename(f"{self._title()} {self.target.words()}", f".{suffix}")
        return unused_path(self.place.folder / name)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (SectionLabel("Extend"), self.outcome, self.target, self.pack, self.options):
            column.addWidget(widget)
        for below in (self.place, self.estimate, self.work, self.problem, self.done, self.open_folder):
            column.addWidget(below)
        for hidden in (self.done, self.open_folder):
            hidden.hide()

    def _connect(self) -> None:
        self.outcome.chosen.connect(self._on_edited)
        for part in (self.target, self.options, self.pack):
            part.edited.connect(self._on_edited)
        self.place.changed.connect(self._on_edited)
        self._finder.candidate_chosen.connect(self._on_edited)
        self.work.pressed.connect(self.start)
        self.open_folder.clicked.connect(self._on_open_folder)
        self._timer.timeout.connect(self._on_ask)
        self._follower.finished.connect(self._on_finished)
        self._asking.finished.connect(self._on_asked)

    @Slot()
    def _on_edited(self, _value: object = None) -> None:
        self.refresh()

    @Slot()
    def _on_ask(self) -> None:
        sound = self._finder.sound
        if sound is not None and not self._why_not()[0]:
            job_id = self._session.ask_extension(sound.object_id, self.request())
            self._asking.follow(() if job_id is None else (job_id,))

    @Slot()
    def _on_asked(self) -> None:
        failed = self._asking.failure
        self._asking.forget()
        if failed is not None and not self._why_not()[0]:
            self.estimate.setText("")
            self.problem.show_problem(failed.sentence, failed.hint)
            self.work.button.set_available(failed.sentence)

    @Slot()
    def _on_finished(self) -> None:
        failed = self._follower.failure
        succeeded = any(view.state is JobState.SUCCEEDED for view in self._follower.views)
        self._follower.forget()
        if failed is not None:
            self.problem.show_problem(failed.sentence, failed.hint)
        self.open_folder.setVisible(succeeded)
        if succeeded:
            self.show_done()

    def show_done(self) -> None:
        """Say what was written last."""
        extended, pack = self._session.extended, self._session.pack
        if extended is not None and extended.path == self._written:
            self.done.setText(done_text(extended))
        elif pack is not None and pack.extended.path == self._written:
            self.done.setText(pack_text(pack))
        else:
            return
        self.done.show()

    @Slot()
    def _on_open_folder(self) -> None:
        folder = self._written.parent if self._written is not None else self.place.folder
        if not self._show_folder(folder):
            self.problem.show_problem("The system could not open the folder.", str(folder))
