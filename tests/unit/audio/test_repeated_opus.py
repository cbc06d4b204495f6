"""Opus whose packets are copied: as long as it should be, and at no joint worse than where it was encoded in one go."""

import math

import numpy as np
import pytest
import soundfile
from tests.unit.looping.music_box import notes

from infinite_studio.audio import packet_repeats
from infinite_studio.audio.ogg_pages import OggPages, page_checksum
from infinite_studio.audio.opus_packets import PACKET_FRAMES, opus_blocks
from infinite_studio.audio.packet_repeats import blocks_from, repeats_of
from infinite_studio.audio.repeated_opus import encoded_share, write_repeated_opus
from infinite_studio.audio.runs import LongSound, total_frames, unrolled
from infinite_studio.audio.sanitise import Gate
from infinite_studio.looping.rendering import Section
from infinite_studio.progress import Silence

RATE = 48_000
EXACT = 2 * RATE
LOOPS = {"one round": EXACT, "two rounds": EXACT + 480, "no number of rounds that fits": EXACT + 1}


def runs_of(loop_frames, times=9, channels=2):
    sound = notes(8, 3, rate=RATE)[:, :channels]
    return [Section((sound[-12_345:],)), Section((sound[:loop_frames],), times), Section((sound[:50_001],))]


def written(path, runs, channels=2, comments=()):
    write_repeated_opus(path, LongSound(runs, RATE, channels), Gate(clips=True), Silence(), comments=comments)
    return np.concatenate(list(opus_blocks(path)))


def noise_db(found, wanted):
    error = np.square(found.astype(np.float64) - wanted).mean()
    return 10 * math.log10(error / np.square(wanted, dtype=np.float64).mean())


@pytest.mark.parametrize("loop_frames", LOOPS.values(), ids=LOOPS)
@pytest.mark.parametrize("channels", [1, 2])
def test_both_decoders_find_the_exact_length_and_the_same_sound(tmp_path, loop_frames, channels):
    runs = runs_of(loop_frames, channels=channels)
    found = written(tmp_path / "x.opus", runs, channels)
    assert found.shape == (total_frames(runs), channels)
    other, rate = soundfile.read(tmp_path / "x.opus", dtype="float32", always_2d=True)
    assert (rate, other.shape) == (RATE, found.shape)
    np.testing.assert_allclose(found, other, atol=2e-3)


@pytest.mark.parametrize("loop_frames", [EXACT, EXACT + 480])
def test_no_joint_is_worse_than_what_was_encoded_in_one_go(tmp_path, monkeypatch, loop_frames):
    runs = runs_of(loop_frames)
    (repeat,) = repeats_of(runs, PACKET_FRAMES, 150)
    assert repeat.n_packets * PACKET_FRAMES == math.lcm(loop_frames, PACKET_FRAMES)
    assert encoded_share(runs) < 1
    wanted = np.concatenate(list(unrolled(runs)))
    copied = written(tmp_path / "copied.opus", runs)
    monkeypatch.setattr(packet_repeats, "_MOST_PACKETS", 0)
    plain = written(tmp_path / "plain.opus", runs)
    ends = [repeat.first_packet + number * repeat.n_packets for number in range(1, repeat.times + 1)]
    for place in (end * PACKET_FRAMES - 312 for end in ends):
        here = slice(place - 2 * PACKET_FRAMES, place + 4 * PACKET_FRAMES)
        assert noise_db(copied[here], wanted[here]) < noise_db(plain[here], wanted[here]) + 1.0


def test_every_seam_within_what_was_copied_is_the_same_to_the_sample(tmp_path):
    runs = runs_of(EXACT)
    found = written(tmp_path / "x.opus", runs)
    rounds = found[12_345 + 3 * EXACT : 12_345 + 8 * EXACT].reshape(5, EXACT, 2)
    for number in range(1, 5):
        np.testing.assert_allclose(rounds[number], rounds[0], atol=1e-6)


def test_a_loop_that_no_number_of_rounds_makes_whole_packets_is_encoded():
    runs = runs_of(LOOPS["no number of rounds that fits"])
    assert repeats_of(runs, PACKET_FRAMES, 150) == []
    assert encoded_share(runs) == 1


def test_comments_of_any_length_are_read_again(tmp_path):
    long = "words " * 20_000
    path = tmp_path / "x.opus"
    written(path, runs_of(EXACT, 2), comments=[("TITLE", "Räin"), ("COMMENT", long)])
    with soundfile.SoundFile(path) as file:
        assert (file.title, file.comment) == ("Räin", long)


def test_playing_from_any_frame_is_what_comes_after_it():
    runs = runs_of(3_000, 5)
    whole = np.concatenate(list(unrolled(runs)))
    gate = Gate(clips=False)
    for frame in (0, 1, 12_344, 12_345, 14_000, 12_345 + 15_000, len(whole) - 1):
        rest = np.concatenate(list(blocks_from(runs, frame, gate)))
        np.testing.assert_array_equal(rest, whole[frame:])


def test_the_checksum_of_a_page_is_that_of_the_standard(tmp_path):
    with (tmp_path / "x.ogg").open("wb") as file:
        pages = OggPages(file, 960, 50, 7)
        pages.put_header(b"OpusHead and so on")
    data = bytearray((tmp_path / "x.ogg").read_bytes())
    said = int.from_bytes(data[22:26], "little")
    data[22:26] = bytes(4)
    value = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value >> 31 else 0)) & 0xFFFFFFFF
    assert said == value == page_checksum(data)
