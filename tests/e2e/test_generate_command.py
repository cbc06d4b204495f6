"""Making music out of music from the command line: sources, melodies, re-rolls, loops, MIDI, styles."""

import json
from pathlib import Path

import numpy as np
import pytest

from infinite_studio.audio.reading import read_audio
from infinite_studio.music.midi import read_midi, write_midi
from infinite_studio.music.note import Note

TUNE = tuple(
    Note(pitch, float(beat), 1.0, 0.8) for beat, pitch in enumerate((69, 72, 76, 74, 72, 71, 69, 69))
)


@pytest.fixture
def command(studio_command, tmp_path, monkeypatch):
    """The command line, called in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return studio_command


def values(result):
    return json.loads(result.stdout)


def test_a_re_rolled_stem_leaves_the_files_of_the_others_as_they_were(command, tmp_path):
    prompt = (
        "generate",
        "dark trap, 140 bpm, in F minor",
        "--bars",
        2,
        "--seed",
        7,
        "-o",
        tmp_path / "a.wav",
    )
    command(*prompt, "--stems", tmp_path / "before")
    made = values(command(*prompt, "--stems", tmp_path / "after", "--reroll", "drums=12", "--json"))
    assert "new drums" in made["understood"]
    stems = ("drums", "bass", "melody", "other")
    same = {
        name for name in stems
        if (tmp_path / "before" / f"{name}.wav").read_bytes() == (tmp_path / "after" / f"{name}.wav").read_bytes()
    }  # fmt: skip
    assert same == {"bass", "melody", "other"}


def test_midi_is_written_one_file_a_stem_or_all_in_one(command, tmp_path):
    made = values(command(
        "generate", "house, 124 bpm, in A minor", "--bars", 2, "-o", tmp_path / "a.wav", "--midi", tmp_path / "midi", "--json"
    ))  # fmt: skip
    assert [Path(path).name for path in made["midi"]] == ["drums.mid", "bass.mid", "melody.mid", "other.mid"]
    command(
        "generate",
        "house, 124 bpm, in A minor",
        "--bars",
        2,
        "-o",
        tmp_path / "a.wav",
        "--midi",
        tmp_path / "all.mid",
    )
    whole = read_midi(tmp_path / "all.mid")
    assert (whole.tempo_bpm, str(whole.key)) == (124.0, "A minor")
    assert whole.tracks["bass"] == read_midi(tmp_path / "midi" / "bass.mid").tracks["bass"]


def test_a_melody_leads_with_its_own_tempo_unless_another_is_said(command, tmp_path):
    write_midi(tmp_path / "tune.mid", {"tune": TUNE}, 96.0, None)
    made = values(command("generate", "--melody", "tune.mid", "-o", "a.wav", "--midi", "out.mid", "--json"))
    assert (made["tempo_bpm"], made["bars"]) == (96.0, 2)
    lead = {
        (note.pitch, round(note.start_beat, 2)) for note in read_midi(tmp_path / "out.mid").tracks["melody"]
    }
    assert {(note.pitch, note.start_beat) for note in TUNE} <= lead
    made = values(command("generate", "house, 124 bpm", "--melody", "tune.mid", "-o", "b.wav", "--json"))
    assert made["tempo_bpm"] == 124.0


def test_a_song_is_varied_and_continued(command, song_file):
    like = values(
        command(
            "generate", "house", "--like", song_file, "--closeness", 0.9, "--bars", 2, "-o", "a.wav", "--json"
        )
    )
    assert like["tempo_bpm"] == pytest.approx(120, rel=0.02)
    assert "90% alike" in like["understood"]
    after = values(command("generate", "--continue", song_file, "-o", "b.wav", "--json"))
    assert after["tempo_bpm"] == pytest.approx(like["tempo_bpm"])
    assert "continuation" in after["understood"]


def test_a_loop_ends_where_it_begins(command, tmp_path):
    made = values(command("generate", "techno", "--bars", 2, "--loop", "-o", tmp_path / "a.wav", "--json"))
    samples = read_audio(tmp_path / "a.wav").samples
    assert len(samples) == round(8 * 60 / made["tempo_bpm"] * 48_000)
    jumps = np.abs(np.diff(samples, axis=0))
    seam = np.abs(samples[0] - samples[-1])
    assert seam.max() <= jumps.max(), "no larger jump at the seam than anywhere else"


def test_styles_are_listed_with_their_tempo(command):
    listed = values(command("styles", "--json"))
    assert len(listed["styles"]) >= 18
    assert listed["problems"] == []
    assert {"name", "description", "tempo_bpm", "default_tempo_bpm", "moods", "names"} == set(
        listed["styles"][0]
    )
    assert "BPM" in command("styles").stdout


def test_a_style_file_that_cannot_be_read_is_left_out_and_told(command, tmp_path):
    folder = tmp_path / "home" / "config" / "styles"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text("name = 3")
    made = command("generate", "house", "--bars", 1, "-o", tmp_path / "a.wav")
    assert "mine.toml" in made.stderr
    assert "Correct it" in made.stderr
    assert "mine.toml" in values(command("styles", "--json"))["problems"][0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("house", "--bars", 0), "0 bars"),
        (("house, 4 hours",), "14400 seconds"),
        (("house", "--tempo", 1_000), "1000 BPM"),
        (("house", "--reroll", "kazoo"), "kazoo"),
        (("house", "--closeness", 0.5), "--like"),
        (("--like", "missing.wav"), "missing.wav"),
        (("--melody", "missing.mid"), "missing.mid"),
    ],
)
def test_what_is_impossible_is_a_sentence_and_a_hint(command, arguments, sentence):
    result = command("generate", *arguments, code=1)
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 2, "a sentence and a hint"
    assert "Traceback" not in result.stderr
