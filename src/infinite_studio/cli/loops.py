"""The verbs about loops: find, extend, living, pack."""

from pathlib import Path
from typing import Annotated, Any

import typer

from infinite_studio.audio.files import readable_size
from infinite_studio.audio.loop_tags import read_loop_tags
from infinite_studio.audio.reading import read_audio
from infinite_studio.cli import loop_options as options
from infinite_studio.cli.terminal import JsonOption, TerminalProgress, table, tell
from infinite_studio.looping.candidates import LoopCandidate, LoopWishes
from infinite_studio.progress import Part
from infinite_studio.services import looping_living as living_loops
from infinite_studio.services.listening_files import corrections_of_file
from infinite_studio.services.looping_extending import extend_file, preview_extension
from infinite_studio.services.looping_finding import find_in_file
from infinite_studio.services.looping_pack import PackRequest, make_pack
from infinite_studio.services.looping_values import (
    Extended,
    ExtendPreview,
    ExtendRequest,
    LoopPoints,
    LoopShape,
)
from infinite_studio.services.projects import open_project
from infinite_studio.services.studio import opened_studio
from infinite_studio.settings.folders import Folders


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    group = typer.Typer(
        no_args_is_help=True, help="Find loops, extend them to hours, and pack them for a stream."
    )
    for verb in (find, extend, living, pack):
        group.command()(verb)
    app.add_typer(group, name="loop")


def find(
    file: options.FileArgument,
    min_seconds: Annotated[float, typer.Option("--min", min=0.5, help="Shortest loop, seconds.")] = 2.0,
    max_seconds: Annotated[float | None, typer.Option("--max", help="Longest loop, seconds.")] = None,
    near_start: Annotated[float | None, typer.Option(help="Start near this second.")] = None,
    near_end: Annotated[float | None, typer.Option(help="End near this second.")] = None,
    whole_bars: Annotated[bool, typer.Option("--whole-bars", help="Only loops of whole bars.")] = False,
    n_best: Annotated[int, typer.Option("-n", min=1, max=50, help="How many to list.")] = 5,
    json: JsonOption = False,
) -> None:
    """List where a sound can be looped, the best first."""
    progress = TerminalProgress()
    wishes = LoopWishes(min_seconds, max_seconds, near_start, near_end, whole_bars=whole_bars, n_best=n_best)
    said = corrections_of_file(file, Folders.standard().library, Part(progress, 0.0, 0.05))
    found = find_in_file(file, wishes, Part(progress, 0.05, 1.0), tempo_bpm=said.tempo_bpm)
    progress.finish()
    values: dict[str, Any] = {
        "sample_rate": found.sample_rate,
        "duration_seconds": found.duration_seconds,
        "candidates": [_candidate_values(candidate) for candidate in found.candidates],
        "tagged": None
        if found.tags is None
        else {"start_frame": found.tags.start_frame, "end_frame": found.tags.end_frame},
    }
    head = ("start s", "end s", "length s", "bars", "seam", "phase", "spectrum", "loudness", "beat")
    text = table([head, *(_candidate_row(candidate) for candidate in found.candidates)])
    tell(values, text, as_json=json)


def extend(
    file: options.FileArgument,
    output: options.OutputOption,
    to: options.ToOption = None,
    exact: options.ExactOption = None,
    repeats: options.RepeatsOption = None,
    as_long_as: options.AsLongAsOption = None,
    start: options.StartOption = None,
    end: options.EndOption = None,
    crossfade: options.CrossfadeOption = "auto",
    wrap_tail: options.TailOption = 0.0,
    loop_only: options.LoopOnlyOption = False,
    fade_in: options.FadeInOption = 0.0,
    fade_out: options.FadeOutOption = 0.0,
    bit_depth: options.DepthOption = 16,
    lufs: options.LoudnessOption = None,
    loop_tags: options.TagsOption = False,
    title: options.TitleOption = "",
    artist: options.ArtistOption = "",
    dry_run: options.DryRunOption = False,
    json: JsonOption = False,
) -> None:
    """Extend a sound to hours. Without --start and --end its loop is found."""
    request = ExtendRequest(
        options.target_of(to, exact, repeats, as_long_as),
        output,
        _shape(start, end, crossfade, wrap_tail, loop_only=loop_only),
        fade_in,
        fade_out,
        options.depth_of(bit_depth),
        lufs,
        loop_tags,
        tuple((name, text) for name, text in (("title", title), ("artist", artist)) if text),
    )
    progress = TerminalProgress()
    if dry_run:
        shown = preview_extension(read_audio(file), request, progress, read_loop_tags(file))
        progress.finish()
        tell(_preview_values(shown), _preview_text(shown), as_json=json)
        return
    extended = extend_file(file, request, progress)
    progress.finish()
    tell(_extended_values(extended), _extended_text(extended), as_json=json)


def living(
    project: Annotated[str, typer.Argument(help="Name or id of the project.")],
    output: options.OutputOption,
    to: options.ToOption = None,
    exact: options.ExactOption = None,
    repeats: options.RepeatsOption = None,
    source: Annotated[
        living_loops.LivingSource, typer.Option(help="Walk over versions, or over new re-rolls.")
    ] = living_loops.LivingSource.AUTO,
    apart: Annotated[int, typer.Option(min=0, help="Others between two times of the same piece.")] = 2,
    pool: Annotated[int, typer.Option(min=1, max=64, help="How many re-rolls.")] = 8,
    seed: Annotated[int, typer.Option(help="Same seed, same walk.")] = 0,
    bit_depth: options.DepthOption = 16,
    dry_run: options.DryRunOption = False,
    json: JsonOption = False,
) -> None:
    """Write a living loop. It walks over variations instead of one loop again and again."""
    target = options.target_of(to, exact, repeats, None)
    request = living_loops.LivingRequest(
        target, output, source, apart, seed, pool, options.depth_of(bit_depth)
    )
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        opened = open_project(project, studio)
        if dry_run:
            plan, written = living_loops.plan_living(opened, request, studio, progress), None
        else:
            written = living_loops.write_living(opened, request, studio, progress)
            plan = written.plan
    progress.finish()
    values = {
        "path": None if written is None else written.path,
        "size_bytes": None if written is None else written.size_bytes,
        "source": plan.source.value,
        "pieces": plan.n_pieces,
        "duration_seconds": plan.duration_seconds,
        "steps": [
            {"start_seconds": at, "name": name}
            for at, name in zip(plan.starts_seconds, plan.steps, strict=True)
        ],
    }
    rows = [(f"{at:.2f}", name) for at, name in zip(plan.starts_seconds, plan.steps, strict=True)]
    text = (
        table(rows)
        if written is None
        else f"{written.path}: {len(plan.steps)} steps over {plan.n_pieces} pieces"
    )
    tell(values, text, as_json=json)


def pack(
    file: options.FileArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to make; must not hold anything.")],
    title: Annotated[str, typer.Option("--title", help="What the stream is called.")],
    to: options.ToOption = None,
    exact: options.ExactOption = None,
    repeats: options.RepeatsOption = None,
    picture: Annotated[Path | None, typer.Option(help="Picture or clip for an MP4.")] = None,
    sound_format: Annotated[str, typer.Option("--format", help="wav, flac, mp3, ogg, opus or m4a.")] = "m4a",
    start: options.StartOption = None,
    end: options.EndOption = None,
    crossfade: options.CrossfadeOption = "auto",
    fade_in: options.FadeInOption = 0.0,
    fade_out: options.FadeOutOption = 0.0,
    lufs: options.LoudnessOption = -14.0,
    credit: Annotated[list[str] | None, typer.Option(help="A line for the credits; may be repeated.")] = None,
    licence: Annotated[list[str] | None, typer.Option(help="A line about terms; may be repeated.")] = None,
    json: JsonOption = False,
) -> None:
    """Make everything that a stream needs. That is sound, video, chapters and credits."""
    from infinite_studio.audio.files import safe_filename

    request = ExtendRequest(
        options.target_of(to, exact, repeats, None),
        output / safe_filename(title, f".{sound_format.lower().lstrip('.')}"),
        _shape(start, end, crossfade, 0.0, loop_only=False),
        fade_in,
        fade_out,
        loudness_lufs=lufs,
        texts=(("title", title),),
    )
    progress = TerminalProgress()
    made = make_pack(
        file, PackRequest(request, title, picture, tuple(credit or ()), tuple(licence or ())), progress
    )
    progress.finish()
    values = {**_extended_values(made.extended), "folder": made.folder, "paths": [str(p) for p in made.paths]}
    tell(values, "\n".join(str(path) for path in made.paths), as_json=json)


def _shape(
    start: float | None, end: float | None, crossfade: str, wrap_tail: float, *, loop_only: bool
) -> LoopShape:
    if (start is None) != (end is None):
        raise typer.BadParameter("give --start and --end together, or neither")
    points = None if start is None or end is None else LoopPoints(start, end)
    return LoopShape(
        points, options.crossfade_of(crossfade), wrap_tail, keep_intro=not loop_only, keep_outro=not loop_only
    )


def _candidate_values(candidate: LoopCandidate) -> dict[str, Any]:
    score = candidate.score
    return {
        "start_frame": candidate.start_frame,
        "end_frame": candidate.end_frame,
        "start_seconds": candidate.start_frame / candidate.sample_rate,
        "end_seconds": candidate.end_frame / candidate.sample_rate,
        "length_seconds": candidate.length_seconds,
        "bars": candidate.bars,
        "beats": candidate.beats,
        "tempo_bpm": candidate.tempo_bpm,
        "correlation": candidate.correlation,
        "seam": {
            "total": score.total,
            "phase": score.phase,
            "spectrum": score.spectrum,
            "loudness": score.loudness,
            "beat": score.beat,
        },
    }


def _candidate_row(candidate: LoopCandidate) -> tuple[str, ...]:
    score, rate = candidate.score, candidate.sample_rate
    figures = (score.total, score.phase, score.spectrum, score.loudness, score.beat)
    return (
        f"{candidate.start_frame / rate:.3f}",
        f"{candidate.end_frame / rate:.3f}",
        f"{candidate.length_seconds:.3f}",
        "–" if candidate.bars is None else str(candidate.bars),
        *(f"{figure:.2f}" for figure in figures),
    )


def _preview_values(shown: ExtendPreview) -> dict[str, Any]:
    return {
        "duration_seconds": shown.duration_seconds,
        "rounds": shown.rounds,
        "loop_start_seconds": shown.start_seconds,
        "loop_end_seconds": shown.end_seconds,
        "crossfade_seconds": shown.crossfade_seconds,
        "correlation": shown.correlation,
        "expected_bytes": shown.size_bytes,
        "expected_seconds": shown.seconds,
        "free_bytes": shown.free_bytes,
        "fits": shown.fits,
    }


def _preview_text(shown: ExtendPreview) -> str:
    room = "fits" if shown.fits else "does not fit"
    return (
        f"{shown.duration_seconds:.3f} s: {shown.rounds} rounds of {shown.loop_seconds:.3f} s, "
        f"crossfade {1000 * shown.crossfade_seconds:.0f} ms; about {readable_size(shown.size_bytes)} "
        f"and {shown.seconds:.0f} s; {readable_size(shown.free_bytes)} free, so it {room}."
    )


def _extended_values(extended: Extended) -> dict[str, Any]:
    checked = extended.verified
    return {
        "path": extended.path,
        **_preview_values(extended.preview),
        "size_bytes": extended.size_bytes,
        "frames": checked.n_frames,
        "seams_compared": checked.n_seams,
        "worst_seam_db": checked.worst_seam_db,
        "gain_db": extended.gain_db,
        "clipped_samples": extended.clipped_samples,
        "repaired_samples": extended.repaired_samples,
        "notes": list(extended.notes),
    }


def _extended_text(extended: Extended) -> str:
    shown = extended.preview
    text = (
        f"{extended.path}: {shown.duration_seconds:.3f} s, {shown.rounds} rounds, "
        f"{readable_size(extended.size_bytes)}; checked to the last frame, {extended.verified.n_seams} seams compared."
    )
    if extended.clipped_samples:
        text += f"\n{extended.clipped_samples:,} samples were clipped."
    return "\n".join([text, *extended.notes])
