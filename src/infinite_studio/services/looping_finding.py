"""Find loops in a file or a stored sound, and hear their seams."""

from dataclasses import dataclass
from pathlib import Path

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.loop_tags import LoopTags, read_loop_tags
from infinite_studio.audio.reading import read_audio
from infinite_studio.looping.candidates import LoopCandidate, LoopWishes
from infinite_studio.looping.finding import find_loops
from infinite_studio.looping.form import audition
from infinite_studio.progress import Part, Progress
from infinite_studio.services.looping_shape import frames_of, seam_wishes
from infinite_studio.services.looping_values import CrossfadeChoice, LoopPoints, LoopShape


@dataclass(frozen=True)
class FoundLoops:
    """The loops of a sound, the best first, and the one that its file says it has."""

    candidates: tuple[LoopCandidate, ...]
    duration_seconds: float
    sample_rate: int
    tags: LoopTags | None = None


def find_in_file(
    path: Path, wishes: LoopWishes, progress: Progress, *, tempo_bpm: float | None = None
) -> FoundLoops:
    """Find the loops of a sound file; ``tempo_bpm`` is what a person said about it."""
    audio = read_audio(path, Part(progress, 0.0, 0.2))
    tags = read_loop_tags(path)
    tagged = None if tags is None else (tags.start_frame, tags.end_frame)
    candidates = find_loops(audio, wishes, Part(progress, 0.2, 1.0), tagged=tagged, tempo_bpm=tempo_bpm)
    return FoundLoops(candidates, audio.duration_seconds, audio.sample_rate, tags)


def audition_seam(
    audio: Audio, points: LoopPoints, crossfade: CrossfadeChoice, tempo_bpm: float | None = None
) -> Audio:
    """Return the last four seconds of a loop followed by its first four, with its crossfade."""
    start, end = frames_of(points, audio)
    shape = LoopShape(points, crossfade, tempo_bpm=tempo_bpm)
    return audition(audio, start, end, seam_wishes(shape, tempo_bpm))


HARD_CUT = CrossfadeChoice(milliseconds=0.0)
"""How the seam is without any crossfade."""
