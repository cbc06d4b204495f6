"""What can be split: the selected clip, every clip and every sound of the library; no widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infinite_studio.project.model import Clip, Project, Track
    from infinite_studio.services.session import StudioSession


@dataclass(frozen=True)
class SplitTarget:
    """A stored sound and where its stems go."""

    object_id: str
    name: str
    place: str
    seconds: float
    at_frame: int = 0

    @property
    def label(self) -> str:
        """What the person chooses."""
        return f"{self.name} · {self.place}"


def targets_of(session: StudioSession, selected_clip_id: str | None) -> tuple[SplitTarget, ...]:
    """Return what can be split, the selected clip first; each sound once."""
    clips = sorted(session.project.clips(), key=lambda pair: pair[1].clip_id != selected_clip_id)
    offered: dict[str, SplitTarget] = {}
    for track, clip in clips:
        is_selected = clip.clip_id == selected_clip_id
        if is_selected or not _is_stem(clip):
            place = "selected clip" if is_selected else f"on {track.name}"
            offered.setdefault(clip.object_id, _of_clip(session, clip, place))
    for sound in session.sounds:
        target = SplitTarget(sound.object_id, sound.name, "library", sound.n_frames / sound.sample_rate)
        offered.setdefault(sound.object_id, target)
    return tuple(offered.values())


def stems_of(project: Project, object_id: str) -> tuple[Track, ...]:
    """Return the tracks that hold stems of a sound."""
    return tuple(
        track
        for track in project.tracks
        if any(clip.recipe is not None and object_id in _inputs(clip) for clip in track.clips)
    )


def _of_clip(session: StudioSession, clip: Clip, place: str) -> SplitTarget:
    sound = session.sound_of(clip.object_id)
    seconds = (
        sound.n_frames / sound.sample_rate if sound else clip.length_frames / session.project.sample_rate
    )
    return SplitTarget(clip.object_id, clip.name, place, seconds, clip.start_frame)


def _inputs(clip: Clip) -> tuple[str, ...]:
    own_sound = clip.object_id
    return tuple(i for i in (clip.recipe.input_object_ids if clip.recipe else ()) if i != own_sound)


def _is_stem(clip: Clip) -> bool:
    """Whether a clip is a single stem already, which there is little sense in splitting again."""
    return clip.recipe is not None and clip.recipe.engine != "import"
