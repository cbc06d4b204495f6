"""From what a person chose to a loop that is ready to be played: points, crossfade, rate and loudness."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.loop_tags import LoopTags
from infinite_studio.audio.loudness import integrated_loudness, true_peak_dbtp
from infinite_studio.audio.resampling import resample
from infinite_studio.looping.candidates import LoopWishes
from infinite_studio.looping.finding import find_loops
from infinite_studio.looping.form import LoopForm, SeamWishes, loop_form
from infinite_studio.looping.formats import FileKind
from infinite_studio.looping.problems import InvalidLoopError, LoopingError
from infinite_studio.progress import Part, Progress
from infinite_studio.services.looping_values import LoopPoints, LoopShape

CEILING_DBTP = -1.0


class NoBeatError(LoopingError):
    """A crossfade in beats for a sound without a known tempo."""

    def __init__(self) -> None:
        super().__init__(
            "The tempo of this sound is not known, so a crossfade cannot be counted in beats.",
            hint="Give it in milliseconds, or let it be chosen.",
        )


@dataclass(frozen=True, eq=False)
class Shaped:
    """A sound with its loop, at the rate at which it is written."""

    audio: Audio
    start_frame: int
    end_frame: int
    tempo_bpm: float | None
    beats: int | None = None


def shaped(
    audio: Audio, shape: LoopShape, kind: FileKind | None, progress: Progress, tags: LoopTags | None = None
) -> Shaped:
    """Return the sound at the rate that the format holds, with the loop that was chosen, tagged or found."""
    start, end, tempo, beats = _points(audio, shape, tags, Part(progress, 0.0, 0.8))
    rate = kind.rate_for(audio.sample_rate) if kind is not None else audio.sample_rate
    if rate == audio.sample_rate:
        return Shaped(audio, start, end, tempo, beats)
    progress.report(0.8, f"Resampling to {rate:,} Hz")
    ratio = rate / audio.sample_rate
    moved = resample(audio, rate)
    return Shaped(moved, round(start * ratio), min(round(end * ratio), moved.n_frames), tempo, beats)


def _points(
    audio: Audio, shape: LoopShape, tags: LoopTags | None, progress: Progress
) -> tuple[int, int, float | None, int | None]:
    if shape.points is not None:
        start, end = frames_of(shape.points, audio)
        return start, end, shape.tempo_bpm, None
    if tags is not None and tags.end_frame <= audio.n_frames:
        return tags.start_frame, tags.end_frame, shape.tempo_bpm or tags.tempo_bpm, None
    best = find_loops(audio, LoopWishes(n_best=1), progress)[0]
    return best.start_frame, best.end_frame, shape.tempo_bpm or best.tempo_bpm, best.beats


def frames_of(points: LoopPoints, audio: Audio) -> tuple[int, int]:
    """Return a loop in frames; an end within a millisecond of the sound's end is its end."""
    rate = audio.sample_rate
    start, end = round(points.start_seconds * rate), round(points.end_seconds * rate)
    if audio.n_frames < end <= audio.n_frames + rate // 1000:
        end = audio.n_frames
    if not 0 <= start < end <= audio.n_frames:
        raise InvalidLoopError(start, end, audio.n_frames)
    return start, end


def seam_wishes(shape: LoopShape, tempo_bpm: float | None) -> SeamWishes:
    """Return how the seam is made, with beats turned into seconds."""
    chosen = shape.crossfade
    seconds = None if chosen.milliseconds is None else chosen.milliseconds / 1000
    if chosen.beats is not None:
        if tempo_bpm is None and chosen.beats > 0:
            raise NoBeatError
        seconds = chosen.beats * 60.0 / tempo_bpm if tempo_bpm else 0.0
    return SeamWishes(
        seconds, chosen.shape, shape.wrap_tail_seconds, shape.keep_intro, shape.keep_outro, tempo_bpm
    )


def form_of(loop: Shaped, shape: LoopShape) -> LoopForm:
    """Return the loop ready to be played."""
    return loop_form(loop.audio, loop.start_frame, loop.end_frame, seam_wishes(shape, loop.tempo_bpm))


def with_loudness(loop: Shaped, loudness_lufs: float, progress: Progress) -> tuple[Shaped, float, str]:
    """Return the sound with its loop at a loudness, the gain in dB, and a note where the ceiling held it back."""
    body = Audio(np.array(loop.audio.samples[loop.start_frame : loop.end_frame]), loop.audio.sample_rate)
    found = integrated_loudness(body, Part(progress, 0.0, 0.5))
    peak = true_peak_dbtp(loop.audio, Part(progress, 0.5, 1.0))
    if found is None or peak is None:
        return loop, 0.0, "It is too quiet or too short for its loudness to be measured; nothing was changed."
    gain_db = min(loudness_lufs - found, CEILING_DBTP - peak)
    note = ""
    if gain_db < loudness_lufs - found - 0.05:
        note = f"Louder than {found + gain_db:.1f} LUFS would exceed {CEILING_DBTP:g} dBTP."
    louder = Audio(loop.audio.samples * np.float32(10 ** (gain_db / 20)), loop.audio.sample_rate)
    return Shaped(louder, loop.start_frame, loop.end_frame, loop.tempo_bpm, loop.beats), gain_db, note
