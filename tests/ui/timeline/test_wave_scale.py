import numpy as np
import pytest

from infinite_studio.audio.peaks import PeaksBuilder
from infinite_studio.project.model import Clip, Project, Track
from infinite_studio.ui.timeline.wave_scale import FILL, shared_gain


def peaks_at(level):
    builder = PeaksBuilder(48_000)
    builder.add(np.full((4_800, 2), level, np.float32))
    return builder.finish()


def project(*object_ids):
    return Project("Test", tracks=(Track("A", clips=tuple(Clip(o, o, 0, 4_800) for o in object_ids)),))


def test_the_loudest_clip_nearly_fills_its_lane():
    sounds = {"quiet": peaks_at(0.1), "loud": peaks_at(0.4)}
    gain = shared_gain(project("quiet", "loud"), sounds.get)
    assert FILL * 10 ** (-1.5 / 20) <= 0.4 * gain <= FILL


def test_a_full_scale_clip_is_not_made_larger():
    assert shared_gain(project("full"), {"full": peaks_at(1.0)}.get) == 1.0


@pytest.mark.parametrize("level", [0.0, 1e-6])
def test_silence_is_not_blown_up(level):
    gain = shared_gain(project("silence"), {"silence": peaks_at(level)}.get)
    assert gain * level < 1e-4


def test_without_peaks_nothing_is_scaled():
    assert shared_gain(project("unknown"), lambda _: None) == 1.0
