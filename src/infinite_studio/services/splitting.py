"""Split a sound into stems, and stems into tracks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.writing import BitDepth, SoundFormat, write_blocks
from infinite_studio.engines.base import Separator
from infinite_studio.engines.registry import Registry
from infinite_studio.engines.streams import FileSource, SoundSource, StemBlocks, StreamingSeparator
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.project.model import Clip, Track
from infinite_studio.services.composing import TRACK_NAMES
from infinite_studio.services.renders import LARGEST_IN_MEMORY_FRAMES
from infinite_studio.services.split_wish import REST, SplitWish, rest_label
from infinite_studio.services.stem_names import SILENT_MARK
from infinite_studio.services.stem_recipes import STEM
from infinite_studio.services.stem_spool import SpooledStem, StemSpool, on_grid
from infinite_studio.services.studio import Studio

_READ_SHARE = 0.05


@dataclass(frozen=True)
class StoredSplit:
    """The stems of one sound, stored as objects; ``rest`` is the original without the wanted stems."""

    source_name: str
    stems: Mapping[StemType, str]
    n_frames: int
    recipe: Recipe
    rest: str | None = None
    rest_label: str = ""
    silent: frozenset[str] = frozenset()
    """Object ids of what nobody would hear."""

    @property
    def object_ids(self) -> tuple[str, ...]:
        """Everything that was kept."""
        return (*self.stems.values(), *(() if self.rest is None else (self.rest,)))


@dataclass(frozen=True)
class Spooled:
    """Stems in temporary files, by stem name or ``rest``."""

    parts: Mapping[str, SpooledStem]
    recipe: Recipe
    rest_label: str = ""


@contextmanager
def spooled_split(
    path: Path, wish: SplitWish, separators: Registry[Separator], folder: Path, progress: Progress
) -> Iterator[Spooled]:
    """Split a file of any length into temporary files in a folder, at constant memory."""
    separator = separators.get(wish.separator)
    source = FileSource.of(path, Part(progress, 0.0, _READ_SHARE))
    chosen = wish.options.wanted(separator.stem_types)
    names = (*(stem.value for stem in chosen if wish.keeps_stems), *((REST,) if wish.keeps_rest else ()))
    with StemSpool.opened(names, source.sample_rate, source.n_channels, source.n_frames, folder) as spool:
        original = _Follower(source.blocks()) if wish.keeps_rest else None
        for block in _blocks(separator, path, source, wish, Part(progress, _READ_SHARE, 1.0)):
            spool.add(_wanted(block, original, wish))
        spool.finish()
        recipe = separator.recipe(wish.options) if isinstance(separator, StreamingSeparator) else None
        yield Spooled(
            spool.stems, recipe or Recipe(wish.separator, separator.info.revision), rest_label(chosen)
        )


def split_and_store(
    object_id: str, name: str, wish: SplitWish | str, studio: Studio, progress: Progress
) -> StoredSplit:
    """Split a stored sound and keep its stems as objects; a name alone wishes for all stems of that separator."""
    wished = SplitWish(wish) if isinstance(wish, str) else wish
    path = studio.library.object_path(object_id)
    scratch = studio.folders.cache / "splitting"
    with spooled_split(path, wished, studio.separators, scratch, Part(progress, 0.0, 0.85)) as spooled:
        ids: dict[str, str] = {}
        for done, (part, stem) in enumerate(spooled.parts.items()):
            progress.report(0.85 + 0.15 * done / len(spooled.parts), "Keeping the stems")
            share = Part(
                progress,
                0.85 + 0.15 * done / len(spooled.parts),
                0.85 + 0.15 * (done + 1) / len(spooled.parts),
            )
            ids[part] = _stored(stem, scratch, studio, share)
        silent = frozenset(ids[part] for part, stem in spooled.parts.items() if stem.is_silent)
    return StoredSplit(
        source_name=name,
        stems={StemType(part): kept for part, kept in ids.items() if part != REST},
        n_frames=studio.bank.prepare(next(iter(ids.values()))),
        recipe=replace(spooled.recipe, input_object_ids=(object_id,)),
        rest=ids.get(REST),
        rest_label=spooled.rest_label,
        silent=silent,
    )


def tracks_of_split(result: StoredSplit, source: Clip | None = None, at_frame: int = 0) -> tuple[Track, ...]:
    """Return the stems as tracks; a source clip gives them its place, trim and gain."""
    named = [(TRACK_NAMES[stem], stem, stem.value, kept) for stem, kept in result.stems.items()]
    if result.rest is not None:
        label = result.rest_label.capitalize()
        named.append((label, StemType.OTHER, result.rest_label, result.rest))
    return tuple(
        Track(
            name=f"{title} · {result.source_name}{SILENT_MARK if kept in result.silent else ''}",
            stem_type=stem_type,
            clips=(_stem_clip(result, part, kept, source, at_frame),),
        )
        for title, stem_type, part, kept in named
    )


def _blocks(
    separator: Separator, path: Path, source: SoundSource, wish: SplitWish, progress: Progress
) -> Iterator[StemBlocks]:
    if isinstance(separator, StreamingSeparator):
        yield from separator.separate_stream(source, progress, wish.options)
        return
    stems = separator.separate(read_audio(path), progress).stems
    yield {stem: stems[stem].samples for stem in wish.options.wanted(separator.stem_types)}


def _wanted(block: StemBlocks, original: "_Follower | None", wish: SplitWish) -> dict[str, Samples]:
    if original is None:
        return {stem.value: samples for stem, samples in block.items()}
    exact = {stem.value: on_grid(samples) for stem, samples in block.items()}
    n_frames = next(iter(exact.values())).shape[0]
    rest = original.take(n_frames) - np.sum(list(exact.values()), axis=0, dtype=np.float64)
    kept = exact if wish.keeps_stems else {}
    return {**kept, REST: rest.astype(np.float32)}


class _Follower:
    """Reads the original alongside its stems."""

    def __init__(self, blocks: Iterator[Samples]) -> None:
        self._blocks = blocks
        self._held: list[Samples] = []

    def take(self, n_frames: int) -> Samples:
        """Return the next frames."""
        while sum(block.shape[0] for block in self._held) < n_frames:
            self._held.append(next(self._blocks))
        held = np.concatenate(self._held)
        self._held = [held[n_frames:]]
        return held[:n_frames]


def _stored(stem: SpooledStem, scratch: Path, studio: Studio, progress: Progress) -> str:
    """Keep a stem: in the canonical bytes where it fits into memory, else from a file."""
    if stem.n_frames <= LARGEST_IN_MEMORY_FRAMES:
        return studio.bank.store(stem.audio())
    with long_stem_file(stem, scratch, progress) as (path, media_type):
        object_id = studio.library.put_file(path, media_type).object_id
    studio.bank.prepare(object_id)
    return object_id


@contextmanager
def long_stem_file(stem: SpooledStem, scratch: Path, progress: Progress) -> Iterator[tuple[Path, str]]:
    """Write a stem in the bytes in which a long one is kept; yield the file, which goes away, and its media type."""
    packs = stem.peak <= 1.0
    path = scratch / f"{stem.path.parent.name}-{stem.path.stem}{'.flac' if packs else '.wav'}"
    try:
        write_stem(path, stem, SoundFormat.FLAC if packs else SoundFormat.WAV, progress)
        yield path, "audio/flac" if packs else "audio/wav"
    finally:
        path.unlink(missing_ok=True)


def write_stem(path: Path, stem: SpooledStem, sound_format: SoundFormat, progress: Progress) -> None:
    """Write a stem as a file: 24 bits, or 32-bit float WAV where it exceeds full scale."""
    is_float = stem.peak > 1.0 and sound_format is SoundFormat.WAV
    write_blocks(
        path,
        _told(stem, progress),
        stem.sample_rate,
        stem.n_channels,
        stem.n_frames,
        sound_format=sound_format,
        bit_depth=BitDepth.FLOAT_32 if is_float else BitDepth.INT_24,
    )


def _told(stem: SpooledStem, progress: Progress) -> Iterator[Samples]:
    """Yield a stem's blocks; cancelling works between them."""
    done = 0
    for block in stem.blocks():
        done += block.shape[0]
        progress.report(done / stem.n_frames)
        yield block


def _stem_clip(result: StoredSplit, part: str, object_id: str, source: Clip | None, at_frame: int) -> Clip:
    recipe = replace(result.recipe, parameters={**result.recipe.parameters, STEM: part})
    clip = Clip(object_id, result.source_name, at_frame, result.n_frames, recipe=recipe)
    if source is None:
        return clip
    return replace(
        clip,
        start_frame=source.start_frame,
        length_frames=min(source.length_frames, result.n_frames - source.source_offset_frames),
        source_offset_frames=source.source_offset_frames,
        gain_db=source.gain_db,
    )
