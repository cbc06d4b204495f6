"""What a person says about the sound that the Listen panel shows, passed on to the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from infinite_studio.music.key import Key
    from infinite_studio.services.session import StudioSession
    from infinite_studio.ui.listen_key import KeySection
    from infinite_studio.ui.listen_tempo import TempoSection


class CorrectionLink(QObject):
    """Corrects, locks and takes back tempo and key of one object; of none while ``object_id`` is empty."""

    def __init__(
        self, session: StudioSession, tempo: TempoSection, key: KeySection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.object_id = ""
        tempo.corrected.connect(self._on_tempo)
        tempo.reverted.connect(self._on_tempo_reverted)
        tempo.locked.connect(self._on_tempo_locked)
        tempo.listened_again.connect(self._on_again)
        key.corrected.connect(self._on_key)
        key.denied.connect(self._on_key_denied)
        key.reverted.connect(self._on_key_reverted)
        key.locked.connect(self._on_key_locked)

    @Slot(float)
    def _on_tempo(self, tempo_bpm: float) -> None:
        if self.object_id:
            self._session.set_object_tempo(self.object_id, tempo_bpm)

    @Slot()
    def _on_tempo_reverted(self) -> None:
        if self.object_id:
            self._session.set_object_tempo(self.object_id, None)

    @Slot(bool)
    def _on_tempo_locked(self, is_locked: bool) -> None:
        if self.object_id:
            self._session.set_tempo_locked(self.object_id, is_locked)

    @Slot()
    def _on_again(self) -> None:
        if self.object_id:
            self._session.listen_to(self.object_id, again=True)

    @Slot(object)
    def _on_key(self, key: Key) -> None:
        if self.object_id:
            self._session.set_object_key(self.object_id, key)

    @Slot()
    def _on_key_denied(self) -> None:
        if self.object_id:
            self._session.set_object_keyless(self.object_id)

    @Slot()
    def _on_key_reverted(self) -> None:
        if self.object_id:
            self._session.set_object_key(self.object_id, None)

    @Slot(bool)
    def _on_key_locked(self, is_locked: bool) -> None:
        if self.object_id:
            self._session.set_key_locked(self.object_id, is_locked)
