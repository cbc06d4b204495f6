import time

import pytest

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.engines.sketch.plan import make_plan
from infinite_studio.engines.sketch.prompt.fillers import STOP_WORDS
from infinite_studio.engines.sketch.prompt.instrument_words import INSTRUMENT_WORDS
from infinite_studio.engines.sketch.prompt.moods import MOODS
from infinite_studio.engines.sketch.sound.names import INSTRUMENTS, TEXTURES
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.stems import StemType


def understood(engine, prompt, **fields):
    return engine.understand(GenerationRequest(prompt, **fields))


@pytest.mark.parametrize(
    ("prompt", "style"),
    [
        ("dark trap", "trap"),
        ("a classic HOUSE beat", "house"),
        ("lofi study beats", "lo-fi hip hop"),
        ("lo-fi hip-hop", "lo-fi hip hop"),
        ("drum and bass", "drum & bass"),
        ("drum'n'bass", "drum & bass"),
        ("DnB", "drum & bass"),
        ("80s synth", "synthwave"),
        ("boom-bap", "boom bap"),
        ("warehouse techno", "techno"),
        ("a drone soundscape", "ambient"),
    ],
)
def test_a_style_is_found_by_name_or_synonym(engine, prompt, style):
    found = understood(engine, prompt)
    assert found.style == style
    assert found.chips[0] == style
    assert found.unknown_words == ()


def test_without_a_style_the_default_is_used_and_said(engine):
    found = understood(engine, "something nice")
    assert found.style == "lo-fi hip hop"
    assert "lo-fi hip hop (default style)" in found.chips


@pytest.mark.parametrize(
    ("prompt", "bpm"),
    [
        ("trap 140bpm", 140),
        ("trap, 140 BPM", 140),
        ("trap at 92.5 bpm", 92.5),
        ("tempo 133 trap", 133),
        ("trap 151", 151),
        ("120 beats per minute", 120),
        ("trap 808", 140),
    ],
)
def test_a_tempo_is_read(engine, prompt, bpm):
    assert understood(engine, prompt).tempo_bpm == bpm


def test_slow_and_fast_stay_within_the_style(engine):
    slow, plain, fast = (understood(engine, f"{word} house").tempo_bpm for word in ("slow", "", "fast"))
    assert 116 <= slow < plain < fast <= 130


@pytest.mark.parametrize(
    ("prompt", "key"),
    [
        ("trap in F minor", "F minor"),
        ("TRAP IN F MINOR", "F minor"),
        ("trap in F# minor", "F# minor"),
        ("trap, c-sharp minor", "C# minor"),
        ("house in B♭ major", "Bb major"),
        ("trap Bbm", "Bb minor"),
        ("trap F#m", "F# minor"),
        ("e flat major lofi", "Eb major"),
        ("key of a minor", "A minor"),
    ],
)
def test_a_key_is_read(engine, prompt, key):
    found = understood(engine, prompt)
    assert str(found.key) == key
    assert found.unknown_words == ()


def test_a_tonic_alone_leaves_the_mode_to_the_mood(engine):
    assert str(understood(engine, "happy house in D").key) == "D major"
    assert str(understood(engine, "dark house in D").key) == "D minor"


def test_ordinary_words_are_no_keys(engine):
    keys = {str(understood(engine, "I am in a dark room", seed=seed).key) for seed in range(12)}
    assert len(keys) > 3


@pytest.mark.parametrize(
    ("prompt", "bars", "seconds"),
    [
        ("trap 120 bpm 8 bars", 8, 16.0),
        ("trap 120 bpm sixteen bars", 16, 32.0),
        ("trap 120 bpm a 4-bar loop", 4, 8.0),
        ("trap 15 seconds", None, 15.0),
        ("trap, 15s", None, 15.0),
        ("trap 1:30", None, 90.0),
        ("trap 2 minutes", None, 120.0),
        ("trap 1 minute and 30 seconds", None, 90.0),
        ("trap 0.5 min", None, 30.0),
    ],
)
def test_a_length_is_read(engine, prompt, bars, seconds):
    found = understood(engine, prompt)
    assert found.bars == bars
    assert found.duration_seconds == seconds
    assert found.unknown_words == ()


def test_a_decade_is_no_length(engine):
    found = understood(engine, "90s hip hop")
    assert (found.style, found.bars) == ("boom bap", 8)


def test_words_without_effect_are_named_once_and_fillers_are_not(engine):
    found = understood(engine, "please make me a zorbly trap beat with some Zorbly kazoos and the flugelflub")
    assert found.unknown_words == ("zorbly", "kazoos", "flugelflub")


def test_a_second_style_and_a_second_tempo_are_named(engine):
    found = understood(engine, "techno house 130 bpm 90 bpm")
    assert found.style == "techno"
    assert set(found.unknown_words) == {"house", "90"}


def test_a_drum_that_a_kit_does_not_have_is_added(engine):
    found = understood(engine, "lofi with cowbell and congas")
    assert {"cowbell", "congas"} <= set(found.chips)
    assert found.unknown_words == ()


def test_what_a_style_cannot_play_is_named(engine):
    assert understood(engine, "jazz without chords, with much harmony").unknown_words == ("harmony", "much")


def test_moods_are_shown_and_choose_the_mode(engine):
    dark, happy = understood(engine, "dark lofi"), understood(engine, "happy lofi")
    assert "dark" in dark.chips
    assert (dark.key.mode, happy.key.mode) == (Mode.MINOR, Mode.MAJOR)


@pytest.mark.parametrize(
    "prompt", ["trap no drums", "trap without drums", "drumless trap", "trap without any drums"]
)
def test_dropped_drums_are_shown(engine, prompt):
    found = understood(engine, prompt)
    assert "no drums" in found.chips
    assert found.unknown_words == ()


def test_several_instruments_are_dropped_at_once(engine):
    found = understood(engine, "house without bass, claps or hi-hats")
    assert {"no bass", "no clap", "no hats"} <= set(found.chips)


def test_a_comma_ends_what_is_left_out_unless_a_conjunction_follows(engine):
    assert understood(engine, "jazz, no drums, walking bass").chips[-2:] == ("no drums", "upright")
    assert {"no drums", "no bass"} <= set(understood(engine, "jazz no drums, no bass").chips)


def test_only_leaves_out_the_rest(engine):
    notes = engine.notes(GenerationRequest("lofi, piano and bass only", bars=4))
    assert notes[StemType.DRUMS] == notes[StemType.MELODY] == ()
    assert notes[StemType.BASS]
    assert notes[StemType.OTHER]
    kicks = engine.notes(GenerationRequest("techno, only the kick", bars=4))
    assert {note.pitch for note in kicks[StemType.DRUMS]} == {36}
    assert kicks[StemType.BASS] == ()
    assert "only kick" in understood(engine, "techno, only the kick").chips


@pytest.mark.parametrize(
    ("prompt", "swing"),
    [("swung house", 0.33), ("house, shuffled", 0.33), ("straight jazz", 0.0), ("jazz", 0.31)],
)
def test_swing_is_asked_for_in_words(engine, library, prompt, swing):
    assert make_plan(GenerationRequest(prompt), library).style.tempo.swing == swing


@pytest.mark.parametrize(
    ("prompt", "share"),
    [
        ("energy 80%", 0.8),
        ("energy: 8/10", 0.8),
        ("energy 8", 0.8),
        ("energy 0.8", 0.8),
        ("energy level 80", 0.8),
    ],
)
def test_energy_is_read(engine, library, prompt, share):
    plan = make_plan(GenerationRequest(f"house {prompt}"), library)
    assert f"energy {share:.0%}" in plan.chips
    assert plan.mood.energy > 0.4
    assert plan.unknown_words == ()


def test_a_word_that_only_hints_at_a_style_gives_way_to_a_named_one(engine):
    assert understood(engine, "90s rap").style == "boom bap"
    found = understood(engine, "90s trap")
    assert (found.style, found.unknown_words) == ("trap", ("90s",))


def test_808s_are_no_length(engine):
    assert understood(engine, "drill with 808s and strings").bars == 8


@pytest.mark.parametrize("name", [*INSTRUMENTS, *TEXTURES])
def test_every_instrument_can_be_asked_for(library, name):
    asked = "deep bass" if name == "deep" else name
    style = make_plan(GenerationRequest(f"techno with {asked}"), library).style
    assert name in {part.instrument for part in style.parts}


@pytest.mark.parametrize(
    "word", sorted(word for word, named in INSTRUMENT_WORDS.items() if named.target == "drum")
)
def test_every_drum_can_be_asked_for(library, word):
    plan = make_plan(GenerationRequest(f"ambient with {word}"), library)
    assert plan.style.drums.kit
    assert plan.unknown_words == ()


def test_no_word_means_two_things():
    """A style's name wins over an instrument, that over a mood; a mood that is also a filler would never be heard."""
    moods, fillers = set(MOODS), STOP_WORDS
    assert not moods & fillers
    assert not moods & {word.replace("-", " ") for word in INSTRUMENT_WORDS}
    assert not fillers & set(INSTRUMENT_WORDS)


def test_leaving_everything_out_is_refused(engine):
    with pytest.raises(InvalidRequestError) as caught:
        understood(engine, "trap no drums, no bass, no melody, no chords")
    assert caught.value.hint


def test_what_the_request_says_wins_over_the_prompt(engine):
    found = understood(
        engine,
        "trap 140 bpm in F minor 8 bars",
        tempo_bpm=100.0,
        key=Key.parse("D major"),
        duration_seconds=3.0,
    )
    assert (found.tempo_bpm, str(found.key), found.bars, found.duration_seconds) == (
        100.0,
        "D major",
        None,
        3.0,
    )


@pytest.mark.parametrize(
    ("prompt", "fields"),
    [
        ("trap 500 bpm", {}),
        ("trap 10 bpm", {}),
        ("trap", {"tempo_bpm": 29.9}),
        ("trap", {"tempo_bpm": 300.5}),
        ("trap", {"tempo_bpm": float("nan")}),
        ("trap 0 bars", {}),
        ("trap", {"bars": 0}),
        ("trap", {"bars": -4}),
        ("trap 2.5 bars", {}),
        ("trap", {"bars": 4, "duration_seconds": 10.0}),
        ("trap 4 bars, 10 seconds", {}),
        ("trap", {"duration_seconds": 0.0}),
        ("trap", {"duration_seconds": float("inf")}),
        ("trap 16 minutes", {}),
        ("trap 4 hours", {}),
        ("trap", {"bars": 1100, "tempo_bpm": 140.0}),
        ("trap 9999999 bars", {}),
    ],
)
def test_what_is_out_of_range_is_refused_with_a_hint(engine, prompt, fields):
    with pytest.raises(InvalidRequestError) as caught:
        understood(engine, prompt, **fields)
    assert str(caught.value).endswith(".")
    assert caught.value.hint.endswith(".")


@pytest.mark.parametrize("bpm", [30.0, 300.0])
def test_the_limits_themselves_are_allowed(engine, bpm):
    assert understood(engine, "", tempo_bpm=bpm).tempo_bpm == bpm
    assert understood(engine, "", duration_seconds=900.0).duration_seconds == 900.0


def test_an_empty_prompt_means_the_default_style_in_eight_bars(engine):
    found = understood(engine, "")
    assert (found.bars, found.unknown_words) == (8, ())


@pytest.mark.parametrize(
    "text", ["暗いトラップ", "тёмный трэп", "تراب مظلم", "🎹🥁", "trap\x00\n\t", "\ud83d", "#♭ # b"]
)
def test_any_script_is_taken(engine, text):
    assert understood(engine, text).style


@pytest.mark.parametrize(
    "unit", ["abc def ", "a", "1", " ", "no drums, ", "1:", "in F# ", "- ", "trap ", "((", "1 bar "]
)
def test_ten_thousand_characters_are_read_at_once(engine, unit):
    started = time.process_time()
    understood(engine, (unit * 10_000)[:10_000], bars=1, tempo_bpm=100.0)
    assert time.process_time() - started < 1.0
