"""The command line: verbs from the neighbours, exit codes and messages from here."""

import logging
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from infinite_studio import __version__
from infinite_studio.cli import (
    doctor,
    generate,
    history,
    hum,
    listening,
    loops,
    models,
    projects,
    sounds,
    tour,
)
from infinite_studio.cli.faces import Faces
from infinite_studio.cli.interruption import Interruption
from infinite_studio.errors import StudioError

EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED = 0, 1, 130

logger = logging.getLogger(__name__)


def build(faces: Faces) -> typer.Typer:
    """Return the command line; without a verb it opens the window."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

    @app.callback(invoke_without_command=True)
    def window(
        context: typer.Context,
        version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    ) -> None:
        """Infinite Studio: describe, drop or split sound, arrange it, and keep every version."""
        if version:
            typer.echo(f"infinite-studio {__version__}")
        elif context.invoked_subcommand is None:
            raise typer.Exit(faces.open_window())

    for verbs in (generate, sounds, listening, projects, history, models, doctor, loops, hum):
        verbs.register(app)
    tour.register(app, faces)
    return app


def run(faces: Faces, arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code: 0 done, 1 expected failure, 2 wrong usage, 130 interrupted."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    Interruption().listen()
    try:
        build(faces)(args=list(arguments), prog_name="infinite-studio")
    except StudioError as error:
        typer.echo("\n".join(filter(None, (str(error), error.hint))), err=True)
        return EXIT_FAILED
    except SystemExit as leaving:
        if leaving.code == EXIT_INTERRUPTED:
            typer.echo("Interrupted; nothing half-written is left.", err=True)
        return leaving.code if isinstance(leaving.code, int) else EXIT_DONE
    return EXIT_DONE
