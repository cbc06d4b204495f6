"""What is heard on a real sound server."""

import time
from collections.abc import Iterator

import numpy as np
import pytest
from tests.soundserver import SoundServer, clicks_in, wait_for

from infinite_studio.audio.mixing import Program, Segment, Strip
from infinite_studio.soundcard.devices import output_devices
from infinite_studio.soundcard.transport import Transport

pytestmark = pytest.mark.soundserver

RATE = 48_000
CLICKS = (0, 4800, 12_345, 20_001, 33_333, 40_000)


@pytest.fixture
def transport(sound_server: SoundServer) -> Iterator[Transport]:
    made = Transport()
    yield made
    made.close()


def clicks(frames: tuple[int, ...], n_frames: int, height: float = 0.8) -> np.ndarray:
    samples = np.zeros((n_frames, 2), np.float32)
    samples[list(frames)] = height
    return samples


def play_to_the_end(transport: Transport) -> None:
    transport.play()
    wait_for(lambda: not transport.is_playing, "the program to end", 10.0)
    time.sleep(0.1)  # what was just heard must still reach the recorder


def test_clicks_are_heard_with_sample_exact_spacing_the_first_frame_included(sound_server, transport):
    transport.load(Program(RATE, (Strip("a", (Segment(clicks(CLICKS, RATE), 0),)),), RATE))
    recording = sound_server.start_recording()
    play_to_the_end(transport)
    heard = recording.stop()
    frames = clicks_in(heard)
    np.testing.assert_array_equal(frames - frames[0], CLICKS)
    np.testing.assert_allclose(heard[frames], 0.8, atol=1e-4)


def test_a_loop_range_repeats_sample_exactly(sound_server, transport):
    samples = clicks((1000, 5000), RATE)
    transport.load(Program(RATE, (Strip("a", (Segment(samples, 0),)),), RATE, loop=(700, 9701)))
    transport.seek(700)
    recording = sound_server.start_recording()
    transport.play()
    wait_for(lambda: clicks_in(_so_far(recording)).size >= 12, "twelve clicks", 8.0)
    transport.stop()
    spacing = np.diff(clicks_in(recording.stop()))[:11]
    np.testing.assert_array_equal(spacing, ([4000, 5001] * 6)[:11])


def test_the_playhead_is_what_is_heard(sound_server, transport):
    frames = tuple(range(6000, 2 * RATE, 6000))
    transport.load(Program(RATE, (Strip("a", (Segment(clicks(frames, 2 * RATE), 0),)),), 2 * RATE))
    recording = sound_server.start_recording()
    arrivals: list[tuple[float, int]] = []
    playheads: list[tuple[float, int]] = []
    transport.play()
    wait_for(lambda: transport.playhead_frame > 0, "the playhead to move", 5.0)
    while transport.is_playing:
        playheads.append((time.monotonic(), transport.playhead_frame))
        arrivals.append((time.monotonic(), recording.path.stat().st_size // 8))
        time.sleep(0.002)
    time.sleep(0.1)
    recorded_at = np.percentile([moment - n / RATE for moment, n in arrivals], 2)
    heard_at = recorded_at + clicks_in(recording.stop())[: len(frames)] / RATE
    said_at = np.interp(frames, [frame for _, frame in playheads], [moment for moment, _ in playheads])
    off_ms = 1000 * (heard_at - said_at)[1:-1]
    assert np.abs(np.median(off_ms)) < 30, off_ms.round(1)
    assert np.ptp(off_ms) < 20, off_ms.round(1)


def test_a_muted_track_falls_silent_while_the_others_go_on(sound_server, transport):
    time_line = np.arange(4 * RATE, dtype=np.float32) / RATE
    low = 0.3 * np.sin(2 * np.pi * 200 * time_line)[:, np.newaxis].repeat(2, axis=1)
    high = 0.3 * np.sin(2 * np.pi * 2000 * time_line)[:, np.newaxis].repeat(2, axis=1)

    def program(gain_low: float) -> Program:
        strips = (Strip("low", (Segment(low, 0),), gain_low, gain_low), Strip("high", (Segment(high, 0),)))
        return Program(RATE, strips, 4 * RATE)

    transport.load(program(1.0))
    recording = sound_server.start_recording()
    transport.play()
    wait_for(lambda: transport.playhead_frame > RATE // 2, "half a second to be heard", 5.0)
    transport.load(program(0.0))
    wait_for(lambda: transport.playhead_frame > 3 * RATE // 2, "another second to be heard", 5.0)
    transport.stop()
    heard = recording.stop()[:, 0]
    first = int(np.flatnonzero(np.abs(heard) > 0.05)[0])
    both, muted = heard[first + 4800 : first + 14_400], heard[first + 48_000 : first + 57_600]
    assert _level_db(both, 200) == pytest.approx(_level_db(both, 2000), abs=1)
    assert _level_db(muted, 200) < _level_db(muted, 2000) - 60


def test_the_server_is_listed_as_the_default_output(sound_server):
    devices = output_devices()
    assert devices[0].is_default
    assert devices[0].max_output_channels >= 2


def test_looking_for_devices_and_choosing_one_while_idle_lets_playing_go_on_afterwards(
    sound_server, transport
):
    transport.load(Program(RATE, (Strip("a", (Segment(clicks(CLICKS, RATE), 0),)),), RATE))
    transport.prepare()
    wait_for(lambda: transport.state().device_label == "default", "the card to be opened")
    names = [device.name for device in transport.devices()]
    assert "pulse" in names
    transport.choose_device("pulse")
    transport.play()
    wait_for(lambda: transport.playhead_frame > RATE // 4, "the playhead to move")
    assert transport.state().device_label == "pulse"
    assert transport.state().notice_sentence == ""


def _so_far(recording) -> np.ndarray:
    data = recording.path.read_bytes()
    return np.frombuffer(data[: len(data) // 8 * 8], np.float32).reshape(-1, 2)


def _level_db(samples: np.ndarray, frequency_hz: float) -> float:
    wave = np.exp(-2j * np.pi * frequency_hz * np.arange(samples.size) / RATE)
    return float(20 * np.log10(2 * np.abs((samples * wave * np.hanning(samples.size) * 2).mean()) + 1e-9))
