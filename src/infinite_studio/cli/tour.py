"""The verb that shows everything once, without a window."""

import time
from pathlib import Path
from typing import Annotated

import typer

from infinite_studio.cli.faces import Faces
from infinite_studio.cli.terminal import JsonOption, TerminalProgress, tell
from infinite_studio.services.studio import opened_studio
from infinite_studio.services.tour import run_tour, summary_values
from infinite_studio.settings.folders import Folders


def register(app: typer.Typer, faces: Faces) -> None:
    """Add the verb to the command line."""

    @app.command()
    def tour(
        out: Annotated[Path, typer.Option("--out", help="Folder for sounds, picture and summary.")],
        json: JsonOption = False,
    ) -> None:
        """Do the main job once, from a sentence to sound files.

        Composes, imports, splits, commits, forks and exports, and draws the window with the result.
        """
        began = time.monotonic()
        folders = Folders.under(out.resolve() / "library")
        progress = TerminalProgress()
        with opened_studio(folders) as studio:
            summary = run_tour(out.resolve(), studio, progress)
        progress.finish()
        picture = out.resolve() / "window.png"
        faces.draw_window(folders, picture)
        elapsed = round(time.monotonic() - began, 2)
        values = {**summary_values(summary), "window": str(picture), "elapsed_seconds": elapsed}
        lines = [
            f"The tour took {elapsed:.1f} s and wrote:",
            *map(str, summary.sounds),
            str(picture),
            str(summary.summary),
        ]
        tell(values, "\n".join(lines), as_json=json)
