"""`Analysis`: what a sound is, and the one function that finds it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infinite_studio.audio.audio import Audio
from infinite_studio.music.key import Key
from infinite_studio.progress import Part, Progress, Silence

_BLOCK_FRAMES = 1 << 17
_SILENCE = Silence()


@dataclass(frozen=True)
class Analysis:
    """What was found in a sound; None where nothing clear was found.

    Parameters
    ----------
    tempo_bpm : float or None
        Beats per minute, 30 to 300; None where there is no clear tempo.
    tempo_confidence : float
        0 (nothing found) to 1 (as regular as a metronome).
    key : Key or None
        None where no key stands out: noise, drums, speech, a single held note.
    key_confidence : float
        0 (nothing found) to 1 (far ahead of every other key).
    loudness_lufs : float or None
        Integrated loudness after ITU-R BS.1770; None for silence and for sounds too short to measure.
    duration_seconds : float
        Length in seconds.
    sample_rate : int
        Frames per second, Hz.
    n_channels : int
        Number of channels.
    """

    tempo_bpm: float | None
    tempo_confidence: float
    key: Key | None
    key_confidence: float
    loudness_lufs: float | None
    duration_seconds: float
    sample_rate: int
    n_channels: int

    def to_json(self) -> dict[str, Any]:
        """Return the analysis as JSON values; the key as its name."""
        return {
            "tempo_bpm": self.tempo_bpm,
            "tempo_confidence": self.tempo_confidence,
            "key": None if self.key is None else str(self.key),
            "key_confidence": self.key_confidence,
            "loudness_lufs": self.loudness_lufs,
            "duration_seconds": self.duration_seconds,
            "sample_rate": self.sample_rate,
            "n_channels": self.n_channels,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Analysis":
        """Read an analysis back from the values of `to_json`; unknown keys are ignored, for newer libraries.

        Raises
        ------
        UnknownKeyError
            If the key's name is none.
        """
        return cls(
            tempo_bpm=_optional_float(data.get("tempo_bpm")),
            tempo_confidence=float(data.get("tempo_confidence", 0.0)),
            key=None if data.get("key") is None else Key.parse(str(data["key"])),
            key_confidence=float(data.get("key_confidence", 0.0)),
            loudness_lufs=_optional_float(data.get("loudness_lufs")),
            duration_seconds=float(data["duration_seconds"]),
            sample_rate=int(data["sample_rate"]),
            n_channels=int(data["n_channels"]),
        )


def analyse(audio: Audio, progress: Progress = _SILENCE) -> Analysis:
    """Find tempo, key and loudness of a sound.

    Tempo and key are read from a mono mix at 22,050 Hz; of sounds over five minutes only from five
    excerpts of one minute, spread evenly (see `infinite_studio.analysis.excerpts`). Loudness is
    measured over everything.

    Parameters
    ----------
    audio : Audio
        Any length, rate and number of channels.
    progress : Progress
        Told what is being listened for; may cancel.

    Returns
    -------
    Analysis
        With None for whatever was not clearly found: nothing is guessed.
    """
    from infinite_studio.analysis.excerpts import mono_excerpts
    from infinite_studio.analysis.keys import find_key
    from infinite_studio.analysis.tempo import find_tempo

    excerpts = mono_excerpts(audio, Part(progress, 0.0, 0.15))
    tempo = find_tempo(excerpts, audio.sample_rate, Part(progress, 0.15, 0.35))
    key = find_key(excerpts, Part(progress, 0.35, 0.7))
    loudness_lufs = _loudness(audio, Part(progress, 0.7, 1.0))
    return Analysis(
        tempo_bpm=tempo.tempo_bpm,
        tempo_confidence=tempo.confidence,
        key=key.key,
        key_confidence=key.confidence,
        loudness_lufs=loudness_lufs,
        duration_seconds=audio.duration_seconds,
        sample_rate=audio.sample_rate,
        n_channels=audio.n_channels,
    )


def _loudness(audio: Audio, progress: Progress) -> float | None:
    """Measure integrated loudness in blocks, so that it can be cancelled."""
    from infinite_studio.audio.loudness import LoudnessMeter

    progress.report(0.0, "Measuring loudness")
    meter = LoudnessMeter(audio.sample_rate)
    for start in range(0, audio.n_frames, _BLOCK_FRAMES):
        end = min(start + _BLOCK_FRAMES, audio.n_frames)
        meter.add(audio.samples[start:end], last=end == audio.n_frames)
        progress.report(end / audio.n_frames)
    found = meter.integrated_lufs()
    return None if found is None else round(found, 2)


def _optional_float(value: object) -> float | None:
    return None if value is None else float(str(value))
