"""Which track of one version is which track of another."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace

from infinite_studio.music.stems import StemType
from infinite_studio.project.model import Track

TrackPair = tuple[Track | None, Track | None]


def match_tracks(
    before: Iterable[Track], after: Iterable[Track], *, by_type: bool = True
) -> tuple[TrackPair, ...]:
    """Pair the tracks of two versions.

    Parameters
    ----------
    before, after : iterable of Track
        The tracks of two versions of a project, top to bottom.
    by_type : bool
        Whether the last rule below counts.

    Returns
    -------
    tuple of (Track or None, Track or None)
        First every track of ``before`` in its order with its partner, or None where it is gone; then the
        tracks that only ``after`` has, in their order. Each track occurs once.

    Notes
    -----
    A track keeps its identity while it is edited, but a new take brings new tracks. So partners are, in this
    order: the same identity; the same stem type and name; the only ones left of a stem type other than
    ``other``.
    """
    left, right = list(before), list(after)
    order = list(left)
    partner: dict[str, Track] = {}
    _pair_by(left, right, partner, lambda track: track.track_id)
    _pair_by(left, right, partner, lambda track: (track.stem_type, track.name.casefold()))
    if by_type:
        _pair_only_ones(left, right, partner)
    kept = ((track, partner.get(track.track_id)) for track in order)
    return (*kept, *((None, track) for track in right))


def content_of(track: Track) -> Track:
    """Return a track without identities, so that equal content compares equal."""
    clips = tuple(replace(clip, clip_id="") for clip in track.clips)
    return replace(track, track_id="", clips=clips)


def _pair_by(
    left: list[Track], right: list[Track], partner: dict[str, Track], key: Callable[[Track], Hashable]
) -> None:
    """Pair what has the same key, in order, and take it off both lists."""
    for track in tuple(left):
        found = next((other for other in right if key(other) == key(track)), None)
        if found is not None:
            partner[track.track_id] = found
            left.remove(track)
            right.remove(found)


def _pair_only_ones(left: list[Track], right: list[Track], partner: dict[str, Track]) -> None:
    for stem_type in (t for t in StemType if t is not StemType.OTHER):
        ours, theirs = ([t for t in side if t.stem_type is stem_type] for side in (left, right))
        if len(ours) == len(theirs) == 1:
            partner[ours[0].track_id] = theirs[0]
            left.remove(ours[0])
            right.remove(theirs[0])
