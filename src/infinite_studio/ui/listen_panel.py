"""The Listen panel: everything that is known about one sound, and the tempo corrected by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from infinite_studio.project.steps import SetTempo
from infinite_studio.ui.edge_column import EdgeColumn
from infinite_studio.ui.generate_fields import TEMPO_RANGE_BPM, FieldError, parse_tempo
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.kit.buttons import IconButton, QuietButton
from infinite_studio.ui.kit.fields import FieldCard, field_row
from infinite_studio.ui.kit.labels import Caption, ElidedLabel, SectionLabel
from infinite_studio.ui.kit.surfaces import Card, EmptyState, Panel
from infinite_studio.ui.level_plot import LevelPlot
from infinite_studio.ui.position_field import PositionField
from infinite_studio.ui.sound_subject import Subject, subject_of_clip, subject_of_sound
from infinite_studio.ui.waveform_thumbnail import WaveformThumbnail

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes
    from infinite_studio.ui.theme import Theme

NOTHING_CHOSEN = "Choose a clip or a sound."
NOTHING_HINT = "Its tempo, key, loudness and how it was made appear here."
NO_TEMPO = "No tempo is known yet."
SAME_TEMPO = "The project has this tempo already."
TEMPO_HINT = "Write a number from 30 to 300."
_WAVE_PX = 64


class ListenPanel(Panel):
    """An inspector for the selected clip or library sound."""

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._clip_id: str | None = None
        self._sound_id: str | None = None
        self._subject: Subject | None = None
        self._plot: LevelPlot | None = None
        self.play = IconButton(IconName.PLAY, "Listen to this sound alone")
        self.play.set_emphasis("raised")
        self.title = ElidedLabel("", weight=QFont.Weight.Medium)
        self.shape_label = ElidedLabel("", token="text_secondary", caption=True)
        self.wave = WaveformThumbnail(_WAVE_PX)
        self.tempo = FieldCard("Tempo")
        self.key = FieldCard("Key")
        self.loudness = FieldCard("Loudness")
        self.loudness.setToolTip(
            "Integrated loudness after ITU-R BS.1770; streaming services aim at about −14 LUFS"
        )
        self.typed_tempo = PositionField("Correct the tempo", "Tempo in BPM", "e.g. 92.5")
        self.half = QuietButton("×½")
        self.double = QuietButton("×2")
        self.use_tempo = QuietButton("Use as project tempo")
        self.problem = InlineProblem()
        self.recipe = QGridLayout()
        self.empty = EmptyState(IconName.LISTEN, NOTHING_CHOSEN, NOTHING_HINT)
        self._content = QWidget()
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def plot(self) -> LevelPlot | None:
        """The plot; None until the panel was shown with a sound."""
        return self._plot

    @Slot(object)
    def set_selected_clip(self, clip_id: str | None) -> None:
        """Look at the sound of a clip; None lets go of it."""
        self._clip_id = clip_id
        if clip_id is not None:
            self._sound_id = None
        self._refresh()

    @Slot(object)
    def set_selected_sound(self, sound_id: str | None) -> None:
        """Look at a sound of the library; None lets go of it."""
        self._sound_id = sound_id
        if sound_id is not None:
            self._clip_id = None
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Use another theme, in the plot too."""
        super().set_theme(theme)
        if self._plot is not None:
            self._plot.paint_theme()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw the plot once somebody looks."""
        super().showEvent(event)
        self._refresh_plot()

    def _lay_out(self) -> None:
        column = EdgeColumn(self)
        column.body.addWidget(self.empty)
        column.body.addWidget(self._content)
        column.body.addStretch(1)
        inside = QVBoxLayout(self._content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        heading = QHBoxLayout()
        heading.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self.title)
        texts.addWidget(self.shape_label)
        heading.addWidget(self.play)
        heading.addLayout(texts, 1)
        sound = Card()
        sound.body.addLayout(heading)
        sound.body.addWidget(self.wave)
        inside.addWidget(sound)
        inside.addWidget(self.tempo)
        inside.addLayout(self._correction_row())
        inside.addWidget(self.problem)
        inside.addWidget(self.use_tempo)
        inside.addLayout(field_row(self.key, self.loudness))
        self._plot_label = SectionLabel("Level over time")
        inside.addWidget(self._plot_label)
        self._plot_place = inside.count()
        inside.addWidget(SectionLabel("How it was made"))
        self.recipe.setHorizontalSpacing(16)
        self.recipe.setVerticalSpacing(6)
        self.recipe.setColumnStretch(1, 1)
        inside.addLayout(self.recipe)
        self._inside = inside

    def _correction_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.typed_tempo, 1)
        for button, name in ((self.half, "Half the tempo"), (self.double, "Twice the tempo")):
            button.setAccessibleName(name)
            button.setMinimumHeight(48)
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self.play.clicked.connect(self._on_play)
        self.half.clicked.connect(self._on_half)
        self.double.clicked.connect(self._on_double)
        self.typed_tempo.entered.connect(self._on_typed)
        self.use_tempo.clicked.connect(self._on_use_tempo)
        self._session.changed.connect(self._on_changed)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _origin: object) -> None:
        is_mine = self._subject is not None and self._subject.object_id in changes.peaks
        if (
            changes.project
            or changes.sounds
            or changes.takes
            or changes.repositories
            or changes.device
            or is_mine
        ):
            self._refresh()

    def _refresh(self) -> None:
        before, self._subject = self._subject, self._find()
        subject = self._subject
        self.empty.setVisible(subject is None)
        self._content.setVisible(subject is not None)
        if subject is None:
            return
        if before is None or before.object_id != subject.object_id:
            self.problem.clear()
        self.title.set_text(subject.name)
        self.shape_label.set_text(subject.shape_text)
        self.wave.set_peaks(self._session.peaks(subject.object_id))
        self.tempo.set_value(subject.tempo_text)
        self.key.set_value(subject.key_text)
        self.loudness.set_value(subject.loudness_text)
        self._refresh_tempo(subject)
        self._refresh_audition(subject)
        if before is None or before.recipe_rows != subject.recipe_rows or not self.recipe.count():
            self._show_recipe(subject)
        self._refresh_plot()

    def _find(self) -> Subject | None:
        if self._clip_id is not None:
            return subject_of_clip(self._session, self._clip_id)
        if self._sound_id is not None:
            return subject_of_sound(self._session, self._sound_id)
        return None

    def _refresh_tempo(self, subject: Subject) -> None:
        tempo_bpm, fixed = subject.tempo_bpm, subject.why_tempo_is_fixed
        lowest, highest = TEMPO_RANGE_BPM
        self.typed_tempo.show_text("" if tempo_bpm is None else f"{tempo_bpm:.2f}".rstrip("0").rstrip("."))
        self.typed_tempo.editor.setEnabled(not fixed)
        self.typed_tempo.setToolTip(fixed or "Type the tempo in BPM and press Return")
        unknown = NO_TEMPO if tempo_bpm is None else ""
        too_low = "" if tempo_bpm is None or tempo_bpm / 2 >= lowest else f"Below {lowest:.0f} BPM."
        too_high = "" if tempo_bpm is None or tempo_bpm * 2 <= highest else f"Above {highest:.0f} BPM."
        self.half.set_available(fixed or unknown or too_low, "Half the tempo")
        self.double.set_available(fixed or unknown or too_high, "Twice the tempo")
        same = tempo_bpm is not None and abs(tempo_bpm - self._session.project.tempo_bpm) < 0.005
        self.use_tempo.set_available(
            unknown or (SAME_TEMPO if same else ""), "The grid follows; clips stay in place"
        )

    def _refresh_audition(self, subject: Subject) -> None:
        playing = self._session.auditioned_object_id == subject.object_id
        name = "Stop listening" if playing else "Listen to this sound alone"
        self.play.set_icon(IconName.STOP if playing else IconName.PLAY, name)

    def _show_recipe(self, subject: Subject) -> None:
        while (item := self.recipe.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (label, text) in enumerate(subject.recipe_rows):
            value = QLabel(text)
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.recipe.addWidget(Caption(label), row, 0, Qt.AlignmentFlag.AlignTop)
            self.recipe.addWidget(value, row, 1)

    def _refresh_plot(self) -> None:
        peaks = self._session.peaks(self._subject.object_id) if self._subject else None
        has_level = peaks is not None and peaks.n_frames > 0
        self._plot_label.setVisible(has_level)
        if self._plot is None and has_level and self.isVisible():
            self._plot = LevelPlot()
            self._inside.insertWidget(self._plot_place, self._plot)
        if self._plot is not None:
            self._plot.setVisible(has_level)
            if peaks is not None and has_level and self._subject is not None:
                self._plot.show_peaks(peaks, self._subject.seconds)

    def _correct(self, tempo_bpm: float) -> None:
        subject = self._subject
        if subject is not None and subject.sound is not None:
            self.problem.clear()
            self._session.set_sound_tempo(subject.sound.sound_id, tempo_bpm)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        try:
            tempo_bpm = parse_tempo(text)
        except FieldError as error:
            self.problem.show_problem(str(error), TEMPO_HINT)
            return
        if tempo_bpm is not None:
            self._correct(tempo_bpm)

    @Slot()
    def _on_half(self) -> None:
        if self._subject is not None and self._subject.tempo_bpm is not None:
            self._correct(self._subject.tempo_bpm / 2)

    @Slot()
    def _on_double(self) -> None:
        if self._subject is not None and self._subject.tempo_bpm is not None:
            self._correct(self._subject.tempo_bpm * 2)

    @Slot()
    def _on_use_tempo(self) -> None:
        if self._subject is not None and self._subject.tempo_bpm is not None:
            self._session.apply(SetTempo(self._subject.tempo_bpm))
            self._refresh()

    @Slot()
    def _on_play(self) -> None:
        if self._subject is not None:
            self._session.audition(self._subject.object_id)
            self._refresh_audition(self._subject)
