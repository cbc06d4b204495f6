import hashlib
from pathlib import Path

import pytest

from infinite_studio.audio.files import TEMPORARY_PREFIX
from infinite_studio.history.library import (
    DamagedObjectError,
    Library,
    MissingObjectError,
    UnreadableSourceError,
)
from infinite_studio.history.store import CHUNK_BYTES
from infinite_studio.progress import OperationCancelled


def files_in(library: Library) -> list[str]:
    return sorted(path.name for path in (library.folder / "objects").rglob("*") if path.is_file())


@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 5000])
def test_bytes_come_back_exactly(library: Library, data: bytes) -> None:
    stored = library.put_bytes(data, "audio/flac")
    assert stored.object_id == hashlib.sha256(data).hexdigest()
    assert stored.size_bytes == len(data)
    assert library.read_object(stored.object_id) == data
    assert library.object_path(stored.object_id).read_bytes() == data
    assert library.verify_object(stored.object_id)
    assert library.stored_object(stored.object_id) == stored


def test_the_same_bytes_are_kept_once_and_keep_their_first_media_type(library: Library) -> None:
    first = library.put_bytes(b"snare", "audio/flac")
    second = library.put_bytes(b"snare", "audio/wav")
    assert second == first
    assert files_in(library) == [first.object_id]


def test_a_file_comes_back_exactly_and_is_left_alone(library: Library, tmp_path: Path) -> None:
    source = tmp_path / "Song 🎹.mp3"
    data = bytes(range(251)) * (3 * CHUNK_BYTES // 251 + 1)
    source.write_bytes(data)
    stored = library.put_file(source, "audio/mpeg")
    assert library.read_object(stored.object_id) == data
    assert stored.size_bytes == len(data)
    assert source.read_bytes() == data
    assert library.put_file(source, "audio/mpeg") == stored


def test_progress_of_a_file_rises_to_one(library: Library, tmp_path: Path) -> None:
    fractions: list[float] = []
    stages: set[str] = set()

    class Listener:
        def report(self, fraction: float, stage: str = "") -> None:
            fractions.append(fraction)
            stages.add(stage)

        def share(self, partial: object) -> None:
            raise AssertionError

    source = tmp_path / "long.wav"
    source.write_bytes(b"\x01" * (4 * CHUNK_BYTES))
    library.put_file(source, "audio/wav", Listener())
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert stages >= {"Reading", "Storing", "Checking"}


@pytest.mark.parametrize("stage", ["Reading", "Storing", "Checking"])
def test_cancelling_leaves_nothing_behind(library: Library, tmp_path: Path, stage: str) -> None:
    class Canceller:
        def report(self, fraction: float, now_at: str = "") -> None:
            if now_at == stage and fraction > 0:
                raise OperationCancelled

        def share(self, partial: object) -> None:
            raise AssertionError

    source = tmp_path / "long.wav"
    source.write_bytes(b"\x01" * (4 * CHUNK_BYTES))
    with pytest.raises(OperationCancelled):
        library.put_file(source, "audio/wav", Canceller())
    assert files_in(library) == []
    assert library.put_file(source, "audio/wav").size_bytes == 4 * CHUNK_BYTES


def test_a_file_that_changes_while_it_is_read_is_refused(library: Library, tmp_path: Path) -> None:
    source = tmp_path / "growing.wav"
    source.write_bytes(b"\x01" * CHUNK_BYTES)

    class Recorder:
        def report(self, fraction: float, stage: str = "") -> None:
            if stage == "Storing":
                source.write_bytes(b"\x02" * CHUNK_BYTES * 2)

        def share(self, partial: object) -> None:
            raise AssertionError

    with pytest.raises(UnreadableSourceError):
        library.put_file(source, "audio/wav", Recorder())
    assert files_in(library) == []


@pytest.mark.parametrize("name", ["missing.wav", "."])
def test_a_file_that_cannot_be_read_is_named(library: Library, tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableSourceError) as caught:
        library.put_file(tmp_path / name, "audio/wav")
    assert caught.value.path == tmp_path / name


@pytest.mark.parametrize("object_id", ["0" * 64, "", "../library.db", "Z" * 64, "a" * 63])
def test_an_unknown_object_is_missing(library: Library, object_id: str) -> None:
    for ask in (library.object_path, library.read_object, library.stored_object):
        with pytest.raises(MissingObjectError) as caught:
            ask(object_id)
        assert caught.value.object_id == object_id
    assert not library.verify_object(object_id)


def test_a_flipped_bit_is_noticed_and_the_same_bytes_heal_it(library: Library) -> None:
    stored = library.put_bytes(b"hi-hat", "audio/flac")
    path = library.object_path(stored.object_id)
    path.write_bytes(b"hi-hau")
    with pytest.raises(DamagedObjectError):
        library.read_object(stored.object_id)
    assert not library.verify_object(stored.object_id)
    assert library.put_bytes(b"hi-hat", "audio/flac") == stored
    assert library.verify_object(stored.object_id)


def test_a_truncated_object_is_healed_from_its_file(library: Library, tmp_path: Path) -> None:
    source = tmp_path / "a.wav"
    source.write_bytes(b"clap" * 1000)
    stored = library.put_file(source, "audio/wav")
    library.object_path(stored.object_id).write_bytes(b"clap")
    library.put_file(source, "audio/wav")
    assert library.verify_object(stored.object_id)


def test_what_a_killed_writer_left_is_swept_when_the_library_opens_again(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        kept = library.put_bytes(b"kept", "audio/flac").object_id
        leftover = library.object_path(kept).with_name(f"{TEMPORARY_PREFIX}0123")
        leftover.write_bytes(b"half")
    (tmp_path / "library.lock").write_bytes(b'{"pid": 1, "host": "gone"}')
    with Library.open(tmp_path) as library:
        assert not leftover.exists()
        assert library.verify_object(kept)


def test_the_size_counts_objects_and_database(library: Library) -> None:
    before = library.size_bytes()
    assert before > 0
    library.put_bytes(b"x" * 100_000, "audio/flac")
    assert library.size_bytes() >= before + 100_000
