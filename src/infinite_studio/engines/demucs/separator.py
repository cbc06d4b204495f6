"""`DemucsSeparator`: a model of the Demucs family behind the studio's protocol."""

import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.resampling import StreamResampler
from infinite_studio.engines.base import EngineInfo, Separation
from infinite_studio.engines.collecting import collected
from infinite_studio.engines.demucs.accumulating import stem_sums
from infinite_studio.engines.demucs.grid import Grid
from infinite_studio.engines.demucs.models import DemucsModel
from infinite_studio.engines.demucs.passes import Pass, StemFrames
from infinite_studio.engines.demucs.precision import Precision, PrecisionMemory
from infinite_studio.engines.demucs.runner import Runner
from infinite_studio.engines.demucs.shelf import Ensemble, NetworkShelf
from infinite_studio.engines.demucs.window import Levels
from infinite_studio.engines.streams import (
    BLOCK_FRAMES,
    EVERYTHING,
    AudioSource,
    SoundSource,
    SplitOptions,
    StemBlocks,
)
from infinite_studio.engines.warm_models import WarmModels
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress

SHIFT_SECONDS = 0.5
MAX_SHIFTS = 20
MAX_OVERLAP = 0.9
_STATISTICS_SHARE = 0.02
_BATCH = {"cpu": 1}
_GRAPHICS_BATCH = 4


class WeightsFolders(Protocol):
    """Where weights lie on this computer."""

    def folder_of(self, name: str) -> Path:
        """Return the folder with the files of a model; raise a `StudioError` where they are not here."""


class DemucsSeparator:
    """Splits with one model; its networks are loaded when first needed and stay warm.

    Parameters
    ----------
    model : DemucsModel
        Which model.
    weights : WeightsFolders
        Where its files are.
    device : callable
        Returns ``cpu``, ``cuda`` or ``mps``; asked once, when a network is loaded.
    warm : WarmModels or None
        The networks in memory, where several models share it.
    memory_file : Path or None
        Where it is remembered which precision pays on this machine.
    scratch : Path or None
        Folder for what does not fit into memory; None means the system's.
    precision : Precision or None
        What networks compute in; None tries what pays on this machine.
    """

    def __init__(
        self,
        model: DemucsModel,
        weights: WeightsFolders,
        *,
        device: Callable[[], str],
        warm: WarmModels[Runner] | None = None,
        memory_file: Path | None = None,
        scratch: Path | None = None,
        precision: Precision | None = None,
    ) -> None:
        self._model = model
        self._scratch = scratch
        memory = PrecisionMemory(memory_file, precision)
        self._shelf = NetworkShelf(model.name, weights.folder_of, device, memory, warm or WarmModels())

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""
        return self._model.info

    @property
    def stem_types(self) -> tuple[StemType, ...]:
        """The stems it makes, in the order to show them."""
        return self._model.stem_types

    def load(self) -> None:
        """Load a network ahead of the first split."""
        self._shelf.ensemble()

    def let_go(self) -> None:
        """Give back the memory of the networks; they are loaded again when they are needed."""
        self._shelf.let_go()

    def recipe(self, options: SplitOptions = EVERYTHING) -> Recipe:
        """Return how such a separation is made again."""
        default = asdict(EVERYTHING)
        chosen = {name: value for name, value in asdict(options).items() if value != default[name]}
        chosen.pop("stem_types", None)
        return Recipe(
            engine=self._model.name,
            model_revision=self.info.revision,
            parameters=chosen,
            device=self._shelf.device,
        )

    def separate(self, audio: Audio, progress: Progress, options: SplitOptions = EVERYTHING) -> Separation:
        """Split a sound into stems, of its own rate, length and number of channels."""
        blocks = self.separate_stream(AudioSource(audio), progress, options)
        return collected(blocks, options.wanted(self.stem_types), audio, self.recipe(options))

    def separate_stream(
        self, source: SoundSource, progress: Progress, options: SplitOptions = EVERYTHING
    ) -> Iterator[StemBlocks]:
        """Yield the stems block after block; needs the same memory for a song and for three hours."""
        progress.report(0.0, "Loading the model")
        ensemble = self._shelf.ensemble()
        wanted = options.wanted(self.stem_types)
        levels = Levels(source, ensemble.sample_rate, Part(progress, 0.0, _STATISTICS_SHARE))
        rest = Part(progress, _STATISTICS_SHARE, 1.0)
        stems = _Wanted(ensemble, wanted)
        indices = stems.network_indices
        if len(indices) == 1:
            blocks = self._one(indices[0], source, levels, options, rest)
            finished: Iterator[StemFrames] = (stems.scaled(indices[0], block) for block in blocks)
        else:
            finished = self._several(stems, source, levels, options, rest)
        yield from _at_source_rate(finished, wanted, source, ensemble.sample_rate)
        progress.report(1.0)

    def _one(
        self, index: int, source: SoundSource, levels: Levels, options: SplitOptions, progress: Progress
    ) -> Iterator[StemFrames]:
        runner = self._shelf.runner(index)
        segment = runner.segment_frames(options.segment_seconds, self._shelf.ensemble().segment_seconds)
        overlap = min(max(options.overlap, 0.0), MAX_OVERLAP)
        grid = Grid(levels.n_frames, segment, overlap, _shifts(options.shifts, runner))
        batch = _BATCH.get(runner.device, _GRAPHICS_BATCH)
        return Pass(runner, source, levels, grid, batch).blocks(progress)

    def _several(
        self, stems: "_Wanted", source: SoundSource, levels: Levels, options: SplitOptions, progress: Progress
    ) -> Iterator[StemFrames]:
        """Add the networks of a bag up, one after another."""
        indices = stems.network_indices
        n_channels = 2 * levels.mean.shape[0]
        with stem_sums(stems.n_stems, levels.n_frames, n_channels, self._scratch) as sums:
            for turn, index in enumerate(indices):
                part = Part(progress, turn / len(indices), (turn + 1) / len(indices))
                done = 0
                for block in self._one(index, source, levels, options, part):
                    sums[:, done : done + block.shape[1]] += stems.scaled(index, block)
                    done += block.shape[1]
            for start in range(0, levels.n_frames, BLOCK_FRAMES):
                yield np.array(sums[:, start : start + BLOCK_FRAMES])


class _Wanted:
    """Which networks of an ensemble the wanted stems need, and how much each counts."""

    def __init__(self, ensemble: Ensemble, wanted: tuple[StemType, ...]) -> None:
        order = [ensemble.sources.index(stem.value) for stem in wanted]
        matrix = np.asarray(ensemble.weights, np.float32)[:, order]
        self._order = order
        self._shares: NDArray[np.float32] = matrix / np.maximum(matrix.sum(axis=0), 1e-12)

    @property
    def n_stems(self) -> int:
        """How many stems are wanted."""
        return len(self._order)

    @property
    def network_indices(self) -> tuple[int, ...]:
        """The networks that count for any of the wanted stems."""
        return tuple(int(index) for index in np.flatnonzero(self._shares.any(axis=1)))

    def scaled(self, index: int, block: StemFrames) -> StemFrames:
        """Return the wanted stems of one network's block, as much as they count."""
        chosen, shares = block[self._order], self._shares[index]
        if (shares != 1).any():
            chosen *= shares[:, None, None]
        return chosen


def _shifts(count: int, runner: Runner) -> tuple[int, ...]:
    """Return how far before the sound each pass begins: the same for the same count, spread by chance."""
    if count <= 0:
        return (0,)
    most = int(SHIFT_SECONDS * runner.sample_rate)
    chance = random.Random(0)
    return tuple(most - chance.randint(0, most) for _ in range(min(count, MAX_SHIFTS)))


def _at_source_rate(
    blocks: Iterator[StemFrames], wanted: tuple[StemType, ...], source: SoundSource, sample_rate: int
) -> Iterator[StemBlocks]:
    """Yield blocks with the source's rate and channels, exactly as many frames as it has."""
    resamplers = {
        stem: StreamResampler(source.n_channels, sample_rate, source.sample_rate) for stem in wanted
    }
    given = 0
    for block in blocks:
        pieces = {
            stem: resamplers[stem].process(np.ascontiguousarray(samples[:, : source.n_channels]))
            for stem, samples in zip(wanted, block, strict=True)
        }
        given += yield from _cut(pieces, source.n_frames - given)
    nothing: Samples = np.zeros((0, source.n_channels), np.float32)
    last = {stem: resamplers[stem].process(nothing, last=True) for stem in wanted}
    given += yield from _cut(last, source.n_frames - given)
    if given < source.n_frames:
        missing = np.zeros((source.n_frames - given, source.n_channels), np.float32)
        yield dict.fromkeys(wanted, missing)


def _cut(pieces: dict[StemType, Samples], left: int) -> Generator[StemBlocks, None, int]:
    n_frames: int = min(next(iter(pieces.values())).shape[0], left)
    if n_frames > 0:
        yield {stem: piece[:n_frames] for stem, piece in pieces.items()}
    return max(n_frames, 0)
