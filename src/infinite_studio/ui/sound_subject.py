"""The sound that the Listen panel looks at, gathered from clip, library and takes; no widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infinite_studio.errors import StudioError
from infinite_studio.project.steps import find_clip
from infinite_studio.ui import sound_facts

if TYPE_CHECKING:
    from infinite_studio.analysis.analysis import Analysis
    from infinite_studio.engines.base import Understanding
    from infinite_studio.history.recipe import Recipe
    from infinite_studio.history.values import Sound
    from infinite_studio.music.key import Key
    from infinite_studio.project.model import Clip
    from infinite_studio.services.session import StudioSession

NOT_MEASURED = "not measured"
EXACT_REASON = "A made take has exactly this tempo; there is nothing to correct."
EXACT_KEY_REASON = "A made take has exactly this key; there is nothing to correct."
NOT_HEARD_REASON = "Listen to this sound first."
STILL_LISTENING_REASON = "The studio is still listening to this sound."


@dataclass(frozen=True)
class Subject:
    """One sound and what is known about it; ``has_failed`` says that the studio could not listen to it."""

    object_id: str
    name: str
    sound: Sound | None
    analysis: Analysis | None
    made: Understanding | None
    recipe: Recipe | None
    seconds: float
    sample_rate: int
    has_failed: bool = False

    @property
    def shape_text(self) -> str:
        """Duration, rate and channels."""
        parts = [sound_facts.exact_duration_text(self.seconds), sound_facts.rate_text(self.sample_rate)]
        if self.sound is not None:
            parts.append(sound_facts.channels_text(self.sound.n_channels))
        return " · ".join(parts)

    @property
    def tempo_bpm(self) -> float | None:
        """The tempo, where it is known."""
        if self.made is not None:
            return self.made.tempo_bpm
        return self.analysis.tempo_bpm if self.analysis is not None else None

    @property
    def tempo_text(self) -> str:
        """The tempo, and how sure it is."""
        if self.made is not None and self.made.tempo_bpm is not None:
            return f"{self.made.tempo_bpm:.1f} BPM · exact"
        return sound_facts.tempo_text(self.analysis) if self._is_asked else NOT_MEASURED

    @property
    def key(self) -> Key | None:
        """The key, where it is known."""
        if self.made is not None and self.made.key is not None:
            return self.made.key
        return self.analysis.key if self.analysis is not None else None

    @property
    def key_text(self) -> str:
        """The key, and how sure it is."""
        if self.made is not None and self.made.key is not None:
            return f"{self.made.key} · exact"
        return sound_facts.key_text(self.analysis) if self._is_asked else NOT_MEASURED

    @property
    def loudness_text(self) -> str:
        """The integrated loudness."""
        return sound_facts.loudness_text(self.analysis) if self._is_asked else NOT_MEASURED

    @property
    def _is_asked(self) -> bool:
        return self.analysis is not None or (self.sound is not None and not self.has_failed)

    @property
    def recipe_rows(self) -> tuple[tuple[str, str], ...]:
        """What made it."""
        return sound_facts.recipe_rows(self.recipe, self.sound.original_file_name if self.sound else "")

    @property
    def why_tempo_is_fixed(self) -> str:
        """Why the tempo cannot be corrected; empty where it can."""
        return EXACT_REASON if self.made is not None else self._why_not_yet

    @property
    def why_key_is_fixed(self) -> str:
        """Why the key cannot be corrected; empty where it can."""
        is_exact = self.made is not None and self.made.key is not None
        return EXACT_KEY_REASON if is_exact else self._why_not_yet

    @property
    def _why_not_yet(self) -> str:
        if self.analysis is not None:
            return ""
        return STILL_LISTENING_REASON if self._is_asked else NOT_HEARD_REASON


def subject_of_clip(session: StudioSession, clip_id: str) -> Subject | None:
    """Return what is known about a clip's sound; None where the clip is gone."""
    try:
        _track, clip = find_clip(session.project, clip_id)
    except StudioError:
        return None
    sound = session.sound_of(clip.object_id)
    return _subject(session, clip.object_id, clip.name, sound, clip)


def subject_of_sound(session: StudioSession, sound_id: str) -> Subject | None:
    """Return what is known about a sound of the library; None where it is gone."""
    sound = next((sound for sound in session.sounds if sound.sound_id == sound_id), None)
    return _subject(session, sound.object_id, sound.name, sound, None) if sound is not None else None


def _subject(
    session: StudioSession, object_id: str, name: str, sound: Sound | None, clip: Clip | None
) -> Subject:
    takes = (take for take in session.takes if object_id in (*take.stems.values(), take.mixdown_object_id))
    take = next(takes, None)
    rate = sound.sample_rate if sound else session.project.sample_rate
    peaks = session.peaks(object_id)
    if sound is not None:
        seconds = sound.n_frames / sound.sample_rate
    elif peaks is not None:
        seconds = peaks.n_frames / peaks.sample_rate
    else:
        seconds = clip.length_frames / rate if clip else 0.0
    recipe = clip.recipe if clip is not None else None
    # A network, which makes no stems, plays as it likes: only listening tells its tempo and key.
    made = take.understanding if take is not None and take.stems else None
    analysis = session.listening_of(object_id) or session.analysis_of(object_id)
    return Subject(object_id, name, sound, analysis, made, recipe, seconds, rate)
