"""Finding and extending loops in the panel, used as a person uses it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from infinite_studio.audio.sanitise import BitDepth
from infinite_studio.looping.candidates import LoopCandidate, SeamScore
from infinite_studio.looping.crossfade import CrossfadeShape
from infinite_studio.looping.formats import LoopFormat
from infinite_studio.services.looping_finding import FoundLoops
from infinite_studio.services.looping_values import CrossfadeChoice, ExtendPreview
from infinite_studio.services.session_parts.looping import seam_key
from infinite_studio.ui.loop_extender import NO_CANDIDATE
from infinite_studio.ui.loop_finder import HARD_CUT, points_of
from infinite_studio.ui.loop_panel import LoopPanel

RATE = 48_000
FOUND = FoundLoops(
    tuple(
        LoopCandidate(
            start * RATE, end * RATE, RATE, SeamScore(0.9, 0.8, 1.0, 1.0), 0.9, 120.0, 2 * (end - start)
        )
        for start, end in ((4, 20), (2, 34))
    ),
    93.1,
    RATE,
)
PREVIEW = ExtendPreview(3_600.0, 225, 16.0, 0.05, 0.9, 691_200_000, 3.0, 10**11, LoopFormat.WAV, 4.0, 20.0)


@pytest.fixture
def panel(qtbot, session):
    made = LoopPanel(session)
    qtbot.addWidget(made)
    made.resize(360, 1400)
    made.page.choose("extend")
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def found(panel, session):
    panel.finder.target.editor.setCurrentIndex(0)
    session.found_loops[panel.finder.sound.object_id] = FOUND
    session.emit(loops=True)
    return panel


def calls_of(session, name):
    return [call for call in session.calls if call[0] == name]


def test_first_use_says_what_finding_does_and_nothing_can_be_extended(panel):
    assert panel.finder.hint.isVisible()
    assert not panel.finder.rows
    assert not panel.extender.file.work.button.isEnabled()
    assert panel.extender.file.work.button.toolTip() == NO_CANDIDATE


def test_find_asks_with_what_stands_in_the_fields(qtbot, panel, session):
    panel.finder.shortest.editor.setValue(5.0)
    panel.finder.whole_bars.click()
    qtbot.mouseClick(panel.finder.work.button, Qt.MouseButton.LeftButton)
    (_, object_id, wishes), *_ = calls_of(session, "find_loops")
    assert object_id == panel.finder.sound.object_id
    assert (wishes.min_seconds, wishes.max_seconds, wishes.whole_bars) == (5.0, None, True)
    assert panel.finder.work.is_working


def test_candidates_show_place_bars_and_seam_and_the_best_is_chosen(found):
    first, second = found.finder.rows
    assert "00:04.000 → 00:20.000" in first.place.text
    assert "8 bars" in first.length.text()
    assert "phase 90%" in first.toolTip()
    assert (first.is_chosen, second.is_chosen) == (True, False)


def test_a_click_chooses_another_candidate(qtbot, found):
    qtbot.mouseClick(found.finder.rows[1], Qt.MouseButton.LeftButton)
    assert found.finder.candidate is FOUND.candidates[1]
    qtbot.keyClick(found.finder.rows[0], Qt.Key.Key_Return)
    assert found.finder.candidate is FOUND.candidates[0]


def test_the_seam_is_heard_bare_and_joined(qtbot, found, session):
    row = found.finder.rows[1]
    found.finder.crossfade.length.editor.setCurrentIndex(3)
    qtbot.mouseClick(row.cut, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(row.joined, Qt.MouseButton.LeftButton)
    heard = calls_of(session, "audition_seam")
    assert [call[3].milliseconds for call in heard] == [0.0, 100.0]
    assert heard[0][2] == points_of(FOUND.candidates[1])


def test_the_button_of_the_heard_seam_shows_it(found, session):
    sound = found.finder.sound
    session.auditioned_object_id = seam_key(sound.object_id, points_of(FOUND.candidates[0]), HARD_CUT)
    session.emit(loops=True)
    assert found.finder.rows[0].cut.is_heard
    assert not found.finder.rows[0].joined.is_heard


def test_what_it_takes_is_shown_before_starting(qtbot, found, session):
    qtbot.waitUntil(lambda: bool(calls_of(session, "ask_extension")))
    session.extension_preview = PREVIEW
    session.emit(loops=True)
    text = found.extender.file.estimate.text()
    assert "225 rounds" in text
    assert "691.2 MB" in text
    assert "free" in text


def test_too_small_a_disk_greys_the_button_and_says_so(qtbot, found, session):
    session.extension_preview = replace(PREVIEW, free_bytes=1_000)
    session.emit(loops=True)
    assert not found.extender.file.work.button.isEnabled()
    assert "room" in found.extender.file.problem.text


@pytest.mark.parametrize("text", ["soon", "", "3s"])
def test_a_target_that_cannot_be_is_said(found, text):
    found.extender.target.length.editor.setText(text)
    assert not found.extender.file.work.button.isEnabled()
    assert found.extender.file.problem.isVisible()


def test_extend_asks_for_exactly_what_stands_in_the_fields(qtbot, found, session, tmp_path):
    session.update_settings(export_folder=str(tmp_path))
    found.extender.file.place.choose(tmp_path)
    found.extender.target.length.editor.setText("20m")
    found.extender.target.format.editor.setCurrentIndex(2)
    found.extender.target.exact.click()
    found.extender.options.fade_out.editor.setValue(5.0)
    qtbot.mouseClick(found.extender.file.work.button, Qt.MouseButton.LeftButton)
    ((_, _, request),) = calls_of(session, "extend_loop")
    assert (request.target.seconds, request.target.is_exact) == (1_200.0, True)
    assert (request.output.suffix, request.output.parent) == (".flac", tmp_path)
    assert request.fade_out_seconds == 5.0
    assert request.shape.points == points_of(FOUND.candidates[0])
    assert found.extender.file.work.is_working


def test_everything_fits_the_narrowest_panel(qtbot, found):
    found.resize(280, 1200)
    qtbot.wait(20)
    for row in found.finder.rows:
        assert row.joined.geometry().right() <= row.width()
        assert row.width() <= found.width()


def test_only_one_primary_button_is_seen_at_a_time(panel, session):
    assert panel.finder.work.isVisible()
    assert not panel.extender.isVisible()
    session.found_loops[panel.finder.sound.object_id] = FOUND
    session.emit(loops=True)
    assert panel.extender.file.work.isVisible()
    assert not panel.finder.work.isVisible()
    panel.finder.again.click()
    assert panel.finder.work.isVisible()


def test_a_custom_crossfade_is_counted_in_beats_or_milliseconds(found):
    field = found.finder.crossfade
    field.length.choose("custom")
    field.amount.editor.setValue(45.0)
    assert (field.choice.milliseconds, field.choice.beats) == (45.0, None)
    field.unit.choose("beats")
    field.amount.editor.setValue(0.75)
    field.shape.choose(CrossfadeShape.LINEAR)
    request = found.extender.request()
    assert request.shape.crossfade == CrossfadeChoice(beats=0.75, shape=CrossfadeShape.LINEAR)


def test_a_tail_and_an_artist_reach_the_request(qtbot, found):
    options = found.extender.options
    qtbot.mouseClick(options.fold, Qt.MouseButton.LeftButton)
    assert options.tail.isVisible()
    options.tail.editor.setValue(1.5)
    options.artist.editor.setText("Ada")
    request = found.extender.request()
    assert request.shape.wrap_tail_seconds == 1.5
    assert ("artist", "Ada") in request.texts


def test_the_target_becomes_exactly_as_long_as_a_video(found, session, tmp_path):
    session.video_seconds = 3_725.481_25
    found.extender.target.match_video(tmp_path / "film.mp4")
    target = found.extender.request().target
    assert (target.seconds, target.is_exact) == (3_725.481_25, True)
    assert found.extender.target.length.text() == "1:02:05.48125"


def test_a_pack_asks_for_picture_credits_and_a_folder_of_its_own(qtbot, found, session, tmp_path):
    extender = found.extender
    extender.file.place.choose(tmp_path)
    extender.outcome.choose("pack")
    extender.target.format.choose(("m4a", BitDepth.INT_16))
    extender.pack.title.editor.setText("Rain")
    extender.pack.set_picture(tmp_path / "cover.png")
    extender.pack.credits.editor.setText("Music: Ada; picture: Bo")
    extender.pack.licences.editor.setText("CC BY 4.0")
    session.extension_preview = replace(PREVIEW, duration_seconds=3 * 3_600.0, start_seconds=12.0)
    session.emit(loops=True)
    assert extender.file.work.button.text() == "Make the pack"
    assert extender.pack.chapters.text().splitlines()[1:3] == ["0:00:00 Intro", "0:00:12 Rain"]
    qtbot.mouseClick(extender.file.work.button, Qt.MouseButton.LeftButton)
    ((_, _, request),) = calls_of(session, "make_pack")
    assert request.extend.output == tmp_path / "Rain" / "Rain.m4a"
    assert (request.title, request.picture.name) == ("Rain", "cover.png")
    assert (request.credits, request.licences) == (("Music: Ada", "picture: Bo"), ("CC BY 4.0",))
