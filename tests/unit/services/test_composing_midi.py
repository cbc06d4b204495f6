"""MIDI files of a take: names, one file or many, and what happens where they cannot be written."""

import pytest

from infinite_studio.errors import StudioError
from infinite_studio.music import midi as music_midi
from infinite_studio.music.key import Key
from infinite_studio.music.midi import MidiError, read_midi
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.services import midi
from infinite_studio.services.midi import NothingToWriteError, export_midi

KEY = Key.parse("F minor")
NOTES = {
    StemType.DRUMS: (Note(36, 0.0, 0.25, 1.0), Note(38, 1.0, 0.25, 0.9)),
    StemType.BASS: (Note(41, 0.0, 1.5, 0.8),),
    StemType.OTHER: (),
}


def test_stems_without_notes_make_no_file(tmp_path):
    paths = export_midi(NOTES, 140.0, KEY, tmp_path / "out", "Take 1")
    assert [path.name for path in paths] == ["Take 1 – drums.mid", "Take 1 – bass.mid"]


def test_one_file_holds_all_stems_as_tracks(tmp_path):
    (path,) = export_midi(NOTES, 140.0, KEY, tmp_path / "deep" / "all.mid")
    content = read_midi(path)
    assert list(content.tracks) == ["drums", "bass"]
    assert (content.tempo_bpm, content.key) == (140.0, KEY)


def test_titled_files_are_never_overwritten_and_plain_ones_are(tmp_path):
    for _ in range(2):
        export_midi(NOTES, 140.0, KEY, tmp_path / "titled", "Take 1")
        export_midi(NOTES, 140.0, KEY, tmp_path / "plain")
    assert len(list((tmp_path / "titled").iterdir())) == 4
    assert sorted(path.name for path in (tmp_path / "plain").iterdir()) == ["bass.mid", "drums.mid"]


def test_any_title_makes_a_legal_name(tmp_path):
    paths = export_midi(NOTES, 140.0, KEY, tmp_path, "a/b: “c”\n" + "é" * 300)
    assert all(path.parent == tmp_path and len(path.name.encode()) <= 255 for path in paths)


def test_silence_is_a_sentence(tmp_path):
    with pytest.raises(NothingToWriteError) as caught:
        export_midi({StemType.DRUMS: ()}, 140.0, KEY, tmp_path / "out")
    assert caught.value.hint
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StudioError) as caught:
        export_midi(NOTES, 140.0, KEY, tmp_path / "file" / "out", "Take 1")
    assert caught.value.hint


def test_where_a_file_fails_none_is_left(tmp_path, monkeypatch):
    def failing(path, notes, tempo_bpm, key):
        if "bass" in notes:
            raise MidiError(path, "The disk is full.", "Make room.")
        music_midi.write_midi(path, notes, tempo_bpm, key)

    monkeypatch.setattr(midi, "write_midi", failing)
    with pytest.raises(MidiError, match="full"):
        export_midi(NOTES, 140.0, KEY, tmp_path / "out", "Take 1")
    assert list((tmp_path / "out").iterdir()) == []
