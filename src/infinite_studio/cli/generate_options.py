"""The options of the verb that generates, each with its help."""

from pathlib import Path
from typing import Annotated

import typer

PromptArgument = Annotated[
    str | None,
    typer.Argument(help="What to make, such as “dark trap, 140 bpm, in F minor”; not needed with a source."),
]
OutputOption = Annotated[Path | None, typer.Option("-o", "--output", help="File to write: .wav or .flac.")]
EngineOption = Annotated[str, typer.Option(help="Which engine makes it.")]
TempoOption = Annotated[float | None, typer.Option(help="Beats per minute, 30 to 300.")]
KeyOption = Annotated[str | None, typer.Option(help="Such as “F minor”.")]
BarsOption = Annotated[int | None, typer.Option(help="Exact length in bars.")]
SecondsOption = Annotated[float | None, typer.Option(help="Exact length in seconds.")]
SeedOption = Annotated[int, typer.Option(help="Same seed, same take.")]
LoopOption = Annotated[
    bool, typer.Option("--loop", help="Exact bars, whose end leads into the start without a seam.")
]
MelodyOption = Annotated[
    Path | None, typer.Option(help="MIDI file whose tune the lead plays; the chords are chosen for it.")
]
LikeOption = Annotated[Path | None, typer.Option(help="Sound to vary.")]
ClosenessOption = Annotated[
    float | None, typer.Option(help="With --like: 0 (same mood) to 1 (same chords, same groove).")
]
ContinueOption = Annotated[Path | None, typer.Option("--continue", help="Sound to make the next section of.")]
RerollOption = Annotated[
    list[str] | None,
    typer.Option(help="Stem to roll again, such as drums or drums=12; the others stay as they are."),
]
StemsOption = Annotated[Path | None, typer.Option(help="Folder for one file a stem.")]
MidiOption = Annotated[
    Path | None, typer.Option(help="Folder for one MIDI file a stem, or a .mid file for all of them.")
]
IntoProjectOption = Annotated[
    str | None, typer.Option("--project", "-p", help="Also put the take into a project.")
]
