"""The main job end to end with no window: compose, import, split, commit, fork, export."""

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

from infinite_studio.audio.files import make_folder
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.progress import Part, Progress
from infinite_studio.project.model import LoopRange, Project
from infinite_studio.project.steps import AddTracks, SetGain, SetLoop
from infinite_studio.services import projects
from infinite_studio.services.committing import Kept, commit_project
from infinite_studio.services.composing import compose_and_store
from infinite_studio.services.exporting import export
from infinite_studio.services.files import generate_to_file
from infinite_studio.services.importing import analyse_sound, import_sound
from infinite_studio.services.placing import place_take
from infinite_studio.services.splitting import split_and_store, tracks_of_split
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import ExportRequest, ExportWhat
from infinite_studio.services.versions import request_for
from infinite_studio.settings.settings import SettingsStore

PROJECT_NAME = "Rainy tape"
FIRST_PROMPT = "dusty lo-fi hip hop, 84 bpm, in D minor, 16 bars"
SECOND_PROMPT = "dark trap, 140 bpm, in F minor, 8 bars"
SONG_PROMPT = "warm house, 122 bpm, in A minor, 8 bars"


@dataclass(frozen=True)
class TourSummary:
    """What the tour made."""

    project_id: str
    commits: tuple[str, ...]
    fork_id: str
    sounds: tuple[Path, ...]
    summary: Path
    elapsed_seconds: float


@dataclass
class _Walk:
    """The tour's way: the project changes from station to station."""

    studio: Studio
    opened: projects.OpenedProject
    project: Project

    def commit(self, message: str, progress: Progress) -> Kept:
        kept = commit_project(request_for(self.opened, message, self.project), self.studio, progress)
        self.opened = projects.open_project(self.opened.repository.repository_id, self.studio)
        self.project = self.opened.project
        return kept


def run_tour(out: Path, studio: Studio, progress: Progress) -> TourSummary:
    """Do the main job in a library of its own and write what came of it below ``out``."""
    began = time.monotonic()
    make_folder(out)
    opened = projects.new_project(_unused_name(studio), studio)
    walk = _Walk(studio, opened, opened.project)
    _compose(walk, FIRST_PROMPT, 7, Part(progress, 0.0, 0.2))
    first = walk.commit("First sketch", Part(progress, 0.2, 0.3))
    song = generate_to_file(
        GenerationRequest(SONG_PROMPT, seed=3), "sketch", out / "song.wav", None, Part(progress, 0.3, 0.4)
    )
    _drop_and_split(walk, song.path, Part(progress, 0.4, 0.6))
    second = walk.commit("Drums from the house song", Part(progress, 0.6, 0.7))
    fork = projects.fork(first.commit.commit_id, f"{walk.opened.repository.name} (fork)", studio)
    forked = _Walk(studio, fork, fork.project)
    _compose(forked, SECOND_PROMPT, 1, Part(progress, 0.7, 0.8))
    third = forked.commit("Trap instead", Part(progress, 0.8, 0.85))
    sounds = (song.path, *_export_all(walk, out, Part(progress, 0.85, 1.0)))
    summary = TourSummary(
        project_id=walk.opened.repository.repository_id,
        commits=tuple(kept.commit.commit_id for kept in (first, second, third)),
        fork_id=fork.repository.repository_id,
        sounds=sounds,
        summary=out / "summary.json",
        elapsed_seconds=time.monotonic() - began,
    )
    _leave_open(walk.opened.repository.repository_id, studio)
    summary.summary.write_text(json.dumps(summary_values(summary), indent=2), encoding="utf-8")
    return summary


def summary_values(summary: TourSummary) -> dict[str, object]:
    """Return the summary as JSON values."""
    return {
        "project_id": summary.project_id,
        "commits": list(summary.commits),
        "fork_id": summary.fork_id,
        "sounds": [str(path) for path in summary.sounds],
        "elapsed_seconds": round(summary.elapsed_seconds, 2),
    }


def _leave_open(repository_id: str, studio: Studio) -> None:
    """Let the next window open this project with its history shown."""
    store = SettingsStore(studio.folders.config / "settings.json")
    store.save(replace(store.load(), last_project=repository_id, left_tab="history"))


def _compose(walk: _Walk, prompt: str, seed: int, progress: Progress) -> None:
    take = compose_and_store(GenerationRequest(prompt, seed=seed), "sketch", walk.studio, progress)
    walk.project = place_take(walk.project, take, walk.studio.generators.names).apply(walk.project)


def _drop_and_split(walk: _Walk, path: Path, progress: Progress) -> None:
    """Import a song, split it, and keep only its drums under the beat."""
    sound = import_sound(path, walk.studio, Part(progress, 0.0, 0.3))
    analyse_sound(sound, walk.studio, Part(progress, 0.3, 0.5))
    split = split_and_store(sound.object_id, sound.name, "quick", walk.studio, Part(progress, 0.5, 1.0))
    start_frame = round(4 * walk.project.frames_per_bar)
    drums = tracks_of_split(split, at_frame=start_frame)[0]
    walk.project = AddTracks((drums,)).apply(walk.project)
    walk.project = SetGain(drums.track_id, -9.0).apply(walk.project)
    loop = LoopRange(start_frame, round(12 * walk.project.frames_per_bar))
    walk.project = SetLoop(loop).apply(walk.project)


def _export_all(walk: _Walk, out: Path, progress: Progress) -> tuple[Path, ...]:
    name = walk.project.name
    mixdown = ExportRequest(ExportWhat.MIXDOWN, out, name, ".wav")
    stems = ExportRequest(ExportWhat.STEMS, out / "stems", name, ".flac")
    written = export(walk.project, mixdown, walk.studio, Part(progress, 0.0, 0.5)).paths
    return (*written, *export(walk.project, stems, walk.studio, Part(progress, 0.5, 1.0)).paths)


def _unused_name(studio: Studio) -> str:
    taken = {repository.name for repository in studio.library.repositories()}
    candidates = (PROJECT_NAME, *(f"{PROJECT_NAME} {number}" for number in range(2, len(taken) + 3)))
    return next(name for name in candidates if name not in taken)
