"""Make the window with everything behind it, and take it down in order."""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication

from infinite_studio import __version__
from infinite_studio.engines.device import may_have_graphics_card
from infinite_studio.jobs.estimates import DurationEstimates
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.services.session import StudioSession
from infinite_studio.settings.folders import Folders
from infinite_studio.settings.logs import configure_logging, install_exception_hooks
from infinite_studio.settings.settings import SettingsStore
from infinite_studio.soundcard.transport import Transport
from infinite_studio.ui.app_icon import app_icon
from infinite_studio.ui.main_window import MainWindow, grab_to_png

logger = logging.getLogger(__name__)

DEVICE_TEST_DELAY_MS = 3_000
PLOTTING_DELAY_MS = 2_000
SIGNAL_POLL_MS = 200
PICTURE_SIZE = QSize(1600, 1000)
PICTURE_SECONDS = 20.0
PICTURE_REST_SECONDS = 1.0
SWITCH_INTERVAL_SECONDS = 0.001


@dataclass(frozen=True)
class Studio:
    """The window and the session behind it."""

    session: StudioSession
    window: MainWindow


def make_application() -> QApplication:
    """Return the one QApplication, named so that the system knows it."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Infinite Studio")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("infinite-studio")
    application.setWindowIcon(app_icon())
    return application


def assemble(folders: Folders, transport: Transport | None = None) -> Studio:
    """Wire the window to a session; nothing is opened yet."""
    settings_store = SettingsStore(folders.config / "settings.json")
    jobs = JobRunner(DurationEstimates(folders.cache / "durations.json"))
    session = StudioSession(folders, settings_store, jobs, transport or Transport())
    return Studio(session, MainWindow(session))


def run_window(folders: Folders) -> int:
    """Show the window first, then open the library behind it, and stay until it is closed."""
    log_notice = configure_logging(folders.logs)
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    application = make_application()
    studio = assemble(folders)
    undo_hooks = install_exception_hooks(studio.session.report_bug)
    heartbeat = _listen_to_signals(application)
    studio.window.show()
    QTimer.singleShot(0, studio.session.start)
    QTimer.singleShot(PLOTTING_DELAY_MS, partial(_load_plotting, studio.session.jobs))
    if may_have_graphics_card():
        QTimer.singleShot(DEVICE_TEST_DELAY_MS, studio.session.test_device)
    if log_notice:
        studio.session.notice.emit(log_notice)
    code = application.exec()
    heartbeat.stop()
    undo_hooks()
    if not studio.session.close():
        logger.warning("Some work did not stop in time; leaving without it.")
        logging.shutdown()
        # Returning would destroy a running QThread, which aborts the process; everything is saved by now.
        os._exit(code)
    return code


def draw(folders: Folders, picture: Path) -> None:
    """Open the project worked on last and draw the window into a PNG."""
    make_application()
    studio = assemble(folders)
    studio.session.start()
    _settle(lambda: studio.session.is_open and studio.session.jobs.is_idle)
    studio.window.resize(PICTURE_SIZE)
    studio.window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    studio.window.show()
    studio.window.generate.prompt.setPlainText(_first_prompt(studio.session))
    shown = time.monotonic()
    _settle(lambda: time.monotonic() > shown + PICTURE_REST_SECONDS and studio.session.jobs.is_idle)
    grab_to_png(studio.window, picture, PICTURE_SIZE)
    studio.session.close()


def _load_plotting(jobs: JobRunner) -> None:
    """Load behind the window what its first plot would otherwise wait for."""
    from infinite_studio.ui.level_plot import load_plotting

    jobs.submit(Job("Loading plots", "_plotting", LaneName.NETWORK, lambda _: load_plotting()))


def _settle(is_ready: Callable[[], bool]) -> None:
    """Let events pass until something is ready, or for so long that the picture is taken as it is."""
    deadline = time.monotonic() + PICTURE_SECONDS
    while not is_ready() and time.monotonic() < deadline:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def _first_prompt(session: StudioSession) -> str:
    recipes = (clip.recipe for _, clip in session.project.clips() if clip.recipe is not None)
    return next((recipe.prompt for recipe in recipes if recipe.prompt), "")


def _listen_to_signals(application: QApplication) -> QTimer:
    """Let Ctrl+C and SIGTERM close the window: Python sees signals only while it runs, hence the heartbeat.

    A signal comes between any two lines, even in the middle of an import, so it only asks the event loop to leave.
    """

    def leave(*_: object) -> None:
        QTimer.singleShot(0, application.quit)

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    heartbeat = QTimer()
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(SIGNAL_POLL_MS)
    return heartbeat
