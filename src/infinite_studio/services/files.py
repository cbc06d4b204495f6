"""From files to files, without a library: what the command line does for one sound at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.files import make_folder, safe_filename, unused_path
from infinite_studio.audio.writing import BitDepth, write_audio
from infinite_studio.engines.base import GenerationRequest, Take, Understanding
from infinite_studio.engines.registry import built_in_generators
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.services.composing import NOTES_BPM, compose
from infinite_studio.services.midi import export_midi
from infinite_studio.services.windows import window_starts_of


@dataclass(frozen=True)
class GeneratedFiles:
    """A take that was written to files."""

    understanding: Understanding
    path: Path
    stems: Mapping[StemType, Path]
    duration_seconds: float
    sample_rate: int
    midi: tuple[Path, ...] = ()
    facts: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    window_starts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Targets:
    """Where a take goes, its stems, and what it plays; None for a name that is chosen, or for not at all."""

    output: Path | None = None
    stems: Path | None = None
    midi: Path | None = None

    def of_take(self, place: int) -> "Targets":
        """Return where a later take of several goes: beside the first, with its number."""
        if place == 0:
            return self
        return Targets(*(_numbered(path, place + 1) for path in (self.output, self.stems, self.midi)))


def generate_to_file(
    request: GenerationRequest,
    engine: str,
    output: Path | None,
    stems_folder: Path | None,
    progress: Progress,
) -> GeneratedFiles:
    """Make a take and write its mixdown, and its stems where a folder is given."""
    take = compose(request, engine, built_in_generators(), Part(progress, 0.0, 0.8))
    return write_take(take, request, output, stems_folder, None, Part(progress, 0.8, 1.0))


def write_take(
    take: Take,
    request: GenerationRequest,
    output: Path | None,
    stems_folder: Path | None,
    midi_target: Path | None,
    progress: Progress,
) -> GeneratedFiles:
    """Write the mixdown of a take, and where they are asked for its stems and what they play."""
    understanding = take.understanding
    title = " ".join((understanding.style, *known_of(understanding), str(request.seed)))
    path = output or unused_path(Path.cwd() / safe_filename(title, ".wav"))
    make_folder(path.parent)
    write_audio(path, take.mixdown, progress=Part(progress, 0.0, 0.5))
    stems = _write_stems(take.stems, stems_folder, Part(progress, 0.5, 1.0)) if stems_folder else {}
    midi: tuple[Path, ...] = ()
    if midi_target is not None:
        midi = export_midi(take.notes, understanding.tempo_bpm or NOTES_BPM, understanding.key, midi_target)
    return GeneratedFiles(
        understanding,
        path,
        stems,
        take.mixdown.duration_seconds,
        take.mixdown.sample_rate,
        midi,
        take.facts,
        take.notices,
        window_starts_of(take.recipe),
    )


def known_of(understanding: Understanding) -> tuple[str, ...]:
    """Return tempo and key in words, as far as they are known."""
    tempo_bpm, key = understanding.tempo_bpm, understanding.key
    return (
        *((f"{tempo_bpm:g} BPM",) if tempo_bpm is not None else ()),
        *((str(key),) if key is not None else ()),
    )


def _numbered(path: Path | None, number: int) -> Path | None:
    return None if path is None else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _write_stems(
    stems: Mapping[StemType, Audio], folder: Path, progress: Progress
) -> Mapping[StemType, Path]:
    """Write all stems or none; in 32-bit float where one exceeds full scale, so that they still sum to the whole."""
    make_folder(folder)
    depth = BitDepth.FLOAT_32 if max(stem.peak for stem in stems.values()) > 1.0 else BitDepth.INT_24
    written: dict[StemType, Path] = {}
    try:
        for done, (stem_type, audio) in enumerate(stems.items()):
            part = Part(progress, done / len(stems), (done + 1) / len(stems))
            path = folder / f"{stem_type.value}.wav"
            write_audio(path, audio, bit_depth=depth, progress=part)
            written[stem_type] = path
    except BaseException:
        for path in written.values():
            path.unlink(missing_ok=True)
        raise
    return written
