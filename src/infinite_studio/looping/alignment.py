"""Fine adjustment of a seam: to the sample, where the waveforms agree, and where they cross zero."""

import numpy as np

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.looping.listening import Mono
from infinite_studio.looping.matching import correlation_curve

_PATTERN_SECONDS = 0.5
_CROSSING_SECONDS = 0.004
_CALM_SECONDS = 0.02
_SAME_CALM = 0.8


def aligned_end(audio: Audio, start_frame: int, end_frame: int, tolerance_frames: int) -> int:
    """Return the end near a given one at which the waveform agrees best with that at the start.

    Parameters
    ----------
    audio : Audio
        The sound.
    start_frame, end_frame : int
        The loop as it is known so far.
    tolerance_frames : int
        How far the end may move to either side.

    Returns
    -------
    int
        The end whose surroundings correlate most with those of the start; the given one where there is
        too little sound around it to tell.

    Notes
    -----
    Normalised cross-correlation of up to half a second before and after.
    """
    reach = round(_PATTERN_SECONDS * audio.sample_rate)
    before = min(reach, start_frame)
    after = min(reach, audio.n_frames - end_frame - tolerance_frames)
    if before + max(after, 0) < reach // 4:
        return end_frame
    after = max(after, 0)
    pattern = _mono(audio.samples[start_frame - before : start_frame + after])
    first = end_frame - before - tolerance_frames
    there = _mono(audio.samples[max(first, 0) : end_frame + after + tolerance_frames])
    curve = correlation_curve(pattern, there)
    if not curve.size or first < 0:
        return end_frame
    found = end_frame - tolerance_frames + int(curve.argmax())
    return found if start_frame < found <= audio.n_frames else end_frame


def calm_lead(audio: Audio, start_frame: int, end_frame: int) -> int:
    """Return how far before an onset the seam may lie, where the sound is still calm.

    Parameters
    ----------
    audio : Audio
        The sound.
    start_frame, end_frame : int
        The loop, which begins with an onset.

    Returns
    -------
    int
        Frames: 20 ms where what comes before the start comes before the end as well, else 0.
    """
    lead = round(_CALM_SECONDS * audio.sample_rate)
    if lead > start_frame:
        return 0
    here, there = audio.samples[start_frame - lead : start_frame], audio.samples[end_frame - lead : end_frame]
    return lead if correlation(here, there) >= _SAME_CALM else 0


def zero_crossing(audio: Audio, start_frame: int, end_frame: int) -> int:
    """Return the shift of both ends, in frames, after which the sound crosses zero at the seam with the least jump.

    Parameters
    ----------
    audio : Audio
        The sound.
    start_frame, end_frame : int
        The loop; its length is kept.

    Returns
    -------
    int
        At most 4 ms to either side; 0 where no place is better.
    """
    reach = round(_CROSSING_SECONDS * audio.sample_rate)
    shifts = np.arange(-reach, reach + 1)
    shifts = shifts[(start_frame + shifts >= 1) & (end_frame + shifts < audio.n_frames)]
    if not shifts.size or end_frame - start_frame <= 2 * reach:
        return 0
    into = audio.samples[start_frame + shifts]
    last = audio.samples[end_frame + shifts - 1]
    after = audio.samples[end_frame + shifts]
    jump = np.abs(into - after).sum(axis=1)
    height = np.abs(into).sum(axis=1) + np.abs(last).sum(axis=1)
    cost = jump + 0.5 * height + 1e-6 * np.abs(shifts)
    return int(shifts[int(cost.argmin())])


def seam_correlation(audio: Audio, start_frame: int, end_frame: int, n_frames: int) -> tuple[float, bool]:
    """Return how alike the frames around both ends are, and on which side a crossfade should lie.

    Parameters
    ----------
    audio : Audio
        The sound.
    start_frame, end_frame : int
        The loop.
    n_frames : int
        How many frames are compared; fewer at the borders of the sound.

    Returns
    -------
    correlation : float
        −1 to 1, of the better side; 0 where there is sound on neither.
    is_before : bool
        Whether it is the frames before both ends that are more alike: then the end of a round leads into what precedes
        its start. Else what follows the end leads into the start.
    """
    before, after = (
        min(n_frames, start_frame),
        min(n_frames, audio.n_frames - end_frame, end_frame - start_frame),
    )
    enough = max(n_frames // 2, 1)
    found: list[tuple[float, bool]] = []
    if before >= enough:
        here, there = (
            audio.samples[start_frame - before : start_frame],
            audio.samples[end_frame - before : end_frame],
        )
        found.append((correlation(here, there), True))
    if after >= enough:
        here, there = (
            audio.samples[start_frame : start_frame + after],
            audio.samples[end_frame : end_frame + after],
        )
        found.append((correlation(here, there), False))
    return max(found, default=(0.0, before >= after))


def correlation(here: Samples, there: Samples) -> float:
    """Return the normalised correlation of two equally long stretches, all channels together; 0 for silence."""
    if not here.size:
        return 0.0
    a, b = here.astype(np.float64).ravel(), there.astype(np.float64).ravel()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return float(np.clip(a @ b / norm, -1.0, 1.0)) if norm > 1e-12 else 0.0


def _mono(samples: Samples) -> Mono:
    return np.ascontiguousarray(samples.mean(axis=1, dtype=np.float32))
