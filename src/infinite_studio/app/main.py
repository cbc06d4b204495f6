"""The entry point of the command and of the packaged app."""

import codecs
import io
import multiprocessing
import os
import sys
from pathlib import Path

from infinite_studio.settings.folders import Folders

EXIT_NO_DISPLAY = 2


def main() -> None:
    """Open the window, or do what the verb says, and leave with its exit code."""
    multiprocessing.freeze_support()
    let_streams_hold_everything()
    arguments = sys.argv[1:]
    if not arguments:
        sys.exit(open_window())
    from infinite_studio.cli.faces import Faces
    from infinite_studio.cli.main import run

    sys.exit(run(Faces(open_window, draw_window), arguments))


def let_streams_hold_everything() -> None:
    """Let no name end a verb: on Windows files and pipes get UTF-8, and what a terminal cannot show becomes “?”."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_redirected = sys.platform == "win32" and not stream.isatty()
            encoding = "utf-8" if is_redirected else stream.encoding
            is_utf8 = codecs.lookup(encoding).name == "utf-8"
            stream.reconfigure(encoding=encoding, errors="surrogateescape" if is_utf8 else "replace")


def open_window() -> int:
    """Open the window and return the exit code; say so and return 2 where there is no display."""
    if not has_display():
        sys.stderr.write(
            "Infinite Studio has no display to open its window on.\n"
            "Try “infinite-studio tour --out tour” for what it does without one, or “infinite-studio --help”.\n"
        )
        return EXIT_NO_DISPLAY
    from infinite_studio.app.window import run_window

    return run_window(Folders.standard())


def draw_window(folders: Folders, picture: Path) -> None:
    """Draw the window with the project worked on last into a PNG, without a screen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from infinite_studio.app.window import draw

    draw(folders, picture)


def has_display() -> bool:
    """Whether Qt will find something to draw on."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    main()
