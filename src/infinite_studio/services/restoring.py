"""Sounds that were given up for room come back from their recipes when they are needed."""

from infinite_studio.history.values import StemRecord
from infinite_studio.progress import Part, Progress
from infinite_studio.project.model import Project
from infinite_studio.services.renders import is_stored
from infinite_studio.services.rerendering import Rerenderer
from infinite_studio.services.studio import Studio


def restore_sounds(project: Project, studio: Studio, progress: Progress) -> None:
    """Make the missing sounds of a project again where their recipes allow it."""
    missing = {
        c.object_id: (c.recipe, t.name) for t, c in project.clips() if not is_stored(c.object_id, studio)
    }
    renderer = Rerenderer(studio)
    for done, (object_id, (recipe, name)) in enumerate(missing.items()):
        part = Part(progress, done / len(missing), (done + 1) / len(missing))
        part.report(0.0, f"Making {name} again")
        renderer.restore(object_id, recipe, name, part)


def prepare_stem(stem: StemRecord, studio: Studio, progress: Progress) -> int:
    """Decode a stem of a commit, made again where it was given up; return its length in frames."""
    Rerenderer(studio).require(stem.object_id, stem.recipe, stem.name, Part(progress, 0.0, 0.7))
    return studio.bank.prepare(stem.object_id, Part(progress, 0.7, 1.0))
