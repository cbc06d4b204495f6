"""A window over a session in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot
from tests.ui.fake_session import FakeSession, full_session

from infinite_studio.ui.main_window import MainWindow


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
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def window(session: FakeSession, qtbot: QtBot) -> Iterator[MainWindow]:
    window = opened(session, qtbot)
    yield window
    end(window)


@pytest.fixture
def empty_window(empty_session: FakeSession, qtbot: QtBot) -> Iterator[MainWindow]:
    window = opened(empty_session, qtbot)
    yield window
    end(window)


def end(window: MainWindow) -> None:
    """Close a window and let Qt delete it now, so that the next theme does not style it again."""
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
