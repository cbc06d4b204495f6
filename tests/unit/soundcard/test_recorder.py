import numpy as np
import pytest
from tests.soundserver import wait_for
from tests.unit.soundcard.manual_input import RATE, Clock, ManualMicrophone, finished, listening

from infinite_studio.audio.reading import read_audio
from infinite_studio.progress import Silence
from infinite_studio.soundcard.recorder import RecorderPhase


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def microphone():
    return ManualMicrophone()


@pytest.fixture
def recorder(microphone, clock):
    recorder = listening(microphone, clock)
    yield recorder
    recorder.close()


def tone(n, level=0.5):
    return level * np.sin(np.arange(n) * 0.05).astype(np.float32)


def recorded_samples(recorded):
    return read_audio(recorded.path, Silence()).samples[:, 0]


def test_what_is_heard_from_the_ordered_moment_on_is_written_to_the_frame(
    recorder, microphone, clock, tmp_path
):
    recorder.record(tmp_path / "hum.wav", starts_at=clock.now + 0.1)
    sound = tone(RATE)
    microphone.hear(sound, clock.now)
    wait_for(lambda: recorder.state.seconds >= 0.9 - 1e-6, "all blocks to arrive")
    recorder.stop()
    found = finished(recorder)
    np.testing.assert_array_equal(recorded_samples(found), sound[round(0.1 * RATE) :])
    assert found.sentence == ""


def test_a_stopped_recorder_goes_on_listening(recorder, microphone, clock, tmp_path):
    recorder.record(tmp_path / "a.wav")
    microphone.hear(tone(4096), clock.now)
    wait_for(lambda: recorder.state.phase is RecorderPhase.RECORDING, "the recording to begin")
    recorder.stop()
    finished(recorder)
    assert recorder.state.phase is RecorderPhase.LISTENING
    assert not microphone.is_closed


def test_the_meter_rises_at_once_and_falls_slowly(recorder, microphone, clock):
    microphone.hear(tone(512, 0.8), clock.now)
    wait_for(lambda: recorder.state.level > 0.7, "the level")
    microphone.hear(np.zeros(4096), clock.now)
    wait_for(lambda: recorder.state.level < 0.7, "the level to fall")
    assert recorder.state.level > 0.5


def test_clipping_lights_until_the_next_recording(recorder, microphone, clock, tmp_path):
    microphone.hear(np.ones(600), clock.now)
    wait_for(lambda: recorder.state.has_clipped, "the clip light")
    recorder.record(tmp_path / "b.wav")
    assert not recorder.state.has_clipped


def test_stopping_during_the_count_in_records_nothing(recorder, microphone, clock, tmp_path):
    recorder.record(tmp_path / "c.wav", starts_at=clock.now + 60)
    microphone.hear(tone(2048), clock.now)
    wait_for(lambda: recorder.state.phase is RecorderPhase.WAITING, "the wait to be noticed")
    recorder.stop()
    wait_for(lambda: recorder.state.phase is RecorderPhase.LISTENING, "the recorder to stop")
    assert recorder.take_finished() is None
    assert not (tmp_path / "c.wav").exists()


def test_the_chosen_input_is_opened_and_let_go_of_again(recorder, microphone):
    assert microphone.opened_as == "wanted"
    recorder.let_go()
    wait_for(lambda: microphone.is_closed, "the microphone to be closed")
    wait_for(lambda: recorder.state.phase is RecorderPhase.IDLE, "the recorder to rest")


def test_two_channels_at_another_rate_are_kept_as_they_come(clock, tmp_path):
    microphone = ManualMicrophone(rate=16_000, n_channels=2)
    recorder = listening(microphone, clock)
    recorder.record(tmp_path / "stereo.wav")
    microphone.hear(np.column_stack([tone(16_000), tone(16_000, 0.2)]), clock.now)
    wait_for(lambda: recorder.state.seconds >= 1.0, "the second")
    recorder.close()
    audio = read_audio(finished(recorder).path, Silence())
    assert (audio.sample_rate, audio.n_channels, audio.n_frames) == (16_000, 2, 16_000)


def test_an_open_microphone_holds_the_device_list_still(clock):
    held = []
    microphone = ManualMicrophone()
    recorder = listening(microphone, clock, hold=lambda: held.append(1), release=lambda: held.append(-1))
    assert sum(held) == 1
    recorder.close()
    assert sum(held) == 0
