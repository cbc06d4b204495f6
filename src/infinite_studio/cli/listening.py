"""The verbs that listen to sounds and find them by sound."""

from pathlib import Path
from typing import Annotated, Any

import typer

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.cli.terminal import JsonOption, TerminalProgress, table, tell
from infinite_studio.errors import StudioError
from infinite_studio.progress import Part
from infinite_studio.services import listening, searching
from infinite_studio.services.searching import Finds
from infinite_studio.services.studio import opened_studio
from infinite_studio.settings.folders import Folders


class NothingToFindError(StudioError):
    """A search with neither words nor a sound."""

    def __init__(self) -> None:
        super().__init__(
            "There is nothing to look for.", hint="Write words to find, or a file after --like; not both."
        )


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.command()(analyze)
    app.command()(search)


def analyze(
    files: Annotated[list[Path], typer.Argument(help="The sounds to listen to.", metavar="FILE...")],
    json: JsonOption = False,
) -> None:
    """Find tempo, key, chords, sections, loudness and mood of sounds."""
    progress = TerminalProgress()
    found = []
    for done, file in enumerate(files):
        part = Part(progress, done / len(files), (done + 1) / len(files))
        found.append((file, listening.listen_to_path(file, part).analysis))
    progress.finish()
    values = [_values(file, analysis) for file, analysis in found]
    whole = values[0] if len(values) == 1 else {"files": values}
    tell(whole, "\n\n".join(_text(file, analysis) for file, analysis in found), as_json=json)


def search(
    words: Annotated[
        str, typer.Argument(help="What it sounds like, in words; needs the model clap-music.")
    ] = "",
    like: Annotated[Path | None, typer.Option("--like", help="Find what sounds like this file.")] = None,
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="How many at most.")] = 12,
    listen: Annotated[
        bool, typer.Option(help="First listen to every sound that nobody listened to yet.")
    ] = True,
    json: JsonOption = False,
) -> None:
    """Find sounds of the library and the history by sound or by words."""
    if bool(words.strip()) == (like is not None):
        raise NothingToFindError
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        if like is None:
            from infinite_studio.engines.clap.embedder import ClapEmbedder

            embedder = ClapEmbedder(studio.weights)
            finds = searching.find_words(words, embedder, studio, progress, count=count)
        else:
            if listen:
                searching.listen_to_everything(studio, Part(progress, 0.0, 0.9))
            finds = searching.find_like_file(like, studio, Part(progress, 0.9, 1.0), count=count)
    progress.finish()
    tell(_found_values(finds), _found_text(finds), as_json=json)


def _values(file: Path, analysis: Analysis) -> dict[str, Any]:
    values = analysis.to_json()
    chords = [{"start_seconds": start, "name": name} for start, name in values["chords"]]
    sections = [
        {"start_seconds": start, "end_seconds": end, "label": label}
        for start, end, label in values["sections"]
    ]
    return {"file": file, **values, "channels": analysis.n_channels, "chords": chords, "sections": sections}


def _text(file: Path, found: Analysis) -> str:
    tempo = "no clear tempo" if found.tempo_bpm is None else f"{found.tempo_bpm:.2f} BPM"
    if found.tempo_bpm is not None:
        tempo += f" ({found.tempo_confidence:.0%} sure), {found.time_signature}"
    key = "no clear key"
    if found.key is not None:
        runner_up = f", or {found.runner_up_key}" if found.runner_up_key else ""
        key = f"{found.key} ({found.key_confidence:.0%} sure{runner_up}), Camelot {found.camelot}"
    rows = [
        ("Tempo", tempo),
        ("Key", key),
        ("Chords", " ".join(chord.name for chord in found.chords) or "none clear"),
        ("Sections", " ".join(f"{s.label} {s.start_seconds:.1f} s" for s in found.sections) or "none"),
        ("Loudness", _loudness(found)),
        ("Mood", "none" if found.mood is None else _mood(found)),
        ("Like", found.style or "no built-in style"),
        ("In words", found.prompt or "nothing to describe"),
        ("Length", f"{found.duration_seconds:.2f} s, {found.sample_rate:,} Hz, {found.n_channels} channels"),
    ]
    return f"{file.name}\n{table([(f'  {label}', text) for label, text in rows])}"


def _loudness(found: Analysis) -> str:
    if found.loudness_lufs is None:
        return "no loudness"
    parts = [f"{found.loudness_lufs:.1f} LUFS"]
    if found.loudness_range_lu is not None:
        parts.append(f"range {found.loudness_range_lu:.1f} LU")
    if found.true_peak_dbtp is not None:
        parts.append(f"true peak {found.true_peak_dbtp:.1f} dBTP")
    return ", ".join(parts)


def _mood(found: Analysis) -> str:
    assert found.mood is not None
    return f"{found.mood.word} (valence {found.mood.valence:+.2f}, arousal {found.mood.arousal:+.2f})"


def _found_values(finds: Finds) -> dict[str, Any]:
    found = [
        {"object_id": f.object_id, "name": f.name, "where": f.where, "likeness": round(f.likeness, 4)}
        for f in finds.finds
    ]
    return {"query": finds.query, "by_words": finds.by_words, "found": found, "heard": finds.n_heard, "unheard": finds.n_unheard}  # fmt: skip


def _found_text(finds: Finds) -> str:
    if not finds.finds:
        return "Nothing was found: the library and the history hold no other sound that was listened to."
    return table([(f"{f.likeness:4.0%}", f.name, f.where) for f in finds.finds])
