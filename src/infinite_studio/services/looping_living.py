"""A living loop out of a project: over the versions in its history, or over re-rolls that are made as it goes."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.files import free_bytes
from infinite_studio.audio.runs import LongSound
from infinite_studio.audio.sanitise import BitDepth
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.errors import StudioError
from infinite_studio.history.values import Commit
from infinite_studio.looping.formats import FileKind, format_of
from infinite_studio.looping.living import LivingRun, Piece, PieceSource, steps_for
from infinite_studio.looping.problems import LoopingError, TargetTooShortError
from infinite_studio.looping.targets import Target
from infinite_studio.looping.verifying import Verified
from infinite_studio.looping.writing import NameTakenError, write_runs
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress, Silence
from infinite_studio.project.model import BEATS_PER_BAR, Project
from infinite_studio.services.composer import composer_of, request_of
from infinite_studio.services.projects import OpenedProject
from infinite_studio.services.studio import Studio

JOIN_SECONDS = 0.02
MOST_VERSIONS = 64
LARGEST_SEED = 1_000_000
_SAME_BPM = 0.05


class LivingSource(StrEnum):
    """What a living loop walks over."""

    AUTO = "auto"
    HISTORY = "history"
    SKETCH = "sketch"


class NoVariationsError(LoopingError):
    """A project without anything to walk over."""

    def __init__(self, project: str) -> None:
        super().__init__(
            f"“{project}” has neither two versions of the same tempo nor a take of the built-in composer.",
            hint="Commit a variation, or generate a take first.",
        )
        self.project = project


@dataclass(frozen=True)
class LivingRequest:
    """A living loop.

    Parameters
    ----------
    target : Target
        A length; a number of repeats counts pieces.
    output : Path
        The file; an existing one is never overwritten.
    source : LivingSource
        What it walks over.
    apart : int
        How many other pieces lie at least between two times of the same one.
    seed : int
        Same seed, same walk.
    pool : int
        How many re-rolls there are, where it walks over those.
    bit_depth : BitDepth
        For WAV and FLAC.
    """

    target: Target
    output: Path
    source: LivingSource = LivingSource.AUTO
    apart: int = 2
    seed: int = 0
    pool: int = 8
    bit_depth: BitDepth = BitDepth.INT_16


@dataclass(frozen=True)
class LivingPlan:
    """What will be heard: the names of the pieces in order, and when each begins."""

    steps: tuple[str, ...]
    starts_seconds: tuple[float, ...]
    duration_seconds: float
    n_pieces: int
    source: LivingSource
    pieces: tuple[int, ...] = ()


@dataclass(frozen=True)
class Living:
    """A living loop that was written."""

    path: Path
    plan: LivingPlan
    verified: Verified
    size_bytes: int


def plan_living(
    opened: OpenedProject, request: LivingRequest, studio: Studio, progress: Progress
) -> LivingPlan:
    """Return what will be heard, without writing it."""
    return _prepared(opened, request, studio, progress, Silence())[1]


def write_living(opened: OpenedProject, request: LivingRequest, studio: Studio, progress: Progress) -> Living:
    """Write a living loop, verified; nothing half-written stays."""
    if request.output.exists():
        raise NameTakenError(request.output)
    kind = FileKind(format_of(request.output), request.bit_depth)
    writing = _Writing(Part(progress, 0.15, 1.0))
    run, plan, rate = _prepared(opened, request, studio, Part(progress, 0.0, 0.15), _Meanwhile(writing))
    if kind.rate_for(rate) != rate:
        kind.require_writable(2)
    written = write_runs(
        request.output,
        kind,
        LongSound([run], rate, 2),
        writing,
        needed_bytes=_needed_bytes(run, kind, request.output),
    )
    return Living(written.path, plan, written.verified, written.size_bytes)


class _Writing:
    """A `Progress` that knows how far it is."""

    def __init__(self, whole: Progress) -> None:
        self._whole = whole
        self._fraction = 0.0

    def report(self, fraction: float, stage: str = "") -> None:
        """Pass on, and remember."""
        self._fraction = fraction
        self._whole.report(fraction, stage)

    def go_on(self, stage: str) -> None:
        """Say what is being done, at the place where the work is; may cancel."""
        self._whole.report(self._fraction, stage)

    def share(self, partial: object) -> None:
        """Pass on."""
        self._whole.share(partial)


class _Meanwhile:
    """A `Progress` for what is made in the middle of writing: it can be cancelled, and the bar does not jump."""

    def __init__(self, writing: _Writing) -> None:
        self._writing = writing

    def report(self, fraction: float, stage: str = "") -> None:
        """Let the writing be cancelled."""
        self._writing.go_on(stage or f"Rolling a variation, {fraction:.0%}")

    def share(self, partial: object) -> None:
        """Show nothing: only the whole is heard."""


def _needed_bytes(run: LivingRun, kind: FileKind, output: Path) -> int:
    raw = run.round_frames * 2 * int(kind.bit_depth) // 8
    most = raw if kind.loop_format.is_lossless else run.round_frames // 2
    return min(most, max(free_bytes(output.parent), 1) * 2)


def _prepared(
    opened: OpenedProject, request: LivingRequest, studio: Studio, progress: Progress, making: Progress
) -> tuple[LivingRun, LivingPlan, int]:
    source, kind = _source(opened, request, studio, progress, making)
    rate, lengths = opened.project.sample_rate, source.lengths
    if request.target.repeats is not None:
        steps = steps_for([1] * len(lengths), request.target.repeats, request.apart, request.seed)
        n_frames = sum(lengths[index] for index in steps)
    else:
        wished = round((request.target.seconds or 0.0) * rate)
        if wished < lengths[0]:
            raise TargetTooShortError(wished / rate, lengths[0] / rate)
        steps = steps_for(lengths, wished, request.apart, request.seed)
        n_frames = wished if request.target.is_exact else sum(lengths[index] for index in steps)
    starts = np.cumsum([0, *(lengths[index] for index in steps[:-1])]) / rate
    run = LivingRun(source, tuple(steps), n_frames, round(JOIN_SECONDS * rate))
    names = tuple(source.names[index] for index in steps)
    times = tuple(float(start) for start in starts)
    plan = LivingPlan(names, times, n_frames / rate, len(lengths), kind, tuple(steps))
    return run, plan, rate


class _Sized(PieceSource):
    """Pieces whose lengths are known before they are made."""

    @property
    def lengths(self) -> Sequence[int]:
        """Length of each piece's whole bars in frames."""
        raise NotImplementedError


def _source(
    opened: OpenedProject, request: LivingRequest, studio: Studio, progress: Progress, making: Progress
) -> tuple[_Sized, LivingSource]:
    if request.source is not LivingSource.SKETCH:
        versions = _versions(opened, studio)
        if len(versions) > 1 or (request.source is LivingSource.HISTORY and versions):
            return _HistoryPieces(versions, opened.project, studio, progress), LivingSource.HISTORY
    wanted = None if request.source is LivingSource.HISTORY else _composed(opened.project, studio)
    if wanted is None:
        raise NoVariationsError(opened.repository.name)
    rate = opened.project.sample_rate
    return _RerolledPieces(wanted, request, studio, rate, making), LivingSource.SKETCH


def _versions(opened: OpenedProject, studio: Studio) -> list[Commit]:
    """Return the versions of the newest one's tempo that have a sound, each sound once, the newest first."""
    commits = studio.library.log(opened.repository.repository_id, limit=MOST_VERSIONS)
    found: dict[str, Commit] = {}
    for commit in commits:
        is_same = not found or _is_near(commit.tempo_bpm, next(iter(found.values())).tempo_bpm)
        if commit.mixdown_object_id is not None and commit.tempo_bpm and is_same:
            found.setdefault(commit.mixdown_object_id, commit)
    return list(found.values())


def _is_near(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) < _SAME_BPM


class _HistoryPieces(_Sized):
    """The mixdowns of versions, cut to whole bars; what rings on after them is laid over the next."""

    def __init__(
        self, commits: Sequence[Commit], project: Project, studio: Studio, progress: Progress
    ) -> None:
        self._commits = [(commit, commit.mixdown_object_id or "") for commit in commits]
        self._bank = studio.bank
        frames_per_bar = BEATS_PER_BAR * 60 * project.sample_rate / float(commits[0].tempo_bpm or 120.0)
        frames = []
        for done, (_, object_id) in enumerate(self._commits):
            part = Part(progress, done / len(commits), (done + 1) / len(commits))
            frames.append(self._bank.prepare(object_id, part))
        self._lengths = [round(max(int(n / frames_per_bar + 0.01), 1) * frames_per_bar) for n in frames]
        self._lengths = [min(length, n) for length, n in zip(self._lengths, frames, strict=True)]

    @property
    def names(self) -> Sequence[str]:
        """Message and short id of each version."""
        return [f"{commit.message or 'version'} ({commit.short_id})" for commit, _ in self._commits]

    @property
    def lengths(self) -> Sequence[int]:
        """Whole bars of each, in frames."""
        return self._lengths

    def piece(self, index: int) -> Piece:
        """Return a version's mixdown."""
        samples = self._bank.samples(self._commits[index][1])
        assert samples is not None
        return Piece(self.names[index], samples, self._lengths[index])


class _RerolledPieces(_Sized):
    """A take and takes with one or two of its stems rolled again, made when they are first heard."""

    def __init__(
        self,
        wanted: tuple[str, GenerationRequest],
        request: LivingRequest,
        studio: Studio,
        sample_rate: int,
        making: Progress,
    ) -> None:
        self._engine = studio.generators.get(wanted[0])
        base = replace(wanted[1], is_loop=True)
        self._requests = _rerolls(base, max(request.pool, 1), request.seed)
        self._making = making
        self._made: dict[int, Piece] = {}
        self._length = round(self._engine.understand(base).duration_seconds * sample_rate)

    @property
    def names(self) -> Sequence[str]:
        """Which stems each has rolled again."""
        return [name for name, _ in self._requests]

    @property
    def lengths(self) -> Sequence[int]:
        """All are equally long."""
        return [self._length] * len(self._requests)

    def piece(self, index: int) -> Piece:
        """Make a take, or return the one made before."""
        if index not in self._made:
            name, request = self._requests[index]
            made = self._engine.generate(request, self._making).mixdown.samples[: self._length]
            self._made[index] = Piece(name, _spooled(made, self._length), self._length)
        return self._made[index]


def _spooled(samples: Samples, n_frames: int) -> Samples:
    """Return a piece of exactly this length, mapped from a file without a name: sixty of them would fill the memory."""
    with tempfile.TemporaryFile() as file:
        kept = np.memmap(file, np.float32, "w+", shape=(n_frames, samples.shape[1]))
    kept[: len(samples)] = samples
    return kept


def _rerolls(base: GenerationRequest, pool: int, seed: int) -> list[tuple[str, GenerationRequest]]:
    random = np.random.Generator(np.random.PCG64(seed))
    stems = (StemType.DRUMS, StemType.BASS, StemType.MELODY, StemType.OTHER)
    found: list[tuple[str, GenerationRequest]] = [("as it was", base)]
    for number in range(1, pool):
        chosen = [stems[int(i)] for i in sorted(random.choice(len(stems), 1 + number % 2, replace=False))]
        seeds = {stem: int(random.integers(1, LARGEST_SEED)) for stem in chosen}
        name = f"re-roll {number}: {', '.join(stem.value for stem in chosen)}"
        found.append((name, replace(base, part_seeds={**base.part_seeds, **seeds})))
    return found


def _composed(project: Project, studio: Studio) -> tuple[str, GenerationRequest] | None:
    """Return the engine and request behind the first clip that a composer made."""
    for _, clip in project.clips():
        try:
            is_composed = composer_of(clip.recipe, studio.generators) is not None
            request = request_of(clip.recipe, studio.generators) if is_composed else None
        except StudioError:
            continue
        if request is not None and clip.recipe is not None:
            return clip.recipe.engine, request
    return None
