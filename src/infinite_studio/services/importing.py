"""Drop a song: keep the file byte-exact, decode it, know what it is."""

from dataclasses import dataclass
from pathlib import Path

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.audio.reading import SoundInfo, probe
from infinite_studio.audio.resampling import resampled_length
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.values import Sound
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.project.model import PROJECT_SAMPLE_RATE, Clip, Track
from infinite_studio.services import listening
from infinite_studio.services.studio import Studio

MEDIA_TYPES = {
    ".wav": "audio/wav", ".flac": "audio/flac", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".opus": "audio/ogg",
    ".aif": "audio/aiff", ".aiff": "audio/aiff", ".m4a": "audio/mp4", ".mp4": "video/mp4", ".webm": "video/webm",
}  # fmt: skip


@dataclass(frozen=True)
class ImportStarted:
    """The file is kept and is being decoded; its length is what its header says."""

    object_id: str
    name: str
    n_frames: int | None


def import_sound(path: Path, studio: Studio, progress: Progress) -> Sound:
    """Keep a file in the library and decode it.

    Shares an `ImportStarted` once the file is stored, then its growing peaks.
    """
    progress.report(0.0, "Looking at the file")
    info = probe(path)
    stored = studio.library.put_file(path, media_type_of(path), Part(progress, 0.0, 0.2))
    progress.share(ImportStarted(stored.object_id, path.stem, _frames_at_project_rate(info)))
    progress.report(0.2, "Reading")
    n_frames = studio.bank.prepare(stored.object_id, Part(progress, 0.2, 1.0))
    known = next((s for s in studio.library.sounds() if s.object_id == stored.object_id), None)
    return known or studio.library.add_sound(
        name=path.stem,
        original_file_name=path.name,
        object_id=stored.object_id,
        sample_rate=info.sample_rate,
        n_channels=info.n_channels,
        n_frames=round(n_frames * info.sample_rate / PROJECT_SAMPLE_RATE),
    )


def analyse_sound(sound: Sound, studio: Studio, progress: Progress) -> Analysis:
    """Find out what a sound of the library is, unless that is known, and keep the answer."""
    return listening.listen_to_object(sound.object_id, studio, progress)


def analyse_path(path: Path, progress: Progress) -> Analysis:
    """Find out what a file sounds like; nothing is stored."""
    return listening.listen_to_path(path, progress).analysis


def track_of_sound(name: str, object_id: str, n_frames: int, at_frame: int = 0) -> Track:
    """Return a new track with one clip of a dropped sound."""
    return Track(
        name=name, stem_type=StemType.OTHER, clips=(clip_of_sound(name, object_id, n_frames, at_frame),)
    )


def clip_of_sound(name: str, object_id: str, n_frames: int, at_frame: int) -> Clip:
    """Return a clip of a whole dropped sound."""
    recipe = Recipe(engine="import", model_revision="", input_object_ids=(object_id,))
    return Clip(object_id, name, at_frame, n_frames, recipe=recipe)


def media_type_of(path: Path) -> str:
    """Return the media type that the name suggests; only a label, reading trusts the content."""
    return MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")


def _frames_at_project_rate(info: SoundInfo) -> int | None:
    if info.n_frames is None:
        return None
    return resampled_length(info.n_frames, info.sample_rate, PROJECT_SAMPLE_RATE)
