"""What is playing and from where, without threads, clocks or devices."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.mixing import Program
from infinite_studio.soundcard.reading import Stretch, begins_in_silence, can_play_from, first_frame, read

FADE_SECONDS = 0.005


@dataclass(frozen=True)
class _Leaving:
    """The sound that was heard until now and fades out while the next one begins."""

    program: Program
    frame: int


class Deck:
    """Renders a program block by block; every jump in the sound becomes a short fade."""

    def __init__(self, sample_rate: int) -> None:
        self.program = Program(sample_rate=sample_rate)
        self.frame = 0
        self.is_playing = False
        self._leaving: _Leaving | None = None
        self._fades_in = False
        self._is_audible = False

    def load(self, program: Program) -> None:
        """Go on in another program, at the same moment of time."""
        self._leave()
        self._fades_in = self._fades_in or self.is_playing
        if program.sample_rate != self.program.sample_rate:
            self.frame = round(self.frame * program.sample_rate / self.program.sample_rate)
            self._leaving = None
        self.program = program

    def play(self) -> None:
        """Begin to play here, or from the beginning where nothing is left to play."""
        if not can_play_from(self.program, self.frame):
            self.frame = first_frame(self.program)
        self.is_playing = True
        self._fades_in = not begins_in_silence(self.program, self.frame)

    def stop(self, frame: int) -> None:
        """Stop, and stay at this frame."""
        self._leave()
        self.is_playing = False
        self.frame = max(frame, 0)

    def seek(self, frame: int) -> None:
        """Go on from another frame."""
        self._leave()
        self.frame = max(frame, 0)
        self._fades_in = self.is_playing and not begins_in_silence(self.program, self.frame)

    def cut_to(self, frame: int) -> None:
        """Continue from a frame on a device that has heard nothing yet."""
        self._leaving = None
        self._is_audible = False
        self.frame = max(frame, 0)
        self._fades_in = not begins_in_silence(self.program, self.frame)

    def render(self, n_frames: int) -> Stretch:
        """Return the next block, not limited; a program that ends in it stops playing."""
        if self.is_playing:
            stretch = read(self.program, self.frame, n_frames)
            self.frame = stretch.next_frame
        else:
            stretch = Stretch(np.zeros((n_frames, 2), np.float32), (), {}, self.frame, has_ended=False)
        self._fade(stretch.samples)
        self._is_audible = self.is_playing = self.is_playing and not stretch.has_ended
        return stretch

    def _leave(self) -> None:
        if self._leaving is None and self._is_audible:
            self._leaving = _Leaving(self.program, self.frame)

    def _fade(self, samples: Samples) -> None:
        n_frames = min(max(round(FADE_SECONDS * self.program.sample_rate), 1), samples.shape[0])
        rise = (np.arange(1, n_frames + 1, dtype=np.float32) / np.float32(n_frames))[:, np.newaxis]
        if self._fades_in:
            samples[:n_frames] *= rise
        if self._leaving is not None:
            leaving = read(self._leaving.program, self._leaving.frame, n_frames)
            samples[:n_frames] += leaving.samples * (1.0 - rise)
        self._fades_in = False
        self._leaving = None
