"""The verb that says what works and why not."""

import typer

from infinite_studio.cli.terminal import JsonOption, table, tell
from infinite_studio.services.doctor import examine
from infinite_studio.settings.folders import Folders


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command()(doctor)


def doctor(json: JsonOption = False) -> None:
    """Say what works on this computer, and why not.

    Checks Python, torch, the device, the sound card, codecs, the library folder and the disk.
    """
    checks = examine(Folders.standard())
    values = {name: {"works": check.works, "reason": check.reason} for name, check in checks.items()}
    rows = [("works" if check.works else "FAILS", name, check.reason) for name, check in checks.items()]
    tell(values, table(rows), as_json=json)
