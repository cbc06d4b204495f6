"""The main window: transport on top, library and history left, timeline in the middle, engines and jobs right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from infinite_studio.ui.actions import Actions, Situation
from infinite_studio.ui.banner import Banner
from infinite_studio.ui.commands import Commands
from infinite_studio.ui.compare_link import CompareLink
from infinite_studio.ui.generate_panel import GeneratePanel
from infinite_studio.ui.history_bundles import take_bundles
from infinite_studio.ui.history_panel import HistoryPanel
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.jobs_panel import JobsPanel
from infinite_studio.ui.library_panel import LibraryPanel
from infinite_studio.ui.listen_panel import ListenPanel
from infinite_studio.ui.loop_panel import LoopPanel
from infinite_studio.ui.palette import Command, CommandPalette
from infinite_studio.ui.side_panel import SidePanel, hairline
from infinite_studio.ui.split_panel import SplitPanel
from infinite_studio.ui.status_bar import StatusBar
from infinite_studio.ui.stylesheet import apply_theme, prepare
from infinite_studio.ui.tempo_popover import TempoPopover
from infinite_studio.ui.theme import DARK, LIGHT, THEMES, Theme, ThemeName
from infinite_studio.ui.timeline.drops import dropped_paths
from infinite_studio.ui.timeline.view import TimelineView
from infinite_studio.ui.timeline_link import TimelineLink
from infinite_studio.ui.transport_bar import TransportBar

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

DEFAULT_SIZE = QSize(1600, 1000)
MINIMUM_SIZE = QSize(1024, 640)
PLAYING_TICK_MS = 16
IDLE_TICK_MS = 120
KEEP_SIZES_MS = 300
LEFT_TABS = ("library", "history")
RIGHT_TABS = ("generate", "split", "loop", "listen")


class MainWindow(QMainWindow):
    """Everything a person sees; it holds no state of the studio, only of its own geometry."""

    def __init__(self, session: StudioSession) -> None:
        super().__init__()
        self._session = session
        self.theme: Theme = self._chosen_theme()
        prepare(_application())
        self.setAcceptDrops(True)
        self.setMinimumSize(MINIMUM_SIZE)
        self.resize(DEFAULT_SIZE.boundedTo(self.screen().availableSize()))
        self._selected_clip_id: str | None = None
        self._was_inside = False
        self.timeline = TimelineView()
        self.commands = Commands(session, self)
        self.actions_table = Actions(self, self.commands.handlers())
        self.transport_bar = TransportBar(session, self.actions_table)
        self.link = TimelineLink(session, self.timeline)
        self.banner = Banner(self.timeline)
        self.library, self.history = LibraryPanel(session), HistoryPanel(session)
        self.comparing = CompareLink(session, self.history, self.timeline)
        self.left = SidePanel(LEFT_TABS, (self.library, self.history))
        self.jobs_panel = JobsPanel(session.jobs)
        self.generate = GeneratePanel(session)
        self.split, self.loop, self.listen = SplitPanel(session), LoopPanel(session), ListenPanel(session)
        self.right = SidePanel(
            RIGHT_TABS,
            (self.generate, self.split, self.loop, self.listen),
            below=self.jobs_panel,
        )
        self.status_bar = StatusBar(session)
        self._splitter = self._build_splitter()
        self._lay_out()
        self._connect()
        self._restore()
        self._leave_drops_to_the_window()
        self._keep_timer = QTimer(self)
        self._keep_timer.setSingleShot(True)
        self._keep_timer.setInterval(KEEP_SIZES_MS)
        self._keep_timer.timeout.connect(self._keep_sizes)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)
        self._timer.start(IDLE_TICK_MS)
        self.set_theme(self.theme)
        self._on_changed_title()
        self.refresh_actions()
        self.timeline.setFocus()

    def _build_splitter(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        for place, (widget, minimum) in enumerate(
            ((self.left, 240), (self.timeline, 360), (self.right, 280))
        ):
            splitter.addWidget(widget)
            widget.setMinimumWidth(minimum)
            splitter.setCollapsible(place, widget is not self.timeline)
            splitter.setStretchFactor(place, 1 if widget is self.timeline else 0)
        return splitter

    def _lay_out(self) -> None:
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.transport_bar, hairline(), self._splitter, hairline(), self.status_bar):
            layout.addWidget(widget, 1 if widget is self._splitter else 0)
        self.setCentralWidget(column)

    def _connect(self) -> None:
        session = self._session
        session.changed.connect(self._on_changed)
        session.problem.connect(self.banner.show_problem)
        session.notice.connect(self.banner.show_notice)
        self.timeline.selection_changed.connect(self._on_selection)
        self.link.clips.copied.connect(self.refresh_actions)
        self.timeline.import_requested.connect(self.actions_table["import"].trigger)
        self.timeline.describe_requested.connect(self.focus_prompt)
        self.library.import_requested.connect(self.actions_table["import"].trigger)
        self.library.sound_selected.connect(self.listen.set_selected_sound)
        self.listen.compose_wanted.connect(self._on_compose_wanted)
        self.listen.finds_shown.connect(self._on_finds_shown)
        self.generate.prompt_copied.connect(self._on_prompt_copied)
        self.generate.wanted.connect(self._on_generate_wanted)
        self.generate.melody.hum_requested.connect(self.commands.show_hum)
        self.history.commit_requested.connect(self.actions_table["commit"].trigger)
        self.timeline.object_dropped.connect(self.history.place_dropped)
        self.banner.remedy_wanted.connect(self.commands.remedy)
        for problem in self.findChildren(InlineProblem):
            problem.remedy_wanted.connect(self.commands.remedy)
        self.jobs_panel.again_pressed.connect(session.run_again)
        self.jobs_panel.forget_pressed.connect(session.forget_interrupted)
        self.transport_bar.tempo_pressed.connect(self.open_tempo)
        self.status_bar.jobs_pressed.connect(self.show_jobs)
        self.status_bar.left_toggled.connect(self.toggle_left)
        self.status_bar.right_toggled.connect(self.toggle_right)
        self._splitter.splitterMoved.connect(self._on_splitter_moved)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_scheme)

    # --- theme -----------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Show everything in these colours, at once."""
        self.theme = theme
        apply_theme(_application(), theme, self)
        self.timeline.set_theme(theme)
        for side in (self.left, self.right):
            side.set_theme(theme)
        self.comparing.set_theme(theme)

    def apply_chosen_theme(self) -> None:
        """Use the theme that the settings or the system ask for."""
        chosen = self._chosen_theme()
        if chosen is not self.theme:
            self.set_theme(chosen)

    def _chosen_theme(self) -> Theme:
        chosen = self._session.settings.theme
        if chosen != "system":
            return THEMES[ThemeName(chosen)]
        return LIGHT if system_is_light() else DARK

    def choose_theme(self, name: str) -> None:
        """Keep ``system``, ``dark`` or ``light`` as the chosen theme."""
        self._session.update_settings(theme=name)

    def toggle_theme(self) -> None:
        """Change between dark and light."""
        self.choose_theme("light" if self.theme is DARK else "dark")

    def _on_system_scheme(self, _scheme: Qt.ColorScheme) -> None:
        if self._session.settings.theme == "system":
            self.apply_chosen_theme()

    # --- what actions do to the window -----------------------------------------------------------

    def situation(self) -> Situation:
        """Return what decides which actions make sense now."""
        chosen = frozenset(self.timeline.selected_clip_ids)
        return Situation(self._session, self._selected_clip_id, chosen, self.link.clips.has_copied)

    def refresh_actions(self) -> None:
        """Grey what makes no sense now."""
        situation = self.situation()
        self._was_inside = situation.is_playhead_in_clip
        self.actions_table.refresh(situation)
        self.transport_bar.refresh()

    def tick(self) -> None:
        """Follow the transport."""
        session = self._session
        self.link.tick()
        self.transport_bar.set_time(session.playhead_frame, is_playing=session.is_playing)
        is_inside = self.situation().is_playhead_in_clip
        if is_inside != self._was_inside:
            self.refresh_actions()
        wanted = PLAYING_TICK_MS if session.is_playing else IDLE_TICK_MS
        if self._timer.interval() != wanted:
            self._timer.setInterval(wanted)

    def open_palette(self, commands: Sequence[Command] = (), question: str = "") -> CommandPalette:
        """Open the command palette, or one with other lines."""
        palette = CommandPalette(self, commands or self.commands.palette_commands(), question)
        palette.open()
        return palette

    def open_tempo(self) -> TempoPopover:
        """Open the sheet for tempo and key."""
        popover = TempoPopover(self._session, self)
        popover.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popover.open_below(self.transport_bar.tempo)
        return popover

    def focus_prompt(self) -> None:
        """Show the Generate panel and put the cursor into its prompt."""
        self.show_right("generate")
        self.generate.prompt.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_left(self, tab: str) -> None:
        """Show one of the left panels."""
        self._set_open("left", is_open=True)
        self.left.show_tab(tab)

    def show_right(self, tab: str) -> None:
        """Show one of the right panels."""
        self._set_open("right", is_open=True)
        self.right.show_tab(tab)

    def show_jobs(self) -> None:
        """Show the jobs."""
        self._set_open("right", is_open=True)
        self.jobs_panel.set_open(is_open=True)

    def toggle_left(self) -> None:
        """Show or hide the left panel."""
        self._set_open("left", is_open=not self.is_open("left"))

    def toggle_right(self) -> None:
        """Show or hide the right panel."""
        self._set_open("right", is_open=not self.is_open("right"))

    def is_open(self, side: str) -> bool:
        """Whether a side panel has any width."""
        return self._splitter.sizes()[0 if side == "left" else 2] > 0

    # --- geometry --------------------------------------------------------------------------------

    def _set_open(self, side: str, *, is_open: bool) -> None:
        settings = self._session.settings
        place, width = (0, settings.left_width) if side == "left" else (2, settings.right_width)
        sizes = self._splitter.sizes()
        if (sizes[place] > 0) == is_open:
            return
        sizes[1] += sizes[place] - (width if is_open else 0)
        sizes[place] = width if is_open else 0
        self._splitter.setSizes(sizes)
        self._keep_timer.start()

    def _on_splitter_moved(self, _position: int, _index: int) -> None:
        self._keep_timer.start()

    def _keep_sizes(self) -> None:
        left, _middle, right = self._splitter.sizes()
        changes: dict[str, object] = {"left_open": left > 0, "right_open": right > 0}
        changes |= {"left_width": left} if left else {}
        changes |= {"right_width": right} if right else {}
        self._session.update_settings(**changes)

    def _restore(self) -> None:
        settings = self._session.settings
        if settings.window_geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.window_geometry.encode()))
        left = settings.left_width if settings.left_open else 0
        right = settings.right_width if settings.right_open else 0
        self._splitter.setSizes([left, max(self.width() - left - right, 360), right])
        self.left.show_tab(settings.left_tab)
        self.right.show_tab(settings.right_tab)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the geometry; work is saved by the session when `app` closes it."""
        self._timer.stop()
        if self._keep_timer.isActive():
            self._keep_timer.stop()
            self._keep_sizes()
        self._session.update_settings(
            window_geometry=bytes(self.saveGeometry().toBase64().data()).decode(),
            left_tab=self.left.tab,
            right_tab=self.right.tab,
            timeline_view=self.link.view_text(),
        )
        super().closeEvent(event)

    # --- drops -----------------------------------------------------------------------------------

    def _leave_drops_to_the_window(self) -> None:
        """Keep text fields from taking a dropped file as text."""
        for child in self.findChildren(QWidget):
            if isinstance(child, QLineEdit | QPlainTextEdit):
                child.setAcceptDrops(False)
            if isinstance(child, QPlainTextEdit):
                child.viewport().setAcceptDrops(False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files anywhere on the window."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import files that were dropped beside the timeline; they land at the playhead."""
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.import_at_playhead(paths)

    def import_at_playhead(self, paths: Sequence[Path]) -> None:
        """Import files where the playhead is."""
        sounds = take_bundles(self._session, paths)
        if sounds:
            self._session.import_files(sounds, self._session.playhead_frame)

    # --- facts -----------------------------------------------------------------------------------

    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.project or changes.repositories or changes.history:
            self._on_changed_title()
        if changes.settings:
            self.apply_chosen_theme()
        if changes.jobs:
            self.jobs_panel.offer_again(self._session.interrupted_jobs)
        self.tick()
        self.refresh_actions()

    def _on_changed_title(self) -> None:
        mark = " •" if self._session.unsaved_steps else ""
        self.setWindowTitle(f"{self._session.project.name}{mark} – Infinite Studio")

    def _on_prompt_copied(self, _text: str) -> None:
        self.banner.show_notice("Prompt and seed are copied.")

    def _on_compose_wanted(self, prompt: str) -> None:
        self.generate.prompt.setPlainText(prompt)
        self.show_right("generate")

    def _on_finds_shown(self) -> None:
        self.show_right("listen")

    def _on_generate_wanted(self) -> None:
        self.show_right("generate")

    def _on_selection(self, clip_ids: tuple[str, ...]) -> None:
        self._selected_clip_id = next(iter(clip_ids), None)
        for panel in (self.split, self.loop, self.listen):
            panel.set_selected_clip(self._selected_clip_id)
        self.refresh_actions()


def system_is_light() -> bool:
    """Whether the system asks for light colours; dark where it does not say."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light


def grab_to_png(window: MainWindow, path: Path, size: QSize = DEFAULT_SIZE, scale: float = 1.0) -> None:
    """Draw the window into a PNG at a size and scale, without waiting for anything."""
    window.resize(size)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.show()
    QApplication.processEvents()
    window.tick()
    pixmap = QPixmap(size * scale)
    pixmap.setDevicePixelRatio(scale)
    window.render(pixmap)
    pixmap.save(str(path))


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
