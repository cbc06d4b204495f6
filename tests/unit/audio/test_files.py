import contextlib
import errno
import os
import stat
import sys
from pathlib import Path

import pytest
from tests.unit.audio.sounds import names_in

from infinite_studio.audio import files
from infinite_studio.audio.files import (
    DiskFullError,
    FolderNotWritableError,
    atomic_path,
    free_bytes,
    made_folder,
    readable_size,
    require_free,
    safe_filename,
    unused_path,
)
from infinite_studio.progress import OperationCancelled


def write_half(final: Path, failure: BaseException, needed_bytes: int | None = None) -> None:
    with atomic_path(final, needed_bytes=needed_bytes) as temporary:
        temporary.write_bytes(b"half")
        raise failure


def test_a_finished_file_takes_its_name_and_nothing_else_stays(tmp_path):
    final = tmp_path / "beat.wav"
    with atomic_path(final) as temporary:
        assert temporary.parent == tmp_path
        temporary.write_bytes(b"sound")
        assert not final.exists()
    assert final.read_bytes() == b"sound"
    assert names_in(tmp_path) == ["beat.wav"]


@pytest.mark.parametrize("failure", [RuntimeError, OperationCancelled, KeyboardInterrupt, SystemExit])
def test_whatever_ends_the_work_leaves_the_old_file_and_no_other(tmp_path, failure):
    final = tmp_path / "beat.wav"
    final.write_bytes(b"old")
    with pytest.raises(failure):
        write_half(final, failure())
    assert final.read_bytes() == b"old"
    assert names_in(tmp_path) == ["beat.wav"]


def test_the_file_is_synced_before_it_is_renamed_and_the_folder_after(tmp_path, monkeypatch):
    calls = []
    rename, sync = Path.replace, os.fsync

    def watched_rename(self, target):
        calls.append("rename")
        return rename(self, target)

    def watched_sync(descriptor):
        calls.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    monkeypatch.setattr(Path, "replace", watched_rename)
    monkeypatch.setattr(os, "fsync", watched_sync)
    with atomic_path(tmp_path / "x") as temporary:
        temporary.write_bytes(b"1")
    assert calls == ["file", "rename", *(["folder"] if os.name == "posix" else [])]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_named_with_needed_and_free_bytes(tmp_path, number):
    with pytest.raises(DiskFullError) as full:
        write_half(tmp_path / "x", OSError(number, "no"), needed_bytes=1234)
    assert full.value.needed_bytes == 1234
    assert "1,234 bytes" in str(full.value)
    assert f"{full.value.free_bytes:,} bytes" in str(full.value)
    assert full.value.hint
    assert names_in(tmp_path) == []


def test_what_cannot_fit_is_refused_before_anything_is_written(tmp_path):
    entered = False
    with pytest.raises(DiskFullError), atomic_path(tmp_path / "x", needed_bytes=1 << 60):
        entered = True
    assert not entered
    with pytest.raises(DiskFullError, match="needed"):
        require_free(tmp_path / "not" / "made" / "yet", 1 << 60)
    require_free(tmp_path, 1)


def test_a_missing_folder_is_a_folder_that_cannot_be_written(tmp_path):
    with (
        pytest.raises(FolderNotWritableError, match="it is not there"),
        atomic_path(tmp_path / "no" / "x") as temporary,
    ):
        temporary.write_bytes(b"1")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EPERM])
def test_a_forbidden_folder_is_named(tmp_path, number):
    with pytest.raises(FolderNotWritableError) as refused, atomic_path(tmp_path / "x") as temporary:
        raise OSError(number, "no", str(temporary))
    assert refused.value.folder == tmp_path
    assert refused.value.hint


def test_a_forbidden_source_is_not_mistaken_for_the_target(tmp_path):
    with pytest.raises(PermissionError), atomic_path(tmp_path / "x"):
        raise PermissionError(errno.EACCES, "no", "/somewhere/else")


def test_a_writer_that_wrote_nothing_is_a_bug_and_not_an_expected_failure(tmp_path):
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "x"):
        pass


def test_a_folder_on_a_system_without_folder_sync_is_fine(tmp_path, monkeypatch):
    def refuse(descriptor):
        raise OSError(errno.EINVAL, "not here")

    monkeypatch.setattr(os, "fsync", refuse)
    files.fsync_folder(tmp_path)


@pytest.mark.parametrize(("refusals", "ends"), [(3, "new"), (100, "old")])
def test_on_windows_a_file_that_something_looks_at_for_a_moment_is_replaced_all_the_same(
    tmp_path, monkeypatch, refusals, ends
):
    left, waited, real = [1] * refusals, [], Path.replace

    def replace(self, target):
        if left:
            left.pop()
            raise PermissionError(errno.EACCES, "in use", str(self))
        return real(self, target)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(files.time, "sleep", waited.append)
    (tmp_path / "x").write_text("old")
    told = contextlib.nullcontext() if ends == "new" else pytest.raises(FolderNotWritableError)
    with told, atomic_path(tmp_path / "x") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "x").read_text() == ends
    assert names_in(tmp_path) == ["x"]
    assert sum(waited) < 1.0


@pytest.mark.skipif(os.name != "posix", reason="macOS is imitated with what POSIX systems have")
def test_on_macos_the_drive_is_asked_to_empty_its_own_memory(tmp_path, monkeypatch):
    import fcntl

    asked, synced = [], []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda _descriptor, command: asked.append(command))
    monkeypatch.setattr(os, "fsync", synced.append)
    with atomic_path(tmp_path / "x") as temporary:
        temporary.write_bytes(b"1")
    assert (asked, synced) == ([51, 51], [])

    def unknown(_descriptor, _command):
        raise OSError(errno.ENOTSUP, "not on this disk")

    monkeypatch.setattr(fcntl, "fcntl", unknown)
    with atomic_path(tmp_path / "x") as temporary:
        temporary.write_bytes(b"2")
    assert len(synced) == 2


def test_free_bytes_are_those_of_the_nearest_folder_that_exists(tmp_path):
    assert free_bytes(tmp_path / "a" / "b.wav") > 0


def test_a_folder_that_was_made_for_nothing_goes_away_with_its_new_parents(tmp_path):
    with made_folder(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b").is_dir()
    assert names_in(tmp_path) == []
    with pytest.raises(OperationCancelled), made_folder(tmp_path / "a" / "b"):
        raise OperationCancelled
    assert names_in(tmp_path) == []


def test_a_folder_with_something_in_it_stays_and_so_does_one_that_was_there(tmp_path):
    (tmp_path / "old").mkdir()
    with made_folder(tmp_path / "old" / "new"):
        (tmp_path / "old" / "new" / "x").touch()
    with made_folder(tmp_path / "old"), made_folder(tmp_path / "old" / "empty"):
        pass
    assert names_in(tmp_path) == ["old"]
    assert names_in(tmp_path / "old") == ["new"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FolderNotWritableError), made_folder(tmp_path / "file" / "below"):
        pass


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        *((0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (1_440, "1.4 kB"), (3_200_000, "3.2 MB")),
        *((999_960, "1.0 MB"), (2 * 10**9, "2.0 GB"), (999_900_000_000, "999.9 GB"), (7 * 10**12, "7.0 TB")),
        (18 * 10**15, "18,000.0 TB"),
    ],
)
def test_sizes_read_as_people_say_them(n_bytes, text):
    assert readable_size(n_bytes) == text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Midnight Drive", "Midnight Drive.wav"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j.wav"),
        ("two\nlines", "two_lines.wav"),
        ("-rf", "rf.wav"),
        ("..hidden", "hidden.wav"),
        ("../../etc/passwd", "_.._etc_passwd.wav"),
        ("", "untitled.wav"),
        (" . ", "untitled.wav"),
        ("CON", "_CON.wav"),
        ("nul", "_nul.wav"),
        ("com1.live", "_com1.live.wav"),
        ("LPT³", "_LPT³.wav"),
        ("console", "console.wav"),
        ("שיר לילה", "שיר לילה.wav"),
        ("evil\u202evaw.exe", "evilvaw.exe.wav"),
        ("bad\udcffname", "bad_name.wav"),
        ("cafe\u0301", "caf\u00e9.wav"),
        ("👩‍🚀", "👩‍🚀.wav"),
        ("ends with a dot.", "ends with a dot.wav"),
    ],
)
def test_titles_become_names_that_windows_accepts(title, name):
    assert safe_filename(title, ".wav") == name


def test_sixty_four_emoji_fit_with_their_suffix():
    name = safe_filename("🎵" * 64, ".wav")
    assert len(name.encode()) <= 255
    assert name.startswith("🎵" * 60)
    assert name.endswith(".wav")


def test_an_unused_path_never_names_what_exists(tmp_path):
    path = tmp_path / "beat.wav"
    assert unused_path(path) == path
    path.touch()
    assert unused_path(path).name == "beat (2).wav"
    (tmp_path / "beat (2).wav").symlink_to("nowhere")
    assert unused_path(path).name == "beat (3).wav"


def test_an_unused_path_of_a_name_of_255_bytes_can_be_made(tmp_path):
    path = tmp_path / safe_filename("é" * 300, ".wav")
    path.touch()
    unused_path(path).touch()
    assert len(names_in(tmp_path)) == 2
