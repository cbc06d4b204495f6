"""The verbs that make sound: generate, and the styles that it knows."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from infinite_studio.cli import generate_options as options
from infinite_studio.cli.fetching import DownloadOption, fetch_missing
from infinite_studio.cli.generate_begin import with_cost_told
from infinite_studio.cli.terminal import JsonOption, TerminalProgress, table, tell
from infinite_studio.engines.base import GenerationEngine, GenerationRequest, InvalidRequestError, Take
from infinite_studio.engines.registry import Registry, built_in_generators
from infinite_studio.music.key import Key
from infinite_studio.progress import Part, Progress
from infinite_studio.services.composing import compose_takes
from infinite_studio.services.files import GeneratedFiles, Targets, known_of, write_take
from infinite_studio.services.following import cut_at, following, rerolls_of, rolled_windows, sampling_of
from infinite_studio.services.making import compose_from_kept
from infinite_studio.services.projects import add_made_take, open_project
from infinite_studio.services.studio import generators_of, opened_studio
from infinite_studio.services.style_pages import style_pages
from infinite_studio.services.styles import style_problems, styles_folder, styles_of
from infinite_studio.services.values import StyleInfo
from infinite_studio.services.variations import DEFAULT_CLOSENESS
from infinite_studio.services.weights import open_weights
from infinite_studio.settings.folders import Folders


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.command()(generate)
    app.command()(styles)


def generate(
    prompt: options.PromptArgument = None,
    output: options.OutputOption = None,
    engine: options.EngineOption = "sketch",
    tempo: options.TempoOption = None,
    key: options.KeyOption = None,
    bars: options.BarsOption = None,
    seconds: options.SecondsOption = None,
    seed: options.SeedOption = 0,
    loop: options.LoopOption = False,
    melody: options.MelodyOption = None,
    like: options.LikeOption = None,
    closeness: options.ClosenessOption = None,
    continued: options.ContinueOption = None,
    guidance: options.GuidanceOption = None,
    temperature: options.TemperatureOption = None,
    top_k: options.TopKOption = None,
    top_p: options.TopPOption = None,
    precision: options.PrecisionOption = "",
    takes: options.TakesOption = 1,
    window: options.WindowOption = None,
    context: options.ContextOption = None,
    cut: options.CutOption = None,
    download: DownloadOption = None,
    reroll: options.RerollOption = None,
    stems: options.StemsOption = None,
    midi: options.MidiOption = None,
    project: options.IntoProjectOption = None,
    json: JsonOption = False,
) -> None:
    """Make a take from a description, a melody, or another sound."""
    _check(prompt, like, continued, melody, closeness)
    asked = GenerationRequest(
        prompt or "",
        tempo_bpm=tempo,
        key=Key.parse(key) if key else None,
        bars=bars,
        duration_seconds=seconds,
        seed=seed,
        closeness=DEFAULT_CLOSENESS if closeness is None else closeness,
        is_loop=loop,
        part_seeds=rerolls_of(reroll or [], seed),
        sampling=rolled_windows(
            sampling_of(guidance, temperature, top_k, top_p, precision), window or [], seed
        ),
    )
    generators, progress = _generators(engine), TerminalProgress()
    maker = generators.get(engine)
    fetch_missing(maker.info.missing, progress, wanted=download)
    follow = partial(following, like=like, continued=continued, melody=melody)
    followed = follow(asked, maker, Part(progress, 0.0, 0.2), library=Folders.standard().library)
    request = cut_at(followed, cut, context)
    make = partial(_made, request, engine, generators, project, takes, Part(progress, 0.2, 0.9))
    made = with_cost_told(maker, request, takes, make)
    _write(made, request, engine, Targets(output, stems, midi), progress, as_json=json)


def styles(
    name: Annotated[str | None, typer.Argument(help="One style, to read everything about it.")] = None,
    pages: Annotated[bool, typer.Option("--pages", help="Print a page of Markdown for every style.")] = False,
    json: JsonOption = False,
) -> None:
    """List the styles that you can describe; your own are among them."""
    folder = styles_folder(Folders.standard())
    generators = built_in_generators(folder)
    known, problems = styles_of("sketch", generators), style_problems("sketch", generators)
    for problem in problems:
        typer.echo(f"{problem}\n{problem.hint}", err=True)
    if name is not None or pages:
        typer.echo(style_pages("sketch", generators, name))
        return
    values = {
        "styles": [_style_values(style) for style in known],
        "problems": [str(problem) for problem in problems],
        "folder": folder,
    }
    rows = [(style.name, _range_text(style), style.description) for style in known]
    tell(values, table(rows), as_json=json)


def _style_values(style: StyleInfo) -> dict[str, Any]:
    return {
        "name": style.name,
        "description": style.description,
        "tempo_bpm": list(style.tempo_range_bpm),
        "default_tempo_bpm": style.default_tempo_bpm,
        "moods": list(style.moods),
        "names": list(style.names),
    }


def _generators(engine: str) -> Registry[GenerationEngine]:
    """Return the engines, and say which style files they leave out."""
    folders = Folders.standard()
    generators = generators_of(folders, open_weights(folders))
    for problem in style_problems(engine, generators):
        typer.echo(f"Left out: {problem}\n{problem.hint}", err=True)
    return generators


def _check(
    prompt: str | None,
    like: Path | None,
    continued: Path | None,
    melody: Path | None,
    closeness: float | None,
) -> None:
    if prompt is None and not (like or continued or melody):
        raise typer.BadParameter("say what to make, or give --like, --continue or --melody")
    if closeness is not None and like is None:
        raise InvalidRequestError("A closeness needs something to be like.", hint="Add --like FILE.")


def _made(
    request: GenerationRequest,
    engine: str,
    generators: Registry[GenerationEngine],
    project: str | None,
    n_takes: int,
    progress: Progress,
) -> tuple[Take, ...]:
    """Make takes; the first also goes into the project where one is named."""
    if project is None:
        return compose_takes(request, engine, n_takes, generators, progress)
    with opened_studio(Folders.standard()) as studio:
        open_project(project, studio)
        made = compose_from_kept(request, engine, studio, Part(progress, 0.0, 0.9), n_takes)
        add_made_take(project, made[0], request, engine, studio, Part(progress, 0.9, 1.0))
    return made


def _write(
    made: tuple[Take, ...],
    request: GenerationRequest,
    engine: str,
    targets: Targets,
    progress: TerminalProgress,
    *,
    as_json: bool,
) -> None:
    """Write the takes and tell of them; one by itself as it is, several as a list."""
    written = []
    for place, take in enumerate(made):
        asked, part = replace(request, seed=request.seed + place), Part(progress, 0.9, 1.0)
        of_take = targets.of_take(place)
        written.append((write_take(take, asked, of_take.output, of_take.stems, of_take.midi, part), asked))
    progress.finish()
    values = [_values(files, engine, asked) for files, asked in written]
    text = "\n".join(_text(files, asked) for files, asked in written)
    tell(values[0] if len(values) == 1 else {"takes": values}, text, as_json=as_json)


def _values(made: GeneratedFiles, engine: str, request: GenerationRequest) -> dict[str, Any]:
    take = made.understanding
    return {
        "engine": engine,
        "seed": request.seed,
        "tempo_bpm": take.tempo_bpm,
        "key": None if take.key is None else str(take.key),
        "bars": take.bars,
        "duration_seconds": made.duration_seconds,
        "sample_rate": made.sample_rate,
        "path": made.path,
        "stems": {stem.value: path for stem, path in made.stems.items()},
        "midi": list(made.midi),
        "style": take.style,
        "understood": list(take.chips),
        "unknown_words": list(take.unknown_words),
        "facts": list(made.facts),
        "notices": list(made.notices),
        "windows": list(made.window_starts),
    }


def _text(made: GeneratedFiles, request: GenerationRequest) -> str:
    take = made.understanding
    said = (take.style, *known_of(take), f"{made.duration_seconds:.2f} s", f"seed {request.seed}")
    text = f"{made.path}: {', '.join(said)}"
    if made.facts:
        text += f"\n{'; '.join(made.facts)}"
    text = "\n".join((text, *made.notices))
    if take.unknown_words:
        text += f"\nNot understood: {', '.join(take.unknown_words)}"
    return text


def _range_text(style: StyleInfo) -> str:
    lowest, highest = style.tempo_range_bpm
    return f"{lowest:g}–{highest:g} BPM"
