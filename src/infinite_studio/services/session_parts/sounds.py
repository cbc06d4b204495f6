"""Sounds from outside: import, place, analyse, split."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.audio.audio import Samples
from infinite_studio.audio.peaks import Peaks
from infinite_studio.engines.base import EngineInfo
from infinite_studio.history.values import Sound
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress
from infinite_studio.project.model import Clip, Project, Track
from infinite_studio.project.steps import AddClip, AddTracks
from infinite_studio.services import importing, listening
from infinite_studio.services.session_parts.editing import Editing
from infinite_studio.services.sound_bank import GrowingPeaks
from infinite_studio.services.values import Changes

T = TypeVar("T")


@dataclass
class _Landing:
    """Where a dropped file goes, and the clip that stands for it while it is read."""

    at_frame: int
    track_id: str | None
    clip_id: str = ""
    new_track_id: str = ""


class Sounds(Editing):
    """Everything about dropped files and their stems."""

    @property
    def sounds(self) -> tuple[Sound, ...]:
        """The library of sounds, newest first."""
        return self._shelf.sounds

    @property
    def separators(self) -> tuple[EngineInfo, ...]:
        """The ways to split a sound, the default first."""
        separators = self.studio.separators
        return tuple(separators.get(name).info for name in separators.names)

    def peaks(self, object_id: str) -> Peaks | None:
        """Return a sound's waveform, complete or growing."""
        return self._studio.bank.peaks(object_id) if self._studio else None

    def samples_of(self, object_id: str) -> Samples | None:
        """Return a sound's samples at the project's rate, mapped from the disk; None while it is not decoded."""
        return self._studio.bank.samples(object_id) if self._studio else None

    def sound_of(self, object_id: str) -> Sound | None:
        """Return the library's entry for an object, where it has one."""
        return next((sound for sound in self.sounds if sound.object_id == object_id), None)

    def analysis_of(self, object_id: str) -> Analysis | None:
        """Return what is known about a sound."""
        sound = self.sound_of(object_id)
        return (
            Analysis.from_json(sound.analysis) if sound is not None and sound.analysis is not None else None
        )

    def seconds_of(self, object_id: str) -> float:
        """Return how long a stored sound is; 1 while it is not decoded."""
        samples = self.samples_of(object_id)
        return 1.0 if samples is None else samples.shape[0] / self.project.sample_rate

    def stem_types(self, separator: str = "quick") -> tuple[StemType, ...]:
        """Return the stems that a separator makes, in the order to show them."""
        return self.studio.separators.get(separator).stem_types

    def import_files(
        self, paths: Sequence[Path], at_frame: int | None = None, track_id: str | None = None
    ) -> None:
        """Keep dropped files and put each on the timeline, one job a file."""
        for path in paths:
            landing = _Landing(max(0, at_frame or 0), track_id if len(paths) == 1 else None)
            self._guard(partial(self._import_file, path, landing))

    def place_sound(self, sound_id: str, at_frame: int, track_id: str | None = None) -> None:
        """Put a sound of the library on the timeline."""
        sound = next((s for s in self.sounds if s.sound_id == sound_id), None)
        if sound is not None:
            self._prepare_then(
                sound.object_id, lambda n: self._place(sound, n, _Landing(max(0, at_frame), track_id))
            )

    def remove_sound(self, sound_id: str) -> None:
        """Take a sound out of the library's list; clips and versions that use it keep it."""
        self._guard(lambda: self.studio.library.remove_sound(sound_id))
        self._refresh_shelf(Changes(sounds=True))

    def _import_file(self, path: Path, landing: _Landing) -> None:
        studio = self.studio

        def work(progress: Progress) -> Sound:
            return importing.import_sound(path, studio, progress)

        size = max(1.0, _size_of(path) / 1e6)
        self._run(
            self._disk_job(f"Import “{path.name}”", "import", work, size),
            partial(self._on_imported, landing),
            on_partial=partial(self._on_import_partial, landing),
            on_failure=partial(self._take_back, landing),
        )

    def _on_import_partial(self, landing: _Landing, shared: object) -> None:
        if isinstance(shared, importing.ImportStarted) and shared.n_frames is not None:
            self._land(shared.name, shared.object_id, shared.n_frames, landing)
        elif isinstance(shared, GrowingPeaks):
            self.changed.emit(Changes(peaks=frozenset({shared.object_id})), None)

    def _on_imported(self, landing: _Landing, sound: Sound) -> None:
        n_frames = self.studio.bank.prepare(sound.object_id)
        if landing.clip_id:
            self._desk.amend(partial(_with_exact_length, landing.clip_id, n_frames))
        else:
            self._land(sound.name, sound.object_id, n_frames, landing)
        self._project_changed(Changes(project=True, history=True, peaks=frozenset({sound.object_id})))
        self._refresh_shelf(Changes(sounds=True))
        if sound.analysis is None:
            self._listen(sound)

    def _land(self, name: str, object_id: str, n_frames: int, landing: _Landing) -> None:
        clip = importing.clip_of_sound(name, object_id, n_frames, landing.at_frame)
        landing.clip_id = clip.clip_id
        existing = {track.track_id for track in self.project.tracks}
        if landing.track_id in existing:
            self.apply(AddClip(landing.track_id or "", clip, label=f"import {name}"))
            return
        track = Track(name=name, clips=(clip,))
        landing.new_track_id = track.track_id
        self.apply(AddTracks((track,), label=f"import {name}"))

    def _take_back(self, landing: _Landing) -> None:
        """Remove the clip of a file that turned out to be unreadable, wherever undo might bring it back."""
        if landing.clip_id:
            self._desk.amend(partial(_without_clip, landing.clip_id, landing.new_track_id))
            self._project_changed()

    def _place(self, sound: Sound, n_frames: int, landing: _Landing) -> None:
        self._land(sound.name, sound.object_id, n_frames, landing)

    def _prepare_then(self, object_id: str, then: Callable[[int], None]) -> None:
        def start() -> None:
            studio = self.studio
            job = self._disk_job("Reading a sound", "_prepare", lambda p: studio.bank.prepare(object_id, p))
            self._run(job, then)

        self._guard(start)

    def _listen(self, sound: Sound) -> int:
        studio = self.studio

        def work(progress: Progress) -> Analysis:
            return importing.analyse_sound(sound, studio, progress)

        job = self._listening_job(
            f"Listen to “{sound.name}”", "analyse", work, sound.n_frames / sound.sample_rate
        )
        return self._run(job, partial(self._on_analysed, sound))

    def _listening_job(
        self, title: str, kind: str, work: Callable[[Progress], T], size: float = 1.0
    ) -> Job[T]:
        """Return a job that listens; where a network finds the beats, on the lane to which models are confined."""
        job = self._disk_job(title, kind, work, size)
        if listening.chosen_tracker(self.studio) is None:
            return job
        return replace(job, kind=f"{kind}:beats", lane=LaneName.INFERENCE)

    def _listen_to_the_rest(self) -> None:
        """Go on with sounds that were not listened to before the studio was closed."""
        if not self.is_read_only:
            for sound in self.sounds:
                if sound.analysis is None:
                    self._listen(sound)

    def _on_analysed(self, sound: Sound, analysis: Analysis) -> None:
        self._refresh_shelf(Changes(sounds=True))
        tracks = self.project.tracks
        is_alone = len(tracks) == 1 and all(clip.object_id == sound.object_id for clip in tracks[0].clips)
        if is_alone and (analysis.tempo_bpm or analysis.key):
            label = f"tempo of {sound.name}"
            self.apply(AddTracks((), label=label, tempo_bpm=analysis.tempo_bpm, key=analysis.key))


def _with_exact_length(clip_id: str, n_frames: int, project: Project) -> Project:
    def exact(clip: Clip) -> Clip:
        if clip.clip_id != clip_id or clip.source_offset_frames:
            return clip
        return replace(clip, length_frames=n_frames)

    tracks = tuple(
        replace(track, clips=tuple(exact(clip) for clip in track.clips)) for track in project.tracks
    )
    return replace(project, tracks=tracks)


def _without_clip(clip_id: str, track_id: str, project: Project) -> Project:
    tracks = (replace(t, clips=tuple(c for c in t.clips if c.clip_id != clip_id)) for t in project.tracks)
    return replace(project, tracks=tuple(t for t in tracks if t.clips or t.track_id != track_id))


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
