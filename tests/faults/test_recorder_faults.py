"""No microphone, one that is not allowed, hangs, vanishes, sends rubbish; a crash and a full disk while recording."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from tests.soundserver import wait_for
from tests.unit.soundcard.manual_input import RATE, Clock, ManualMicrophone, finished, listening

from infinite_studio.audio.reading import read_audio
from infinite_studio.progress import Silence
from infinite_studio.soundcard import recorder as recorder_module
from infinite_studio.soundcard.input import NoMicrophoneError
from infinite_studio.soundcard.input_devices import find_input
from infinite_studio.soundcard.recorder import Recorder, RecorderPhase
from infinite_studio.soundcard.recording_file import RecordingFile

pytestmark = pytest.mark.faults


def failed(recorder):
    wait_for(lambda: recorder.state.phase is RecorderPhase.FAILED, "the failure to be told")
    return recorder.state


def test_without_any_input_there_is_a_sentence_and_a_hint():
    with pytest.raises(NoMicrophoneError, match="No microphone") as caught:
        find_input("", ())
    assert caught.value.hint


def test_a_microphone_that_is_not_allowed_is_told_and_may_be_tried_again():
    microphone = ManualMicrophone(refusal="The microphone “x” cannot be used.")
    recorder = Recorder(make_input=lambda: microphone, clock=Clock())
    recorder.listen()
    state = failed(recorder)
    assert "cannot be used" in state.sentence
    assert "Allow" in state.hint
    microphone.refusal = ""
    recorder.listen()
    wait_for(lambda: recorder.state.phase is RecorderPhase.LISTENING, "the second try")
    recorder.close()


@pytest.mark.parametrize("how", ["stops calling", "says so"])
def test_what_was_recorded_before_the_microphone_vanished_is_kept(how, tmp_path):
    clock, microphone = Clock(), ManualMicrophone()
    recorder = listening(microphone, clock)
    recorder.record(tmp_path / "kept.wav")
    sound = np.linspace(-0.5, 0.5, RATE, dtype=np.float32)
    microphone.hear(sound, clock.now)
    wait_for(lambda: recorder.state.seconds >= 1.0, "a second of sound")
    if how == "says so":
        microphone.has_failed = True
    else:
        clock.now += 10.0
    found = finished(recorder)
    state = failed(recorder)
    np.testing.assert_array_equal(read_audio(found.path, Silence()).samples[:, 0], sound)
    assert "has gone" in found.sentence
    assert "kept" in found.hint
    assert "has gone" in state.sentence
    recorder.close()


def test_a_microphone_that_hangs_does_not_hang_the_studio(monkeypatch):
    monkeypatch.setattr(recorder_module, "OPENING_SECONDS", 0.05)
    goes_on = threading.Event()
    microphone = ManualMicrophone()
    microphone.open = lambda _device: goes_on.wait(10)
    recorder = Recorder(make_input=lambda: microphone, clock=Clock())
    recorder.listen()
    assert "does not answer" in failed(recorder).sentence
    goes_on.set()
    recorder.close()
    wait_for(lambda: microphone.is_closed, "the late microphone to be closed")


def test_a_microphone_that_sends_only_zeros_is_called_silent():
    clock, microphone = Clock(), ManualMicrophone()
    recorder = listening(microphone, clock)
    microphone.hear(np.zeros(512), clock.now)
    wait_for(lambda: recorder._has_heard, "the first block")
    clock.now += 1.4
    microphone.hear(np.zeros(512), clock.now)
    wait_for(lambda: recorder._heard_at == clock.now, "the second block")
    clock.now += 0.3
    microphone.hear(np.zeros(512), clock.now)
    wait_for(lambda: "Only silence" in recorder.state.sentence, "the remark")
    microphone.hear(np.full(512, 0.1), clock.now)
    wait_for(lambda: recorder.state.sentence == "", "the remark to go")
    recorder.close()


def test_samples_that_are_not_numbers_become_silence(tmp_path):
    clock, microphone = Clock(), ManualMicrophone()
    recorder = listening(microphone, clock)
    recorder.record(tmp_path / "nan.wav")
    microphone.hear(np.array([0.5, np.nan, np.inf, -0.5] * 256), clock.now)
    wait_for(lambda: recorder.state.seconds > 0.02, "the blocks")
    recorder.close()
    samples = read_audio(finished(recorder).path, Silence()).samples[:4, 0]
    np.testing.assert_array_equal(samples, [0.5, 0.0, 0.0, -0.5])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_ends_the_recording_with_a_sentence(tmp_path, monkeypatch):
    clock, microphone = Clock(), ManualMicrophone()
    recorder = listening(microphone, clock)
    recorder.record(tmp_path / "full.wav")
    microphone.hear(np.full(512, 0.1), clock.now)
    wait_for(lambda: recorder.state.phase is RecorderPhase.RECORDING, "the recording to begin")
    full = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115 - the recorder closes it
    recorder._file._file.close()
    recorder._file._file = full
    microphone.hear(np.full(512, 0.1), clock.now)
    assert "stopped" in finished(recorder).sentence
    recorder.close()


def test_a_recording_survives_the_death_of_the_process(tmp_path):
    path = tmp_path / "crash.wav"
    code = (
        "import os, sys, numpy as np\n"
        "from pathlib import Path\n"
        "from infinite_studio.soundcard.recording_file import RecordingFile\n"
        "file = RecordingFile(Path(sys.argv[1]), 1, 8000)\n"
        "for _ in range(30): file.write(np.full((800, 1), 0.25, np.float32))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(path)], check=False, env={**os.environ, "PYTHONPATH": "src"}
    )
    audio = read_audio(path, Silence())
    assert 2.0 <= audio.duration_seconds <= 3.0
    assert float(audio.samples.min()) == 0.25


def test_a_recording_folder_that_is_missing_is_made(tmp_path):
    file = RecordingFile(tmp_path / "new" / "a.wav", 1, 8_000)
    file.write(np.zeros((10, 1), np.float32))
    file.close()
    assert read_audio(file.path, Silence()).n_frames == 10
