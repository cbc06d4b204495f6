"""Sessions for the tests of comparing, merging and care."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.ui.fake_session import FakeSession, full_session
from tests.ui.held_session import HeldSession, held_full_session

from infinite_studio.ui.history_panel import HistoryPanel


@pytest.fixture
def session(qapp: object, tmp_path: Path) -> Iterator[FakeSession]:
    """A session in the middle of an evening's work."""
    session = full_session(tmp_path)
    yield session
    assert session.close()


@pytest.fixture
def held(qapp: object, tmp_path: Path) -> Iterator[HeldSession]:
    """The same with jobs that run until they are let go."""
    session = held_full_session(tmp_path)
    yield session
    session.release.set()
    assert session.close()


@pytest.fixture
def panel(session: FakeSession, qtbot: QtBot) -> HistoryPanel:
    """The history on its own."""
    return shown(session, qtbot)


def shown(session: FakeSession, qtbot: QtBot) -> HistoryPanel:
    """Return a panel that is on the screen."""
    panel = HistoryPanel(session)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    panel.show()
    qtbot.waitExposed(panel)
    return panel
