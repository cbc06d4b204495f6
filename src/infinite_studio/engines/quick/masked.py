"""What the built-in separators share: masks over a spectrum, passage by passage, whatever the masks are."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import EngineInfo, Separation
from infinite_studio.engines.collecting import collected
from infinite_studio.engines.quick.geometry import Geometry
from infinite_studio.engines.quick.masks import Mask, Spectra
from infinite_studio.engines.quick.passages import reader_of
from infinite_studio.engines.quick.stream import split_stream
from infinite_studio.engines.streams import EVERYTHING, AudioSource, SoundSource, SplitOptions, StemBlocks
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress


class MaskedSeparator(ABC):
    """Splits a sound with masks; the last stem is what the others leave, so that all sum back to the sound."""

    stage: ClassVar[str]

    @property
    @abstractmethod
    def info(self) -> EngineInfo:
        """What a person should know about it."""

    @property
    @abstractmethod
    def stem_types(self) -> tuple[StemType, ...]:
        """The stems it makes, the one that is left over last."""

    @abstractmethod
    def masks(self, spectra: Spectra, geometry: Geometry) -> tuple[Mask, ...]:
        """Return the masks of all stems but the last."""

    def recipe(self, options: SplitOptions = EVERYTHING) -> Recipe:  # noqa: ARG002 - it has none
        """Return how a separation is made again."""
        return Recipe(engine=self.info.name, model_revision=self.info.revision)

    def separate(self, audio: Audio, progress: Progress) -> Separation:
        """Split a sound into stems that sum back to it."""
        blocks = self.separate_stream(AudioSource(audio), progress)
        return collected(blocks, self.stem_types, audio, self.recipe())

    def separate_stream(
        self, source: SoundSource, progress: Progress, options: SplitOptions = EVERYTHING
    ) -> Iterator[StemBlocks]:
        """Yield the stems block after block; all together they sum back to the sound."""
        progress.report(0.0, self.stage)
        wanted = options.wanted(self.stem_types)
        shape = (source.n_frames, source.n_channels, source.sample_rate)
        done = 0
        for block in split_stream(reader_of(source).read, *shape, masks_of=self.masks):
            done += block.shape[1]
            progress.report(done / source.n_frames)
            named = dict(zip(self.stem_types, block, strict=True))
            yield {stem_type: named[stem_type] for stem_type in wanted}
