"""Where things are kept."""

import os
from dataclasses import astuple
from pathlib import Path

import pytest

from infinite_studio.errors import StudioError
from infinite_studio.settings.folders import HOME_VARIABLE, Folders, UnusableFolderError, ensure_writable


def test_the_variable_puts_everything_under_one_folder(monkeypatch, tmp_path):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "studio"))
    folders = Folders.standard()
    assert folders == Folders.under(tmp_path / "studio")
    assert all(tmp_path / "studio" in folder.parents for folder in astuple(folders))


def test_a_relative_home_is_made_absolute_and_tilde_is_the_persons_home(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(HOME_VARIABLE, "mine")
    assert Folders.standard().library == tmp_path / "mine" / "library"
    monkeypatch.setenv(HOME_VARIABLE, "~/mine")
    assert Folders.standard().library == Path.home() / "mine" / "library"


def test_the_standard_folders_belong_to_the_person_and_differ(monkeypatch):
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    folders = astuple(Folders.standard())
    assert len(set(folders)) == 4
    assert all(folder.is_absolute() and "InfiniteStudio" in str(folder) for folder in folders)


def test_ensure_makes_every_folder_and_leaves_nothing_in_it(tmp_path):
    folders = Folders.under(tmp_path / "new")
    folders.ensure()
    assert all(folder.is_dir() and not list(folder.iterdir()) for folder in astuple(folders))


def test_a_folder_that_cannot_be_made_is_named_with_a_way_out(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableFolderError) as caught:
        ensure_writable("library", tmp_path / "file" / "library")
    assert "library" in str(caught.value)
    assert HOME_VARIABLE in caught.value.hint
    assert isinstance(caught.value, StudioError)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_a_read_only_folder_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UnusableFolderError):
        ensure_writable("library", tmp_path / "library")


@pytest.mark.skipif(
    not Path("/proc/self").is_dir(), reason="a file system that even an administrator cannot write to"
)
def test_a_file_system_that_refuses_writing_is_refused():
    with pytest.raises(UnusableFolderError):
        ensure_writable("library", Path("/proc/self/library"))
