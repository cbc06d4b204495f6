import numpy as np
import pytest
import soundfile
from tests.unit.audio.sounds import Listener, melody, names_in, noise, sparse_hours

from infinite_studio.audio import decoded
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.decoded import DamagedDecodedError, decode_to_cache, open_decoded
from infinite_studio.audio.files import DiskFullError
from infinite_studio.audio.peaks import Peaks
from infinite_studio.audio.reading import DamagedSoundError
from infinite_studio.audio.resampling import resample
from infinite_studio.progress import OperationCancelled


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "song.flac"
    soundfile.write(path, melody(5.0, 44_100).samples, 44_100, subtype="PCM_24")
    return path


def test_a_song_is_decoded_to_stereo_at_the_rate_asked_for(tmp_path, song):
    info = decode_to_cache(song, tmp_path / "song.f32", 48_000)
    samples = open_decoded(info.path)
    wanted = resample(Audio(soundfile.read(song, dtype="float32")[0], 44_100), 48_000)
    assert (info.n_frames, info.sample_rate, samples.shape) == (240_000, 48_000, (240_000, 2))
    np.testing.assert_allclose(samples, wanted.samples, atol=1e-6)
    assert info.source.container == "FLAC"


def test_mono_comes_out_on_both_sides(tmp_path):
    soundfile.write(tmp_path / "x.wav", melody(0.2, n_channels=1).samples, 48_000)
    samples = open_decoded(decode_to_cache(tmp_path / "x.wav", tmp_path / "x.f32", 48_000).path)
    np.testing.assert_array_equal(samples[:, 0], samples[:, 1])
    assert samples.any()


def test_peaks_come_with_it_and_bound_the_sound(tmp_path, song):
    info = decode_to_cache(song, tmp_path / "x.f32", 48_000)
    window = info.peaks.window(0, info.n_frames, 100)
    blocks = np.array_split(np.asarray(open_decoded(info.path)), 100)
    assert info.peaks.n_frames == info.n_frames
    assert all(high >= block.max() for high, block in zip(window.high, blocks, strict=True))


def test_partial_peaks_are_shared_after_the_first_block_and_grow(tmp_path, song, monkeypatch):
    monkeypatch.setattr(decoded, "_SHARE_SECONDS", 0.0)
    listener = Listener()
    decode_to_cache(song, tmp_path / "x.f32", 48_000, listener)
    lengths = [peaks.n_frames for peaks in listener.partials if isinstance(peaks, Peaks)]
    assert len(lengths) >= 3
    assert lengths == sorted(lengths)
    assert 0 < lengths[0] < 80_000
    assert listener.fractions[-1] == pytest.approx(1.0, abs=0.01)


def test_the_first_share_does_not_wait(tmp_path, song):
    listener = Listener()
    decode_to_cache(song, tmp_path / "x.f32", 48_000, listener)
    assert listener.partials


def test_each_block_is_handed_on(tmp_path, song):
    heard = []
    info = decode_to_cache(song, tmp_path / "x.f32", 48_000, on_block=heard.append)
    np.testing.assert_array_equal(np.concatenate(heard), open_decoded(info.path))


def test_cancelling_leaves_nothing_behind(tmp_path, song):
    with pytest.raises(OperationCancelled):
        decode_to_cache(song, tmp_path / "x.f32", 48_000, Listener(cancel_at=0.5))
    assert names_in(tmp_path) == ["song.flac"]


def test_a_damaged_source_leaves_nothing_behind(tmp_path):
    soundfile.write(tmp_path / "x.flac", noise(200_000).samples, 48_000)
    (tmp_path / "x.flac").write_bytes((tmp_path / "x.flac").read_bytes()[:200_000])
    with pytest.raises(DamagedSoundError):
        decode_to_cache(tmp_path / "x.flac", tmp_path / "x.f32", 48_000)
    assert names_in(tmp_path) == ["x.flac"]


def test_a_disk_that_is_too_small_is_refused_before_decoding(tmp_path, monkeypatch):
    from infinite_studio.audio import files

    monkeypatch.setattr(files, "free_bytes", lambda path: 1_000)
    source = sparse_hours(tmp_path / "x.wav", 1.0)
    listener = Listener()
    with pytest.raises(DiskFullError, match="1,382,400,000 bytes"):
        decode_to_cache(source, tmp_path / "x.f32", 48_000, listener)
    assert not listener.fractions


def test_the_map_is_read_only(tmp_path, song):
    samples = open_decoded(decode_to_cache(song, tmp_path / "x.f32", 48_000).path)
    with pytest.raises(ValueError, match="read-only"):
        samples[0] = 1.0


@pytest.mark.parametrize("data", [b"", b"1234567", None])
def test_a_decoded_file_that_is_empty_cut_or_gone_is_noticed(tmp_path, data):
    if data is not None:
        (tmp_path / "x.f32").write_bytes(data)
    with pytest.raises(DamagedDecodedError):
        open_decoded(tmp_path / "x.f32")
