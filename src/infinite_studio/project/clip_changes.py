"""What became of the clips on tracks that were not replaced as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass

from infinite_studio.project.matching import TrackPair
from infinite_studio.project.model import Clip, Project, Track
from infinite_studio.project.words import db_text, place_text, span_text

SMALLEST_GAIN_CHANGE_DB = 0.05


@dataclass(frozen=True)
class ClipChange:
    """One change of clips, in a musician's words."""

    sentence: str
    track_ids: tuple[str, ...]
    clip_ids: tuple[str, ...]


@dataclass(frozen=True)
class _Placed:
    """A clip in both versions with the tracks that it is on."""

    old: Clip
    new: Clip
    old_track: Track
    new_track: Track
    same_track: bool


def clip_changes(
    before: Project, after: Project, pairs: tuple[TrackPair, ...]
) -> dict[str, tuple[ClipChange, ...]]:
    """Return what became of the clips, by the track of the later version that shows it.

    Parameters
    ----------
    before, after : Project
        The two versions.
    pairs : tuple of (Track or None, Track or None)
        Which track is which.

    Returns
    -------
    dict of str to tuple of ClipChange
        Tracks that were added, removed or replaced as a whole are left out, unless a clip of theirs was
        moved from or to a track that stayed.
    """
    comparison = _Comparison(before, after, pairs)
    found = {new.track_id: tuple(comparison.changes(old, new)) for old, new in pairs if old and new}
    return {track_id: changes for track_id, changes in found.items() if changes}


class _Comparison:
    def __init__(self, before: Project, after: Project, pairs: tuple[TrackPair, ...]) -> None:
        self._after = after
        self._partner = {old.track_id: new.track_id for old, new in pairs if old and new}
        self._old = {clip.clip_id: (track, clip) for track, clip in before.clips()}
        self._new = {clip.clip_id: (track, clip) for track, clip in after.clips()}
        for old, new in pairs:
            if old and new:
                self._match_renewed(old, new)

    def _match_renewed(self, old: Track, new: Track) -> None:
        """Treat a clip that only got another identity as the same one."""
        left = [clip for clip in old.clips if clip.clip_id not in self._new]
        for clip in new.clips:
            if clip.clip_id in self._old:
                continue
            same = next((c for c in left if _plays(c) == _plays(clip)), None) or next(
                (c for c in left if c.object_id == clip.object_id), None
            )
            if same is not None:
                left.remove(same)
                self._old[clip.clip_id] = self._old.pop(same.clip_id)

    def changes(self, old: Track, new: Track) -> Iterator[ClipChange]:
        """Say what became of the clips of one track."""
        if (
            not {c.object_id for c in old.clips} & {c.object_id for c in new.clips}
            and old.clips
            and new.clips
        ):
            yield from self._arrivals(new)
            return
        cut = {clip.clip_id: tail for clip, tail in self._cuts(new)}
        tails = {tail.clip_id for tail in cut.values()}
        for clip in new.clips:
            if clip.clip_id in cut:
                yield self._split(new, clip, cut[clip.clip_id])
            elif clip.clip_id in self._old:
                yield from self._kept(clip, new)
            elif clip.clip_id not in tails:
                place = place_text(self._after, clip.start_frame)
                yield _change(f"“{clip.name}” added to {new.name} at {place}", new, clip)
        for clip in old.clips:
            if clip.clip_id in self._old and clip.clip_id not in self._new:
                yield _change(f"“{clip.name}” removed from {new.name}", new, clip)

    def _arrivals(self, new: Track) -> Iterator[ClipChange]:
        """Tell of the clips of a replaced track only what came from elsewhere."""
        for clip in new.clips:
            old_track, _ = self._old.get(clip.clip_id, (None, None))
            if old_track is not None and self._partner.get(old_track.track_id) != new.track_id:
                yield from self._kept(clip, new)

    def _kept(self, clip: Clip, new: Track) -> Iterator[ClipChange]:
        old_track, old = self._old[clip.clip_id]
        same_track = self._partner.get(old_track.track_id) == new.track_id
        placed = _Placed(old, clip, old_track, new, same_track)
        for sentence in self._sentences(placed):
            yield _change(sentence, new, clip)

    def _sentences(self, placed: _Placed) -> Iterator[str]:
        old, new, name = placed.old, placed.new, f"“{placed.new.name}”"
        where = f" on {placed.new_track.name}"
        moved = new.start_frame - old.start_frame
        trimmed = new.source_offset_frames - old.source_offset_frames
        if not placed.same_track:
            yield f"{name} moved from {placed.old_track.name} to {placed.new_track.name}"
            where = ""
        if moved and moved != trimmed:
            direction = "later" if moved > 0 else "earlier"
            yield f"{name} moved {span_text(self._after, moved)} {direction}{where}"
        if trimmed or new.length_frames != old.length_frames:
            length = span_text(self._after, new.length_frames)
            before = span_text(self._after, old.length_frames)
            text = f"is now {length} long" if length == before else f"{before} → {length} long"
            yield f"{name}{where} {text}"
        if abs(new.gain_db - old.gain_db) >= SMALLEST_GAIN_CHANGE_DB:
            yield f"{name}{where} volume {db_text(old.gain_db)} → {db_text(new.gain_db)} dB"
        if new.object_id != old.object_id:
            yield f"“{old.name}”{where} replaced by {name if new.name != old.name else 'another sound'}"
        elif new.name != old.name:
            yield f"“{old.name}” renamed to {name}{where}"

    def _cuts(self, new: Track) -> Iterator[tuple[Clip, Clip]]:
        """Find clips that were cut in two: the head kept its identity, the tail begins where it now ends."""
        tails = [clip for clip in new.clips if clip.clip_id not in self._old]
        for clip in new.clips:
            _, old = self._old.get(clip.clip_id, (None, None))
            if old is None or clip.length_frames >= old.length_frames:
                continue
            tail = next((t for t in tails if _continues(clip, t, old)), None)
            if tail is not None:
                tails.remove(tail)
                yield clip, tail

    def _split(self, track: Track, head: Clip, tail: Clip) -> ClipChange:
        place = place_text(self._after, tail.start_frame)
        return ClipChange(
            f"“{head.name}” split at {place} on {track.name}",
            (track.track_id,),
            (head.clip_id, tail.clip_id),
        )


def _continues(head: Clip, tail: Clip, whole: Clip) -> bool:
    return (
        tail.object_id == head.object_id == whole.object_id
        and tail.source_offset_frames == head.source_offset_frames + head.length_frames
        and head.length_frames + tail.length_frames == whole.length_frames
        and tail.start_frame == head.end_frame
    )


def _plays(clip: Clip) -> tuple[str, int, int, int]:
    return (clip.object_id, clip.start_frame, clip.length_frames, clip.source_offset_frames)


def _change(sentence: str, track: Track, clip: Clip) -> ClipChange:
    return ClipChange(sentence, (track.track_id,), (clip.clip_id,))
