"""Hands a deck's sound to one opened output and notes when it will be heard."""

import logging
import threading
from collections import deque
from collections.abc import Callable

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.soundcard.deck import Deck
from infinite_studio.soundcard.heard import HeardLog
from infinite_studio.soundcard.reading import Stretch

RESAMPLED_BLOCK = 1_024
SETTLING_SECONDS = 2.0

logger = logging.getLogger(__name__)


class Feed:
    """Called by the output's thread; a retired feed gives silence and touches nothing."""

    def __init__(
        self, deck: Deck, device_rate: int, lock: threading.RLock, clock: Callable[[], float]
    ) -> None:
        self._deck = deck
        self._lock = lock
        self._clock = clock
        self._program_rate = deck.program.sample_rate
        self._device_rate = device_rate
        self._step = self._program_rate / device_rate
        self._rendered_frames = 0
        self._handed_frames = 0
        self._has_stumbled = False
        self._resample = _resampler(self._program_rate, device_rate)
        self._waiting: deque[Samples] = deque()
        self.log = HeardLog(device_rate)
        self.epoch = 0
        self.is_retired = False
        self.ends_at: float | None = None
        self.last_filled_at = clock() + SETTLING_SECONDS

    def fill(self, n_frames: int, heard_at: float) -> Samples:
        """Return the next block, clipped to −1…1 as an exported file is."""
        with self._lock:
            self.last_filled_at = self._clock()
            if self.is_retired or self._deck.program.sample_rate != self._program_rate:
                return np.zeros((n_frames, 2), np.float32)
            try:
                return self._next_block(n_frames, heard_at)
            except Exception:
                if not self._has_stumbled:
                    logger.exception("A block of sound could not be made.")
                self._has_stumbled = True
                return np.zeros((n_frames, 2), np.float32)

    def _next_block(self, n_frames: int, heard_at: float) -> Samples:
        self.log.note_block(self._handed_frames, heard_at)
        if self._resample is None:
            block = self._render(n_frames)
        else:
            while sum(part.shape[0] for part in self._waiting) < n_frames:
                self._waiting.append(self._resample(self._render(RESAMPLED_BLOCK)))
            whole = np.concatenate(self._waiting)
            block = whole[:n_frames]
            self._waiting = deque([whole[n_frames:]])
        self._handed_frames += n_frames
        return np.clip(block, -1.0, 1.0)

    def _render(self, n_frames: int) -> Samples:
        stretch = self._deck.render(n_frames)
        self._note(stretch)
        self._rendered_frames += n_frames
        return stretch.samples

    def _note(self, stretch: Stretch) -> None:
        block_start = ends_at = self._rendered_frames / self._step
        for run in stretch.runs:
            start = (self._rendered_frames + run.offset) / self._step
            ends_at = start + run.n_frames / self._step
            self.log.note_span(start, ends_at, run.program_frame, self._step, self.epoch)
        if stretch.runs or stretch.has_ended:
            self.ends_at = ends_at if stretch.has_ended else None
            self.log.note_levels(block_start, stretch.peaks)


def _resampler(program_rate: int, device_rate: int) -> Callable[[Samples], Samples] | None:
    if program_rate == device_rate:
        return None
    import soxr

    stream = soxr.ResampleStream(program_rate, device_rate, 2, dtype="float32")

    def resample(samples: Samples) -> Samples:
        return np.asarray(stream.resample_chunk(samples), np.float32)

    return resample
