"""Export the mixdown or all stems as files."""

from pathlib import Path

from infinite_studio.audio.files import safe_filename, unused_path
from infinite_studio.audio.mixing import Program
from infinite_studio.audio.writing import BitDepth, SoundFormat, WriteReport, write_blocks
from infinite_studio.engines.base import GenerationEngine
from infinite_studio.engines.registry import Registry
from infinite_studio.progress import Part, Progress
from infinite_studio.project.mixdown import program_of, track_program
from infinite_studio.project.model import Project
from infinite_studio.services.rendering import NothingToRenderError, render_blocks
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import Exported, ExportRequest, ExportWhat

HEADER_BYTES = 4_096


def export(project: Project, request: ExportRequest, studio: Studio, progress: Progress) -> Exported:
    """Write what was asked for; existing files are never overwritten, nothing half-written stays."""
    studio.bank.prepare_all(
        frozenset(clip.object_id for _, clip in project.clips()), Part(progress, 0.0, 0.1)
    )
    programs = _programs(project, request, studio)
    reports: list[WriteReport] = []
    written: list[Path] = []
    try:
        for done, (title, program) in enumerate(programs):
            part = Part(progress, 0.1 + 0.9 * done / len(programs), 0.1 + 0.9 * (done + 1) / len(programs))
            reports.append(_write(title, program, project, request, part))
            written.append(reports[-1].path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return Exported(
        paths=tuple(written),
        clipped_samples=sum(report.clipped_samples for report in reports),
        repaired_samples=sum(report.repaired_samples for report in reports),
        licences=licences_of(project, studio.generators),
    )


def estimate_export_bytes(project: Project, request: ExportRequest) -> int:
    """Return the size of the files at most: FLAC is usually about half of it."""
    first, end = _range(project, request)
    files = 1 if request.what is ExportWhat.MIXDOWN else len(project.tracks)
    return files * ((end - first) * 2 * request.bit_depth // 8 + HEADER_BYTES)


def licences_of(project: Project, generators: Registry[GenerationEngine]) -> tuple[str, ...]:
    """Return what the licences of the engines in the project say, each once."""
    engines = {clip.recipe.engine for _, clip in project.clips() if clip.recipe is not None}
    return tuple(
        f"{name}: {generators.get(name).info.licence}" for name in generators.names if name in engines
    )


def _programs(project: Project, request: ExportRequest, studio: Studio) -> list[tuple[str, Program]]:
    if request.what is ExportWhat.MIXDOWN:
        return [(request.name, program_of(project, studio.bank.samples))]
    tracks = [track for track in project.tracks if track.clips]
    if not tracks:
        raise NothingToRenderError
    return [
        (f"{request.name} - {track.name}", track_program(project, track, studio.bank.samples))
        for track in tracks
    ]


def _write(
    title: str, program: Program, project: Project, request: ExportRequest, progress: Progress
) -> WriteReport:
    first, end = _range(project, request)
    request.folder.mkdir(parents=True, exist_ok=True)
    path = unused_path(request.folder / safe_filename(title, request.suffix))
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
