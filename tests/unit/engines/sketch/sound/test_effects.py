"""Echo, side-chain, room and the placing of sounds in time."""

import numpy as np
import pytest

from infinite_studio.engines.sketch.sound.effects import Ducking, Echo, pan_gains
from infinite_studio.engines.sketch.sound.half_rate import DELAY_FRAMES, RateChange
from infinite_studio.engines.sketch.sound.player import Cue, Player
from infinite_studio.engines.sketch.sound.presets import BEDS
from infinite_studio.engines.sketch.sound.render import wrapped
from infinite_studio.engines.sketch.sound.reverb import ROOM_RATE, Room, impulse_response
from infinite_studio.engines.sketch.sound.textures import unrolled
from infinite_studio.progress import Silence

RATE = 48_000


def db(ratio):
    return 20 * np.log10(max(float(ratio), 1e-12))


def echoed(send, delay, feedback, piece):
    echo = Echo(delay, feedback)
    return np.concatenate([echo.process(send[at : at + piece]) for at in range(0, send.size, piece)], axis=1)


def test_echoes_come_in_time_alternate_sides_and_fade():
    click = np.zeros(10_000, np.float32)
    click[100] = 1.0
    heard = echoed(click, 2_000, 0.5, 10_000)
    assert heard[0, 2_100] == 1.0
    assert heard[1, 2_100] == 0.0
    assert heard[1, 4_100:4_102].sum() == pytest.approx(0.5)
    assert heard[0, 6_100:6_103].sum() == pytest.approx(0.25)


@pytest.mark.parametrize("piece", [700, 2_000, 4_096, 9_999])
def test_echoes_go_on_from_piece_to_piece(piece):
    noise = np.random.default_rng(4).standard_normal(10_000).astype(np.float32)
    assert np.allclose(echoed(noise, 2_000, 0.6, piece), echoed(noise, 2_000, 0.6, 10_000), atol=1e-6)


def test_ducking_reaches_its_depth_at_the_kick_and_recovers():
    ducking = Ducking([5_000], 6.0, 10_000)
    curve = ducking.gain(slice(0, 48_000))
    assert db(curve[5_000]) == pytest.approx(-6.0, abs=0.1)
    assert curve[:4_700].min() == 1.0
    assert curve[16_000:].min() == 1.0
    in_pieces = [ducking.gain(slice(at, at + 3_000)) for at in range(0, 48_000, 3_000)]
    assert np.array_equal(np.concatenate(in_pieces), curve)


def test_panning_keeps_the_power():
    for pan in (-1.0, -0.3, 0.0, 0.8):
        assert np.sum(pan_gains(pan) ** 2) == pytest.approx(2.0, rel=1e-6)


def test_a_player_adds_what_rings_on_in_the_next_piece_and_chokes_what_is_cut():
    sound = np.ones((1, 4_000), np.float32)
    cues = [Cue(1_000, "a", 1.0), Cue(2_500, "b", 1.0, stop=3_000)]
    player = Player(cues, lambda cue: sound)
    heard = np.zeros(8_192, np.float32)
    for at in range(0, 8_192, 1_024):
        for _, place, piece in player.heard(slice(at, at + 1_024), Silence()):
            heard[at : at + 1_024][place] += piece[0]
    assert heard[999] == 0.0
    assert heard[1_000:2_500].min() == 1.0
    assert heard[2_600:2_990].min() == 2.0
    assert heard[3_300:4_999].max() == 1.0
    assert heard[5_000:].max() == 0.0


@pytest.mark.parametrize(("seconds", "brightness"), [(0.6, 0.3), (1.5, 0.5), (3.0, 0.8)])
def test_the_room_dies_away_in_its_time(seconds, brightness):
    response = impulse_response(seconds, brightness)
    middle = np.fft.rfft(response, axis=1)
    hz = np.fft.rfftfreq(response.shape[1], 1 / ROOM_RATE)
    middle[:, (hz < 500) | (hz > 2_000)] = 0
    energy = np.cumsum((np.fft.irfft(middle, response.shape[1]) ** 2).sum(axis=0)[::-1])[::-1]
    level = 10 * np.log10(energy / energy[0] + 1e-12)
    twenty_db = (np.argmax(level < -25) - np.argmax(level < -5)) / ROOM_RATE
    assert 3 * twenty_db == pytest.approx(seconds, rel=0.12)


def test_the_room_is_wide_dense_and_darker_at_its_end():
    response = impulse_response(1.5, 0.4)
    assert db(abs(np.corrcoef(response)[0, 1])) < -20
    late = response[0, 4_800:9_600]
    assert np.mean(late**4) / np.mean(late**2) ** 2 < 5.0

    def centroid(piece):
        power = np.abs(np.fft.rfft(piece)) ** 2
        return (power * np.fft.rfftfreq(piece.size, 1 / ROOM_RATE)).sum() / power.sum()

    assert centroid(response[0, 16_800:]) < 0.7 * centroid(response[0, 1_200:4_800])


@pytest.mark.parametrize("piece", [2**16, 2**17])
def test_half_the_rate_and_back_is_late_and_otherwise_the_same_below_10_khz(piece):
    times = np.arange(2 * 2**17) / RATE
    tone = sum(np.sin(2 * np.pi * hz * times) for hz in (60.0, 1_000.0, 9_500.0)).astype(np.float32)
    down, up = RateChange(1, down=True), RateChange(1, down=False)
    heard = np.concatenate(
        [up.process(down.process(tone[np.newaxis, at : at + piece]))[0] for at in range(0, tone.size, piece)]
    )
    assert np.abs(heard[1_000:] - tone[1_000 - DELAY_FRAMES : -DELAY_FRAMES]).max() < 2e-2


def test_what_is_above_half_the_rate_does_not_come_back():
    tone = np.sin(2 * np.pi * 15_000.0 / RATE * np.arange(2**16)).astype(np.float32)
    half = RateChange(1, down=True).process(tone[np.newaxis])
    assert db(np.abs(half[:, 1_000:]).max()) < -55


@pytest.mark.parametrize("seconds", [0.3, 2.0, 6.0])
def test_reverb_in_pieces_equals_one_convolution(seconds):
    response = impulse_response(seconds, 0.5)
    noise = np.random.default_rng(1).standard_normal(150_000)
    spectrum = np.fft.rfft(noise)
    spectrum[int(9_000 * noise.size / RATE) :] = 0.0
    send = np.fft.irfft(spectrum, noise.size).astype(np.float32)
    send[40_000:110_000] = 0.0
    room = Room(response)
    heard = np.concatenate([room.answer(send[at : at + 2**16]) for at in range(0, send.size, 2**16)], axis=1)
    late = np.concatenate([np.zeros(DELAY_FRAMES), send])[: send.size]
    size = 2**19
    for side in range(2):
        doubled = np.zeros(2 * response.shape[1])
        doubled[::2] = response[side]
        both = np.fft.rfft(late, size) * np.fft.rfft(doubled, size)
        both[int(10_000 * size / RATE) :] = 0.0
        whole = np.fft.irfft(both, size)[: send.size]
        error = np.sqrt(np.mean((heard[side] - whole) ** 2) / np.mean(whole**2))
        assert db(error) < -45


def test_a_silent_room_says_nothing():
    room = Room(impulse_response(0.5, 0.5))
    assert np.abs(room.answer(np.zeros(2**16, np.float32))).max() == 0.0


def test_the_room_is_as_loud_as_what_is_sent():
    noise = np.random.default_rng(3).standard_normal(6 * 2**16)
    spectrum = np.fft.rfft(noise)
    hz = np.fft.rfftfreq(noise.size, 1 / RATE)
    spectrum[(hz < 400) | (hz > 3_000)] = 0.0
    send = np.fft.irfft(spectrum, noise.size).astype(np.float32)
    room = Room(impulse_response(0.8, 0.5))
    heard = np.concatenate([room.answer(send[at : at + 2**16]) for at in range(0, send.size, 2**16)], axis=1)
    ratio = np.sqrt(np.mean(heard[:, 2**16 :] ** 2)) / np.sqrt(np.mean(send**2))
    assert db(ratio) == pytest.approx(4.0, abs=4.0)


def test_a_loop_hears_its_tail_at_its_beginning_round_and_round():
    samples = np.zeros((25_000, 2), np.float32)
    samples[0], samples[10_050], samples[12_100] = 1.0, 0.5, 0.25
    looped = wrapped(samples, 10_000)
    assert looped.shape == (10_000, 2)
    assert looped[0, 0] == 1.0
    assert looped[50, 0] == 0.5
    assert looped[2_100, 0] == 0.25


@pytest.mark.parametrize("name", sorted(BEDS))
def test_a_texture_repeats_without_a_seam_and_fades_at_its_ends(name):
    bed = BEDS[name].bed(0.0)
    steps = np.abs(np.diff(bed, axis=1))
    assert np.isfinite(bed).all()
    assert 0.001 < np.abs(bed).max() < 2.5
    assert np.abs(bed[:, 0] - bed[:, -1]).max() <= steps.max()
    n_frames = bed.shape[1] + 5_000
    long = np.concatenate(
        [
            unrolled(bed, slice(at, min(at + 70_000, n_frames)), n_frames, 2_400, BEDS[name].rise)
            for at in range(0, n_frames, 70_000)
        ],
        axis=1,
    )
    assert long.shape == (2, n_frames)
    assert np.abs(long[:, -1]).max() == 0.0
    if not BEDS[name].rise:
        assert np.array_equal(long[:, 10_000:20_000], bed[:, 10_000:20_000])
