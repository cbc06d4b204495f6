"""Takes sorted by how well they keep the melody that was asked for."""

from dataclasses import replace

from PySide6.QtCore import Qt
from tests.ui.held_session import take

from infinite_studio.analysis.melody_agreement import MelodyAgreement
from infinite_studio.services.values import Changes
from infinite_studio.ui.takes_list import TakesList


def test_takes_are_sorted_by_their_tune_once_two_have_one(qtbot, empty_session):
    scores = (0.9, 0.4, 0.7)
    takes = tuple(
        replace(take(number), take_id=f"take-{number}", tune=MelodyAgreement(score, score, score))
        for number, score in enumerate(scores, 1)
    )
    panel = TakesList(empty_session)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.by_tune.isHidden()
    empty_session.takes = takes
    empty_session.changed.emit(Changes(takes=True), None)
    assert [card.take.take_id for card in panel.cards] == ["take-3", "take-2", "take-1"]
    qtbot.mouseClick(panel.by_tune, Qt.MouseButton.LeftButton)
    assert [card.take.take_id for card in panel.cards] == ["take-1", "take-3", "take-2"]
    qtbot.waitUntil(lambda: [card.y() for card in panel.cards] == sorted(card.y() for card in panel.cards))
