"""Finding the clips of a track that lie in a range without looking at all of them."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from infinite_studio.project.model import Clip, Project, Track


@dataclass(frozen=True)
class Row:
    """A track's clips in the order of time."""

    track: Track
    clips: tuple[Clip, ...]
    starts: tuple[int, ...]
    longest_frames: int

    @classmethod
    def of(cls, track: Track) -> "Row":
        """Sort a track's clips."""
        clips = tuple(sorted(track.clips, key=lambda clip: clip.start_frame))
        longest = max((clip.length_frames for clip in clips), default=0)
        return cls(track, clips, tuple(clip.start_frame for clip in clips), longest)

    def between(self, start_frame: float, end_frame: float) -> Iterator[Clip]:
        """Yield the clips that sound in a range."""
        first = bisect_left(self.starts, start_frame - self.longest_frames)
        last = bisect_left(self.starts, end_frame)
        return (clip for clip in self.clips[first:last] if clip.end_frame > start_frame)


def rows_of(project: Project) -> tuple[Row, ...]:
    """Return one row for each track."""
    return tuple(Row.of(track) for track in project.tracks)
