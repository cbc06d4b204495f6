"""The status line: device, sound card, jobs and disk, each told truthfully."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from infinite_studio.jobs.job import JobState
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.jobs_panel import listed, summary_text
from infinite_studio.ui.kit.buttons import IconButton, PillButton
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.status_dot import StatusDot
from infinite_studio.ui.kit.surfaces import ProgressLine
from infinite_studio.ui.kit.time_text import bytes_text
from infinite_studio.ui.popups import open_menu

if TYPE_CHECKING:
    from infinite_studio.jobs.job import JobView
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

HEIGHT_PX = 32
LOW_DISK_BYTES = 2_000_000_000
_DISK_REFRESH_MS = 20_000
_SOUND_REFRESH_MS = 1_000
CHOOSE_OUTPUT = "Click to choose a sound output."
NOT_OPENED = "Sound output…"
SILENT = "No sound card: playing silently"


class StatusBar(QWidget):
    """One line at the bottom; its sound-card text opens the choice of outputs."""

    jobs_pressed = Signal()
    left_toggled = Signal()
    right_toggled = Signal()

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("kind", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT_PX)
        self.left_button = IconButton(IconName.SIDE_LEFT, "Show or hide the left panel (Ctrl+B)", size_px=24)
        self.right_button = IconButton(
            IconName.SIDE_RIGHT, "Show or hide the right panel (Ctrl+Shift+B)", size_px=24
        )
        self.dot = StatusDot()
        self.device = Caption()
        self.sound = PillButton(tone="plain")
        self.sound.setAccessibleName("Sound output")
        self.jobs = PillButton(tone="plain")
        self.line = ProgressLine()
        self.line.setFixedWidth(112)
        self.disk = Caption()
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self.left_button)
        row.addWidget(self.dot)
        row.addWidget(self.device)
        row.addWidget(self.sound)
        row.addStretch(1)
        row.addWidget(self.jobs)
        row.addWidget(self.line)
        row.addSpacing(8)
        row.addWidget(self.disk)
        row.addWidget(self.right_button)
        for caption in (self.device, self.disk):
            caption.setWordWrap(False)
        for pill in (self.sound, self.jobs):
            pill.setProperty("textsize", "caption")
            pill.setFixedHeight(24)
            pill.max_text_px = 420

    def _connect(self) -> None:
        self.left_button.clicked.connect(self.left_toggled)
        self.right_button.clicked.connect(self.right_toggled)
        self.jobs.clicked.connect(self.jobs_pressed)
        self.sound.clicked.connect(self._on_sound_clicked)
        self._session.changed.connect(self._on_changed)
        self._session.jobs.changed.connect(self._on_job_changed)
        self._session.jobs.order_changed.connect(self._refresh_jobs)
        self._disk_timer = QTimer(self)
        self._disk_timer.setInterval(_DISK_REFRESH_MS)
        self._disk_timer.timeout.connect(self._refresh_disk)
        self._disk_timer.start()
        self._sound_timer = QTimer(self)
        self._sound_timer.setInterval(_SOUND_REFRESH_MS)
        self._sound_timer.timeout.connect(self._refresh_sound)
        self._sound_timer.start()

    def refresh(self) -> None:
        """Show everything as it is now."""
        self.device.setText(self._session.device_label)
        self.dot.set_good(is_good=self._session.is_device_ok)
        self._refresh_sound()
        self._refresh_jobs()
        self._refresh_disk()

    def output_menu(self) -> QMenu:
        """Return the menu of sound outputs, the one in use ticked."""
        menu = QMenu(self)
        chosen = self._session.settings.output_device
        for name in ("", *self._session.output_devices()):
            action = menu.addAction(name or "As the system")
            action.setCheckable(True)
            action.setChecked(name == chosen)
            action.triggered.connect(lambda _checked=False, name=name: self._session.choose_output(name))
        return menu

    def _refresh_sound(self) -> None:
        state = self._session.transport_state
        latency_ms = state.latency_seconds * 1000
        self.sound.icon_name = IconName.WARNING if state.is_silent or state.notice_sentence else None
        told = f"{state.device_label} · {latency_ms:.0f} ms" if latency_ms else state.device_label
        self.sound.setText(SILENT if state.is_silent else told or NOT_OPENED)
        self.sound.set_tone("warned" if self.sound.icon_name else "plain")
        self.sound.setToolTip(f"{state.notice_sentence} {state.notice_hint}".strip() or CHOOSE_OUTPUT)
        self.sound.updateGeometry()
        self.sound.update()

    def _refresh_jobs(self) -> None:
        views = listed(self._session.jobs.views())
        running = [view for view in views if view.state is JobState.RUNNING]
        self.jobs.setText(summary_text(views))
        self.jobs.updateGeometry()
        self.line.setVisible(bool(running))
        if running:
            self.line.set_fraction(sum(view.fraction for view in running) / len(running))

    def _refresh_disk(self) -> None:
        free = self._session.free_bytes
        low = free < LOW_DISK_BYTES
        self.disk.setText(f"{bytes_text(free)} free" + (": nearly full" if low else ""))
        self.disk.set_tone("attention" if low else "secondary")
        self.disk.setToolTip(f"Projects and sounds lie in {self._session.folders.library}")

    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.device or changes.settings:
            self.refresh()
        elif changes.sounds or changes.history:
            self._refresh_disk()

    def _on_job_changed(self, _view: JobView) -> None:
        self._refresh_jobs()

    def _on_sound_clicked(self) -> None:
        menu = self.output_menu()
        above = QPoint(0, -menu.sizeHint().height() - 4)
        open_menu(menu, self.sound.mapToGlobal(above))
