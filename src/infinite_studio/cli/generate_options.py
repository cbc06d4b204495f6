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
    bool, typer.Option("--loop", help="Exact bars whose end leads into the start without a seam.")
]
MelodyOption = Annotated[
    Path | None,
    typer.Option(
        help="MIDI file whose tune the lead plays; for a network that follows tunes also a hum or any other sound."
    ),
]
LikeOption = Annotated[Path | None, typer.Option(help="Sound to vary.")]
ClosenessOption = Annotated[
    float | None, typer.Option(help="With --like: 0 (same mood) to 1 (same chords, same groove).")
]
ContinueOption = Annotated[Path | None, typer.Option("--continue", help="Sound to make the next section of.")]
GuidanceOption = Annotated[
    float | None, typer.Option(help="How closely a network follows the description, 0 to 10.")
]
TemperatureOption = Annotated[
    float | None, typer.Option(help="How freely a network draws: 0 (the likeliest) to 2 (wild).")
]
TopKOption = Annotated[
    int | None, typer.Option("--top-k", help="A network draws each token from so many of the likeliest.")
]
TopPOption = Annotated[
    float | None,
    typer.Option(
        "--top-p", help="A network draws from the likeliest tokens that make up this share, 0 to 1."
    ),
]
PrecisionOption = Annotated[
    str,
    typer.Option(help="Of a network's weights: float32, bfloat16, float16 or int8; the fastest unless said."),
]
TakesOption = Annotated[
    int,
    typer.Option(
        min=1, max=8, help="How many takes to make, each with the next seed; a network makes them at once."
    ),
]
WindowOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Part of a long take of a network to roll again, counted from 1, such as 2 or 2=99; those before stay."
    ),
]
ContextOption = Annotated[
    float | None, typer.Option(help="With --continue: how many seconds before the cut a network hears.")
]
CutOption = Annotated[
    float | None, typer.Option(help="With --continue: where the new section begins, in seconds.")
]
RerollOption = Annotated[
    list[str] | None,
    typer.Option(help="Stem to roll again, such as drums or drums=12; the others stay as they are."),
]
StemsOption = Annotated[Path | None, typer.Option(help="Folder that gets one sound file for each stem.")]
MidiOption = Annotated[
    Path | None, typer.Option(help="Folder that gets one MIDI file for each stem, or one .mid file for all.")
]
IntoProjectOption = Annotated[
    str | None, typer.Option("--project", "-p", help="Also put the take into a project.")
]
