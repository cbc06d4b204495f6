"""Everything that is measured in one pass through a sound."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.bars import chroma_rows, low_onsets
from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Excerpts, Mono
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
WHOLE_SECONDS = 7_200.0
EXCERPT_SECONDS = 60.0

_MEASURING_SHARE = 0.3

Values = NDArray[np.float64]
Follow = Callable[[Mono, Progress], None]


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
    heard_seconds : float
        How much of it everything but its loudness and its mean power was measured in.
    is_spread : bool
        Whether that is the middle minute of each passage, because the sound lasts more than two hours.
    n_passage_frames : int
        Length of the longest passage at `ANALYSIS_RATE`.
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
    heard_seconds: float = 0.0
    is_spread: bool = False
    n_passage_frames: int = 0

    @property
    def duration_seconds(self) -> float:
        """Length in seconds."""
        return self.n_frames / self.sample_rate

    @property
    def passage_seconds(self) -> float:
        """From the beginning of one passage to that of the next."""
        return self.n_passage_frames / ANALYSIS_RATE

    def middle(self) -> "Measured":
        """Return what was measured of the middle passage alone, as if it were a sound of its own."""
        at = slice(len(self.strengths) // 2, len(self.strengths) // 2 + 1)
        n_frames = round(self.strengths[at.start].size / MOMENT_RATE * self.sample_rate)
        return replace(
            self,
            n_frames=n_frames,
            strengths=self.strengths[at],
            lows=self.lows[at],
            chroma=self.chroma[at],
            bass=self.bass[at],
            timbres=self.timbres[at],
            pitches=self.pitches[at],
        )

    def hear(self, block: Samples, last: bool) -> None:
        """Take the next block as it was read."""
        self.n_channels = block.shape[1]
        self.n_frames += len(block)
        self.is_spread = self.is_spread or self.duration_seconds > WHOLE_SECONDS
        self.loudness.add(block, last)
        self.peak.add(block, last)

    def add(self, passage: Passage, progress: Progress) -> None:
        """Measure the next passage, or its middle where the sound is very long."""
        self.mean_power += float(np.square(passage.mono, dtype=np.float64).sum()) * ANALYSIS_RATE**-1
        self.n_passage_frames = max(self.n_passage_frames, passage.mono.size)
        passage = passage.middle(EXCERPT_SECONDS) if self.is_spread else passage
        mono, is_first = passage.mono, not self.strengths
        self.heard_seconds += mono.size / ANALYSIS_RATE
        strength = onset_strength(mono, Part(progress, 0.0, 0.1))
        if self.is_spread or not is_first:
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

    def measure(self, measured: Measured, passage: Passage, follow: Follow | None) -> None:
        telling = _Measuring(self)
        if follow is None or measured.is_spread:
            measured.add(passage, telling)
        else:
            measured.add(passage, Part(telling, 0.0, _MEASURING_SHARE))
            follow(passage.mono, Part(telling, _MEASURING_SHARE, 1.0))
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


def measure(stream: SoundStream, progress: Progress, follow: Follow | None = None) -> Measured:
    """Go once through a sound and measure everything, passage by passage.

    Parameters
    ----------
    stream : SoundStream
        Any length, rate and number of channels.
    progress : Progress
        Told the share that is done; may cancel.
    follow : callable or None
        Is given each passage of a sound up to two hours, in mono at `ANALYSIS_RATE`, and a `Progress` for it.

    Returns
    -------
    Measured
        About 6 kB per second of sound up to two hours, a fifth of it for longer ones, of which one minute in five is
        measured but for loudness, true peak and mean power; never more than 5 minutes of samples are held.
    """
    measured = Measured(
        stream.sample_rate, LoudnessMeter(stream.sample_rate), TruePeakMeter(stream.sample_rate)
    )
    seconds = (stream.n_frames or 0) / stream.sample_rate
    measured.is_spread = seconds > WHOLE_SECONDS
    told = _Share(progress, max(-(-int(seconds) // 300), 1))
    for passage in passages(stream, measured.hear, told):
        told.measure(measured, passage, follow)
    if measured.n_frames:
        measured.mean_power /= measured.duration_seconds
    return measured
