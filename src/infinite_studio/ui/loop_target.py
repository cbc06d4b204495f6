"""How long a long file becomes and what kind of file it is: typed, or as long as a video."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from infinite_studio.audio.sanitise import BitDepth
from infinite_studio.looping.targets import Target, parse_target
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import ComboField, TextField, field_row
from infinite_studio.ui.loop_words import clock_text
from infinite_studio.ui.toggle_switch import ToggleSwitch

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession

FORMATS = (
    ("WAV 16-bit", ("wav", BitDepth.INT_16)),
    ("WAV 24-bit", ("wav", BitDepth.INT_24)),
    ("FLAC 16-bit", ("flac", BitDepth.INT_16)),
    ("FLAC 24-bit", ("flac", BitDepth.INT_24)),
    ("MP3", ("mp3", BitDepth.INT_16)),
    ("OGG", ("ogg", BitDepth.INT_16)),
    ("Opus", ("opus", BitDepth.INT_16)),
    ("M4A", ("m4a", BitDepth.INT_16)),
)
_VIDEOS = "Videos (*.mp4 *.mov *.mkv *.webm *.avi *.m4v);;Anything (*)"


class TargetFields(QWidget):
    """Emits ``edited`` whenever another target or format stands there."""

    edited = Signal()

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.length = TextField("Target", text="1h", placeholder="10h, 1:30:00, 42x")
        self.format = ComboField("Format")
        self.format.set_options(FORMATS)
        self.exact = ToggleSwitch("Exactly this long")
        self.video = QuietButton("As long as a video…")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(field_row(self.length, self.format))
        column.addWidget(self.exact)
        column.addWidget(self.video)
        self.length.text_changed.connect(self._on_edited)
        self.exact.toggled.connect(self._on_edited)
        self.format.editor.currentIndexChanged.connect(self._on_edited)
        self.video.clicked.connect(self._on_video)

    def target(self) -> Target:
        """Return what was written.

        Raises
        ------
        InvalidTargetError
            If it cannot be read.
        """
        return parse_target(self.length.text(), is_exact=self.exact.isChecked())

    def kind(self) -> tuple[str, BitDepth]:
        """Return suffix and depth."""
        value = self.format.value()
        assert isinstance(value, tuple)
        return str(value[0]), BitDepth(value[1])

    def words(self) -> str:
        """Return the target as it may stand in a file name."""
        return self.length.text().strip().replace(":", ".")

    def match_video(self, path: Path) -> None:
        """Make the target exactly as long as a video."""
        self._session.ask_video_length(path, self._on_video_length)

    def _on_video_length(self, seconds: float) -> None:
        self.exact.setChecked(True)
        self.length.editor.setText(clock_text(seconds))

    @Slot()
    def _on_edited(self, _value: object = None) -> None:
        self.edited.emit()

    @Slot()
    def _on_video(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "As long as this video", "", _VIDEOS)
        if chosen:
            self.match_video(Path(chosen))
