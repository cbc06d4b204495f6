"""The part of the Loop panel that writes a long file or a pack for a stream, and says what it will take before it starts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.audio.files import safe_filename, unused_path
from infinite_studio.errors import StudioError
from infinite_studio.services.looping_values import ExtendRequest, LoopShape
from infinite_studio.ui.choice_row import ChoiceRow
from infinite_studio.ui.dialogs.open_folder import open_folder
from infinite_studio.ui.kit.labels import SectionLabel
from infinite_studio.ui.long_file import LongFile
from infinite_studio.ui.loop_finder import LoopFinder, points_of
from infinite_studio.ui.loop_options import ExtendOptions
from infinite_studio.ui.loop_pack_fields import PackFields
from infinite_studio.ui.loop_target import TargetFields
from infinite_studio.ui.loop_words import done_text, pack_text, preview_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from infinite_studio.services.looping_pack import PackRequest
    from infinite_studio.services.session import StudioSession

NO_CANDIDATE = "Find loops and choose one first."
ESTIMATING = "Finding out how large it will be…"
FILE, PACK = "file", "pack"


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
        self.outcome = ChoiceRow("What is made", (("One file", FILE), ("Pack for a stream", PACK)))
        self.target = TargetFields(session)
        self.options = ExtendOptions()
        self.pack = PackFields()
        self.file = LongFile(session, "Extend", show_folder)
        self.file.estimate.show()
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
        if sound is None or not self.file.may_start:
            return
        request = self.request()
        shown = self._session.extension_preview
        seconds = shown.duration_seconds if shown is not None else request.target.seconds or 60.0
        self.file.begin(request.output)
        if self.is_pack:
            packed = replace(self.pack_request(), extend=request)
            job_id = self._session.make_pack(sound.object_id, sound.name, packed, seconds)
        else:
            job_id = self._session.extend_loop(sound.object_id, sound.name, request, seconds)
        self.file.follow_writing(job_id)

    @Slot()
    def refresh(self) -> None:
        """Ask anew what the extension will take, a moment after the last change."""
        reason, hint = self._why_not()
        self.file.work.button.setText("Make the pack" if self.is_pack else "Extend")
        self.file.work.button.set_available(reason, "Make the pack" if self.is_pack else "Write the file")
        self.pack.title.editor.setPlaceholderText(self._title())
        self.pack.setVisible(self.is_pack)
        is_usable = self._finder.candidate is not None
        self.setVisible(is_usable)
        self.file.problem.show_problem(reason if is_usable else "", hint)
        self.file.estimate.setText("" if reason else ESTIMATING)
        if reason:
            self.file.stop_asking()
        else:
            self.file.ask_soon()

    def show_preview(self) -> None:
        """Show what the extension will take, once that is known."""
        shown = self._session.extension_preview
        if shown is None or self._why_not()[0]:
            return
        verb = PACK if self.is_pack else "extend"
        learned = self._session.predict_seconds(f"{verb}:{shown.loop_format.value}", shown.duration_seconds)
        self.file.estimate.setText(preview_text(shown, learned))
        self.pack.show_chapters(shown, self._title())
        if not shown.fits:
            sentence = "There is not enough room in that folder."
            self.file.problem.show_problem(sentence, "Free some space, or choose another folder or format.")
            self.file.work.button.set_available(sentence)

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
            folder = unused_path(self.file.place.folder / safe_filename(self._title()))
            return folder / safe_filename(self._title(), f".{suffix}")
        name = safe_filename(f"{self._title()} {self.target.words()}", f".{suffix}")
        return unused_path(self.file.place.folder / name)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (SectionLabel("Extend"), self.outcome, self.target, self.pack, self.options):
            column.addWidget(widget)
        column.addWidget(self.file)

    def _connect(self) -> None:
        self.outcome.chosen.connect(self._on_edited)
        for part in (self.target, self.options, self.pack):
            part.edited.connect(self._on_edited)
        self.file.place.changed.connect(self._on_edited)
        self._finder.candidate_chosen.connect(self._on_edited)
        self.file.work.pressed.connect(self.start)
        self.file.asked.connect(self._on_ask)
        self.file.not_possible.connect(self._on_not_possible)
        self.file.wrote.connect(self.show_done)

    @Slot()
    def _on_edited(self, _value: object = None) -> None:
        self.refresh()

    @Slot()
    def _on_ask(self) -> None:
        sound = self._finder.sound
        if sound is not None and not self._why_not()[0]:
            job_id = self._session.ask_extension(sound.object_id, self.request())
            self.file.follow_question(job_id)

    @Slot(str, str)
    def _on_not_possible(self, sentence: str, hint: str) -> None:
        if not self._why_not()[0]:
            self.file.estimate.setText("")
            self.file.problem.show_problem(sentence, hint)
            self.file.work.button.set_available(sentence)

    @Slot()
    def show_done(self) -> None:
        """Say what was written last."""
        extended, pack = self._session.extended, self._session.pack
        if extended is not None and extended.path == self.file.written:
            self.file.show_done(done_text(extended))
        elif pack is not None and pack.extended.path == self.file.written:
            self.file.show_done(pack_text(pack))
