"""A sound as the search for loops sees it: mono, and a row of features every 46 milliseconds or so."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.resampling import StreamResampler
from infinite_studio.progress import Progress

MATCH_RATE = 22_050
"""Hz of the mono mix that is searched."""
_WINDOW_FRAMES = 4_096
_HOP_FRAMES = 1_024
_MOST_ROWS = 4_096
_BLOCK_FRAMES = 1 << 18
_BLOCK_ROWS = 256
_PRE_EMPHASIS = 0.9
_RANGE_DB = 60.0

Mono = NDArray[np.float32]
Rows = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Listened:
    """What is searched.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `MATCH_RATE`, highs raised so that single samples tell more.
    rows : ndarray of float32, shape (rows, bands)
        Each of length 1: what sounds at a moment, compared with the average of the whole.
    hop_frames : int
        Distance of the rows in frames of ``mono``.
    levels : ndarray of float32, shape (rows,)
        Mean power of each row's window.
    """

    mono: Mono
    rows: Rows
    hop_frames: int
    levels: Rows

    @property
    def rows_per_second(self) -> float:
        """How many rows a second has."""
        return MATCH_RATE / self.hop_frames


def listen(audio: Audio, progress: Progress) -> tuple[Mono, Listened]:
    """Return the plain mono mix at `MATCH_RATE`, and what is searched."""
    plain = _mono(audio, progress)
    hop = max(_HOP_FRAMES, -(-plain.size // _MOST_ROWS))
    rows, levels = _rows(plain, hop, progress)
    raised = plain.copy()
    raised[1:] -= np.float32(_PRE_EMPHASIS) * plain[:-1]
    return plain, Listened(raised, rows, hop, levels)


def _mono(audio: Audio, progress: Progress) -> Mono:
    resampler = StreamResampler(1, audio.sample_rate, MATCH_RATE)
    weights = _weights(audio)
    pieces = []
    for start in range(0, audio.n_frames, _BLOCK_FRAMES):
        progress.report(0.5 * start / audio.n_frames, "Listening")
        end = min(start + _BLOCK_FRAMES, audio.n_frames)
        mixed = audio.samples[start:end] @ weights
        pieces.append(resampler.process(mixed[:, np.newaxis], last=end == audio.n_frames)[:, 0])
    return np.concatenate(pieces)


def _weights(audio: Audio) -> Mono:
    """Return the mean of the channels, or the first alone where they cancel each other."""
    sparse = audio.samples[:: max(audio.n_frames // 100_000, 1)]
    mean = np.full(audio.n_channels, 1 / audio.n_channels, np.float32)
    alone = np.zeros(audio.n_channels, np.float32)
    alone[int(np.square(sparse).sum(axis=0).argmax())] = 1.0
    cancels = np.square(sparse @ mean).mean() < 0.05 * np.square(sparse @ alone).mean()
    return alone if cancels else mean


def _rows(mono: Mono, hop: int, progress: Progress) -> tuple[Rows, Rows]:
    window = np.hanning(_WINDOW_FRAMES).astype(np.float32)
    padded = np.pad(mono, (_WINDOW_FRAMES // 2, _WINDOW_FRAMES))
    count = mono.size // hop + 1
    views = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW_FRAMES)[::hop][:count]
    bands = _bands()
    found, levels = [], []
    for start in range(0, count, _BLOCK_ROWS):
        progress.report(0.5 + 0.5 * start / count, "Listening")
        block = views[start : start + _BLOCK_ROWS]
        found.append(np.abs(np.fft.rfft(block * window, axis=1)).astype(np.float32) @ bands)
        levels.append(np.square(block).mean(axis=1))
    return _normalised(np.concatenate(found)), np.concatenate(levels)


def _normalised(bands: Rows) -> Rows:
    floor = np.float32(max(float(bands.max(initial=0.0)), 1e-9) * 10 ** (-_RANGE_DB / 20))
    logs = np.log(bands + floor)
    # How loud a moment is as a whole is left out: a fade changes nothing of what sounds.
    logs -= logs.mean(axis=1, keepdims=True)
    logs -= logs.mean(axis=0, keepdims=True)
    logs /= np.maximum(logs.std(axis=0, keepdims=True), 0.05)
    return np.asarray(logs / np.maximum(np.linalg.norm(logs, axis=1, keepdims=True), 1e-6), np.float32)


def _bands() -> Rows:
    """Return weights ``(bins, bands)``: a semitone each from 65 to 2,000 Hz, a third of an octave up to 10 kHz."""
    low = 65.4 * 2.0 ** (np.arange(60) / 12)
    high = 2_000.0 * 2.0 ** (np.arange(1, 8) / 3)
    centres = np.concatenate([low, high])
    edges = np.concatenate([[61.0], np.sqrt(centres[1:] * centres[:-1]), [10_500.0]])
    bins_hz = np.fft.rfftfreq(_WINDOW_FRAMES, 1 / MATCH_RATE)
    weights = np.zeros((bins_hz.size, centres.size), np.float32)
    for band, (first, last) in enumerate(pairwise(edges)):
        inside = (bins_hz >= first) & (bins_hz < last)
        inside |= np.arange(bins_hz.size) == np.abs(bins_hz - centres[band]).argmin()
        weights[inside, band] = 1.0 / inside.sum()
    return weights
