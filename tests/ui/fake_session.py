"""A session in memory: the names and signals of `StudioSession` over the real project, undo, jobs and settings.

Only what would need a library on disk, an engine or a sound card is pretended; what a test wants to know
about those lies in ``calls``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.audio.peaks import Peaks, PeaksBuilder
from infinite_studio.engines.base import EngineInfo, GenerationRequest, Understanding
from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.values import (
    BranchInfo,
    Commit,
    JobRecord,
    RepositoryInfo,
    Sound,
    StemRecord,
    TagInfo,
    User,
)
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.music.key import Key
from infinite_studio.music.stems import StemType
from infinite_studio.project.diff import ProjectDiff
from infinite_studio.project.merging import Side
from infinite_studio.project.model import Clip, LoopRange, Project, Track
from infinite_studio.project.steps import AddClip, AddTracks, SetLoop, Step
from infinite_studio.project.undo import UndoStack
from infinite_studio.services.values import (
    AbListening,
    Changes,
    ContinueSource,
    ExportRequest,
    GrowingTake,
    LikeSource,
    Melody,
    Problem,
    StoredTake,
    StyleInfo,
)
from infinite_studio.settings.folders import Folders
from infinite_studio.settings.settings import Settings
from infinite_studio.soundcard.state import TransportState
from infinite_studio.ui.commit_words import matches

if TYPE_CHECKING:
    from infinite_studio.history.reports import CheckReport, GarbageReport, RepairReport
    from infinite_studio.history.values import Backup
    from infinite_studio.services.caring import DiskBudget
    from infinite_studio.services.comparing import Comparison
    from infinite_studio.services.merging import Conflicts
    from infinite_studio.services.searching import Finds

NOW = datetime.now(UTC)
RATE = 48_000
SKETCH = EngineInfo("sketch", "sketch · built in", "The built-in composer.", "yours", "1")
STYLES = tuple(
    StyleInfo(name, description, tempo, sum(tempo) / 2, moods, (name, *others))
    for name, description, tempo, moods, others in (
        (
            "house",
            "Four on the floor with warm stabs and rolling hats.",
            (118.0, 128.0),
            ("bright",),
            ("deep house",),
        ),
        (
            "lo-fi hip hop",
            "Dusty drums, soft keys and a lazy swing.",
            (70.0, 92.0),
            ("warm", "calm"),
            ("lofi", "lo-fi"),
        ),
        ("trap", "Heavy 808s under quick hats and dark bells.", (130.0, 160.0), ("dark",), ("trap beat",)),
    )
)
QUICK = EngineInfo("quick", "quick · built in", "A rough split by signal processing.", "as the source", "1")


@lru_cache(maxsize=32)
def wave(seconds: float, beats: float, seed: int = 0) -> Peaks:
    """Return the peaks of decaying hits, so that drawings look like music."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(seconds * RATE)) / RATE
    envelope = np.exp(-((time * beats) % 1.0) * 5.0) * (0.6 + 0.4 * np.sin(time))
    samples = (rng.uniform(-1, 1, time.size) * envelope * 0.8).astype(np.float32)[:, np.newaxis]
    builder = PeaksBuilder(RATE)
    builder.add(samples)
    return builder.finish()


def commit(n: int, message: str, parents: tuple[str, ...], minutes: float, **facts: Any) -> Commit:
    """Return a commit with an id that shows its number."""
    changed = facts.get("changed", "drums")
    stems = tuple(
        StemRecord(t, t.value, f"object-{n if t.value == changed else 0}")
        for t in list(StemType)[: facts.get("stems", 4)]
    )
    recipe = Recipe("sketch", "1", prompt=facts["prompt"]) if "prompt" in facts else None
    if recipe:
        stems = tuple(replace(stem, recipe=recipe) for stem in stems)
    return Commit(
        commit_id=f"{n:064x}",
        repository_id="repo-1",
        parent_ids=parents,
        author=User("Ada"),
        created=NOW - timedelta(minutes=minutes),
        message=message,
        tempo_bpm=facts.get("tempo", 84.0),
        key=facts.get("key", "D minor"),
        snapshot_object_id="snap",
        mixdown_object_id=facts.get("mixdown"),
        stems=stems,
    )


class FakeSession(QObject):
    """See the module."""

    changed = Signal(object, object)
    problem = Signal(object)
    notice = Signal(str)

    def __init__(self, folder: Path, project: Project | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.calls: list[tuple[Any, ...]] = []
        self.jobs = JobRunner(parent=self)
        self._undo = UndoStack(project or Project("Untitled"))
        self.settings = Settings(theme="dark")
        self.folders = Folders.under(folder)
        self.repository = RepositoryInfo("repo-1", self._undo.project.name, "main", NOW)
        self.repositories: tuple[RepositoryInfo, ...] = (self.repository,)
        self.branch = "main"
        self.branches: tuple[BranchInfo, ...] = ()
        self.base_commit_id: str | None = None
        self.commits: tuple[Commit, ...] = ()
        self.older: tuple[Commit, ...] = ()
        self.tags: tuple[TagInfo, ...] = ()
        self.diffs: dict[str, ProjectDiff] = {}
        self.finds: Finds | None = None
        self.has_word_search = False
        self.listening_jobs: dict[str, int] = {}
        self.better_tracker = ""
        self.interrupted_jobs: tuple[JobRecord, ...] = ()
        self.tagged: LoopRange | None = None
        self.video_seconds = 12.48
        self.comparison: Comparison | None = None
        self.comparisons: dict[tuple[str, str], Comparison] = {}
        self.ab: AbListening | None = None
        self.library_check: CheckReport | None = None
        self.library_repair: RepairReport | None = None
        self.garbage: GarbageReport | None = None
        self.disk_budget: DiskBudget | None = None
        self.pending_merge: Conflicts | None = None
        self.conflicts: Conflicts | None = None
        self._kept_backups: tuple[Backup, ...] = ()
        self.sounds: tuple[Sound, ...] = ()
        self.takes: tuple[StoredTake, ...] = ()
        self.growing_take: GrowingTake | None = None
        self.continued: ContinueSource | None = None
        self.placed_take_id: str | None = None
        self.like: LikeSource | None = None
        self.melody: Melody | None = None
        self.melody_choices: tuple[Melody, ...] = ()
        self.styles: tuple[StyleInfo, ...] = STYLES
        self.style_problems: tuple[Problem, ...] = ()
        self.generators = (SKETCH,)
        self.separators = (QUICK,)
        self.author = User("Ada", "")
        self.device_label = "CPU, 2 cores"
        self.is_device_ok = True
        self.is_read_only = False
        self.free_bytes = 61_400_000_000
        self.transport_state = TransportState(
            is_playing=False,
            playhead_frame=0,
            device_label="48 kHz · PulseAudio",
            latency_seconds=0.096,
            notice_sentence="",
            notice_hint="",
            is_silent=False,
        )
        self.playhead_frame = 0
        self.auditioned_object_id: str | None = None
        self.analyses: dict[str, Analysis] = {}
        self.found_loops: dict[str, object] = {}
        self.waves: dict[str, Peaks] = {}

    @property
    def project(self) -> Project:
        return self._undo.project

    @property
    def unsaved_steps(self) -> int:
        return self._undo.unsaved_steps

    @property
    def can_undo(self) -> bool:
        return bool(self._undo.undo_label)

    @property
    def can_redo(self) -> bool:
        return bool(self._undo.redo_label)

    @property
    def undo_label(self) -> str:
        return self._undo.undo_label

    @property
    def redo_label(self) -> str:
        return self._undo.redo_label

    @property
    def is_playing(self) -> bool:
        return bool(self.transport_state.is_playing)

    def samples_of(self, object_id: str) -> None:
        return None

    def end_gesture(self) -> None:
        self._undo.end_gesture()

    def stem_types(self, separator: str = "quick") -> tuple[StemType, ...]:
        return (StemType.DRUMS, StemType.BASS, StemType.VOCALS, StemType.OTHER)

    def peaks(self, object_id: str) -> Peaks | None:
        return self.waves.get(object_id)

    def sound_of(self, object_id: str) -> Sound | None:
        return next((sound for sound in self.sounds if sound.object_id == object_id), None)

    def analysis_of(self, object_id: str) -> Analysis | None:
        return self.analyses.get(object_id)

    def listening_of(self, object_id: str) -> Analysis | None:
        return self.analyses.get(object_id)

    def run_again(self, record_id: str) -> None:
        self.calls.append(("run_again", record_id))

    def forget_interrupted(self, record_id: str) -> None:
        self.calls.append(("forget_interrupted", record_id))

    def listening_job(self, object_id: str) -> int | None:
        job_id = self.listening_jobs.get(object_id)
        unfinished = {view.job_id for view in self.jobs.views() if not view.state.is_finished}
        return job_id if job_id in unfinished else None

    def better_beats(self, object_id: str) -> str:
        return self.better_tracker

    def listen_to(self, object_id: str, name: str = "", *, again: bool = False) -> int:
        if again:
            self.calls.append(("listen_again", object_id))
        self.calls.append(("listen_to", object_id))
        self.listening_jobs[object_id] = self._queue(f"Listen to “{name}”", "analyse", LaneName.DISK)
        return self.listening_jobs[object_id]

    def find_like(self, object_id: str) -> int:
        self.calls.append(("find_like", object_id))
        return self._queue("Find what sounds alike", "find", LaneName.DISK)

    def find_words(self, words: str) -> int:
        self.calls.append(("find_words", words))
        return self._queue(f"Find “{words}”", "find:clap", LaneName.INFERENCE)

    def listen_to_everything(self) -> int:
        self.calls.append(("listen_to_everything",))
        return self._queue("Listen to every sound", "listen", LaneName.DISK)

    def levels(self) -> dict[str, float]:
        return (
            dict.fromkeys((track.track_id for track in self.project.tracks), 0.5) if self.is_playing else {}
        )

    def emit(self, **flags: Any) -> None:
        """Tell the views that something changed."""
        self.changed.emit(Changes(**flags), None)

    def apply(self, step: Step) -> None:
        self._attempt(lambda: self._undo.apply(step))

    def undo(self) -> None:
        self._attempt(self._undo.undo)

    def redo(self) -> None:
        self._attempt(self._undo.redo)

    def _attempt(self, action: Callable[[], object]) -> None:
        try:
            action()
        except StudioError as error:
            self.problem.emit(Problem(str(error), error.hint))
            return
        self.emit(project=True, history=True)

    def play_or_stop(self) -> None:
        self.calls.append(("play_or_stop",))
        self.transport_state = replace(self.transport_state, is_playing=not self.is_playing)

    def stop(self) -> None:
        self.transport_state = replace(self.transport_state, is_playing=False)

    def seek(self, frame: int) -> None:
        self.playhead_frame = max(frame, 0)

    def toggle_loop(self) -> None:
        loop = self.project.loop or LoopRange(0, self.project.length_frames or 1, enabled=False)
        self.apply(SetLoop(replace(loop, enabled=not loop.enabled)))

    def audition(self, object_id: str) -> None:
        self.calls.append(("audition", object_id))
        self.auditioned_object_id = None if self.auditioned_object_id == object_id else object_id

    def output_devices(self) -> tuple[str, ...]:
        return ("Built-in output", "Headphones")

    def update_settings(self, **changes: Any) -> None:
        self.settings = replace(self.settings, **changes)
        self.emit(settings=True)

    def write_dragged(self, sounds: Sequence[Any], on_done: Callable[[tuple[Path, ...]], None]) -> int:
        """Say at once that the files are there."""
        self.calls.append(("write_dragged", tuple(sounds)))
        on_done(tuple(self.folders.dragged / f"{sound.name}.wav" for sound in sounds))
        return self._queue("Dragging out", "_drag", LaneName.DISK)

    def place_sound(self, sound_id: str, at_frame: int, track_id: str | None = None) -> None:
        self.calls.append(("place_sound", sound_id, at_frame, track_id))
        sound = next(sound for sound in self.sounds if sound.sound_id == sound_id)
        clip = Clip(sound.object_id, sound.name, at_frame, sound.n_frames)
        self.apply(AddClip(track_id, clip) if track_id else AddTracks((Track(sound.name, clips=(clip,)),)))

    def understand(self, request: GenerationRequest, engine: str = "sketch") -> Understanding | Problem:
        key = request.key or Key.parse("D minor")
        tempo, bars = request.tempo_bpm or 84.0, request.bars or 8
        chips = ("lo-fi", "rhodes", f"{tempo:.0f} BPM", str(key))
        return Understanding(
            "lo-fi",
            tempo,
            key,
            bars,
            bars * 240 / tempo,
            chips,
            ("rain",) if "rain" in request.prompt else (),
        )

    def predict_seconds(self, kind: str, size: float) -> float | None:
        return 0.9

    def predict_generating(self, engine: str, seconds: float, n_takes: int) -> float | None:
        seconds = self.predict_seconds(f"generate:{engine}", seconds)
        return None if seconds is None else seconds * n_takes

    def window_starts(self, source_id: str) -> tuple[float, ...]:
        return ()

    def cut_of(self, source_id: str) -> float | None:
        return None

    def is_being_made(self, clip_or_track_id: str) -> bool:
        return False

    @property
    def shown_project(self) -> Project:
        return self.project

    def choose_continued(self, source_id: str) -> None:
        self.calls.append(("choose_continued", source_id))
        self.continued = ContinueSource(source_id, "Take 1")
        self.emit(sources=True)

    def change_continued(self, *, is_at_playhead: bool, context_seconds: float) -> None:
        self.calls.append(("change_continued", is_at_playhead, context_seconds))

    def drop_continued(self) -> None:
        self.continued = None
        self.emit(sources=True)

    def choose_engine(self, engine: str, sampling: object = None) -> None:
        self.chosen_engine = engine

    def generate(self, request: GenerationRequest, engine: str = "sketch") -> int:
        self.calls.append(("generate", request, engine))
        return self._queue("Generate “lo-fi”", "generate:sketch", LaneName.INFERENCE)

    @property
    def placed_take_ids(self) -> frozenset[str]:
        return frozenset({self.placed_take_id} - {None})

    def generate_takes(
        self, requests: Sequence[GenerationRequest], engine: str = "sketch"
    ) -> tuple[int, ...]:
        return tuple(self.generate(request, engine) for request in requests)

    def is_composed(self, source_id: str) -> bool:
        return any(take.take_id == source_id for take in self.takes)

    def names_tempo(self, prompt: str, engine: str = "sketch") -> bool:
        return "bpm" in prompt

    def choose_like(self, source_id: str) -> None:
        """Listen for ever, until a test sets a blueprint."""
        self.calls.append(("choose_like", source_id))
        take = next((take for take in self.takes if take.take_id == source_id), None)
        self.like = LikeSource(
            source_id, take.label if take else source_id, take.recipe.prompt if take else ""
        )
        self.emit(sources=True)

    def drop_like(self) -> None:
        self.like = None
        self.emit(sources=True)

    def set_melody(self, melody: Melody | None) -> None:
        self.melody = melody
        self.emit(sources=True)

    split_queue: tuple[object, ...] = ()
    is_split_queue_paused = False
    split_queue_job: int | None = None

    def has_weights(self, separator: str) -> bool:
        return separator == "quick"

    def look_for_weights(self) -> None:
        self.calls.append(("look_for_weights",))

    def queue_splits(self, paths: Sequence[Path], request: object) -> None:
        self.calls.append(("queue_splits", tuple(paths), request))

    def pause_splits(self, is_paused: bool) -> None:
        self.calls.append(("pause_splits", is_paused))

    def move_split_up(self, path: Path) -> None:
        self.calls.append(("move_split_up", path))

    def clear_splits(self) -> None:
        self.calls.append(("clear_splits",))

    def drop_split(self, path: Path) -> None:
        self.calls.append(("drop_split", path))

    extended: object = None
    extension_preview: object = None
    living: object = None
    living_plan: object = None
    pack: object = None

    def tagged_loop(self, object_id: str) -> LoopRange | None:
        return self.tagged

    def ask_loop_tags(self) -> None:
        self.calls.append(("ask_loop_tags",))

    def ask_living(self, request: object) -> None:
        self.calls.append(("ask_living", request))

    def write_living(self, request: object, seconds: float) -> int:
        self.calls.append(("write_living", request))
        return self._queue("Living loop", "living:wav", LaneName.INFERENCE)

    def make_pack(self, object_id: str, name: str, request: object, seconds: float) -> int:
        self.calls.append(("make_pack", object_id, request))
        return self._queue(f"Pack “{name}”", "pack:m4a", LaneName.DISK)

    def ask_video_length(self, path: Path, then: Callable[[float], None]) -> None:
        then(self.video_seconds)

    def loops_of(self, object_id: str) -> object:
        return self.found_loops.get(object_id)

    def find_loops(self, object_id: str, name: str, wishes: object) -> int:
        self.calls.append(("find_loops", object_id, wishes))
        return self._queue(f"Find loops in “{name}”", "loops", LaneName.DISK)

    def audition_seam(
        self, object_id: str, points: object, crossfade: object, tempo_bpm: float | None = None
    ) -> None:
        self.calls.append(("audition_seam", object_id, points, crossfade))

    def ask_extension(self, object_id: str, request: object) -> None:
        self.calls.append(("ask_extension", object_id, request))

    def extend_loop(self, object_id: str, name: str, request: object, seconds: float) -> int:
        self.calls.append(("extend_loop", object_id, request))
        return self._queue(f"Extend “{name}”", "extend:wav", LaneName.DISK)

    def split_object(self, object_id: str, at_frame: int = 0, separator: object = "quick") -> int:
        self.calls.append(("split_object", object_id, at_frame, separator))
        return self._queue("Split into stems", "split:quick", LaneName.INFERENCE)

    def commit(self, message: str) -> int:
        self.calls.append(("commit", message))
        return self._queue("Commit", "commit", LaneName.DISK)

    def checkout(self, commit_id: str) -> int:
        self.calls.append(("checkout", commit_id))
        self.base_commit_id = commit_id
        self.emit(history=True, project=True)
        return self._queue("Check out", "checkout", LaneName.DISK)

    @property
    def commit_count(self) -> int:
        return len(self.commits) + len(self.older)

    def commits_before(self, commit_id: str, limit: int) -> tuple[Commit, ...]:
        known = (*self.commits, *self.older)
        place = next(n for n, each in enumerate(known) if each.commit_id == commit_id) + 1
        return known[place : place + limit]

    def commit_of(self, commit_id: str) -> Commit | None:
        known = (*self.commits, *self.older)
        return next((commit for commit in known if commit.commit_id == commit_id), None)

    def search_history(self, text: str, limit: int = 200) -> tuple[Commit, ...]:
        """Find as the library does: each word in the message, prompts, stems, tags, tempo, key or author."""
        tags = {tag.commit_id: tag.name for tag in self.tags}
        known = (*self.commits, *self.older)
        found = [c for c in known if matches(c, text) or text.casefold() in tags.get(c.commit_id, "")]
        return tuple(found[:limit])

    def what_changed(self, commit_id: str) -> ProjectDiff | None:
        return self.diffs.get(commit_id)

    def prepare_peaks(self, object_ids: Sequence[str]) -> None:
        self.calls.append(("prepare_peaks", tuple(object_ids)))

    def audition_commit(self, commit_id: str) -> None:
        self.calls.append(("audition_commit", commit_id))
        commit = self.commit_of(commit_id)
        if commit is not None and commit.mixdown_object_id is not None:
            self.audition(commit.mixdown_object_id)

    def compare(self, a_commit_id: str, b_commit_id: str) -> int:
        self.calls.append(("compare", a_commit_id, b_commit_id))
        job_id = self._queue("Compare versions", "compare", LaneName.DISK)
        self.comparison = self.comparisons.get((a_commit_id, b_commit_id))
        self.emit(history=True)
        return job_id

    def close_comparison(self) -> None:
        self.calls.append(("close_comparison",))
        self.comparison = self.ab = None
        self.emit(history=True)

    def ab_start(self, a_commit_id: str, b_commit_id: str) -> int:
        self.calls.append(("ab_start", a_commit_id, b_commit_id))
        self.ab = AbListening(a_commit_id, b_commit_id)
        self.emit(history=True, device=True)
        return self._queue("Reading two versions", "_prepare", LaneName.DISK)

    def ab_toggle(self) -> None:
        if self.ab is not None:
            self.ab = replace(self.ab, hears_b=not self.ab.hears_b)
            self.emit(history=True)

    def ab_stop(self) -> None:
        self.ab = None
        self.emit(history=True)

    def cherry_pick(
        self,
        commit_id: str,
        stems: Sequence[str],
        stretch: bool = False,
        beside: bool = False,
        move_to_frame: int | None = None,
    ) -> int:
        self.calls.append(("cherry_pick", commit_id, tuple(stems), stretch, beside, move_to_frame))
        return self._queue("Take stems", "merge", LaneName.DISK)

    def merge(self, commit_id: str, choices: Mapping[str, Side] | None = None) -> int:
        """Answer with the conflicts a test has laid ready, until all of them are chosen."""
        chosen = dict(choices or {})
        self.calls.append(("merge", commit_id, chosen))
        conflicts = self.conflicts
        is_open = conflicts is not None and {c.choice_id for c in conflicts.conflicts} - set(chosen)
        job_id = self._queue("Merge", "merge", LaneName.DISK)
        self.pending_merge = conflicts if is_open else None
        self.emit(history=True)
        return job_id

    def dismiss_merge(self) -> None:
        self.pending_merge = None
        self.emit(history=True)

    def library_bytes(self) -> int:
        return 1_240_000_000

    def backups(self) -> tuple[Backup, ...]:
        return self._kept_backups

    def check_library(self) -> int:
        return self._care("Check the library", "check")

    def repair_library(self, sources: Sequence[Path] = ()) -> int:
        return self._care("Repair the library", "repair", tuple(sources))

    def collect_garbage(self, dry_run: bool = True) -> int:
        return self._care("Collect garbage", "gc", dry_run)

    def fit_disk_budget(self, budget_bytes: int, dry_run: bool = True) -> int:
        return self._care("Fit the disk budget", "budget", budget_bytes, dry_run)

    def back_up_now(self) -> int:
        return self._care("Back up", "backup")

    def _care(self, title: str, kind: str, *arguments: Any) -> int:
        self.calls.append((kind, *arguments))
        return self._queue(title, kind, LaneName.DISK)

    def export(self, request: ExportRequest) -> int:
        self.calls.append(("export", request))
        return self._queue("Export", "export", LaneName.DISK)

    def estimate_export_bytes(self, request: ExportRequest) -> int:
        return self.project.length_frames * 2 * request.bit_depth // 8

    def import_files(
        self, paths: Sequence[Path], at_frame: int | None = None, track_id: str | None = None
    ) -> None:
        self.calls.append(("import_files", tuple(paths), at_frame, track_id))

    def close(self) -> bool:
        return self.jobs.shutdown(2.0)

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Note the use cases that change nothing here: their names are checked against the real session by a test."""
        recorded = {
            "new_project", "open_project", "rename_project", "fork_commit", "use_take", "add_take", "remove_sound",
            "set_sound_tempo", "set_object_tempo", "set_tempo_locked", "set_object_key", "set_object_keyless", "set_key_locked", "forget_finds", "choose_output", "create_branch", "switch_branch", "set_author",
            "load_melody", "melody_from", "melody_of_sound", "reroll_window", "continue_take", "reroll_stem", "export_midi", "vary",
            "place_stem_of_commit", "tag_commit", "delete_tag", "delete_branch", "set_public", "export_bundle",
            "import_bundle",
        }  # fmt: skip
        if name not in recorded:
            raise AttributeError(name)
        return lambda *arguments: self.calls.append((name, *arguments))

    def _queue(self, title: str, kind: str, lane: LaneName) -> int:
        return self.jobs.submit(Job(title, kind, lane, lambda progress: progress.report(1.0)))


def full_session(folder: Path) -> FakeSession:
    """Return a session in the middle of an evening's work, as in the drawing."""
    bar = 240 * RATE / 84

    def track(
        name: str, stem: StemType, gain_db: float, starts: tuple[float, ...], n_bars: float = 8
    ) -> Track:
        clips = tuple(Clip(f"o-{name}", name, round(s * bar), round(n_bars * bar)) for s in starts)
        return Track(name, stem, clips, gain_db)

    tracks = (
        track("Drums", StemType.DRUMS, -3.1, (0, 8)),
        track("Bass", StemType.BASS, -5.0, (0, 8)),
        track("Rhodes", StemType.MELODY, -6.2, (0, 8)),
        track("Texture", StemType.OTHER, -14.0, (0, 8)),
        replace(track("Vocals · lets_go.mp3", StemType.VOCALS, -2.0, (2,), 9), muted=True),
    )
    project = Project(
        "Rainy tape", 84.0, Key.parse("D minor"), tracks, (), LoopRange(round(4 * bar), round(12 * bar))
    )
    session = FakeSession(folder, project)
    for n, each in enumerate(tracks):
        session.waves[each.clips[0].object_id] = wave(24, (2.8, 0.7, 0.35, 9.0, 0.5)[n], n)
    _fill_history(session)
    _fill_library(session)
    session.free_bytes = 61_400_000_000
    session.playhead_frame = round(12.48 * RATE)
    session._undo.apply(AddClip(tracks[0].track_id, replace(tracks[0].clips[0], start_frame=round(16 * bar))))
    session._undo.undo()
    from infinite_studio.project.steps import SetGain, SetTempo

    session._undo.apply(SetTempo(84.5))
    session._undo.apply(SetTempo(84.0))
    session._undo.apply(SetGain(tracks[3].track_id, -14.5))
    return session


def _fill_history(session: FakeSession) -> None:
    def cid(n: int) -> str:
        return f"{n:064x}"

    session.commits = (
        commit(7, "Softer hats, 84 BPM", (cid(6),), 2, prompt="lo-fi hip hop, dusty rhodes", mixdown="mix-7"),
        commit(6, "Merge rhodes from “late night”", (cid(4), cid(5)), 9, mixdown="mix-6"),
        commit(5, "Late night take", (cid(4),), 14, stems=1, mixdown="mix-5"),
        commit(4, "Vocals split from lets_go.mp3", (cid(3),), 31, stems=5, mixdown="mix-4"),
        commit(3, "Hum becomes lead", (cid(2),), 40, mixdown="mix-3"),
        commit(2, "Forked from “Tape study”", (cid(1),), 60 * 24, tempo=90.0, mixdown="mix-2"),
        commit(1, "First sketch", (), 60 * 25, tempo=90.0),
    )
    session.tags = (TagInfo("demo-1", cid(4)),)
    for n in range(2, 8):
        session.waves[f"mix-{n}"] = wave(24, (2.8, 0.7, 0.35, 9.0, 0.5)[n % 5], n % 5)
    session.branches = (BranchInfo("main", cid(7)), BranchInfo("late-night", cid(5)))
    session.base_commit_id = cid(7)
    session.repositories = (session.repository, RepositoryInfo("repo-2", "Tape study", "main", NOW))


def _fill_library(session: FakeSession) -> None:
    sounds = []
    facts = (
        ("lets_go.mp3", 93.1, 112.0, "G major"),
        ("speech.ogg", 12.0, None, None),
        ("قيثارة ليلية.flac", 31.5, 90.0, "F minor"),
    )
    for n, (name, seconds, tempo, key) in enumerate(facts):
        object_id = f"s{n}"
        sounds.append(Sound(f"sound-{n}", name, object_id, RATE, 2, round(seconds * RATE), None, NOW, name))
        session.analyses[object_id] = Analysis(
            tempo, 0.8 if tempo else 0.0, Key.parse(key) if key else None, 0.7, -14.0, seconds, RATE, 2
        )
        session.waves[object_id] = wave(min(seconds, 20.0), 1.0 + n, n)
    session.sounds = tuple(sounds)
