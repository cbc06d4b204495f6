"""`Analysis`: what a sound is, and the one function that finds it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infinite_studio.analysis.beat_tracking import BUILT_IN
from infinite_studio.analysis.findings import BarChord, Mood, Section, camelot_code
from infinite_studio.audio.audio import Audio
from infinite_studio.music.key import Key
from infinite_studio.progress import Progress, Silence

VERSION = 5
"""Grows whenever the same sound would be answered differently; stored answers of another one are found out anew."""

_SILENCE = Silence()
_COMPOUND = 3


@dataclass(frozen=True)
class Analysis:
    """What was found in a sound; None or empty where nothing clear was found.

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
    loudness_range_lu : float or None
        After EBU Tech 3342; None below 3 s.
    true_peak_dbtp : float or None
        After ITU-R BS.1770, annex 2; None for silence.
    runner_up_key : Key or None
        The next best key, where there is a best one.
    beats_per_bar : int or None
        How many beats of the tempo a bar has, as far as it can be guessed; None without a tempo.
    beat_parts : int
        Into how many parts a beat falls: 3 where all of its thirds are heard, as in 6/8, else 2.
    beats_seconds, downbeats_seconds : tuple of float
        When beats fall, and those of them that begin a bar.
    chords : tuple of BarChord
        One for each bar; empty where no key and no tones are clear.
    sections : tuple of Section
        From beginning to end.
    energy_curve_lufs : tuple of float
        Loudness over time in at most 240 equal steps, never below −70.
    brightness_hz : float or None
        Centre of gravity of the spectrum; None for silence.
    density, brightness, energy : float
        0 to 1: how busy, how bright, how driving.
    mood : Mood or None
        Valence, arousal and a word; None for silence.
    style : str or None
        Name of the built-in style that it is most like.
    prompt : str
        A description that could make another sound like it.
    heard_share : float
        Share of the sound in which everything but its length, its loudness and its energy curve was listened for: 1, and
        about 0.2 of a sound over two hours, of which one minute in five is.
    beats_from : str
        Who found tempo, beats and bars: ``built-in``, or the name of a tracker such as ``beat_this final0``.
    beats_remark : str
        A sentence where a tracker could not be used or heard no tempo; empty otherwise.
    is_tempo_locked, is_key_locked : bool
        Whether a person said that the tempo, the key is right as it stands.
    corrected : tuple of str
        Which of ``tempo`` and ``key`` a person set.
    """

    tempo_bpm: float | None
    tempo_confidence: float
    key: Key | None
    key_confidence: float
    loudness_lufs: float | None
    duration_seconds: float
    sample_rate: int
    n_channels: int
    loudness_range_lu: float | None = None
    true_peak_dbtp: float | None = None
    runner_up_key: Key | None = None
    beats_per_bar: int | None = None
    beat_parts: int = 2
    beats_seconds: tuple[float, ...] = ()
    downbeats_seconds: tuple[float, ...] = ()
    chords: tuple[BarChord, ...] = ()
    sections: tuple[Section, ...] = ()
    energy_curve_lufs: tuple[float, ...] = ()
    brightness_hz: float | None = None
    density: float = 0.0
    brightness: float = 0.0
    energy: float = 0.0
    mood: Mood | None = None
    style: str | None = None
    prompt: str = ""
    heard_share: float = 1.0
    beats_from: str = BUILT_IN
    beats_remark: str = ""
    is_tempo_locked: bool = False
    is_key_locked: bool = False
    corrected: tuple[str, ...] = ()

    @property
    def camelot(self) -> str | None:
        """The key's place on the Camelot wheel."""
        return None if self.key is None else camelot_code(self.key)

    @property
    def time_signature(self) -> str | None:
        """The time signature that was guessed, such as ``4/4``, ``3/4`` or ``6/8``; None without a tempo."""
        if self.beats_per_bar is None:
            return None
        return f"{3 * self.beats_per_bar}/8" if self.beat_parts == _COMPOUND else f"{self.beats_per_bar}/4"

    def to_json(self) -> dict[str, Any]:
        """Return the analysis as JSON values; keys as their names, ``camelot`` and ``time_signature`` for others to read."""
        return {
            "tempo_bpm": self.tempo_bpm,
            "tempo_confidence": self.tempo_confidence,
            "key": _name(self.key),
            "key_confidence": self.key_confidence,
            "camelot": self.camelot,
            "runner_up_key": _name(self.runner_up_key),
            "loudness_lufs": self.loudness_lufs,
            "loudness_range_lu": self.loudness_range_lu,
            "true_peak_dbtp": self.true_peak_dbtp,
            "duration_seconds": self.duration_seconds,
            "sample_rate": self.sample_rate,
            "n_channels": self.n_channels,
            "beats_per_bar": self.beats_per_bar,
            "beat_parts": self.beat_parts,
            "time_signature": self.time_signature,
            "beats_seconds": list(self.beats_seconds),
            "downbeats_seconds": list(self.downbeats_seconds),
            "chords": [chord.to_json() for chord in self.chords],
            "sections": [section.to_json() for section in self.sections],
            "energy_curve_lufs": list(self.energy_curve_lufs),
            "brightness_hz": self.brightness_hz,
            "density": self.density,
            "brightness": self.brightness,
            "energy": self.energy,
            "mood": None if self.mood is None else self.mood.to_json(),
            "style": self.style,
            "prompt": self.prompt,
            "heard_share": self.heard_share,
            "beats_from": self.beats_from,
            "beats_remark": self.beats_remark,
            "is_tempo_locked": self.is_tempo_locked,
            "is_key_locked": self.is_key_locked,
            "corrected": list(self.corrected),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Analysis":
        """Read an analysis back from the values of `to_json`; unknown keys are ignored, for newer libraries.

        Raises
        ------
        UnknownKeyError
            If a key's name is none.
        """
        mood = data.get("mood")
        return cls(
            tempo_bpm=_float(data.get("tempo_bpm")),
            tempo_confidence=float(data.get("tempo_confidence", 0.0)),
            key=_key(data.get("key")),
            key_confidence=float(data.get("key_confidence", 0.0)),
            loudness_lufs=_float(data.get("loudness_lufs")),
            duration_seconds=float(data["duration_seconds"]),
            sample_rate=int(data["sample_rate"]),
            n_channels=int(data["n_channels"]),
            loudness_range_lu=_float(data.get("loudness_range_lu")),
            true_peak_dbtp=_float(data.get("true_peak_dbtp")),
            runner_up_key=_key(data.get("runner_up_key")),
            beats_per_bar=None if data.get("beats_per_bar") is None else int(data["beats_per_bar"]),
            beat_parts=int(data.get("beat_parts", 2)),
            beats_seconds=tuple(float(time) for time in data.get("beats_seconds", ())),
            downbeats_seconds=tuple(float(time) for time in data.get("downbeats_seconds", ())),
            chords=tuple(BarChord(float(start), str(name)) for start, name in data.get("chords", ())),
            sections=tuple(
                Section(float(start), float(end), str(label))
                for start, end, label in data.get("sections", ())
            ),
            energy_curve_lufs=tuple(float(level) for level in data.get("energy_curve_lufs", ())),
            brightness_hz=_float(data.get("brightness_hz")),
            density=float(data.get("density", 0.0)),
            brightness=float(data.get("brightness", 0.0)),
            energy=float(data.get("energy", 0.0)),
            mood=None if mood is None else Mood.from_json(mood),
            style=None if data.get("style") is None else str(data["style"]),
            prompt=str(data.get("prompt", "")),
            heard_share=float(data.get("heard_share", 1.0)),
            beats_from=str(data.get("beats_from", BUILT_IN)),
            beats_remark=str(data.get("beats_remark", "")),
            is_tempo_locked=bool(data.get("is_tempo_locked", False)),
            is_key_locked=bool(data.get("is_key_locked", False)),
            corrected=tuple(str(name) for name in data.get("corrected", ())),
        )


def analyse(audio: Audio, progress: Progress = _SILENCE) -> Analysis:
    """Find out what a sound in memory is; `infinite_studio.analysis.listening.listen` does it for sounds of any length.

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
    from infinite_studio.analysis.listening import listen
    from infinite_studio.analysis.passages import SoundStream

    return listen(SoundStream.of_audio(audio), progress).analysis


def _name(key: Key | None) -> str | None:
    return None if key is None else str(key)


def _key(value: object) -> Key | None:
    return None if value is None else Key.parse(str(value))


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))
