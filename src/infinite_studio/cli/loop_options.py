"""The options of the verbs about loops, each with its help."""

import re
from pathlib import Path
from typing import Annotated

import typer

from infinite_studio.audio.sanitise import BitDepth
from infinite_studio.looping.problems import LoopingError
from infinite_studio.looping.targets import Target, parse_target
from infinite_studio.looping.video import video_seconds
from infinite_studio.services.looping_values import CrossfadeChoice

FileArgument = Annotated[Path, typer.Argument(help="The sound to loop.")]
ToOption = Annotated[
    str | None, typer.Option("--to", help="Length such as 10h, 90m or 1:30:00; ends with a whole round.")
]
ExactOption = Annotated[str | None, typer.Option("--exact", help="Length to the sample, such as 1:00:00.")]
RepeatsOption = Annotated[int | None, typer.Option("--repeats", min=1, help="How often the loop is played.")]
AsLongAsOption = Annotated[
    Path | None, typer.Option("--as-long-as", help="A video: exactly as long as that.")
]
StartOption = Annotated[float | None, typer.Option("--start", min=0.0, help="Start of the loop in seconds.")]
EndOption = Annotated[float | None, typer.Option("--end", min=0.0, help="End of the loop in seconds.")]
CrossfadeOption = Annotated[
    str, typer.Option("--crossfade", help="auto, milliseconds such as 80ms, beats such as 0.5beats, or 0.")
]
FadeInOption = Annotated[float, typer.Option("--fade-in", min=0.0, help="Seconds.")]
FadeOutOption = Annotated[float, typer.Option("--fade-out", min=0.0, help="Seconds.")]
TailOption = Annotated[
    float, typer.Option("--wrap-tail", min=0.0, help="Seconds of what rings on, laid over the start.")
]
LoopOnlyOption = Annotated[bool, typer.Option("--loop-only", help="Leave intro and outro out.")]
OutputOption = Annotated[
    Path,
    typer.Option("-o", "--output", help="File to write: .wav .flac .mp3 .ogg .opus .m4a; never overwritten."),
]
DepthOption = Annotated[int, typer.Option("--bit-depth", help="16, 24 or 32 (float, WAV only).")]
LoudnessOption = Annotated[
    float | None,
    typer.Option("--lufs", help="Loudness of the whole in LUFS, such as -14; peaks stay below −1 dBTP."),
]
TagsOption = Annotated[bool, typer.Option("--loop-tags", help="Write where the loop is into the file.")]
TitleOption = Annotated[str, typer.Option("--title", help="Title for the file.")]
ArtistOption = Annotated[str, typer.Option("--artist", help="Artist for the file.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Only say how long, large and slow it will be.")
]

_CROSSFADE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(ms|s|beats?|)", re.IGNORECASE)


class InvalidCrossfadeError(LoopingError):
    """A crossfade that cannot be read."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is no crossfade.", hint="Write auto, 80ms, 0.5beats or 0.")
        self.text = text


def crossfade_of(text: str) -> CrossfadeChoice:
    """Return the crossfade that was written."""
    if text.strip().lower() == "auto":
        return CrossfadeChoice()
    match = _CROSSFADE.fullmatch(text.strip())
    if match is None:
        raise InvalidCrossfadeError(text)
    amount, unit = float(match[1].replace(",", ".")), match[2].lower()
    if unit.startswith("beat"):
        return CrossfadeChoice(beats=amount)
    return CrossfadeChoice(milliseconds=amount * 1000 if unit == "s" else amount)


def target_of(to: str | None, exact: str | None, repeats: int | None, as_long_as: Path | None) -> Target:
    """Return the one target that was given."""
    if sum(each is not None for each in (to, exact, repeats, as_long_as)) != 1:
        raise typer.BadParameter("give exactly one of --to, --exact, --repeats and --as-long-as")
    if repeats is not None:
        return Target(repeats=repeats)
    if as_long_as is not None:
        return Target(seconds=video_seconds(as_long_as), is_exact=True)
    return parse_target(to or exact or "", is_exact=exact is not None)


def depth_of(bits: int) -> BitDepth:
    """Return the depth of a number of bits."""
    if bits not in set(BitDepth):
        raise typer.BadParameter("--bit-depth is 16, 24 or 32")
    return BitDepth(bits)
