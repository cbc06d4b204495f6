"""Export the mixdown or all stems as files."""

from collections.abc import Sequence
from pathlib import Path

from infinite_studio.audio.files import make_folder, safe_filename, unused_path
from infinite_studio.audio.mixing import Program
from infinite_studio.audio.writing import BitDepth, SoundFormat, WriteReport, write_blocks
from infinite_studio.engines.base import EngineInfo
from infinite_studio.progress import Part, Progress
from infinite_studio.project.mixdown import program_of, track_program
from infinite_studio.project.model import Project, Track
from infinite_studio.services.rendering import NothingToRenderError, render_blocks
from infinite_studio.services.stem_names import is_template, stem_title
from infinite_studio.services.stem_recipes import IMPORT_ENGINE, engines_of
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import Exported, ExportRequest, ExportWhat

HEADER_BYTES = 4_096


def export(project: Project, request: ExportRequest, studio: Studio, progress: Progress) -> Exported:
    """Write what was asked for; existing files are never overwritten, nothing half-written stays."""
    studio.bank.prepare_all(
        frozenset(clip.object_id for _, clip in project.clips()), Part(progress, 0.0, 0.1)
    )
    parts = list(zip(_titled_tracks(project, request), planned_paths(project, request), strict=True))
    if not parts:
        raise NothingToRenderError
    make_folder(request.folder)
    reports: list[WriteReport] = []
    written: list[Path] = []
    try:
        for done, ((_, track), path) in enumerate(parts):
            part = Part(progress, 0.1 + 0.9 * done / len(parts), 0.1 + 0.9 * (done + 1) / len(parts))
            samples_of = studio.bank.samples
            program = track_program(project, track, samples_of) if track else program_of(project, samples_of)
            reports.append(_write(path, program, project, request, part))
            written.append(path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return Exported(
        paths=tuple(written),
        clipped_samples=sum(report.clipped_samples for report in reports),
        repaired_samples=sum(report.repaired_samples for report in reports),
        licences=licences_of(project, [studio.generators.get(name).info for name in studio.generators.names]),
    )


def estimate_export_bytes(project: Project, request: ExportRequest) -> int:
    """Return the size of the files at most: FLAC is usually about half of it."""
    first, end = _range(project, request)
    files = 1 if request.what is ExportWhat.MIXDOWN else len(project.tracks)
    return files * ((end - first) * 2 * request.bit_depth // 8 + HEADER_BYTES)


def planned_paths(project: Project, request: ExportRequest) -> tuple[Path, ...]:
    """Return the files that an export makes, in names that are still free."""
    planned: list[Path] = []
    for title, _ in _titled_tracks(project, request):
        wanted = request.folder / safe_filename(title, request.suffix)
        path, number = unused_path(wanted), 2
        while path in planned:
            path, number = (
                unused_path(request.folder / safe_filename(f"{title} ({number})", request.suffix)),
                number + 1,
            )
        planned.append(path)
    return tuple(planned)


def licences_of(project: Project, engines: Sequence[EngineInfo]) -> tuple[str, ...]:
    """Say under which terms the sounds in a project stand, each once."""
    recipes = [clip.recipe for _, clip in project.clips()]
    of_unknown = frozenset({IMPORT_ENGINE})
    used = {engine for recipe in recipes for engine in (engines_of(recipe) if recipe else of_unknown)}
    made = tuple(f"{info.label}: {info.licence}" for info in engines if info.name in used)
    return (*made, "imported files: their own licence") if IMPORT_ENGINE in used else made


def _titled_tracks(project: Project, request: ExportRequest) -> list[tuple[str, Track | None]]:
    if request.what is ExportWhat.MIXDOWN:
        return [(_title(project, request, None), None)]
    return [(_title(project, request, track), track) for track in project.tracks if track.clips]


def _title(project: Project, request: ExportRequest, track: Track | None) -> str:
    """Return the name of one file; the fields of a template are filled in, any other name is left as it is."""
    stem = track.name if track else None
    if not is_template(request.name):
        return f"{request.name} - {stem}" if stem else request.name
    key = str(project.key) if project.key else None
    made = stem_title(request.name, title=project.name, stem=stem, tempo_bpm=project.tempo_bpm, key=key)
    return made or stem or project.name


def _write(
    path: Path, program: Program, project: Project, request: ExportRequest, progress: Progress
) -> WriteReport:
    first, end = _range(project, request)
    return write_blocks(
        path,
        render_blocks(program, first, end, progress, f"Writing {path.name}"),
        sample_rate=project.sample_rate,
        n_channels=2,
        n_frames=end - first,
        sound_format=SoundFormat(request.suffix.lstrip(".")),
        bit_depth=BitDepth(request.bit_depth),
    )


def _range(project: Project, request: ExportRequest) -> tuple[int, int]:
    first, end = request.frame_range or (0, project.length_frames)
    if end <= first:
        raise NothingToRenderError
    return first, end
