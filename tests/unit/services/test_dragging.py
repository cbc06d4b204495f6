"""Dragged sounds become files: the same bytes or a WAV, never over another, nothing half-written."""

import numpy as np
import pytest
import soundfile

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.reading import read_audio
from infinite_studio.history.store import MissingObjectError
from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.services.dragging import DraggedSound, write_dragged
from infinite_studio.services.importing import import_sound


@pytest.fixture
def tone_id(studio) -> str:
    time = np.arange(48_000) / 48_000
    return studio.bank.store(Audio.of(np.stack([0.5 * np.sin(440 * 2 * np.pi * time)] * 2, axis=1), 48_000))


def test_an_imported_sound_is_its_own_file_again(studio, song_file):
    sound = import_sound(song_file, studio, Silence())
    (path,) = write_dragged((DraggedSound(sound.object_id, sound.name),), studio, Silence())
    assert path == studio.folders.dragged / "four bars.flac"
    assert path.read_bytes() == song_file.read_bytes()


def test_a_part_of_an_imported_sound_is_a_wav_of_just_that_part(studio, song_file):
    sound = import_sound(song_file, studio, Silence())
    part = DraggedSound(
        sound.object_id, "hook", source_offset_frames=9_600, length_frames=4_800, gain_db=-6.0
    )
    (path,) = write_dragged((part,), studio, Silence())
    heard = read_audio(path)
    expected = studio.bank.samples(sound.object_id)[9_600:14_400] * 10 ** (-6 / 20)
    assert (path.name, heard.sample_rate, heard.samples.shape) == ("hook.wav", 48_000, (4_800, 2))
    assert np.abs(heard.samples - expected).max() < 2**-23  # one step of 24 bits


def test_a_sound_that_was_made_here_is_a_wav(studio, tone_id):
    (path,) = write_dragged((DraggedSound(tone_id, "AC/DC: Ω"),), studio, Silence())
    assert path.name == "AC_DC_ Ω.wav"
    assert soundfile.info(path).subtype == "PCM_24"


def test_what_is_louder_than_full_scale_is_kept_whole(studio, tone_id):
    (path,) = write_dragged((DraggedSound(tone_id, "loud", gain_db=12.0),), studio, Silence())
    assert soundfile.info(path).subtype == "FLOAT"
    assert np.abs(read_audio(path).samples).max() == pytest.approx(0.5 * 10 ** (12 / 20), rel=1e-3)


def test_the_same_drag_gives_the_same_file_and_another_never_replaces_it(studio, tone_id):
    whole = DraggedSound(tone_id, "tone")
    first = write_dragged((whole, whole), studio, Silence())
    other = write_dragged((DraggedSound(tone_id, "tone", length_frames=100),), studio, Silence())
    again = write_dragged((whole,), studio, Silence())
    assert [path.name for path in (*first, *other, *again)] == [
        "tone.wav",
        "tone.wav",
        "tone (2).wav",
        "tone.wav",
    ]
    assert len(list(studio.folders.dragged.iterdir())) == 2


def test_a_cancelled_drag_leaves_nothing(studio, tone_id):
    class CancelsAt(Silence):
        def report(self, fraction, stage=""):
            if fraction >= 0.8:
                raise OperationCancelled

    both = (DraggedSound(tone_id, "one"), DraggedSound(tone_id, "two", length_frames=9_000))
    with pytest.raises(OperationCancelled):
        write_dragged(both, studio, CancelsAt())
    assert list(studio.folders.dragged.iterdir()) == []


def test_a_sound_that_is_gone_is_refused_in_a_sentence(studio):
    with pytest.raises(MissingObjectError):
        write_dragged((DraggedSound("0" * 64, "gone"),), studio, Silence())
