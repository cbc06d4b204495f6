"""The Generate panel, used as a person uses it."""

import random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from tests.ui.held_session import take

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.errors import StudioError
from infinite_studio.music.key import Key
from infinite_studio.services.values import Problem
from infinite_studio.ui.generate_panel import READ_ONLY, GeneratePanel
from infinite_studio.ui.kit.chips import Tone
from infinite_studio.ui.suggestion_row import SUGGESTIONS
from infinite_studio.ui.understanding_row import chips_of


@pytest.fixture
def panel(qtbot, empty_session):
    made = GeneratePanel(empty_session, rng=random.Random(1))
    qtbot.addWidget(made)
    made.resize(360, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def press_generate(qtbot, panel):
    qtbot.mouseClick(panel.work.button, Qt.MouseButton.LeftButton)


def test_typing_shows_chips_once_the_person_pauses(qtbot, panel, empty_session):
    asked = len(empty_session.understood)
    qtbot.keyClicks(panel.prompt, "lo-fi tape")
    assert len(empty_session.understood) == asked
    qtbot.waitUntil(lambda: len(empty_session.understood) > asked)
    assert len(empty_session.understood) == asked + 1
    assert empty_session.understood[-1].prompt == "lo-fi tape"
    assert panel.understanding.chips.texts == ("lo-fi", "rhodes", "84 BPM", "D minor")


def test_nothing_is_said_to_be_understood_before_anything_was_asked(qtbot, panel, empty_session) -> None:
    panel.show()
    assert panel.understanding.chips.isHidden()
    panel.form.tempo.editor.setText("90")
    qtbot.waitUntil(lambda: not panel.understanding.chips.isHidden())
    panel.form.tempo.editor.clear()
    qtbot.waitUntil(panel.understanding.chips.isHidden)
    panel.form.is_loop.click()
    qtbot.waitUntil(lambda: not panel.understanding.chips.isHidden())


def test_an_unknown_word_is_named_and_stands_out(qtbot, panel, empty_session):
    panel.prompt.setPlainText("lo-fi with rain")
    qtbot.waitUntil(lambda: "“rain” → not understood" in panel.understanding.chips.texts)
    answer = empty_session.understand(GenerationRequest("rain"))
    assert [tone for _text, tone, _tip in chips_of(answer)][-1] is Tone.ATTENTION


def test_a_request_that_cannot_be_fulfilled_is_said_inline_and_greys_the_button(qtbot, panel, empty_session):
    empty_session.answer = Problem("Thirty hours is too long.", "Choose up to ten minutes.")
    panel.form.length.editor.setText("30:00")
    qtbot.waitUntil(panel.understanding.problem.isVisible)
    assert panel.understanding.problem.text == "Thirty hours is too long."
    assert panel.understanding.problem.hint.text() == "Choose up to ten minutes."
    assert not panel.work.button.isEnabled()
    assert panel.work.button.toolTip() == "Thirty hours is too long."


def test_generate_builds_the_exact_request(qtbot, panel, empty_session):
    panel.prompt.setPlainText("dark trap")
    panel.form.length.editor.setText("4 bars")
    panel.form.tempo.editor.setText("140")
    panel.form.key.choose(Key.parse("F minor"))
    panel.form.use_seed(7)
    press_generate(qtbot, panel)
    assert empty_session.requests() == [
        GenerationRequest("dark trap", tempo_bpm=140.0, key=Key.parse("F minor"), bars=4, seed=7)
    ]


def test_several_takes_have_seeds_that_count_up(qtbot, panel, empty_session):
    panel.form.use_seed(41)
    panel.form.takes.choose(3)
    press_generate(qtbot, panel)
    assert [request.seed for request in empty_session.requests()] == [41, 42, 43]


def test_a_new_seed_each_time_makes_each_press_different(qtbot, panel, empty_session):
    empty_session.release.set()
    for presses in (1, 2):
        press_generate(qtbot, panel)
        qtbot.waitUntil(lambda: not panel.work.is_working)
        assert len(empty_session.requests()) == presses
    first, second = empty_session.requests()
    assert first.seed != second.seed
    assert panel.form.seed.text() == str(second.seed)


def test_typing_a_seed_keeps_it(qtbot, panel, empty_session):
    panel.form.seed.editor.clear()
    qtbot.keyClicks(panel.form.seed.editor, "12")
    assert not panel.form.is_new_each_time.isChecked()
    press_generate(qtbot, panel)
    assert empty_session.requests()[0].seed == 12


def test_the_die_draws_a_seed_and_keeps_it(qtbot, panel):
    before = panel.form.seed.text()
    qtbot.mouseClick(panel.form.seed.dice, Qt.MouseButton.LeftButton)
    assert panel.form.seed.text() != before
    assert not panel.form.is_new_each_time.isChecked()


@pytest.mark.parametrize("field", ["prompt", "tempo", "length"])
def test_ctrl_return_generates_from_any_field(qtbot, panel, empty_session, field):
    widget = panel.prompt if field == "prompt" else getattr(panel.form, field).editor
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(empty_session.requests()) == 1


def test_what_was_typed_last_counts_even_before_the_pause(qtbot, panel, empty_session):
    qtbot.keyClicks(panel.prompt, "house")
    qtbot.keyClick(panel.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [request.prompt for request in empty_session.requests()] == ["house"]


def test_an_unreadable_field_is_said_and_nothing_is_submitted(qtbot, panel, empty_session):
    panel.form.tempo.editor.setText("999")
    panel.generate()
    assert panel.field_problem.text == "999 BPM is out of range."
    assert not panel.work.button.isEnabled()
    assert empty_session.requests() == []
    panel.form.tempo.editor.setText("99")
    qtbot.waitUntil(panel.work.button.isEnabled)
    assert panel.field_problem.isHidden()


def test_working_shows_stage_and_cancel_and_cancel_ends_all_takes(qtbot, panel, empty_session):
    panel.form.takes.choose(3)
    press_generate(qtbot, panel)
    qtbot.waitUntil(lambda: panel.work.is_working and "Composing the drums" in panel.work.bar.text)
    assert len(panel.takes.running_cards) == 3
    qtbot.mouseClick(panel.work.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not panel.work.is_working)
    assert {view.state.value for view in empty_session.jobs.views()} == {"cancelled"}
    assert panel.takes.running_cards == ()


def test_one_take_of_several_can_be_cancelled_alone(qtbot, panel, empty_session):
    panel.form.takes.choose(2)
    press_generate(qtbot, panel)
    qtbot.waitUntil(lambda: len(panel.takes.running_cards) == 2)
    qtbot.mouseClick(panel.takes.running_cards[1].cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(panel.takes.running_cards) == 1)
    empty_session.release.set()
    qtbot.waitUntil(lambda: not panel.work.is_working)
    assert sorted(view.state.value for view in empty_session.jobs.views()) == ["cancelled", "succeeded"]


def test_a_failed_take_is_said_where_it_was_asked_for(qtbot, panel, empty_session):
    empty_session.failure = StudioError("The disk is full.", hint="Free some space.")
    empty_session.release.set()
    press_generate(qtbot, panel)
    qtbot.waitUntil(panel.failure.isVisible)
    assert (panel.failure.text, panel.failure.hint.text()) == ("The disk is full.", "Free some space.")
    empty_session.failure = None
    press_generate(qtbot, panel)
    assert panel.failure.isHidden()


def test_the_button_predicts_the_time_of_all_takes(panel):
    assert panel.work.button.trailing == "≈ 0.9 s"
    panel.form.takes.choose(4)
    panel.generate()
    assert panel.work.button.text() == "Generate 4 takes"
    assert panel.work.button.trailing == "≈ 3.6 s"


def test_suggestions_help_with_an_empty_page_and_leave_once_there_is_a_prompt(qtbot, panel):
    assert panel.suggestions.offers_prompts
    panel.suggestions.chosen.emit(SUGGESTIONS[0])
    assert panel.prompt.toPlainText() == SUGGESTIONS[0]
    assert not panel.suggestions.offers_prompts
    assert panel.suggestions.styles.isVisible()


def test_a_library_that_another_window_writes_to_greys_the_button_with_the_reason(qtbot, empty_session):
    empty_session.is_read_only = True
    panel = GeneratePanel(empty_session)
    qtbot.addWidget(panel)
    assert not panel.work.button.isEnabled()
    assert panel.work.button.toolTip() == READ_ONLY


@pytest.fixture
def panel_with_takes(qtbot, empty_session):
    empty_session.takes = (take(1), take(2))
    empty_session.placed_take_id = "t1"
    panel = GeneratePanel(empty_session)
    qtbot.addWidget(panel)
    panel.resize(360, 900)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_the_newest_take_is_on_top_and_the_placed_one_says_so_in_words(panel_with_takes):
    newest, oldest = panel_with_takes.takes.cards
    assert (newest.title.text, oldest.title.text) == ("Take 2", "Take 1")
    assert oldest.placed.isVisible()
    assert newest.placed.isHidden()
    assert oldest.accessibleName() == "Take 1, seed 1 · lo-fi · 84 BPM · D minor, on the timeline"


def test_a_click_on_a_take_uses_it(qtbot, panel_with_takes, empty_session):
    qtbot.mouseClick(panel_with_takes.takes.cards[0], Qt.MouseButton.LeftButton)
    assert ("use_take", "t2") in empty_session.calls


def test_return_on_a_take_uses_it(qtbot, panel_with_takes, empty_session):
    card = panel_with_takes.takes.cards[0]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert ("use_take", "t2") in empty_session.calls


def test_using_the_placed_take_again_is_no_step(qtbot, panel_with_takes, empty_session):
    qtbot.mouseClick(panel_with_takes.takes.cards[1], Qt.MouseButton.LeftButton)
    assert not any(call[0] == "use_take" for call in empty_session.calls)


def test_the_menu_adds_auditions_and_copies(panel_with_takes, empty_session):
    card = panel_with_takes.takes.cards[0]
    actions = {action.text(): action for action in card.menu().actions()}
    actions["Add as new tracks"].trigger()
    actions["Listen"].trigger()
    actions["Copy prompt and seed"].trigger()
    assert ("add_take", "t2") in empty_session.calls
    assert ("audition", "mix-2") in empty_session.calls
    assert QGuiApplication.clipboard().text() == "lo-fi, dusty rhodes · seed 2"


def test_the_play_button_shows_what_is_listened_to(qtbot, panel_with_takes):
    card = panel_with_takes.takes.cards[0]
    qtbot.mouseClick(card.play, Qt.MouseButton.LeftButton)
    assert card.play.accessibleName() == "Stop listening to Take 2"
    qtbot.mouseClick(card.play, Qt.MouseButton.LeftButton)
    assert card.play.accessibleName() == "Listen to Take 2"


def test_a_new_take_appears_and_a_forgotten_one_leaves(panel_with_takes, empty_session):
    empty_session.takes = (take(2), take(3))
    empty_session.emit(takes=True)
    assert [card.title.text for card in panel_with_takes.takes.cards] == ["Take 3", "Take 2"]


def test_a_loop_is_asked_for_with_a_switch(qtbot, panel, empty_session):
    qtbot.mouseClick(panel.form.is_loop, Qt.MouseButton.LeftButton)
    press_generate(qtbot, panel)
    assert empty_session.requests()[0].is_loop


def test_the_panel_fits_a_narrow_column_with_everything_shown(qtbot, panel, empty_session):
    from infinite_studio.music.blueprint import Blueprint
    from infinite_studio.music.note import Note
    from infinite_studio.services.values import LikeSource, Melody

    empty_session.like = LikeSource("x", "a very long name of a song " * 4, blueprint=Blueprint(112.0))
    empty_session.melody = Melody((Note(60, 0.0, 1.0, 1.0),), "a very long name of a melody " * 4, 96.0)
    empty_session.emit(sources=True)
    panel.resize(280, 720)
    qtbot.waitUntil(panel.work.button.isVisible)
    assert panel.work.width() <= 280
    assert panel.minimumSizeHint().width() <= 280
