"""A loop ready to be played for hours: intro, first round, round, last round, outro."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.looping.alignment import seam_correlation
from infinite_studio.looping.crossfade import CrossfadeShape, chosen_seconds, crossfaded, shape_correlation
from infinite_studio.looping.problems import CrossfadeTooLongError, InvalidLoopError

_LONGEST_SHARE = 0.5
_AUDITION_SECONDS = 4.0


@dataclass(frozen=True)
class SeamWishes:
    """How the end of a loop should lead into its start.

    Parameters
    ----------
    crossfade_seconds : float or None
        None chooses it from the correlation at the seam; 0 is a hard cut.
    shape : CrossfadeShape
        `CrossfadeShape.AUTO` takes the gains from the correlation, too.
    wrap_tail_seconds : float
        How much of what sounds after the end is laid over the start of the next round, such as a reverb's tail.
    keep_intro, keep_outro : bool
        Whether what comes before and after the loop is played once.
    tempo_bpm : float or None
        For crossfades that are chosen as parts of a beat.
    """

    crossfade_seconds: float | None = None
    shape: CrossfadeShape = CrossfadeShape.AUTO
    wrap_tail_seconds: float = 0.0
    keep_intro: bool = True
    keep_outro: bool = True
    tempo_bpm: float | None = None


@dataclass(frozen=True, eq=False)
class LoopForm:
    """The parts of an extended sound; each is a list of stretches that share memory with the source.

    Parameters
    ----------
    sample_rate : int
        Hz.
    intro, first, middle, last, only, outro : tuple of ndarray of float32, shape (frames, channels)
        Played in this order; ``middle`` as often as needed. A first or last round differs from a middle one only
        where it meets the intro or the outro instead of another round; ``only`` is a round that meets both.
    crossfade_frames : int
        Length of the crossfade at each seam.
    correlation : float
        What its gains were made for.
    """

    sample_rate: int
    intro: tuple[Samples, ...]
    first: tuple[Samples, ...]
    middle: tuple[Samples, ...]
    last: tuple[Samples, ...]
    only: tuple[Samples, ...]
    outro: tuple[Samples, ...]
    crossfade_frames: int
    correlation: float

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return int(self.middle[0].shape[1])

    @property
    def round_frames(self) -> int:
        """Length of one round."""
        return length_of(self.middle)

    @property
    def intro_frames(self) -> int:
        """Length of the intro."""
        return length_of(self.intro)

    @property
    def outro_frames(self) -> int:
        """Length of the outro."""
        return length_of(self.outro)


def length_of(parts: tuple[Samples, ...]) -> int:
    """Return the length of stretches played one after another, in frames."""
    return sum(int(part.shape[0]) for part in parts)


def loop_form(audio: Audio, start_frame: int, end_frame: int, wishes: SeamWishes | None = None) -> LoopForm:
    """Return a loop with its seam made, ready to be played for hours.

    Parameters
    ----------
    audio : Audio
        The whole sound.
    start_frame, end_frame : int
        The loop; 0 ≤ start < end ≤ length.
    wishes : SeamWishes or None
        None chooses the crossfade and keeps intro and outro.

    Returns
    -------
    LoopForm
        Every round is exactly ``end_frame - start_frame`` frames long. The crossfade leads from the end of a round
        into what precedes its start, or from what follows the end into the start: whichever is more alike. Where neither
        is there, the ends are only bent together within a few milliseconds.

    Raises
    ------
    InvalidLoopError
        If the range is not inside of the sound.
    CrossfadeTooLongError
        If there is not enough sound for the wished crossfade.
    """
    wished = wishes or SeamWishes()
    if not 0 <= start_frame < end_frame <= audio.n_frames:
        raise InvalidLoopError(start_frame, end_frame, audio.n_frames)
    n_frames = _crossfade_frames(audio, start_frame, end_frame, wished)
    measured, is_before = seam_correlation(audio, start_frame, end_frame, max(n_frames, 64))
    alike = shape_correlation(wished.shape, measured)
    body = audio.samples[start_frame:end_frame]
    first, middle, last = _rounds(audio, start_frame, end_frame, n_frames, alike, is_before=is_before)
    tail = min(round(wished.wrap_tail_seconds * audio.sample_rate), audio.n_frames - end_frame, body.shape[0])
    if tail:
        middle, last = _with_tail(middle, audio, end_frame, tail), _with_tail(last, audio, end_frame, tail)
    intro = audio.samples[:start_frame] if wished.keep_intro else audio.samples[:0]
    outro = audio.samples[end_frame:] if wished.keep_outro else audio.samples[:0]
    parts = [_solid(part) for part in ((intro,), first, middle, last, (body,), (outro,))]
    return LoopForm(
        audio.sample_rate, parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], n_frames, alike
    )


def _solid(parts: tuple[Samples, ...]) -> tuple[Samples, ...]:
    return tuple(part for part in parts if part.shape[0])


def _crossfade_frames(audio: Audio, start: int, end: int, wished: SeamWishes) -> int:
    """Return the length of the crossfade that is wished, or chosen, and possible."""
    room = max(start, audio.n_frames - end)
    longest = min(room, int((end - start) * _LONGEST_SHARE))
    seconds = wished.crossfade_seconds
    if seconds is not None:
        n_frames = round(seconds * audio.sample_rate)
        if n_frames > longest:
            raise CrossfadeTooLongError(seconds, longest / audio.sample_rate)
        return n_frames
    reach = min(round(0.05 * audio.sample_rate), end - start)
    alike, _ = seam_correlation(audio, start, end, reach)
    return min(round(chosen_seconds(alike, wished.tempo_bpm) * audio.sample_rate), longest)


def _rounds(
    audio: Audio, start: int, end: int, n_frames: int, alike: float, *, is_before: bool
) -> tuple[tuple[Samples, ...], tuple[Samples, ...], tuple[Samples, ...]]:
    """Return the first, a middle and the last round."""
    whole = audio.samples[start:end]
    if n_frames == 0:
        bent = _bent(audio, start, end)
        return bent, bent, bent if end == audio.n_frames else (whole,)
    if n_frames <= start and (is_before or end + n_frames > audio.n_frames):
        before = audio.samples[start - n_frames : start]
        joined = crossfaded(whole[-n_frames:], before, alike)
        middle = (whole[:-n_frames], joined)
        return middle, middle, (whole,)
    after = audio.samples[end : end + n_frames]
    joined = crossfaded(after, whole[:n_frames], alike)
    middle = (joined, whole[n_frames:])
    return (whole,), middle, middle


def _bent(audio: Audio, start: int, end: int) -> tuple[Samples, ...]:
    """Take a step at the seam of a whole sound away by bending its last two milliseconds towards its start."""
    whole = audio.samples[start:end]
    n_frames = min(round(0.002 * audio.sample_rate), whole.shape[0] // 4)
    if start > 0 or end < audio.n_frames or n_frames < 2:
        return (whole,)
    steps = np.sort(np.abs(np.diff(whole[-20 * n_frames :], axis=0)), axis=None)
    usual = float(steps[int(0.95 * (steps.size - 1))]) + 1e-4
    step = whole[0] - whole[-1]
    if float(np.abs(step).max()) <= usual:
        return (whole,)
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(n_frames) + 1) / n_frames)).astype(np.float32)
    ending = np.asarray(whole[-n_frames:] + ramp[:, np.newaxis] * step, np.float32)
    return (whole[:-n_frames], ending)


def _with_tail(parts: tuple[Samples, ...], audio: Audio, end: int, n_frames: int) -> tuple[Samples, ...]:
    """Lay what sounds after the end over the start of a round, fading out."""
    tail = audio.samples[end : end + n_frames]
    fade = np.cos(0.5 * np.pi * np.arange(n_frames) / n_frames).astype(np.float32)[:, np.newaxis]
    joined = np.concatenate(parts)
    return (np.asarray(joined[:n_frames] + tail * fade, np.float32), joined[n_frames:])


def audition(audio: Audio, start_frame: int, end_frame: int, wishes: SeamWishes | None = None) -> Audio:
    """Return the seam alone: the last four seconds of a round, then the first four of the next.

    Parameters
    ----------
    audio : Audio
        The whole sound.
    start_frame, end_frame : int
        The loop.
    wishes : SeamWishes or None
        How the seam is made; a crossfade of 0 lets one hear it as it is.

    Raises
    ------
    InvalidLoopError, CrossfadeTooLongError
        As in `loop_form`.
    """
    form = loop_form(audio, start_frame, end_frame, wishes)
    reach = min(round(_AUDITION_SECONDS * audio.sample_rate), form.round_frames)
    ending = np.concatenate(list(stretch(form.middle, form.round_frames - reach, form.round_frames)))
    beginning = np.concatenate(list(stretch(form.middle, 0, reach)))
    return Audio(np.concatenate([ending, beginning]), audio.sample_rate)


def stretch(parts: tuple[Samples, ...], first_frame: int, end_frame: int) -> Iterator[Samples]:
    """Yield the frames of a range of stretches that are played one after another, without copying them."""
    place = 0
    for part in parts:
        first, last = max(first_frame - place, 0), min(end_frame - place, part.shape[0])
        if first < last:
            yield part[first:last]
        place += part.shape[0]
