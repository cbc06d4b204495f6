"""Make the stems of a split once more, as its recipe says, and what was left without them."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.reading import probe, read_audio
from infinite_studio.engines.base import Separator
from infinite_studio.engines.collecting import collected
from infinite_studio.engines.registry import Registry
from infinite_studio.engines.streams import AudioSource, FileSource, SplitOptions, StreamingSeparator
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress, Silence
from infinite_studio.services.renders import LARGEST_IN_MEMORY_FRAMES
from infinite_studio.services.split_wish import SplitWish, care_of, rest_stems
from infinite_studio.services.splitting import long_stem_file, spooled_split
from infinite_studio.services.stem_recipes import MIX, STEM
from infinite_studio.services.stem_spool import on_grid
from infinite_studio.services.studio import Studio


def split_again(
    recipe: Recipe, path: Path, separators: Registry[Separator], progress: Progress
) -> Mapping[StemType, Audio]:
    """Return all stems of a stored sound that fits into memory; for longer ones there is `makes_long_again`."""
    audio = read_audio(path, Part(progress, 0.0, 0.1))
    separator, rest = separators.get(recipe.engine), Part(progress, 0.1, 1.0)
    if not isinstance(separator, StreamingSeparator):
        return separator.separate(audio, rest).stems
    blocks = separator.separate_stream(AudioSource(audio), rest, options_of(recipe))
    return collected(blocks, separator.stem_types, audio, recipe).stems


def is_of_long_split(recipe: Recipe, studio: Studio) -> bool:
    """Whether a recipe is of a stem that was too long for memory, and was kept from a file."""
    if recipe.engine not in studio.separators.names or MIX in recipe.parameters:
        return False
    if len(recipe.input_object_ids) != 1:
        return False
    path = studio.library.object_path(recipe.input_object_ids[0])
    info = probe(path)
    # Headers of lossy formats only guess; what is far from the limit need not be decoded to know it.
    guessed_frames = info.n_frames or (info.duration_seconds or 0.0) * info.sample_rate
    if 2 * guessed_frames < LARGEST_IN_MEMORY_FRAMES:
        return False
    return FileSource.of(path, Silence()).n_frames > LARGEST_IN_MEMORY_FRAMES


def makes_long_again(
    object_id: str, recipe: Recipe, studio: Studio, progress: Progress, *, keeps: bool
) -> bool:
    """Split a long sound once more; say whether that gives exactly an object's bytes, and perhaps keep them."""
    wish = wish_again(recipe)
    if wish is None or studio.separators.get(recipe.engine).info.revision != recipe.model_revision:
        return False
    path, scratch = studio.library.object_path(recipe.input_object_ids[0]), studio.folders.cache / "splitting"
    with spooled_split(path, wish, studio.separators, scratch, Part(progress, 0.0, 0.85)) as spooled:
        (stem,) = spooled.parts.values()
        with long_stem_file(stem, scratch, Part(progress, 0.85, 1.0)) as (file, media_type):
            with file.open("rb") as opened:
                is_same = hashlib.file_digest(opened, "sha256").hexdigest() == object_id
            if is_same and keeps:
                studio.library.put_file(file, media_type)
    return is_same


def wish_again(recipe: Recipe) -> SplitWish | None:
    """Return the wish for the one sound that a recipe describes; None where no wish gives it."""
    care, minus = care_of(options_of(recipe)), taken_away(recipe)
    if care is None:
        return None
    if minus:
        return SplitWish(recipe.engine, minus, keeps_stems=False, keeps_rest=True, care=care)
    return SplitWish(recipe.engine, (StemType(recipe.parameters[STEM]),), care=care)


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
