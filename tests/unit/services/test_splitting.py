"""From a stored sound to stems and tracks; from files to files, one or hundreds."""

import numpy as np
import pytest

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.files import DiskFullError
from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.writing import BitDepth, SoundFormat, write_audio
from infinite_studio.engines.registry import built_in_separators
from infinite_studio.errors import StudioError
from infinite_studio.music.stems import StemType
from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.services import splitting
from infinite_studio.services.importing import import_sound
from infinite_studio.services.split_files import (
    FailedFile,
    FilesRequest,
    NothingToSplitError,
    SplitFile,
    sound_files_in,
)
from infinite_studio.services.split_wish import PRESETS, SplitWish, preset_named, wish_of
from infinite_studio.services.splitting import split_and_store, tracks_of_split
from infinite_studio.services.splitting_files import split_file, split_files
from infinite_studio.services.stem_names import BATCH_TEMPLATE, FULL_TEMPLATE, stem_title

SEPARATORS = built_in_separators()
KARAOKE = wish_of("quick", preset="Karaoke")


def beeps(seconds=0.4, rate=44_100, channels=2, seed=0):
    chance = np.random.default_rng(seed)
    return Audio.of(0.2 * chance.standard_normal((int(seconds * rate), channels)).clip(-4, 4), rate)


def test_stems_are_kept_as_objects_with_a_recipe_that_names_the_source(studio, song_file):
    sound = import_sound(song_file, studio, Silence())
    split = split_and_store(sound.object_id, "song", "quick", studio, Silence())
    assert tuple(split.stems) == studio.separators.get("quick").stem_types
    assert split.recipe.input_object_ids == (sound.object_id,)
    tracks = tracks_of_split(split)
    assert [track.clips[0].recipe.parameters["stem"] for track in tracks] == [s.value for s in split.stems]
    original = read_audio(song_file).samples
    total = sum(
        read_audio(studio.library.object_path(i)).samples.astype(np.float64) for i in split.object_ids
    )
    assert np.abs(total - original).max() < 1e-6


def test_minus_one_and_its_stem_sum_to_the_original_exactly(studio, song_file):
    sound = import_sound(song_file, studio, Silence())
    wish = SplitWish("quick", (StemType.VOCALS,), keeps_rest=True)
    split = split_and_store(sound.object_id, "song", wish, studio, Silence())
    parts = [read_audio(studio.library.object_path(i)).samples.astype(np.float64) for i in split.object_ids]
    assert len(parts) == 2
    assert np.array_equal(sum(parts), read_audio(song_file).samples)
    assert [track.name for track in tracks_of_split(split)] == ["Vocals · song", "No vocals · song"]


def test_a_silent_stem_is_marked(studio, tmp_path):
    path = tmp_path / "tone.wav"
    tone = np.sin(np.arange(44_100) * 2 * np.pi * 60 / 44_100) * 0.5
    write_audio(path, Audio.of(np.stack([tone, tone], axis=1), 44_100))
    sound = import_sound(path, studio, Silence())
    split = split_and_store(sound.object_id, "tone", "quick", studio, Silence())
    names = [track.name for track in tracks_of_split(split)]
    assert "Bass · tone" in names
    assert any(name.endswith("(silent)") for name in names)


def test_stems_too_long_for_memory_are_kept_from_files(studio, song_file, monkeypatch):
    sound = import_sound(song_file, studio, Silence())
    whole = split_and_store(sound.object_id, "song", "quick", studio, Silence())
    monkeypatch.setattr(splitting, "LARGEST_IN_MEMORY_FRAMES", 0)
    filed = split_and_store(sound.object_id, "song", "quick", studio, Silence())
    for stem, object_id in whole.stems.items():
        first, second = (
            read_audio(studio.library.object_path(i)).samples for i in (object_id, filed.stems[stem])
        )
        assert np.array_equal(first, second)
    assert not list((studio.folders.cache / "splitting").iterdir())


@pytest.mark.parametrize(
    ("rate", "channels", "seconds"),
    [(8_000, 1, 0.1), (192_000, 2, 0.2), (48_000, 8, 0.3), (44_100, 1, 0.0001)],
)
def test_stem_files_have_the_shape_of_the_original(tmp_path, rate, channels, seconds):
    path = tmp_path / "odd.wav"
    write_audio(path, beeps(seconds, rate, channels), bit_depth=BitDepth.FLOAT_32)
    done = split_file(path, FilesRequest((path,), tmp_path / "out"), SEPARATORS, Silence())
    original = read_audio(path)
    for stem in done.stems.values():
        audio = read_audio(stem)
        assert (audio.samples.shape, audio.sample_rate) == (original.samples.shape, rate)


def test_stems_beyond_full_scale_keep_what_is_beyond(tmp_path):
    path = tmp_path / "loud.wav"
    write_audio(path, Audio.of(beeps().samples * 8, 44_100), bit_depth=BitDepth.FLOAT_32)
    done = split_file(path, FilesRequest((path,), tmp_path), SEPARATORS, Silence())
    total = sum(read_audio(stem).samples.astype(np.float64) for stem in done.stems.values())
    assert np.abs(total - read_audio(path).samples).max() < 1e-5


def test_nothing_is_overwritten_and_the_template_names_the_files(tmp_path):
    path = tmp_path / "My song.wav"
    write_audio(path, beeps())
    request = FilesRequest((path,), tmp_path / "out", KARAOKE, sound_format=SoundFormat.FLAC)
    first = split_file(path, request, SEPARATORS, Silence())
    before = first.stems["rest"].read_bytes()
    second = split_file(path, request, SEPARATORS, Silence())
    assert first.stems["rest"].name == "My song - no vocals.flac"
    assert second.stems["rest"].name == "My song - no vocals (2).flac"
    assert first.stems["rest"].read_bytes() == before


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (FULL_TEMPLATE, "Song - drums - 120 BPM - A minor"),
        (BATCH_TEMPLATE, "Song - drums"),
        ("{tempo} {title}", "120 BPM Song - drums"),
        ("{nonsense}-{stem}", "{nonsense}-drums"),
    ],
)
def test_a_template_is_filled_in(template, expected):
    assert stem_title(template, title="Song", stem="drums", tempo_bpm=120.2, key="A minor") == expected


def test_what_is_not_known_goes_away_with_its_dash():
    assert stem_title(FULL_TEMPLATE, title="Song", stem="drums") == "Song - drums"
    assert stem_title("{key} - {title} - {stem}", title="Song", stem="drums") == "Song - drums"


def two_hundred(folder):
    folder.mkdir()
    good = folder / "good.wav"
    write_audio(good, beeps(0.02, 8_000, 1))
    data = good.read_bytes()
    bad = [b"", b"not a sound", data[:20], b"ID3" + bytes(40)]
    for index in range(200):
        is_bad = index % 10 == 5
        (folder / f"{index:03}.wav").write_bytes(bad[index // 10 % 4] if is_bad else data)
    good.unlink()


def test_of_two_hundred_files_with_twenty_bad_ones_180_are_done_and_20_named(tmp_path):
    two_hundred(tmp_path / "in")
    shared = []

    class Listener(Silence):
        def share(self, partial):
            shared.append(partial)

    request = FilesRequest((tmp_path / "in",), tmp_path / "out", KARAOKE)
    report = split_files(request, SEPARATORS, Listener())
    assert len(report.done) == 180
    assert [failed.source.name for failed in report.failed] == [f"{i:03}.wav" for i in range(5, 200, 10)]
    assert all(failed.sentence.endswith(".") and failed.hint for failed in report.failed)
    assert len(list((tmp_path / "out").iterdir())) == 180
    assert len([s for s in shared if isinstance(s, SplitFile)]) == 180
    assert len([s for s in shared if isinstance(s, FailedFile)]) == 20


def test_cancelling_a_batch_keeps_the_finished_files_and_nothing_half_written(tmp_path):
    (tmp_path / "in").mkdir()
    for index in range(4):
        write_audio(tmp_path / "in" / f"{index}.wav", beeps(0.05))

    class Impatient(Silence):
        def report(self, fraction, stage=""):
            if fraction > 0.6:
                raise OperationCancelled

    out = tmp_path / "out"
    with pytest.raises(OperationCancelled):
        split_files(FilesRequest((tmp_path / "in",), out, KARAOKE), SEPARATORS, Impatient())
    assert sorted(path.name for path in out.iterdir()) == ["0 - no vocals.wav", "1 - no vocals.wav"]


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path, monkeypatch):
    path = tmp_path / "song.wav"
    write_audio(path, beeps())
    monkeypatch.setattr("infinite_studio.audio.files.free_bytes", lambda _path: 1_000)
    out = tmp_path / "out"
    with pytest.raises(DiskFullError, match="1,000 bytes"):
        split_file(path, FilesRequest((path,), out), SEPARATORS, Silence())
    assert not out.exists()


class WithoutWeights:
    names = ("htdemucs",)

    def get(self, name):
        return self

    @property
    def stem_types(self):
        return (StemType.DRUMS, StemType.BASS)

    def separate(self, audio, progress):
        error = StudioError("htdemucs is not here yet.", hint="Download it.")
        error.remedy = "download:htdemucs"
        raise error


def test_missing_weights_stop_a_batch_at_once(tmp_path):
    for index in range(3):
        write_audio(tmp_path / f"{index}.wav", beeps(0.05))
    with pytest.raises(StudioError, match="not here yet"):
        split_files(FilesRequest((tmp_path,), tmp_path / "out"), WithoutWeights(), Silence())


def test_folders_are_searched_for_sounds_and_hidden_files_left_alone(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("a.wav", "deep/b.FLAC", ".c.wav", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in sound_files_in([tmp_path, tmp_path / "a.wav"])] == ["a.wav", "b.FLAC"]
    with pytest.raises(NothingToSplitError):
        split_files(FilesRequest((tmp_path / "deep" / "nothing",)[:0], tmp_path), SEPARATORS, Silence())


def test_every_preset_is_a_wish_and_others_are_refused_with_the_names():
    for preset in PRESETS:
        assert wish_of("quick", preset=preset.name.upper()).keeps_rest is preset.keeps_rest
    with pytest.raises(StudioError) as caught:
        preset_named("nonsense")
    assert "karaoke" in caught.value.hint
