"""What an export will write, before it is written: file names, licences, what cannot be chosen; no widgets here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infinite_studio.audio.files import safe_filename, unused_path
from infinite_studio.services.values import ExportRequest, ExportWhat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from infinite_studio.engines.base import EngineInfo
    from infinite_studio.project.model import Project

NOTHING = "There is nothing in the project yet. Generate a take or drop a song first."
NO_LOOP = "There is no loop range yet. Drag one in the upper half of the ruler, or use the Loop panel."
NO_FLOAT_FLAC = "FLAC holds whole numbers only, up to 24 bits. Choose WAV for 32-bit float."
IMPORT_ENGINE = "import"


def planned_paths(project: Project, request: ExportRequest) -> tuple[Path, ...]:
    """Return the files that an export makes, in the names that are still free."""
    if request.what is ExportWhat.MIXDOWN:
        titles = [request.name]
    else:
        titles = [f"{request.name} - {track.name}" for track in project.tracks if track.clips]
    return tuple(unused_path(request.folder / safe_filename(title, request.suffix)) for title in titles)


def licence_lines(project: Project, generators: Sequence[EngineInfo]) -> tuple[str, ...]:
    """Say under which terms the sounds in a project stand, each once."""
    engines = {clip.recipe.engine for _track, clip in project.clips() if clip.recipe is not None}
    made = tuple(f"{info.label}: {info.licence}" for info in generators if info.name in engines)
    imported = IMPORT_ENGINE in engines or any(clip.recipe is None for _track, clip in project.clips())
    return (*made, "imported files: their own licence") if imported else made
