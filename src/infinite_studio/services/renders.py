"""Programs become stored objects; what a parent has rendered already is not rendered again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.files import make_folder
from infinite_studio.audio.mixing import Program
from infinite_studio.audio.writing import BitDepth, SoundFormat, encode_object, write_blocks
from infinite_studio.errors import StudioError
from infinite_studio.history.values import Commit
from infinite_studio.progress import Part, Progress
from infinite_studio.services.committed import committed_project, stems_by_track
from infinite_studio.services.rendering import peak_of, render_blocks
from infinite_studio.services.stem_recipes import mixdown_key, stem_key
from infinite_studio.services.studio import Studio

LARGEST_IN_MEMORY_FRAMES = 15_000_000
LARGEST_FLAC_VALUE = 1.0 - 2.0**-23


@dataclass(frozen=True)
class KnownRenders:
    """Objects of the parents' stems and mixdowns, by what decides how they sound."""

    stems: Mapping[bytes, str]
    mixdowns: Mapping[bytes, str]


def known_renders(commit_ids: Iterable[str], studio: Studio) -> KnownRenders:
    """Gather what some commits have rendered; a damaged one only has nothing to offer."""
    stems: dict[bytes, str] = {}
    mixdowns: dict[bytes, str] = {}
    for commit_id in commit_ids:
        try:
            commit = studio.library.commit_of(commit_id)
            _gather(commit, stems, mixdowns, studio)
        except StudioError:
            continue
    return KnownRenders(stems, mixdowns)


def _gather(commit: Commit, stems: dict[bytes, str], mixdowns: dict[bytes, str], studio: Studio) -> None:
    project = committed_project(commit, studio)
    by_track = stems_by_track(commit, project)
    for track in project.tracks:
        stem = by_track.get(track.track_id)
        if stem is not None and is_stored(stem.object_id, studio):
            stems.setdefault(stem_key(project, track), stem.object_id)
    if commit.mixdown_object_id is not None and is_stored(commit.mixdown_object_id, studio):
        mixdowns.setdefault(mixdown_key(project), commit.mixdown_object_id)


def is_stored(object_id: str, studio: Studio) -> bool:
    """Whether an object's bytes are there."""
    try:
        return studio.library.object_path(object_id).is_file()
    except StudioError:
        return False


def store_program(program: Program, studio: Studio, progress: Progress) -> str | None:
    """Render a program and keep it: 24-bit FLAC, float WAV where it exceeds full scale; None where it is empty."""
    if program.length_frames == 0:
        return None
    if program.length_frames <= LARGEST_IN_MEMORY_FRAMES:
        data, media_type = encoded_program(program, Part(progress, 0.0, 0.9))
        return studio.library.put_bytes(data, media_type).object_id
    return _store_long(program, studio, progress)


def encoded_program(program: Program, progress: Progress) -> tuple[bytes, str]:
    """Return the bytes that a program is kept as, and their media type."""
    mixed = np.empty((program.length_frames, 2), np.float32)
    done = 0
    for block in render_blocks(program, 0, program.length_frames, Part(progress, 0.0, 0.4), "Rendering"):
        mixed[done : done + len(block)] = block
        done += len(block)
    return encode_object(Audio(mixed, program.sample_rate), Part(progress, 0.4, 1.0))


def _store_long(program: Program, studio: Studio, progress: Progress) -> str:
    """Keep what is too long for memory, through a file."""
    fits = peak_of(program, Part(progress, 0.0, 0.2)) <= LARGEST_FLAC_VALUE
    sound_format, bit_depth = (
        (SoundFormat.FLAC, BitDepth.INT_24) if fits else (SoundFormat.WAV, BitDepth.FLOAT_32)
    )
    make_folder(studio.folders.cache)
    with TemporaryDirectory(dir=studio.folders.cache) as folder:
        path = Path(folder) / f"render.{sound_format.value}"
        blocks = render_blocks(program, 0, program.length_frames, Part(progress, 0.2, 0.9), "Rendering")
        write_blocks(
            path,
            blocks,
            sample_rate=program.sample_rate,
            n_channels=2,
            n_frames=program.length_frames,
            sound_format=sound_format,
            bit_depth=bit_depth,
        )
        return studio.library.put_file(path, f"audio/{sound_format.value}").object_id
