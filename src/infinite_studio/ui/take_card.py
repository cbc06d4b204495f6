"""One take, and one take that is still being made, as cards."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFont, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from infinite_studio.jobs.job import JobView
from infinite_studio.services.values import GrowingTake, StoredTake
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import IconButton
from infinite_studio.ui.kit.chips import Chip, Tone
from infinite_studio.ui.kit.labels import ElidedLabel
from infinite_studio.ui.kit.surfaces import Card, ProgressLine
from infinite_studio.ui.kit.themed import restyle
from infinite_studio.ui.kit.time_text import eta_text, tempo_text
from infinite_studio.ui.popups import open_menu
from infinite_studio.ui.timeline.peaks import PeaksLike
from infinite_studio.ui.waveform_thumbnail import WaveformThumbnail
from infinite_studio.weights.catalogue import NON_COMMERCIAL

_WAVE_PX = 26
_TITLE_PX = 50
_HEAR_SO_FAR = "Listen to what is there already"


def facts_text(take: StoredTake) -> str:
    """Say what went into a take beside prompt and seed; empty where that is all."""
    return " · ".join(take.facts)


def fact_lines(take: StoredTake) -> tuple[str, ...]:
    """Return the same in lines short enough to be read on a card."""
    facts = take.facts
    return tuple(" · ".join(facts[place : place + 2]) for place in range(0, len(facts), 2))


def recipe_text(take: StoredTake) -> str:
    """Say how a take was made, line by line."""
    recipe = take.recipe
    lines = [
        f"“{recipe.prompt}”" if recipe.prompt else "No prompt",
        *take.facts,
        *take.notices,
        f"Seed {recipe.seed}" if recipe.seed is not None else "",
        f"{recipe.engine}, revision {recipe.model_revision}",
    ]
    return "\n".join(line for line in lines if line)


def licence_tone(licence: str) -> Tone:
    """Return the colour of a licence: attention where what is made may not be sold."""
    return Tone.ATTENTION if NON_COMMERCIAL in licence else Tone.GOOD


def take_caption(take: StoredTake) -> str:
    """Say seed and style of a take, and tempo and key as far as they are known."""
    made = take.understanding
    parts = (
        "" if take.recipe.seed is None else f"seed {take.recipe.seed}",
        made.style,
        "" if made.tempo_bpm is None else tempo_text(made.tempo_bpm),
        "" if made.key is None else str(made.key),
    )
    return " · ".join(part for part in parts if part)


class TakeCard(Card):
    """A finished take: listen to it, use it, add it; Return uses it, the menu key opens its menu."""

    used = Signal(str)
    added = Signal(str)
    auditioned = Signal(str)
    copied = Signal(str)

    def __init__(
        self,
        take: StoredTake,
        extend_menu: Callable[[QMenu], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.take = take
        self._extend_menu = extend_menu
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.play = IconButton(IconName.PLAY, f"Listen to {take.label}")
        self.play.set_emphasis("raised")
        self.more = IconButton(IconName.MORE, f"More for {take.label}")
        self.title = ElidedLabel(take.label, weight=QFont.Weight.Medium)
        self.title.setMinimumWidth(min(self.title.sizeHint().width(), _TITLE_PX))
        self.placed = Chip("✓ On timeline", Tone.ACCENT, "The stems of this take stand on the timeline")
        said = f"Licence of this take: {take.licence}"
        self.licence = Chip(take.licence.partition(" · ")[0], licence_tone(take.licence), said)
        self.wave = WaveformThumbnail(_WAVE_PX)
        self._lay_out()
        self.play.clicked.connect(self._on_play)
        self.more.clicked.connect(self._on_more)
        self.set_placed(placed=False)

    def set_placed(self, *, placed: bool) -> None:
        """Mark the take that stands on the timeline: a frame, a tick and a word."""
        self.placed.setVisible(placed)
        self.licence.setVisible(not placed)
        self.setProperty("chosen", placed)
        state = "on the timeline" if placed else "Return puts it on the timeline"
        facts = (
            f"{take_caption(self.take)}, {facts_text(self.take)}"
            if self.take.facts
            else take_caption(self.take)
        )
        self.setAccessibleName(f"{self.take.label}, {facts}, {state}")
        does = "On the timeline now" if placed else "Click to put this take on the timeline"
        self.setToolTip(f"{does}\n\n{recipe_text(self.take)}")
        restyle(self)

    def set_auditioned(self, *, auditioned: bool) -> None:
        """Show that this take is being listened to."""
        name = f"Stop listening to {self.take.label}" if auditioned else f"Listen to {self.take.label}"
        self.play.set_icon(IconName.STOP if auditioned else IconName.PLAY, name)

    def menu(self) -> QMenu:
        """Return the menu of everything that can be done with the take."""
        menu = QMenu(self)
        menu.addAction("Use on the timeline", self._on_use)
        menu.addAction("Add as new tracks", self._on_add)
        menu.addAction("Listen", self._on_play)
        menu.addSeparator()
        if self._extend_menu is not None:
            self._extend_menu(menu)
            menu.addSeparator()
        menu.addAction("Copy prompt and seed", self._on_copy)
        return menu

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Use the take on a click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._on_use()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Use the take with Return."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._on_use()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        open_menu(self.menu(), event.globalPos())

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        heading = QHBoxLayout()
        heading.setSpacing(6)
        heading.addWidget(self.title, 1)
        heading.addWidget(self.placed)
        heading.addWidget(self.licence)
        texts.addLayout(heading)
        texts.addWidget(ElidedLabel(take_caption(self.take), token="text_secondary", caption=True))
        if self.take.facts:
            for line in fact_lines(self.take):
                texts.addWidget(ElidedLabel(line, token="text_tertiary", caption=True))
        if self.take.notices:
            notices = " ".join(self.take.notices)
            texts.addWidget(ElidedLabel(notices, token="attention", caption=True))
        top.addWidget(self.play, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(texts, 1)
        top.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(top)
        self.body.addWidget(self.wave)

    @Slot()
    def _on_use(self) -> None:
        self.used.emit(self.take.take_id)

    @Slot()
    def _on_add(self) -> None:
        self.added.emit(self.take.take_id)

    @Slot()
    def _on_play(self) -> None:
        self.auditioned.emit(self.take.mixdown_object_id)

    @Slot()
    def _on_copy(self) -> None:
        self.copied.emit(self.take.take_id)

    @Slot()
    def _on_more(self) -> None:
        open_menu(self.menu(), self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))


class RunningTakeCard(Card):
    """A take that is queued or being made, with a button that cancels it; it is heard as far as it is."""

    cancelled = Signal(int)
    auditioned = Signal(str)

    def __init__(self, view: JobView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job_id = view.job_id
        self.title = ElidedLabel(view.title, weight=QFont.Weight.Medium)
        self.stage = ElidedLabel("", token="text_secondary", caption=True)
        self.line = ProgressLine()
        self.cancel = IconButton(IconName.CLOSE, f"Cancel: {view.title}")
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.title)
        texts.addWidget(self.stage)
        self.play = IconButton(IconName.PLAY, _HEAR_SO_FAR)
        self.play.set_emphasis("raised")
        self.wave = WaveformThumbnail(_WAVE_PX)
        self._object_id = ""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.play, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.body.addWidget(self.wave)
        self.body.addWidget(self.line)
        self.play.hide()
        self.wave.hide()
        self.cancel.clicked.connect(self._on_cancel)
        self.play.clicked.connect(self._on_play)
        self.show_view(view)

    def show_view(self, view: JobView) -> None:
        """Show how far it is."""
        waiting = view.state.value == "queued"
        parts = ["waiting" if waiting else view.stage, "" if waiting else eta_text(view.eta_seconds)]
        self.stage.set_text(" · ".join(part for part in parts if part))
        self.line.set_fraction(view.fraction)

    def show_growth(self, growing: GrowingTake, peaks: PeaksLike | None) -> None:
        """Show what can be heard of it so far."""
        self._object_id = growing.object_id
        self.play.show()
        self.wave.show()
        self.wave.set_peaks(peaks, growing.expected_frames)

    def set_auditioned(self, object_id: str | None) -> None:
        """Show whether it is being listened to."""
        is_heard = bool(self._object_id) and object_id == self._object_id
        icon = IconName.STOP if is_heard else IconName.PLAY
        self.play.set_icon(icon, "Stop listening" if is_heard else _HEAR_SO_FAR)

    @Slot()
    def _on_cancel(self) -> None:
        self.cancelled.emit(self.job_id)

    @Slot()
    def _on_play(self) -> None:
        self.auditioned.emit(self._object_id)
