"""The inspector names who found the beats, and offers to listen again with somebody better."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from infinite_studio.ui.listen_panel import ListenPanel


@pytest.fixture
def panel(qtbot, session):
    made = ListenPanel(session)
    qtbot.addWidget(made)
    made.resize(360, 900)
    return made


def test_the_inspector_names_who_found_the_beats(panel, session):
    panel.set_selected_sound("sound-0")
    panel.show()
    assert panel.tempo_section.source.text() == "Beats found by the built-in estimator."
    assert not panel.tempo_section.again.isVisible()

    session.analyses["s0"] = replace(session.analyses["s0"], beats_from="beat_this final0")
    session.emit(sounds=True)
    assert panel.tempo_section.source.text() == "Beats found by beat_this final0."


def test_why_it_was_not_the_network_is_said(panel, session):
    remark = "beat_this final0 cannot be used: the file is damaged. The built-in estimator was used."
    session.analyses["s0"] = replace(session.analyses["s0"], beats_remark=remark)
    panel.set_selected_sound("sound-0")
    assert panel.tempo_section.source.text().endswith(remark)


def test_one_installed_later_may_listen_again(qtbot, panel, session):
    session.better_tracker = "beat_this final0"
    panel.set_selected_sound("sound-0")
    panel.show()
    assert panel.tempo_section.again.text() == "Listen again with beat_this final0"
    qtbot.mouseClick(panel.tempo_section.again, Qt.MouseButton.LeftButton)
    assert ("listen_again", "s0") in session.calls
