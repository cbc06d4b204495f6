"""Which clips are selected: by clicks, keys and the band, told to the window and to assistive technology."""

from collections.abc import Iterable
from enum import Enum, auto

from PySide6.QtWidgets import QWidget

from infinite_studio.ui.timeline.band import box_of, clips_in
from infinite_studio.ui.timeline.grid import position_text
from infinite_studio.ui.timeline.signals import TimelineSignals
from infinite_studio.ui.timeline.state import TimelineState

NONE_SELECTED = "Clips, none selected"


class Pick(Enum):
    """What a click on a clip does to the others."""

    ALONE = auto()
    TOGGLE = auto()
    REACH = auto()


class ClipSelection:
    """Keeps the selection, the clip that was chosen last in front: keys go from there."""

    def __init__(self, state: TimelineState, lanes: QWidget, owner: TimelineSignals) -> None:
        self._state = state
        self._lanes = lanes
        self._owner = owner
        self._told: tuple[str, ...] = ()

    def choose(self, clip_ids: Iterable[str]) -> None:
        """Select these clips and no others; those that are not there are left out."""
        self.show(clip_ids)
        self.tell()

    def show(self, clip_ids: Iterable[str]) -> None:
        """Draw these clips as selected, without telling anybody before `tell`."""
        wanted = tuple(dict.fromkeys(i for i in clip_ids if self._state.find_clip(i) is not None))
        if wanted != self._state.selection:
            self._state.select(wanted)
            self._lanes.update()

    def tell(self) -> None:
        """Tell what is selected, where that is news."""
        if self._told != self._state.selection:
            self._told = self._state.selection
            self.describe()
            self._owner.selection_changed.emit(self._told)

    def pick(self, clip_id: str | None, how: Pick) -> None:
        """Select by a click on a clip, or beside all of them."""
        before = self._state.selection
        if clip_id is None:
            self.choose(() if how is Pick.ALONE else before)
        elif how is Pick.ALONE:
            self.choose((clip_id,))
        elif how is Pick.REACH:
            self._reach(clip_id)
        elif clip_id in self._state.selected:
            self.choose(i for i in before if i != clip_id)
        else:
            self.choose((clip_id, *before))

    @property
    def span(self) -> tuple[int, int] | None:
        """From the first selected clip's start to the last one's end; None where none is selected."""
        clips = [found[1] for found in map(self._state.find_clip, self._state.selection) if found]
        if not clips:
            return None
        return min(clip.start_frame for clip in clips), max(clip.end_frame for clip in clips)

    def around(self, frame: int) -> tuple[str, ...]:
        """Return the selected clips that a frame lies within."""
        found = [place[1] for place in map(self._state.find_clip, self._state.selection) if place]
        return tuple(clip.clip_id for clip in found if clip.start_frame < frame < clip.end_frame)

    def lead(self, clip_id: str) -> None:
        """Put a selected clip in front."""
        self.choose((clip_id, *self._state.selection))

    def all(self) -> None:
        """Select every clip; the one in front stays there."""
        self.choose((*self._state.selection[:1], *(clip.clip_id for _, clip in self._state.project.clips())))

    def drop_missing(self) -> None:
        """Forget clips that are gone."""
        self.choose(self._state.selection)
        self.describe()

    def describe(self) -> None:
        """Tell assistive technology what is selected."""
        found = [place for place in map(self._state.find_clip, self._state.selection) if place is not None]
        if not found:
            self._say(NONE_SELECTED)
            return
        track, clip = found[0]
        if len(found) == 1:
            self._say(f"Clip {clip.name} on track {track.name} at {self._place(clip.start_frame)}")
            return
        first, last = map(self._place, self.span or (0, 0))
        n_tracks = len({track.track_id for track, _ in found})
        tracks = "1 track" if n_tracks == 1 else f"{n_tracks} tracks"
        self._say(f"{len(found)} clips selected on {tracks}, from {first} to {last}")

    def _reach(self, clip_id: str) -> None:
        """Select everything between the clip in front, which stays there, and another."""
        anchor = self._state.selected_clip_id or clip_id
        box = box_of(self._state, (anchor, clip_id))
        if box is not None:
            self.choose((anchor, *clips_in(self._state, box)))

    def _place(self, frame: int) -> str:
        return position_text(self._state.project, frame)

    def _say(self, sentence: str) -> None:
        if self._lanes.accessibleName() != sentence:
            self._lanes.setAccessibleName(sentence)
