"""Make the stems of a split once more, as its recipe says, and what was left without them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.reading import read_audio
from infinite_studio.engines.base import Separator
from infinite_studio.engines.collecting import collected
from infinite_studio.engines.registry import Registry
from infinite_studio.engines.streams import AudioSource, SplitOptions, StreamingSeparator
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.services.renders import LARGEST_IN_MEMORY_FRAMES
from infinite_studio.services.split_wish import rest_stems
from infinite_studio.services.stem_recipes import STEM
from infinite_studio.services.stem_spool import on_grid


def split_again(
    recipe: Recipe, path: Path, separators: Registry[Separator], progress: Progress
) -> Mapping[StemType, Audio]:
    """Return all stems of a stored sound; none where it is so long that its stems were kept from files."""
    audio = read_audio(path, Part(progress, 0.0, 0.1))
    if audio.n_frames > LARGEST_IN_MEMORY_FRAMES:
        return {}
    separator, rest = separators.get(recipe.engine), Part(progress, 0.1, 1.0)
    if not isinstance(separator, StreamingSeparator):
        return separator.separate(audio, rest).stems
    blocks = separator.separate_stream(AudioSource(audio), rest, options_of(recipe))
    return collected(blocks, separator.stem_types, audio, recipe).stems


def options_of(recipe: Recipe) -> SplitOptions:
    """Return how carefully a split was made; raise `ValueError` or `TypeError` where that makes no sense."""
    given, default = recipe.parameters, SplitOptions()
    seconds = given.get("segment_seconds")
    return SplitOptions(
        shifts=int(given.get("shifts", default.shifts)),
        overlap=float(given.get("overlap", default.overlap)),
        segment_seconds=None if seconds is None else float(seconds),
    )


def taken_away(recipe: Recipe) -> tuple[StemType, ...]:
    """Return the stems without which a sound was kept; none for a stem."""
    return rest_stems(str(recipe.parameters.get(STEM, "")))


def left_without(path: Path, stems: Iterable[Audio]) -> Audio:
    """Return a sound minus stems, exact to the step of 24 bits."""
    original = read_audio(path)
    taken = np.sum([on_grid(stem.samples) for stem in stems], axis=0, dtype=np.float64)
    return Audio((original.samples - taken).astype(np.float32), original.sample_rate)
