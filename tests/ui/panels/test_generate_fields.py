"""What the fields of the Generate panel mean."""

import pytest

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.music.key import Key
from infinite_studio.ui.generate_fields import (
    MAX_SEED,
    FieldError,
    GenerateFields,
    parse_length,
    parse_seed,
    parse_tempo,
)


@pytest.mark.parametrize(
    ("text", "bars", "seconds"),
    [
        ("8", 8, None),
        ("8 bars", 8, None),
        ("15 s", None, 15.0),
        ("12,5 sec", None, 12.5),
        ("1:30", None, 90.0),
        ("0:07.250", None, 7.25),
    ],
)
def test_a_length_is_read_as_it_is_written(text, bars, seconds):
    length = parse_length(text)
    assert (length.bars, length.seconds) == (bars, seconds)


@pytest.mark.parametrize("text", ["", "  ", "Auto"])
def test_no_length_leaves_it_to_the_prompt(text):
    assert parse_length(text) is None


@pytest.mark.parametrize("text", ["0", "-4", "many", "8 miles", "2.5", "1:75", "nan", "1e3", "٣x"])
def test_a_text_that_is_no_length_in_bars_is_refused_with_a_hint(text):
    with pytest.raises(FieldError) as caught:
        parse_length(text)
    assert caught.value.field == "length"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"), [("", None), ("Auto", None), ("140", 140.0), ("92,5 BPM", 92.5)]
)
def test_a_tempo_is_read_or_left_to_the_prompt(text, expected):
    assert parse_tempo(text) == expected


@pytest.mark.parametrize("text", ["29", "301", "fast", "-120", "1e2", "inf"])
def test_a_tempo_out_of_range_is_refused(text):
    with pytest.raises(FieldError) as caught:
        parse_tempo(text)
    assert caught.value.field == "tempo"


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", str(MAX_SEED + 1), "²"])
def test_a_seed_is_a_whole_number(text):
    with pytest.raises(FieldError):
        parse_seed(text)


def test_the_fields_become_the_exact_request():
    fields = GenerateFields("  dark trap ", "4", "140", Key.parse("F minor"), "7", 1)
    assert fields.requests() == (
        GenerationRequest("dark trap", tempo_bpm=140.0, key=Key.parse("F minor"), bars=4, seed=7),
    )


def test_every_take_has_its_own_seed_counting_up_and_around():
    fields = GenerateFields("lo-fi", seed_text=str(MAX_SEED - 1), n_takes=4)
    assert [request.seed for request in fields.requests()] == [MAX_SEED - 1, MAX_SEED, 0, 1]


@pytest.mark.parametrize(
    ("text", "seconds"), [("2 min", 120.0), ("1.5 minutes", 90.0), ("4 hours", 14_400.0), ("90 sec", 90.0)]
)
def test_lengths_in_minutes_and_hours_are_read(text, seconds):
    assert parse_length(text).seconds == seconds
