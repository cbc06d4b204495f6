"""The verbs that listen to sounds and find them by sound."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.analysis.beat_tracking import BUILT_IN
from infinite_studio.cli.terminal import JsonOption, TerminalProgress, table, tell
from infinite_studio.errors import StudioError
from infinite_studio.progress import Part
from infinite_studio.services import searching
from infinite_studio.services.beat_choice import BeatChoice, standalone_tracker
from infinite_studio.services.listening_files import FOUND, Said, analysis_of_file, key_said, say_about_file
from infinite_studio.services.searching import Finds
from infinite_studio.services.studio import opened_studio
from infinite_studio.settings.folders import Folders


class NothingToFindError(StudioError):
    """A search with neither words nor a sound."""

    def __init__(self) -> None:
        super().__init__(
            "There is nothing to look for.", hint="Write words to find, or a file after --like; not both."
        )


class UnknownTempoError(StudioError):
    """A text that names no tempo."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is not a tempo.", hint="Write a number of beats per minute, or “found”.")
        self.text = text


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.command()(analyze)
    app.command()(search)


def analyze(
    files: Annotated[list[Path], typer.Argument(help="The sounds to listen to.", metavar="FILE...")],
    tempo: Annotated[
        str, typer.Option(help="Say what the tempo is, in BPM, or “found” to take that back.")
    ] = "",
    key: Annotated[
        str, typer.Option(help="Say what the key is, such as “F# minor”, or “none”, or “found”.")
    ] = "",
    lock_tempo: Annotated[
        bool | None, typer.Option("--lock-tempo/--unlock-tempo", help="Keep the tempo from being changed.")
    ] = None,
    lock_key: Annotated[
        bool | None, typer.Option("--lock-key/--unlock-key", help="Keep the key from being changed.")
    ] = None,
    beats: Annotated[
        BeatChoice,
        typer.Option(
            help="Who finds tempo, beats and bars: beat_this where its weights are here, only it, or the built-in estimator."
        ),
    ] = BeatChoice.AUTO,
    json: JsonOption = False,
) -> None:
    """Find tempo, key, chords, sections, loudness and mood of sounds, or correct tempo and key.

    What is said about a sound is kept, and wins wherever the same sound is met: in the library, in projects, in prompts.
    """
    said = Said(_tempo_said(tempo), key_said(key), lock_tempo, lock_key)
    progress = TerminalProgress()
    found = tuple(_heard(files, said, beats, progress))
    progress.finish()
    values = [_values(file, analysis) for file, analysis in found]
    whole = values[0] if len(values) == 1 else {"files": values}
    tell(whole, "\n\n".join(_text(file, analysis) for file, analysis in found), as_json=json)


def _heard(
    files: list[Path], said: Said, beats: BeatChoice, progress: TerminalProgress
) -> Iterator[tuple[Path, Analysis]]:
    folders = Folders.standard()
    tracker = standalone_tracker(folders, beats)
    wanted = "" if beats is BeatChoice.AUTO else tracker.label if tracker else BUILT_IN
    with opened_studio(folders) if said.is_something else nullcontext() as studio:
        for done, file in enumerate(files):
            part = Part(progress, done / len(files), (done + 1) / len(files))
            if studio is None:
                yield file, analysis_of_file(file, folders.library, part, tracker=tracker, beats_from=wanted)
            else:
                yield file, say_about_file(file, said, studio, part)


def _tempo_said(text: str) -> float | None:
    """Read a tempo, or ``found`` as 0; None for an empty text."""
    word = text.strip().casefold().removesuffix("bpm").strip()
    if not word:
        return None
    if word == FOUND:
        return 0.0
    try:
        return float(word)
    except ValueError:
        raise UnknownTempoError(text) from None


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
    rows = [
        ("Tempo", _tempo(found)),
        ("Beats by", found.beats_from),
        *((("", found.beats_remark),) if found.beats_remark else ()),
        ("Key", _key(found)),
        ("Chords", " ".join(chord.name for chord in found.chords) or "none clear"),
        ("Sections", " ".join(f"{s.label} {s.start_seconds:.1f} s" for s in found.sections) or "none"),
        ("Loudness", _loudness(found)),
        ("Mood", "none" if found.mood is None else _mood(found)),
        ("Like", found.style or "no built-in style"),
        ("In words", found.prompt or "nothing to describe"),
        ("Length", f"{found.duration_seconds:.2f} s, {found.sample_rate:,} Hz, {found.n_channels} channels"),
    ]
    if found.heard_share < 1.0:
        spread = f"{found.heard_share:.0%} of it, spread evenly, for all but length, loudness and energy"
        rows.append(("Heard", spread))
    return f"{file.name}\n{table([(f'  {label}', text) for label, text in rows])}"


def _tempo(found: Analysis) -> str:
    if found.tempo_bpm is None:
        return "no clear tempo"
    sure = _sure(found, "tempo", found.tempo_confidence, is_locked=found.is_tempo_locked)
    return f"{found.tempo_bpm:.2f} BPM ({sure}), {found.time_signature or 'metre unclear'}"


def _key(found: Analysis) -> str:
    sure = _sure(found, "key", found.key_confidence, is_locked=found.is_key_locked)
    if found.key is None:
        return f"no clear key{f' ({sure})' if 'key' in found.corrected else ''}"
    has_other = found.runner_up_key is not None and "key" not in found.corrected
    runner_up = f", or {found.runner_up_key}" if has_other else ""
    return f"{found.key} ({sure}{runner_up}), Camelot {found.camelot}"


def _sure(found: Analysis, what: str, confidence: float, *, is_locked: bool) -> str:
    """Say whether a person or the studio says so, and how surely."""
    who = "set by hand" if what in found.corrected else f"{confidence:.0%} sure"
    return f"{who}, locked" if is_locked else who


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
