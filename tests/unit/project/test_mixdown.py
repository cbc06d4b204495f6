from dataclasses import replace

import numpy as np

from infinite_studio.project.mixdown import program_of, track_program
from infinite_studio.project.model import Clip, LoopRange, Project, Track

RAMP = np.repeat(np.linspace(0.0, 0.5, 1_000, dtype=np.float32)[:, np.newaxis], 2, axis=1)


def project() -> Project:
    drums = Track("Drums", clips=(Clip("o", "beat", 100, 1_000),), track_id="drums")
    bass = Track("Bass", clips=(Clip("o", "beat", 0, 500, source_offset_frames=250),), track_id="bass")
    return Project("Test", tracks=(drums, bass))


def mix(project: Project) -> np.ndarray:
    return program_of(project, lambda _: RAMP).mix(0, project.length_frames)


def test_a_clip_sounds_where_it_stands_and_from_its_offset():
    mixed = mix(project())
    assert mixed.shape == (1_100, 2)
    np.testing.assert_array_equal(mixed[:100], RAMP[250:350])
    np.testing.assert_array_equal(mixed[500:], RAMP[400:])


def test_a_muted_track_is_silent_and_a_soloed_one_alone():
    muted = project().with_track(replace(project().tracks[1], muted=True))
    soloed = project().with_track(replace(project().tracks[0], soloed=True))
    np.testing.assert_array_equal(mix(muted), mix(soloed))
    assert not mix(muted)[:100].any()


def test_mute_wins_over_solo():
    both = project().with_track(replace(project().tracks[0], soloed=True, muted=True))
    assert not mix(both).any()


def test_a_fader_at_its_lower_end_is_silence():
    quiet = project().with_track(replace(project().tracks[1], gain_db=-60.0))
    assert not mix(quiet)[:100].any()


def test_pan_to_one_side_silences_the_other_and_keeps_the_level():
    left = project().with_track(replace(project().tracks[1], pan=-1.0))
    mixed = mix(left)
    np.testing.assert_array_equal(mixed[:100, 0], RAMP[250:350, 0])
    assert not mixed[:100, 1].any()


def test_a_sound_that_is_not_decoded_yet_is_silent():
    program = program_of(project(), lambda _: None)
    assert not program.mix(0, 1_100).any()


def test_a_track_alone_is_rendered_whatever_mute_says():
    muted = project().with_track(replace(project().tracks[0], muted=True))
    alone = track_program(muted, muted.tracks[0], lambda _: RAMP).mix(0, 1_100)
    np.testing.assert_array_equal(alone[100:], RAMP)


def test_only_an_enabled_loop_range_repeats():
    looped = replace(project(), loop=LoopRange(10, 20))
    assert program_of(looped, lambda _: RAMP).loop == (10, 20)
    off = replace(project(), loop=LoopRange(10, 20, enabled=False))
    assert program_of(off, lambda _: RAMP).loop is None
