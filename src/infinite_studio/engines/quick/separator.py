"""`quick`: a rough split into four stems by signal processing, with no weights."""

from collections.abc import Iterator

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import EngineInfo, Separation
from infinite_studio.engines.collecting import collected
from infinite_studio.engines.quick.passages import reader_of
from infinite_studio.engines.quick.stream import split_stream
from infinite_studio.engines.streams import EVERYTHING, AudioSource, SoundSource, SplitOptions, StemBlocks
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress

_REVISION = "1"
_STEM_TYPES = (StemType.DRUMS, StemType.BASS, StemType.VOCALS, StemType.OTHER)


class QuickSeparator:
    """Splits by what is short or steady, low or high, in the middle or at the sides; no network, no weights."""

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""
        return EngineInfo(
            name="quick",
            label="quick · rough split",
            description=(
                "Signal processing, no weights: harmonic/percussive and mid/side filtering; "
                "a rough split in seconds, with audible bleed between stems."
            ),
            licence="as the source",
            revision=_REVISION,
        )

    @property
    def stem_types(self) -> tuple[StemType, ...]:
        """Drums, bass, vocals and everything else."""
        return _STEM_TYPES

    def recipe(self, options: SplitOptions = EVERYTHING) -> Recipe:  # noqa: ARG002 - it has none
        """Return how a separation is made again."""
        return Recipe(engine="quick", model_revision=_REVISION)

    def separate(self, audio: Audio, progress: Progress) -> Separation:
        """Split a sound into stems that sum back to it."""
        blocks = self.separate_stream(AudioSource(audio), progress)
        return collected(blocks, _STEM_TYPES, audio, self.recipe())

    def separate_stream(
        self, source: SoundSource, progress: Progress, options: SplitOptions = EVERYTHING
    ) -> Iterator[StemBlocks]:
        """Yield the stems block after block; all together they sum back to the sound."""
        progress.report(0.0, "Splitting into stems")
        wanted = options.wanted(_STEM_TYPES)
        done = 0
        for block in split_stream(
            reader_of(source).read, source.n_frames, source.n_channels, source.sample_rate
        ):
            done += block.shape[1]
            progress.report(done / source.n_frames)
            named = dict(zip(_STEM_TYPES, block, strict=True))
            yield {stem_type: named[stem_type] for stem_type in wanted}
