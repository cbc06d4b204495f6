"""A take that is heard while it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import numpy as np

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.channels import to_stereo
from infinite_studio.audio.loudness import LoudnessMeter, TruePeakMeter
from infinite_studio.audio.peaks import PeaksBuilder
from infinite_studio.audio.resampling import StreamResampler
from infinite_studio.progress import Progress
from infinite_studio.services.sound_bank import SoundBank

_ROOM_SECONDS = 1.0
FinalGain = Callable[[float | None, float], float]


@dataclass(frozen=True)
class TakeGrown:
    """How much of a take can be heard; ``object_id`` names its sound in the bank until the take is stored.

    ``gain_db`` makes it as loud as the finished take will be, as far as what is there tells.
    """

    object_id: str
    n_frames: int
    expected_frames: int
    gain_db: float = 0.0


class GrowingSound:
    """Lays pieces into one buffer at the project's rate, which the transport plays while it fills.

    Parameters
    ----------
    bank : SoundBank
        Where the buffer and its waveform are found meanwhile.
    expected_seconds : float
        Length of the take.
    progress : Progress
        Is given a `TakeGrown` after every piece.
    final_gain_db : callable or None
        The gain that the finished take will get, from its loudness in LUFS and its true peak in dBTP; None where it
        stays as it is.
    """

    def __init__(
        self,
        bank: SoundBank,
        expected_seconds: float,
        progress: Progress,
        final_gain_db: FinalGain | None = None,
    ) -> None:
        rate = bank.sample_rate
        self.object_id = f"growing-{uuid4().hex}"
        self._bank = bank
        self._progress = progress
        self._final_gain_db = final_gain_db
        self._expected_frames = round(expected_seconds * rate)
        self._resampler: StreamResampler | None = None
        self._samples: Samples = np.zeros(
            (self._expected_frames + round(_ROOM_SECONDS * rate), 2), np.float32
        )
        self._restart()

    @property
    def n_frames(self) -> int:
        """How much can be heard."""
        return self._n_frames

    def hear(self, piece: Audio, start_frame: int) -> None:
        """Take the next piece; one that begins at the start again follows an attempt that was given up."""
        if start_frame == 0:
            self._restart()
        if self._resampler is None:
            self._resampler = StreamResampler(2, piece.sample_rate, self._bank.sample_rate)
            self._loudness = LoudnessMeter(piece.sample_rate)
            self._true_peak = TruePeakMeter(piece.sample_rate)
        ready = self._resampler.process(to_stereo(piece.samples))
        room = self._samples[self._n_frames : self._n_frames + len(ready)]
        room[:] = ready[: len(room)]
        self._peaks.add(np.ascontiguousarray(room))
        self._n_frames += len(room)
        self._bank.show_growing(self.object_id, self._heard(), self._peaks.snapshot())
        gain_db = self._gain_db(piece)
        self._progress.share(TakeGrown(self.object_id, self._n_frames, self._expected_frames, gain_db))

    def _gain_db(self, piece: Audio) -> float:
        """Measure the next piece; return the gain of a take that is like everything so far."""
        if self._final_gain_db is None:
            return 0.0
        self._loudness.add(piece.samples)
        self._true_peak.add(piece.samples)
        peak_dbtp = self._true_peak.dbtp()
        return 0.0 if peak_dbtp is None else self._final_gain_db(self._loudness.integrated_lufs(), peak_dbtp)

    def _heard(self) -> Samples:
        return self._samples[: max(self._expected_frames, self._n_frames)]

    def _restart(self) -> None:
        self._n_frames = 0
        self._peaks = PeaksBuilder(self._bank.sample_rate)
        self._resampler = None
