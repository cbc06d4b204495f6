"""Between use cases and a terminal: results to stdout, everything else to stderr."""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from infinite_studio.cli.interruption import check_interruption

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
ProjectOption = Annotated[
    str, typer.Option("--project", "-p", help="Name or id of a project in the library.")
]


_TOLD_AFTER_SECONDS, _TOLD_FROM = 3.0, 0.02
_SECONDS_PER_MINUTE = 60


class TerminalProgress:
    """Shows one line on stderr where that is a terminal, and is silent otherwise."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._stage = ""
        self._began = time.monotonic()

    def report(self, fraction: float, stage: str = "") -> None:
        """Draw the line anew; an interruption ends the work here at the latest."""
        check_interruption()
        self._stage = stage or self._stage
        if self._is_shown:
            left = time_left(fraction, time.monotonic() - self._began)
            typer.echo(f"\r\x1b[K{fraction:4.0%}  {self._stage}{left}", nl=False, err=True)

    def share(self, partial: object) -> None:
        """Show nothing: a terminal has no waveforms."""

    def finish(self) -> None:
        """Wipe the line."""
        if self._is_shown:
            typer.echo("\r\x1b[K", nl=False, err=True)


def time_left(fraction: float, elapsed_seconds: float) -> str:
    """Say how long work still takes that goes on as it began; nothing before that can be told."""
    if elapsed_seconds < _TOLD_AFTER_SECONDS or not _TOLD_FROM <= fraction < 1.0:
        return ""
    seconds = elapsed_seconds * (1.0 - fraction) / fraction
    if seconds < _SECONDS_PER_MINUTE:
        return f"  {max(round(seconds), 1)} s left"
    return f"  {round(seconds / _SECONDS_PER_MINUTE)} min left"


def tell(values: Mapping[str, Any], text: str, *, as_json: bool) -> None:
    """Print a result: the values as one JSON object, or the text."""
    typer.echo(json.dumps(values, ensure_ascii=False, default=_plain) if as_json else text)


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Return rows with their columns aligned."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _plain(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
