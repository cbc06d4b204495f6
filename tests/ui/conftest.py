"""Sessions for the tests of dialogs and panels."""

import pytest

from tests.ui.held_session import HeldSession, held_full_session


@pytest.fixture
def empty_session(qapp, tmp_path):
    """A session with nothing in it."""
    session = HeldSession(tmp_path)
    yield session
    session.release.set()
    assert session.close()


@pytest.fixture
def session(qapp, tmp_path):
    """A session in the middle of an evening's work."""
    full = held_full_session(tmp_path)
    yield full
    full.release.set()
    assert full.close()
