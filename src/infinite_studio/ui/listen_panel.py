"""The Listen panel: everything that is known about one sound, corrected by hand, and what else sounds like it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.project.steps import SetKey, SetTempo
from infinite_studio.ui import sound_facts
from infinite_studio.ui.edge_column import EdgeColumn
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import IconButton, QuietButton
from infinite_studio.ui.kit.fields import FieldCard, field_row
from infinite_studio.ui.kit.labels import Caption, ElidedLabel, SectionLabel
from infinite_studio.ui.kit.surfaces import Card, EmptyState, Panel
from infinite_studio.ui.level_plot import LevelPlot
from infinite_studio.ui.listen_corrections import CorrectionLink
from infinite_studio.ui.listen_finds import FindsSection
from infinite_studio.ui.listen_key import KeySection
from infinite_studio.ui.listen_map import SoundMap
from infinite_studio.ui.listen_prompt import PromptCard
from infinite_studio.ui.listen_recipe import RecipeGrid
from infinite_studio.ui.listen_tempo import NO_TEMPO, TempoSection
from infinite_studio.ui.sound_subject import Subject, subject_of_clip, subject_of_sound
from infinite_studio.ui.waveform_thumbnail import WaveformThumbnail
from infinite_studio.ui.work_button import WorkButton

if TYPE_CHECKING:
    from infinite_studio.analysis.analysis import Analysis
    from infinite_studio.jobs.job import JobView
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes
    from infinite_studio.ui.theme import Theme

NOTHING_CHOSEN = "Choose a clip or a sound."
NOTHING_HINT = "Its tempo, key, chords, loudness and mood appear here."
SAME_TEMPO = "The project has this tempo already."
SAME_KEY = "The project has this key already."
NO_KEY = "No key is known yet."
_WAVE_PX = 64


class ListenPanel(Panel):
    """An inspector for the selected clip or library sound."""

    compose_wanted = Signal(str)
    finds_shown = Signal()

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._clip_id: str | None = None
        self._sound_id: str | None = None
        self._subject: Subject | None = None
        self._plot: LevelPlot | None = None
        self._followed: int | None = None
        self._listened_id = ""
        self._failures: dict[str, JobView] = {}
        self._follower = JobFollower(session.jobs, self)
        self._make_fields()
        self._content = QWidget()
        self._lay_out()
        self._connect()
        self._refresh()

    def _make_fields(self) -> None:
        self.play = IconButton(IconName.PLAY, "Listen to this sound alone")
        self.play.set_emphasis("raised")
        self.title = ElidedLabel("", weight=QFont.Weight.Medium)
        self.shape_label = ElidedLabel("", token="text_secondary", caption=True)
        self.wave = WaveformThumbnail(_WAVE_PX)
        self.listen = WorkButton("Listen", self._follower, tells_share=True)
        self.failure = InlineProblem()
        self.tempo_section = TempoSection()
        self.use_tempo = QuietButton("Use as project tempo")
        self.key_section = KeySection()
        self.key, self.camelot = self.key_section.card, self.key_section.camelot
        self.runner_up = self.key_section.runner_up
        self._corrections = CorrectionLink(self._session, self.tempo_section, self.key_section, self)
        self.use_key = QuietButton("Use as project key")
        self.heard = Caption("", "secondary")
        self.loudness, self.range, self.peak = (
            FieldCard("Loudness"),
            FieldCard("Range"),
            FieldCard("True peak"),
        )
        self.loudness.setToolTip(
            "Integrated loudness after ITU-R BS.1770; streaming services aim at about −14 LUFS"
        )
        self.range.setToolTip("Loudness range after EBU Tech 3342")
        self.peak.setToolTip("True peak after ITU-R BS.1770; above −1 dBTP some players distort")
        self.mood, self.brightness, self.style_like = (
            FieldCard("Mood"),
            FieldCard("Brightness"),
            FieldCard("Like"),
        )
        self.style_like.setToolTip("The built-in style whose sound is nearest")
        self.map = SoundMap()
        self.prompt = PromptCard()
        self.finds = FindsSection(self._session)
        self.recipe = RecipeGrid()
        self.empty = EmptyState(IconName.LISTEN, NOTHING_CHOSEN, NOTHING_HINT)

    @property
    def plot(self) -> LevelPlot | None:
        """The plot of a sound that nobody listened to yet; None until the panel was shown with one."""
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
        column.body.addWidget(self.finds)
        column.body.addStretch(1)
        inside = QVBoxLayout(self._content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addWidget(self._sound_card())
        inside.addWidget(self.listen)
        inside.addWidget(self.failure)
        inside.addWidget(self.heard)
        inside.addWidget(self.tempo_section)
        inside.addWidget(self.use_tempo)
        inside.addWidget(self.key_section)
        inside.addWidget(self.use_key)
        inside.addLayout(field_row(self.loudness, self.peak))
        inside.addLayout(field_row(self.range, self.brightness))
        self._plot_label = SectionLabel("Level over time")
        self._map_label = SectionLabel("Energy, sections and chords")
        inside.addWidget(self._plot_label)
        self._plot_place = inside.count()
        inside.addWidget(self._map_label)
        inside.addWidget(self.map)
        inside.addLayout(field_row(self.mood, self.style_like))
        self._prompt_label = SectionLabel("In words")
        inside.addWidget(self._prompt_label)
        inside.addWidget(self.prompt)
        inside.addWidget(SectionLabel("How it was made"))
        inside.addLayout(self.recipe)
        self._inside = inside

    def _sound_card(self) -> Card:
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
        return sound

    def _connect(self) -> None:
        self.play.clicked.connect(self._on_play)
        self.listen.pressed.connect(self._on_listen)
        self.use_tempo.clicked.connect(self._on_use_tempo)
        self.use_key.clicked.connect(self._on_use_key)
        self.prompt.compose_wanted.connect(self._on_compose)
        self.finds.like_wanted.connect(self._on_find_like)
        self.finds.shown.connect(self.finds_shown)
        self._follower.changed.connect(self._refresh_listen)
        self._session.changed.connect(self._on_changed)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _origin: object) -> None:
        is_mine = self._subject is not None and self._subject.object_id in changes.peaks
        if changes.sounds or changes.takes or changes.repositories:
            self.finds.refresh()
        if any(
            (
                changes.project,
                changes.sounds,
                changes.takes,
                changes.repositories,
                changes.device,
                changes.weights,
                is_mine,
            )
        ):
            self._refresh()

    def _refresh(self) -> None:
        before, self._subject = self._subject, self._find()
        subject = self._subject
        self._corrections.object_id = subject.object_id if subject is not None else ""
        self.empty.setVisible(subject is None)
        self._content.setVisible(subject is not None)
        reason = "" if subject is not None else NOTHING_CHOSEN
        self.finds.find_like.button.set_available(reason, "Compares timbre, rhythm, pitch and dynamics")
        if subject is None:
            return
        if before is None or before.object_id != subject.object_id:
            self.tempo_section.clear_problem()
        self.title.set_text(subject.name)
        self.shape_label.set_text(subject.shape_text)
        self.wave.set_peaks(self._session.peaks(subject.object_id))
        self._refresh_tempo(subject)
        self._refresh_key(subject)
        self._refresh_facts(subject)
        self._refresh_audition(subject)
        self._refresh_failure(subject)
        self._refresh_listen()
        if before is None or before.recipe_rows != subject.recipe_rows or not self.recipe.count():
            self.recipe.show_rows(subject.recipe_rows)
        self._refresh_plot()

    def _find(self) -> Subject | None:
        found = None
        if self._clip_id is not None:
            found = subject_of_clip(self._session, self._clip_id)
        elif self._sound_id is not None:
            found = subject_of_sound(self._session, self._sound_id)
        return found and replace(found, has_failed=found.object_id in self._failures)

    def _refresh_tempo(self, subject: Subject) -> None:
        found = subject.analysis
        self.tempo_section.show_tempo(
            subject.tempo_bpm,
            subject.tempo_text,
            meter=sound_facts.meter_text(found),
            why_fixed=subject.why_tempo_is_fixed,
            is_locked=found is not None and found.is_tempo_locked,
            is_corrected=found is not None and "tempo" in found.corrected,
            source=sound_facts.beats_text(found),
            better=self._session.better_beats(subject.object_id),
        )
        tempo_bpm = subject.tempo_bpm
        same = tempo_bpm is not None and abs(tempo_bpm - self._session.project.tempo_bpm) < 0.005
        reason = NO_TEMPO if tempo_bpm is None else SAME_TEMPO if same else ""
        self.use_tempo.set_available(reason, "The grid follows; clips stay in place")

    def _refresh_key(self, subject: Subject) -> None:
        self.key_section.show_key(
            subject.analysis,
            subject.key,
            subject.key_text,
            runner_up=sound_facts.runner_up_text(subject.analysis),
            why_fixed=subject.why_key_is_fixed,
        )
        same = subject.key is not None and subject.key == self._session.project.key
        reason = NO_KEY if subject.key is None else SAME_KEY if same else ""
        self.use_key.set_available(reason, "What is generated from now on follows it")

    def _refresh_facts(self, subject: Subject) -> None:
        found: Analysis | None = subject.analysis
        self.heard.setText(sound_facts.heard_text(found))
        self.heard.setVisible(bool(self.heard.text()))
        self.loudness.set_value(subject.loudness_text)
        self.range.set_value(sound_facts.range_text(found))
        self.peak.set_value(sound_facts.peak_text(found))
        self.mood.set_value(sound_facts.mood_text(found))
        self.mood.setToolTip(sound_facts.mood_hint(found))
        self.brightness.set_value(sound_facts.brightness_text(found))
        self.style_like.set_value((found.style if found else None) or sound_facts.UNKNOWN)
        self.map.show_analysis(found)
        has_map = found is not None and bool(found.energy_curve_lufs)
        self.map.setVisible(has_map)
        self._map_label.setVisible(has_map)
        self.prompt.show_prompt(found.prompt if found else "")
        has_prompt = found is not None and bool(found.prompt)
        self.prompt.setVisible(has_prompt)
        self._prompt_label.setVisible(has_prompt)

    @Slot()
    def _refresh_listen(self) -> None:
        """Offer to listen, or show how far it is; gone once everything is known."""
        subject = self._subject
        if subject is None:
            return
        job_id = self._session.listening_job(subject.object_id)
        if job_id is not None and job_id != self._followed:
            self._followed, self._listened_id = job_id, subject.object_id
            self._failures.pop(subject.object_id, None)
            self._refresh_failure(subject)
            self._follower.follow([job_id])
            return
        if job_id is None and self._followed is not None:
            self._followed = None
            failed = self._follower.failure
            if failed is not None:
                self._failures[self._listened_id] = failed
                self._refresh()
            self._follower.forget()
            return
        is_known = subject.analysis is not None and bool(subject.analysis.energy_curve_lufs)
        self.listen.setVisible(not is_known)
        reason = "This library is open in another window." if self._session.is_read_only else ""
        self.listen.button.set_available(reason, "Find tempo, key, chords, sections, loudness and mood")

    def _refresh_failure(self, subject: Subject) -> None:
        """Say why listening to this sound failed, until it is tried again."""
        failed = self._failures.get(subject.object_id) if subject.analysis is None else None
        if failed is None:
            self.failure.clear()
        elif failed.sentence != self.failure.text:
            self.failure.show_problem(failed.sentence, failed.hint, failed.remedy)

    def _refresh_audition(self, subject: Subject) -> None:
        playing = self._session.auditioned_object_id == subject.object_id
        name = "Stop listening" if playing else "Listen to this sound alone"
        self.play.set_icon(IconName.STOP if playing else IconName.PLAY, name)

    def _refresh_plot(self) -> None:
        """Draw the level from the waveform until the sound's energy is known."""
        subject = self._subject
        peaks = self._session.peaks(subject.object_id) if subject else None
        is_known = subject is not None and subject.analysis is not None and subject.analysis.energy_curve_lufs
        has_level = peaks is not None and peaks.n_frames > 0 and not is_known
        self._plot_label.setVisible(has_level)
        if self._plot is None and has_level and self.isVisible():
            self._plot = LevelPlot()
            self._inside.insertWidget(self._plot_place, self._plot)
        if self._plot is not None:
            self._plot.setVisible(has_level)
            if peaks is not None and has_level and subject is not None:
                self._plot.show_peaks(peaks, subject.seconds)

    @Slot()
    def _on_use_tempo(self) -> None:
        if self._subject is not None and self._subject.tempo_bpm is not None:
            self._session.apply(SetTempo(self._subject.tempo_bpm))
            self._refresh()

    @Slot()
    def _on_use_key(self) -> None:
        if self._subject is not None and self._subject.key is not None:
            self._session.apply(SetKey(self._subject.key))
            self._refresh()

    @Slot()
    def _on_listen(self) -> None:
        if self._subject is not None:
            self._session.listen_to(self._subject.object_id, self._subject.name)
            self._refresh()

    @Slot()
    def _on_compose(self) -> None:
        if self._subject is not None and self._subject.analysis is not None:
            self.compose_wanted.emit(self._subject.analysis.prompt)
            self._session.choose_like(self._subject.object_id)

    @Slot()
    def _on_find_like(self) -> None:
        if self._subject is not None:
            self.finds.follow(self._session.find_like(self._subject.object_id))

    @Slot()
    def _on_play(self) -> None:
        if self._subject is not None:
            self._session.audition(self._subject.object_id)
            self._refresh_audition(self._subject)
