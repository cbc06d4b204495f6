"""What a stream needs around its sound: a title, a picture or clip, chapters, and who made what under which terms."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.services.looping_pack import PackRequest, chapter_lines, chapters_of
from infinite_studio.services.looping_values import ExtendPreview, ExtendRequest
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import TextField
from infinite_studio.ui.kit.labels import Caption, ElidedLabel

NO_PICTURE = "No picture: sound, chapters and credits only"
_SHOWN_CHAPTERS = 4
_PICTURES = "Pictures and clips (*.png *.jpg *.jpeg *.webp *.mp4 *.mov *.webm *.gif);;Anything (*)"


class PackFields(QWidget):
    """Emits ``edited`` when the title changes, which names the folder."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Path | None = None
        self.title = TextField("Title of the stream")
        self.picture = ElidedLabel(NO_PICTURE, caption=True, mode=Qt.TextElideMode.ElideMiddle)
        self.browse = QuietButton("Picture or clip…")
        self.remove = QuietButton("None")
        self.remove.setAccessibleName("No picture")
        self.credits = TextField("Credits", placeholder="Music: …; picture: …")
        self.licences = TextField("Licence", placeholder="CC BY 4.0, …")
        self.chapters = Caption("", "tertiary")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.browse, 1)
        row.addWidget(self.remove)
        column.addWidget(self.title)
        column.addLayout(row)
        for widget in (self.picture, self.credits, self.licences, self.chapters):
            column.addWidget(widget)
        self.set_picture(None)
        self.title.text_changed.connect(self._on_edited)
        self.browse.clicked.connect(self._on_browse)
        self.remove.clicked.connect(self._on_remove)

    def set_picture(self, path: Path | None) -> None:
        """Show this picture or clip in the video; None makes no video."""
        self._picture = path
        self.picture.set_text(NO_PICTURE if path is None else path.name)
        self.remove.setVisible(path is not None)

    def request(self, extend: ExtendRequest, title: str) -> PackRequest:
        """Return what stands in the fields, around a sound."""
        return PackRequest(
            extend, title, self._picture, _lines(self.credits.text()), _lines(self.licences.text())
        )

    def show_chapters(self, shown: ExtendPreview | None, title: str) -> None:
        """Say where chapters will begin."""
        lines = [] if shown is None else chapter_lines(chapters_of(title, shown))
        more = len(lines) - _SHOWN_CHAPTERS
        lines = [*lines[:_SHOWN_CHAPTERS], *([f"… and {more} more"] if more > 0 else [])]
        self.chapters.setText("\n".join(["Chapters:", *lines]) if lines else "")

    @Slot()
    def _on_edited(self, _value: object = None) -> None:
        self.edited.emit()

    @Slot()
    def _on_remove(self) -> None:
        self.set_picture(None)

    @Slot()
    def _on_browse(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "A picture or a clip for the video", "", _PICTURES)
        if chosen:
            self.set_picture(Path(chosen))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
