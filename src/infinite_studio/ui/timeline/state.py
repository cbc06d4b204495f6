"""What every part of the timeline reads while painting; the view and the gestures change it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from infinite_studio.project.clip_steps import ClipPlace
from infinite_studio.project.model import Clip, LoopRange, Project, Track
from infinite_studio.ui.theme import DARK, Theme
from infinite_studio.ui.timeline.index import Row, rows_of
from infinite_studio.ui.timeline.metrics import row_at, row_top
from infinite_studio.ui.timeline.peaks import PeaksSource, no_peaks
from infinite_studio.ui.timeline.tiles import WaveTiles
from infinite_studio.ui.timeline.viewport import SHORTEST_SPAN_SECONDS, Viewport
from infinite_studio.ui.timeline.wave_scale import shared_gain

TRAILING_SHARE = 0.5


@dataclass(frozen=True)
class DropPlace:
    """Where something dragged over the timeline would land; no track id means a new track."""

    frame: int
    track_id: str = ""


@dataclass(frozen=True)
class BandBox:
    """A box over the lanes: frames across, pixels of the unscrolled rows down."""

    start_frame: float
    top: float
    end_frame: float
    bottom: float


@dataclass
class TimelineState:
    """The project, the part of it that is shown, and what is going on."""

    theme: Theme = DARK
    project: Project = field(default_factory=lambda: Project(""))
    rows: tuple[Row, ...] = ()
    viewport: Viewport = field(default_factory=Viewport)
    scroll_y: int = 0
    playhead_frame: int = 0
    playing: bool = False
    selection: tuple[str, ...] = ()
    selected: frozenset[str] = frozenset()
    loop_preview: LoopRange | None = None
    moving: dict[str, ClipPlace] = field(default_factory=dict)
    band: BandBox | None = None
    drop: DropPlace | None = None
    pending: dict[str, str] = field(default_factory=dict)
    peaks_source: PeaksSource = no_peaks
    tiles: WaveTiles = field(default_factory=WaveTiles)
    wave_gain: float = 1.0
    _clips: dict[str, tuple[Track, Clip]] = field(default_factory=dict)
    _row_of: dict[str, int] = field(default_factory=dict)

    def show(self, project: Project) -> None:
        """Take over a project."""
        self.project = project
        self.rows = rows_of(project)
        self._clips = {clip.clip_id: (track, clip) for track, clip in project.clips()}
        self._row_of = {row.track.track_id: index for index, row in enumerate(self.rows)}
        self.wave_gain = shared_gain(project, self.peaks_source)

    def ask(self, source: PeaksSource) -> None:
        """Take peaks from another source."""
        self.peaks_source = source
        self.tiles.clear()
        self.wave_gain = shared_gain(self.project, source)

    def forget(self, object_ids: Iterable[str]) -> None:
        """Draw these sounds anew from now on."""
        for object_id in object_ids:
            self.tiles.forget(object_id)
        self.wave_gain = shared_gain(self.project, self.peaks_source)

    def select(self, clip_ids: tuple[str, ...]) -> None:
        """Select clips, the one that keys go from in front."""
        self.selection, self.selected = clip_ids, frozenset(clip_ids)

    @property
    def selected_clip_id(self) -> str | None:
        """The selected clip that keys go from."""
        return self.selection[0] if self.selection else None

    @property
    def loop(self) -> LoopRange | None:
        """The loop range as it is shown: the one being dragged before the project's own."""
        return self.loop_preview or self.project.loop

    @property
    def content_frames(self) -> float:
        """How far one can scroll: past the project's end by half of what is visible."""
        return (
            max(self.project.length_frames, self.playhead_frame)
            + TRAILING_SHARE * self.viewport.visible_frames
        )

    @property
    def widest_frames_per_pixel(self) -> float:
        """The furthest zoom out: the project with room behind it."""
        shortest = SHORTEST_SPAN_SECONDS * self.project.sample_rate
        span = max(self.project.length_frames * 1.25, shortest)
        return max(span / max(self.viewport.width_px, 1), 1.0)

    def find_clip(self, clip_id: str | None) -> tuple[Track, Clip] | None:
        """Return a clip with its track, or None where it is not in the project."""
        return None if clip_id is None else self._clips.get(clip_id)

    def row_index(self, track_id: str) -> int | None:
        """Return which row a track is, or None where it is not in the project."""
        return self._row_of.get(track_id)

    def track_at(self, y: float) -> Track | None:
        """Return the track of the row at a height of the lanes, or None outside of all rows."""
        index = row_at(y + self.scroll_y, len(self.rows))
        return None if index is None else self.rows[index].track

    def clip_at(self, x: float, y: float) -> tuple[Track, Clip] | None:
        """Return the topmost clip at a point of the lanes."""
        index = row_at(y + self.scroll_y, len(self.rows))
        if index is None:
            return None
        slack = self.viewport.frames_per_pixel * 2
        frame = self.viewport.frame_at(x)
        row = self.rows[index]
        hit = [clip for clip in row.between(frame - slack, frame + slack) if _covers(clip, frame, slack)]
        return (row.track, hit[-1]) if hit else None

    def row_y(self, track_id: str) -> int | None:
        """Upper edge of a track's row in the lanes."""
        index = self.row_index(track_id)
        return None if index is None else row_top(index) - self.scroll_y


def _covers(clip: Clip, frame: float, slack: float) -> bool:
    """Whether a clip can be grabbed at a frame; very short ones are given a little more room."""
    extra = max(slack - clip.length_frames / 2, 0.0)
    return clip.start_frame - extra <= frame < clip.end_frame + extra
