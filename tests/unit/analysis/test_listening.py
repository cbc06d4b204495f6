"""`listen`: everything from one pass, nothing reported that was not found, bounded memory."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from tests.unit.analysis.synthesis import RATE, cadence, drums, note, nothing_clear, struck

from infinite_studio.analysis.analysis import Analysis, analyse
from infinite_studio.analysis.corrections import Corrections, corrected
from infinite_studio.analysis.findings import camelot_code
from infinite_studio.analysis.listening import listen
from infinite_studio.analysis.mood import word_of
from infinite_studio.analysis.passages import SoundStream
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.reading import DamagedSoundError, UnreadableSoundError, open_sound
from infinite_studio.music.key import Key, Mode
from infinite_studio.progress import OperationCancelled

PROGRESSION = ((0, 4), (9, 3), (5, 4), (7, 4))
NAMES = ("C", "Am", "F", "G")


def chord(root, third, seconds):
    pitches = [36 + root % 12, *(48 + (root + step) % 12 for step in (0, third, 7))]
    return sum(note(pitch, seconds) for pitch in pitches)


def song(tempo_bpm=120.0, rounds=6):
    """C Am F G, a bar each, over a beat."""
    bar = 240 / tempo_bpm
    bars = [chord(root, third, bar) for root, third in PROGRESSION]
    tones = np.concatenate(bars * rounds) * 0.1
    beat = drums("rock", tempo_bpm, bars=4 * rounds).samples[:, 0]
    n_frames = min(tones.size, beat.size)
    return Audio.of(tones[:n_frames] + 0.4 * beat[:n_frames], RATE)


def waltz(tempo_bpm, bars):
    beat = 60 / tempo_bpm
    bass = [chord(root, third, 3 * beat) for root, third in (PROGRESSION * bars)[:bars]]
    samples = np.concatenate(bass) * 0.06
    random = np.random.default_rng(0)
    for place in range(3 * bars):
        start = round(place * beat * RATE)
        length = min(RATE // 8, samples.size - start)
        time = np.arange(length) / RATE
        if place % 3 == 0:
            samples[start : start + length] += 0.8 * np.sin(2 * np.pi * 55 * time) * np.exp(-18 * time)
        else:
            samples[start : start + length] += 0.2 * random.standard_normal(length) * np.exp(-60 * time)
    return Audio.of(samples, RATE)


def jig(tempo_bpm, beats):
    """Bass drum and snare in turn on the beats, hats on all thirds."""
    third = 20 / tempo_bpm
    samples = np.zeros(round((beats + 1) * 3 * third * RATE))
    random = np.random.default_rng(0)
    for place in range(3 * beats):
        for voice in ("hat", *((("kick", "snare")[place // 3 % 2],) if place % 3 == 0 else ())):
            sound = struck(voice, random)
            samples[round(place * third * RATE) :][: sound.size] += sound
    return Audio.of(0.5 * samples, RATE)


@pytest.fixture(scope="module")
def found():
    return analyse(song())


def test_beats_fall_where_they_were_played(found):
    assert found.tempo_bpm == pytest.approx(120, abs=0.2)
    beats = np.array(found.beats_seconds)
    assert len(beats) == 96
    off = (beats + 0.25) % 0.5 - 0.25
    assert np.abs(off).max() < 0.03


def test_bars_begin_where_chords_change(found):
    assert found.beats_per_bar == 4
    downbeats = np.array(found.downbeats_seconds)
    assert np.abs((downbeats + 1) % 2 - 1).max() < 0.03


def test_each_bar_has_its_chord(found):
    assert len(found.chords) == 24
    roots = [chord.name.removesuffix("maj7").removesuffix("7") for chord in found.chords]
    right = sum(name == NAMES[bar % 4] for bar, name in enumerate(roots))
    assert right >= 22


def test_key_and_its_runner_up_are_named(found):
    assert found.key == Key.parse("C major")
    assert found.camelot == "8B"
    assert found.runner_up_key not in {None, found.key}


def test_a_description_names_tempo_and_key(found):
    assert "120 bpm" in found.prompt
    assert "C major" in found.prompt


@pytest.mark.parametrize("tempo_bpm", [96.0, 140.0])
def test_a_waltz_has_three_beats_a_bar(tempo_bpm):
    assert analyse(waltz(tempo_bpm, 20)).time_signature == "3/4"


def test_beats_of_three_parts_make_six_eighths():
    found = analyse(jig(100.0, 32))
    assert found.tempo_bpm == pytest.approx(100, abs=0.2)
    assert (found.beat_parts, found.beats_per_bar, found.time_signature) == (3, 2, "6/8")
    by_eighths = corrected(found, Corrections(tempo_bpm=found.tempo_bpm * 1.5))
    assert by_eighths.time_signature == "3/4"
    assert corrected(found, Corrections(tempo_bpm=found.tempo_bpm)).time_signature == "6/8"


def test_a_drifting_beat_is_followed_as_it_was_played():
    random = np.random.default_rng(1)
    periods = 0.5 + 0.03 * np.sin(np.arange(80) / 9)
    true = np.cumsum(periods)
    samples = np.zeros(int((true[-1] + 1) * RATE))
    for start in true:
        samples[round(start * RATE) :][:2_000] += random.standard_normal(2_000) * np.exp(
            -np.arange(2_000) / 300
        )
    beats = np.array(analyse(Audio.of(samples * 0.3, RATE)).beats_seconds)
    near = np.abs(beats[:, np.newaxis] - true).min(axis=0)
    assert (near < 0.05).mean() > 0.9


def test_sections_change_where_the_music_does():
    quiet = Audio.of(song(rounds=4).samples * 0.02, RATE).samples
    noise = 0.2 * np.random.default_rng(0).standard_normal((quiet.shape[0], 1)).astype(np.float32)
    loud = song(rounds=4).samples + noise
    sections = analyse(Audio(np.concatenate([quiet, loud, quiet]), RATE)).sections
    assert [section.label for section in sections] == ["A", "B", "A"]
    assert [section.start_seconds for section in sections] == pytest.approx([0, 32, 64], abs=2.1)
    assert sections[-1].end_seconds == pytest.approx(96, abs=0.1)


@pytest.mark.parametrize("name", ["silence", "white noise", "hits at random"])
def test_nothing_is_reported_that_was_not_found(name):
    found = analyse(nothing_clear(8.3, 5)[name])
    assert (found.tempo_bpm, found.beats_per_bar, found.key, found.runner_up_key) == (None, None, None, None)
    assert (found.beats_seconds, found.downbeats_seconds, found.chords) == ((), (), ())
    assert (found.tempo_confidence, found.key_confidence) == (0, 0)


def test_silence_feels_like_nothing():
    found = analyse(Audio.of(np.zeros(RATE * 3), RATE))
    assert (found.mood, found.style, found.prompt, found.brightness_hz) == (None, None, "", None)


@pytest.mark.parametrize("seconds", [0.0001, 0.02, 0.2, 0.5])
def test_very_short_sounds_are_answered(seconds):
    samples = np.random.default_rng(0).standard_normal(max(int(seconds * RATE), 1)) * 0.1
    found = analyse(Audio.of(samples, RATE))
    assert found.tempo_bpm is None
    assert found.key is None
    assert found.sections[0].end_seconds == pytest.approx(found.duration_seconds, abs=0.001)


def test_a_file_with_samples_that_are_no_numbers_is_refused(tmp_path):
    samples = np.zeros(48_000, np.float32)
    samples[1_000] = np.nan
    soundfile.write(tmp_path / "broken.wav", samples, 48_000, subtype="FLOAT")
    with open_sound(tmp_path / "broken.wav") as reader, pytest.raises(DamagedSoundError, match="NaN"):
        listen(SoundStream.of_reader(reader))


def test_ten_hours_are_refused_by_the_header(tmp_path):
    path = tmp_path / "ten hours.wav"
    with soundfile.SoundFile(path, "w", 8_000, 1, subtype="PCM_U8", format="RF64") as file:
        file.write(np.zeros(10))
        header = path.stat().st_size
    with path.open("r+b") as raw:
        raw.truncate(header + 10 * 3_600 * 8_000)
        data = bytearray(raw.read(200))
        at = data.index(b"ds64") + 8
        size = (10 * 3_600 * 8_000).to_bytes(8, "little")
        raw.seek(at + 8)
        raw.write(size)
        raw.seek(at + 16)
        raw.write(size)
    with pytest.raises(UnreadableSoundError, match="hours"), open_sound(path):
        pass


def long_stream(hours, rate=2_000, *, is_known=True):
    """Clicks at 120 BPM, made as they are read."""
    n_frames = int(hours * 3_600 * rate)
    block = np.zeros((rate * 5, 1), np.float32)
    for start in range(0, len(block), rate // 2):
        block[start : start + 40, 0] = np.sin(np.arange(40)) * 0.5

    def blocks():
        for _ in range(n_frames // len(block)):
            yield block

    return SoundStream(blocks(), rate, n_frames if is_known else None)


def listened_with_peak(seconds):
    """Return what was found in clicks, and the most memory that was held."""
    tracemalloc.start()
    found = listen(long_stream(seconds / 3_600)).analysis
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found, peak


def test_long_sounds_are_heard_whole_at_bounded_memory(monkeypatch):
    monkeypatch.setattr("infinite_studio.analysis.passages.LONGEST_SECONDS", 10)
    _, short_peak = listened_with_peak(20)
    found, peak = listened_with_peak(80)
    assert found.tempo_bpm == pytest.approx(120, abs=0.1)
    assert found.duration_seconds == 80
    assert len(found.beats_seconds) == pytest.approx(160, abs=4)
    assert found.beats_seconds[-1] == pytest.approx(79.5, abs=0.6)
    # 60 s more would be 10 MB of samples at 22,050 Hz in stereo, before anything is measured.
    assert peak - short_peak < 4e6


def test_a_sound_of_unknown_length_is_heard_whole(monkeypatch):
    monkeypatch.setattr("infinite_studio.analysis.passages.LONGEST_SECONDS", 15)
    found = listen(long_stream(0.0125, is_known=False)).analysis
    assert found.duration_seconds == 45
    assert found.tempo_bpm == pytest.approx(120, abs=0.1)
    assert np.diff(found.beats_seconds) == pytest.approx([0.5] * (len(found.beats_seconds) - 1), abs=0.01)


def test_an_empty_stream_is_answered_as_silence():
    assert listen(SoundStream(iter(()), 48_000, None)).analysis.duration_seconds == 0.0


def test_fingerprints_know_alike_from_unlike():
    def placed(audio):
        return listen(SoundStream.of_audio(audio)).fingerprint

    rock, louder, chords = (
        placed(drums("rock", 112, seconds=5)),
        placed(Audio.of(drums("rock", 118, seconds=5, seed=3).samples * 0.5, RATE)),
        placed(cadence(4, "minor")),
    )
    assert np.linalg.norm(rock) == pytest.approx(1.0, abs=1e-4)
    assert rock @ louder > 0.85
    assert rock @ chords < 0.6


def test_importing_and_listening_load_no_compiler():
    import subprocess
    import sys

    code = (
        "import sys, numpy as np\n"
        "from infinite_studio.analysis.analysis import analyse\n"
        "from infinite_studio.audio.audio import Audio\n"
        "analyse(Audio.of(np.random.default_rng(0).standard_normal(44100) * 0.1, 22050))\n"
        "sys.exit(any(name in sys.modules for name in ('numba', 'librosa', 'scipy.signal', 'torch')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("A minor", "8A"),
        ("C major", "8B"),
        ("E major", "12B"),
        ("G# minor", "1A"),
        ("F minor", "4A"),
        ("Db major", "3B"),
    ],
)
def test_camelot_codes_are_those_of_the_wheel(key, code):
    assert camelot_code(Key.parse(key)) == code


def test_every_camelot_code_is_one_keys_own():
    assert len({camelot_code(Key(tonic, mode)) for tonic in range(12) for mode in Mode}) == 24


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ((1, 0), "happy"),
        ((0, 1), "energetic"),
        ((-1, 1), "tense"),
        ((-1, -1), "sad"),
        ((1, -1), "calm"),
        ((0, 0), "balanced"),
    ],
)
def test_words_lie_on_the_circumplex(place, word):
    assert word_of(*place) == word


def test_minor_is_less_pleasant_and_fast_more_excited():
    minor, major = (analyse(cadence(0, mode)) for mode in ("minor", "major"))
    assert minor.mood.valence < major.mood.valence
    slow, fast = (analyse(drums("rock", bpm, seconds=8)) for bpm in (70, 150))
    assert slow.mood.arousal < fast.mood.arousal


@pytest.mark.parametrize(("factor", "beats"), [(2.0, 192), (0.5, 48), (1.5, 144)])
def test_corrected_tempi_have_beats_of_their_own(found, factor, beats):
    said = corrected(found, Corrections(tempo_bpm=found.tempo_bpm * factor))
    assert len(said.beats_seconds) == pytest.approx(beats, abs=2)
    assert set(said.downbeats_seconds) <= set(said.beats_seconds)
    assert list(said.beats_seconds) == sorted(said.beats_seconds)


def test_a_sound_without_a_clear_tempo_can_be_given_one():
    nothing = analyse(nothing_clear(8.3, 5)["white noise"])
    said = corrected(nothing, Corrections(tempo_bpm=100.0))
    assert said.beats_per_bar == 4
    assert len(said.beats_seconds) == pytest.approx(14, abs=1)


def test_no_corrections_change_nothing(found):
    assert corrected(found, Corrections()) == found
    locked = corrected(found, Corrections(is_tempo_locked=True))
    assert replace(locked, is_tempo_locked=False, tempo_confidence=found.tempo_confidence) == found


def test_corrections_survive_json():
    said = Corrections(92.5, Key.parse("F minor"), is_tempo_locked=True)
    assert Corrections.from_json(said.to_json()) == said


def test_an_analysis_with_everything_survives_json(found):
    assert Analysis.from_json(found.to_json()) == found


def test_of_a_very_long_sound_a_part_of_each_passage_is_heard_and_all_of_its_loudness(monkeypatch):
    monkeypatch.setattr("infinite_studio.analysis.passages.LONGEST_SECONDS", 20)
    monkeypatch.setattr("infinite_studio.analysis.measuring.WHOLE_SECONDS", 100.0)
    monkeypatch.setattr("infinite_studio.analysis.measuring.EXCERPT_SECONDS", 5.0)
    found = listen(long_stream(140 / 3_600)).analysis
    assert found.duration_seconds == 140
    assert found.heard_share == pytest.approx(0.25, abs=0.02)
    assert found.tempo_bpm == pytest.approx(120, abs=0.1)
    assert (found.beats_seconds, found.downbeats_seconds, found.chords) == ((), (), ())
    assert found.time_signature is not None
    assert found.sections[-1].end_seconds == 140
    assert len(found.energy_curve_lufs) == 240
    assert Analysis.from_json(found.to_json()) == found


def test_a_sound_of_unknown_length_that_goes_on_and_on_is_heard_at_bounded_memory(monkeypatch):
    monkeypatch.setattr("infinite_studio.analysis.passages.LONGEST_SECONDS", 20)
    monkeypatch.setattr("infinite_studio.analysis.measuring.WHOLE_SECONDS", 100.0)
    monkeypatch.setattr("infinite_studio.analysis.measuring.EXCERPT_SECONDS", 5.0)
    found = listen(long_stream(0.04, is_known=False)).analysis
    assert 0.25 < found.heard_share < 0.8
    assert found.tempo_bpm == pytest.approx(120, abs=0.1)
    assert found.beats_seconds == ()


def test_sections_of_a_very_long_sound_change_where_the_music_does(monkeypatch):
    monkeypatch.setattr("infinite_studio.analysis.passages.LONGEST_SECONDS", 5)
    monkeypatch.setattr("infinite_studio.analysis.measuring.WHOLE_SECONDS", 60.0)
    monkeypatch.setattr("infinite_studio.analysis.measuring.EXCERPT_SECONDS", 2.0)
    rate, random = 8_000, np.random.default_rng(0)
    tone = np.sin(2 * np.pi * 220 * np.arange(40 * rate) / rate)[:, np.newaxis] * 0.2
    noise = random.standard_normal((40 * rate, 1)) * 0.2
    samples = np.concatenate([tone, noise, tone]).astype(np.float32)
    sections = listen(SoundStream.of_audio(Audio(samples, rate))).analysis.sections
    assert [section.label for section in sections] == ["A", "B", "A"]
    assert [section.start_seconds for section in sections] == pytest.approx([0, 40, 80], abs=0.5)


def test_listening_to_a_very_long_sound_can_be_cancelled_anywhere(monkeypatch):
    monkeypatch.setattr("infinite_studio.analysis.passages.LONGEST_SECONDS", 20)
    monkeypatch.setattr("infinite_studio.analysis.measuring.WHOLE_SECONDS", 100.0)
    told = []

    class Impatient:
        def report(self, fraction, stage=""):
            told.append(fraction)
            if fraction > 0.5:
                raise OperationCancelled

        def share(self, partial):
            pass

    with pytest.raises(OperationCancelled):
        listen(long_stream(0.04), Impatient())
    assert told == sorted(told)


def test_ten_hours_may_be_listened_to_and_a_header_that_promises_days_is_refused(tmp_path):
    from infinite_studio.services.listening import LONGEST_SECONDS

    for hours, is_refused in ((10, False), (100, True)):
        path = tmp_path / f"{hours} hours.wav"
        with soundfile.SoundFile(path, "w", 1_000, 1, subtype="PCM_U8", format="RF64") as file:
            file.write(np.zeros(10))
            header = path.stat().st_size
        with path.open("r+b") as raw:
            raw.truncate(header + hours * 3_600_000)
            data = bytearray(raw.read(200))
            at = data.index(b"ds64") + 8
            size = (hours * 3_600_000).to_bytes(8, "little")
            raw.seek(at + 8)
            raw.write(size)
            raw.seek(at + 16)
            raw.write(size)
        if is_refused:
            with (
                pytest.raises(UnreadableSoundError, match="up to 24 hours"),
                open_sound(path, LONGEST_SECONDS),
            ):
                pass
        else:
            with open_sound(path, LONGEST_SECONDS) as reader:
                assert reader.info.duration_seconds == 36_000
