"""Weights that a verb needs and that are not here yet."""

import sys
from typing import Annotated

import typer

from infinite_studio.cli.terminal import TerminalProgress
from infinite_studio.services.weights import DownloadRequest, download_weights, open_weights
from infinite_studio.settings.folders import Folders
from infinite_studio.weights.errors import MissingWeightsError

DownloadOption = Annotated[
    bool | None,
    typer.Option(
        "--download/--no-download",
        help="Fetch what the engine lacks, or not; a terminal is asked, a script that names an engine wants it.",
        show_default=False,
    ),
]


def fetch_missing(names: tuple[str, ...], progress: TerminalProgress, *, wanted: bool | None) -> None:
    """Download weights that something named by a person lacks.

    Where nothing was said, a person at a terminal is asked once; elsewhere it is told what comes, for nobody else
    could answer.

    Raises
    ------
    MissingWeightsError
        If something is missing and is not to be downloaded.
    """
    weights = open_weights(Folders.standard())
    for name in names:
        try:
            weights.folder_of(name)
        except MissingWeightsError as error:
            wanted = _is_agreed(error) if wanted is None else wanted
            if not wanted:
                error.hint = f"Add --download, or first run: infinite-studio models download {name}"
                raise
            download_weights(DownloadRequest(name), weights, progress)


def _is_agreed(error: MissingWeightsError) -> bool:
    if sys.stdin.isatty() and sys.stderr.isatty():
        return typer.confirm(f"{error} Download?", err=True)
    typer.echo(f"{error} Downloading; --no-download refuses.", err=True)
    return True
