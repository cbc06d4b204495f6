"""Listen to sounds once, keep what was found, and let a person's word win."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.analysis.beat_tracking import BeatTracker
from infinite_studio.analysis.corrections import Corrections
from infinite_studio.analysis.findings import Mood
from infinite_studio.analysis.listening import Listened, listen
from infinite_studio.analysis.passages import SoundStream
from infinite_studio.audio.reading import open_sound
from infinite_studio.errors import StudioError
from infinite_studio.music.key import Key
from infinite_studio.progress import Progress
from infinite_studio.services.beat_choice import tracker_of
from infinite_studio.services.listening_store import FOLDER, Known, ListeningStore
from infinite_studio.services.sound_index import SIGNAL, index_of
from infinite_studio.services.studio import Studio

SLOWEST_BPM, FASTEST_BPM = 30.0, 300.0
LONGEST_SECONDS = 24 * 3_600.0
"""What is only listened to may last longer than what is kept: it is never held as a whole."""
_LONG = ("beats_seconds", "downbeats_seconds", "chords", "sections", "energy_curve_lufs")


class ImpossibleTempoError(StudioError):
    """A tempo that no music has."""

    def __init__(self, tempo_bpm: float) -> None:
        super().__init__(
            f"{tempo_bpm:g} BPM is no usable tempo.",
            hint=f"Choose one between {SLOWEST_BPM:g} and {FASTEST_BPM:g} BPM.",
        )
        self.tempo_bpm = tempo_bpm


class TempoLockedError(StudioError):
    """A tempo that a person locked."""

    def __init__(self, tempo_bpm: float | None) -> None:
        found = "“no clear tempo”" if tempo_bpm is None else f"{tempo_bpm:g} BPM"
        super().__init__(f"The tempo is locked at {found}.", hint="Unlock it first.")
        self.tempo_bpm = tempo_bpm


class KeyLockedError(StudioError):
    """A key that a person locked."""

    def __init__(self, key: Key | None) -> None:
        found = "“no clear key”" if key is None else str(key)
        super().__init__(f"The key is locked at {found}.", hint="Unlock it first.")
        self.key = key


def store_of(studio: Studio) -> ListeningStore:
    """Return where a studio keeps what it knows about sounds."""
    return ListeningStore(studio.folders.library / FOLDER)


def known_about(object_id: str, studio: Studio) -> Known:
    """Return what is known about a stored sound; a tempo corrected by an older studio counts as said."""
    known = store_of(studio).read(object_id)
    if known.found is None and known.corrections == Corrections():
        return replace(known, corrections=_corrected_before(object_id, studio))
    return known


def analysis_of(object_id: str, studio: Studio) -> Analysis | None:
    """Return what is right about a stored sound; None while nobody listened to it."""
    return known_about(object_id, studio).analysis


def listen_to_path(path: Path, progress: Progress, tracker: BeatTracker | None = None) -> Listened:
    """Listen to a file of any length, with a tracker of beats or the built-in estimator; nothing is stored."""
    with open_sound(path, LONGEST_SECONDS) as reader:
        return listen(SoundStream.of_reader(reader), progress, tracker)


def chosen_tracker(studio: Studio) -> BeatTracker | None:
    """Return the tracker of beats that is installed and wanted; None for the built-in estimator."""
    return tracker_of(studio.folders, studio.beats)


def better_tracker(analysis: Analysis | None, studio: Studio) -> str:
    """Return the name of the tracker that would find a sound's beats now and did not; empty where there is none."""
    tracker = chosen_tracker(studio)
    if tracker is None or analysis is None or analysis.heard_share < 1.0:
        return ""
    return "" if analysis.beats_from == tracker.label else tracker.label


def listen_to_object(object_id: str, studio: Studio, progress: Progress, *, again: bool = False) -> Analysis:
    """Return what is right about a stored sound; it is listened to only where nobody did before, or ``again``."""
    known = known_about(object_id, studio)
    if known.analysis is not None and known.fingerprint is not None and not again:
        _list(object_id, known, studio)
        return known.analysis
    said = known.corrections
    listened = listen_to_path(studio.library.object_path(object_id), progress, chosen_tracker(studio))
    known = Known(listened.analysis, said, listened.fingerprint)
    if not studio.library.is_read_only:
        store = store_of(studio)
        store.keep(object_id, listened)
        if said != Corrections():
            store.correct(object_id, said)
        index_of(studio, SIGNAL).append(object_id, listened.fingerprint)
        _list(object_id, known, studio)
    assert known.analysis is not None
    return known.analysis


def correct_tempo(object_id: str, tempo_bpm: float | None, studio: Studio) -> Known:
    """Say what a sound's tempo is; None goes back to what was found.

    Raises
    ------
    ImpossibleTempoError
        If it is below 30 or above 300 BPM.
    TempoLockedError
        If the tempo is locked.
    """
    known = known_about(object_id, studio)
    if known.corrections.is_tempo_locked:
        raise TempoLockedError(known.analysis.tempo_bpm if known.analysis else known.corrections.tempo_bpm)
    if tempo_bpm is not None and not SLOWEST_BPM <= tempo_bpm <= FASTEST_BPM:
        raise ImpossibleTempoError(tempo_bpm)
    return _said(object_id, replace(known.corrections, tempo_bpm=tempo_bpm), studio)


def lock_tempo(object_id: str, is_locked: bool, studio: Studio) -> Known:
    """Keep a sound's tempo from being changed, or let it be changed again."""
    known = known_about(object_id, studio)
    tempo_bpm = known.corrections.tempo_bpm
    if is_locked and tempo_bpm is None and known.found is not None:
        tempo_bpm = known.found.tempo_bpm
    return _said(
        object_id, replace(known.corrections, tempo_bpm=tempo_bpm, is_tempo_locked=is_locked), studio
    )


def correct_key(object_id: str, key: Key | None, studio: Studio, *, is_keyless: bool = False) -> Known:
    """Say what a sound's key is, or that it has none; None goes back to what was found.

    Raises
    ------
    KeyLockedError
        If the key is locked.
    """
    known = known_about(object_id, studio)
    if known.corrections.is_key_locked:
        raise KeyLockedError(known.analysis.key if known.analysis else known.corrections.key)
    return _said(
        object_id, replace(known.corrections, key=key, is_keyless=is_keyless and key is None), studio
    )


def lock_key(object_id: str, is_locked: bool, studio: Studio) -> Known:
    """Keep a sound's key from being changed, or let it be changed again."""
    known = known_about(object_id, studio)
    said = known.corrections
    if is_locked and not said.names_key and known.found is not None:
        said = replace(said, key=known.found.key, is_keyless=known.found.key is None)
    return _said(object_id, replace(said, is_key_locked=is_locked), studio)


def keep_mood(object_id: str, mood: Mood, studio: Studio) -> None:
    """Let a model's answer take the place of the rule's."""
    known = known_about(object_id, studio)
    if known.found is None or known.fingerprint is None:
        return
    listened = Listened(replace(known.found, mood=mood), known.fingerprint)
    _list(object_id, store_of(studio).keep(object_id, listened), studio)


def summary_json(analysis: Analysis) -> dict[str, Any]:
    """Return what a list of sounds shows: everything but what grows with the sound's length."""
    return {name: value for name, value in analysis.to_json().items() if name not in _LONG}


def _said(object_id: str, corrections: Corrections, studio: Studio) -> Known:
    known = store_of(studio).correct(object_id, corrections)
    _list(object_id, known, studio)
    return known


def _list(object_id: str, known: Known, studio: Studio) -> None:
    """Let the list of sounds show what is right now."""
    if studio.library.is_read_only or known.analysis is None:
        return
    summary = summary_json(known.analysis)
    for sound in studio.library.sounds():
        if sound.object_id == object_id and dict(sound.analysis or {}) != summary:
            studio.library.set_sound_analysis(sound.sound_id, summary)


def _corrected_before(object_id: str, studio: Studio) -> Corrections:
    """Return a tempo that was set by hand before there were corrections: then its confidence was exactly 1."""
    for sound in studio.library.sounds():
        said = sound.analysis
        if sound.object_id == object_id and said is not None and said.get("tempo_confidence") == 1.0:
            return Corrections(tempo_bpm=said.get("tempo_bpm"))
    return Corrections()
