"""Listening once, corrections that win, and what is kept."""

import json

import numpy as np
import pytest
import soundfile
from tests.unit.analysis.synthesis import RATE, cadence, drums

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.music.key import Key
from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.services import importing, listening
from infinite_studio.services.listening import ImpossibleTempoError, KeyLockedError, TempoLockedError
from infinite_studio.services.listening_store import ListeningStore

SILENT = Silence()


@pytest.fixture(scope="module")
def beat_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("sounds") / "beat.wav"
    beat = drums("rock", 112, seconds=9)
    chords = np.tile(cadence(9, "minor", seconds_per_chord=1.2).samples, (2, 1))[: beat.n_frames]
    soundfile.write(path, beat.samples * 0.5 + chords, RATE)
    return path


@pytest.fixture
def sound(studio, beat_file):
    return importing.import_sound(beat_file, studio, SILENT)


def forbid_listening(monkeypatch):
    def never(*_):
        raise AssertionError("listened twice")

    monkeypatch.setattr(listening, "listen", never)


def test_a_sound_is_listened_to_once(studio, sound, monkeypatch):
    first = listening.listen_to_object(sound.object_id, studio, SILENT)
    assert first.tempo_bpm == pytest.approx(112, abs=0.5)
    assert first.key == Key.parse("A minor")
    assert first.prompt
    forbid_listening(monkeypatch)
    assert listening.listen_to_object(sound.object_id, studio, SILENT) == first
    assert importing.analyse_sound(sound, studio, SILENT) == first


def test_the_list_of_sounds_shows_what_was_found(studio, sound):
    found = listening.listen_to_object(sound.object_id, studio, SILENT)
    listed = studio.library.sounds()[0].analysis
    assert listed is not None
    assert "beats_seconds" not in listed
    assert Analysis.from_json(listed).tempo_bpm == found.tempo_bpm


def test_a_correction_wins_everywhere_and_is_kept(studio, sound, monkeypatch):
    found = listening.listen_to_object(sound.object_id, studio, SILENT)
    listening.correct_tempo(sound.object_id, 56.0, studio)
    forbid_listening(monkeypatch)
    said = listening.listen_to_object(sound.object_id, studio, SILENT)
    assert (said.tempo_bpm, said.tempo_confidence, said.corrected) == (56.0, 1.0, ("tempo",))
    assert len(said.beats_seconds) == pytest.approx(len(found.beats_seconds) / 2, abs=1)
    assert set(said.beats_seconds) <= set(found.beats_seconds)
    assert "56 bpm" in said.prompt
    assert Analysis.from_json(studio.library.sounds()[0].analysis).tempo_bpm == 56.0


def test_a_correction_outlives_being_listened_to_anew(studio, sound, monkeypatch):
    listening.listen_to_object(sound.object_id, studio, SILENT)
    listening.correct_tempo(sound.object_id, 168.0, studio)
    monkeypatch.setattr("infinite_studio.services.listening_store.VERSION", 999)
    assert listening.analysis_of(sound.object_id, studio) is None
    assert listening.listen_to_object(sound.object_id, studio, SILENT).tempo_bpm == 168.0


def test_a_correction_can_be_taken_back(studio, sound):
    found = listening.listen_to_object(sound.object_id, studio, SILENT)
    listening.correct_tempo(sound.object_id, 90.0, studio)
    assert listening.correct_tempo(sound.object_id, None, studio).analysis == found


def test_a_sound_may_be_corrected_before_anyone_listened_to_it(studio, sound):
    listening.correct_tempo(sound.object_id, 56.0, studio)
    listening.correct_key(sound.object_id, Key.parse("C major"), studio)
    said = listening.listen_to_object(sound.object_id, studio, SILENT)
    assert (said.tempo_bpm, said.key, said.runner_up_key) == (
        56.0,
        Key.parse("C major"),
        Key.parse("A minor"),
    )


def test_a_locked_tempo_stays_until_it_is_unlocked(studio, sound):
    found = listening.listen_to_object(sound.object_id, studio, SILENT)
    locked = listening.lock_tempo(sound.object_id, True, studio).analysis
    assert (locked.tempo_bpm, locked.is_tempo_locked, locked.tempo_confidence) == (found.tempo_bpm, True, 1.0)
    with pytest.raises(TempoLockedError) as caught:
        listening.correct_tempo(sound.object_id, 90.0, studio)
    assert "Unlock" in caught.value.hint
    listening.lock_tempo(sound.object_id, False, studio)
    assert listening.correct_tempo(sound.object_id, 90.0, studio).analysis.tempo_bpm == 90.0


@pytest.mark.parametrize("tempo_bpm", [0.0, 29.9, 300.1, float("inf"), float("nan")])
def test_an_impossible_tempo_is_refused(studio, sound, tempo_bpm):
    with pytest.raises(ImpossibleTempoError):
        listening.correct_tempo(sound.object_id, tempo_bpm, studio)


def test_a_tempo_set_by_an_older_studio_counts_as_said(studio, sound):
    old = Analysis(56.0, 1.0, None, 0.0, None, 9.0, RATE, 1).to_json()
    studio.library.set_sound_analysis(sound.sound_id, old)
    assert listening.listen_to_object(sound.object_id, studio, SILENT).tempo_bpm == 56.0


def test_cancelling_leaves_nothing_behind(studio, sound):
    class Cancelling(Silence):
        def report(self, fraction, stage=""):
            if fraction > 0.3:
                raise OperationCancelled

    with pytest.raises(OperationCancelled):
        listening.listen_to_object(sound.object_id, studio, Cancelling())
    assert listening.analysis_of(sound.object_id, studio) is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"version": 2, "found": {"key": "H"}}', b"\xff\xfe"])
def test_a_damaged_answer_counts_as_none(tmp_path, damage, caplog):
    store = ListeningStore(tmp_path)
    path = tmp_path / "ab" / f"{'ab' * 32}.json"
    path.parent.mkdir()
    path.write_bytes(damage)
    assert store.read("ab" * 32).analysis is None


def test_what_is_kept_is_json_and_comes_back_equal(studio, sound):
    found = listening.listen_to_object(sound.object_id, studio, SILENT)
    path = studio.folders.library / "listening" / sound.object_id[:2] / f"{sound.object_id}.json"
    assert json.loads(path.read_text())["version"] >= 2
    assert listening.analysis_of(sound.object_id, studio) == found


def test_a_corrected_key_wins_everywhere_and_can_be_taken_back(studio, sound, monkeypatch):
    found = listening.listen_to_object(sound.object_id, studio, SILENT)
    listening.correct_key(sound.object_id, Key.parse("F# minor"), studio)
    forbid_listening(monkeypatch)
    said = listening.listen_to_object(sound.object_id, studio, SILENT)
    assert (said.key, said.key_confidence, said.camelot) == (Key.parse("F# minor"), 1.0, "11A")
    assert (said.runner_up_key, said.corrected) == (found.key, ("key",))
    assert "F# minor" in said.prompt
    assert str(found.key) not in said.prompt
    assert studio.library.sounds()[0].analysis["key"] == "F# minor"
    assert listening.correct_key(sound.object_id, None, studio).analysis == found


def test_a_sound_can_be_said_to_have_no_clear_key(studio, sound, monkeypatch):
    found = listening.listen_to_object(sound.object_id, studio, SILENT)
    said = listening.correct_key(sound.object_id, None, studio, is_keyless=True).analysis
    assert (said.key, said.camelot, said.runner_up_key, said.corrected) == (None, None, None, ("key",))
    assert str(found.key) not in said.prompt
    forbid_listening(monkeypatch)
    assert listening.listen_to_object(sound.object_id, studio, SILENT).key is None
    assert listening.correct_key(sound.object_id, Key.parse("E"), studio).analysis.key == Key.parse("E major")


def test_a_locked_key_stays_until_it_is_unlocked(studio, sound):
    found = listening.listen_to_object(sound.object_id, studio, SILENT)
    locked = listening.lock_key(sound.object_id, True, studio).analysis
    assert (locked.key, locked.is_key_locked, locked.key_confidence) == (found.key, True, 1.0)
    assert not locked.is_tempo_locked
    with pytest.raises(KeyLockedError) as caught:
        listening.correct_key(sound.object_id, Key.parse("E minor"), studio)
    assert (str(found.key) in str(caught.value), "Unlock" in caught.value.hint) == (True, True)
    listening.lock_key(sound.object_id, False, studio)
    assert listening.correct_key(sound.object_id, Key.parse("E minor"), studio).analysis.key.tonic == 4


def test_stems_are_named_by_the_key_that_a_person_said(studio, sound, beat_file, tmp_path):
    from infinite_studio.services.split_files import FilesRequest
    from infinite_studio.services.splitting_files import split_file

    listening.listen_to_object(sound.object_id, studio, SILENT)
    listening.correct_key(sound.object_id, Key.parse("F# minor"), studio)
    request = FilesRequest(
        (beat_file,), tmp_path, template="{title} {key} {stem}", library=studio.folders.library
    )
    names = [path.name for path in split_file(beat_file, request, studio.separators, SILENT).stems.values()]
    assert names
    assert all(name.startswith("beat F# minor ") for name in names)


def test_what_is_composed_after_a_file_follows_what_a_person_said_about_it(studio, sound, beat_file):
    from infinite_studio.engines.base import GenerationRequest
    from infinite_studio.services.following import following

    listening.listen_to_object(sound.object_id, studio, SILENT)
    listening.correct_key(sound.object_id, Key.parse("F# minor"), studio)
    listening.correct_tempo(sound.object_id, 56.0, studio)
    maker = studio.generators.get("sketch")
    request = following(GenerationRequest(""), maker, SILENT, like=beat_file, library=studio.folders.library)
    assert (request.like.key, request.like.tempo_bpm) == (Key.parse("F# minor"), 56.0)
    assert "56 bpm, F# minor" in request.prompt
    listening.correct_key(sound.object_id, None, studio, is_keyless=True)
    after = following(GenerationRequest(""), maker, SILENT, like=beat_file, library=studio.folders.library)
    assert (after.like.key, after.like.chords) == (None, ())


def test_loops_are_counted_in_bars_of_the_tempo_that_a_person_said(studio, sound, beat_file):
    from infinite_studio.looping.candidates import LoopWishes
    from infinite_studio.services.looping_finding import find_in_file

    for tempo_bpm in (None, 56.0):
        found = find_in_file(beat_file, LoopWishes(), SILENT, tempo_bpm=tempo_bpm)
        beats = [loop.beats * 60 / loop.length_seconds for loop in found.candidates if loop.beats]
        assert beats
        assert np.array(beats) == pytest.approx(tempo_bpm or 112, rel=0.03)
