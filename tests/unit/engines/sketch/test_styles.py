import tomllib
from pathlib import Path

import pytest

from infinite_studio.engines.sketch.sound.drum_sounds import DRUM_VOICES
from infinite_studio.engines.sketch.sound.names import DRUM_SOUNDS, INSTRUMENTS, TEXTURES
from infinite_studio.engines.sketch.sound.presets import BEDS, PRESETS
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.engines.sketch.style_reader import read_style
from infinite_studio.engines.sketch.style_table import StyleError
from infinite_studio.errors import StudioError
from infinite_studio.music.chords import parse_progression
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.stems import StemType
from infinite_studio.resources import resource_path

GOOD = (resource_path("styles") / "trap.toml").read_text(encoding="utf-8")


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_at_least_six_styles_are_bundled(library):
    assert {"trap", "house", "lo-fi hip hop", "drum & bass", "synthwave", "ambient"} <= {
        style.name for style in library.styles
    }


def test_every_bundled_style_fills_all_stems_it_promises(library, style_name):
    style = library.called(style_name)
    assert {part.stem for part in style.parts} == {StemType.BASS, StemType.MELODY, StemType.OTHER}
    assert style.drums.grooves


@pytest.mark.parametrize("mode", list(Mode))
def test_every_bundled_progression_stays_in_its_key(library, style_name, mode):
    key = Key(0, mode)
    harmony = library.called(style_name).harmony
    for text in (*harmony.progressions[mode], harmony.cadences[mode]):
        for chord in parse_progression(text, key):
            assert set(chord.pitch_classes) <= set(key.scale), f"{chord.numeral} in {text}"


def test_every_cadence_ends_on_the_tonic(library, style_name):
    for mode, text in library.called(style_name).harmony.cadences.items():
        assert parse_progression(text, Key(7, mode))[-1].root == 7


def test_every_sound_that_may_be_named_exists():
    assert set(PRESETS) == set(INSTRUMENTS)
    assert set(BEDS) == set(TEXTURES)
    assert set(DRUM_VOICES) == set(DRUM_SOUNDS)


def test_a_style_of_ones_own_is_read(tmp_path):
    path = written(tmp_path, GOOD.replace('name = "trap"', 'name = "mine"', 1))
    assert StyleLibrary(tmp_path).called("mine") == read_style(path)


BAD = [
    ('name = "trap"', "", "name", "a text"),
    ("default_bpm = 140", "default_bpm = 900", "tempo.default_bpm", "126 to 160"),
    ("default_bpm = 140", 'default_bpm = "fast"', "tempo.default_bpm", "a number"),
    ("highest_bpm = 160", "highest_bpm = true", "tempo.highest_bpm", "a number"),
    ("bars_per_chord = 2", "bars_per_chord = 3", "harmony.bars_per_chord", "0.5, 1, 2, 4 or 8"),
    ('"i VI",', '"i H",', "harmony.minor", "roman numerals"),
    ('cadence_minor = "v i"', 'cadence_minor = "i"', "harmony.cadence_minor", "two chords"),
    ('sound = "kick-808"', 'sound = "kick-999"', "drums.kit.kick.sound", "one of kick-808"),
    ("X.....x...x..... | X.....x....x..6.", "X..x", "drums.groove[0].kick", "16, 32, 48 or 64 steps"),
    ("X.....x...x..... | X.....x....x..6.", "X.....q...x.....", "drums.groove[0].kick", "made of Xxgrt"),
    ('role = "lead"', 'role = "leed"', "part[1].role", "one of bass, chords, arp, lead, texture"),
    ('instrument = "choir"', 'instrument = "kazoo"', "part[3].instrument", "one of 808"),
    ("voices = 4", "voices = 40", "part[3].voices", "a whole number from 1 to 6"),
    ("voices = 4", "voices = 2.5", "part[3].voices", "a whole number"),
    ("lowest = 29", "lowest = 400", "part[0].lowest", "a whole number"),
    ("density = 0.38", "densety = 0.38", "part[1].densety", "one of"),
    ("reverb_seconds = 2.2", "reverb_seconds = -1", "effects.reverb_seconds", "a number from 0.2 to 8"),
    ("loudness_lufs = -13.5", "", "mix.loudness_lufs", "a number"),
    ("[effects]", "[effexts]", "effects", "a table"),
    ("[sections.b]", "[sections.chorus]", "sections.chorus", "one of intro"),
    ('parts = ["bell", "pad"]', 'parts = ["bell", "tuba"]', "sections.intro.parts", "names among"),
    ('drums = ["hat", "rim", "crash"]', "drums = 3", "sections.intro.drums", "texts"),
]


@pytest.mark.parametrize(("good", "bad", "key", "expected"), BAD)
def test_a_mistake_is_told_with_file_key_and_expectation(tmp_path, good, bad, key, expected):
    assert good in GOOD
    path = written(tmp_path, GOOD.replace(good, bad, 1))
    with pytest.raises(StyleError) as caught:
        read_style(path)
    assert isinstance(caught.value, StudioError)
    assert (caught.value.path, caught.value.key) == (path, key)
    assert expected in caught.value.expected
    assert "mine.toml" in str(caught.value)
    assert key in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("data", [b"name = ", b"\xff\xfe\x00", b"[tempo]\n[tempo]"])
def test_a_file_that_is_no_toml_is_told_by_name(tmp_path, data):
    path = tmp_path / "broken.toml"
    path.write_bytes(data)
    with pytest.raises(StyleError, match=r"broken\.toml"):
        read_style(path)


def test_two_styles_cannot_share_a_word(tmp_path):
    written(tmp_path, GOOD, "one.toml")
    written(tmp_path, GOOD.replace('name = "trap"', 'name = "other"', 1), "two.toml")
    with pytest.raises(StyleError, match="does not use already"):
        StyleLibrary(tmp_path)


def test_a_folder_without_styles_is_refused(tmp_path):
    with pytest.raises(StyleError, match="at least one style file"):
        StyleLibrary(tmp_path)


def test_style_files_are_plain_toml():
    for path in resource_path("styles").glob("*.toml"):
        assert tomllib.loads(path.read_text(encoding="utf-8"))["name"]
