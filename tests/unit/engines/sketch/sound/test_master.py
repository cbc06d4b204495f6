"""Loudness, true peak and the gain that all stems share."""

import numpy as np
import pytest

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.loudness import true_peak_dbtp
from infinite_studio.engines.sketch.sound.dynamics import PEAK_CEILING, limited, master_curve
from infinite_studio.engines.sketch.sound.levels import SILENCE_LUFS, Weighting, gated_lufs
from infinite_studio.engines.sketch.sound.master import held_back, level_of, mastering_of
from infinite_studio.engines.sketch.sound.true_peak import peaks_between
from infinite_studio.progress import Silence

RATE = 48_000


def db(ratio):
    return 20 * np.log10(max(float(ratio), 1e-12))


def loudness(samples):
    return gated_lufs(Weighting().energies(np.ascontiguousarray(samples.T)))


def sine(seconds, level_db, hz=1000.0):
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hz / RATE * np.arange(int(seconds * RATE)))
    return np.stack([wave, wave], axis=1).astype(np.float32)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(20, -23.0)], -23.0),
        ([(20, -33.0)], -33.0),
        ([(10, -36.0), (60, -23.0), (10, -36.0)], -23.0),
        ([(10, -72.0), (10, -36.0), (60, -23.0), (10, -36.0), (10, -72.0)], -23.0),
        ([(20, -26.0), (20.1, -20.0), (20, -26.0)], -23.0),
    ],
)
def test_the_figures_of_the_ebu(parts, expected):
    """Cases 1 to 5 of EBU Tech 3341, each within its 0.1 LU."""
    sound = np.concatenate([sine(seconds, level) for seconds, level in parts])
    assert loudness(sound) == pytest.approx(expected, abs=0.1)


def test_loudness_agrees_with_pyloudnorm():
    pyloudnorm = pytest.importorskip("pyloudnorm")
    noise = np.random.default_rng(2).standard_normal((RATE * 6, 2))
    noise *= np.linspace(0.01, 0.2, RATE * 6)[:, np.newaxis]
    expected = pyloudnorm.Meter(RATE).integrated_loudness(noise)
    assert loudness(noise.astype(np.float32)) == pytest.approx(expected, abs=0.05)


def test_silence_has_no_loudness_and_keeps_its_level():
    assert loudness(np.zeros((RATE, 2), np.float32)) == SILENCE_LUFS
    assert level_of(SILENCE_LUFS, -6.0) == 1.0


def test_peaks_between_frames_are_found():
    """A sine at a quarter of the rate, 45 degrees off: every frame is 3 dB below the crest."""
    wave = np.sin(2 * np.pi * 0.25 * np.arange(6_400) + np.pi / 4)
    samples = np.stack([wave, wave], axis=1).astype(np.float32)
    found = peaks_between([samples], [1.0], np.arange(10, 90))
    assert found.max() == pytest.approx(1.0, abs=0.01)
    assert found.min() == pytest.approx(1.0, abs=0.01)


def loud_stems(seed=0, seconds=8):
    """Noise up to 18 kHz, the first stem with a stroke every half second."""
    random = np.random.default_rng(seed)
    spectra = np.fft.rfft(random.standard_normal((3, seconds * RATE, 2)), axis=1)
    spectra[:, seconds * 18_000 :] = 0.0
    stems = [0.2 * stem.astype(np.float32) for stem in np.fft.irfft(spectra, seconds * RATE, axis=1)]
    for at in range(0, seconds * RATE, RATE // 2):
        stems[0][at : at + 2_400] *= 8.0 * np.exp(-np.arange(2_400) / 400)[:, np.newaxis].astype(np.float32)
    return stems


@pytest.mark.parametrize("is_loop", [False, True])
@pytest.mark.parametrize("target", [-20.0, -14.0, -11.0])
def test_a_mix_reaches_its_loudness_below_the_ceiling_and_its_stems_sum_to_it(target, is_loop):
    stems = loud_stems()
    mastering = mastering_of(stems, [0.5, 0.3, 0.2], target, Silence(), is_loop=is_loop)
    mixed = mastering.apply(stems, [0.5, 0.3, 0.2], Silence())
    assert loudness(mixed) == pytest.approx(target, abs=0.2)
    assert true_peak_dbtp(Audio(mixed, RATE)) <= -1.0
    assert np.abs(sum(stem.astype(np.float64) for stem in stems) - mixed).max() < 1e-6


def test_the_master_is_one_gain_for_all_stems():
    stems = loud_stems()
    before = [stem.copy() for stem in stems]
    mastering_of(stems, [1.0, 1.0, 1.0], -14.0, Silence()).apply(stems, [1.0, 1.0, 1.0], Silence())
    gains = [after[4_000:-4_000] / was[4_000:-4_000] for after, was in zip(stems, before, strict=True)]
    assert np.allclose(gains[0][np.abs(before[0][4_000:-4_000]) > 0.05].max(), gains[1].max(), rtol=0.05)
    heard = np.abs(before[0][4_000:-4_000]) > 0.05
    assert np.abs(gains[0][heard] - gains[2][heard]).max() < 1e-3 * gains[0].max()


def test_the_limiter_is_never_above_what_is_needed_and_moves_slowly():
    peaks = np.full(2_000, 0.5, np.float32)
    peaks[[300, 301, 900, 1_500]] = (2.0, 1.5, 3.0, 1.2)
    gains = limited(peaks, np.ones_like(peaks))
    assert (peaks * gains).max() <= PEAK_CEILING * 1.0001
    assert np.abs(np.diff(gains)).max() < 0.06
    assert gains[600] == pytest.approx(1.0)


def test_what_is_below_the_ceiling_is_not_limited():
    peaks = np.full(500, 0.5, np.float32)
    assert np.array_equal(limited(peaks, np.ones_like(peaks)), np.ones_like(peaks))


def test_the_bus_compressor_holds_loud_passages_back():
    energies = np.full(6_000, 0.01, np.float32)
    energies[3_000:4_500] = 0.08
    gains = master_curve(np.full(6_000, 0.3, np.float32), energies, -20.0)[1:-1]
    assert db(gains[3_700] / gains[1_000]) < -1.0
    assert db(gains[3_700] / gains[1_000]) > -5.0


def test_the_more_a_style_is_glued_the_more_loud_passages_are_held_back():
    energies = np.full(6_000, 0.01, np.float32)
    energies[3_000:4_500] = 0.08
    peaks = np.full(6_000, 0.3, np.float32)
    curves = [master_curve(peaks, energies, -20.0, glue=glue)[1:-1] for glue in (0.0, 0.3, 1.0)]
    held_db = [db(gains[3_700] / gains[1_000]) for gains in curves]
    assert held_db[0] == pytest.approx(0.0, abs=1e-3)
    assert held_db[2] < held_db[1] - 0.5 < held_db[0] - 1.0


def test_a_loop_has_the_same_gain_at_its_end_as_at_its_beginning():
    peaks = np.full(1_000, 0.5, np.float32)
    peaks[2] = 3.0
    gains = master_curve(peaks, np.full(1_000, 0.02, np.float32), -14.0, is_loop=True)[1:-1]
    assert abs(gains[0] - gains[-1]) < 0.06 * gains.max()


def test_a_new_stem_alone_gives_way_where_the_sum_would_be_too_loud():
    stems = loud_stems(1, 4)
    mastering = mastering_of(stems, [1.0, 1.0, 1.0], -14.0, Silence())
    mastering.apply(stems, [1.0, 1.0, 1.0], Silence())
    fresh = loud_stems(9, 4)[0] * np.float32(2.0)
    held = held_back(fresh, stems[1:], Silence())
    total = held + stems[1] + stems[2]
    assert true_peak_dbtp(Audio(total, RATE)) <= -0.9
    quiet = stems[0] * np.float32(0.1)
    assert held_back(quiet, stems[1:], Silence()) is quiet


def test_very_short_mixes_are_mastered_too():
    stems = [np.full((900, 2), 0.3, np.float32), np.zeros((900, 2), np.float32)]
    mixed = mastering_of(stems, [1.0, 1.0], -14.0, Silence()).apply(stems, [1.0, 1.0], Silence())
    assert np.isfinite(mixed).all()
    assert np.abs(mixed).max() < 0.9
