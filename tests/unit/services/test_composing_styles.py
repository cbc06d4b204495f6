"""Styles as a person chooses them."""

import pytest

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.registry import built_in_generators
from infinite_studio.resources import resource_path
from infinite_studio.services.style_pages import UnknownStyleError, style_pages
from infinite_studio.services.styles import style_problems, styles_folder, styles_of, with_style


@pytest.fixture(scope="module")
def styles():
    return styles_of("sketch", built_in_generators())


def called(styles, name):
    return next(style for style in styles if style.name == name)


def test_every_style_says_what_it_is_and_how_fast(styles):
    assert len(styles) >= 18
    for style in styles:
        lowest, highest = style.tempo_range_bpm
        assert 30 <= lowest <= style.default_tempo_bpm <= highest <= 300
        assert style.description
        assert style.names[0] == style.name


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("", "techno"),
        ("dark, 130 bpm", "techno, dark, 130 bpm"),
        ("dark House, 122 bpm", "dark techno, 122 bpm"),
        ("boom-bap with rhodes", "techno with rhodes"),
        ("house and trap, warm", "techno, warm"),
        ("warehouse mood", "techno, warehouse mood"),
    ],
)
def test_choosing_a_style_writes_it_in_the_place_of_the_one_that_was_named(styles, prompt, expected):
    assert with_style(prompt, called(styles, "techno"), styles) == expected


def test_what_is_written_is_understood_as_that_style(styles):
    engine = built_in_generators().get("sketch")
    for style in styles:
        prompt = with_style("dark trap with rhodes", style, styles)
        assert engine.understand(GenerationRequest(prompt)).style == style.name


def test_a_person_s_own_style_joins_the_others_and_a_bad_one_is_told(folders):
    folder = styles_folder(folders)
    folder.mkdir(parents=True)
    own = resource_path("styles", "house.toml").read_text("utf-8")
    own = own.replace('name = "house"', 'name = "garden house"', 1)
    lines = [
        'synonyms = ["gardenhouse"]' if line.startswith("synonyms") else line for line in own.split("\n")
    ]
    (folder / "garden.toml").write_text("\n".join(lines), "utf-8")
    (folder / "broken.toml").write_text("name = 3", "utf-8")
    generators = built_in_generators(folder)
    assert "garden house" in {style.name for style in styles_of("sketch", generators)}
    (problem,) = style_problems("sketch", generators)
    assert "broken.toml" in str(problem)
    assert problem.hint


def test_the_page_of_a_style_tells_what_the_composer_plays_from():
    generators = built_in_generators()
    page = style_pages("sketch", generators, "DEEP-house")
    assert page.startswith("## Deep house")
    for word in ("BPM", "Chords in minor", "Bass:", "Arrangement", "Also called"):
        assert word in page
    assert style_pages("sketch", generators).count("\n## ") >= 17


def test_a_style_that_there_is_not_is_answered_with_those_that_there_are():
    with pytest.raises(UnknownStyleError) as caught:
        style_pages("sketch", built_in_generators(), "polka")
    assert "house" in caught.value.hint
