"""What a button beside a problem offers to do about it."""

from PySide6.QtCore import Signal

from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import QuietButton

DOWNLOAD = "download"


class RemedyButton(QuietButton):
    """Hidden unless a problem has a remedy; ``wanted`` carries the remedy when it is pressed."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__("Download…", IconName.DROP)
        self._remedy = ""
        self.clicked.connect(self._on_clicked)
        self.hide()

    def offer(self, remedy: str) -> None:
        """Offer this, or nothing where the studio knows no such remedy."""
        verb, _, name = remedy.partition(":")
        self._remedy = remedy if verb == DOWNLOAD and name else ""
        self.setAccessibleName(f"Download {name}…" if self._remedy else "")
        self.setVisible(bool(self._remedy))

    def _on_clicked(self) -> None:
        self.wanted.emit(self._remedy)


def weights_named_by(remedy: str) -> str:
    """Return the name of the model that a remedy would download; empty where it is about something else."""
    verb, _, name = remedy.partition(":")
    return name if verb == DOWNLOAD else ""
