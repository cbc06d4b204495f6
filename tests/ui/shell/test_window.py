"""The window follows the session, remembers its panels, changes its theme and takes what is dropped on it."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from tests.ui.fake_session import FakeSession, full_session
from tests.ui.shell.conftest import end, opened

from infinite_studio.project.steps import SetMuted
from infinite_studio.services.values import Problem
from infinite_studio.ui.banner import Banner
from infinite_studio.ui.main_window import MainWindow, grab_to_png
from infinite_studio.ui.theme import DARK, LIGHT
from infinite_studio.ui.timeline.drops import object_mime_data


def files(*paths: Path) -> QMimeData:
    """Return what a file manager drags."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    data.setText("\n".join(map(str, paths)))
    return data


def drop(window: MainWindow, widget: QWidget, data: QMimeData) -> None:
    """Drop something onto the middle of a widget the way the window system does."""
    place = QPointF(widget.mapTo(window, widget.rect().center()))
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    handle = window.windowHandle()
    QApplication.sendEvent(handle, QDragEnterEvent(place.toPoint(), *arguments))
    QApplication.sendEvent(handle, QDropEvent(place, *arguments))


def test_files_may_be_dropped_anywhere(window: MainWindow, session: FakeSession, tmp_path: Path) -> None:
    window.show_left("history")
    places: tuple[QWidget, ...] = (
        window.transport_bar,
        window.timeline,
        window.generate.prompt,
        window.history.list,
        window.history.search,
        window.jobs_panel,
        window.status_bar,
    )
    paths = [tmp_path / f"{n}.wav" for n, _ in enumerate(places)]
    for place, path in zip(places, paths, strict=True):
        drop(window, place, files(path))
    imports = [call for call in session.calls if call[0] == "import_files"]
    assert [call[1] for call in imports] == [(path,) for path in paths]
    assert window.generate.prompt.toPlainText() == ""


def test_a_file_dropped_beside_the_timeline_lands_at_the_playhead(
    window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    session.seek(12_345)
    drop(window, window.status_bar, files(tmp_path / "a.wav"))
    assert session.calls[-1] == ("import_files", (tmp_path / "a.wav",), 12_345, None)


def test_a_sound_dragged_from_the_library_is_placed(window: MainWindow, session: FakeSession) -> None:
    sound = session.sounds[0]
    drop(window, window.timeline, object_mime_data(sound.object_id, sound.name))
    assert session.calls[-1][:2] == ("place_sound", sound.sound_id)


def test_the_theme_switches_everything_at_once(window: MainWindow, session: FakeSession) -> None:
    window.toggle_theme()
    assert session.settings.theme == "light"
    assert window.theme is LIGHT
    assert LIGHT.panel in window.styleSheet()
    assert DARK.panel not in window.styleSheet()
    assert window.history.theme is LIGHT
    window.toggle_theme()
    assert window.theme is DARK


def test_the_pixels_change_with_the_theme(window: MainWindow) -> None:
    def corner() -> str:
        return window.grab().toImage().pixelColor(window.width() // 2, window.height() - 16).name()

    assert corner() == DARK.panel
    dialog = QDialog(window)
    window.choose_theme("light")
    assert corner() == LIGHT.panel
    assert dialog.grab().toImage().pixelColor(8, 8).name() == LIGHT.panel
    window.choose_theme("dark")
    assert dialog.grab().toImage().pixelColor(8, 8).name() == DARK.panel
    dialog.deleteLater()


def test_the_system_theme_follows_the_system(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = QApplication.styleHints().colorSchemeChanged
    window.choose_theme("system")
    monkeypatch.setattr("infinite_studio.ui.main_window.system_is_light", lambda: True)
    changed.emit(Qt.ColorScheme.Light)
    assert window.theme is LIGHT
    window.choose_theme("dark")
    changed.emit(Qt.ColorScheme.Light)
    assert window.theme is DARK


def test_panels_collapse_and_come_back_as_wide_as_they_were(window: MainWindow) -> None:
    before = window.left.width()
    window.toggle_left()
    assert not window.is_open("left")
    window.toggle_left()
    assert window.left.width() == before


def test_a_new_window_remembers_panels_and_tabs(session: FakeSession, qtbot: QtBot) -> None:
    first = opened(session, qtbot)
    first.show_left("library")
    first.show_right("listen")
    first._splitter.moveSplitter(260, 1)
    width = first.left.width()
    qtbot.waitUntil(lambda: session.settings.left_width == width)
    first.toggle_left()
    first.close()
    assert session.settings.window_geometry
    second = opened(session, qtbot)
    assert not second.is_open("left")
    assert (second.left.tab, second.right.tab) == ("library", "listen")
    second.toggle_left()
    assert abs(second.left.width() - width) <= 2
    end(first)
    end(second)


def test_nothing_is_cut_off_sideways_at_1280_by_720(window: MainWindow) -> None:
    window.resize(1280, 720)
    for tab in ("generate", "split", "loop", "listen"):
        window.show_right(tab)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (1280, 720)
        for widget in window.findChildren(QWidget):
            if widget.isVisible() and widget.window() is window:
                left = widget.mapTo(window, QPoint(0, 0)).x()
                assert left >= 0, widget
                assert left + widget.width() <= window.width() + 1, widget


def test_the_primary_button_is_visible_at_1280_by_720(window: MainWindow) -> None:
    window.resize(1280, 720)
    window.show_right("generate")
    QApplication.processEvents()
    button = window.generate.work.button
    assert button.visibleRegion().boundingRect().height() == button.height()


def test_the_transport_bar_shows_time_bar_tempo_and_key(window: MainWindow, session: FakeSession) -> None:
    session.seek(round(12.48 * 48_000))
    window.tick()
    bar = window.transport_bar
    assert bar.time.text() == "00:12.480"
    assert bar.position.text().startswith("bar 5.2.")
    assert bar.tempo.text() == "84.0 BPM · D minor"


def test_unsaved_steps_are_counted(window: MainWindow, session: FakeSession) -> None:
    n = session.unsaved_steps
    session.apply(SetMuted(session.project.tracks[0].track_id, muted=True))
    assert window.transport_bar.unsaved.text() == f"{n + 1} unsaved steps"
    assert "•" in window.windowTitle()


def test_a_clean_project_shows_no_unsaved_steps(empty_window: MainWindow) -> None:
    assert not empty_window.transport_bar.unsaved.isVisible()
    assert "•" not in empty_window.windowTitle()


def test_the_project_menu_opens_another_project(window: MainWindow, session: FakeSession) -> None:
    menu = window.transport_bar.project_menu()
    assert [action.isChecked() for action in menu.actions()[:2]] == [True, False]
    menu.actions()[1].trigger()
    assert session.calls[-1] == ("open_project", "repo-2")


def test_the_branch_menu_switches(window: MainWindow, session: FakeSession) -> None:
    menu = window.transport_bar.branch_menu()
    next(action for action in menu.actions() if action.text() == "late-night").trigger()
    assert session.calls[-1] == ("switch_branch", "late-night")


def test_a_problem_shows_sentence_and_hint_until_it_is_closed(
    window: MainWindow, session: FakeSession
) -> None:
    session.problem.emit(Problem("The disk is full.", "Free 1 GB."))
    banner: Banner = window.banner
    assert banner.isVisible()
    assert banner.problem_card.sentence.text() == "The disk is full."
    assert banner.problem_card.hint.text() == "Free 1 GB."
    assert window.isEnabled()
    banner.problem_card.close_button.click()
    assert not banner.isVisible()


def test_an_earlier_problem_waits_behind_the_latest(window: MainWindow, session: FakeSession) -> None:
    session.problem.emit(Problem("One.", ""))
    session.problem.emit(Problem("Two.", ""))
    session.problem.emit(Problem("One.", ""))
    assert window.banner.n_problems == 2
    window.banner.problem_card.close_button.click()
    assert window.banner.problem_card.sentence.text() == "Two."


def test_text_of_a_problem_is_never_read_as_markup(window: MainWindow, session: FakeSession) -> None:
    session.problem.emit(Problem("<b>x</b>.wav cannot be read.", "<i>y</i>"))
    assert window.banner.problem_card.sentence.textFormat() == Qt.TextFormat.PlainText
    assert window.banner.problem_card.hint.textFormat() == Qt.TextFormat.PlainText


def test_a_notice_leaves_by_itself(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    window.banner._timer.setInterval(20)
    session.notice.emit("Committed “Softer hats”.")
    assert window.banner.notice_card.sentence.text() == "Committed “Softer hats”."
    qtbot.waitUntil(lambda: not window.banner.isVisible())


def test_the_status_line_tells_the_truth_about_device_and_sound(
    window: MainWindow, session: FakeSession
) -> None:
    session.device_label, session.is_device_ok = "CPU, because the driver is too old", False
    session.transport_state = replace(
        session.transport_state,
        is_silent=True,
        notice_sentence="No sound card was found.",
        notice_hint="Connect one.",
    )
    session.emit(device=True)
    bar = window.status_bar
    assert bar.device.text() == "CPU, because the driver is too old"
    assert bar.dot.accessibleName() == "needs attention"
    assert bar.sound.text() == "No sound card: playing silently"
    assert bar.sound.toolTip() == "No sound card was found. Connect one."
    assert "free" in bar.disk.text()


def test_the_status_line_offers_an_output_before_any_was_opened(
    window: MainWindow, session: FakeSession
) -> None:
    session.transport_state = replace(session.transport_state, device_label="", latency_seconds=0.0)
    session.emit(device=True)
    assert window.status_bar.sound.text() == "Sound output…"


def test_the_sound_menu_chooses_an_output(window: MainWindow, session: FakeSession) -> None:
    menu = window.status_bar.output_menu()
    next(action for action in menu.actions() if action.text() == "Headphones").trigger()
    assert session.calls[-1] == ("choose_output", "Headphones")


def test_the_playhead_moves_on_screen_while_playing(
    window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    session.play_or_stop()
    session.playhead_frame = 96_000
    qtbot.waitUntil(lambda: window.transport_bar.time.text() == "00:02.000")
    assert window.transport_bar.play.accessibleName().startswith("Stop")


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_window_is_drawn_into_a_png(
    tmp_path: Path, session: FakeSession, qtbot: QtBot, scale: float
) -> None:
    window = MainWindow(session)  # type: ignore[arg-type]
    qtbot.addWidget(window)
    path = tmp_path / "window.png"
    grab_to_png(window, path, QSize(1280, 720), scale)
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1280 * scale, 720 * scale)
    colors = {image.pixelColor(x, image.height() // 3).name() for x in range(0, image.width(), 7)}
    assert len(colors) > 20


def test_every_control_has_a_name_and_is_large_enough_to_hit(window: MainWindow) -> None:
    from PySide6.QtWidgets import QAbstractButton

    for tab in ("generate", "split", "loop", "listen"):
        window.show_right(tab)
        QApplication.processEvents()
        for button in window.findChildren(QAbstractButton):
            if button.isVisible():
                assert button.accessibleName() or button.text(), button
                assert min(button.width(), button.height()) >= 24, (
                    button,
                    button.text(),
                    button.accessibleName(),
                )


def test_long_names_do_not_push_anything_out_of_the_bar(tmp_path: Path, qtbot: QtBot, qapp: object) -> None:
    session = full_session(tmp_path)
    session._undo.amend(lambda project: replace(project, name="A very long name of a project " * 4))
    session.branch = "a-branch-with-a-very-long-name-that-goes-on"
    window = opened(session, qtbot)
    window.resize(1024, 640)
    QApplication.processEvents()
    bar = window.transport_bar
    shown = [bar.project, bar.branch, bar.unsaved, bar.to_start, bar.play, bar.loop, bar.export]
    for left, right in itertools.pairwise(shown):
        assert left.mapTo(bar, QPoint(left.width(), 0)).x() <= right.mapTo(bar, QPoint(0, 0)).x()
    assert bar.export.mapTo(bar, QPoint(bar.export.width(), 0)).x() <= bar.width()
    end(window)
    session.close()
