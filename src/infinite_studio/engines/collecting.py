"""From blocks of stems to whole stems in memory."""

from collections.abc import Iterable
from types import MappingProxyType

import numpy as np

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.engines.base import Separation
from infinite_studio.engines.streams import StemBlocks
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType


def collected(
    blocks: Iterable[StemBlocks], stem_types: tuple[StemType, ...], audio: Audio, recipe: Recipe
) -> Separation:
    """Return the stems of a sound of known length as a whole."""
    whole: dict[StemType, Samples] = {
        stem_type: np.zeros(audio.samples.shape, np.float32) for stem_type in stem_types
    }
    done = 0
    for block in blocks:
        n_frames = next(iter(block.values())).shape[0]
        for stem_type, samples in block.items():
            whole[stem_type][done : done + n_frames] = samples
        done += n_frames
    stems = {stem_type: Audio(samples, audio.sample_rate) for stem_type, samples in whole.items()}
    return Separation(MappingProxyType(stems), recipe)
