"""Logs in rotating files, and hooks for exceptions that nobody caught."""

import logging
import logging.handlers
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

FILE_NAME = "studio.log"
FILE_BYTES = 1_000_000
FILE_COUNT = 5
LINE = "%(asctime)s %(levelname)s %(name)s [%(threadName)s] %(message)s"

OnBug = Callable[[type[BaseException], BaseException, TracebackType | None], None]

logger = logging.getLogger(__name__)


def configure_logging(folder: Path, *, level: int = logging.INFO, to_stderr: bool = False) -> str:
    """Send the studio's log to files in a folder, replacing what an earlier call set up.

    Returns a notice for the person, empty where all is well: a folder that cannot be written to
    sends the log to stderr alone.
    """
    root = logging.getLogger("infinite_studio")
    release_logging()
    notice = ""
    try:
        root.addHandler(_file_handler(folder))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        notice = f"The log cannot be written to “{folder}” ({reason}); it goes to the terminal instead."
        to_stderr = True
    if to_stderr:
        root.addHandler(_named(logging.StreamHandler()))
    root.setLevel(level)
    if notice:
        logger.warning(notice)
    return notice


def release_logging() -> None:
    """Close and remove the handlers that `configure_logging` set up."""
    root = logging.getLogger("infinite_studio")
    for handler in [h for h in root.handlers if h.get_name() == LINE]:
        root.removeHandler(handler)
        handler.close()


def install_exception_hooks(on_bug: OnBug) -> Callable[[], None]:
    """Log every exception that nobody caught, in any thread, and pass it on; return what undoes this.

    ``on_bug`` is called in the thread of the exception. Interrupts from the keyboard go the usual way.
    """
    before = (sys.excepthook, threading.excepthook)

    def handle(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            before[0](kind, error, trace)
            return
        logger.critical("An exception that nobody caught:", exc_info=(kind, error, trace))
        on_bug(kind, error, trace)

    def handle_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            handle(args.exc_type, args.exc_value, args.exc_traceback)

    def undo() -> None:
        sys.excepthook, threading.excepthook = before

    sys.excepthook = handle
    threading.excepthook = handle_in_thread
    return undo


def _file_handler(folder: Path) -> logging.Handler:
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        folder / FILE_NAME, maxBytes=FILE_BYTES, backupCount=FILE_COUNT - 1, encoding="utf-8"
    )
    return _named(handler)


def _named(handler: logging.Handler) -> logging.Handler:
    handler.set_name(LINE)
    handler.setFormatter(logging.Formatter(LINE))
    return handler
