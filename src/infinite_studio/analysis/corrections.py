"""What a person said about a sound, which is right whatever was found."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.analysis.character import Character
from infinite_studio.analysis.description import prompt_of
from infinite_studio.music.key import Key

_USUAL_BEATS_PER_BAR = 4
_SAME = 0.01


@dataclass(frozen=True)
class Corrections:
    """What a person said about a sound.

    Parameters
    ----------
    tempo_bpm : float or None
        Its tempo; None where what was found stands.
    key : Key or None
        Its key; None where what was found stands.
    is_tempo_locked, is_key_locked : bool
        Whether tempo, key is right as it stands and not to be changed by a slip of the hand.
    is_keyless : bool
        Whether it has no clear key, whatever was found; then ``key`` is None.
    """

    tempo_bpm: float | None = None
    key: Key | None = None
    is_tempo_locked: bool = False
    is_key_locked: bool = False
    is_keyless: bool = False

    @property
    def names_key(self) -> bool:
        """Whether a person said what the key is, or that there is none."""
        return self.key is not None or self.is_keyless

    def to_json(self) -> dict[str, Any]:
        """Return the corrections as JSON values."""
        key = None if self.key is None else str(self.key)
        return {
            "tempo_bpm": self.tempo_bpm,
            "key": key,
            "is_tempo_locked": self.is_tempo_locked,
            "is_key_locked": self.is_key_locked,
            "is_keyless": self.is_keyless,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Corrections":
        """Read corrections back from the values of `to_json`.

        Raises
        ------
        UnknownKeyError
            If the key's name is none.
        """
        tempo, key = data.get("tempo_bpm"), data.get("key")
        return cls(
            None if tempo is None else float(tempo),
            None if key is None else Key.parse(str(key)),
            bool(data.get("is_tempo_locked", False)),
            bool(data.get("is_key_locked", False)),
            bool(data.get("is_keyless", False)) and key is None,
        )


def corrected(found: Analysis, corrections: Corrections) -> Analysis:
    """Return an analysis in which what a person said has its place.

    Parameters
    ----------
    found : Analysis
        What the studio found.
    corrections : Corrections
        What a person said.

    Returns
    -------
    Analysis
        With confidence 1 for what was said, beats and bars that follow the tempo, and a prompt that names it.
    """
    answer = replace(
        found,
        is_tempo_locked=corrections.is_tempo_locked,
        is_key_locked=corrections.is_key_locked,
        corrected=(),
    )
    if corrections.tempo_bpm is not None:
        answer = _with_tempo(answer, corrections.tempo_bpm)
    elif corrections.is_tempo_locked and answer.tempo_bpm is not None:
        answer = replace(answer, tempo_confidence=1.0)
    if corrections.names_key:
        answer = _with_key(answer, corrections.key)
    elif corrections.is_key_locked:
        answer = replace(answer, key_confidence=1.0)
    if not answer.corrected:
        return answer
    character = Character(answer.density, answer.brightness, answer.energy)
    return replace(
        answer, prompt=prompt_of(answer.style, answer.mood, character, answer.tempo_bpm, answer.key)
    )


def _with_key(found: Analysis, key: Key | None) -> Analysis:
    """Return an analysis with a key that was said, or with none, and then without a runner-up to it."""
    other = found.runner_up_key if found.key == key else found.key
    return replace(
        found,
        key=key,
        key_confidence=1.0,
        runner_up_key=None if key is None else other,
        corrected=(*found.corrected, "key"),
    )


def _with_tempo(found: Analysis, tempo_bpm: float) -> Analysis:
    beats = _beats(found, tempo_bpm)
    per_bar, parts = _meter(found, tempo_bpm)
    first = (
        int(np.abs(beats - found.downbeats_seconds[0]).argmin())
        if found.downbeats_seconds and beats.size
        else 0
    )
    downbeats = beats[first % per_bar :: per_bar]
    return replace(
        found,
        tempo_bpm=tempo_bpm,
        tempo_confidence=1.0,
        beats_per_bar=per_bar,
        beat_parts=parts,
        beats_seconds=tuple(np.round(beats, 3).tolist()),
        downbeats_seconds=tuple(np.round(downbeats, 3).tolist()),
        corrected=(*found.corrected, "tempo"),
    )


def _meter(found: Analysis, tempo_bpm: float) -> tuple[int, int]:
    """Return beats per bar and parts per beat at another tempo: 6/8 counted by pairs of eighths is 3/4."""
    per_bar = found.beats_per_bar or _USUAL_BEATS_PER_BAR
    ratio = tempo_bpm / (found.tempo_bpm or tempo_bpm)
    if found.beat_parts == 2 or abs(ratio - 1) < _SAME:
        return per_bar, found.beat_parts
    by_eighths = abs(ratio - 1.5) < _SAME or abs(ratio - 3) < _SAME
    return (3 if by_eighths else _USUAL_BEATS_PER_BAR), 2


def _beats(found: Analysis, tempo_bpm: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the beats as they were found where the tempo is the same, twice or half, else a regular grid."""
    beats = np.array(found.beats_seconds)
    if found.tempo_bpm is not None and beats.size > 1:
        ratio = tempo_bpm / found.tempo_bpm
        if abs(ratio - 1) < _SAME:
            return beats
        if abs(ratio - 2) < _SAME:
            between = beats[:-1] + np.diff(beats) / 2
            return np.sort(np.concatenate([beats, between, [beats[-1] + (beats[-1] - beats[-2]) / 2]]))
        if abs(ratio - 0.5) < _SAME:
            first = int(np.abs(beats - found.downbeats_seconds[0]).argmin()) if found.downbeats_seconds else 0
            return np.asarray(beats[first % 2 :: 2])
    seconds = 60 / tempo_bpm
    anchor = found.downbeats_seconds[0] if found.downbeats_seconds else 0.0
    return np.asarray(np.arange(anchor % seconds, max(found.duration_seconds - 0.01, 0.01), seconds))
