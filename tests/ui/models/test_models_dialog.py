"""The list of models: every state has words, a sign and what can be done; the keyboard reaches all of it."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot
from tests.ui.held_session import HeldSession
from tests.ui.models.conftest import Models, Themed

from infinite_studio.services.session import StudioSession
from infinite_studio.ui import models_words as words
from infinite_studio.ui.models_dialog import ModelsDialog
from infinite_studio.ui.stylesheet import apply_theme
from infinite_studio.ui.theme import DARK, LIGHT, Theme
from infinite_studio.weights.catalogue import CATALOGUE
from infinite_studio.weights.errors import HubUnreachableError
from infinite_studio.weights.status import WeightsState
from infinite_studio.weights.verifying import ComparedWith, Verified

NAME = "musicgen-small"


def visible_buttons(dialog: ModelsDialog, name: str = NAME) -> list[str]:
    row = dialog.rows[name]
    return [b.text() for b in (row.download, row.cancel, row.verify, row.remove) if not b.isHidden()]


def test_the_double_pretends_only_what_the_session_has(models: Models, session: HeldSession) -> None:
    pretended = [name for name in vars(session) if "weights" in name]
    assert len(pretended) > 8
    assert [name for name in pretended if not hasattr(StudioSession, name)] == []


def test_every_model_says_what_it_is_for_what_it_costs_and_its_licence(dialog: ModelsDialog) -> None:
    assert set(dialog.rows) == set(CATALOGUE)
    row = dialog.rows[NAME]
    assert row.purpose.text() == CATALOGUE[NAME].purpose
    assert (
        row.facts.text() == "1.1 GB download · needs about 2.0 GB of memory · with T5 base and EnCodec 32 kHz"
    )
    assert row.licence.text() == "CC-BY-NC 4.0"
    assert "may not be sold" in row.licence.toolTip()
    assert dialog.rows["htdemucs"].licence.toolTip() == ""


STATES = (
    (WeightsState.MISSING, "Not here", ["Download · 1.1 GB"]),
    (WeightsState.PARTIAL, "Begun; goes on where it stopped", ["Continue · 1.1 GB", "Remove"]),
    (WeightsState.HERE, "Here", ["Verify", "Remove"]),
    (WeightsState.HAND_PLACED, "Here, placed by hand", ["Verify", "Remove"]),
    (WeightsState.CACHED, "Here, in the Hugging Face cache", ["Verify", "Remove"]),
    (WeightsState.TORCH_CACHED, "Here, in torch's cache", ["Verify", "Remove"]),
    (WeightsState.DAMAGED, "Damaged", ["Repair", "Verify", "Remove"]),
)


def test_every_state_has_words_and_what_can_be_done(dialog: ModelsDialog, models: Models) -> None:
    assert {state for state, _, _ in STATES} == set(WeightsState)
    for state, says, offers in STATES:
        models.set(NAME, WeightsState.MISSING, missing_bytes=CATALOGUE[NAME].download_bytes)
        models.set(NAME, state)
        assert dialog.rows[NAME].sign.text == says
        assert visible_buttons(dialog) == offers
        assert says in dialog.rows[NAME].accessibleName()


def test_what_lies_in_the_cache_of_others_is_not_removed_and_says_why(
    dialog: ModelsDialog, models: Models
) -> None:
    models.set(NAME, WeightsState.CACHED)
    assert not dialog.rows[NAME].remove.isEnabled()
    assert dialog.rows[NAME].remove.toolTip() == words.IN_CACHE


def test_damage_names_the_files(dialog: ModelsDialog, models: Models) -> None:
    models.set(NAME, WeightsState.DAMAGED, damaged=("state_dict.bin",))
    assert "state_dict.bin" in dialog.rows[NAME].problem.text
    models.set(NAME, WeightsState.HERE, damaged=())
    assert dialog.rows[NAME].problem.isHidden()


def test_a_download_shows_how_far_it_is_and_can_be_cancelled(
    dialog: ModelsDialog, session: HeldSession, qtbot: QtBot
) -> None:
    row = dialog.rows[NAME]
    row.download.click()
    assert session.calls[-1] == ("download", NAME)
    qtbot.waitUntil(lambda: row.progress.fraction == 0.4)
    assert visible_buttons(dialog) == ["Cancel"]
    assert row.stage.text().startswith("40%")
    row.cancel.click()
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    qtbot.waitUntil(lambda: not row.is_working)


def test_a_failed_download_says_what_happened_and_offers_it_again(
    dialog: ModelsDialog, models: Models, session: HeldSession, qtbot: QtBot
) -> None:
    session.failure = HubUnreachableError("hub.example", "no network")
    session.release.set()
    dialog.rows[NAME].download.click()
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    models.running.clear()
    session.emit(weights=True)
    row = dialog.rows[NAME]
    assert "hub.example" in row.problem.text
    assert row.problem.hint.text()
    assert visible_buttons(dialog) == ["Download · 1.1 GB"]
    row.download.click()
    assert row.problem.isHidden()


def test_a_disk_without_room_greys_the_button_with_both_numbers(dialog: ModelsDialog, models: Models) -> None:
    models.free_bytes = 400_000_000
    models.session.emit(weights=True)
    assert not dialog.rows[NAME].download.isEnabled()
    assert dialog.rows[NAME].download.toolTip() == "It needs 1.1 GB, and 400 MB are free on that disk."
    assert dialog.rows["htdemucs"].download.isEnabled()


def test_a_removal_can_be_undone(dialog: ModelsDialog, models: Models, session: HeldSession) -> None:
    models.set(NAME, WeightsState.HERE)
    assert dialog.undo_button.isHidden()
    dialog.rows[NAME].remove.click()
    assert session.calls[-1] == ("remove", NAME)
    session.removed_weights = NAME  # type: ignore[attr-defined]
    models.set(NAME, WeightsState.MISSING)
    assert "MusicGen small is removed" in dialog.removed.text()
    dialog.undo_button.click()
    assert session.calls[-1] == ("restore",)


def test_a_verified_model_says_so(dialog: ModelsDialog, models: Models) -> None:
    models.verified[NAME] = Verified(NAME, (), ComparedWith.RECEIPT)
    models.set(NAME, WeightsState.HERE)
    assert dialog.rows[NAME].sign.text == "Here, verified"


def test_moving_asks_for_a_folder_and_holds_everything_else_back(
    dialog: ModelsDialog, session: HeldSession, qtbot: QtBot, monkeypatch: Any
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/big disk")
    dialog.move_button.click()
    assert session.calls[-1] == ("move", "", Path("/big disk"))
    qtbot.waitUntil(lambda: dialog.moving_line.fraction == 0.4)
    dialog.refresh()
    assert not dialog.rows[NAME].download.isEnabled()
    assert dialog.rows[NAME].download.toolTip() == words.WORKING
    dialog.cancel_button.click()
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    dialog.refresh()
    assert dialog.rows[NAME].download.isEnabled()


def test_before_the_library_is_open_there_is_a_sentence_instead_of_a_list(
    models: Models, session: HeldSession, qtbot: QtBot
) -> None:
    statuses, models.statuses = models.statuses, {}
    dialog = ModelsDialog(session)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    assert not dialog.empty.isHidden()
    models.statuses = statuses
    session.emit(repositories=True)
    assert dialog.empty.isHidden()
    assert dialog.rows


def test_a_problem_leads_to_its_model(dialog: ModelsDialog, qtbot: QtBot) -> None:
    dialog.lead_to("mdx_extra_q")
    qtbot.waitUntil(dialog.rows["mdx_extra_q"].download.hasFocus)
    place = dialog.rows["mdx_extra_q"].mapTo(
        dialog.column.viewport(), dialog.rows["mdx_extra_q"].rect().center()
    )
    assert dialog.column.viewport().rect().contains(place)


def test_every_button_has_a_name_of_its_own_and_tab_reaches_it(dialog: ModelsDialog) -> None:
    buttons = [button for row in dialog.rows.values() for button in row.findChildren(QPushButton)]
    named = [button.accessibleName() for button in buttons if not button.isHidden()]
    assert len(set(named)) == len(named)
    assert all(named)
    assert all(button.focusPolicy() & Qt.FocusPolicy.TabFocus for button in buttons)


@pytest.mark.parametrize(("theme", "scale"), [(DARK, 2.0), (LIGHT, 1.0)])
def test_nothing_is_cut_off_at_any_scale_or_theme(
    models: Models, session: HeldSession, qtbot: QtBot, qapp: Any, theme: Theme, scale: float
) -> None:
    apply_theme(qapp, theme)
    models.set(NAME, WeightsState.DAMAGED, damaged=("state_dict.bin",))
    parent = Themed(theme)
    qtbot.addWidget(parent)
    dialog = ModelsDialog(session, parent)  # type: ignore[arg-type]
    dialog.resize(QSize(760, 560))
    dialog.show()
    qtbot.waitExposed(dialog)
    picture = QPixmap(dialog.size() * scale)
    picture.setDevicePixelRatio(scale)
    dialog.render(picture)
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert (
        len({image.pixel(x, y) for x in range(0, image.width(), 13) for y in range(0, image.height(), 13)})
        > 8
    )
    for row in dialog.rows.values():
        for button in (row.download, row.verify, row.remove):
            assert button.isHidden() or button.width() >= button.sizeHint().width() - 8
    assert dialog.width() <= 800
