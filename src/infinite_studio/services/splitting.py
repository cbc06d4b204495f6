"""Split a sound into stems, and stems into tracks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.reading import read_audio
from infinite_studio.engines.base import Separation, Separator
from infinite_studio.engines.registry import Registry
from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.project.model import Clip, Track
from infinite_studio.services.composing import TRACK_NAMES
from infinite_studio.services.stem_recipes import STEM
from infinite_studio.services.studio import Studio

MAX_SPLIT_SECONDS = 40 * 60.0


class TooLongToSplitError(StudioError):
    """A sound whose stems would not fit into memory."""

    def __init__(self, duration_seconds: float) -> None:
        super().__init__(
            f"This sound is {duration_seconds / 60:.0f} minutes long, too long to split in one piece.",
            hint=f"Cut it into pieces of up to {MAX_SPLIT_SECONDS / 60:.0f} minutes first.",
        )
        self.duration_seconds = duration_seconds


@dataclass(frozen=True)
class StoredSplit:
    """The stems of one sound, stored as objects."""

    source_name: str
    stems: Mapping[StemType, str]
    n_frames: int
    recipe: Recipe


def split(audio: Audio, separator: str, separators: Registry[Separator], progress: Progress) -> Separation:
    """Split a sound; nothing is stored."""
    if audio.duration_seconds > MAX_SPLIT_SECONDS:
        raise TooLongToSplitError(audio.duration_seconds)
    return separators.get(separator).separate(audio, progress)


def split_and_store(
    object_id: str, name: str, separator: str, studio: Studio, progress: Progress
) -> StoredSplit:
    """Split a stored sound and keep its stems as objects."""
    audio = read_audio(studio.library.object_path(object_id), Part(progress, 0.0, 0.1))
    separation = split(audio, separator, studio.separators, Part(progress, 0.1, 0.8))
    stems: dict[StemType, str] = {}
    for done, (stem_type, stem) in enumerate(separation.stems.items()):
        progress.report(0.8 + 0.2 * done / len(separation.stems), "Keeping the stems")
        stems[stem_type] = studio.bank.store(stem)
    recipe = replace(separation.recipe, input_object_ids=(object_id,))
    n_frames = studio.bank.prepare(next(iter(stems.values())))
    return StoredSplit(name, stems, n_frames, recipe)


def tracks_of_split(result: StoredSplit, source: Clip | None = None, at_frame: int = 0) -> tuple[Track, ...]:
    """Return the stems as tracks; a source clip gives them its place, trim and gain."""
    return tuple(
        Track(
            name=f"{TRACK_NAMES[stem_type]} · {result.source_name}",
            stem_type=stem_type,
            clips=(_stem_clip(result, stem_type, source, at_frame),),
        )
        for stem_type in result.stems
    )


def _stem_clip(result: StoredSplit, stem_type: StemType, source: Clip | None, at_frame: int) -> Clip:
    recipe = replace(result.recipe, parameters={**result.recipe.parameters, STEM: stem_type.value})
    clip = Clip(result.stems[stem_type], result.source_name, at_frame, result.n_frames, recipe=recipe)
    if source is None:
        return clip
    return replace(
        clip,
        start_frame=source.start_frame,
        length_frames=min(source.length_frames, result.n_frames - source.source_offset_frames),
        source_offset_frames=source.source_offset_frames,
        gain_db=source.gain_db,
    )
