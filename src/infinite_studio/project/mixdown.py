"""From the project to the program that is played and exported."""

from collections.abc import Callable

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.mixing import Program, Segment, Strip, gain_of_db, pan_gains
from infinite_studio.project.model import Clip, Project, Track

SampleSource = Callable[[str], Samples | None]
"""Gives the stereo samples of an object at the project's rate; None while they are not decoded yet."""


def program_of(project: Project, samples_of: SampleSource) -> Program:
    """Return what the project sounds like.

    Parameters
    ----------
    project : Project
        Its mute, solo, gain, pan and loop range count.
    samples_of : callable
        Where the samples come from; clips that have none yet are silent.
    """
    strips = tuple(strip_of(project, track, samples_of) for track in project.tracks)
    loop = project.loop
    return Program(
        sample_rate=project.sample_rate,
        strips=strips,
        length_frames=project.length_frames,
        loop=(loop.start_frame, loop.end_frame) if loop is not None and loop.enabled else None,
    )


def strip_of(project: Project, track: Track, samples_of: SampleSource) -> Strip:
    """Return one track as a mixer strip; inaudible tracks keep their segments with gains of zero."""
    left, right = pan_gains(track.gain_db, track.pan) if project.is_audible(track) else (0.0, 0.0)
    segments = (_segment_of(clip, samples_of) for clip in track.clips)
    return Strip(track.track_id, tuple(s for s in segments if s is not None), left, right)


def track_program(project: Project, track: Track, samples_of: SampleSource) -> Program:
    """Return one track alone as it sits in the mix, whatever mute and solo say: what a stem export writes."""
    segments = tuple(s for s in (_segment_of(clip, samples_of) for clip in track.clips) if s is not None)
    left, right = pan_gains(track.gain_db, track.pan)
    return Program(
        project.sample_rate, (Strip(track.track_id, segments, left, right),), project.length_frames
    )


def _segment_of(clip: Clip, samples_of: SampleSource) -> Segment | None:
    samples = samples_of(clip.object_id)
    if samples is None:
        return None
    first = clip.source_offset_frames
    heard = samples[first : first + clip.length_frames]
    return Segment(heard, clip.start_frame, gain_of_db(clip.gain_db)) if heard.shape[0] else None
