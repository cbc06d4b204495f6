"""A hum's recording as an object of the library, so that takes made from it can name it and find it again."""

from collections.abc import Sequence
from dataclasses import replace

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.errors import StudioError
from infinite_studio.progress import Progress
from infinite_studio.services.heard_sounds import SoundsToHear
from infinite_studio.services.humming_values import Hum
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import Melody

NOT_KEPT = "The recording itself could not be kept in the library"


def with_recording_kept(hum: Hum, studio: Studio | None, progress: Progress) -> Hum:
    """Store the recording of a hum; where that fails its notes are still worth having, and a remark says so."""
    if studio is None or studio.library.is_read_only:
        return hum
    progress.report(0.99, "Keeping the recording")
    try:
        return replace(hum, object_id=studio.bank.store(hum.audio))
    except StudioError as error:
        return replace(hum, remarks=(*hum.remarks, f"{NOT_KEPT}: {error} {error.hint}".strip()))


def follows(melody: Melody | None, request: GenerationRequest) -> bool:
    """Whether a request plays exactly this melody."""
    return melody is not None and bool(melody.object_id) and request.melody == melody.notes


def by_object(requests: Sequence[GenerationRequest], melody: Melody | None) -> Sequence[GenerationRequest]:
    """Take sounds out of memory that the library holds as well: they are named instead, which outlives a crash.

    A clean line needs no sound at all: engines that listen play the notes of the request themselves.
    """
    return [
        replace(one, sounds=replace(one.sounds, melody=None)) if follows(melody, one) else one
        for one in requests
    ]


def heard_with(heard: SoundsToHear, melody: Melody) -> SoundsToHear:
    """Let an engine that listens follow the voice itself where a person chose that."""
    return replace(heard, melody=melody.object_id) if melody.is_recording else heard
