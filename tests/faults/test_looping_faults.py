"""Long files and bad days: full disks, cancelling at any moment, folders that may not be written."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from tests.unit.looping.music_box import RATE, notes

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.files import DiskFullError, FolderNotWritableError
from infinite_studio.audio.reading import UnreadableSoundError
from infinite_studio.audio.writing import IncompleteFileError
from infinite_studio.looping.formats import LoopFormat
from infinite_studio.looping.problems import CrossfadeTooLongError, TargetTooShortError
from infinite_studio.looping.targets import Target
from infinite_studio.looping.verifying import verify
from infinite_studio.looping.writing import NameTakenError
from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.services.looping_extending import extend_audio, extend_file
from infinite_studio.services.looping_pack import PackRequest, make_pack
from infinite_studio.services.looping_values import CrossfadeChoice, ExtendRequest, LoopPoints, LoopShape

pytestmark = pytest.mark.faults

FORMATS = [form.value for form in LoopFormat]
SHAPE = LoopShape(LoopPoints(0.5, 2.5), CrossfadeChoice(milliseconds=20.0))

FILLING = """
    import resource, sys
    from pathlib import Path
    from infinite_studio.audio.files import DiskFullError
    from infinite_studio.looping import estimating, writing
    from infinite_studio.progress import Silence
    from infinite_studio.services import looping_extending
    from infinite_studio.services.looping_extending import extend_file
    from infinite_studio.services.looping_values import CrossfadeChoice, ExtendRequest, LoopPoints, LoopShape
    from infinite_studio.looping.targets import Target

    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    shape = LoopShape(LoopPoints(0.5, 2.5), CrossfadeChoice(milliseconds=20.0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
    for suffix in sys.argv[3].split(","):
        try:
            extend_file(source, ExtendRequest(Target(seconds=40.0), folder / f"x.{suffix}", shape), Silence())
        except DiskFullError as error:
            print(suffix, error.needed_bytes, str(error))
        left = [path.name for path in folder.iterdir()]
        assert not left, left
"""


@pytest.fixture(scope="module")
def song():
    return Audio(np.concatenate([notes(8, 1)] * 2), RATE)


@pytest.fixture
def song_path(song, tmp_path):
    from infinite_studio.audio.writing import write_audio

    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "song.wav"
    write_audio(path, song)
    return path


def test_a_disk_that_fills_up_half_way_leaves_nothing_and_is_said_in_every_format(song_path, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FILLING), str(song_path), str(folder), ",".join(FORMATS)],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    said = [line.split()[0] for line in done.stdout.splitlines()]
    assert said == FORMATS


def test_too_small_a_disk_is_said_with_numbers_before_anything_is_written(song, tmp_path, monkeypatch):
    import infinite_studio.audio.files as files

    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1_000_000})())
    with pytest.raises(DiskFullError) as problem:
        extend_audio(song, ExtendRequest(Target(seconds=3_600), tmp_path / "x.wav", SHAPE), Silence())
    assert problem.value.needed_bytes >= 3_600 * RATE * 4
    assert problem.value.free_bytes == 1_000_000
    assert not list(tmp_path.iterdir())


class StopAfter:
    """Cancels at a share of the work."""

    def __init__(self, fraction):
        self.fraction = fraction

    def report(self, fraction, stage=""):
        if fraction >= self.fraction:
            raise OperationCancelled

    def share(self, partial): ...


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("fraction", [0.05, 0.3, 0.7, 0.97])
def test_cancelling_at_any_moment_leaves_nothing(song, tmp_path, suffix, fraction):
    with pytest.raises(OperationCancelled):
        extend_audio(
            song, ExtendRequest(Target(seconds=12.0), tmp_path / f"x.{suffix}", SHAPE), StopAfter(fraction)
        )
    assert not list(tmp_path.iterdir())


def test_a_cancelled_pack_leaves_no_folder(song_path, tmp_path):
    request = PackRequest(ExtendRequest(Target(seconds=12.0), tmp_path / "pack" / "x.wav", SHAPE), "Rain")
    with pytest.raises(OperationCancelled):
        make_pack(song_path, request, StopAfter(0.4))
    assert [entry.name for entry in tmp_path.iterdir()] == ["in"]


def test_a_folder_that_cannot_be_made_is_said(song, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderNotWritableError):
        extend_audio(song, ExtendRequest(Target(seconds=12.0), tmp_path / "file" / "x.wav", SHAPE), Silence())


def test_samples_that_are_not_numbers_are_refused_on_reading(tmp_path):
    import soundfile

    samples = notes(8, 1)
    samples[1_000] = np.nan
    soundfile.write(tmp_path / "nan.wav", samples, RATE, subtype="FLOAT")
    with pytest.raises(UnreadableSoundError) as problem:
        extend_file(
            tmp_path / "nan.wav", ExtendRequest(Target(seconds=12.0), tmp_path / "x.mp3", SHAPE), Silence()
        )
    assert "not numbers" in str(problem.value)
    assert not (tmp_path / "x.mp3").exists()


def test_bytes_that_are_no_loop_tags_are_never_believed(tmp_path):
    from infinite_studio.audio.loop_tags import read_loop_tags

    rng = np.random.default_rng(3)
    for magic in (b"RIFF\0\0\0\0WAVE", b"RF64\0\0\0\0WAVE", b"fLaC", b"OggS"):
        for trial in range(60):
            path = tmp_path / "odd"
            path.write_bytes(magic + rng.integers(0, 256, int(rng.integers(0, 600)), np.uint8).tobytes())
            found = read_loop_tags(path)
            assert found is None or found.length_frames > 0, trial


class SomebodyElse:
    """Puts a file of the wished name into the folder while the work goes on."""

    def __init__(self, path):
        self.path = path

    def report(self, fraction, stage=""):
        if fraction > 0.5 and not self.path.exists():
            self.path.write_text("somebody else's")

    def share(self, partial): ...


@pytest.mark.parametrize("suffix", ["wav", "opus"])
def test_a_name_that_somebody_takes_meanwhile_is_not_overwritten(song, tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    with pytest.raises(NameTakenError):
        extend_audio(song, ExtendRequest(Target(seconds=12.0), path, SHAPE), SomebodyElse(path))
    assert path.read_text() == "somebody else's"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "ogg", "opus"])
def test_a_file_that_breaks_off_is_never_called_whole(song, tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    done = extend_audio(song, ExtendRequest(Target(seconds=12.0), path, SHAPE), Silence())
    path.write_bytes(path.read_bytes()[: -done.size_bytes // 4])
    rate = RATE if suffix != "opus" else 48_000
    with pytest.raises(IncompleteFileError) as problem:
        verify(path, LoopFormat(suffix), done.verified.n_frames, rate, (), Silence())
    assert problem.value.found_frames < done.verified.n_frames


def test_a_target_shorter_than_the_loop_and_a_crossfade_longer_than_it_leave_nothing(song, tmp_path):
    wrong = {
        TargetTooShortError: ExtendRequest(Target(seconds=1.0), tmp_path / "x.wav", SHAPE),
        CrossfadeTooLongError: ExtendRequest(
            Target(seconds=12.0),
            tmp_path / "x.wav",
            LoopShape(LoopPoints(0.5, 2.5), CrossfadeChoice(milliseconds=9_000.0)),
        ),
    }
    for problem, request in wrong.items():
        with pytest.raises(problem):
            extend_audio(song, request, Silence())
    assert not list(tmp_path.iterdir())
