"""What can be made out of takes, clips and sounds of the library."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QFileDialog, QMenu
from tests.ui.held_session import take

from infinite_studio.music.stems import StemType
from infinite_studio.ui.generate_menu import READ_ONLY, add_making_actions
from infinite_studio.ui.generate_panel import GeneratePanel
from infinite_studio.ui.take_card import TakeCard


@pytest.fixture
def menu_of(qtbot, empty_session):
    empty_session.takes = (take(1),)

    kept = []

    def make(source_id, **options):
        menu = QMenu()
        kept.append(menu)
        qtbot.addWidget(menu)
        add_making_actions(menu, empty_session, source_id, **options)
        return menu

    return make


def texts(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def action(menu, text):
    return next(action for action in menu.actions() if action.text() == text)


def test_a_take_offers_everything(menu_of):
    assert texts(menu_of("t1")) == [
        "Vary…",
        "Continue",
        "Continue with a model…",
        "Follow the tune of it",
        "Find what sounds like it",
        "Re-roll",
        "Use its melody",
        "Export MIDI…",
    ]


def test_a_recording_offers_what_needs_no_notes(menu_of):
    assert texts(menu_of("song", this="this")) == [
        "Vary this…",
        "Continue this",
        "Continue this with a model…",
        "Follow the tune of this",
        "Find what sounds like this",
    ]


def test_each_stem_can_be_re_rolled(menu_of, empty_session):
    again = action(menu_of("t1", stems=(StemType.DRUMS, StemType.BASS)), "Re-roll").menu()
    assert texts(again) == ["Drums", "Bass"]
    action(again, "Bass").trigger()
    assert ("reroll_stem", "t1", StemType.BASS) in empty_session.calls


def test_continue_and_melody_call_the_session(menu_of, empty_session):
    menu = menu_of("t1")
    action(menu, "Continue").trigger()
    action(menu, "Use its melody").trigger()
    assert ("continue_take", "t1") in empty_session.calls
    assert ("melody_from", "t1") in empty_session.calls


def test_midi_goes_into_the_folder_that_is_chosen(menu_of, empty_session, monkeypatch, tmp_path):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    action(menu_of("t1"), "Export MIDI…").trigger()
    assert ("export_midi", "t1", tmp_path) in empty_session.calls


def test_leaving_the_dialog_exports_nothing(menu_of, empty_session, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    action(menu_of("t1"), "Export MIDI…").trigger()
    assert not any(call[0] == "export_midi" for call in empty_session.calls)


def test_a_library_that_is_only_read_says_why_nothing_can_be_made(menu_of, empty_session):
    empty_session.is_read_only = True
    menu = menu_of("t1")
    assert not action(menu, "Vary…").isEnabled()
    assert action(menu, "Vary…").toolTip() == READ_ONLY
    assert action(menu, "Export MIDI…").isEnabled()


def test_a_card_tells_what_went_into_its_take(qtbot):
    card = TakeCard(replace(take(2), facts=("like “song”, 70%", "loop")))
    qtbot.addWidget(card)
    assert "like “song”, 70%" in card.accessibleName()
    assert "“lo-fi, dusty rhodes”\nlike “song”, 70%\nloop\nSeed 2\nsketch, revision 1" in card.toolTip()


def test_every_take_that_is_heard_is_marked(qtbot, empty_session, monkeypatch):
    empty_session.takes = (take(1), take(2), take(3))
    monkeypatch.setattr(type(empty_session), "placed_take_ids", frozenset({"t1", "t3"}))
    panel = GeneratePanel(empty_session)
    qtbot.addWidget(panel)
    assert [card.placed.isHidden() for card in panel.takes.cards] == [False, True, False]


def test_a_continuation_with_a_model_and_a_tune_are_chosen_for_the_panel(menu_of, empty_session):
    menu = menu_of("t1")
    action(menu, "Continue with a model…").trigger()
    action(menu, "Follow the tune of it").trigger()
    assert ("choose_continued", "t1") in empty_session.calls
    assert ("melody_of_sound", "t1") in empty_session.calls


def test_a_long_take_of_a_network_is_rolled_again_from_any_of_its_windows(
    menu_of, empty_session, monkeypatch
):
    monkeypatch.setattr(type(empty_session), "window_starts", lambda *_: (0.0, 30.0, 48.0))
    again = action(menu_of("t1"), "Re-roll from").menu()
    assert texts(again) == ["The beginning", "0:30", "0:48"]
    action(again, "0:48").trigger()
    assert ("reroll_window", "t1", 2) in empty_session.calls
