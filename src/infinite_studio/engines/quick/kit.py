"""`drum-kit`: a second pass that takes a drum stem apart into kick, snare and hats; a rough split too."""

from collections.abc import Iterator

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import EngineInfo, Separation
from infinite_studio.engines.collecting import collected
from infinite_studio.engines.quick.geometry import Geometry
from infinite_studio.engines.quick.masks import Mask, Spectra, below
from infinite_studio.engines.quick.passages import reader_of
from infinite_studio.engines.quick.stream import split_stream
from infinite_studio.engines.streams import EVERYTHING, AudioSource, SoundSource, SplitOptions, StemBlocks
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress

_REVISION = "1"
_STEM_TYPES = (StemType.KICK, StemType.HATS, StemType.SNARE)
_KICK_HZ = (110.0, 240.0)
_CLICK_HZ = (1_500.0, 4_000.0)
_HATS_HZ = (3_500.0, 8_000.0)
_TINY = 1e-12


class DrumKitSeparator:
    """Splits drums by register, and gives a hit's middle to the kick where its bottom is the strongest."""

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""
        return EngineInfo(
            name="drum-kit",
            label="drum kit · second pass",
            description=(
                "For a drum stem: kick, snare and hats by signal processing, no weights; "
                "a rough split, toms go to the snare."
            ),
            licence="as the source",
            revision=_REVISION,
        )

    @property
    def stem_types(self) -> tuple[StemType, ...]:
        """Kick, hats, and the snare with everything else."""
        return _STEM_TYPES

    def recipe(self, options: SplitOptions = EVERYTHING) -> Recipe:  # noqa: ARG002 - it has none
        """Return how a separation is made again."""
        return Recipe(engine="drum-kit", model_revision=_REVISION)

    def separate(self, audio: Audio, progress: Progress) -> Separation:
        """Split drums into stems that sum back to them."""
        blocks = self.separate_stream(AudioSource(audio), progress)
        return collected(blocks, _STEM_TYPES, audio, self.recipe())

    def separate_stream(
        self, source: SoundSource, progress: Progress, options: SplitOptions = EVERYTHING
    ) -> Iterator[StemBlocks]:
        """Yield the stems block after block; all together they sum back to the drums."""
        progress.report(0.0, "Taking the drums apart")
        wanted = options.wanted(_STEM_TYPES)
        shape = (source.n_frames, source.n_channels, source.sample_rate)
        done = 0
        for block in split_stream(reader_of(source).read, *shape, masks_of=kit_masks):
            done += block.shape[1]
            progress.report(done / source.n_frames)
            named = dict(zip(_STEM_TYPES, block, strict=True))
            yield {stem_type: named[stem_type] for stem_type in wanted}


def kit_masks(spectra: Spectra, geometry: Geometry) -> tuple[Mask, ...]:
    """Return the masks of kick and hats; the snare is whatever they leave."""
    power = np.square(np.abs(spectra)).mean(axis=1)
    bottom = np.asarray(below(geometry.bins_hz, *_KICK_HZ), np.float32)
    clicks = np.asarray(below(geometry.bins_hz, *_CLICK_HZ), np.float32) - bottom
    top = 1 - np.asarray(below(geometry.bins_hz, *_HATS_HZ), np.float32)
    low, middle = power @ bottom, power @ np.maximum(clicks, 0.0)
    share = np.square(low) / (np.square(low) + 16 * np.square(middle) + _TINY)
    kick = bottom + share[:, np.newaxis] * np.maximum(clicks, 0.0)
    hats = np.broadcast_to(top, power.shape) * (1 - kick)
    return np.asarray(kick, np.float32), np.asarray(hats, np.float32)
