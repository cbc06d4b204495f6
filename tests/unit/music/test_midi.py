import errno
import os
import struct
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinite_studio.music.key import Key, Mode
from infinite_studio.music.midi import DRUM_CHANNEL, MidiContent, MidiError, read_midi, write_midi
from infinite_studio.music.note import Note

TICK = 1 / 960
GRID_NOTES = st.builds(
    Note,
    st.integers(0, 127),
    st.integers(0, 64 * 48).map(lambda step: step / 48),
    st.integers(1, 8 * 48).map(lambda step: step / 48),
    st.integers(1, 127).map(lambda velocity: velocity / 127),
)


def without_overlaps(notes):
    """One pitch at a time: what one channel can hold."""
    kept = []
    for note in sorted(notes, key=lambda one: (one.start_beat, one.pitch)):
        if all(note.pitch != other.pitch or note.start_beat >= other.end_beat for other in kept):
            kept.append(note)
    return tuple(kept)


@given(
    st.dictionaries(
        st.sampled_from(["drums", "bass", "melody", "other"]),
        st.lists(GRID_NOTES, min_size=1, max_size=30),
        min_size=1,
    ),
    st.floats(30, 300).map(lambda bpm: round(bpm, 2)),
    st.builds(Key, st.integers(0, 11), st.sampled_from(list(Mode))),
)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(tmp_path_factory, notes, tempo_bpm, key):
    path = tmp_path_factory.mktemp("midi") / "take.mid"
    parts = {name: without_overlaps(part) for name, part in notes.items()}
    write_midi(path, parts, tempo_bpm, key)
    found = read_midi(path)
    assert found.key == key
    assert found.tempo_bpm == pytest.approx(tempo_bpm, abs=0.011)
    assert found.tracks.keys() == parts.keys()
    for name, part in parts.items():
        assert len(found.tracks[name]) == len(part)
        for read, written in zip(found.tracks[name], part, strict=True):
            assert read.pitch == written.pitch
            assert read.start_beat == pytest.approx(written.start_beat, abs=1e-9)
            assert read.length_beats == pytest.approx(written.length_beats, abs=1e-9)
            assert read.velocity == pytest.approx(written.velocity, abs=0.5 / 127)


def test_any_place_is_kept_to_half_a_tick(tmp_path):
    notes = (Note(60, 0.12345, 0.98765, 0.5), Note(64, 3.3333, 1e-6, 1.0))
    write_midi(tmp_path / "a.mid", {"lead": notes}, 120.0, None)
    for read, written in zip(read_midi(tmp_path / "a.mid").tracks["lead"], notes, strict=True):
        assert read.start_beat == pytest.approx(written.start_beat, abs=TICK / 2)
        assert read.end_beat == pytest.approx(written.end_beat, abs=1.5 * TICK)


def test_a_pitch_struck_again_while_it_sounds_ends_there(tmp_path):
    notes = (Note(60, 0.0, 4.0, 0.5), Note(60, 1.0, 1.0, 0.7))
    write_midi(tmp_path / "a.mid", {"lead": notes}, 120.0, None)
    read = read_midi(tmp_path / "a.mid").tracks["lead"]
    assert [(note.start_beat, note.length_beats) for note in read] == [(0.0, 1.0), (1.0, 1.0)]


def test_drums_go_to_channel_ten_and_every_other_part_to_one_of_its_own(tmp_path):
    note = (Note(60, 0.0, 1.0, 0.5),)
    write_midi(tmp_path / "a.mid", dict.fromkeys(("bass", "drums", "melody", "other"), note), 120.0, None)
    file = mido.MidiFile(tmp_path / "a.mid")
    channels = {
        track.name: {message.channel for message in track if message.type == "note_on"}
        for track in file.tracks[1:]
    }
    assert channels["drums"] == {DRUM_CHANNEL} == {9}
    others = [channels[name] for name in ("bass", "melody", "other")]
    assert len(set.union(*others)) == 3
    assert 9 not in set.union(*others)


def test_more_parts_than_channels_share_them(tmp_path):
    note = (Note(60, 0.0, 1.0, 0.5),)
    parts = {f"part {count}": note for count in range(40)}
    write_midi(tmp_path / "a.mid", parts, 120.0, None)
    assert read_midi(tmp_path / "a.mid").tracks.keys() == parts.keys()


def test_other_programs_read_tempo_key_and_names(tmp_path):
    write_midi(tmp_path / "a.mid", {"bass": (Note(40, 0.0, 1.0, 1.0),)}, 140.0, Key.parse("F minor"))
    file = mido.MidiFile(tmp_path / "a.mid")
    metas = {message.type: message for message in file.tracks[0]}
    assert mido.tempo2bpm(metas["set_tempo"].tempo) == pytest.approx(140.0, abs=1e-3)
    assert metas["key_signature"].key == "Fm"
    assert (metas["time_signature"].numerator, metas["time_signature"].denominator) == (4, 4)
    assert file.type == 1
    assert file.length == pytest.approx(60 / 140, rel=1e-3)


def saved(path: Path, *tracks: list[mido.Message], kind: int = 1, ticks: int = 480) -> Path:
    file = mido.MidiFile(type=kind, ticks_per_beat=ticks)
    file.tracks.extend(mido.MidiTrack(track) for track in tracks)
    file.save(path)
    return path


def test_a_file_of_one_track_comes_apart_by_channel(tmp_path):
    on = [mido.Message("note_on", channel=channel, note=60, velocity=64, time=0) for channel in (0, 9)]
    off = [mido.Message("note_on", channel=channel, note=60, velocity=0, time=480) for channel in (0, 9)]
    found = read_midi(saved(tmp_path / "a.mid", [*on, *off], kind=0))
    assert found.tracks.keys() == {"track 1", "drums"}
    assert found.tracks["track 1"][0].length_beats == 1.0
    assert (found.tempo_bpm, found.key) == (None, None)


def test_a_note_that_never_ends_is_held_to_the_end_of_its_track(tmp_path):
    track = [
        mido.Message("note_on", note=60, velocity=64, time=0),
        mido.MetaMessage("end_of_track", time=960),
    ]
    assert read_midi(saved(tmp_path / "a.mid", track)).tracks["track 1"][0].length_beats == 2.0


def test_tracks_of_one_name_are_numbered(tmp_path):
    track = [
        mido.MetaMessage("track_name", name="lead"),
        mido.Message("note_on", note=60, velocity=64),
        mido.Message("note_off", note=60, time=480),
    ]
    assert list(read_midi(saved(tmp_path / "a.mid", track, track, track)).tracks) == [
        "lead",
        "lead 2",
        "lead 3",
    ]


def test_a_file_without_notes_is_empty(tmp_path):
    assert read_midi(saved(tmp_path / "a.mid", [])) == MidiContent({}, None, None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF",
        b"MThd",
        b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0",
        b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0MTrk\x00\x00\x00\x10\x00\x90",
        b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0MTrk\x00\x00\x00\x04\x00\xff\xff\xff",
        b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0MTrk\x00\x00\x00\x07\x00\xff\x59\x02\x63\x00\x00",
        b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x00\x00MTrk\x00\x00\x00\x04\x00\xff\x2f\x00",
        b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\xe7\x28MTrk\x00\x00\x00\x04\x00\xff\x2f\x00",
        os.urandom(400),
    ],
)
def test_a_damaged_file_is_told_by_name(tmp_path, data):
    path = tmp_path / "tune.mid"
    path.write_bytes(data)
    with pytest.raises(MidiError, match=r"tune\.mid") as caught:
        read_midi(path)
    assert caught.value.hint.endswith(".")


def test_any_damage_gives_an_error_or_notes(tmp_path):
    path = tmp_path / "a.mid"
    write_midi(
        path, {"lead": tuple(Note(60 + n, n / 2, 0.5, 0.5) for n in range(8))}, 120.0, Key.parse("C major")
    )
    good = path.read_bytes()
    for place in range(len(good)):
        for value in (0x00, 0x7F, 0xFF):
            path.write_bytes(good[:place] + struct.pack("B", value) + good[place + 1 :])
            try:
                read_midi(path)
            except MidiError as error:
                assert error.hint  # noqa: PT017 - most damage is an error, some is other notes


def test_a_file_that_is_missing_or_too_large_is_told(tmp_path):
    with pytest.raises(MidiError, match="could not be opened"):
        read_midi(tmp_path / "none.mid")
    (tmp_path / "big.mid").write_bytes(b"MThd" + bytes(8_000_001))
    with pytest.raises(MidiError, match="too large"):
        read_midi(tmp_path / "big.mid")


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(tmp_path, monkeypatch):
    path = tmp_path / "a.mid"
    path.write_bytes(b"before")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MidiError, match="No space left on device"):
        write_midi(path, {"lead": (Note(60, 0.0, 1.0, 0.5),)}, 120.0, None)
    assert [child.name for child in tmp_path.iterdir()] == ["a.mid"]
    assert path.read_bytes() == b"before"
