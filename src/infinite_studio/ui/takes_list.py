"""The takes of this session, newest first, below those that are still being made."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from infinite_studio.ui.generate_menu import add_making_actions
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import PillButton
from infinite_studio.ui.kit.labels import Caption, SectionLabel
from infinite_studio.ui.kit.surfaces import Card
from infinite_studio.ui.take_card import RunningTakeCard, TakeCard

if TYPE_CHECKING:
    from infinite_studio.jobs.job import JobView
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes, StoredTake

GENERATE_KIND = "generate"
EMPTY_SENTENCE = "Your takes appear here."
EMPTY_HINT = "Each one can be listened to, put on the timeline or added beside the others."


def prompt_and_seed(take: StoredTake) -> str:
    """Return what one pastes to make the take again."""
    seed = "" if take.recipe.seed is None else f" · seed {take.recipe.seed}"
    return f"{take.recipe.prompt}{seed}"


class TakesList(QWidget):
    """Cards of takes; tells ``prompt_copied`` after putting prompt and seed on the clipboard."""

    prompt_copied = Signal(str)

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._cards: dict[str, TakeCard] = {}
        self._running: dict[int, RunningTakeCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._count = Caption("", "tertiary")
        heading = QHBoxLayout()
        heading.addWidget(SectionLabel("Takes"), 1)
        self.by_tune = PillButton("Best tune first", IconName.MUSIC)
        self.by_tune.setCheckable(True)
        self.by_tune.setToolTip("Sort by how well each take keeps its melody instead of by age")
        self.by_tune.clicked.connect(self._refresh)
        heading.addWidget(self.by_tune)
        heading.addWidget(self._count)
        self._column.addLayout(heading)
        self._empty = Card()
        self._empty.body.addWidget(Caption(EMPTY_SENTENCE))
        self._empty.body.addWidget(Caption(EMPTY_HINT, "tertiary"))
        self._column.addWidget(self._empty)
        self._running_column = QVBoxLayout()
        self._running_column.setSpacing(8)
        self._column.addLayout(self._running_column)
        self._takes_column = QVBoxLayout()
        self._takes_column.setSpacing(8)
        self._column.addLayout(self._takes_column)
        session.changed.connect(self._on_changed)
        session.jobs.changed.connect(self._on_job_changed)
        self._refresh()

    @property
    def cards(self) -> tuple[TakeCard, ...]:
        """The cards of the takes, newest first."""
        return tuple(self._cards[take.take_id] for take in self._ordered() if take.take_id in self._cards)

    @property
    def running_cards(self) -> tuple[RunningTakeCard, ...]:
        """The cards of the takes that are being made."""
        return tuple(self._running.values())

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.takes or changes.project or changes.repositories:
            self._refresh()
        elif changes.peaks:
            self._refresh_waves()
        if changes.growing:
            self._refresh_growth()
        if changes.device:
            self._refresh_audition()

    @Slot(object)
    def _on_job_changed(self, view: JobView) -> None:
        if not view.kind.startswith(GENERATE_KIND):
            return
        card = self._running.get(view.job_id)
        if view.state.is_finished:
            if card is not None:
                self._drop(self._running.pop(view.job_id))
        elif card is None:
            self._add_running(view)
        else:
            card.show_view(view)
        self._show_emptiness()

    def _add_running(self, view: JobView) -> None:
        card = RunningTakeCard(view)
        card.cancelled.connect(self._on_cancel)
        card.auditioned.connect(self._on_auditioned)
        self._running[view.job_id] = card
        self._running_column.addWidget(card)

    def _refresh(self) -> None:
        takes = {take.take_id: take for take in self._session.takes}
        for take_id in [known for known in self._cards if known not in takes]:
            self._drop(self._cards.pop(take_id))
        for take_id, take in takes.items():
            if take_id not in self._cards:
                self._cards[take_id] = self._new_card(take)
                self._takes_column.insertWidget(0, self._cards[take_id])
        self.by_tune.setVisible(sum(take.tune is not None for take in takes.values()) > 1)
        self._put_in_order()
        placed = self._session.placed_take_ids
        for take_id, card in self._cards.items():
            card.set_placed(placed=take_id in placed)
        self._refresh_waves()
        self._refresh_audition()
        self._show_emptiness()

    def _ordered(self) -> list[StoredTake]:
        """Return the takes as they are listed: newest first, or the best kept tune first."""
        takes = list(reversed(self._session.takes))
        if self.by_tune.isChecked() and not self.by_tune.isHidden():
            takes.sort(key=lambda take: take.tune.score if take.tune is not None else -1.0, reverse=True)
        return takes

    def _put_in_order(self) -> None:
        for place, card in enumerate(self.cards):
            if self._takes_column.indexOf(card) != place:
                self._takes_column.insertWidget(place, card)
        stops = (stop for card in self.cards for stop in (card, card.play, card.more))
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)

    def _new_card(self, take: StoredTake) -> TakeCard:
        card = TakeCard(take, partial(self._extend_menu, take))
        card.used.connect(self._on_used)
        card.added.connect(self._on_added)
        card.auditioned.connect(self._on_auditioned)
        card.copied.connect(self._on_copied)
        return card

    def _extend_menu(self, take: StoredTake, menu: QMenu) -> None:
        add_making_actions(menu, self._session, take.take_id, take.stems)

    def _refresh_waves(self) -> None:
        for card in self._cards.values():
            card.wave.set_peaks(self._session.peaks(card.take.mixdown_object_id))

    def _refresh_growth(self) -> None:
        growing = self._session.growing_take
        card = self._running.get(growing.job_id) if growing is not None else None
        if growing is not None and card is not None:
            card.show_growth(growing, self._session.peaks(growing.object_id))

    def _refresh_audition(self) -> None:
        playing = self._session.auditioned_object_id
        for running in self._running.values():
            running.set_auditioned(playing)
        for card in self._cards.values():
            card.set_auditioned(auditioned=card.take.mixdown_object_id == playing)

    def _show_emptiness(self) -> None:
        self._empty.setVisible(not self._cards and not self._running)
        self._count.setText(str(len(self._cards)) if self._cards else "")

    def _drop(self, card: QWidget) -> None:
        card.hide()
        card.setParent(None)
        card.deleteLater()

    @Slot(str)
    def _on_used(self, take_id: str) -> None:
        if take_id != self._session.placed_take_id:
            self._session.use_take(take_id)

    @Slot(str)
    def _on_added(self, take_id: str) -> None:
        self._session.add_take(take_id)

    @Slot(str)
    def _on_auditioned(self, object_id: str) -> None:
        self._session.audition(object_id)
        self._refresh_audition()

    @Slot(str)
    def _on_copied(self, take_id: str) -> None:
        text = prompt_and_seed(self._cards[take_id].take)
        QGuiApplication.clipboard().setText(text)
        self.prompt_copied.emit(text)

    @Slot(int)
    def _on_cancel(self, job_id: int) -> None:
        self._session.jobs.cancel(job_id)
