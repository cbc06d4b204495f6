"""A separator for tests: the way of `quick` through a sound, with masks that give every stem the same quarter."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from infinite_studio.engines.base import EngineInfo
from infinite_studio.engines.quick.geometry import Geometry
from infinite_studio.engines.quick.passages import reader_of
from infinite_studio.engines.quick.separator import QuickSeparator
from infinite_studio.engines.quick.stream import split_stream
from infinite_studio.engines.streams import EVERYTHING, SoundSource, SplitOptions, StemBlocks
from infinite_studio.history.recipe import Recipe
from infinite_studio.progress import Progress

NAME = "quarters"


class QuartersSeparator(QuickSeparator):
    """Every stem is the sound at a quarter of its level."""

    @property
    def info(self) -> EngineInfo:
        return replace(super().info, name=NAME, label="Quarters", description="Four quarters of the sound.")

    def recipe(self, options: SplitOptions = EVERYTHING) -> Recipe:
        return replace(super().recipe(options), engine=NAME)

    def separate_stream(
        self, source: SoundSource, progress: Progress, options: SplitOptions = EVERYTHING
    ) -> Iterator[StemBlocks]:
        progress.report(0.0, "Quartering")
        shape = (source.n_frames, source.n_channels, source.sample_rate)
        done = 0
        for block in split_stream(reader_of(source).read, *shape, masks_of=_quarters):
            done += block.shape[1]
            progress.report(done / source.n_frames)
            named = dict(zip(self.stem_types, block, strict=True))
            yield {stem_type: named[stem_type] for stem_type in options.wanted(self.stem_types)}


def _quarters(spectra: np.ndarray, _geometry: Geometry) -> tuple[np.ndarray, ...]:
    quarter = np.full((spectra.shape[0], spectra.shape[2]), 0.25, np.float32)
    return quarter, quarter, quarter
