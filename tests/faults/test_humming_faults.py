"""Hums that are none: silence, noise, speech, too short, too long, not numbers, damaged; on files and on a real server."""

import numpy as np
import pytest
import soundfile
from tests.soundserver import SINK, wait_for

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.float_wave import float_wave_header
from infinite_studio.audio.reading import DamagedSoundError, UnreadableSoundError, read_audio
from infinite_studio.errors import StudioError
from infinite_studio.progress import Silence
from infinite_studio.services import humming
from infinite_studio.soundcard.recorder import Recorder, RecorderPhase

pytestmark = pytest.mark.faults
RATE = 16_000


def heard(samples, rate=RATE):
    return humming.transcribe(Audio.of(np.asarray(samples, np.float32), rate), "it", Silence())


def test_silence_is_called_silent():
    with pytest.raises(humming.NothingHeardError, match="silent") as caught:
        heard(np.zeros(RATE))
    assert "input" in caught.value.hint


@pytest.mark.parametrize(
    "samples",
    [
        np.random.default_rng(0).standard_normal(3 * RATE) * 0.2,
        (np.arange(3 * RATE) % 4_000 < 12) * 0.9,
        np.cumsum(np.random.default_rng(0).standard_normal(3 * RATE)) * 1e-3,
    ],
    ids=["hiss", "clicks", "rumble"],
)
def test_noise_is_no_tune(samples):
    with pytest.raises(humming.NothingHeardError, match="No tune"):
        heard(samples)


@pytest.mark.realaudio
def test_speech_is_not_passed_off_as_a_tune(real_audio):
    found = humming.transcribe_file(real_audio / "voice" / "speech.ogg", Silence())
    assert humming.UNCLEAR in found.remarks


@pytest.mark.parametrize("n_frames", [1, 100, 1_599])
def test_what_is_shorter_than_any_note_is_refused(n_frames):
    with pytest.raises(humming.NothingHeardError) as caught:
        heard(0.3 * np.sin(np.arange(n_frames) * 0.1))
    assert caught.value.hint


def test_a_fifth_of_a_second_is_one_note():
    assert len(heard(0.3 * np.sin(np.arange(3_200) * 0.1)).notes) == 1


def test_ten_hours_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "long.wav"
    n_frames = 10 * 3600 * 8_000
    header = float_wave_header(n_frames, 1, 8_000)
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + 4 * n_frames)
    with pytest.raises(StudioError, match=r"too long|longer|hours|minutes"):
        humming.transcribe_file(path, Silence())


def test_a_file_with_samples_that_are_not_numbers_is_refused(tmp_path):
    samples = (0.3 * np.sin(np.arange(RATE) * 0.1)).astype(np.float32)
    samples[4_000:4_100] = np.nan
    path = tmp_path / "nan.wav"
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    with pytest.raises(DamagedSoundError, match="not numbers") as caught:
        humming.transcribe_file(path, Silence())
    assert caught.value.hint


def test_what_is_no_sound_is_refused(tmp_path):
    path = tmp_path / "text.wav"
    path.write_text("la la la")
    with pytest.raises(UnreadableSoundError):
        humming.transcribe_file(path, Silence())


@pytest.mark.soundserver
def test_a_real_microphone_that_is_unplugged_leaves_its_recording(sound_server, tmp_path, monkeypatch):
    monkeypatch.setenv("PULSE_SOURCE", f"{SINK}.monitor")
    recorder = Recorder()
    try:
        recorder.listen()
        recorder.record(tmp_path / "kept.wav")
        wait_for(lambda: recorder.state.seconds > 0.5, "half a second of sound", 10)
        sound_server.unload_sink()
        found = []
        wait_for(lambda: bool(found) or _collect(recorder, found), "the loss to be noticed", 10)
        assert "has gone" in found[0].sentence
        wait_for(lambda: recorder.state.phase is RecorderPhase.FAILED, "the failure to be told")
        assert read_audio(found[0].path, Silence()).duration_seconds >= 0.5
    finally:
        recorder.close()
        sound_server.load_sink()


def _collect(recorder, found) -> bool:
    one = recorder.take_finished()
    if one is not None:
        found.append(one)
    return bool(found)
