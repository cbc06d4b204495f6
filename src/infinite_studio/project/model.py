"""The project as frozen values: tracks, clips, markers, loop range."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import uuid4

from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.key import Key
from infinite_studio.music.stems import StemType

PROJECT_SAMPLE_RATE = 48_000
DEFAULT_TEMPO_BPM = 120.0
BEATS_PER_BAR = 4


class UnknownTrackError(StudioError):
    """A track id that is not in the project."""

    def __init__(self, track_id: str) -> None:
        super().__init__("That track is no longer in the project.", hint="Undo, or choose another track.")
        self.track_id = track_id


def new_id() -> str:
    """Return a fresh identity for a track, clip or marker."""
    return uuid4().hex[:12]


@dataclass(frozen=True)
class Clip:
    """A piece of a stored sound at a place on a track.

    Parameters
    ----------
    object_id : str
        The stored sound.
    name : str
        What the person reads on the clip.
    start_frame : int
        Where it begins on the timeline, in project frames, ≥ 0.
    length_frames : int
        How long it sounds, in project frames, > 0.
    source_offset_frames : int
        What is left out at the sound's beginning, in project frames.
    gain_db : float
        Gain of this clip alone.
    recipe : Recipe or None
        What made the sound, where known.
    clip_id : str
        Identity; new unless given.
    """

    object_id: str
    name: str
    start_frame: int
    length_frames: int
    source_offset_frames: int = 0
    gain_db: float = 0.0
    recipe: Recipe | None = None
    clip_id: str = field(default_factory=new_id)

    @property
    def end_frame(self) -> int:
        """First frame after the clip."""
        return self.start_frame + self.length_frames


@dataclass(frozen=True)
class Track:
    """A lane of clips with its place in the mixer.

    Parameters
    ----------
    name : str
        What the person reads on the lane's header.
    stem_type : StemType
        Decides colour and place in exports.
    clips : tuple of Clip
        Ordered by their start.
    gain_db : float
        Fader, −60 (silent) to +12.
    pan : float
        −1 left to +1 right.
    muted, soloed : bool
        As on a mixer; mute wins.
    track_id : str
        Identity; new unless given.
    """

    name: str
    stem_type: StemType = StemType.OTHER
    clips: tuple[Clip, ...] = ()
    gain_db: float = 0.0
    pan: float = 0.0
    muted: bool = False
    soloed: bool = False
    track_id: str = field(default_factory=new_id)

    @property
    def end_frame(self) -> int:
        """First frame after the last clip; 0 where there is none."""
        return max((clip.end_frame for clip in self.clips), default=0)


@dataclass(frozen=True)
class Marker:
    """A named place on the timeline."""

    name: str
    frame: int
    marker_id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class LoopRange:
    """What the transport repeats: ``start_frame`` up to but without ``end_frame``."""

    start_frame: int
    end_frame: int
    enabled: bool = True


@dataclass(frozen=True)
class Project:
    """Everything one edits together.

    Parameters
    ----------
    name : str
        What the person calls it.
    tempo_bpm : float
        Beats per minute of the grid.
    key : Key or None
        None where no key is known.
    tracks : tuple of Track
        Top to bottom.
    markers : tuple of Marker
        In no particular order.
    loop : LoopRange or None
        What the transport repeats.
    sample_rate : int
        Of all positions and lengths, Hz.
    """

    name: str
    tempo_bpm: float = DEFAULT_TEMPO_BPM
    key: Key | None = None
    tracks: tuple[Track, ...] = ()
    markers: tuple[Marker, ...] = ()
    loop: LoopRange | None = None
    sample_rate: int = PROJECT_SAMPLE_RATE

    @property
    def length_frames(self) -> int:
        """First frame after the last clip of any track."""
        return max((track.end_frame for track in self.tracks), default=0)

    @property
    def frames_per_beat(self) -> float:
        """Length of a beat in frames, not rounded."""
        return 60.0 * self.sample_rate / self.tempo_bpm

    @property
    def frames_per_bar(self) -> float:
        """Length of a bar in frames, not rounded."""
        return self.frames_per_beat * BEATS_PER_BAR

    def clips(self) -> Iterator[tuple[Track, Clip]]:
        """Every clip with its track, top to bottom."""
        return ((track, clip) for track in self.tracks for clip in track.clips)

    def track(self, track_id: str) -> Track:
        """Return the track with this id.

        Raises
        ------
        UnknownTrackError
            If it is not in the project.
        """
        for track in self.tracks:
            if track.track_id == track_id:
                return track
        raise UnknownTrackError(track_id)

    def with_track(self, changed: Track) -> "Project":
        """Return the project with the track of the same id replaced."""
        self.track(changed.track_id)
        tracks = tuple(changed if track.track_id == changed.track_id else track for track in self.tracks)
        return replace(self, tracks=tracks)

    def is_audible(self, track: Track) -> bool:
        """Whether mute and solo let the track be heard; mute wins over solo."""
        any_solo = any(other.soloed for other in self.tracks)
        return not track.muted and (track.soloed or not any_solo)
