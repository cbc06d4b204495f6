import io

import numpy as np
import pytest
import soundfile
from tests.unit.audio.sounds import Listener, delay_frames, melody, names_in, noise, snr_db

from infinite_studio.audio import encoders, float_wave, writing
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.reading import probe, read_audio
from infinite_studio.audio.writing import (
    BitDepth,
    IncompleteFileError,
    SoundFormat,
    UnwritableSoundError,
    encode_object,
    write_audio,
    write_blocks,
)
from infinite_studio.progress import OperationCancelled

DEPTHS = [
    (SoundFormat.WAV, BitDepth.INT_16),
    (SoundFormat.WAV, BitDepth.INT_24),
    (SoundFormat.WAV, BitDepth.FLOAT_32),
    (SoundFormat.FLAC, BitDepth.INT_16),
    (SoundFormat.FLAC, BitDepth.INT_24),
]


@pytest.mark.parametrize(("sound_format", "depth"), DEPTHS)
def test_what_was_written_is_read_within_half_a_step(tmp_path, sound_format, depth):
    sound = melody(1.0)
    path = tmp_path / f"x.{sound_format}"
    report = write_audio(path, sound, bit_depth=depth)
    heard = read_audio(path).samples
    steps = {BitDepth.INT_16: 1.5 * 2**-15, BitDepth.INT_24: 0.51 * 2**-23, BitDepth.FLOAT_32: 0.0}
    assert np.abs(heard - sound.samples).max() <= steps[depth]
    assert (report.path, report.n_frames, report.repaired_samples, report.clipped_samples) == (
        path,
        48_000,
        0,
        0,
    )


@pytest.mark.parametrize("sound_format", [SoundFormat.OGG, SoundFormat.OPUS, SoundFormat.MP3])
@pytest.mark.parametrize("n_frames", [1, 577, 70_001])
def test_lossy_files_have_the_exact_length_and_no_delay(tmp_path, sound_format, n_frames):
    sound = Audio(melody(2.0).samples[:n_frames].copy(), 48_000)
    path = tmp_path / f"x.{sound_format}"
    assert write_audio(path, sound).n_frames == n_frames
    heard = read_audio(path)
    assert heard.n_frames == n_frames
    if n_frames > 10_000:
        assert abs(delay_frames(sound.samples, heard.samples)) <= 1  # Opus shifts low tones by a fraction
        assert snr_db(sound.samples, heard.samples) > 20


def test_one_minute_of_ogg_does_not_end_the_process(tmp_path):
    rng = np.random.default_rng(0)
    sound = Audio.of(np.clip(rng.standard_normal((16_000 * 70, 1)) * 0.1, -1, 1), 16_000)
    assert write_audio(tmp_path / "x.ogg", sound).n_frames == sound.n_frames


def test_sixteen_bits_are_dithered_the_same_way_every_time_and_in_any_blocks(tmp_path):
    sound = melody(0.7)
    write_audio(tmp_path / "a.wav", sound, bit_depth=BitDepth.INT_16)
    blocks = (sound.samples[start : start + 999] for start in range(0, sound.n_frames, 999))
    write_blocks(tmp_path / "b.wav", blocks, 48_000, 2, sound.n_frames, bit_depth=BitDepth.INT_16)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_dither_keeps_what_lies_below_the_last_bit_as_an_average(tmp_path):
    quiet = Audio(np.full((200_000, 1), 0.3 * 2**-15, np.float32), 48_000)
    write_audio(tmp_path / "x.wav", quiet, bit_depth=BitDepth.INT_16)
    heard = read_audio(tmp_path / "x.wav").samples
    assert heard.mean(dtype=np.float64) * 2**15 == pytest.approx(0.3, abs=0.01)


def test_silence_and_sixteen_bit_material_stay_as_they_are(tmp_path):
    steps = np.random.default_rng(0).integers(-32_768, 32_768, (5_000, 2))
    steps[:1_000] = 0
    sound = Audio.of(steps / 32_768, 44_100)
    write_audio(tmp_path / "x.flac", sound, bit_depth=BitDepth.INT_16)
    np.testing.assert_array_equal(read_audio(tmp_path / "x.flac").samples, sound.samples)


@pytest.mark.parametrize("sound_format", list(SoundFormat))
def test_what_is_beyond_full_scale_is_clipped_and_counted(tmp_path, sound_format):
    loud = Audio.of(np.concatenate([np.full((100, 1), 1.5), np.zeros((900, 1))]), 48_000)
    report = write_audio(tmp_path / f"x.{sound_format}", loud)
    assert report.clipped_samples == 100


def test_float_files_keep_what_is_beyond_full_scale(tmp_path):
    loud = Audio.of(np.full((100, 1), 1.5), 48_000)
    report = write_audio(tmp_path / "x.wav", loud, bit_depth=BitDepth.FLOAT_32)
    assert report.clipped_samples == 0
    assert read_audio(tmp_path / "x.wav").peak == 1.5


@pytest.mark.parametrize(
    ("sound_format", "sample_rate", "n_channels", "hint"),
    [
        (SoundFormat.MP3, 96_000, 2, "48,000 Hz"),
        (SoundFormat.MP3, 44_100, 6, "up to 2"),
        (SoundFormat.OPUS, 44_100, 2, "48,000 Hz"),
        (SoundFormat.OGG, 384_000, 2, "192,000 Hz"),
        (SoundFormat.OGG, 48_000, 9, "up to 8"),
        (SoundFormat.FLAC, 768_000, 2, "655,350 Hz"),
        (SoundFormat.FLAC, 88_201, 2, "88,210 Hz"),
        (SoundFormat.FLAC, 48_000, 9, "up to 8"),
    ],
)
def test_what_a_format_cannot_hold_is_refused_with_what_it_can(
    tmp_path, sound_format, sample_rate, n_channels, hint
):
    with pytest.raises(UnwritableSoundError, match="cannot hold") as refused:
        write_audio(tmp_path / "x", noise(100, sample_rate, n_channels), sound_format=sound_format)
    assert hint in refused.value.hint
    assert names_in(tmp_path) == []


def test_an_unknown_suffix_names_the_known_ones(tmp_path):
    with pytest.raises(UnwritableSoundError, match="xyz") as refused:
        write_audio(tmp_path / "x.xyz", melody(0.1))
    assert "FLAC" in refused.value.hint


def test_flac_refuses_float_and_nothing_is_written_for_no_frames(tmp_path):
    with pytest.raises(UnwritableSoundError, match="float"):
        write_audio(tmp_path / "x.flac", melody(0.1), bit_depth=BitDepth.FLOAT_32)
    with pytest.raises(UnwritableSoundError, match="zero frames"):
        write_blocks(tmp_path / "x.wav", (), 48_000, 2, 0)


def test_plain_wave_becomes_rf64_where_it_would_lose_frames(tmp_path, monkeypatch):
    monkeypatch.setattr(encoders, "RF64_BYTES", 1_000)
    monkeypatch.setattr(float_wave, "RF64_BYTES", 1_000)
    for depth in BitDepth:
        path = tmp_path / f"{depth.name}.wav"
        write_audio(path, melody(0.1), bit_depth=depth)
        assert (probe(path).container, read_audio(path).n_frames) == ("RF64", 4_800)


def test_five_gigabytes_are_announced_as_rf64():
    target = encoders.target_of(SoundFormat.WAV, BitDepth.INT_24, 96_000, 2, 900_000_000)
    assert target.container == "RF64"
    header = float_wave.float_wave_header(900_000_000, 2, 96_000)
    assert header[:4] == b"RF64"
    assert int.from_bytes(header[28:36], "little") == 7_200_000_000
    assert int.from_bytes(header[20:28], "little") == len(header) - 8 + 7_200_000_000


def test_a_short_file_is_never_reported_as_done(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "counted", lambda path, target, progress: target.n_frames - 1)
    with pytest.raises(IncompleteFileError, match="4,799 of 4,800") as short:
        write_audio(tmp_path / "x.flac", melody(0.1))
    assert short.value.found_frames == 4_799
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    "sound_format", [SoundFormat.FLAC, SoundFormat.OGG, SoundFormat.MP3, SoundFormat.WAV]
)
def test_the_count_comes_from_the_file_itself(tmp_path, sound_format):
    path = tmp_path / "x"
    sound = noise(100_000)
    write_audio(path, sound, sound_format=sound_format)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    target = encoders.target_of(sound_format, None, 48_000, 2, sound.n_frames)
    assert encoders.counted(path, target, Listener()) < sound.n_frames


def test_blocks_that_do_not_hold_what_was_announced_are_a_bug(tmp_path):
    with pytest.raises(ValueError, match="announced"):
        write_blocks(tmp_path / "x.wav", (melody(0.1).samples,), 48_000, 2, 9_999)
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("sound_format", list(SoundFormat))
def test_cancelling_leaves_nothing_behind(tmp_path, sound_format):
    with pytest.raises(OperationCancelled):
        write_audio(tmp_path / f"x.{sound_format}", noise(100_000), progress=Listener(cancel_at=0.4))
    assert names_in(tmp_path) == []


def test_progress_covers_writing_and_checking(tmp_path):
    listener = Listener()
    write_audio(tmp_path / "x.flac", noise(100_000), progress=listener)
    assert listener.fractions == sorted(listener.fractions)
    assert listener.fractions[-1] == 1.0
    assert {"Writing", "Checking"} <= set(listener.stages)


def test_objects_are_flac_where_that_is_lossless_enough():
    data, media_type = encode_object(melody(0.5))
    assert media_type == "audio/flac"
    assert data == encode_object(melody(0.5))[0]
    assert soundfile.info(io.BytesIO(data)).subtype == "PCM_24"


def test_encoding_what_an_object_decodes_to_gives_the_same_bytes():
    data, _ = encode_object(Audio.of(noise(5_000).samples * 3, 44_100))
    decoded, sample_rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    assert encode_object(Audio(decoded, sample_rate))[0] == data


@pytest.mark.parametrize(
    "sound",
    [
        Audio.of(np.full((100, 2), 1.25), 48_000),
        noise(100, 768_000),
        noise(100, 88_201),
        noise(100, 48_000, 9),
    ],
    ids=["loud", "fast", "odd rate", "nine channels"],
)
def test_objects_that_flac_cannot_hold_are_exact_float(sound):
    data, media_type = encode_object(sound)
    assert media_type == "audio/wav"
    decoded, sample_rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    np.testing.assert_array_equal(decoded, sound.samples)
    assert sample_rate == sound.sample_rate


def test_a_peak_of_exactly_one_is_still_flac():
    data, media_type = encode_object(Audio.of(np.array([[1.0], [-1.0]]), 48_000))
    decoded, _ = soundfile.read(io.BytesIO(data), dtype="float32")
    assert media_type == "audio/flac"
    np.testing.assert_allclose(decoded, [1.0, -1.0], atol=2**-23)


def test_float_files_hold_no_date(tmp_path):
    write_audio(tmp_path / "a.wav", melody(0.1), bit_depth=BitDepth.FLOAT_32)
    data, _ = encode_object(Audio.of(melody(0.1).samples * 2, 48_000))
    assert b"PEAK" not in (tmp_path / "a.wav").read_bytes()[:200]
    assert b"PEAK" not in data[:200]
