"""Listen to files as they are, kept or not, and say what their tempo and key are."""

from dataclasses import dataclass
from pathlib import Path

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.analysis.beat_tracking import BeatTracker
from infinite_studio.analysis.corrections import Corrections, corrected
from infinite_studio.audio.reading import open_sound
from infinite_studio.history.store import digest
from infinite_studio.music.key import Key
from infinite_studio.progress import Part, Progress
from infinite_studio.services import listening
from infinite_studio.services.listening_store import FOLDER, ListeningStore
from infinite_studio.services.studio import Studio

_LOOKING_SHARE = 0.05


@dataclass(frozen=True)
class Said:
    """What a person says about a file; None where it stays as it is.

    ``tempo_bpm`` 0 and the key ``FOUND`` go back to what was found; the key ``KEYLESS`` says that there is none.
    """

    tempo_bpm: float | None = None
    key: Key | str | None = None
    is_tempo_locked: bool | None = None
    is_key_locked: bool | None = None

    @property
    def is_something(self) -> bool:
        """Whether anything is said."""
        return self != Said()


FOUND, KEYLESS = "found", "none"


def key_said(text: str) -> Key | str | None:
    """Read a key, ``none``, or ``found``; None for an empty text.

    Raises
    ------
    UnknownKeyError
        If it is none of them.
    """
    word = text.strip().casefold()
    if not word:
        return None
    return word if word in {FOUND, KEYLESS} else Key.parse(text)


def analysis_of_file(
    path: Path, library: Path, progress: Progress, *, tracker: BeatTracker | None = None, beats_from: str = ""
) -> Analysis:
    """Return what is right about a file: what is known about the same sound in a library, else what is found now.

    Nothing is written; ``library`` need not exist. ``beats_from`` names who must have found what is known, where that counts.
    """
    known = ListeningStore(library / FOLDER).read(object_id_of(path, Part(progress, 0.0, _LOOKING_SHARE)))
    if known.analysis is not None and beats_from in {"", known.analysis.beats_from}:
        return known.analysis
    found = listening.listen_to_path(path, Part(progress, _LOOKING_SHARE, 1.0), tracker).analysis
    return corrected(found, known.corrections)


def corrections_of_file(path: Path, library: Path, progress: Progress) -> Corrections:
    """Return what a person said about a file; ``library`` need not exist."""
    return ListeningStore(library / FOLDER).read(object_id_of(path, progress)).corrections


def say_about_file(path: Path, said: Said, studio: Studio, progress: Progress) -> Analysis:
    """Keep what a person says about a file, for wherever the same sound is met; return what is right now.

    Raises
    ------
    ImpossibleTempoError, TempoLockedError, KeyLockedError
        If it cannot be so, or was locked before and is not unlocked now.
    """
    object_id = object_id_of(path, Part(progress, 0.0, _LOOKING_SHARE))
    if listening.analysis_of(object_id, studio) is None:
        tracker = listening.chosen_tracker(studio)
        found = listening.listen_to_path(path, Part(progress, _LOOKING_SHARE, 1.0), tracker)
        listening.store_of(studio).keep(object_id, found)
    _unlock(object_id, said, studio)
    if said.tempo_bpm is not None:
        listening.correct_tempo(object_id, said.tempo_bpm or None, studio)
    if said.key is not None:
        key = said.key if isinstance(said.key, Key) else None
        listening.correct_key(object_id, key, studio, is_keyless=said.key == KEYLESS)
    if said.is_tempo_locked:
        listening.lock_tempo(object_id, said.is_tempo_locked, studio)
    if said.is_key_locked:
        listening.lock_key(object_id, said.is_key_locked, studio)
    analysis = listening.analysis_of(object_id, studio)
    assert analysis is not None
    return analysis


def object_id_of(path: Path, progress: Progress) -> str:
    """Return the object id that a file has, or would have, in a library."""
    with open_sound(path, listening.LONGEST_SECONDS):
        pass  # says in a sentence why a file that holds no sound cannot be read
    with path.open("rb") as file:
        return digest(file, progress, "Looking at the file", path.stat().st_size)[0]


def _unlock(object_id: str, said: Said, studio: Studio) -> None:
    if said.is_tempo_locked is False:
        listening.lock_tempo(object_id, said.is_tempo_locked, studio)
    if said.is_key_locked is False:
        listening.lock_key(object_id, said.is_key_locked, studio)
