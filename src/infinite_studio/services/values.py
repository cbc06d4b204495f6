"""Frozen values that services hand to views and the command line; nothing heavy is imported here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from infinite_studio.analysis.melody_agreement import MelodyAgreement
from infinite_studio.audio.audio import Audio
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
        The melody or the piece that the next take is to follow or to go on from.
    growing : bool
        How much of a take that is being made can be heard.
    repositories : bool
        The list of projects, or which one is open.
    device : bool
        What is known about the device or the sound card.
    settings : bool
        Theme, author or another option.
    weights : bool
        Which models are here, or what is being done about one.
    splits : bool
        The files that wait to be split.
    peaks : frozenset of str
        Object ids whose waveform has grown or is new.
    hum : bool
        What the hum panel shows.
    loops : bool
        Loops that were found, a seam that is heard, or what an extension will be.
    jobs : bool
        The jobs that were cut off and may be run again.
    """

    project: bool = False
    history: bool = False
    sounds: bool = False
    takes: bool = False
    sources: bool = False
    growing: bool = False
    repositories: bool = False
    device: bool = False
    settings: bool = False
    weights: bool = False
    splits: bool = False
    peaks: frozenset[str] = frozenset()
    hum: bool = False
    loops: bool = False
    jobs: bool = False


@dataclass(frozen=True)
class Problem:
    """A failure as a view shows it; ``remedy`` is what the studio offers to do about it."""

    sentence: str
    hint: str = ""
    details: str = ""
    is_bug: bool = False
    remedy: str = ""


@dataclass(frozen=True)
class StoredTake:
    """A take whose sounds are stored as objects.

    ``request`` is what was asked for, ``notes`` what the stems play, where the engine writes notes; ``continues`` is
    the recipe or the sound that the take comes after, ``cut_frame`` where it takes over from that on the timeline,
    None for its end; ``tune`` is how well the melody that was asked for was kept; ``notices`` are sentences about how
    it was made.
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
    tune: MelodyAgreement | None = None
    notices: tuple[str, ...] = ()
    cut_frame: int | None = None


@dataclass(frozen=True)
class GrowingTake:
    """A take that is heard while it is made; ``is_on_timeline`` says whether it stands there too."""

    job_id: int
    object_id: str
    n_frames: int
    expected_frames: int
    is_on_timeline: bool = False


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
    """Notes for the lead, where they come from, and the tempo they were written at, where it is known.

    ``sound`` is what engines follow that listen instead of reading notes; ``is_recording`` says that it is no clean line
    of the notes but what was recorded. ``object_id`` is the stored recording that the notes were heard in, if any.
    """

    notes: tuple[Note, ...]
    label: str
    tempo_bpm: float | None = None
    sound: Audio | None = None
    is_recording: bool = False
    object_id: str = ""

    @property
    def length_beats(self) -> float:
        """First beat after the last note."""
        return max((note.end_beat for note in self.notes), default=0.0)


@dataclass(frozen=True)
class LikeSource:
    """The piece that the next take is to be like.

    ``object_id`` is the sound that was listened to, empty where the notes are known; ``blueprint`` is None while the
    studio finds out what the piece is like; ``sound_id`` is its sound in any case, for engines that hear.
    """

    source_id: str
    label: str
    prompt: str = ""
    object_id: str = ""
    blueprint: Blueprint | None = None
    sound_id: str = ""


@dataclass(frozen=True)
class ContinueSource:
    """The piece that the next take goes on from: at its end, or from the playhead on."""

    source_id: str
    label: str
    prompt: str = ""
    is_at_playhead: bool = False
    context_seconds: float = 10.0


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
        Title, or a template with ``{title}``, ``{stem}``, ``{tempo}`` and ``{key}``; made safe for every system;
        an existing file is never overwritten.
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
