"""About: version, licences of the studio and of what it is built on, and where data lies."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from infinite_studio import __version__
from infinite_studio.errors import StudioError
from infinite_studio.ui.dialogs.studio_dialog import StudioDialog
from infinite_studio.ui.kit.labels import Caption, ElidedLabel, SectionLabel
from infinite_studio.ui.kit.surfaces import ScrollColumn

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession

WHAT_IT_IS = "A local studio for AI music: describe, split, arrange, and keep every version. Nothing leaves this machine."

_LICENCES_PX = 300


@dataclass(frozen=True)
class Library:
    """Something the studio is built on; ``package`` is the name it is installed under, empty for fonts."""

    name: str
    licence: str
    package: str = ""

    @property
    def installed_version(self) -> str:
        """Its version here, or empty where it is not installed."""
        try:
            return version(self.package) if self.package else ""
        except PackageNotFoundError:
            return ""


LIBRARIES = (
    Library("Qt for Python (PySide6)", "LGPL-3.0", "PySide6_Essentials"),
    Library("NumPy", "BSD-3-Clause", "numpy"),
    Library("SciPy", "BSD-3-Clause", "scipy"),
    Library("pyqtgraph", "MIT", "pyqtgraph"),
    Library("librosa", "ISC", "librosa"),
    Library("soundfile, with libsndfile", "BSD-3-Clause, LGPL-2.1", "soundfile"),
    Library("soxr, with libsoxr", "LGPL-2.1", "soxr"),
    Library("sounddevice, with PortAudio", "MIT", "sounddevice"),
    Library("PyAV, with FFmpeg", "BSD-3-Clause, LGPL", "av"),
    Library("pydub", "MIT", "pydub"),
    Library("pyloudnorm", "MIT", "pyloudnorm"),
    Library("SQLAlchemy", "MIT", "SQLAlchemy"),
    Library("Alembic", "MIT", "alembic"),
    Library("platformdirs", "MIT", "platformdirs"),
    Library("Typer", "MIT", "typer"),
    Library("PyTorch", "BSD-3-Clause", "torch"),
    Library("audiocraft", "MIT (code)", "audiocraft"),
    Library("Demucs", "MIT", "demucs"),
    Library("Inter", "SIL Open Font License 1.1"),
    Library("JetBrains Mono", "SIL Open Font License 1.1"),
)


class AboutDialog(StudioDialog):
    """Facts to read; Escape or Close leaves."""

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__("Infinite Studio", parent, leave="Close", width_px=620)
        self.body.addWidget(Caption(f"Version {__version__} · MIT licence"))
        what = QLabel(WHAT_IT_IS)
        what.setWordWrap(True)
        self.body.addWidget(what)
        self.body.addWidget(_licences(session), 1)
        self.body.addSpacing(8)
        self.body.addWidget(SectionLabel("Your data"))
        folders = session.folders
        places = (("Library", folders.library), ("Settings", folders.config), ("Logs", folders.logs))
        self.body.addLayout(_rows([(name, _path(str(place))) for name, place in places]))
        self.leave.setDefault(True)
        self.leave.setFocus()


def _named(library: Library) -> str:
    return f"{library.name} {library.installed_version}".strip()


def _engines(session: StudioSession) -> list[tuple[str, str]]:
    try:
        infos = (*session.generators, *session.separators)
    except StudioError:
        return []
    return [(info.label, info.licence) for info in infos]


def _path(text: str) -> QWidget:
    return ElidedLabel(text, token="text_secondary", mode=Qt.TextElideMode.ElideMiddle)


def _licence(text: str) -> QWidget:
    label = QLabel(text)
    label.setProperty("kind", "empty")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _rows(rows: list[tuple[str, QWidget]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for row, (name, value) in enumerate(rows):
        label = QLabel(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(value, row, 1)
    return grid


def _licences(session: StudioSession) -> ScrollColumn:
    column = ScrollColumn()
    column.setMinimumHeight(_LICENCES_PX)
    column.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    column.setAccessibleName("Engines, libraries and their licences")
    column.body.setContentsMargins(0, 0, 12, 0)
    built_on = [(_named(library), library.licence) for library in LIBRARIES]
    for title, rows in (("Engines", _engines(session)), ("Built on", built_on)):
        if rows:
            column.body.addWidget(SectionLabel(title))
            column.body.addLayout(_rows([(name, _licence(text)) for name, text in rows]))
    column.body.addStretch(1)
    return column
