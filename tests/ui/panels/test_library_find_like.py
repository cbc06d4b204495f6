"""What sounds like the selected sound, asked from the library."""

import pytest

from infinite_studio.ui.library_panel import FIND_LIKE_HINT, NOTHING_SELECTED, LibraryPanel


@pytest.fixture
def library(qtbot, session):
    panel = LibraryPanel(session)
    qtbot.addWidget(panel)
    panel.resize(260, 500)
    panel.show()
    return panel


def test_nothing_is_looked_for_before_a_sound_is_selected(library):
    assert not library.find_like.isEnabled()
    assert library.find_like.toolTip() == NOTHING_SELECTED


def test_what_sounds_like_the_selected_is_looked_for_once_at_a_time(qtbot, library, session):
    library.list.setCurrentIndex(library.model.index(2))
    assert library.find_like.toolTip() == FIND_LIKE_HINT
    library.find_like.click()
    assert ("find_like", "s2") in session.calls
    assert not library.find_like.isEnabled()
    session.release.set()
    qtbot.waitUntil(library.find_like.isEnabled)


def test_a_search_that_hides_the_selected_sound_lets_go_of_it(library):
    library.list.setCurrentIndex(library.model.index(2))
    library.search.setText("zzz")
    assert not library.find_like.isEnabled()


def test_an_empty_library_offers_nothing_to_look_for(qtbot, empty_session):
    panel = LibraryPanel(empty_session)
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.find_like.isVisible()
