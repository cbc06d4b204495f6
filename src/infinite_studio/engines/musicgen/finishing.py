"""From decoded sound to a take: guarded, of exact length, looped, as loud as others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.loudness import integrated_loudness, true_peak_dbtp
from infinite_studio.engines.musicgen.planning import TAIL_SECONDS
from infinite_studio.errors import StudioError

_TARGET_LUFS = -14.0
_CEILING_DBTP = -1.0
_MOST_GAIN_DB = 24.0
_FADE_SECONDS = 0.005
_SILENCE = 1e-5


class BrokenSoundError(StudioError):
    """A network that made something that is no sound."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The model made no usable sound: {reason}.",
            hint="Try another seed or a lower temperature; if it happens again, check the weights.",
        )
        self.reason = reason


@dataclass(frozen=True)
class Finished:
    """A sound that is ready, and what a person should know about it."""

    audio: Audio
    notices: tuple[str, ...] = ()


def finish(sound: NDArray[np.float32], sample_rate: int, n_frames: int, *, is_loop: bool) -> Finished:
    """Return a take's sound of exactly so many frames from ``(channels, frames)``.

    Raises
    ------
    BrokenSoundError
        If its shape is wrong, or nothing of it is a number.
    """
    if sound.ndim != 2 or sound.shape[0] not in (1, 2) or sound.shape[1] == 0:
        raise BrokenSoundError(f"its shape is {sound.shape}")
    broken = int(np.count_nonzero(~np.isfinite(sound)))
    if broken == sound.size:
        raise BrokenSoundError("nothing in it is a number")
    notices = []
    if broken:
        sound = np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0)
        notices.append(f"{broken:,} samples were no numbers and were silenced.")
    samples = np.ascontiguousarray(sound.T)
    shaped = _looped(samples, n_frames, sample_rate) if is_loop else _cut(samples, n_frames, sample_rate)
    if float(np.abs(shaped).max()) < _SILENCE:
        notices.append("The model made silence; try another seed.")
        return Finished(Audio.of(shaped, sample_rate), tuple(notices))
    return Finished(normalised(Audio.of(shaped, sample_rate)), tuple(notices))


def normalising_gain_db(loudness_lufs: float | None, peak_dbtp: float) -> float:
    """Return the gain that a finished take gets; None is the loudness of what is too short to have one."""
    room_db = _CEILING_DBTP - peak_dbtp
    gain_db = room_db if loudness_lufs is None else min(_TARGET_LUFS - loudness_lufs, room_db)
    return min(gain_db, _MOST_GAIN_DB)


def normalised(audio: Audio) -> Audio:
    """Return the sound at −14 LUFS, or as loud as −1 dBTP allows."""
    peak_dbtp = true_peak_dbtp(audio)
    assert peak_dbtp is not None
    gain_db = normalising_gain_db(integrated_loudness(audio), peak_dbtp)
    return Audio.of(audio.samples * np.float32(10.0 ** (gain_db / 20.0)), audio.sample_rate)


def _cut(samples: NDArray[np.float32], n_frames: int, sample_rate: int) -> NDArray[np.float32]:
    """Return exactly so many frames; the end fades within milliseconds, so that it does not click."""
    whole = np.zeros((n_frames, samples.shape[1]), np.float32)
    there = min(n_frames, len(samples))
    whole[:there] = samples[:there]
    n_fade = min(round(_FADE_SECONDS * sample_rate), there)
    whole[there - n_fade : there] *= np.linspace(1.0, 0.0, n_fade, dtype=np.float32)[:, None]
    return whole


def _looped(samples: NDArray[np.float32], n_frames: int, sample_rate: int) -> NDArray[np.float32]:
    """Return so many frames whose end leads into the start: what comes after the end fades out over the start."""
    n_tail = min(round(TAIL_SECONDS * sample_rate), max(len(samples) - n_frames, 0), n_frames)
    if n_tail == 0:
        return _cut(samples, n_frames, sample_rate)
    whole = samples[:n_frames].copy()
    angle = np.linspace(0.0, np.pi / 2, n_tail, endpoint=False, dtype=np.float32)[:, None]
    whole[:n_tail] = whole[:n_tail] * np.sin(angle) + samples[n_frames : n_frames + n_tail] * np.cos(angle)
    return whole
