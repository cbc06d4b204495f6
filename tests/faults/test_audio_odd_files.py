"""Strangers' files: one line of reason each, and never a crash or a hang."""

import os
import random

import numpy as np
import pytest
import soundfile
from tests.unit.audio.sounds import Listener, container, melody, noise, raw_wave, sparse_hours

from infinite_studio.audio import source
from infinite_studio.audio.decoded import decode_to_cache
from infinite_studio.audio.reading import (
    NoSoundInFileError,
    UnreadableSoundError,
    UnusableSoundError,
    probe,
    read_audio,
)
from infinite_studio.audio.resampling import resampled_length

pytestmark = pytest.mark.faults


def refused(path):
    """Read a file that must be refused; return the sentence after checking its manners."""
    with pytest.raises(UnreadableSoundError) as error:
        read_audio(path)
    sentence = str(error.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert error.value.hint
    return sentence


@pytest.mark.parametrize("rate", [0, 1, 999, 768_001, 2_000_000, 0xFFFFFFFF])
def test_impossible_rates_are_refused(tmp_path, rate):
    refused(raw_wave(tmp_path / "x.wav", sample_rate=rate))


@pytest.mark.parametrize("rate", [1_000, 4_000, 384_000, 768_000])
def test_unusual_rates_are_read(tmp_path, rate):
    path = raw_wave(tmp_path / "x.wav", sample_rate=rate, n_frames=1_000)
    assert read_audio(path).sample_rate == rate
    assert decode_to_cache(path, tmp_path / "x.f32", 48_000).n_frames == resampled_length(1_000, rate, 48_000)


@pytest.mark.parametrize("channels", [65, 255, 256, 1_024])
def test_too_many_channels_are_named(tmp_path, channels):
    sentence = refused(raw_wave(tmp_path / "x.wav", n_channels=channels))
    assert f"{channels} channels" in sentence


@pytest.mark.parametrize("channels", [0, 65_535])
def test_impossible_channels_are_refused(tmp_path, channels):
    refused(raw_wave(tmp_path / "x.wav", n_channels=channels))


def test_sixty_four_channels_are_read(tmp_path):
    assert read_audio(raw_wave(tmp_path / "x.wav", n_channels=64)).n_channels == 64


def test_no_frame_is_refused_and_one_frame_is_read(tmp_path):
    assert "zero frames" in refused(raw_wave(tmp_path / "x.wav", n_frames=0))
    path = raw_wave(tmp_path / "x.wav", n_frames=1)
    assert read_audio(path).n_frames == 1
    assert decode_to_cache(path, tmp_path / "x.f32", 44_100).n_frames == 1


@pytest.mark.parametrize(("bits", "coding"), [(0, 1), (16, 0x1234), (12, 0x11), (16, 0xFFFF)])
def test_unknown_codings_are_refused(tmp_path, bits, coding):
    refused(raw_wave(tmp_path / "x.wav", bits=bits, coding=coding, data=bytes(400)))


def test_samples_that_are_not_numbers_are_counted_and_placed(tmp_path):
    values = noise(96_000).samples.copy()
    values[48_000:48_002, 0] = np.nan
    values[70_000, 1] = np.inf
    path = raw_wave(tmp_path / "x.wav", bits=32, coding=3, data=values.astype("<f4").tobytes())
    sentence = refused(path)
    assert "2 NaN or infinite" in sentence
    assert "1.0 s" in sentence


def test_ten_hours_are_refused_from_the_header_alone(tmp_path):
    path = sparse_hours(tmp_path / "x.wav", 10.0)
    with pytest.raises(UnusableSoundError, match=r"10\.0 hours; the studio takes up to 4 hours") as error:
        probe(path)
    assert error.value.hint


def test_a_sound_without_a_known_end_is_stopped_where_the_limit_is(tmp_path, monkeypatch):
    from infinite_studio.audio import reading

    monkeypatch.setattr(reading, "MAX_DURATION_SECONDS", 0.5)
    path = container(tmp_path / "x.aac", melody(1.0), "aac")
    monkeypatch.setattr(reading, "require_usable", lambda path, info: None)
    assert "up to 4 hours" in refused(path)


def test_a_header_that_promises_hours_of_flac_is_refused(tmp_path):
    path = tmp_path / "x.flac"
    soundfile.write(path, noise(1_000).samples, 48_000)
    data = bytearray(path.read_bytes())
    data[21] |= 0x0F  # the upper bits of the 36-bit length in STREAMINFO
    data[22:26] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert "hours" in refused(path)


def test_what_does_not_fit_into_memory_is_refused_but_may_be_decoded(tmp_path, monkeypatch):
    from infinite_studio.audio import reading

    monkeypatch.setattr(reading, "MAX_IN_MEMORY_BYTES", 1_000)
    path = raw_wave(tmp_path / "x.wav", n_frames=1_000)
    assert "memory" in refused(path)
    assert decode_to_cache(path, tmp_path / "x.f32", 48_000).n_frames == 1_000


JUNK = {
    "empty": b"",
    "one byte": b"R",
    "text": b"hello world\n" * 1_000,
    "zeros": bytes(100_000),
    "ones": b"\xff" * 5_000,
    "noise": random.Random(0).randbytes(100_000),
    "picture": b"\xff\xd8\xff\xe0" + random.Random(1).randbytes(5_000),
    "playlist": b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/x.ts\n",
    "riff only": b"RIFF\x24\x00\x00\x00WAVE",
    "mp4 only": b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00isomiso2",
    "webm only": b"\x1aE\xdf\xa3" + bytes(100),
    "ogg only": b"OggS" + bytes(100),
    "id3 only": b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(100),
}


@pytest.mark.parametrize("name", ["x.wav", "x.mp3", "x.m4a", "x.sd2", "x"])
@pytest.mark.parametrize("junk", JUNK)
def test_what_is_no_sound_is_refused_whatever_it_is_called(tmp_path, junk, name):
    (tmp_path / name).write_bytes(JUNK[junk])
    refused(tmp_path / name)


def test_folders_pipes_devices_and_missing_files_are_refused_without_waiting(tmp_path):
    (tmp_path / "folder.wav").mkdir()
    assert "is a folder" in refused(tmp_path / "folder.wav")
    assert "not there" in refused(tmp_path / "missing.wav")
    if os.name == "posix":
        os.mkfifo(tmp_path / "pipe.wav")
        assert "pipe" in refused(tmp_path / "pipe.wav")
        (tmp_path / "zero.wav").symlink_to("/dev/zero")
        assert "device" in refused(tmp_path / "zero.wav")
        (tmp_path / "loop.wav").symlink_to("loop.wav")
        refused(tmp_path / "loop.wav")


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    path = raw_wave(tmp_path / "x.wav")
    path.chmod(0)
    if os.access(path, os.R_OK):

        def forbid(*arguments, **keywords):
            raise PermissionError(13, "no", str(path))

        monkeypatch.setattr(type(path), "open", forbid)  # root reads everything
    assert "may not be read" in refused(path)


MADE = [
    ("WAV", "PCM_16"),
    ("FLAC", "PCM_16"),
    ("MP3", "MPEG_LAYER_III"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("AIFF", "PCM_16"),
    ("CAF", "PCM_16"),
]


def survives(path, tmp_path):
    """Read what may or may not be sound: valid samples or a refusal, nothing else."""
    try:
        heard = read_audio(path)
    except UnreadableSoundError:
        refused(path)
        return
    assert np.isfinite(heard.samples).all()
    assert 1 <= heard.n_frames <= source.MAX_DURATION_SECONDS * heard.sample_rate
    decode_to_cache(path, tmp_path / "x.f32", 48_000, Listener())


@pytest.mark.parametrize(("form", "coding"), MADE)
def test_cut_and_altered_files_are_read_or_refused(tmp_path, form, coding):
    soundfile.write(tmp_path / "whole", noise(20_000).samples, 48_000, format=form, subtype=coding)
    whole = (tmp_path / "whole").read_bytes()
    rng = random.Random(f"{form}{coding}")
    path = tmp_path / "x"
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(rng.choice([1, 3, 30])):
            data[rng.randrange(rng.choice([64, 512, len(data)]))] = rng.randrange(256)
        path.write_bytes(data[: rng.randrange(1, len(data) + 1)] if rng.random() < 0.5 else data)
        survives(path, tmp_path)


@pytest.mark.parametrize(
    ("name", "codec"), [("x.m4a", "aac"), ("x.webm", "libopus"), ("x.aac", "aac"), ("x.ts", "aac")]
)
def test_cut_and_altered_containers_are_read_or_refused(tmp_path, name, codec):
    whole = container(tmp_path / name, noise(20_000), codec).read_bytes()
    rng = random.Random(name)
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(rng.choice([1, 3, 30])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        (tmp_path / name).write_bytes(data[: rng.randrange(1, len(data) + 1)] if rng.random() < 0.5 else data)
        survives(tmp_path / name, tmp_path)


def test_a_file_that_is_gone_again_is_a_missing_file(tmp_path):
    with pytest.raises(NoSoundInFileError):
        probe(tmp_path / "gone.wav")
