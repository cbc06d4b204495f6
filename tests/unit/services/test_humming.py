"""From a recording to a melody, without a window."""

from dataclasses import replace

import numpy as np
import pytest
from tests.hums import SINGERS, hum, tune
from tests.unit.soundcard.manual_input import Clock, ManualMicrophone

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.writing import write_audio
from infinite_studio.engines.crepe.tracker import CrepeTracker, CrepeUnavailableError
from infinite_studio.music.key import Key
from infinite_studio.music.midi import read_midi
from infinite_studio.music.singing import SungNote
from infinite_studio.progress import Silence
from infinite_studio.services import humming
from infinite_studio.services.humming_recording import record_for
from infinite_studio.services.humming_sound import count_in, melody_of_state, sound_of_hum
from infinite_studio.services.humming_state import HumPhase, HumSound, HumState, NoteEdits, state_of_hum
from infinite_studio.services.humming_values import Writing, key_of_hum
from infinite_studio.services.recordings import finish_recording, interrupted_recordings, new_recording
from infinite_studio.soundcard.input import NoMicrophoneError
from infinite_studio.soundcard.recorder import Recorder

NOTES = tune(seed=3, n_notes=8)


@pytest.fixture(scope="module")
def found():
    return humming.transcribe(hum(NOTES, SINGERS["plain"], seed=3), "evening", Silence())


def test_a_hum_becomes_the_notes_that_were_sung(found):
    assert [note.pitch for note in found.notes] == [float(note.pitch) for note in NOTES]
    assert found.tracker == humming.BUILT_IN
    assert not found.is_tempo_known
    assert found.remarks == ()


def test_a_given_tempo_and_first_beat_are_kept():
    again = humming.transcribe(
        hum(NOTES, SINGERS["plain"]), "x", Silence(), tempo_bpm=100.0, first_beat_seconds=0.25
    )
    state = state_of_hum(again, HumState())
    assert again.is_tempo_known
    assert state.writing == Writing(1.0, 100.0, 0.25)


def test_one_silent_side_of_a_stereo_recording_does_not_matter():
    voice = hum(NOTES, SINGERS["plain"])
    stereo = Audio.of(np.column_stack([voice.mono(), np.zeros(voice.n_frames)]), voice.sample_rate)
    assert len(humming.transcribe(stereo, "x", Silence()).notes) == len(NOTES)


def test_a_clipped_recording_is_remarked_on():
    voice = hum(NOTES, SINGERS["plain"])
    loud = Audio.of(np.clip(voice.samples * 8, -1, 1), voice.sample_rate)
    assert humming.CLIPPED in humming.transcribe(loud, "x", Silence()).remarks


def test_a_network_that_cannot_run_leaves_the_work_to_the_built_in_tracker():
    class Failing(CrepeTracker):
        is_available = True

        def salience(self, mono, wanted, progress):
            raise CrepeUnavailableError("out of memory")

    again = humming.transcribe(hum(NOTES, SINGERS["plain"]), "x", Silence(), crepe=Failing())
    assert again.tracker == humming.BUILT_IN
    assert len(again.notes) == len(NOTES)


def test_the_melody_is_saved_as_midi(found, tmp_path):
    path = humming.save_melody(
        tmp_path / "tune.mid", found.notes, Writing(1.0, 96.0), Key.parse("A major"), Silence()
    )
    content = read_midi(path)
    assert [note.pitch for note in content.tracks["melody"]] == [int(note.pitch) for note in found.notes]
    assert content.tempo_bpm == 96.0


def test_edits_are_undone_and_redone():
    one, two = (SungNote(60, 0, 1),), (SungNote(62, 0, 1),)
    edits = NoteEdits(one).changed(two)
    assert edits.undone().notes == one
    assert edits.undone().redone().notes == two
    assert edits.changed(two) is edits
    assert edits.undone().changed(one).before == ()


def test_the_guide_is_a_clean_line_or_the_voice(found):
    state = state_of_hum(found, HumState())
    clean = melody_of_state(state).sound
    voice = melody_of_state(replace(state, guide=HumSound.RECORDING)).sound
    assert voice is found.audio
    assert clean.n_channels == 1
    again = humming.transcribe(clean, "clean", Silence())
    assert [note.pitch for note in again.notes] == [note.pitch for note in melody_of_state(state).notes]


@pytest.mark.parametrize("what", HumSound)
def test_everything_that_can_be_heard_is_as_long_as_the_recording(found, what):
    sound = sound_of_hum(found, found.notes, what, 48_000)
    assert sound.n_channels == 2
    assert sound.duration_seconds == pytest.approx(found.audio.duration_seconds, abs=0.001)
    assert 0.05 < sound.peak < 1.0


def test_the_count_in_clicks_on_every_beat_and_higher_on_the_first():
    clicks = count_in(5, 120.0, 48_000).samples[:, 0]
    starts = [round(beat * 24_000) for beat in range(5)]
    assert clicks.size == 120_000
    assert all(np.abs(clicks[start : start + 500]).max() > 0.2 for start in starts)
    assert all(np.abs(clicks[start + 3_000 : start + 23_000]).max() == 0.0 for start in starts)
    crossings = [np.count_nonzero(np.diff(np.sign(clicks[start : start + 1_000]))) for start in starts]
    assert crossings[0] == crossings[4] > crossings[1]


def test_the_key_is_that_of_the_notes():
    line = tuple(SungNote(float(p), 0.5 * n, 0.5) for n, p in enumerate((60, 62, 64, 65, 67, 69, 71, 72)))
    assert str(key_of_hum(line)) == "C major"
    assert key_of_hum(()) is None
    assert HumState(phase=HumPhase.WORKING).is_busy


def test_an_interrupted_recording_is_found_and_gets_its_name(folders):
    from datetime import UTC, datetime

    path = new_recording(folders, datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC))
    write_audio(path, Audio.of(np.zeros(100, np.float32), 8_000))
    assert interrupted_recordings(folders) == (path,)
    assert interrupted_recordings(folders, growing=path) == ()
    assert finish_recording(path).name == "Hum 2030-01-02 03.04.05.wav"
    assert interrupted_recordings(folders) == ()


def test_recording_for_a_time_ends_by_itself(tmp_path):
    microphone = ManualMicrophone()
    recorder = Recorder(make_input=lambda: microphone)

    def wait(_seconds):
        if microphone.started.is_set():
            import time

            microphone.hear(np.full(4_410, 0.2), time.monotonic() + 0.01)

    recorded = record_for(tmp_path / "x.wav", 0.5, wait=wait, recorder=recorder)
    assert recorded.seconds >= 0.5
    assert microphone.is_closed


def test_recording_without_a_microphone_says_so(tmp_path):
    microphone = ManualMicrophone(refusal="No microphone was found.")
    recorder = Recorder(make_input=lambda: microphone, clock=Clock())
    with pytest.raises(NoMicrophoneError, match="No microphone"):
        record_for(tmp_path / "x.wav", 0.5, recorder=recorder)
