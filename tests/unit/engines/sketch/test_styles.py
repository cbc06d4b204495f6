import tomllib
from pathlib import Path

import pytest

from infinite_studio.engines.sketch.sound.drums.kit import DRUM_VOICES
from infinite_studio.engines.sketch.sound.names import DRUM_SOUNDS, INSTRUMENTS, TEXTURES
from infinite_studio.engines.sketch.sound.presets import BEDS, PRESETS
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.engines.sketch.style_pages import style_pages
from infinite_studio.engines.sketch.style_reader import read_style
from infinite_studio.engines.sketch.style_table import StyleError, StyleTable
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


PROMISED = [
    "trap", "drill", "boom bap", "lo-fi hip hop", "house", "deep house", "techno", "drum & bass", "dubstep",
    "uk garage", "synthwave", "ambient", "cinematic", "funk", "disco", "reggaeton", "afrobeats", "indie rock",
    "jazz trio", "chiptune", "phonk",
]  # fmt: skip


def test_the_promised_styles_are_bundled(library):
    assert set(PROMISED) <= {style.name for style in library.styles}


def test_every_bundled_style_fills_all_stems_it_promises(library, style_name):
    style = library.called(style_name)
    assert {part.stem for part in style.parts} == {StemType.BASS, StemType.MELODY, StemType.OTHER}
    assert style.drums.grooves


@pytest.mark.parametrize("mode", list(Mode))
def test_a_bundled_progression_alters_the_scale_in_one_chord_of_it_at_most(library, style_name, mode):
    """What a chord may borrow: the leading tone of V, a lowered second, the sevenths of a blues."""
    key = Key(0, mode)
    harmony = library.called(style_name).harmony
    for text in (*harmony.progressions[mode], harmony.cadences[mode]):
        chords = parse_progression(text, key)
        foreign = {chord.pitch_classes: set(chord.pitch_classes) - set(key.scale) for chord in chords}
        assert all(len(tones) <= 2 for tones in foreign.values()), text
        assert sum(map(bool, foreign.values())) <= (2 if style_name in {"funk", "jazz trio"} else 1), text


def test_every_bundled_style_tells_what_it_is_like(library, style_name):
    style = library.called(style_name)
    assert style.moods
    assert style.description.endswith(".")
    assert len(style.synonyms) >= 3
    assert len(style.drums.grooves) >= 2
    assert len(style.drums.fills) >= (0 if style.drums.optional else 2)
    assert all(len(style.harmony.progressions[mode]) >= 2 for mode in Mode)


def test_styles_do_not_share_their_drums(library):
    """Whoever copies a style to begin a new one has to write its own grooves."""
    seen = {}
    for style in library.styles:
        for groove in style.drums.grooves:
            shape = tuple(
                sorted(
                    (style_kit.sound, groove.rows[drum])
                    for drum, style_kit in style.drums.kit.items()
                    if drum in groove.rows
                )
            )
            assert seen.setdefault(shape, style.name) == style.name


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
    ("X.....x...x..... | X.....x....x..6.", "X.....z...x.....", "drums.groove[0].kick", "made of Xxgrt"),
    ('role = "lead"', 'role = "leed"', "part[1].role", "one of bass, chords, arp, lead, texture"),
    ('instrument = "choir"', 'instrument = "kazoo"', "part[3].instrument", "one of 808"),
    ("voices = 4", "voices = 40", "part[3].voices", "a whole number from 1 to 6"),
    ("voices = 4", "voices = 2.5", "part[3].voices", "a whole number"),
    ("lowest = 29", "lowest = 400", "part[0].lowest", "a whole number"),
    ("leaps = 0.3", "leeps = 0.3", "part[1].leeps", "one of"),
    ('form = "svsa"', 'form = "sxsa"', "part[1].form", "letters among"),
    ('form = "svsa"', 'form = "rr"', "part[1].form", "letters among"),
    ('voicing = "open"', 'voicing = "wide"', "part[3].voicing", "one of led"),
    ("glide = 0.3", "glide = 0.3\neffects = { fuzz = 1 }", "part[0].effects.fuzz", "an effect"),
    ("glide = 0.3", "glide = 0.3\neffects = { drive = 2 }", "part[0].effects.drive", "a number from 0 to 1"),
    ('moods = ["dark"', 'moods = ["purple"', "moods", "words that the composer knows"),
    ("energy = 0.69", "energy = 70", "energy", "a number from 0 to 1"),
    ('body = ["a 8"', 'body = ["chorus 8"', "arrangement.body", "a section and its bars"),
    ('body = ["a 8"', 'body = ["a eight"', "arrangement.body", "a section and its bars"),
    ('sections = ["break"]', 'sections = ["solo"]', "drums.fill[2].sections", "names among"),
    ("late_ms = 4", "late_ms = 400", "drums.kit.clap.late_ms", "a number from -30 to 30"),
    ('name = "trap"', 'name = "--"', "name", "letters or digits"),
    ("reverb_seconds = 2.2", "reverb_seconds = -1", "effects.reverb_seconds", "a number from 0.2 to 8"),
    ("loudness_lufs = -14", "", "mix.loudness_lufs", "a number"),
    ("[effects]", "[effexts]", "effects", "a table"),
    ("[sections.b]", "[sections.chorus]", "sections.chorus", "one of intro"),
    ('parts = ["lead", "pad"]', 'parts = ["lead", "tuba"]', "sections.intro.parts", "names among"),
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


def test_ones_own_folder_adds_to_the_bundled_styles(tmp_path, library):
    own = GOOD.replace('name = "trap"', 'name = "my trap"', 1).replace("synonyms = [", "synonyms = []#", 1)
    written(tmp_path, own)
    both = StyleLibrary.bundled(tmp_path)
    assert len(both.styles) == len(library.styles) + 1
    assert both.called("my trap").name == "my trap"
    assert both.problems == ()


def test_a_bad_file_of_ones_own_is_named_and_does_not_stop_the_others(tmp_path, library):
    own = GOOD.replace('name = "trap"', 'name = "zouk"', 1).replace("synonyms = [", "synonyms = []#", 1)
    written(tmp_path, "name = ", "a.toml")
    written(tmp_path, own.replace("default_bpm = 140", "default_bpm = 900"), "b.toml")
    written(tmp_path, own.replace('name = "zouk"', 'name = "mine"').replace("[]#", '["house"]#'), "c.toml")
    written(tmp_path, own, "d.toml")
    both = StyleLibrary.bundled(tmp_path)
    assert [problem.path.name for problem in both.problems] == ["a.toml", "b.toml", "c.toml"]
    assert all(str(problem).endswith(".") and problem.hint for problem in both.problems)
    assert both.called("zouk").name == "zouk"
    assert both.called("house").name == "house"
    assert len(both.styles) == len(library.styles) + 1


def test_a_style_of_ones_own_takes_the_place_of_a_bundled_one_of_its_name(tmp_path, library):
    written(tmp_path, GOOD.replace("default_bpm = 140", "default_bpm = 150"))
    both = StyleLibrary.bundled(tmp_path)
    assert both.called("trap").tempo.default_bpm == 150
    assert both.names == library.names


def test_a_bad_replacement_leaves_the_bundled_style_in_place(tmp_path):
    written(tmp_path, GOOD.replace("synonyms = [", 'synonyms = ["house", ', 1))
    both = StyleLibrary.bundled(tmp_path)
    assert len(both.problems) == 1
    assert both.called("trap").synonyms == StyleLibrary.bundled().called("trap").synonyms
    assert both.called("house").name == "house"


def test_a_folder_of_ones_own_that_is_not_there_is_no_problem(tmp_path, library):
    both = StyleLibrary.bundled(tmp_path / "nowhere")
    assert (both.problems, len(both.styles)) == ((), len(library.styles))


def test_style_files_are_plain_toml():
    for path in resource_path("styles").glob("*.toml"):
        assert tomllib.loads(path.read_text(encoding="utf-8"))["name"]


def test_the_pages_of_the_styles_are_up_to_date(library):
    """Write them anew with ``python -m infinite_studio.engines.sketch.style_pages docs/styles.md``."""
    pages = Path(__file__).resolve().parents[4] / "docs" / "styles.md"
    assert pages.read_text(encoding="utf-8") == style_pages(library.styles)


def test_the_pages_tell_every_key_that_a_style_file_may_have(monkeypatch):
    asked, get = set(), StyleTable._get

    def noting(table, key, default):
        asked.add((table.name.partition("[")[0], key))
        return get(table, key, default)

    monkeypatch.setattr(StyleTable, "_get", noting)
    read_style(resource_path("styles") / "trap.toml")
    told = style_pages(())
    tables = {"", "drums", "drums.kit", "drums.groove", "drums.fill", "sections", "part.effects"}
    keys = {key for table, key in asked if table not in tables}
    assert len(keys) > 60
    assert {key for key in keys if f"`{key}`" not in told} == set()
