"""The heads of the tracks."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from infinite_studio.project.model import Project
from infinite_studio.ui.timeline.header import TrackHeader
from infinite_studio.ui.timeline.readouts import gain_text, pan_text
from infinite_studio.ui.timeline.view import TimelineView
from tests.ui.timeline import hands
from tests.ui.timeline.test_clips import collect


@pytest.fixture
def header(view: TimelineView) -> TrackHeader:
    return view._parts.headers.headers["drums"]


def test_m_and_s_ask_for_mute_and_solo(view: TimelineView, header: TrackHeader) -> None:
    muted, soloed = collect(view.track_muted), collect(view.track_soloed)
    hands.click(header.mute_button, 10, 10)
    hands.click(header.solo_button, 10, 10)
    hands.click(header.solo_button, 10, 10)
    assert muted == [("drums", True)]
    assert soloed == [("drums", True), ("drums", False)]


def test_space_is_left_to_the_transport_and_enter_presses(view: TimelineView, header: TrackHeader) -> None:
    muted = collect(view.track_muted)
    QTest.keyClick(header.mute_button, Qt.Key.Key_Space)
    assert muted == []
    QTest.keyClick(header.mute_button, Qt.Key.Key_Return)
    assert muted == [("drums", True)]


def test_a_fader_drag_tells_along_the_way_and_once_at_the_end(
    view: TimelineView, header: TrackHeader
) -> None:
    heard = collect(view.track_gain_changed)
    hands.drag(header.fader, (90, 12), (60, 12))
    assert [final for _, _, final in heard] == [False, False, False, True]
    assert heard[-1][1] == heard[-2][1] < 0.0


def test_pressing_a_fader_does_not_move_it(view: TimelineView, header: TrackHeader) -> None:
    heard = collect(view.track_gain_changed)
    hands.click(header.fader, 10, 12)
    assert heard == []


def test_a_double_click_on_the_fader_means_0_db(
    view: TimelineView, header: TrackHeader, project: Project
) -> None:
    view.set_project(project.with_track(replace(project.tracks[0], gain_db=-7.5)))
    heard = collect(view.track_gain_changed)
    hands.double_click(header.fader, 40, 12)
    assert heard == [("drums", 0.0, True)]


def test_the_fader_ends_at_12_db_and_at_silence(view: TimelineView, header: TrackHeader) -> None:
    heard = collect(view.track_gain_changed)
    hands.drag(header.fader, (50, 12), (900, 12))
    hands.drag(header.fader, (50, 12), (-900, 12))
    finals = [gain for _, gain, final in heard if final]
    assert finals == [12.0, -60.0]


def test_the_fader_obeys_arrow_keys(view: TimelineView, header: TrackHeader) -> None:
    heard = collect(view.track_gain_changed)
    QTest.keyClick(header.fader, Qt.Key.Key_Left)
    assert heard == [("drums", -0.5, True)]


def test_the_project_does_not_pull_a_fader_out_of_the_hand(
    view: TimelineView, header: TrackHeader, project: Project
) -> None:
    hands.press(header.fader, 90, 12)
    hands.move(header.fader, 60, 12)
    held = header.fader.gain_db
    view.set_project(project)
    assert header.fader.gain_db == held
    hands.release(header.fader, 60, 12)


def test_pan_is_dragged_and_centred_by_a_double_click(view: TimelineView, header: TrackHeader) -> None:
    heard = collect(view.track_pan_changed)
    hands.drag(header.pan_knob, (12, 12), (42, 12))
    assert heard[-1][1:] == (0.5, True)
    hands.double_click(header.pan_knob, 12, 12)
    assert heard[-1] == ("drums", 0.0, True)


def test_a_double_click_on_the_name_renames(view: TimelineView, header: TrackHeader) -> None:
    heard = collect(view.track_renamed)
    hands.double_click(header.name_label, 20, 10)
    QTest.keyClicks(header.name_label.editor, "Kick & snare")
    QTest.keyClick(header.name_label.editor, Qt.Key.Key_Return)
    assert heard == [("drums", "Kick & snare")]


@pytest.mark.parametrize("ending", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_escape_and_an_empty_name_rename_nothing(
    view: TimelineView, header: TrackHeader, ending: Qt.Key
) -> None:
    heard = collect(view.track_renamed)
    header.name_label.begin_editing()
    QTest.keyClicks(header.name_label.editor, "  " if ending is Qt.Key.Key_Return else "Other")
    QTest.keyClick(header.name_label.editor, ending)
    assert heard == []
    assert header.name_label.editor is None


def test_typing_a_name_triggers_no_shortcut(view: TimelineView, header: TrackHeader) -> None:
    view.select_clip("kit1")
    deleted, copied = collect(view.clips_deleted), collect(view.clips_duplicated)
    header.name_label.begin_editing()
    for key in (Qt.Key.Key_D, Qt.Key.Key_S, Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        QTest.keyClick(header.name_label.editor, key)
    assert deleted == copied == []


def test_delete_on_a_focused_head_asks_for_the_track_to_go(view: TimelineView, header: TrackHeader) -> None:
    view.select_clip("kit1")
    tracks, clips = collect(view.track_deleted), collect(view.clips_deleted)
    view.activateWindow()
    header.setFocus()
    QTest.keyClick(header, Qt.Key.Key_Delete)
    assert (tracks, clips) == ([("drums",)], [])


def test_heads_follow_the_project(view: TimelineView, project: Project) -> None:
    kept = view._parts.headers.headers["bass"]
    view.set_project(replace(project, tracks=(project.tracks[1], project.tracks[0])))
    headers = view._parts.headers.headers
    assert list(headers) == ["bass", "drums"]
    assert headers["bass"] is kept
    assert headers["bass"].y() < headers["drums"].y()


def test_meters_rise_at_once_and_rest_when_playing_stops(view: TimelineView, header: TrackHeader) -> None:
    view.set_levels({"drums": 0.8})
    assert header.meter.level == 0.8
    view.set_levels({"drums": 0.1})
    assert 0.1 < header.meter.level < 0.8
    view.set_playhead(0, playing=False)
    assert header.meter.level == 0.0


@pytest.mark.parametrize(
    ("gain_db", "text"),
    [(-3.14, "−3.1 dB"), (0.0, "0.0 dB"), (-0.04, "0.0 dB"), (2.0, "+2.0 dB"), (-60.0, "−∞ dB")],
)
def test_levels_are_written_with_a_real_minus_sign(gain_db: float, text: str) -> None:
    assert gain_text(gain_db) == text


@pytest.mark.parametrize(("pan", "text"), [(0.0, "C"), (-0.2, "L 20"), (1.0, "R 100"), (0.004, "C")])
def test_pan_is_written_as_side_and_share(pan: float, text: str) -> None:
    assert pan_text(pan) == text


def test_every_control_of_a_head_is_large_enough_to_hit(header: TrackHeader) -> None:
    for part in (header.mute_button, header.solo_button, header.pan_knob, header.fader, header.name_label):
        assert part.height() >= 24
        assert part.width() >= 24
