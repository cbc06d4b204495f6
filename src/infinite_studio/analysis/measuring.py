"""Everything that is measured in one pass through a sound."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.bars import chroma_rows, low_onsets
from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Excerpts
from infinite_studio.analysis.loop_length import LoopLength, loop_length
from infinite_studio.analysis.onsets import MOMENT_RATE, onset_strength
from infinite_studio.analysis.passages import Passage, SoundStream, passages
from infinite_studio.analysis.pitches import Pitches, lasting_pitches
from infinite_studio.analysis.tempo import FASTEST_BPM, MIN_SECONDS, SLOWEST_BPM
from infinite_studio.analysis.timbre import Timbre, timbre_of
from infinite_studio.audio.audio import Samples
from infinite_studio.audio.loudness import LoudnessMeter, TruePeakMeter
from infinite_studio.progress import Part, Progress

_READING_SHARE = 0.25
_EDGE_MOMENTS = 4
_LEAST_MOMENTS = MIN_SECONDS * MOMENT_RATE

Values = NDArray[np.float64]


@dataclass
class Measured:
    """What one pass through a sound measured; lists hold one entry per passage.

    Parameters
    ----------
    sample_rate : int
        Frames per second, Hz.
    loudness : LoudnessMeter
        Has heard everything.
    peak : TruePeakMeter
        Has heard everything.
    n_channels, n_frames : int
        Shape of the sound.
    strengths, lows : list of ndarray, shape (moments,)
        Strength of all onsets and of low ones.
    chroma, bass : list of ndarray, shape (rows, 12)
        Pitch classes over time.
    timbres : list of Timbre
        Spectrum over time.
    pitches : list of Pitches
        Lasting partials.
    mean_power : float
        Of the mono mix.
    length : LoopLength or None
        What the length means if the sound is a loop.
    """

    sample_rate: int
    loudness: LoudnessMeter
    peak: TruePeakMeter
    n_channels: int = 1
    n_frames: int = 0
    strengths: list[Values] = field(default_factory=list)
    lows: list[Values] = field(default_factory=list)
    chroma: list[Values] = field(default_factory=list)
    bass: list[Values] = field(default_factory=list)
    timbres: list[Timbre] = field(default_factory=list)
    pitches: list[Pitches] = field(default_factory=list)
    mean_power: float = 0.0
    length: LoopLength | None = None

    @property
    def duration_seconds(self) -> float:
        """Length in seconds."""
        return self.n_frames / self.sample_rate

    def hear(self, block: Samples, last: bool) -> None:
        """Take the next block as it was read."""
        self.n_channels = block.shape[1]
        self.n_frames += len(block)
        self.loudness.add(block, last)
        self.peak.add(block, last)

    def add(self, passage: Passage, progress: Progress) -> None:
        """Measure the next passage."""
        mono, is_first = passage.mono, not self.strengths
        strength = onset_strength(mono, Part(progress, 0.0, 0.1))
        if not is_first:
            strength[:_EDGE_MOMENTS] = 0.0
        chroma, bass = chroma_rows(mono, Part(progress, 0.1, 0.5))
        low = low_onsets(mono, Part(progress, 0.5, 0.55))
        timbre = timbre_of(mono, Part(progress, 0.55, 0.6))
        self.pitches.append(lasting_pitches(mono, Part(progress, 0.6, 1.0)))
        # Each transform has one row more than whole hops; only the last passage keeps it.
        end = None if passage.is_last else -1
        self.strengths.append(strength[:end])
        self.lows.append(low[:end])
        self.chroma.append(chroma[:end])
        self.bass.append(bass[:end])
        self.timbres.append(timbre if passage.is_last else timbre.without_last_row())
        if is_first and passage.is_last:
            whole = Excerpts((mono,), self.duration_seconds, is_whole=True)
            self.length = loop_length(whole, self.sample_rate, SLOWEST_BPM, FASTEST_BPM)
        self.mean_power += float(np.square(mono, dtype=np.float64).sum()) * ANALYSIS_RATE**-1

    def long_strengths(self) -> list[Values]:
        """Return the strengths of passages that are long enough to tell a tempo."""
        return [part for part in self.strengths if part.size >= _LEAST_MOMENTS]

    def long_lows(self) -> list[Values]:
        """Return the low onsets of the same passages as `long_strengths`."""
        pairs = zip(self.strengths, self.lows, strict=True)
        return [low for strength, low in pairs if strength.size >= _LEAST_MOMENTS]


@dataclass
class _Share:
    """Joins what is read and what is measured to one fraction."""

    whole: Progress
    n_passages: int
    n_done: int = 0
    reading: float = 0.0
    measuring: float = 0.0

    def report(self, fraction: float, stage: str = "") -> None:
        self.reading = fraction
        self._tell(stage)

    def share(self, partial: object) -> None:
        self.whole.share(partial)

    def measure(self, measured: Measured, passage: Passage) -> None:
        measured.add(passage, _Measuring(self))
        self.n_done, self.measuring = self.n_done + 1, 0.0

    def tell_measuring(self, fraction: float, stage: str) -> None:
        self.measuring = fraction
        self._tell(stage)

    def _tell(self, stage: str) -> None:
        done = min((self.n_done + self.measuring) / self.n_passages, 1.0)
        self.whole.report(_READING_SHARE * self.reading + (1 - _READING_SHARE) * done, stage)


@dataclass(frozen=True)
class _Measuring:
    """Told how far one passage is measured."""

    to: _Share

    def report(self, fraction: float, stage: str = "") -> None:
        self.to.tell_measuring(fraction, stage)

    def share(self, partial: object) -> None:
        self.to.share(partial)


def measure(stream: SoundStream, progress: Progress) -> Measured:
    """Go once through a sound and measure everything, passage by passage.

    Parameters
    ----------
    stream : SoundStream
        Any length, rate and number of channels.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    Measured
        About 6 kB per second of sound; never more than 5 minutes of samples are held.
    """
    measured = Measured(
        stream.sample_rate, LoudnessMeter(stream.sample_rate), TruePeakMeter(stream.sample_rate)
    )
    seconds = (stream.n_frames or 0) / stream.sample_rate
    told = _Share(progress, max(-(-int(seconds) // 300), 1))
    for passage in passages(stream, measured.hear, told):
        told.measure(measured, passage)
    if measured.n_frames:
        measured.mean_power /= measured.duration_seconds
    return measured
