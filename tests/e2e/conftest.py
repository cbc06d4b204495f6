"""The command line as a person types it."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infinite_studio.cli.faces import Faces
from infinite_studio.cli.main import run

PROGRAM = Path(sys.executable).with_name("infinite-studio")
OPEN_MS = 60_000
SCREENS = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}


class StudioCommand:
    """Runs verbs in a home of their own: in this process, which costs no start, or as the installed program."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._environment = {name: value for name, value in os.environ.items() if name not in SCREENS}
        self.move_to(home)

    def move_to(self, home: Path) -> None:
        """Go to another computer, as far as the studio can tell."""
        self._environment["INFINITE_STUDIO_HOME"] = str(home)
        self._monkeypatch.setenv("INFINITE_STUDIO_HOME", str(home))

    def __call__(self, *arguments: object, code: int = 0) -> "subprocess.CompletedProcess[str]":
        """Run one verb here and require its exit code."""
        words = [str(word) for word in arguments]
        out, told = io.StringIO(), io.StringIO()
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
                left = run(Faces(_no_window, _no_window), words)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        assert left == code, f"{out.getvalue()}\n{told.getvalue()}"
        return subprocess.CompletedProcess(words, left, out.getvalue(), told.getvalue())

    def process(self, *arguments: object, code: int = 0) -> "subprocess.CompletedProcess[str]":
        """Run the installed program and require its exit code."""
        command = [str(PROGRAM), *map(str, arguments)]
        result = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=False, timeout=100
        )
        assert result.returncode == code, f"{result.stdout}\n{result.stderr}"
        return result


@pytest.fixture
def window(qtbot, folders) -> Iterator[object]:
    """The real window over an empty library, taken down in the application's order."""
    from infinite_studio.app.window import assemble
    from infinite_studio.soundcard.transport import Transport

    studio = assemble(folders, Transport())
    qtbot.addWidget(studio.window)
    studio.window.show()
    studio.session.start()
    qtbot.waitUntil(lambda: studio.session.is_open, timeout=OPEN_MS)
    yield studio.window
    studio.window.close()
    assert studio.session.close()


@pytest.fixture
def studio_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudioCommand:
    """The command line with a library of its own."""
    return StudioCommand(tmp_path / "home", monkeypatch)


def _no_window(*_: object) -> int:
    raise AssertionError("a verb opened a window")
