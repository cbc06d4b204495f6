"""Where files in use can be neither removed nor replaced, as on Windows, work still ends as it should."""

import pytest
from tests.unit.audio.sounds import melody, names_in
from tests.windows_files import CAN_IMITATE, refuse_files_in_use

from infinite_studio.audio.files import FolderNotWritableError, atomic_path
from infinite_studio.audio.reading import UnreadableSoundError, open_sound, read_audio
from infinite_studio.audio.writing import write_audio
from infinite_studio.engines.registry import built_in_separators
from infinite_studio.looping.formats import LoopFormat
from infinite_studio.looping.targets import Target
from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.services.looping_extending import extend_file
from infinite_studio.services.looping_values import CrossfadeChoice, ExtendRequest, LoopPoints, LoopShape
from infinite_studio.services.split_files import FilesRequest
from infinite_studio.services.split_wish import SplitWish
from infinite_studio.services.splitting_files import split_file

pytestmark = pytest.mark.skipif(not CAN_IMITATE, reason="this system does not tell which files are in use")
SHAPE = LoopShape(LoopPoints(0.5, 2.5), CrossfadeChoice(milliseconds=20.0))


class Impatient(Silence):
    """Cancels the work once it is so far."""

    def __init__(self, fraction):
        self.limit = fraction

    def report(self, fraction, stage=""):
        if fraction > self.limit:
            raise OperationCancelled


@pytest.fixture
def song(tmp_path, monkeypatch):
    path = tmp_path / "song.wav"
    write_audio(path, melody(4.0))
    refuse_files_in_use(monkeypatch)
    return path


def test_the_imitation_refuses_what_windows_refuses(tmp_path, song):
    with song.open("rb"), pytest.raises(PermissionError):
        song.unlink()
    with song.open("rb"), pytest.raises(FolderNotWritableError), atomic_path(song) as temporary:
        temporary.write_bytes(b"1")
    assert names_in(tmp_path) == ["song.wav"]
    song.unlink()


@pytest.mark.parametrize("fraction", [0.02, 0.5, 0.86, 0.93, 0.99])
def test_a_split_that_is_cancelled_leaves_nothing(tmp_path, song, fraction):
    request = FilesRequest((song,), tmp_path / "out", SplitWish("quick"))
    with pytest.raises(OperationCancelled):
        split_file(song, request, built_in_separators(), Impatient(fraction))
    assert names_in(tmp_path) == ["song.wav"]


@pytest.mark.parametrize("form", [form.value for form in LoopFormat])
@pytest.mark.parametrize("fraction", [0.3, 0.9])
def test_an_extension_that_is_cancelled_leaves_nothing(tmp_path, song, form, fraction):
    request = ExtendRequest(Target(seconds=12.0), tmp_path / "out" / f"x.{form}", SHAPE)
    with pytest.raises(OperationCancelled):
        extend_file(song, request, Impatient(fraction))
    assert names_in(tmp_path) == ["song.wav"]


@pytest.mark.parametrize("name", ["x.wav", "x.flac", "x.mp3", "x.ogg"])
def test_a_sound_can_be_removed_as_soon_as_it_was_read_or_refused(tmp_path, song, name):
    path = tmp_path / name
    write_audio(path, melody(1.0))
    read_audio(path)
    data = path.read_bytes()
    for content in (data[: len(data) // 3], b"words " * 500):
        path.write_bytes(content)
        try:
            with open_sound(path) as reader:
                next(reader.blocks(1_000))
        except UnreadableSoundError:
            pass
        path.unlink()
        path.write_bytes(data)


def test_the_sum_of_a_long_split_leaves_no_file(tmp_path, song, monkeypatch):
    from infinite_studio.engines.demucs import accumulating

    monkeypatch.setattr(accumulating, "IN_MEMORY_BYTES", 0)
    with accumulating.stem_sums(2, 1_000, 2, tmp_path) as sums:
        sums[1] += 1.0
        assert sums.sum() == 2_000.0
    # The view is still alive, as it is where an error is being passed on.
    assert sums.shape == (2, 1_000, 2)
    assert names_in(tmp_path) == ["song.wav"]


def test_trimming_the_cache_leaves_what_is_in_use_for_another_time(song, studio):
    bank = studio.bank
    ids = [bank.store(melody(seconds)) for seconds in (0.5, 0.6)]
    used = bank.samples(ids[0])
    assert used is not None
    bank.forget_growing(ids[1])
    assert bank.trim(0) == 8 * 28_800
    assert bank.samples(ids[0]) is used
    assert bank.samples(ids[1]) is None
