"""The bar on top: project and branch, transport and time, palette and export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from infinite_studio.ui.fonts import time_font
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import IconButton, PillButton
from infinite_studio.ui.kit.time_text import bar_text, time_text
from infinite_studio.ui.popups import open_menu
from infinite_studio.ui.theme import CAPTION_PX

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession
    from infinite_studio.ui.actions import Actions

HEIGHT_PX = 52
_BOUND = ("to_start", "play", "loop", "undo", "redo", "export")


class TransportBar(QWidget):
    """Says where one is in the project and in time; every button is one of the window's actions."""

    tempo_pressed = Signal()

    def __init__(self, session: StudioSession, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self.setProperty("kind", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT_PX)
        self.project = PillButton(tone="title")
        self.branch = PillButton(icon=IconName.BRANCH)
        self.unsaved = PillButton(icon=IconName.DOT, tone="attention")
        self.to_start = IconButton.transport(IconName.TO_START, "Go to the start (Home)")
        self.play = IconButton.transport(IconName.PLAY, "Play (Space)")
        self.loop = IconButton.transport(IconName.LOOP, "Loop (L)", checkable=True)
        self.time = QLabel("00:00.000")
        self.position = QLabel()
        self.tempo = PillButton(tone="plain")
        self.undo = IconButton(IconName.UNDO, "Undo")
        self.redo = IconButton(IconName.REDO, "Redo")
        self.palette_pill = PillButton("Ctrl+K", IconName.COMMAND)
        self.export = IconButton.transport(IconName.EXPORT, "Export (Ctrl+Shift+E)")
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 0, 12, 0)
        grid.setHorizontalSpacing(16)
        left = _row(8, self.project, self.branch, self.unsaved)
        left.addStretch(1)
        grid.addLayout(left, 0, 0)
        middle = _row(12, self.to_start, self.play, self.loop)
        middle.addSpacing(12)
        middle.addLayout(self._time_block())
        grid.addLayout(middle, 0, 1)
        right = _row(8, self.undo, self.redo, self.palette_pill, self.export)
        right.insertStretch(0, 1)
        grid.addLayout(right, 0, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        self.project.max_text_px, self.branch.max_text_px = 180, 120
        self.unsaved.shortens = False
        for button, emphasis in (
            (self.to_start, "raised"),
            (self.play, "primary"),
            (self.loop, "raised"),
            (self.export, "raised"),
        ):
            button.set_emphasis(emphasis)

    def _time_block(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        font = time_font()
        self.time.setFont(font)
        self.time.setProperty("kind", "time")
        self.time.setAccessibleName("Playhead")
        self.time.setFixedWidth(QFontMetrics(font).horizontalAdvance("0:00:00.000") + 4)
        small = time_font(CAPTION_PX)
        for widget in (self.position, self.tempo):
            widget.setFont(small)
            widget.setProperty("textsize", "time")
        self.tempo.setFixedHeight(24)
        self.position.setFixedHeight(24)
        self.tempo.padding_px = 4
        self.position.setProperty("kind", "position")
        line = _row(0, self.position, self.tempo)
        line.addStretch(1)
        column.addStretch(1)
        column.addWidget(self.time)
        column.addLayout(line)
        column.addStretch(1)
        return column

    def _connect(self) -> None:
        self.project.clicked.connect(lambda: _drop(self.project, self.project_menu()))
        self.branch.clicked.connect(lambda: _drop(self.branch, self.branch_menu()))
        self.export.clicked.connect(lambda: _drop(self.export, self.export_menu()))
        self.tempo.clicked.connect(self.tempo_pressed)
        for button, action_id in (
            (self.to_start, "to_start"),
            (self.play, "play"),
            (self.loop, "loop"),
            (self.undo, "undo"),
            (self.redo, "redo"),
            (self.unsaved, "commit"),
            (self.palette_pill, "palette"),
        ):
            button.clicked.connect(self._actions[action_id].trigger)

    def refresh(self) -> None:
        """Show the project as it is now."""
        session = self._session
        project = session.project
        self.project.setText(project.name)
        self.project.setToolTip(f"{project.name}: projects, new, rename")
        self.branch.setText(session.branch)
        self.branch.setToolTip(f"Branch {session.branch}")
        n = session.unsaved_steps
        self.unsaved.setVisible(n > 0)
        self.unsaved.setText("1 unsaved step" if n == 1 else f"{n} unsaved steps")
        self.unsaved.setToolTip("Not committed yet, but kept on disk. Commit… (Ctrl+S)")
        self.loop.setChecked(project.loop is not None and project.loop.enabled)
        key = f" · {project.key}" if project.key else " · no key"
        self.tempo.setText(f"{project.tempo_bpm:.1f} BPM{key}")
        self.tempo.setToolTip("Tempo and key…")
        self._refresh_enabled()
        for pill in (self.project, self.branch, self.unsaved, self.tempo):
            pill.updateGeometry()
            pill.update()
        self.set_time(session.playhead_frame, is_playing=session.is_playing)

    def set_time(self, frame: int, *, is_playing: bool) -> None:
        """Show where the playhead is."""
        project = self._session.project
        self.time.setText(time_text(frame, project.sample_rate))
        self.position.setText(f"bar {bar_text(frame, project.frames_per_beat)} ·")
        wanted = IconName.STOP if is_playing else IconName.PLAY
        if self.play.icon_name is not wanted:
            self.play.set_icon(wanted, "Stop (Space)" if is_playing else "Play (Space)")

    def project_menu(self) -> QMenu:
        """Return the menu of projects."""
        menu = QMenu(self)
        here = self._session.repository.repository_id
        for repository in self._session.repositories:
            _add_choice(
                menu,
                repository.name,
                is_chosen=repository.repository_id == here,
                choose=partial(self._session.open_project, repository.repository_id),
            )
        menu.addSeparator()
        _with_actions(menu, [self._actions["new_project"], self._actions["rename_project"]])
        menu.addSeparator()
        return _with_actions(menu, [self._actions["models"], self._actions["settings"]])

    def branch_menu(self) -> QMenu:
        """Return the menu of branches."""
        menu = QMenu(self)
        for branch in self._session.branches:
            _add_choice(
                menu,
                branch.name,
                is_chosen=branch.name == self._session.branch,
                choose=partial(self._session.switch_branch, branch.name),
            )
        if not self._session.branches:
            menu.addAction(f"{self._session.branch}: begins with the first commit").setEnabled(False)
        menu.addSeparator()
        return _with_actions(menu, [self._actions["new_branch"]])

    def export_menu(self) -> QMenu:
        """Return the menu of exports."""
        return _with_actions(QMenu(self), [self._actions["export"], self._actions["export_stems"]])

    def _refresh_enabled(self) -> None:
        for button, action_id in (
            (self.play, "play"),
            (self.loop, "loop"),
            (self.undo, "undo"),
            (self.redo, "redo"),
        ):
            action = self._actions[action_id]
            button.setEnabled(action.isEnabled())
            button.setToolTip(action.toolTip())


def _row(spacing: int, *widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return row


def _add_choice(menu: QMenu, text: str, *, is_chosen: bool, choose: Callable[[], object]) -> None:
    action = menu.addAction(text.replace("&", "&&"))
    action.setCheckable(True)
    action.setChecked(is_chosen)
    action.triggered.connect(lambda _checked=False: choose())


def _with_actions(menu: QMenu, actions: Sequence[QAction]) -> QMenu:
    menu.setToolTipsVisible(True)
    menu.addActions(list(actions))
    return menu


def _drop(button: QWidget, menu: QMenu) -> None:
    open_menu(menu, button.mapToGlobal(QPoint(0, button.height() + 4)))
