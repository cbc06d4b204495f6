"""Real recordings: what musicians made, with what is known about it."""

import json

import numpy as np
import pytest
import soundfile

from infinite_studio.analysis.analysis import analyse
from infinite_studio.audio.audio import Audio
from infinite_studio.music.key import Key

pytestmark = pytest.mark.realaudio
OTHERS = ("songs/hungarian_dance_5.ogg", "voice/speech.ogg")


def read(folder, names):
    parts = [
        soundfile.read(folder / name.strip(), dtype="float32", always_2d=True) for name in names.split("+")
    ]
    return Audio.of(np.sum([samples for samples, _ in parts], axis=0), parts[0][1])


@pytest.fixture(scope="module")
def truth(real_audio):
    return json.loads((real_audio / "truth.json").read_text())


@pytest.fixture(scope="module")
def found(real_audio, truth):
    judged = (name for name in truth if name.startswith(("loops/", "stems/")) or name in OTHERS)
    return {names: analyse(read(real_audio, names)) for names in judged}


def test_the_tempo_of_most_loops_is_found_within_four_percent_or_an_octave(found, truth):
    loops = {name: facts["tempo_bpm"] for name, facts in truth.items() if name.startswith("loops/")}
    right = [
        name
        for name, tempo_bpm in loops.items()
        if found[name].tempo_bpm is not None
        and any(abs(found[name].tempo_bpm / tempo_bpm / octave - 1) < 0.04 for octave in (0.5, 1, 2))
    ]
    assert len(right) >= 7, {name: found[name].tempo_bpm for name in loops}


def test_most_tempi_are_found_in_their_own_octave(found, truth):
    known = {name: facts["tempo_bpm"] for name, facts in truth.items() if "tempo_bpm" in facts}
    right = [
        name
        for name, tempo_bpm in known.items()
        if found[name].tempo_bpm is not None and abs(found[name].tempo_bpm / tempo_bpm - 1) < 0.04
    ]
    assert len(right) >= 9, {name: found[name].tempo_bpm for name in known}


def test_speech_has_neither_tempo_nor_key(found):
    assert found["voice/speech.ogg"].tempo_bpm is None
    assert found["voice/speech.ogg"].key is None


def test_drum_loops_have_no_key(found):
    assert {found[f"loops/loop_{name}.flac"].key for name in ("amen_full", "breakbeat", "tabla")} == {None}


def test_tonics_that_are_known_are_found(found, truth):
    known = {name: facts["tonic"] for name, facts in truth.items() if "tonic" in facts}
    heard = {name: found[name].key and found[name].key.tonic for name in known}
    assert heard == {name: Key.parse(tonic).tonic for name, tonic in known.items()}


def test_a_romantic_dance_is_clearly_in_minor(found):
    # The recording sounds a semitone above the nominal F# minor, in G minor, as orchestras play it.
    key = found["songs/hungarian_dance_5.ogg"].key
    assert key in {Key.parse("F# minor"), Key.parse("G minor")}
