"""Stored sounds, decoded and ready: what the transport plays and the waveforms are drawn from."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.decoded import decode_to_cache, open_decoded
from infinite_studio.audio.files import make_folder
from infinite_studio.audio.peaks import DamagedPeaksError, Peaks, PeaksBuilder
from infinite_studio.audio.reading import SoundReader, open_sound
from infinite_studio.progress import Part, Progress, Silence
from infinite_studio.project.model import PROJECT_SAMPLE_RATE

if TYPE_CHECKING:
    from infinite_studio.history.library import Library

DEFAULT_CACHE_BYTES = 20 * 2**30


@dataclass(frozen=True)
class GrowingPeaks:
    """A waveform while its sound is still being read."""

    object_id: str
    peaks: Peaks


@dataclass(frozen=True)
class _Growing:
    """Labels the partial peaks of one object on their way to the views."""

    whole: Progress
    object_id: str
    note: Callable[[str, Peaks], None]

    def report(self, fraction: float, stage: str = "") -> None:
        self.whole.report(fraction, stage)

    def share(self, partial: object) -> None:
        if isinstance(partial, Peaks):
            self.note(self.object_id, partial)
            self.whole.share(GrowingPeaks(self.object_id, partial))


class SoundBank:
    """Decoded samples and peaks of stored objects, kept in the cache folder.

    Parameters
    ----------
    library : Library
        Where the objects are.
    folder : Path
        The cache; whatever is deleted from it is made again from the objects.
    sample_rate : int
        Rate of all decoded samples, Hz.
    """

    def __init__(self, library: "Library", folder: Path, sample_rate: int = PROJECT_SAMPLE_RATE) -> None:
        self._library = library
        self._folder = folder
        self._sample_rate = sample_rate
        self._samples: dict[str, Samples] = {}
        self._peaks: dict[str, Peaks] = {}
        self._lock = threading.Lock()

    @property
    def sample_rate(self) -> int:
        """Rate of all decoded samples, Hz."""
        return self._sample_rate

    def prepare(self, object_id: str, progress: Progress | None = None) -> int:
        """Decode an object unless that was done before; return its length in frames at the project's rate."""
        ready = self.samples(object_id)
        if ready is None or self.peaks(object_id) is None:
            make_folder(self._folder)
            source = self._library.object_path(object_id)
            growing = _Growing(progress or Silence(), object_id, self._note_growing)
            decoded = decode_to_cache(source, self._decoded_path(object_id), self._sample_rate, growing)
            decoded.peaks.save(self._peaks_path(object_id))
            with self._lock:
                self._peaks[object_id] = decoded.peaks
                self._samples.pop(object_id, None)
            ready = self.samples(object_id)
        assert ready is not None
        return int(ready.shape[0])

    def prepare_all(self, object_ids: frozenset[str], progress: Progress) -> None:
        """Decode several objects; the share of each in the progress is equal."""
        for done, object_id in enumerate(sorted(object_ids)):
            part = Part(progress, done / len(object_ids), (done + 1) / len(object_ids))
            part.report(0.0, "Reading sounds")
            self.prepare(object_id, part)

    def draw(self, object_id: str, progress: Progress) -> None:
        """Make an object's waveform without keeping it decoded, unless there is one."""
        if self.peaks(object_id) is not None:
            return
        with open_sound(self._library.object_path(object_id)) as reader:
            is_ours = reader.info.sample_rate == self._sample_rate
            peaks = peaks_of(reader, progress) if is_ours else None
        if peaks is None:
            self.prepare(object_id, progress)
            return
        make_folder(self._folder)
        peaks.save(self._peaks_path(object_id))
        self._note_growing(object_id, peaks)

    def samples(self, object_id: str) -> Samples | None:
        """Return the stereo samples, mapped from the cache; None while they are not decoded."""
        with self._lock:
            known = self._samples.get(object_id)
            if known is None and self._decoded_path(object_id).is_file():
                known = self._samples[object_id] = open_decoded(self._decoded_path(object_id))
            return known

    def peaks(self, object_id: str) -> Peaks | None:
        """Return the waveform, complete or still growing; None while there is none."""
        with self._lock:
            known = self._peaks.get(object_id)
            if known is None and self._peaks_path(object_id).is_file():
                known = self._load_peaks(object_id)
            return known

    def show_growing(self, object_id: str, samples: Samples, peaks: Peaks) -> None:
        """Show and play a sound that is still being made, under a name that is no object's yet."""
        with self._lock:
            self._samples[object_id] = samples
            self._peaks[object_id] = peaks

    def forget_growing(self, object_id: str) -> None:
        """Let go of a sound that was being made."""
        with self._lock:
            self._samples.pop(object_id, None)
            self._peaks.pop(object_id, None)

    def store(self, audio: Audio) -> str:
        """Keep a sound that was made here: store it losslessly, decode it, return its object id."""
        from infinite_studio.audio.writing import encode_object

        data, media_type = encode_object(audio)
        object_id = self._library.put_bytes(data, media_type).object_id
        self.prepare(object_id)
        return object_id

    def trim(self, max_bytes: int = DEFAULT_CACHE_BYTES) -> int:
        """Delete the decoded files used longest ago until the cache fits; return the bytes freed.

        Windows keeps what is being played or drawn; it goes another time.
        """
        files = sorted(self._folder.glob("*.f32"), key=lambda path: path.stat().st_mtime, reverse=True)
        kept = freed = 0
        for path in files:
            size = path.stat().st_size
            kept += size
            if kept > max_bytes:
                with suppress(PermissionError):
                    path.unlink(missing_ok=True)
                    freed += size
        return freed

    def _note_growing(self, object_id: str, peaks: Peaks) -> None:
        with self._lock:
            self._peaks[object_id] = peaks

    def _load_peaks(self, object_id: str) -> Peaks | None:
        try:
            self._peaks[object_id] = Peaks.load(self._peaks_path(object_id))
        except DamagedPeaksError:
            self._peaks_path(object_id).unlink(missing_ok=True)
        return self._peaks.get(object_id)

    def _decoded_path(self, object_id: str) -> Path:
        return self._folder / f"{object_id}-{self._sample_rate}.f32"

    def _peaks_path(self, object_id: str) -> Path:
        return self._folder / f"{object_id}-{self._sample_rate}.peaks"


def peaks_of(reader: SoundReader, progress: Progress) -> Peaks:
    """Return the waveform of an open sound at its own rate."""
    builder, n_frames = PeaksBuilder(reader.info.sample_rate), 0
    expected = (reader.info.duration_seconds or 0.0) * reader.info.sample_rate
    for block in reader.blocks():
        builder.add(block)
        n_frames += block.shape[0]
        progress.report(min(n_frames / max(expected, 1.0), 1.0), "Drawing the waveform")
    return builder.finish()
