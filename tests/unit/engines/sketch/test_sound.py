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

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.engines.sketch.plan import make_plan
from infinite_studio.engines.sketch.sound.drum_sounds import DRUM_VOICES
from infinite_studio.engines.sketch.sound.effects import duck_curve, echo
from infinite_studio.engines.sketch.sound.levels import loudness_lufs
from infinite_studio.engines.sketch.sound.master import PEAK_CEILING
from infinite_studio.engines.sketch.sound.presets import BEDS, PRESETS
from infinite_studio.engines.sketch.sound.reverb import add_reverb, impulse_response
from infinite_studio.engines.sketch.sound.textures import unrolled
from infinite_studio.engines.sketch.sound.stroke import Stroke
from infinite_studio.engines.sketch.sound.wavetable import TableBank, steady_phase
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.music.key import Key
from infinite_studio.music.stems import StemType
from infinite_studio.progress import OperationCancelled, Silence

RATE = 48_000
LIBRARY = StyleLibrary.bundled()
ENGINE = SketchEngine(LIBRARY)


def db(ratio):
    return 20 * np.log10(max(float(ratio), 1e-12))


@given(st.floats(30, 300), st.integers(1, 16))
@settings(max_examples=200)
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
    assert -16.5 <= pyloudnorm.Meter(RATE).integrated_loudness(mix.samples.astype(np.float64)) <= -12.8
    assert mix.peak <= 10 ** (-1 / 20)
    assert db(np.abs(mix.samples.mean(axis=0)).max()) < -60


def test_the_ends_do_not_click(take_of, style_name):
    samples = take_of(style_name).mixdown.samples
    assert db(np.abs(samples[0]).max()) < -60
    assert db(np.abs(samples[-1]).max()) < -60


def test_no_bar_is_silent(take_of, style_name):
    take = take_of(style_name)
    bars = np.array_split(take.mixdown.mono(), 8)
    assert min(db(np.sqrt(np.mean(bar**2))) for bar in bars) > -40


def test_every_stem_of_a_full_style_sounds(take_of, style_name):
    silent = {stem for stem, audio in take_of(style_name).stems.items() if audio.peak == 0.0}
    assert silent == ({StemType.DRUMS} if style_name == "ambient" else set())


def test_a_dropped_instrument_gives_a_silent_stem():
    take = ENGINE.generate(GenerationRequest("trap no drums", bars=1), Silence())
    assert set(take.stems) == {StemType.DRUMS, StemType.BASS, StemType.MELODY, StemType.OTHER}
    assert take.stems[StemType.DRUMS].peak == 0.0
    assert take.stems[StemType.BASS].peak > 0.01


def statistics(take):
    """Spectral centroid, shares of lows and highs, onset rate and crest of a mix."""
    mono = take.mixdown.mono()
    power = np.abs(np.fft.rfft(mono)) ** 2
    hz = np.fft.rfftfreq(mono.size, 1 / RATE)
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


def onset_envelope(mono, hop=240):
    """Rise of the level above 3 kHz, 200 values a second, largest 1."""
    spectrum = np.fft.rfft(mono)
    spectrum[: int(3000 * mono.size / RATE)] = 0
    high = np.fft.irfft(spectrum, mono.size)[: mono.size // hop * hop].reshape(-1, hop)
    rise = np.maximum(np.diff(np.sqrt(np.mean(high**2, axis=1)), prepend=0.0), 0.0)
    return rise / max(rise.max(), 1e-12)


def test_styles_differ_audibly(take_of):
    names = ["trap", "house", "lo-fi hip hop", "drum & bass", "synthwave", "ambient", "boom bap", "techno"]
    heard = {name: statistics(take_of(name)) for name in names}
    apart = {pair: float(np.linalg.norm(heard[pair[0]] - heard[pair[1]])) for pair in combinations(names, 2)}
    assert min(apart.values()) > 0.5, min(apart, key=apart.get)


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


def chroma(mono):
    """Energy by pitch class above 150 Hz, where a sixteenth note is long enough to tell semitones apart."""
    power = np.abs(np.fft.rfft(mono)) ** 2
    hz = np.fft.rfftfreq(mono.size, 1 / RATE)
    inside = (hz > 150) & (hz < 2000)
    classes = np.round(12 * np.log2(hz[inside] / 440) + 69).astype(int) % 12
    return np.bincount(classes, weights=power[inside], minlength=12)


def test_melody_and_bass_keep_to_the_key(take_of, style_name):
    """Of the twelve scales, the key's own holds most of the energy.

    The fifth and seventh harmonics of bright and resonant voices lie outside of any minor scale, which is why the
    share itself cannot reach what pure tones would; what the notes are is tested on the notes.
    """
    take = take_of(style_name)
    found = chroma(take.stems[StemType.MELODY].mono() + take.stems[StemType.BASS].mono())
    scale = np.array(take.understanding.key.scale)
    shares = [found[(scale + shift) % 12].sum() / found.sum() for shift in range(12)]
    assert shares[0] >= (0.8 if style_name in {"techno", "synthwave"} else 0.9)
    assert shares[0] >= max(shares) - 0.03


def test_mood_words_change_the_sound():
    def centroid(prompt):
        request = GenerationRequest(prompt, bars=2, seed=3, key=Key.parse("A minor"), tempo_bpm=140.0)
        mono = ENGINE.generate(request, Silence()).stems[StemType.MELODY].mono()
        power = np.abs(np.fft.rfft(mono)) ** 2
        return (power * np.fft.rfftfreq(mono.size, 1 / RATE)).sum() / power.sum()

    assert centroid("warm synthwave") < 0.9 * centroid("crisp synthwave")


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


class Impatient:
    """Cancels at the first report after it was asked to; remembers how long the work took to notice."""

    def __init__(self, patience_seconds):
        self.patience_seconds = patience_seconds
        self.started = time.monotonic()
        self.last = self.started
        self.longest_gap = 0.0

    def report(self, fraction, stage=""):
        now = time.monotonic()
        self.longest_gap, self.last = max(self.longest_gap, now - self.last), now
        if now - self.started > self.patience_seconds:
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


@pytest.mark.parametrize("name", sorted(DRUM_VOICES))
def test_every_drum_starts_and_ends_in_silence_and_repeats_exactly(name):
    stroke = DRUM_VOICES[name](1.0, 1.0, 0)
    assert stroke.dtype == np.float32
    assert 0.05 < np.abs(stroke).max() < 2.5
    assert abs(stroke[-1]) < 1e-3
    assert np.array_equal(stroke, DRUM_VOICES[name](1.0, 1.0, 0))
    assert not np.array_equal(stroke, DRUM_VOICES[name](1.0, 1.0, 1))


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_instrument_sounds_and_ends_in_silence(name):
    sound = np.atleast_2d(PRESETS[name].sound(Stroke(52, 12_000, 0.8, 0.0)))
    assert sound.dtype == np.float32
    assert 0.003 < np.abs(sound).max() < 2.5
    assert np.abs(sound[:, -1]).max() < 2e-3
    assert np.abs(sound[:, 0]).max() < 0.02


@pytest.mark.parametrize("name", sorted(BEDS))
def test_a_texture_repeats_without_a_seam_and_fades_at_its_ends(name):
    bed = BEDS[name].bed(0.0)
    steps = np.abs(np.diff(bed, axis=1))
    assert np.abs(bed[:, 0] - bed[:, -1]).max() <= steps.max()
    n_frames = bed.shape[1] + 5_000
    long = np.concatenate(
        [
            unrolled(bed, slice(at, min(at + 70_000, n_frames)), n_frames, 0.05)
            for at in range(0, n_frames, 70_000)
        ],
        axis=1,
    )
    assert long.shape == (2, n_frames)
    assert np.abs(long[:, -1]).max() == 0.0
    assert np.array_equal(long[:, 10_000:20_000], bed[:, 10_000:20_000])


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_instrument_is_in_tune(name):
    mono = np.atleast_2d(PRESETS[name].sound(Stroke(57, 48_000, 0.8, 0.0))).mean(axis=0)[2_400:50_400]
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(mono.size), 2**19))
    hz = np.fft.rfftfreq(2**19, 1 / RATE)
    near = (hz > 220 * 2 ** (-1 / 12)) & (hz < 220 * 2 ** (1 / 12))
    power = spectrum[near] ** 2
    cents = 1200 * np.log2((power * hz[near]).sum() / power.sum() / 220)
    assert abs(cents) < 8


@pytest.mark.parametrize("shape", ["saw", "square", "pulse"])
@pytest.mark.parametrize("hz", [55.0, 441.3, 1760.7])
def test_oscillators_do_not_alias(shape, hz):
    """Below 15 kHz nothing but harmonics may stand out: everything else at least 60 dB below the fundamental."""
    n_frames = 2**16
    tone = TableBank(shape, hz, 0.7).scan(steady_phase(hz, n_frames), 18_000.0)
    spectrum = np.abs(np.fft.rfft(tone * np.blackman(n_frames)))
    bins = np.fft.rfftfreq(n_frames, 1 / RATE)
    away = np.abs(bins / hz - np.round(bins / hz)) * hz > 5 * RATE / n_frames
    alias = spectrum[away & (bins < 15_000) & (bins > 20)].max()
    assert db(alias / spectrum.max()) < -60


def test_echoes_come_in_time_and_alternate_sides():
    click = np.zeros(10_000, np.float32)
    click[100] = 1.0
    heard = echo(click, 2_000, 0.5, Silence())
    assert heard[0, 2_100] == 1.0
    assert heard[1, 2_100] == 0.0
    assert heard[1, 4_100:4_102].sum() == pytest.approx(0.5)
    assert heard[0, 6_100:6_103].sum() == pytest.approx(0.25)


def test_ducking_reaches_its_depth_at_the_kick_and_recovers():
    curve = duck_curve([5_000], 48_000, 6.0, 10_000)
    assert db(curve[5_000]) == pytest.approx(-6.0, abs=0.1)
    assert curve[:4_700].min() == 1.0
    assert curve[16_000:].min() == 1.0


def test_the_room_dies_away_in_its_time():
    response = impulse_response(1.5, 0.5)
    level = [db(np.sqrt(np.mean(response[:, start : start + 4_800] ** 2))) for start in (4_800, 28_800)]
    assert level[0] - level[1] == pytest.approx(60 * 0.5 / 1.5, abs=6.0)
    assert db(abs(np.corrcoef(response)[0, 1])) < -10


def test_reverb_in_blocks_equals_one_convolution():
    response = impulse_response(0.2, 0.5)
    send = np.random.default_rng(1).standard_normal(100_000).astype(np.float32)
    heard = np.zeros((2, send.size), np.float32)
    add_reverb(send, response, heard, Silence())
    size = 2**18
    whole = np.fft.irfft(np.fft.rfft(send, size) * np.fft.rfft(response[0], size), size)[: send.size]
    assert np.abs(heard[0] - whole).max() < 1e-3


def test_the_quick_loudness_agrees_with_the_standard():
    pyloudnorm = pytest.importorskip("pyloudnorm")
    noise = (
        np.random.default_rng(2).standard_normal((RATE * 6, 2))
        * np.linspace(0.01, 0.2, RATE * 6)[:, np.newaxis]
    )
    expected = pyloudnorm.Meter(RATE).integrated_loudness(noise)
    assert loudness_lufs(np.ascontiguousarray(noise.T, np.float32), Silence()) == pytest.approx(
        expected, abs=0.25
    )


def test_the_limiter_holds_the_ceiling_of_a_very_loud_mix():
    take = ENGINE.generate(GenerationRequest("aggressive punchy techno", bars=2, seed=1), Silence())
    assert take.mixdown.peak <= PEAK_CEILING * 1.001
