"""Whole pieces: their length, sum, loudness, ends, determinism and how they can be stopped."""

import hashlib
import os
import subprocess
import sys
import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinite_studio.audio.loudness import true_peak_dbtp
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.engines.sketch.plan import make_plan
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.music.key import Key
from infinite_studio.music.stems import StemType
from infinite_studio.progress import OperationCancelled, Silence

RATE = 48_000
LIBRARY = StyleLibrary.bundled()
ENGINE = SketchEngine(LIBRARY)


def db(ratio):
    return 20 * np.log10(max(float(ratio), 1e-12))


def power_and_hz(mono):
    """Padded to a power of two, which the transform likes."""
    n_frames = 1 << (mono.size - 1).bit_length()
    return np.abs(np.fft.rfft(mono, n_frames)) ** 2, np.fft.rfftfreq(n_frames, 1 / RATE)


@given(st.floats(30, 300), st.integers(1, 16))
@settings(max_examples=100)
def test_a_beat_of_n_bars_is_planned_to_the_frame(tempo_bpm, bars):
    plan = make_plan(GenerationRequest("trap", tempo_bpm=tempo_bpm, bars=bars), LIBRARY)
    assert plan.n_frames == round(bars * 4 * 60 / tempo_bpm * RATE)


@given(st.floats(90, 300), st.integers(1, 4), st.sampled_from(["trap", "house", "boom bap"]))
@settings(max_examples=6, deadline=None)
def test_a_beat_of_n_bars_is_exactly_that_long(tempo_bpm, bars, style):
    take = ENGINE.generate(GenerationRequest(style, tempo_bpm=tempo_bpm, bars=bars), Silence())
    n_frames = round(bars * 4 * 60 / tempo_bpm * RATE)
    assert take.mixdown.n_frames == n_frames
    assert {stem.n_frames for stem in take.stems.values()} == {n_frames}
    assert take.understanding.duration_seconds == n_frames / RATE


@pytest.mark.parametrize("seconds", [0.1, 0.35, 3.3333, 7.0])
def test_a_length_in_seconds_is_kept_to_the_frame(seconds):
    take = ENGINE.generate(GenerationRequest("house", duration_seconds=seconds), Silence())
    assert take.mixdown.n_frames == round(seconds * RATE)
    assert take.understanding.bars is None


def test_the_mixdown_is_the_sum_of_the_stems(take_of, style_name):
    take = take_of(style_name)
    total = sum(stem.samples.astype(np.float64) for stem in take.stems.values())
    assert np.abs(total - take.mixdown.samples).max() < 1e-6


def test_loudness_peak_and_offset_are_where_a_mix_wants_them(take_of, style_name):
    pyloudnorm = pytest.importorskip("pyloudnorm")
    mix = take_of(style_name).mixdown
    wanted = next(style for style in LIBRARY.styles if style.name == style_name).mix.loudness_lufs
    found = pyloudnorm.Meter(RATE).integrated_loudness(mix.samples.astype(np.float64))
    assert found == pytest.approx(wanted, abs=0.5)
    assert true_peak_dbtp(mix) <= -1.0
    assert db(np.abs(mix.samples.mean(axis=0)).max()) < -60


def test_the_ends_do_not_click(take_of, style_name):
    samples = take_of(style_name).mixdown.samples
    assert db(np.abs(samples[0]).max()) < -60
    assert db(np.abs(samples[-1]).max()) < -60


def test_no_bar_is_silent(take_of, style_name):
    bars = np.array_split(take_of(style_name).mixdown.mono(), 4)
    assert min(db(np.sqrt(np.mean(bar**2))) for bar in bars) > -40


def test_the_top_is_neither_missing_nor_harsh(take_of, style_name):
    """The share of what lies above 6 kHz stays between that of a dark pad and that of a bright drum machine."""
    mono = take_of(style_name).mixdown.mono()
    power, hz = power_and_hz(mono)
    share = 10 * np.log10(power[(hz > 6_000) & (hz < 18_000)].sum() / power.sum())
    assert -48 < share < -6


def test_a_dropped_instrument_gives_a_silent_stem():
    take = ENGINE.generate(GenerationRequest("trap no drums", bars=1), Silence())
    assert set(take.stems) == {StemType.DRUMS, StemType.BASS, StemType.MELODY, StemType.OTHER}
    assert take.stems[StemType.DRUMS].peak == 0.0
    assert take.stems[StemType.BASS].peak > 0.01


def onset_envelope(mono, hop=240):
    """Rise of the level above 3 kHz, 200 values a second, largest 1."""
    n_frames = 1 << (mono.size - 1).bit_length()
    spectrum = np.fft.rfft(mono, n_frames)
    spectrum[: int(3000 * n_frames / RATE)] = 0
    high = np.fft.irfft(spectrum, n_frames)[: mono.size // hop * hop].reshape(-1, hop)
    rise = np.maximum(np.diff(np.sqrt(np.mean(high**2, axis=1)), prepend=0.0), 0.0)
    return rise / max(rise.max(), 1e-12)


def statistics(take):
    """Spectral centroid, shares of lows and highs, onset rate, crest and tempo of a mix."""
    mono = take.mixdown.mono()
    power, hz = power_and_hz(mono)
    shares = [
        power[(hz >= low) & (hz < high)].sum() / power.sum()
        for low, high in ((20, 120), (120, 800), (800, 20_000))
    ]
    envelope = onset_envelope(mono)
    onsets = np.count_nonzero(
        (envelope[1:-1] > envelope[:-2]) & (envelope[1:-1] >= envelope[2:]) & (envelope[1:-1] > 0.1)
    )
    return np.array(
        [
            np.log2((power * hz).sum() / power.sum()),
            *(4 * np.array(shares)),
            0.5 * np.log2(1 + onsets / take.mixdown.duration_seconds),
            db(take.mixdown.peak / np.sqrt(np.mean(mono**2))) / 3,
            np.log2(take.understanding.tempo_bpm / 100) * 2,
        ]
    )


def test_styles_differ_audibly(take_of):
    names = ["trap", "house", "lo-fi hip hop", "drum & bass", "synthwave", "ambient", "boom bap", "techno"]
    heard = {name: statistics(take_of(name)) for name in names}
    apart = {pair: float(np.linalg.norm(heard[pair[0]] - heard[pair[1]])) for pair in combinations(names, 2)}
    assert min(apart.values()) > 0.4, min(apart, key=apart.get)


@pytest.mark.parametrize(
    "style", ["trap", "house", "lo-fi hip hop", "drum & bass", "synthwave", "boom bap", "techno"]
)
def test_the_asked_tempo_is_heard_in_the_drums(take_of, style):
    take = take_of(style)
    envelope = onset_envelope(take.stems[StemType.DRUMS].mono())
    beat = 60 / take.understanding.tempo_bpm * 200
    lags = np.arange(int(beat * 3.6), int(beat * 4.4))
    strengths = [float(np.dot(envelope[:-lag], envelope[lag:])) for lag in lags]
    assert lags[int(np.argmax(strengths))] / 4 == pytest.approx(beat, rel=0.01)


def test_mood_words_change_the_sound():
    def centroid(prompt):
        request = GenerationRequest(prompt, bars=2, seed=3, key=Key.parse("A minor"), tempo_bpm=140.0)
        mono = ENGINE.generate(request, Silence()).stems[StemType.MELODY].mono()
        power, hz = power_and_hz(mono)
        return (power * hz).sum() / power.sum()

    assert centroid("warm synthwave") < 0.9 * centroid("crisp synthwave")


@pytest.mark.parametrize("style", ["house", "ambient", "boom bap", "lo-fi hip hop"])
def test_a_loop_has_no_larger_jump_at_its_seam_than_anywhere_else(style):
    take = ENGINE.generate(GenerationRequest(style, bars=2, seed=4, is_loop=True), Silence())
    samples = take.mixdown.samples.astype(np.float64)
    assert samples.shape[0] == round(2 * 240 / take.understanding.tempo_bpm * RATE)
    twice = np.concatenate([samples, samples])
    jumps = np.abs(np.diff(twice, axis=0)).max(axis=1)
    seam = jumps[samples.shape[0] - 1]
    assert seam <= np.sort(jumps)[-max(len(jumps) // 200, 1)]
    bends = np.abs(np.diff(twice, n=2, axis=0)).max(axis=1)
    assert bends[samples.shape[0] - 2 : samples.shape[0]].max() <= bends.max()
    total = sum(stem.samples.astype(np.float64) for stem in take.stems.values())
    assert np.abs(total - take.mixdown.samples).max() < 1e-6


def test_what_rings_on_after_a_loop_is_heard_at_its_beginning():
    plain, looped = (
        ENGINE.generate(GenerationRequest("ambient", bars=2, seed=4, is_loop=is_loop), Silence()).stems
        for is_loop in (False, True)
    )
    first = slice(0, 4_800)
    levels = [np.sqrt(np.mean(stems[StemType.OTHER].samples[first] ** 2)) for stems in (plain, looped)]
    assert levels[1] > 2 * levels[0]


def digest(take):
    return hashlib.sha256(take.mixdown.samples.tobytes()).hexdigest()


def test_equal_requests_give_equal_sound_here_and_in_a_fresh_process():
    request = GenerationRequest("dark trap 140 bpm", bars=2, seed=99)
    first = digest(ENGINE.generate(request, Silence()))
    assert digest(SketchEngine().generate(request, Silence())) == first
    code = (
        "import hashlib\n"
        "from infinite_studio.engines.base import GenerationRequest\n"
        "from infinite_studio.engines.sketch.engine import SketchEngine\n"
        "from infinite_studio.progress import Silence\n"
        "take = SketchEngine().generate(GenerationRequest('dark trap 140 bpm', bars=2, seed=99), Silence())\n"
        "print(hashlib.sha256(take.mixdown.samples.tobytes()).hexdigest())\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "5"}
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    ).stdout
    assert out.strip() == first


def test_rendering_imports_no_slow_library():
    code = (
        "import sys\n"
        "from infinite_studio.engines.base import GenerationRequest\n"
        "from infinite_studio.engines.sketch.engine import SketchEngine\n"
        "from infinite_studio.progress import Silence\n"
        "SketchEngine().generate(GenerationRequest('house', bars=1), Silence())\n"
        "print([name for name in ('scipy', 'torch', 'librosa', 'numba') if name in sys.modules])\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    ).stdout
    assert out.strip() == "[]"


class Impatient:
    """Cancels at the first report after it was asked to; remembers how long the work took to notice."""

    def __init__(self, patience_seconds):
        self.patience_seconds = patience_seconds
        self.started = time.monotonic()

    def report(self, fraction, stage=""):
        if time.monotonic() - self.started > self.patience_seconds:
            raise OperationCancelled

    def share(self, partial):
        self.report(0.0)


@pytest.mark.parametrize("patience_seconds", [0.0, 0.15, 0.6])
def test_a_long_piece_can_be_cancelled_within_two_seconds(patience_seconds):
    impatient = Impatient(patience_seconds)
    with pytest.raises(OperationCancelled):
        ENGINE.generate(GenerationRequest("house", duration_seconds=240.0), impatient)
    assert time.monotonic() - impatient.started < patience_seconds + 2.0


def test_progress_rises_from_start_to_end():
    fractions = []

    class Listener(Silence):
        def report(self, fraction, stage=""):
            fractions.append(fraction)

    ENGINE.generate(GenerationRequest("trap", bars=2), Listener())
    assert fractions[0] == 0.0
    assert fractions[-1] == 1.0
    assert fractions == sorted(fractions)
    assert len(set(fractions)) > 10
