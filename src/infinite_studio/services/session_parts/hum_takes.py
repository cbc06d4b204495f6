"""Takes that follow a hummed tune: they name its recording, which the library keeps."""

from collections.abc import Sequence
from dataclasses import replace

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.services.humming_kept import by_object, follows, heard_with
from infinite_studio.services.humming_state import HumState
from infinite_studio.services.session_parts.takes import Batch
from infinite_studio.services.session_parts.weights import Models


class HumTakes(Models):
    """What a hum has to do with takes, and the input that it comes from."""

    _hum = HumState()

    @property
    def hum(self) -> HumState:
        """What the hum panel shows."""
        return self._hum

    @property
    def hum_input(self) -> str:
        """The input that was chosen, even while it is not connected; empty for the system's default."""
        return self.settings.input_device

    def choose_hum_input(self, name: str) -> None:
        """Record from this input from now on, in later sessions too; empty for the system's default."""
        self.update_settings(input_device=name)

    def generate_takes(
        self, requests: Sequence[GenerationRequest], engine: str = "sketch"
    ) -> tuple[int, ...]:
        """Make takes; engines that listen get the sound of a hummed melody as well."""
        melody = self.melody
        if melody is not None and melody.object_id:
            return super().generate_takes(by_object(requests, melody), engine)
        if melody is not None and melody.sound is not None:
            sound = melody.sound
            requests = [
                replace(one, sounds=replace(one.sounds, melody=sound))
                if one.melody == melody.notes and one.sounds.melody is None
                else one
                for one in requests
            ]
        return super().generate_takes(requests, engine)

    def _let_hear(self, request: GenerationRequest, batch: Batch) -> None:
        """Name the recording that the melody was heard in, and let an engine that hears follow it."""
        super()._let_hear(request, batch)
        melody = self.melody
        if melody is None or not follows(melody, request):
            return
        batch.input_object_ids = (*batch.input_object_ids, melody.object_id)
        if self._hears(batch.engine):
            batch.heard = heard_with(batch.heard, melody)

    def _objects_in_use(self) -> frozenset[str]:
        """Keep the recording in the hum panel, and the one that the next take follows, from being collected."""
        shown = self._hum.hum.object_id if self._hum.hum is not None else ""
        followed = self.melody.object_id if self.melody is not None else ""
        return super()._objects_in_use() | frozenset(filter(None, (shown, followed)))
