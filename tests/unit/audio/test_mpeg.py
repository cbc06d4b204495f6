"""MP3 and its relatives: found by content, exact in length, and read without a word to the terminal."""

import numpy as np
import pytest
import soundfile
from tests.unit.audio.sounds import melody, noise

from infinite_studio.audio.reading import NoSoundInFileError, UnreadableSoundError, probe, read_audio
from infinite_studio.audio.signatures import demuxer_of, is_mpeg


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    """The bytes of five seconds of MP3, with a LAME tag."""
    path = tmp_path_factory.mktemp("mpeg") / "song.mp3"
    soundfile.write(path, noise(240_321).samples, 48_000, format="MP3")
    return path.read_bytes()


def damaged(data, seed):
    """Return a song of which a few hundred bits fell over behind its tag."""
    rng = np.random.default_rng(seed)
    broken = bytearray(data)
    for place in rng.integers(2_000, len(data), 300):
        broken[place] ^= 1 << int(rng.integers(8))
    return bytes(broken)


def test_a_damaged_song_is_read_without_a_word_to_the_terminal(tmp_path, song, capfd):
    path = tmp_path / "x.mp3"
    told = []
    for seed in range(4):
        path.write_bytes(damaged(song, seed))
        try:
            told.append(read_audio(path).n_frames)
        except UnreadableSoundError as error:
            told.append(str(error))
        probe(path)
    assert capfd.readouterr() == ("", "")
    assert sum(isinstance(frames, int) and frames > 120_000 for frames in told) >= 2
    # What the test is about: libsndfile itself would have told the terminal of this.
    with soundfile.SoundFile(path) as file:
        file.read()
    assert "mpg123" in capfd.readouterr().err


@pytest.mark.parametrize("name", ["x.mp3", "x.mp2", "x", "x.wav"])
def test_nonsense_is_refused_without_a_word_to_the_terminal(tmp_path, name, capfd):
    path = tmp_path / name
    for content in (b"these are words, not sound\n" * 500, b"\xff\xfb\x90\x64" * 2_000, bytes(5_000)):
        path.write_bytes(content)
        with pytest.raises(UnreadableSoundError):
            read_audio(path)
    assert capfd.readouterr() == ("", "")


def test_half_a_song_gives_its_half(tmp_path, song, capfd):
    path = tmp_path / "x.mp3"
    path.write_bytes(song[: len(song) // 2])
    assert 100_000 < read_audio(path).n_frames < 140_000
    assert capfd.readouterr().err == ""


def test_what_the_header_promises_is_what_comes(tmp_path, song):
    path = tmp_path / "x.mp3"
    path.write_bytes(song)
    info = probe(path)
    assert (info.container, info.codec, info.n_frames) == ("MP3", "mp3", 240_321)
    assert read_audio(path).n_frames == 240_321


def test_without_a_tag_about_its_length_a_song_is_read_whole(tmp_path, song):
    first = song.index(b"\xff\xfb", 4)
    path = tmp_path / "x.mp3"
    path.write_bytes(song[first:])
    assert 0 <= read_audio(path).n_frames - 240_321 <= 3 * 1_152


@pytest.mark.parametrize("rate", [44_100, 22_050, 11_025])
@pytest.mark.parametrize("junk", [b"", b"ID3\x04\x00\x00\x00\x00\x10\x00" + bytes(2_048), b"\xffjunk" * 600])
def test_a_song_is_found_behind_tags_and_junk(tmp_path, rate, junk):
    soundfile.write(tmp_path / "made.mp3", melody(1.0).samples, rate)
    path = tmp_path / "x.bin"
    path.write_bytes(junk + (tmp_path / "made.mp3").read_bytes())
    assert demuxer_of(path) == "mp3"
    read = read_audio(path)
    assert read.sample_rate == rate
    assert (
        abs(read.n_frames - 48_000) <= 3 * 1_152
    )  # behind junk its tag, which tells the exact length, is not found


def test_numbers_that_happen_to_hold_sync_words_are_no_song(tmp_path):
    path = tmp_path / "x.raw"
    path.write_bytes(np.random.default_rng(5).bytes(100_000))
    assert demuxer_of(path) is None
    assert not is_mpeg(path)
    with pytest.raises(NoSoundInFileError):
        read_audio(path)


def test_other_sound_under_the_name_of_a_song_is_judged_by_its_content(tmp_path):
    for form in ("AU", "VOC", "NIST", "WAV", "FLAC"):
        with (tmp_path / "x.mp3").open("wb") as file:
            soundfile.write(file, melody(0.2).samples, 48_000, format=form)
        assert not is_mpeg(tmp_path / "x.mp3")
        assert read_audio(tmp_path / "x.mp3").n_frames == 9_600
