"""Loops in the window: find them, hear their seams, and extend a sound to hours."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.progress import Part, Progress
from infinite_studio.services.listening import known_about
from infinite_studio.services.session_parts.humming import Humming
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import Changes

if TYPE_CHECKING:
    from infinite_studio.audio.loop_tags import LoopTags
    from infinite_studio.looping.candidates import LoopWishes
    from infinite_studio.services.looping_finding import FoundLoops
    from infinite_studio.services.looping_values import (
        CrossfadeChoice,
        Extended,
        ExtendPreview,
        ExtendRequest,
        LoopPoints,
    )

SEAM = "seam:"
"""What the names of heard seams begin with."""


class Looping(Humming):
    """Seams, and the long files that come out of them."""

    _audition_poll: QTimer
    _extension_job: int | None = None
    _extension_preview: "ExtendPreview | None" = None
    _extended: "Extended | None" = None

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self._found_loops: dict[str, FoundLoops] = {}

    def loops_of(self, object_id: str) -> "FoundLoops | None":
        """Return the loops that were found in a sound; None while nobody has looked."""
        return self._found_loops.get(object_id)

    @property
    def extension_preview(self) -> "ExtendPreview | None":
        """What the extension asked about last will be; None while that is being found out."""
        return self._extension_preview

    @property
    def extended(self) -> "Extended | None":
        """The long file that was written last."""
        return self._extended

    def find_loops(self, object_id: str, name: str, wishes: "LoopWishes") -> int | None:
        """Find where a stored sound can be looped."""
        return self._guard(partial(self._find_loops, object_id, name, wishes))

    def audition_seam(
        self,
        object_id: str,
        points: "LoopPoints",
        crossfade: "CrossfadeChoice",
        tempo_bpm: float | None = None,
    ) -> int | None:
        """Hear the last four seconds of a loop, then its first four; again to stop."""
        key = seam_key(object_id, points, crossfade)
        if self._playback.auditioned_object_id == key:
            self._playback.end_audition()
            self.changed.emit(Changes(takes=True, sounds=True, loops=True), None)
            return None
        return self._guard(partial(self._audition_seam, key, object_id, points, crossfade, tempo_bpm))

    def ask_extension(self, object_id: str, request: "ExtendRequest") -> int | None:
        """Find out what an extension will be; `extension_preview` holds the answer once it is there."""
        if self._extension_job is not None:
            self._jobs.cancel(self._extension_job)
            self._extension_job = None
        self._extension_preview = None
        return self._guard(partial(self._ask_extension, object_id, request))

    def extend_loop(self, object_id: str, name: str, request: "ExtendRequest", seconds: float) -> int | None:
        """Write a long file out of a stored sound; ``seconds`` is how long it will be, for the estimate."""
        return self._guard(partial(self._extend_loop, object_id, name, request, seconds))

    def _find_loops(self, object_id: str, name: str, wishes: "LoopWishes") -> int:
        studio = self.studio

        def work(progress: Progress) -> "FoundLoops":
            from infinite_studio.services.looping_finding import find_in_file

            said = known_about(object_id, studio).corrections
            path = studio.library.object_path(object_id)
            return find_in_file(path, wishes, progress, tempo_bpm=said.tempo_bpm)

        def keep(found: "FoundLoops") -> None:
            self._found_loops[object_id] = found
            self.changed.emit(Changes(loops=True), None)

        job = self._disk_job(f"Find loops in “{name}”", "loops", work, self.seconds_of(object_id))
        return self._run(job, keep)

    def _audition_seam(
        self,
        key: str,
        object_id: str,
        points: "LoopPoints",
        crossfade: "CrossfadeChoice",
        tempo_bpm: float | None,
    ) -> int:
        studio = self.studio

        def work(progress: Progress) -> Samples:
            from infinite_studio.services.looping_finding import audition_seam

            audio, _ = _sound(studio, object_id, Part(progress, 0.0, 0.9))
            return _as_played(audition_seam(audio, points, crossfade, tempo_bpm), studio.bank.sample_rate)

        def hear(samples: Samples) -> None:
            self._playback.audition_samples(key, samples, studio.bank.sample_rate)
            self._audition_poll.start()
            self.changed.emit(Changes(takes=True, sounds=True, loops=True), None)

        return self._run(self._disk_job("Reading a seam", "_seam", work), hear)

    def _ask_extension(self, object_id: str, request: "ExtendRequest") -> int:
        studio = self.studio

        def work(progress: Progress) -> "ExtendPreview":
            from infinite_studio.services.looping_extending import preview_extension

            audio, tags = _sound(studio, object_id, Part(progress, 0.0, 0.4))
            return preview_extension(audio, request, Part(progress, 0.4, 1.0), tags)

        job = self._disk_job("Estimating", "_extension", work)
        self._extension_job = self._run(job, self._on_preview, tells=False)
        return self._extension_job

    def _on_preview(self, preview: "ExtendPreview") -> None:
        self._extension_job, self._extension_preview = None, preview
        self.changed.emit(Changes(loops=True), None)

    def _extend_loop(self, object_id: str, name: str, request: "ExtendRequest", seconds: float) -> int:
        studio = self.studio

        def work(progress: Progress) -> "Extended":
            from infinite_studio.services.looping_extending import extend_audio

            audio, tags = _sound(studio, object_id, Part(progress, 0.0, 0.03))
            return extend_audio(audio, request, Part(progress, 0.03, 1.0), tags)

        kind = f"extend:{request.output.suffix.lstrip('.').lower()}"
        return self._run(self._disk_job(f"Extend “{name}”", kind, work, seconds), self._on_extended)

    def _on_extended(self, extended: "Extended") -> None:
        self._extended = extended
        self.notice.emit(f"Wrote {extended.path.name} to {extended.path.parent}.")
        self.changed.emit(Changes(loops=True), None)


def seam_key(object_id: str, points: "LoopPoints", crossfade: "CrossfadeChoice") -> str:
    """Return the name under which a seam is heard."""
    length = "auto" if crossfade.is_automatic else f"{crossfade.beats or 0}b{crossfade.milliseconds or 0}ms"
    length += f":{crossfade.shape.value}"
    return f"{SEAM}{object_id}:{points.start_seconds:.6f}:{points.end_seconds:.6f}:{length}"


def _sound(studio: Studio, object_id: str, progress: Progress) -> "tuple[Audio, LoopTags | None]":
    from infinite_studio.audio.loop_tags import read_loop_tags
    from infinite_studio.audio.reading import read_audio

    path = studio.library.object_path(object_id)
    return read_audio(path, progress), read_loop_tags(path)


def _as_played(audio: Audio, sample_rate: int) -> Samples:
    from infinite_studio.audio.channels import to_stereo
    from infinite_studio.audio.resampling import resample

    return to_stereo(resample(audio, sample_rate).samples)
