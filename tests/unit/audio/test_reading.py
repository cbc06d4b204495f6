import os
import shutil

import numpy as np
import pytest
import soundfile
from tests.unit.audio.sounds import Listener, container, delay_frames, melody, noise, raw_wave, snr_db

from infinite_studio.audio.reading import (
    READABLE_SUFFIXES,
    DamagedSoundError,
    NoSoundInFileError,
    ProtectedSoundError,
    UnreadableSoundError,
    open_sound,
    probe,
    read_audio,
)
from infinite_studio.progress import OperationCancelled

LOSSLESS = [
    *(
        ("x.wav", "WAV", "PCM_24"),
        ("x.wav", "WAV", "FLOAT"),
        ("x.wav", "WAVEX", "PCM_24"),
        ("x.flac", "FLAC", "PCM_24"),
    ),
    *(
        ("x.aiff", "AIFF", "PCM_24"),
        ("x.caf", "CAF", "PCM_24"),
        ("x.rf64", "RF64", "PCM_24"),
        ("x.w64", "W64", "PCM_24"),
    ),
    *(("x.au", "AU", "PCM_24"), ("x.caf", "CAF", "ALAC_24")),
]


@pytest.mark.parametrize(("name", "form", "coding"), LOSSLESS)
def test_lossless_formats_are_read_exactly(tmp_path, name, form, coding):
    sound = melody(1.3)
    soundfile.write(tmp_path / name, sound.samples, 48_000, format=form, subtype=coding)
    read = read_audio(tmp_path / name)
    assert (read.n_frames, read.n_channels, read.sample_rate) == (sound.n_frames, 2, 48_000)
    assert snr_db(sound.samples, read.samples) > 120  # 24 bits


# Lossy coders keep a gliding tone well above 20 dB; a wrong rate, channel order or delay falls below 3 dB.
@pytest.mark.parametrize(
    ("name", "form", "coding"),
    [("x.mp3", "MP3", "MPEG_LAYER_III"), ("x.ogg", "OGG", "VORBIS"), ("x.opus", "OGG", "OPUS")],
)
def test_lossy_formats_are_read_in_time_and_to_the_exact_length(tmp_path, name, form, coding):
    sound = melody(3.01)
    with soundfile.SoundFile(tmp_path / name, "w", 48_000, 2, format=form, subtype=coding) as file:
        for start in range(0, sound.n_frames, 8_000):
            file.write(sound.samples[start : start + 8_000])
    read = read_audio(tmp_path / name)
    assert read.n_frames == sound.n_frames
    assert delay_frames(sound.samples, read.samples) == 0
    assert snr_db(sound.samples, read.samples) > 20


@pytest.mark.parametrize(
    ("name", "codec", "picture"),
    [
        ("x.m4a", "aac", False),
        ("x.m4a", "alac", False),
        ("x.mp4", "aac", True),
        ("x.mov", "pcm_s16le", False),
        ("x.webm", "libopus", True),
        ("x.mkv", "flac", False),
    ],
)
def test_containers_are_read_in_time(tmp_path, name, codec, picture):
    sound = melody(2.3)
    read = read_audio(container(tmp_path / name, sound, codec, picture=picture))
    assert read.sample_rate == 48_000
    assert 0 <= read.n_frames - sound.n_frames <= 1024  # AAC comes in packets of 1,024 frames
    assert delay_frames(sound.samples, read.samples) == 0
    assert snr_db(sound.samples, read.samples) > 18


def test_a_bare_aac_stream_behind_an_id3_tag_is_read(tmp_path):
    stream = container(tmp_path / "x.aac", melody(1.0), "aac").read_bytes()
    tagged = tmp_path / "tagged.aac"
    tagged.write_bytes(b"ID3\x04\x00\x00\x00\x00\x10\x00" + bytes(2048) + stream)
    assert probe(tagged).codec == "aac"
    assert read_audio(tagged).duration_seconds == pytest.approx(1.0, abs=0.05)


def test_surround_in_a_container_keeps_its_six_channels(tmp_path):
    read = read_audio(container(tmp_path / "x.m4a", melody(0.5, n_channels=6), "aac"))
    assert read.n_channels == 6


@pytest.mark.parametrize(
    ("form", "name"), [("WAV", "x.mp3"), ("FLAC", "x.wav"), ("OGG", "x.m4a"), ("WAV", "x.raw"), ("MP3", "x")]
)
def test_content_counts_and_not_the_name(tmp_path, form, name):
    soundfile.write(tmp_path / "made", melody(0.5).samples, 48_000, format=form)
    shutil.move(tmp_path / "made", tmp_path / name)
    assert read_audio(tmp_path / name).n_frames == 24_000


def test_probing_tells_what_the_header_says(tmp_path):
    soundfile.write(tmp_path / "x.flac", melody(0.5).samples, 48_000)
    info = probe(tmp_path / "x.flac")
    assert (info.container, info.codec, info.sample_rate, info.n_channels) == ("FLAC", "PCM_16", 48_000, 2)
    assert (info.n_frames, info.duration_seconds) == (24_000, 0.5)


@pytest.mark.parametrize("form", ["WAV", "FLAC", "MP3"])
def test_blocks_of_any_size_add_up_to_the_same_sound(tmp_path, form):
    path = tmp_path / "x"
    soundfile.write(path, noise(50_001).samples, 48_000, format=form)
    whole = read_audio(path).samples
    for block_frames in (1_000, 4_096, 65_536):
        with open_sound(path) as reader:
            blocks = list(reader.blocks(block_frames))
        assert all(len(block) <= block_frames for block in blocks)
        np.testing.assert_array_equal(np.concatenate(blocks), whole)


def test_container_blocks_have_the_length_that_was_asked_for(tmp_path):
    path = container(tmp_path / "x.m4a", melody(1.0), "aac")
    with open_sound(path) as reader:
        lengths = [len(block) for block in reader.blocks(5_000)]
    assert set(lengths[:-1]) == {5_000}
    assert 0 < lengths[-1] <= 5_000


def test_a_truncated_wave_gives_what_is_there(tmp_path):
    path = raw_wave(tmp_path / "x.wav", n_frames=1_000, promised_bytes=400_000)
    assert read_audio(path).n_frames == 1_000
    assert probe(path).n_frames == 1_000


def test_a_recording_whose_header_was_never_finished_is_recovered(tmp_path):
    rng = np.random.default_rng(0)
    data = (rng.standard_normal(96_000) * 3_000).astype("<i2").tobytes()
    path = raw_wave(tmp_path / "x.wav", data=data, promised_bytes=0)
    assert read_audio(path).n_frames == 48_000


@pytest.mark.parametrize("form", ["MP3", "OGG"])
def test_a_truncated_stream_gives_what_is_there(tmp_path, form):
    path = tmp_path / "x"
    soundfile.write(path, noise(144_000).samples, 48_000, format=form)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert 30_000 < read_audio(path).n_frames < 110_000


def test_a_truncated_flac_is_called_damaged(tmp_path):
    path = tmp_path / "x.flac"
    soundfile.write(path, noise(144_000).samples, 48_000)
    path.write_bytes(path.read_bytes()[:100_000])
    with pytest.raises(DamagedSoundError, match="damaged") as refused:
        read_audio(path)
    assert refused.value.hint
    assert refused.value.path == path


def test_copy_protection_is_named(tmp_path):
    path = container(tmp_path / "x.m4a", melody(0.3), "aac")
    path.write_bytes(path.read_bytes().replace(b"mp4a", b"drms"))
    with pytest.raises(ProtectedSoundError, match="copy protection"):
        probe(path)


def test_a_film_without_sound_is_named(tmp_path):
    path = container(tmp_path / "x.mp4", melody(0.1), "aac", picture=True, sound=False)
    with pytest.raises(NoSoundInFileError, match="no sound in it"):
        probe(path)


def test_damage_in_the_middle_of_a_container_is_told_and_not_skipped_silently(tmp_path):
    path = container(tmp_path / "x.m4a", noise(96_000), "aac")
    data = bytearray(path.read_bytes())
    for place in range(3_000, len(data) - 3_000, 97):
        data[place] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(DamagedSoundError):
        read_audio(path)


def test_a_name_that_is_not_utf8_is_read(tmp_path):
    path = tmp_path / os.fsdecode(b"b\xff\xfe.wav")
    with path.open("wb") as file:
        soundfile.write(file, melody(0.1).samples, 48_000, format="WAV")
    assert read_audio(path).n_frames == 4_800
    path.write_bytes(b"no sound")
    with pytest.raises(UnreadableSoundError) as refused:
        read_audio(path)
    str(refused.value).encode()


def test_progress_rises_and_cancelling_ends_at_once(tmp_path):
    soundfile.write(tmp_path / "x.wav", noise(400_000).samples, 48_000)
    listener = Listener()
    read_audio(tmp_path / "x.wav", listener)
    assert listener.fractions == sorted(listener.fractions)
    assert listener.fractions[-1] == 1.0
    impatient = Listener(cancel_at=0.1)
    with pytest.raises(OperationCancelled):
        read_audio(tmp_path / "x.wav", impatient)
    assert len(impatient.fractions) == 1


def test_every_readable_suffix_is_lower_case_with_a_dot():
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in READABLE_SUFFIXES)
    assert {
        ".wav",
        ".flac",
        ".mp3",
        ".ogg",
        ".opus",
        ".aiff",
        ".m4a",
        ".aac",
        ".mp4",
        ".webm",
    } <= READABLE_SUFFIXES


@pytest.mark.realaudio
def test_real_recordings_are_read(real_audio):
    paths = [path for path in sorted(real_audio.rglob("*")) if path.suffix in READABLE_SUFFIXES]
    assert paths
    for path in paths[:12]:
        with open_sound(path) as reader:
            first = next(reader.blocks())
        assert np.isfinite(first).all()
