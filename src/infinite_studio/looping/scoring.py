"""How well a seam joins: phase, spectrum, loudness and beat."""

import numpy as np

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.looping.alignment import seam_correlation
from infinite_studio.looping.candidates import SeamScore
from infinite_studio.looping.listening import MATCH_RATE, Listened, Rows

_PHASE_SECONDS = 0.06
_SPECTRUM_SECONDS = 2.0
_LOUDNESS_SECONDS = 0.4
_WORST_DB = 12.0
_SILENT_POWER = 1e-9


def seam_score(
    audio: Audio, listened: Listened, start_frame: int, end_frame: int, tempo_bpm: float | None
) -> SeamScore:
    """Return how well the end of a loop leads into its start, without any crossfade.

    Parameters
    ----------
    audio : Audio
        The sound.
    listened : Listened
        The same sound as the search sees it.
    start_frame, end_frame : int
        The loop.
    tempo_bpm : float or None
        The beat, where there is one.
    """
    return SeamScore(
        phase=_phase(audio, start_frame, end_frame),
        spectrum=_spectrum(audio, listened, start_frame, end_frame),
        loudness=_loudness(audio, start_frame, end_frame),
        beat=_beat((end_frame - start_frame) / audio.sample_rate, tempo_bpm),
    )


def _phase(audio: Audio, start: int, end: int) -> float:
    """Compare the waveforms around both ends; at the border of the sound, whether the first sample follows the last."""
    reach = round(_PHASE_SECONDS * audio.sample_rate)
    before, after = min(reach, start), min(reach, audio.n_frames - end)
    if before + after >= reach // 2:
        return max(seam_correlation(audio, start, end, reach)[0], 0.0)
    return continuity(audio.samples[max(end - reach, 0) : end], audio.samples[start : start + reach])


def continuity(ending: Samples, beginning: Samples) -> float:
    """Return 1 where the step from one stretch into another is no larger than its usual steps, 0 at ten times that."""
    steps = np.abs(np.diff(np.concatenate([ending, beginning]), axis=0)).max(axis=1)
    usual = float(np.percentile(steps, 95)) + 1e-4
    step = float(np.abs(beginning[0] - ending[-1]).max())
    return float(np.clip(1.0 - (step / usual - 1.0) / 9.0, 0.0, 1.0))


def _spectrum(audio: Audio, listened: Listened, start: int, end: int) -> float:
    per_row = listened.hop_frames * audio.sample_rate / MATCH_RATE
    rows = listened.rows
    reach = max(int(_SPECTRUM_SECONDS * listened.rows_per_second), 2)
    first, last = round(start / per_row), round(end / per_row)
    alike = []
    if first >= reach // 2:
        size = min(reach, first)
        alike.append(_likeness(rows[first - size : first], rows[last - size : last]))
    if rows.shape[0] - last > reach // 2:
        size = min(reach, rows.shape[0] - last)
        alike.append(_likeness(rows[first : first + size], rows[last : last + size]))
    if alike:
        return max(alike)
    beginning, ending = rows[first : first + reach].mean(axis=0), rows[last - reach : last].mean(axis=0)
    norm = float(np.linalg.norm(beginning) * np.linalg.norm(ending))
    return float(np.clip(0.5 + 0.5 * float(beginning @ ending) / max(norm, 1e-9), 0.0, 1.0))


def _likeness(here: Rows, there: Rows) -> float:
    return float(np.clip(np.einsum("ij,ij->i", here, there).mean(), 0.0, 1.0))


def _loudness(audio: Audio, start: int, end: int) -> float:
    reach = round(_LOUDNESS_SECONDS * audio.sample_rate)
    before_end = _power(audio.samples[max(end - reach, start) : end])
    reference = audio.samples[max(start - reach, 0) : start]
    # Where the loop begins with the sound, the level may only be compared with what follows.
    wanted = _power(reference if reference.shape[0] >= reach // 2 else audio.samples[start : start + reach])
    difference_db = abs(10 * np.log10((before_end + _SILENT_POWER) / (wanted + _SILENT_POWER)))
    return float(np.clip(1.0 - difference_db / _WORST_DB, 0.0, 1.0))


def _power(samples: Samples) -> float:
    return float(np.square(samples, dtype=np.float64).mean()) if samples.size else 0.0


def _beat(length_seconds: float, tempo_bpm: float | None) -> float:
    if tempo_bpm is None:
        return 1.0
    beats = length_seconds * tempo_bpm / 60
    return float(np.clip(1.0 - 2.0 * abs(beats - round(beats)), 0.0, 1.0))
