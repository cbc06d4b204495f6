"""Logs reach files, never grow without bound, and catch what nobody caught."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from infinite_studio.settings.logs import (
    FILE_BYTES,
    FILE_COUNT,
    configure_logging,
    install_exception_hooks,
    release_logging,
)


@pytest.fixture(autouse=True)
def released() -> Iterator[None]:
    yield
    release_logging()
    logging.getLogger("infinite_studio").setLevel(logging.NOTSET)


def test_the_log_reaches_a_file(tmp_path):
    assert configure_logging(tmp_path / "logs") == ""
    logging.getLogger("infinite_studio.audio").info("a line with ♯ and ♭")
    assert "a line with ♯ and ♭" in (tmp_path / "logs" / "studio.log").read_text(encoding="utf-8")


def test_logs_never_take_more_than_five_megabytes(tmp_path):
    configure_logging(tmp_path)
    line = "x" * 50_000
    for _ in range(150):
        logging.getLogger("infinite_studio").info(line)
    files = list(tmp_path.iterdir())
    assert len(files) == FILE_COUNT
    assert sum(file.stat().st_size for file in files) <= FILE_BYTES * FILE_COUNT


def test_configuring_twice_writes_every_line_once(tmp_path):
    configure_logging(tmp_path)
    configure_logging(tmp_path)
    logging.getLogger("infinite_studio").info("once")
    assert (tmp_path / "studio.log").read_text().count("once") == 1


def test_a_folder_that_cannot_be_written_sends_the_log_to_stderr_with_a_notice(tmp_path, capsys):
    (tmp_path / "logs").write_text("a file where the folder should be")
    notice = configure_logging(tmp_path / "logs")
    logging.getLogger("infinite_studio").info("still heard")
    assert "cannot be written" in notice
    assert "still heard" in capsys.readouterr().err


def test_an_uncaught_exception_is_logged_and_passed_on(tmp_path):
    configure_logging(tmp_path)
    seen = []
    undo = install_exception_hooks(lambda kind, error, trace: seen.append(error))
    try:
        error = ValueError("nobody caught me")
        sys.excepthook(ValueError, error, None)
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        undo()
    assert seen[0] is error
    assert isinstance(seen[1], ZeroDivisionError)
    log = (tmp_path / "studio.log").read_text()
    assert "nobody caught me" in log
    assert "ZeroDivisionError" in log


def test_undoing_the_hooks_puts_the_old_ones_back():
    before = (sys.excepthook, threading.excepthook)
    install_exception_hooks(lambda kind, error, trace: None)()
    assert (sys.excepthook, threading.excepthook) == before


def test_an_interrupt_from_the_keyboard_goes_the_usual_way_and_is_no_bug(monkeypatch):
    usual, seen = [], []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: usual.append(kind))
    undo = install_exception_hooks(lambda kind, error, trace: seen.append(error))
    try:
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    finally:
        undo()
    assert usual == [KeyboardInterrupt]
    assert seen == []
