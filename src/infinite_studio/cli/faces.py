"""What the command line needs from the window, handed in by the application."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infinite_studio.settings.folders import Folders


@dataclass(frozen=True)
class Faces:
    """How to open the window, and how to draw it into a picture without a screen."""

    open_window: Callable[[], int]
    draw_window: Callable[[Folders, Path], None]
