"""Targets, sections, files in every format, and what is found in them."""

import itertools
import struct
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from tests.unit.looping.music_box import RATE, notes, piece

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.flac_frames import coded_number
from infinite_studio.audio.loop_tags import read_loop_tags
from infinite_studio.audio.lossy import m4a_blocks
from infinite_studio.audio.runs import LongSound
from infinite_studio.audio.sanitise import BitDepth, Gate, UnwritableSoundError
from infinite_studio.audio.writing import IncompleteFileError
from infinite_studio.looping.form import SeamWishes, loop_form
from infinite_studio.looping.formats import FileKind, LoopFormat
from infinite_studio.looping.living import LivingRun, Piece, TooFewPiecesError, steps_for, walk
from infinite_studio.looping.problems import InvalidTargetError, TargetTooShortError
from infinite_studio.looping.rendering import blocks_of, sections_of
from infinite_studio.looping.targets import Target, parse_target, plan_of
from infinite_studio.looping.verifying import UnequalSeamsError, verify, verify_rounds
from infinite_studio.looping.writing import NameTakenError
from infinite_studio.progress import Silence
from infinite_studio.services.looping_extending import extend_audio, preview_extension
from infinite_studio.services.looping_values import CrossfadeChoice, ExtendRequest, LoopPoints, LoopShape

RATE_48 = 48_000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10h", 36_000),
        ("1h30m", 5_400),
        ("90 min", 5_400),
        ("1:30:00", 5_400),
        ("3:25.5", 205.5),
        ("45", 45),
        ("2,5s", 2.5),
    ],
)
def test_lengths_are_read_as_people_write_them(text, seconds):
    assert parse_target(text).seconds == seconds


@pytest.mark.parametrize("text", ["42x", "42 repeats", "×42", "42 times"])
def test_repeats_are_read_as_people_write_them(text):
    assert parse_target(text).repeats == 42


@pytest.mark.parametrize("text", ["", "soon", "1:75:00", "0x", "-3", "1:2:3:4", "200h", "nan"])
def test_what_is_no_length_is_refused(text):
    with pytest.raises(InvalidTargetError):
        parse_target(text)


def made(target, fade_in=0.0, fade_out=0.0, wishes=None):
    audio, start, length = piece(rounds=1.6)
    form = loop_form(audio, start, start + length, wishes)
    plan = plan_of(form, target, fade_in_seconds=fade_in, fade_out_seconds=fade_out)
    return audio, form, plan, sections_of(form, plan)


@pytest.mark.parametrize(
    "target",
    [
        Target(repeats=1),
        Target(repeats=7),
        Target(seconds=61.234567),
        Target(seconds=61.234567, is_exact=True),
    ],
)
@pytest.mark.parametrize("fades", [(0, 0), (3, 5), (15, 25)])
def test_the_sections_add_up_to_the_plan(target, fades):
    if target.repeats == 1 and fades == (15, 25):
        fades = (4, 5)
    _, form, plan, sections = made(target, *fades)
    assert sum(section.n_frames for section in sections) == plan.n_frames
    assert sum(len(block) for block in blocks_of(sections)) == plan.n_frames
    if target.is_exact:
        assert plan.n_frames == round(target.seconds * RATE)
    elif target.repeats:
        assert plan.n_frames == form.intro_frames + target.repeats * form.round_frames + form.outro_frames
    else:
        assert 0 <= plan.n_frames - target.seconds * RATE < form.round_frames


def test_repeated_and_unrolled_rendering_are_the_same_sound():
    _, form, plan, sections = made(Target(repeats=5), 1.0, 2.0, SeamWishes(0.1))
    sound = np.concatenate(list(blocks_of(sections)))
    rounds = [*form.first, *(part for _ in range(3) for part in form.middle), *form.last]
    expected = np.concatenate([*form.intro, *rounds, *form.outro])
    fade_in, fade_out = plan.fade_in_frames, plan.fade_out_frames
    np.testing.assert_array_equal(sound[fade_in:-fade_out], expected[fade_in:-fade_out])
    assert np.abs(sound[0]).max() == 0.0
    assert np.abs(sound[-1]).max() == 0.0


def test_intro_and_outro_are_played_once_each():
    audio, form, _, sections = made(Target(repeats=3))
    sound = np.concatenate(list(blocks_of(sections)))
    np.testing.assert_array_equal(sound[: form.intro_frames], audio.samples[: form.intro_frames])
    np.testing.assert_array_equal(sound[-form.outro_frames :], audio.samples[-form.outro_frames :])


def test_a_target_shorter_than_the_loop_is_refused_with_both_lengths():
    with pytest.raises(TargetTooShortError) as problem:
        made(Target(seconds=3.0))
    assert (problem.value.target_seconds, problem.value.loop_seconds) == (3.0, pytest.approx(10.0, abs=0.1))


@pytest.fixture(scope="module")
def short_song():
    return Audio(np.concatenate([notes(2, 9, rate=RATE_48), *[notes(8, 1, rate=RATE_48)] * 2]), RATE_48)


def request_for(path, seconds=21.0, **more):
    shape = LoopShape(LoopPoints(1.0, 5.0), CrossfadeChoice(milliseconds=30.0))
    return ExtendRequest(Target(seconds=seconds, is_exact=True), path, shape, 0.5, 1.0, **more)


def length_in(path):
    if path.suffix == ".m4a":
        return sum(len(block) for block in m4a_blocks(path))
    with soundfile.SoundFile(path) as file:
        frames = sum(len(block) for block in file.blocks(65_536))
        assert frames == file.frames
    return frames


@pytest.mark.parametrize("form", list(LoopFormat))
def test_every_format_decodes_to_the_exact_length(tmp_path, short_song, form):
    path = tmp_path / f"long.{form.value}"
    seconds = 21.0 + 17 / RATE_48
    extended = extend_audio(short_song, request_for(path, seconds), Silence())
    assert length_in(path) == round(seconds * RATE_48) == extended.verified.n_frames
    assert extended.verified.n_seams >= 2
    assert extended.size_bytes == path.stat().st_size <= extended.preview.size_bytes * 1.3
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("depth", [BitDepth.INT_16, BitDepth.INT_24])
def test_flac_and_wav_hold_the_same_samples_and_flac_its_checksum(tmp_path, short_song, depth):
    import hashlib

    for suffix in ("wav", "flac"):
        extend_audio(short_song, request_for(tmp_path / f"x.{suffix}", bit_depth=depth), Silence())
    wave, _ = soundfile.read(tmp_path / "x.wav", dtype="int32", always_2d=True)
    flac, _ = soundfile.read(tmp_path / "x.flac", dtype="int32", always_2d=True)
    np.testing.assert_array_equal(wave, flac)
    n_bytes = int(depth) // 8
    raw = np.ascontiguousarray(flac.astype("<i4")).view(np.uint8).reshape(-1, 4)[:, 4 - n_bytes :]
    assert (tmp_path / "x.flac").read_bytes()[26:42] == hashlib.md5(raw.tobytes()).digest()


def test_one_can_go_anywhere_in_a_flac_of_repeated_frames(tmp_path, short_song):
    extend_audio(short_song, request_for(tmp_path / "x.flac", 60.0), Silence())
    whole, _ = soundfile.read(tmp_path / "x.flac", dtype="int16")
    with soundfile.SoundFile(tmp_path / "x.flac") as file:
        for place in np.random.default_rng(0).integers(0, len(whole) - 500, 40):
            file.seek(int(place))
            np.testing.assert_array_equal(file.read(500, dtype="int16"), whole[place : place + 500])


@pytest.mark.parametrize("loop_frames", [4_096 * 3, 4_096 * 3 + 1, 4_096 * 2 + 15, 4_096 + 16, 20_000])
def test_flac_holds_loops_of_any_length(tmp_path, loop_frames):
    audio = Audio(notes(8, 4)[:loop_frames], RATE)
    shape = LoopShape(LoopPoints(0.0, audio.duration_seconds), CrossfadeChoice(milliseconds=0.0))
    request = ExtendRequest(Target(repeats=5), tmp_path / "x.flac", shape, bit_depth=BitDepth.INT_24)
    extended = extend_audio(audio, request, Silence())
    found, _ = soundfile.read(tmp_path / "x.flac", dtype="float32", always_2d=True)
    assert len(found) == 5 * loop_frames == extended.verified.n_frames
    np.testing.assert_allclose(found[loop_frames : 2 * loop_frames - 100], audio.samples[:-100], atol=2**-22)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "opus"])
def test_loop_points_are_written_and_read_again(tmp_path, short_song, suffix):
    path = tmp_path / f"tagged.{suffix}"
    extend_audio(
        short_song, request_for(path, 12.0, with_loop_tags=True, texts=(("title", "Rain"),)), Silence()
    )
    tags = read_loop_tags(path)
    assert tags is not None
    assert (tags.start_frame, tags.length_frames) == (RATE_48, 4 * RATE_48)
    with soundfile.SoundFile(path) as file:
        assert file.title == "Rain"


def test_a_tagged_file_is_extended_by_its_own_loop(tmp_path, short_song):
    from infinite_studio.services.looping_extending import extend_file

    tagged = tmp_path / "tagged.wav"
    extend_audio(short_song, request_for(tagged, 12.0, with_loop_tags=True), Silence())
    longer = extend_file(tagged, ExtendRequest(Target(repeats=3), tmp_path / "longer.wav"), Silence())
    assert longer.preview.loop_seconds == 4.0


def test_the_preview_says_what_will_be_written(tmp_path, short_song):
    request = request_for(tmp_path / "x.wav", 3_600.0)
    shown = preview_extension(short_song, request, Silence())
    assert shown.duration_seconds == 3_600.0
    assert shown.size_bytes == pytest.approx(3_600 * RATE_48 * 4, abs=10_000)
    assert not list(tmp_path.iterdir())


def test_a_loudness_is_reached_or_the_ceiling_is_named(tmp_path, short_song):
    from infinite_studio.audio.loudness import integrated_loudness, true_peak_dbtp
    from infinite_studio.audio.reading import read_audio

    quiet = extend_audio(short_song, request_for(tmp_path / "q.wav", loudness_lufs=-30.0), Silence())
    assert integrated_loudness(read_audio(quiet.path)) == pytest.approx(-30.0, abs=1.0)
    loud = extend_audio(short_song, request_for(tmp_path / "l.wav", loudness_lufs=-3.0), Silence())
    assert true_peak_dbtp(read_audio(loud.path)) <= -0.9
    assert loud.notes


def test_an_existing_name_is_never_overwritten(tmp_path, short_song):
    path = tmp_path / "mine.wav"
    path.write_bytes(b"mine")
    with pytest.raises(NameTakenError):
        extend_audio(short_song, request_for(path), Silence())
    assert path.read_bytes() == b"mine"


def test_an_unknown_format_is_refused():
    from pathlib import Path

    from infinite_studio.looping.formats import format_of

    with pytest.raises(UnwritableSoundError):
        format_of(Path("x.aiff"))
    with pytest.raises(UnwritableSoundError):
        FileKind(LoopFormat.FLAC, BitDepth.FLOAT_32).require_writable(2)


def test_a_seam_unlike_the_first_is_noticed(tmp_path, short_song):
    extended = extend_audio(short_song, request_for(tmp_path / "x.wav"), Silence())
    samples, rate = soundfile.read(extended.path, dtype="float32", always_2d=True)
    samples[9 * RATE_48 : 9 * RATE_48 + 400] += 0.2
    soundfile.write(tmp_path / "broken.wav", samples, rate, subtype="PCM_16")
    seams = [5 * RATE_48, 9 * RATE_48, 13 * RATE_48]
    with pytest.raises(UnequalSeamsError) as problem:
        verify(tmp_path / "broken.wav", LoopFormat.WAV, len(samples), rate, seams, Silence())
    assert problem.value.seam == 2


def test_a_walk_is_the_same_for_a_seed_and_repeats_nothing_too_soon():
    one, other = (list(itertools.islice(walk(6, 3, seed=4), 300)) for _ in range(2))
    assert one == other
    assert one != list(itertools.islice(walk(6, 3, seed=5), 300))
    for place, piece_number in enumerate(one):
        assert piece_number not in one[max(place - 3, 0) : place]
    counts = np.bincount(one)
    assert len(counts) == 6
    assert counts.min() > 30


def test_too_few_pieces_are_said():
    with pytest.raises(TooFewPiecesError):
        next(walk(3, 3, seed=0))


def test_pieces_are_joined_on_the_bar_and_tails_ring_on():
    bars = len(notes(4, 1))

    class Two:
        names = ("A", "B")
        pieces = (
            Piece("A", np.concatenate([notes(4, 1), 0.2 * notes(1, 5)]), bars),
            Piece("B", notes(4, 2), bars),
        )

        def piece(self, index):
            return self.pieces[index]

    source = Two()
    sound = np.concatenate(list(LivingRun(source, (0, 1, 0), 3 * bars, 200).blocks()))
    assert len(sound) == 3 * bars
    a, b = source.pieces
    np.testing.assert_array_equal(sound[:bars], a.samples[:bars])
    tail = a.samples[bars:]
    np.testing.assert_allclose(sound[bars : bars + len(tail)], b.samples[: len(tail)] + tail, atol=1e-6)
    assert steps_for([bars, bars], 3 * bars, 1, 0) == [0, 1, 0]


def test_a_round_unlike_the_first_is_noticed_wherever_it_is(tmp_path, short_song):
    request = request_for(tmp_path / "x.wav", 40.0)
    form = loop_form(short_song, RATE_48, 5 * RATE_48)
    runs = sections_of(form, plan_of(form, Target(seconds=40.0, is_exact=True)))
    extend_audio(short_song, replace(request, fade_in_seconds=0.0, fade_out_seconds=0.0), Silence())
    verify_rounds(request.output, LongSound(runs, RATE_48, 2), BitDepth.INT_16, Silence())
    data = bytearray(request.output.read_bytes())
    data[44 + 4 * (RATE_48 * 15 + 77)] ^= 1
    request.output.write_bytes(data)
    with pytest.raises(IncompleteFileError) as problem:
        verify_rounds(request.output, LongSound(runs, RATE_48, 2), BitDepth.INT_16, Silence())
    assert problem.value.found_frames == 13 * RATE_48
    request.output.write_bytes(data[:-RATE_48])
    with pytest.raises(IncompleteFileError):
        verify_rounds(request.output, LongSound(runs, RATE_48, 2), BitDepth.INT_16, Silence())


def test_in_hours_of_rounds_one_that_lies_elsewhere_came_short_or_was_left_out_is_noticed(
    tmp_path, monkeypatch
):
    from infinite_studio.audio import repeated_wave
    from infinite_studio.looping.rendering import Section

    monkeypatch.setattr(repeated_wave, "_WHOLE_BYTES", 1_000)
    round_frames, path = 60_000, tmp_path / "x.wav"
    runs = [Section((notes(24, 3)[:round_frames],), 9)]
    repeated_wave.write_repeated_wave(
        path, LongSound(runs, RATE, 2), BitDepth.INT_16, Gate(clips=True), Silence()
    )
    verify_rounds(path, LongSound(runs, RATE, 2), BitDepth.INT_16, Silence())
    data, fifth = path.read_bytes(), 44 + 4 * 4 * round_frames
    moved = data[:fifth] + bytes(4) + data[fifth:-4]
    missing = data[:fifth] + bytes(4 * round_frames) + data[fifth + 4 * round_frames :]
    for number, broken in ((4, moved), (4, missing), (8, data[:-100])):
        path.write_bytes(broken)
        with pytest.raises(IncompleteFileError) as problem:
            verify_rounds(path, LongSound(runs, RATE, 2), BitDepth.INT_16, Silence())
        assert problem.value.found_frames == number * round_frames


def test_pieces_are_copied_as_often_as_they_are_played(tmp_path, monkeypatch):
    from infinite_studio.audio import repeated_wave
    from infinite_studio.looping.rendering import Section

    samples = notes(4, 3)
    runs = [Section((samples[:700],), 5), Section((samples,), 4), Section((samples[:33],))]
    for kept in (1 << 25, 1_000):
        monkeypatch.setattr(repeated_wave, "_KEPT_BYTES", kept)
        monkeypatch.setattr(repeated_wave, "_COPY_BYTES", 4_096)
        path = tmp_path / f"{kept}.wav"
        gate = Gate(clips=False)
        repeated_wave.write_repeated_wave(path, LongSound(runs, RATE, 2), BitDepth.FLOAT_32, gate, Silence())
        found, _ = soundfile.read(path, dtype="float32")
        wanted = np.concatenate([samples[:700]] * 5 + [samples] * 4 + [samples[:33]])
        np.testing.assert_array_equal(found, wanted)
        verify_rounds(path, LongSound(runs, RATE, 2), BitDepth.FLOAT_32, Silence())


def test_a_flac_has_a_seek_table_whose_points_are_frames(tmp_path, short_song):
    extend_audio(short_song, request_for(tmp_path / "x.flac", 60.0), Silence())
    data = (tmp_path / "x.flac").read_bytes()
    place, last, points = 4, False, []
    while not last:
        last, kind, size = (
            bool(data[place] & 0x80),
            data[place] & 0x7F,
            int.from_bytes(data[place + 1 : place + 4]),
        )
        if kind == 3:
            points = list(struct.iter_unpack(">QQH", data[place + 4 : place + 4 + size]))
        place += 4 + size
    assert len(points) == 6
    for number, (frame, offset, n_frames) in enumerate(points):
        assert 0 <= frame - 10 * number * RATE_48 < 4_096
        coded = coded_number(frame)
        assert data[place + offset : place + offset + 2] == b"\xff\xf9"
        assert data[place + offset + 4 : place + offset + 4 + len(coded)] == coded
        assert n_frames > 0
