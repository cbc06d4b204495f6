"""Library care: everything is shown before it is removed, and said afterwards; bundles come in by a drop."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.ui.fake_session import FakeSession
from tests.ui.held_session import HeldSession

from infinite_studio.errors import StudioError
from infinite_studio.history.reports import CheckReport, Damage, DamageKind, GarbageReport, RepairReport
from infinite_studio.history.values import Backup
from infinite_studio.services.caring import DiskBudget
from infinite_studio.ui import care_words as words
from infinite_studio.ui.actions import READ_ONLY
from infinite_studio.ui.dialogs.care_dialog import CareDialog
from infinite_studio.ui.history_bundles import take_bundles

GARBAGE = GarbageReport(("a", "b"), 1_204_000_000, 3, ("c",))
DAMAGE = Damage(DamageKind.OBJECT, "a" * 64, "The sound “drums” of “Softer hats” is damaged.")


@pytest.fixture
def dialog(session: FakeSession, qtbot: QtBot) -> CareDialog:
    dialog = CareDialog(session)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_a_check_that_finds_nothing_is_calm(dialog: CareDialog, session: FakeSession) -> None:
    dialog.check_button.click()
    assert session.calls[-1] == ("check",)
    session.library_check = CheckReport(12_040, 312, (), ("repo-1",))
    session.emit(history=True)
    result = dialog.sections["check"].result
    assert result.text() == f"{words.ALL_IS_WELL} 12,040 rows and 312 files were hashed again."
    assert result.property("tone") == "good"


def test_damage_is_named_with_what_still_opens(dialog: CareDialog, session: FakeSession) -> None:
    session.library_check = CheckReport(12_040, 312, (DAMAGE,) * 8, ("repo-2",))
    session.emit(history=True)
    section = dialog.sections["check"]
    assert section.result.text().startswith("8 things damaged.")
    assert section.details.text().count(DAMAGE.sentence) == 5
    assert "and 3 more" in section.details.text()
    assert section.details.text().endswith("Still opens: “Tape study”.")


def test_a_repair_says_what_is_still_missing(dialog: CareDialog, session: FakeSession) -> None:
    dialog.repair_button.click()
    assert session.calls[-1] == ("repair", ())
    session.library_repair = RepairReport(("a", "b"), ("c",))
    session.emit(history=True)
    assert dialog.sections["repair"].result.text() == (
        "2 things brought back, each compared with its fingerprint. "
        "1 sound not found anywhere: add a bundle or a backup that has them."
    )


def test_garbage_is_shown_before_it_can_be_removed(
    dialog: CareDialog, session: FakeSession, qtbot: QtBot
) -> None:
    assert not dialog.collect_button.isVisible()
    dialog.look_button.click()
    assert session.calls[-1] == ("gc", True)
    session.garbage = GARBAGE
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    session.emit(history=True)
    assert dialog.collect_button.isVisible()
    assert dialog.collect_button.text() == "Remove 1.2 GB"
    assert "2 sounds and 1 forgotten version that nothing needs: 1.2 GB." in text(dialog, "room")
    qtbot.waitUntil(dialog.collect_button.isEnabled)
    dialog.collect_button.click()
    assert session.calls[-1] == ("gc", False)
    qtbot.waitUntil(lambda: not dialog.collect_button.isVisible())
    assert "removed: 1.2 GB are free again." in text(dialog, "room")


def test_the_budget_drops_only_after_a_look(dialog: CareDialog, session: FakeSession, qtbot: QtBot) -> None:
    dialog.budget.set_number(5)
    dialog.budget_look_button.click()
    assert session.calls[-1] == ("budget", 5_000_000_000, True)
    session.disk_budget = DiskBudget(9_000_000_000, 5_000_000_000, GARBAGE)
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    session.emit(history=True)
    assert "made again from its recipe, byte for byte" in text(dialog, "budget")
    qtbot.waitUntil(dialog.budget_button.isEnabled)
    dialog.budget_button.click()
    assert session.calls[-1] == ("budget", 5_000_000_000, False)


def test_what_fits_needs_nothing(session: FakeSession) -> None:
    fits = DiskBudget(4_000_000_000, 5_000_000_000, GarbageReport((), 0, 0))
    assert words.budget_text(fits, was_removed=False) == "The library takes 4.0 GB and fits."
    nothing = words.garbage_text(GarbageReport((), 0, 2), was_removed=False)
    assert nothing == (
        "Nothing can go: every sound is used by some version. 2 more are younger than 14 days and stay."
    )


def test_backups_say_how_old_the_newest_is(dialog: CareDialog, session: FakeSession) -> None:
    assert "There is no backup yet" in text(dialog, "backups")
    session._kept_backups = (Backup(Path("x"), datetime.now(UTC), 4_100_000),) * 2
    session.emit(history=True)
    assert text(dialog, "backups") == "2 backups of the history; the newest is from just now (4.1 MB)."


def test_a_read_only_library_is_only_looked_at(session: FakeSession, qtbot: QtBot) -> None:
    session.is_read_only = True
    dialog = CareDialog(session)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    assert dialog.check_button.isEnabled()
    assert dialog.repair_button.toolTip() == dialog.backup_button.toolTip() == READ_ONLY


def test_work_shows_its_progress_and_can_be_cancelled(held: HeldSession, qtbot: QtBot) -> None:
    dialog = CareDialog(held)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.check_button.click()
    qtbot.waitUntil(dialog.cancel_button.isVisible)
    assert not dialog.check_button.isEnabled()
    dialog.cancel_button.click()
    qtbot.waitUntil(lambda: not dialog.cancel_button.isVisible())
    qtbot.waitUntil(dialog.check_button.isEnabled)


def test_a_failure_is_said_in_place(held: HeldSession, qtbot: QtBot) -> None:
    held.failure = StudioError("The disk is full.", hint="Free some space.")
    held.release.set()
    dialog = CareDialog(held)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.backup_button.click()
    qtbot.waitUntil(lambda: dialog.problem.text == "The disk is full.")


def test_bundles_among_dropped_files_are_imported_and_sounds_are_left(session: FakeSession) -> None:
    files = [Path("/x/beat.studio"), Path("/x/song.wav"), Path("/x/B.STUDIO")]
    assert take_bundles(session, files) == [Path("/x/song.wav")]  # type: ignore[arg-type]
    assert session.calls[-2:] == [("import_bundle", files[0]), ("import_bundle", files[2])]


def text(dialog: CareDialog, section: str) -> str:
    return dialog.sections[section].result.text()
