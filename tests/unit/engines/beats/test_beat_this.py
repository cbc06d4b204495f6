"""beat_this behind the studio's protocol: the same as the package says, and nothing that it must not do."""

import os
import pickle
import socket
import time

import numpy as np
import pytest
from tests.tiny_beats import SHAPE, clicks, onset_network, write_checkpoint

from infinite_studio.analysis.beat_tracking import BeatTrackerError
from infinite_studio.analysis.listening import listen
from infinite_studio.analysis.passages import SoundStream
from infinite_studio.audio.audio import Audio
from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.weights.errors import MissingWeightsError
from infinite_studio.weights.store import WeightsStore

torch = pytest.importorskip("torch", reason="engines with a network are not installed")
pytest.importorskip("beat_this", reason="beat_this is not installed")

from infinite_studio.engines.beats.checkpoint import UnusableBeatsCheckpointError, load_model  # noqa: E402
from infinite_studio.engines.beats.network import BeatNetwork, RowsOnTheirWay  # noqa: E402
from infinite_studio.engines.beats.spectra import SpectrumStream  # noqa: E402
from infinite_studio.engines.beats.tracker import BeatThisTracker  # noqa: E402

RATE = 22_050


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return write_checkpoint(tmp_path_factory.mktemp("beats") / "weights" / "beat-this" / "final0.ckpt")


@pytest.fixture
def store(checkpoint, tmp_path):
    return WeightsStore(checkpoint.parent.parent, cache_folder=tmp_path, torch_folder=tmp_path)


@pytest.fixture
def tracker(store):
    return BeatThisTracker(store, "cpu")


@pytest.fixture
def clicking(tracker, checkpoint):
    """The tracker with a network that hears clicks in the place of the random one."""
    tracker._ready(checkpoint)._model = onset_network()
    return tracker


def heard(mono, tracker):
    return listen(
        SoundStream.of_audio(Audio.of(np.stack([mono, mono], axis=1), RATE)), Silence(), tracker
    ).analysis


def told(tracker, mono, piece=50_001):
    hearing = tracker.begin()
    for start in range(0, mono.size, piece):
        hearing.hear(mono[start : start + piece], Silence())
    return hearing.finish(Silence())


def test_spectra_of_pieces_are_those_of_the_whole():
    from beat_this.preprocessing import LogMelSpect

    mono = np.random.default_rng(0).normal(size=3 * RATE).astype(np.float32)
    stream, rows = SpectrumStream("cpu"), []
    for start in range(0, mono.size, 7_001):
        rows += stream.rows(mono[start : start + 7_001])
    rows += stream.rows(np.zeros(0, np.float32), last=True)
    np.testing.assert_allclose(torch.cat(rows), LogMelSpect()(torch.from_numpy(mono)), atol=1e-4)


@pytest.mark.parametrize("n_rows", [1, 300, 1_488, 1_489, 1_494, 1_495, 2_976, 2_977, 2_983, 4_000])
def test_chunks_on_their_way_say_what_the_package_says_of_the_whole(n_rows):
    from beat_this.inference import split_predict_aggregate

    class Neighbours(torch.nn.Module):
        """Says what depends on where a row lies in its chunk and on what lies around it."""

        def forward(self, rows):
            place = torch.linspace(0, 1, rows.shape[1])
            around = torch.nn.functional.avg_pool1d(rows.mean(-1), 13, 1, 6)
            return {"beat": around + place, "downbeat": around - place}

    rows = torch.rand(n_rows, 128, generator=torch.Generator().manual_seed(n_rows))
    whole = split_predict_aggregate(rows, 1_500, 6, "keep_first", Neighbours())
    network = BeatNetwork.__new__(BeatNetwork)
    network._model, network._layers = Neighbours(), []
    for step in (97, 1_600):
        way = RowsOnTheirWay(network)
        for start in range(0, n_rows, step):
            way.add(rows[start : start + step], Silence())
        said = way.finish(Silence())
        np.testing.assert_allclose(said, torch.stack([whole["beat"], whole["downbeat"]]), atol=1e-5)


def test_a_sound_gets_the_beats_that_the_package_finds(tracker, checkpoint):
    from beat_this.inference import Audio2Beats

    mono = clicks(np.arange(0.3, 12, 0.5), np.arange(0.3, 12, 2.0), 12.0)
    theirs = Audio2Beats(str(checkpoint), "cpu")(mono.astype(np.float64), RATE)
    ours = told(tracker, mono)
    np.testing.assert_array_equal(ours.beats_seconds, theirs[0])
    np.testing.assert_array_equal(ours.downbeats_seconds, theirs[1])


@pytest.mark.parametrize(
    ("tempo_bpm", "per_bar", "signature"), [(96.0, 4, "4/4"), (132.0, 3, "3/4"), (181.0, 6, "6/8")]
)
def test_known_beats_become_tempo_metre_and_bars(clicking, tempo_bpm, per_bar, signature):
    gap = 60 / tempo_bpm
    beats = np.arange(0.31, 40.0, gap)
    found = heard(clicks(beats, beats[1::per_bar], 40.0), clicking)
    counted = 3 if signature == "6/8" else 1
    assert found.beats_from == "beat_this final0"
    assert found.tempo_bpm == pytest.approx(tempo_bpm / counted, rel=0.002)
    assert found.time_signature == signature
    assert found.downbeats_seconds[0] == pytest.approx(beats[1], abs=0.025)
    assert np.diff(found.downbeats_seconds) == pytest.approx(gap * per_bar, abs=0.03)


def test_irregular_beats_make_no_tempo_and_it_says_so(clicking):
    beats = np.cumsum(np.random.default_rng(3).uniform(0.25, 1.4, 40))
    found = heard(clicks(beats, beats[:1], float(beats[-1]) + 1), clicking)
    assert found.tempo_bpm is None
    assert found.beats_remark == "beat_this final0 heard beats, but no regular tempo."


def test_two_beats_in_a_long_sound_make_no_tempo(clicking):
    found = heard(clicks([3.0, 3.5], [3.0], 12.0), clicking)
    assert (found.tempo_bpm, found.beats_from) == (None, "beat_this final0")
    assert "too few beats" in found.beats_remark


@pytest.mark.parametrize("seconds", [0.01, 0.2, 3.0])
def test_silence_and_a_blink_have_no_tempo(clicking, seconds):
    found = heard(np.zeros(int(seconds * RATE), np.float32), clicking)
    assert found.tempo_bpm is None
    assert found.beats_seconds == ()


def test_a_short_loop_is_left_to_the_built_in_estimator_with_a_sentence(clicking, song):
    found = listen(
        SoundStream.of_audio(Audio.of(song.samples[: 2 * 44_100], 44_100)), Silence(), clicking
    ).analysis
    assert found.tempo_bpm == pytest.approx(120, rel=0.01)


def test_what_is_no_number_is_refused_and_the_built_in_estimator_answers(tracker, song):
    hearing = tracker.begin()
    hearing.hear(np.full(3 * RATE, np.nan, np.float32), Silence())
    with pytest.raises(BeatTrackerError, match="no number"):
        hearing.finish(Silence())


def test_a_network_that_gives_up_leaves_the_answer_to_the_built_in_estimator(tracker, checkpoint, song):
    class Fails(torch.nn.Module):
        def forward(self, _rows):
            raise RuntimeError("CUDA error: out of memory")

    tracker._ready(checkpoint)._model = Fails()
    found = listen(SoundStream.of_audio(song), Silence(), tracker).analysis
    assert (found.beats_from, found.tempo_bpm) == ("built-in", pytest.approx(120, rel=0.01))
    assert found.beats_remark.startswith("beat_this final0 cannot be used: CUDA error")


def test_it_stops_between_two_layers(tracker):
    class Cancels:
        def report(self, fraction, stage=""):
            if stage:
                raise OperationCancelled

        def share(self, partial):
            raise AssertionError("a tracker shares nothing")

    hearing = tracker.begin()
    began = time.monotonic()
    with pytest.raises(OperationCancelled):
        hearing.hear(np.zeros(60 * RATE, np.float32), Cancels())
    assert time.monotonic() - began < 2.0


def test_the_network_stays_warm_until_the_file_changes(tracker, checkpoint):
    first = tracker._ready(checkpoint)
    assert tracker._ready(checkpoint) is first
    os.utime(checkpoint, ns=(1, 1))
    assert tracker._ready(checkpoint) is not first


def test_an_hour_is_held_a_minute_at_a_time(checkpoint):
    way = RowsOnTheirWay(BeatNetwork(checkpoint, "cpu"))
    way._network.judge = lambda rows, _progress: np.zeros((2, len(rows)), np.float32)
    for _ in range(180):
        way.add(torch.zeros(1_000, 128), Silence())
        assert len(way._held) <= 3_000
    assert way.finish(Silence()).shape == (2, 180_000)


class Evil:
    """Writes a file where it is unpickled with code allowed."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_a_checkpoint_with_code_is_refused_and_nothing_runs(tmp_path):
    mark = tmp_path / "ran"
    path = write_checkpoint(tmp_path / "evil.ckpt", callbacks=Evil(mark))
    with pytest.raises(UnusableBeatsCheckpointError, match="holds code, which is never run"):
        load_model(path)
    bare = tmp_path / "bare.ckpt"
    bare.write_bytes(pickle.dumps(Evil(mark)))
    with pytest.raises(UnusableBeatsCheckpointError):
        load_model(bare)
    assert not mark.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"state_dict": {}},
        {"state_dict": [1, 2]},
        {"hyper_parameters": None},
        {"hyper_parameters": {**SHAPE, "n_layers": 3}},
        {"hyper_parameters": {**SHAPE, "transformer_dim": 10**9}},
        {"hyper_parameters": {**SHAPE, "dropout": {}}},
    ],
)
def test_a_checkpoint_of_another_version_is_refused_in_a_sentence(tmp_path, changes):
    with pytest.raises(UnusableBeatsCheckpointError):
        load_model(write_checkpoint(tmp_path / "other.ckpt", **changes))


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_damaged_checkpoint_is_a_sentence_and_the_built_in_estimator_answers(tmp_path, song, share):
    path = write_checkpoint(tmp_path / "weights" / "beat-this-small" / "small0.ckpt")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    tracker = BeatThisTracker(
        WeightsStore(tmp_path / "weights", cache_folder=tmp_path, torch_folder=tmp_path), "cpu"
    )
    found = listen(SoundStream.of_audio(song), Silence(), tracker).analysis
    assert (found.beats_from, found.tempo_bpm) == ("built-in", pytest.approx(120, rel=0.01))
    assert found.beats_remark.startswith("beat_this small0 cannot be used: “small0.ckpt” cannot be used")


def test_without_weights_nothing_is_downloaded(tmp_path, monkeypatch):
    def asked(*_arguments, **_named):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    tracker = BeatThisTracker(WeightsStore(tmp_path, cache_folder=tmp_path, torch_folder=tmp_path))
    assert not tracker.is_available
    with pytest.raises(MissingWeightsError, match="beat-this is not here yet: 81"):
        tracker.begin()
