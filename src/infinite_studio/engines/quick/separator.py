"""`quick`: a rough split into four stems by signal processing, with no weights."""

from types import MappingProxyType

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import EngineInfo, Separation
from infinite_studio.engines.quick.stream import N_STEMS, split_stream
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

    def separate(self, audio: Audio, progress: Progress) -> Separation:
        """Split a sound into stems that sum back to it."""
        progress.report(0.0, "Splitting into stems")
        stems = np.empty((N_STEMS, audio.n_frames, audio.n_channels), np.float32)
        done = 0
        blocks = split_stream(
            lambda start, end: audio.samples[start:end], audio.n_frames, audio.n_channels, audio.sample_rate
        )
        for block in blocks:
            n_frames = block.shape[1]
            stems[:, done : done + n_frames] = block
            done += n_frames
            progress.report(done / audio.n_frames)
        named = {
            stem_type: Audio(samples, audio.sample_rate)
            for stem_type, samples in zip(_STEM_TYPES, stems, strict=True)
        }
        return Separation(MappingProxyType(named), Recipe(engine="quick", model_revision=_REVISION))
