"""A window over a session in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from infinite_studio.ui.main_window import MainWindow
from tests.ui.fake_session import FakeSession, full_session


@pytest.fixture
def session(tmp_path: Path, qapp: object) -> Iterator[FakeSession]:
    session = full_session(tmp_path)
    yield session
    assert session.close(), "some job did not stop"


@pytest.fixture
def empty_session(tmp_path: Path, qapp: object) -> Iterator[FakeSession]:
    session = FakeSession(tmp_path)
    yield session
    session.close()


def opened(session: FakeSession, qtbot: QtBot) -> MainWindow:
    """Return a window that is shown and active."""
    window = MainWindow(session)  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def window(session: FakeSession, qtbot: QtBot) -> MainWindow:
    return opened(session, qtbot)


@pytest.fixture
def empty_window(empty_session: FakeSession, qtbot: QtBot) -> MainWindow:
    return opened(empty_session, qtbot)
