"""Frozen values that services hand to views and the command line; nothing heavy is imported here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from infinite_studio.engines.base import Understanding
from infinite_studio.history.recipe import Recipe
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
    """A take whose sounds are stored as objects."""

    take_id: str
    label: str
    understanding: Understanding
    stems: Mapping[StemType, str]
    mixdown_object_id: str
    n_frames: int
    recipe: Recipe
    licence: str


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
