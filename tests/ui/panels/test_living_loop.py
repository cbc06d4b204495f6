"""Planning and writing living loops in the panel, used as a person uses it."""

import pytest
from PySide6.QtCore import Qt

from infinite_studio.project.model import LoopRange
from infinite_studio.services.looping_living import LivingPlan, LivingSource
from infinite_studio.ui.loop_panel import LoopPanel

PLAN = LivingPlan(
    ("as it was", "re-roll 1: drums") * 5,
    tuple(16.0 * step for step in range(10)),
    160.0,
    2,
    LivingSource.SKETCH,
    (0, 1) * 5,
)


@pytest.fixture
def panel(qtbot, session):
    made = LoopPanel(session)
    qtbot.addWidget(made)
    made.resize(280, 1000)
    made.page.choose("living")
    made.show()
    qtbot.waitExposed(made)
    return made


def calls_of(session, name):
    return [call for call in session.calls if call[0] == name]


@pytest.fixture
def planned(qtbot, panel, session):
    qtbot.waitUntil(lambda: bool(calls_of(session, "ask_living")))
    session.living_plan = PLAN
    session.emit(loops=True)
    return panel.living


def test_nothing_is_planned_while_the_page_is_not_seen(qtbot, session):
    hidden = LoopPanel(session)
    qtbot.addWidget(hidden)
    hidden.show()
    session.emit(project=True)
    assert not hidden.living.file.is_asking_soon


def test_the_plan_is_shown_before_anything_is_written(planned):
    assert planned.strip.isVisible()
    assert planned.strip.accessibleDescription() == " ".join("AB" * 5)
    assert "10 steps over 2 pieces" in planned.summary.text()
    lines = planned.steps.text().splitlines()
    assert lines[:2] == ["0:00  A · as it was", "0:16  B · re-roll 1: drums"]
    assert lines[-1] == "… and 4 more"
    assert planned.file.work.button.isEnabled()


def test_a_change_takes_the_plan_away_until_it_is_made_anew(planned, session):
    planned.seed.editor.setValue(7)
    session.emit(loops=True)
    assert not planned.strip.isVisible()
    assert not planned.file.work.button.isEnabled()


def test_it_writes_exactly_what_stands_in_the_fields(qtbot, planned, session, tmp_path):
    planned.file.place.choose(tmp_path)
    planned.target.length.editor.setText("1:30:00")
    planned.target.exact.click()
    planned.apart.editor.setValue(3)
    planned.seed.editor.setValue(11)
    planned.pool.editor.setValue(12)
    planned.source.choose(LivingSource.SKETCH)
    qtbot.waitUntil(lambda: calls_of(session, "ask_living")[-1][1].pool == 12)
    session.living_plan = PLAN
    session.emit(loops=True)
    qtbot.mouseClick(planned.file.work.button, Qt.MouseButton.LeftButton)
    ((_, request),) = calls_of(session, "write_living")
    assert request == planned.request()
    assert (request.target.seconds, request.target.is_exact) == (5_400.0, True)
    assert (request.apart, request.seed, request.pool) == (3, 11, 12)
    assert planned.file.work.is_working


def test_a_target_that_cannot_be_is_said(planned):
    planned.target.length.editor.setText("soon")
    assert planned.file.problem.isVisible()
    assert not planned.file.work.button.isEnabled()


def test_re_rolls_are_only_asked_for_where_there_are_any(planned):
    planned.source.choose(LivingSource.HISTORY)
    assert not planned.pool.isVisible()


def test_the_loop_that_a_file_is_tagged_with_is_offered(qtbot, panel, session):
    panel.page.choose("range")
    assert not panel.tagged.isVisible()
    session.tagged = LoopRange(96_000, 960_000)
    session.emit(loops=True)
    qtbot.mouseClick(panel.tagged, Qt.MouseButton.LeftButton)
    assert session.project.loop == LoopRange(96_000, 960_000)
    assert not panel.tagged.isVisible()


@pytest.mark.parametrize("page", ["range", "extend", "living"])
def test_every_page_fits_the_narrowest_panel(qtbot, panel, page):
    panel.page.choose(page)
    qtbot.wait(20)
    shown = {"range": panel._range_page, "extend": panel._extend_page, "living": panel.living}[page]
    assert shown.minimumSizeHint().width() <= 256
