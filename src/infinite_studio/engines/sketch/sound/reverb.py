"""A room: convolution with decaying noise whose high frequencies die first."""

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, band_gain, decay, ramp, white
from infinite_studio.engines.sketch.sound.voices import Stereo
from infinite_studio.progress import Progress

_PREDELAY_SECONDS = 0.014
_EARLY = ((0.0113, 0.55), (0.0191, -0.42), (0.0273, 0.36), (0.0411, -0.28), (0.0567, 0.22))
_BANDS = ((120.0, 600.0, 1.0), (600.0, 2400.0, 0.92), (2400.0, 6500.0, 0.62), (6500.0, 14_000.0, 0.36))
_DECAYS_TO_60_DB = 6.91
_LARGEST_TRANSFORM = 2**19


def impulse_response(reverb_seconds: float, brightness: float) -> Stereo:
    """Return the room's answer to a click, shape ``(2, frames)``; its energy per channel is 1.

    Parameters
    ----------
    reverb_seconds : float
        Time in which the middle of the spectrum falls by 60 dB.
    brightness : float
        0 dull to 1 bright: level and length of what lies above 2 kHz.
    """
    n_frames = 2 ** int(np.ceil(np.log2(0.85 * reverb_seconds * SAMPLE_RATE)))
    n_frames = min(n_frames, 2**18)
    sides = []
    for side in range(2):
        noise = np.fft.rfft(white(n_frames, 6_000 + side))
        answer = np.zeros(n_frames, np.float32)
        for place, (low, high, length) in enumerate(_BANDS):
            level = (0.35 + 0.9 * brightness) ** max(place - 1, 0)
            fall = reverb_seconds * length * (0.6 + 0.5 * brightness if place > 1 else 1.0)
            heard = np.fft.irfft(noise * band_gain(n_frames, low, high), n_frames)
            answer += np.float32(level) * heard * decay(n_frames, fall / _DECAYS_TO_60_DB)
        start = int(_PREDELAY_SECONDS * SAMPLE_RATE)
        answer = np.concatenate([np.zeros(start, np.float32), answer[:-start]])
        scale = float(np.sqrt(np.sum(answer**2)))
        for time, gain in _EARLY:
            answer[int((time + 0.0017 * side) * SAMPLE_RATE)] += 0.16 * gain * scale
        fade = n_frames // 8
        answer[-fade:] *= ramp(fade)[::-1]
        sides.append(answer / np.float32(np.sqrt(np.sum(answer**2))))
    return np.stack(sides)


def add_reverb(send: Mono, response: Stereo, onto: Stereo, progress: Progress) -> None:
    """Convolve what is sent to the room and add the answer to a stem, in place, block by block."""
    n_frames, n_response = send.shape[0], response.shape[1]
    size = min(4 * n_response, max(2 * n_response, _LARGEST_TRANSFORM))
    step = size - n_response
    spectra = [np.fft.rfft(response[side], size) for side in range(2)]
    for start in range(0, n_frames, step):
        progress.report(start / n_frames)
        block = send[start : start + step]
        if not block.any():
            continue
        spectrum = np.fft.rfft(block, size)
        room = min(size, n_frames - start)
        for side in range(2):
            onto[side, start : start + room] += np.fft.irfft(spectrum * spectra[side], size)[:room]
