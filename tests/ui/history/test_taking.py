"""Cherry-pick and merge: nothing is chosen beforehand, everything can be heard, conflicts are choices."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.ui.fake_session import FakeSession
from tests.ui.held_session import HeldSession
from tests.ui.history.samples import cid, conflicts

from infinite_studio.errors import StudioError
from infinite_studio.history.values import Commit
from infinite_studio.project.merging import Side
from infinite_studio.project.steps import SetTempo
from infinite_studio.ui.dialogs.cherry_pick_dialog import NOTHING_CHOSEN, CherryPickDialog
from infinite_studio.ui.dialogs.merge_dialog import MergeDialog
from infinite_studio.ui.dialogs.tag_dialog import tag_dialog


def commit_of(session: FakeSession, n: int) -> Commit:
    found = session.commit_of(cid(n))
    assert found is not None
    return found


def picking(session: FakeSession, qtbot: QtBot, n: int = 4, **named: tuple[str, ...]) -> CherryPickDialog:
    dialog = CherryPickDialog(session, commit_of(session, n), **named)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def merging(session: FakeSession, qtbot: QtBot) -> MergeDialog:
    dialog = MergeDialog(session, commit_of(session, 5))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_no_stem_is_chosen_beforehand(session: FakeSession, qtbot: QtBot) -> None:
    dialog = picking(session, qtbot)
    assert dialog.chosen == ()
    assert not dialog.confirm.isEnabled()
    assert dialog.confirm.toolTip() == NOTHING_CHOSEN


def test_the_chosen_stems_are_taken_in_place_and_unstretched(session: FakeSession, qtbot: QtBot) -> None:
    dialog = picking(session, qtbot)
    for row in dialog.rows[:2]:
        row.check.click()
    assert dialog.confirm.text() == "Take 2 stems"
    dialog.confirm.click()
    assert session.calls[-1] == ("cherry_pick", cid(4), ("drums", "bass"), False, False, None)
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_stretching_is_offered_only_for_another_tempo_and_is_off(session: FakeSession, qtbot: QtBot) -> None:
    assert not picking(session, qtbot).stretch.isVisible()
    session.apply(SetTempo(92.0))
    dialog = picking(session, qtbot)
    assert dialog.stretch.isVisible()
    assert not dialog.stretch.isChecked()
    assert dialog.stretch.text() == "Stretch them from 84 to 92 BPM"
    dialog.stretch.click()
    dialog.how.choose(True)
    dialog.rows[0].check.click()
    dialog.confirm.click()
    assert session.calls[-1] == ("cherry_pick", cid(4), ("drums",), True, True, None)


def test_both_sides_of_a_stem_can_be_heard(session: FakeSession, qtbot: QtBot) -> None:
    dialog = picking(session, qtbot)
    theirs, yours = dialog.rows[0].buttons
    theirs.click()
    assert session.auditioned_object_id == "object-4"
    yours.click()
    assert session.auditioned_object_id == "object-7"
    session.emit(takes=True)
    assert yours.is_heard
    assert not theirs.is_heard


def test_a_stem_may_come_chosen_from_its_own_menu(session: FakeSession, qtbot: QtBot) -> None:
    assert picking(session, qtbot, chosen=("bass",)).chosen == ("bass",)


def test_a_failed_pick_says_why_and_can_be_tried_again(held: HeldSession, qtbot: QtBot) -> None:
    held.failure = StudioError("The disk is full.", hint="Free some space.")
    dialog = picking(held, qtbot, chosen=("bass",))
    dialog.confirm.click()
    assert not dialog.confirm.isEnabled()
    held.release.set()
    qtbot.waitUntil(lambda: dialog.problem.text == "The disk is full.")
    assert dialog.isVisible()
    assert dialog.confirm.isEnabled()


def test_a_merge_without_conflicts_just_happens(session: FakeSession, qtbot: QtBot) -> None:
    dialog = merging(session, qtbot)
    dialog.confirm.click()
    assert session.calls[-1] == ("merge", cid(5), {})
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_conflicts_are_choices_and_none_is_made_beforehand(session: FakeSession, qtbot: QtBot) -> None:
    session.conflicts = conflicts()
    dialog = merging(session, qtbot)
    dialog.confirm.click()
    qtbot.waitUntil(lambda: len(dialog.cards) == 3)
    assert dialog.choices == {}
    assert dialog.confirm.toolTip() == "Choose for Drums first."
    drums, vocals, tempo = dialog.cards
    assert set(drums.options) == {Side.OURS, Side.THEIRS, Side.BOTH}
    assert set(vocals.options) == set(tempo.options) == {Side.OURS, Side.THEIRS}
    drums.options[Side.BOTH].click()
    vocals.options[Side.THEIRS].click()
    assert dialog.confirm.toolTip() == "Choose for tempo first."
    tempo.options[Side.OURS].click()
    dialog.confirm.click()
    chosen = {"drums-id": Side.BOTH, "vocals-id": Side.THEIRS, "tempo": Side.OURS}
    assert session.calls[-1] == ("merge", cid(5), chosen)
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_both_sides_of_a_conflict_can_be_heard_before_choosing(session: FakeSession, qtbot: QtBot) -> None:
    session.conflicts = conflicts()
    dialog = merging(session, qtbot)
    dialog.confirm.click()
    qtbot.waitUntil(lambda: len(dialog.cards) == 3)
    assert [len(card.buttons) for card in dialog.cards] == [2, 1, 0]
    dialog.cards[0].buttons[1].click()
    assert session.auditioned_object_id == "their-drums"
    assert dialog.choices == {}


def test_leaving_a_merge_changes_nothing(session: FakeSession, qtbot: QtBot) -> None:
    session.conflicts = conflicts()
    dialog = merging(session, qtbot)
    dialog.confirm.click()
    qtbot.waitUntil(lambda: len(dialog.cards) == 3)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert session.pending_merge is None
    assert len([call for call in session.calls if call[0] == "merge"]) == 1


def test_a_running_merge_is_cancelled_before_the_dialog_leaves(held: HeldSession, qtbot: QtBot) -> None:
    dialog = merging(held, qtbot)
    dialog.confirm.click()
    qtbot.waitUntil(dialog.progress.isVisible)
    dialog.leave.click()
    qtbot.waitUntil(lambda: held.jobs.is_idle)
    assert dialog.isVisible()
    qtbot.waitUntil(dialog.confirm.isEnabled)
    dialog.leave.click()
    assert not dialog.isVisible()


def test_a_tag_is_named_once(session: FakeSession, qtbot: QtBot) -> None:
    dialog = tag_dialog(session, commit_of(session, 7))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.name.setText("Demo-1")
    assert not dialog.confirm.isEnabled(), "names that differ only in case are the same to a person"
    dialog.name.setText("demo-2")
    dialog.confirm.click()
    assert session.calls[-1] == ("tag_commit", cid(7), "demo-2")


def test_a_version_without_stems_has_none_to_take(session: FakeSession, qtbot: QtBot) -> None:
    from tests.ui.history.conftest import shown

    session.commits = (session.commits[0], replace(session.commits[1], stems=()), *session.commits[2:])
    menu = shown(session, qtbot).menu_for(session.commits[1])
    pick = next(action for action in menu.actions() if action.text() == "Cherry-pick stems…")
    assert not pick.isEnabled()
    assert pick.toolTip() == "This version has no sound."
