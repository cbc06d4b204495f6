import os
import socket
from pathlib import Path

import pytest

from infinite_studio.history.locking import (
    LOCK_FILE_NAME,
    Holder,
    LibraryLock,
    LibraryLockedError,
    LibraryNotWritableError,
    read_holder,
)


def test_a_second_writer_is_refused_and_told_who_holds_the_lock(tmp_path: Path) -> None:
    first = LibraryLock.acquire(tmp_path)
    with pytest.raises(LibraryLockedError) as caught:
        LibraryLock.acquire(tmp_path)
    assert caught.value.holder == Holder(os.getpid(), socket.gethostname())
    assert str(os.getpid()) in str(caught.value)
    assert caught.value.hint
    first.release()


def test_releasing_lets_the_next_writer_in(tmp_path: Path) -> None:
    LibraryLock.acquire(tmp_path).release()
    second = LibraryLock.acquire(tmp_path)
    assert not second.was_left_open
    second.release()
    second.release()
    assert read_holder(tmp_path) is None


@pytest.mark.parametrize(
    "garbage", [b"\x00\xff\xfe", b"[]", b"{}", b'{"pid": "x", "host": 1}', b"x" * 100_000]
)
def test_garbage_in_the_lock_file_keeps_nobody_out(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / LOCK_FILE_NAME).write_bytes(garbage)
    assert read_holder(tmp_path) is None
    lock = LibraryLock.acquire(tmp_path)
    assert lock.was_left_open
    assert read_holder(tmp_path) == Holder(os.getpid(), socket.gethostname())
    lock.release()


def test_a_refusal_names_nobody_where_the_lock_file_does_not(tmp_path: Path) -> None:
    lock = LibraryLock.acquire(tmp_path)
    lock.path.write_bytes(b"?")
    with pytest.raises(LibraryLockedError) as caught:
        LibraryLock.acquire(tmp_path)
    assert caught.value.holder is None
    assert str(caught.value) == "The library is already open in another Infinite Studio."
    lock.release()


def test_a_place_without_a_lock_file_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE_NAME).mkdir()
    with pytest.raises(LibraryNotWritableError) as caught:
        LibraryLock.acquire(tmp_path)
    assert caught.value.folder == tmp_path
