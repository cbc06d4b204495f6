"""Frozen values that services hand to views and the command line; nothing heavy is imported here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from infinite_studio.engines.base import GenerationRequest, Understanding
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType


@dataclass(frozen=True)
class Changes:
    """What one use case changed: every view looks here once and refreshes what it shows.

    Parameters
    ----------
    project : bool
        Tracks, clips, mixer, tempo, key, loop range or name of the open project.
    history : bool
        Commits, branches, the checked-out commit or the count of unsaved steps.
    sounds : bool
        The library of sounds or what is known about one of them.
    takes : bool
        The takes of this session.
    sources : bool
        The melody or the piece that the next take is to follow.
    repositories : bool
        The list of projects, or which one is open.
    device : bool
        What is known about the device or the sound card.
    settings : bool
        Theme, author or another option.
    peaks : frozenset of str
        Object ids whose waveform has grown or is new.
    """

    project: bool = False
    history: bool = False
    sounds: bool = False
    takes: bool = False
    sources: bool = False
    repositories: bool = False
    device: bool = False
    settings: bool = False
    peaks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Problem:
    """A failure as a view shows it."""

    sentence: str
    hint: str = ""
    details: str = ""
    is_bug: bool = False


@dataclass(frozen=True)
class StoredTake:
    """A take whose sounds are stored as objects.

    ``request`` is what was asked for, ``notes`` what the stems play, where the engine writes notes; ``continues`` is
    the recipe or the sound that the take comes after.
    """

    take_id: str
    label: str
    understanding: Understanding
    stems: Mapping[StemType, str]
    mixdown_object_id: str
    n_frames: int
    recipe: Recipe
    licence: str
    request: GenerationRequest | None = None
    notes: Mapping[StemType, tuple[Note, ...]] = field(default_factory=dict)
    continues: Recipe | str | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class StyleInfo:
    """A style as a person chooses it; ``names`` are all words that mean it in a prompt."""

    name: str
    description: str
    tempo_range_bpm: tuple[float, float]
    default_tempo_bpm: float
    moods: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name as a heading."""
        return self.name[:1].upper() + self.name[1:]


@dataclass(frozen=True)
class Melody:
    """Notes for the lead, where they come from, and the tempo they were written at, where it is known."""

    notes: tuple[Note, ...]
    label: str
    tempo_bpm: float | None = None

    @property
    def length_beats(self) -> float:
        """First beat after the last note."""
        return max((note.end_beat for note in self.notes), default=0.0)


@dataclass(frozen=True)
class LikeSource:
    """The piece that the next take is to be like.

    ``object_id`` is the sound that was listened to, empty where the notes are known; ``blueprint`` is None while the
    studio finds out what the piece is like.
    """

    source_id: str
    label: str
    prompt: str = ""
    object_id: str = ""
    blueprint: Blueprint | None = None


@dataclass(frozen=True)
class AbListening:
    """Two versions whose mixdowns are heard in turn at the same place; ``hears_b`` says which one now."""

    a_commit_id: str
    b_commit_id: str
    hears_b: bool = False

    @property
    def heard_commit_id(self) -> str:
        """The version that is heard now."""
        return self.b_commit_id if self.hears_b else self.a_commit_id


class ExportWhat(StrEnum):
    """What an export writes."""

    MIXDOWN = "mixdown"
    STEMS = "stems"


@dataclass(frozen=True)
class ExportRequest:
    """What to export and where.

    Parameters
    ----------
    what : ExportWhat
        The mixdown, or one file a track.
    folder : Path
        Where the files go; made if it is missing.
    name : str
        Title; made safe for every system; an existing file is never overwritten.
    suffix : str
        ``.wav`` or ``.flac``.
    bit_depth : int
        16, 24 or 32 (float, WAV only).
    frame_range : tuple of int or None
        First frame and first frame after; None for the whole project.
    """

    what: ExportWhat
    folder: Path
    name: str
    suffix: str = ".wav"
    bit_depth: int = 24
    frame_range: tuple[int, int] | None = None


@dataclass(frozen=True)
class Exported:
    """What an export wrote."""

    paths: tuple[Path, ...]
    clipped_samples: int = 0
    repaired_samples: int = 0
    licences: tuple[str, ...] = field(default=())
