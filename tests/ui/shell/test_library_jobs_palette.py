"""Library, jobs, palette, tempo sheet and timeline menus."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from tests.ui.fake_session import FakeSession

from infinite_studio.errors import StudioError
from infinite_studio.history.values import JobRecord, JobState
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.music.key import Key
from infinite_studio.progress import Progress
from infinite_studio.project.clip_steps import ClipPlace
from infinite_studio.ui.dialogs.export_dialog import ExportDialog
from infinite_studio.ui.jobs_panel import JobsPanel
from infinite_studio.ui.library_panel import ROUGH_SPLIT, LibraryPanel
from infinite_studio.ui.main_window import MainWindow
from infinite_studio.ui.palette import Command, ranked, score
from infinite_studio.ui.status_bar import StatusBar
from infinite_studio.ui.tempo_popover import TapTempo
from infinite_studio.ui.theme import DARK
from infinite_studio.ui.timeline.drops import dropped_object


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def trigger(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()


# --- library ---------------------------------------------------------------------------------------


@pytest.fixture
def library(session: FakeSession, qtbot: QtBot) -> LibraryPanel:
    panel = LibraryPanel(session)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.resize(280, 600)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_the_library_tells_length_tempo_and_key(library: LibraryPanel) -> None:
    model = library.model
    facts = [model.index(i).data(model.ROW).facts for i in range(model.rowCount())]
    assert facts == ["1:33 · 112 BPM · G major", "0:12 · no clear tempo", "0:32 · 90 BPM · F minor"]


def test_a_double_click_places_a_sound_at_the_playhead(library: LibraryPanel, session: FakeSession) -> None:
    session.seek(5_000)
    view = library.list
    place = view.visualRect(library.model.index(1)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [call for call in session.calls if call[0] == "place_sound"] == [
        ("place_sound", "sound-1", 5_000, None)
    ]


def test_the_menu_of_a_sound(library: LibraryPanel, session: FakeSession) -> None:
    menu = library.menu_for(session.sounds[0])
    trigger(menu, ROUGH_SPLIT)
    assert session.calls[-1] == ("split_object", "s0", session.playhead_frame, "quick")
    trigger(menu, "Audition")
    assert session.calls[-1] == ("audition", "s0")
    trigger(menu, "Remove from the library")
    assert session.calls[-1] == ("remove_sound", "sound-0")


def test_a_sound_can_be_dragged_out(library: LibraryPanel, session: FakeSession) -> None:
    model = library.model
    assert model.flags(model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled
    assert dropped_object(model.mimeData([model.index(0)])) == ("s0", "lets_go.mp3")


def test_library_search_looks_at_names_and_facts(library: LibraryPanel) -> None:
    library.search.setText("f minor")
    assert library.model.rowCount() == 1
    library.search.setText("zzz")
    assert library.empty.sentence.text() == "No sound matches."


def test_an_empty_library_offers_to_import(
    empty_window: MainWindow, empty_session: FakeSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        "infinite_studio.ui.commands.QFileDialog.getOpenFileNames", lambda *_: ([str(tmp_path / "a.wav")], "")
    )
    empty_window.show_left("library")
    button = empty_window.library.empty.button
    assert button is not None
    assert button.isVisible()
    button.click()
    assert empty_session.calls[-1] == ("import_files", (tmp_path / "a.wav",), None, None)


def test_choosing_a_sound_is_told(library: LibraryPanel) -> None:
    heard: list[object] = []
    library.sound_selected.connect(heard.append)
    library.list.setCurrentIndex(library.model.index(2))
    assert heard == ["sound-2"]


# --- jobs ------------------------------------------------------------------------------------------


class Desk:
    """The two places that show jobs."""

    def __init__(self, session: FakeSession, qtbot: QtBot) -> None:
        self.jobs = JobsPanel(session.jobs)
        self.bar = StatusBar(session)  # type: ignore[arg-type]
        for widget in (self.jobs, self.bar):
            qtbot.addWidget(widget)
            widget.show()


@pytest.fixture
def desk(session: FakeSession, qtbot: QtBot) -> Desk:
    return Desk(session, qtbot)


def blocked(gate: threading.Event) -> Job[None]:
    def work(progress: Progress) -> None:
        while not gate.wait(0.01):
            progress.report(0.5, "separating drums")

    return Job("Split “x”", "split:quick", LaneName.INFERENCE, work)


def test_a_running_job_shows_stage_and_share_and_can_be_cancelled(
    desk: Desk, session: FakeSession, qtbot: QtBot
) -> None:
    job_id = session.jobs.submit(blocked(threading.Event()))
    qtbot.waitUntil(lambda: "separating drums · 50%" in desk.jobs.row(job_id).state.text)
    assert desk.bar.jobs.text() == "1 running"
    assert desk.bar.line.fraction == pytest.approx(0.5)
    desk.jobs.row(job_id).cancel.click()
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    assert desk.jobs.row(job_id).state.text.startswith("Cancelled")
    assert desk.bar.jobs.text() == "No jobs"


def test_a_waiting_job_stands_below_the_running_one(desk: Desk, session: FakeSession, qtbot: QtBot) -> None:
    gate = threading.Event()
    first, second = session.jobs.submit(blocked(gate)), session.jobs.submit(blocked(gate))
    qtbot.waitUntil(lambda: desk.bar.jobs.text() == "1 running · 1 queued")
    layout = desk.jobs.column.body
    assert layout.indexOf(desk.jobs.row(first)) < layout.indexOf(desk.jobs.row(second))
    assert desk.jobs.row(second).state.text.startswith("Waiting")
    gate.set()
    qtbot.waitUntil(lambda: session.jobs.is_idle)


def test_a_failed_job_says_why(desk: Desk, session: FakeSession, qtbot: QtBot) -> None:
    def work(_progress: Progress) -> None:
        raise StudioError("“x.mp3” is empty.", hint="Choose another file.")

    job_id = session.jobs.submit(Job("Import “x.mp3”", "import", LaneName.DISK, work))
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    row = desk.jobs.row(job_id)
    assert row.state.text == "“x.mp3” is empty."
    assert "Choose another file." in row.toolTip()


def test_the_studios_own_jobs_are_not_listed(desk: Desk, session: FakeSession, qtbot: QtBot) -> None:
    gate = threading.Event()
    session.jobs.submit(Job("Saving", "_autosave", LaneName.DISK, lambda _progress: gate.wait(5)))
    assert desk.bar.jobs.text() == "No jobs"
    gate.set()
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    assert "nothing running" in desk.jobs.header.text()


def test_finished_jobs_can_be_cleared(desk: Desk, session: FakeSession, qtbot: QtBot) -> None:
    job_id = session.jobs.submit(Job("Commit", "commit", LaneName.DISK, lambda _progress: None))
    qtbot.waitUntil(lambda: session.jobs.is_idle and desk.jobs.row(job_id) is not None)
    desk.jobs.clear.click()
    assert desk.jobs.row(job_id) is None


def test_a_low_side_shows_fewer_jobs_at_once(desk: Desk, session: FakeSession, qtbot: QtBot) -> None:
    for number in range(4):
        session.jobs.submit(Job(f"Commit {number}", "commit", LaneName.DISK, lambda _progress: None))
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    heights = []
    for side_height_px in (500, 714, 1_200):
        desk.jobs.fit_into(side_height_px)
        heights.append(desk.jobs.height())
    low, laptop, high = heights
    assert low < laptop < high
    assert laptop - low == high - laptop


def test_the_jobs_section_closes_and_opens(desk: Desk, session: FakeSession, qtbot: QtBot) -> None:
    session.jobs.submit(Job("Commit", "commit", LaneName.DISK, lambda _progress: None))
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    tall = desk.jobs.height()
    desk.jobs.header.click()
    assert desk.jobs.height() < tall
    desk.jobs.set_open(is_open=True)
    assert desk.jobs.height() == tall


# --- palette ---------------------------------------------------------------------------------------


def test_the_palette_runs_what_was_typed(window: MainWindow, session: FakeSession) -> None:
    palette = window.open_palette()
    QTest.keyClicks(palette.search, "play or")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert session.is_playing
    assert not palette.isVisible()


def test_escape_closes_the_palette_and_gives_the_focus_back(window: MainWindow) -> None:
    window.history.search.setFocus()
    palette = window.open_palette()
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert QApplication.focusWidget() is window.history.search


def test_a_greyed_line_shows_its_reason_and_does_nothing(empty_window: MainWindow) -> None:
    palette = empty_window.open_palette()
    QTest.keyClicks(palette.search, "Export mixdown")
    assert palette.shown[0].reason
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, ExportDialog) and w.isVisible()]


def test_the_palette_reaches_projects_and_branches(window: MainWindow, session: FakeSession) -> None:
    palette = window.open_palette()
    QTest.keyClicks(palette.search, "tape study")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert session.calls[-1] == ("open_project", "repo-2")


def test_nothing_that_matches_is_said(window: MainWindow) -> None:
    palette = window.open_palette()
    palette.search.setText("qqqq")
    assert palette.nothing.isVisible()


def test_the_beginnings_of_words_count_most() -> None:
    commands = [
        Command(text, "", lambda: None) for text in ("Show or hide the left panel", "Split panel", "Solo")
    ]
    assert ranked(commands, "sp")[0].text == "Split panel"
    assert score("xyz", "Split") is None


# --- tempo and key ---------------------------------------------------------------------------------


def test_tempo_and_key_are_set_from_the_sheet(window: MainWindow, session: FakeSession) -> None:
    sheet = window.open_tempo()
    sheet.double.click()
    sheet.key.choose(Key.parse("F minor"))
    sheet.apply.click()
    assert session.project.tempo_bpm == pytest.approx(168.0)
    assert session.project.key == Key.parse("F minor")
    assert window.transport_bar.tempo.text() == "168.0 BPM · F minor"


def test_the_sheet_is_painted_in_the_themes_colour(window: MainWindow) -> None:
    sheet = window.open_tempo()
    QApplication.processEvents()
    assert sheet.grab().toImage().pixelColor(sheet.width() // 2, 6).name() == DARK.panel
    sheet.close()


def test_taps_make_a_tempo_and_a_pause_starts_anew() -> None:
    taps = TapTempo()
    assert taps.tap(0.0) is None
    assert taps.tap(0.5) == pytest.approx(120.0)
    assert taps.tap(1.0) == pytest.approx(120.0)
    assert taps.tap(10.0) is None
    assert taps.tap(11.0) == pytest.approx(60.0)


# --- the timeline's menus --------------------------------------------------------------------------


def test_the_clip_menu_splits_into_stems_labelled_as_rough(window: MainWindow, session: FakeSession) -> None:
    clip = session.project.tracks[0].clips[0]
    menu = window.link.clip_menu(clip.clip_id)
    assert texts(menu) == [
        ROUGH_SPLIT,
        "Vary this…",
        "Continue this",
        "Continue this with a model…",
        "Follow the tune of this",
        "Find what sounds like this",
        "Cut",
        "Copy",
        "Paste at playhead",
        "Duplicate",
        "Split at playhead",
        "Delete",
        "Audition the whole sound",
    ]
    assert "rough" in menu.actions()[0].toolTip()
    trigger(menu, ROUGH_SPLIT)
    assert session.calls[-1] == ("split_object", clip.object_id, clip.start_frame, "quick")


def test_splitting_outside_of_the_clip_is_greyed_with_the_reason(
    window: MainWindow, session: FakeSession
) -> None:
    clip = session.project.tracks[0].clips[0]
    session.seek(clip.end_frame + 1)
    menu = window.link.clip_menu(clip.clip_id)
    split = next(action for action in menu.actions() if action.text() == "Split at playhead")
    assert not split.isEnabled()
    assert split.toolTip() == "The playhead is not inside of the selected clip."


def test_the_track_menu_deletes_the_track(window: MainWindow, session: FakeSession) -> None:
    track = session.project.tracks[2]
    trigger(window.link.track_menu(track.track_id), "Delete track")
    assert track not in session.project.tracks
    session.undo()
    assert track in session.project.tracks


def test_what_is_done_on_the_timeline_becomes_steps(window: MainWindow, session: FakeSession) -> None:
    track = session.project.tracks[0]
    window.timeline.track_muted.emit(track.track_id, True)
    window.timeline.track_gain_changed.emit(track.track_id, -9.0, True)
    window.timeline.clips_moved.emit((ClipPlace(track.clips[0].clip_id, track.track_id, 4_800),))
    window.timeline.track_renamed.emit(track.track_id, "Brushes")
    window.timeline.loop_changed.emit(None)
    changed = session.project.track(track.track_id)
    assert (changed.muted, changed.gain_db, changed.name) == (True, -9.0, "Brushes")
    assert changed.clips[0].start_frame == 4_800
    assert session.project.loop is None


def test_the_export_menu_opens_the_dialog_for_stems(window: MainWindow) -> None:
    trigger(window.transport_bar.export_menu(), "Export stems…")
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ExportDialog) and w.isVisible())
    assert dialog.what.value() == "stems"
    dialog.reject()


def cut_off(title: str) -> JobRecord:
    return JobRecord("r1", title, "generate", JobState.RUNNING, {}, datetime.now(UTC))


def test_a_job_that_was_cut_off_is_offered_again(desk: Desk, qtbot: QtBot) -> None:
    desk.jobs.offer_again((cut_off("Generate “night”"),))
    row = desk.jobs.cut_off_row("r1")
    assert row is not None
    assert row.isVisible()
    with qtbot.waitSignal(desk.jobs.again_pressed) as again:
        row.again.click()
    with qtbot.waitSignal(desk.jobs.forget_pressed) as forgotten:
        row.forget.click()
    assert again.args == forgotten.args == ["r1"]
    desk.jobs.offer_again(())
    assert desk.jobs.cut_off_row("r1") is None
