"""The verbs about the weights of models: what is here, what it costs to have more, and where it lies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from infinite_studio.audio.files import free_bytes, readable_size
from infinite_studio.cli.terminal import JsonOption, TerminalProgress, table, tell
from infinite_studio.services import weights as use_cases
from infinite_studio.settings.folders import Folders
from infinite_studio.weights.catalogue import entry_named
from infinite_studio.weights.status import WeightsStatus

EXIT_DAMAGED = 1

NameArgument = Annotated[str, typer.Argument(help="A name from “models list”.")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(
        help="The weights of models: list, download, verify, remove, move.", no_args_is_help=True
    )
    group.command("list")(list_models)
    for verb in (download, verify, remove, move, where):
        group.command()(verb)
    app.add_typer(group, name="models")


def list_models(json: JsonOption = False) -> None:
    """List the models. Says what each is for, what it takes, its licence, and whether it is here."""
    statuses = use_cases.open_weights(Folders.standard()).status()
    rows = [("NAME", "STATE", "DOWNLOAD", "MEMORY", "LICENCE", "FOR")]
    rows += [
        (
            status.entry.name,
            status.state.value,
            readable_size(status.missing_bytes) if status.missing_bytes else "—",
            readable_size(status.entry.memory_bytes),
            status.entry.licence,
            status.entry.purpose,
        )
        for status in statuses
    ]
    tell({"models": [_values(status) for status in statuses]}, table(rows), as_json=json)


def download(name: NameArgument, json: JsonOption = False) -> None:
    """Fetch a model with all that it needs. Goes on where an earlier download stopped."""
    store = use_cases.open_weights(Folders.standard())
    with _shown() as progress:
        status = use_cases.download_weights(use_cases.DownloadRequest(name), store, progress)
    tell(_values(status), f"{name} is here: {status.folder}", as_json=json)


def verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which ones; without names, all that are here.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Read models again and compare them with what they should be. Exits with 1 where one is damaged."""
    store = use_cases.open_weights(Folders.standard())
    for name in names or ():
        entry_named(name)
    with _shown() as progress:
        verified = use_cases.verify_weights(names or use_cases.verifiable_names(store), store, progress)
    values = [
        {"name": each.name, "damaged": list(each.damaged), "compared_with": each.compared_with.name.lower()}
        for each in verified
    ]
    text = "\n".join(each.sentence for each in verified) or "There is nothing to verify yet."
    tell({"verified": values}, text, as_json=json)
    if any(each.damaged for each in verified):
        raise typer.Exit(EXIT_DAMAGED)


def remove(name: NameArgument, json: JsonOption = False) -> None:
    """Delete a model from this computer; it can be downloaded again."""
    store = use_cases.open_weights(Folders.standard())
    before = store.status_of(name)
    after = use_cases.remove_weights(name, store, for_good=True)
    tell(
        _values(after), f"{name} is removed; {readable_size(before.size_bytes)} are free again.", as_json=json
    )


def move(
    folder: Annotated[Path, typer.Argument(help="Where all models shall lie from now on.")],
    json: JsonOption = False,
) -> None:
    """Bring all models to another folder. They are looked for there from now on."""
    folders = Folders.standard()
    store = use_cases.open_weights(folders)
    with _shown() as progress:
        place = use_cases.move_weights(folder, store, folders, progress)
    tell({"folder": place}, f"The models lie in {place} now.", as_json=json)


def where(json: JsonOption = False) -> None:
    """Say where the models lie. Also what they take, and what is free there."""
    store = use_cases.open_weights(Folders.standard())
    used, free = store.used_bytes(), free_bytes(store.folder)
    values = {"folder": store.folder, "used_bytes": used, "free_bytes": free, "cache": store.cache_folder}
    tell(values, f"{store.folder}\n{readable_size(used)} used, {readable_size(free)} free", as_json=json)


def _values(status: WeightsStatus) -> dict[str, Any]:
    entry = status.entry
    return {
        "name": entry.name,
        "label": entry.label,
        "for": entry.purpose,
        "state": status.state.name.lower(),
        "is_here": status.state.is_usable,
        "folder": status.folder if status.state.is_usable else None,
        "size_bytes": status.size_bytes,
        "missing_bytes": status.missing_bytes,
        "memory_bytes": entry.memory_bytes,
        "licence": entry.licence,
        "repository": entry.repository_id,
        "commit": status.commit,
        "needs": list(entry.needs),
        "damaged": list(status.damaged),
    }


@contextmanager
def _shown() -> Iterator[TerminalProgress]:
    progress = TerminalProgress()
    try:
        yield progress
    finally:
        progress.finish()
