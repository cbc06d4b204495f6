"""Between the history and the comparison over the timeline, which is built when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from infinite_studio.ui.kit.themed import theme_of

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession
    from infinite_studio.ui.compare_view import CompareView
    from infinite_studio.ui.history_panel import HistoryPanel
    from infinite_studio.ui.theme import Theme


class CompareLink(QObject):
    """Opens the comparison that the history asks for, and hands what is chosen there back to it."""

    def __init__(self, session: StudioSession, history: HistoryPanel, over: QWidget) -> None:
        super().__init__(over)
        self._session = session
        self._history = history
        self._over = over
        self.view: CompareView | None = None
        history.compare_requested.connect(self.compare)

    def compare(self, a_commit_id: str, b_commit_id: str) -> None:
        """Show how two versions differ."""
        view = self.view or self._build()
        view.compare(a_commit_id, b_commit_id)

    def switch(self) -> None:
        """Hear the other of the two versions that are compared."""
        if self.view is not None:
            self.view.switch()

    def set_theme(self, theme: Theme) -> None:
        """Use another theme."""
        if self.view is not None:
            self.view.set_theme(theme)

    def _build(self) -> CompareView:
        from infinite_studio.ui.compare_view import CompareView

        self.view = view = CompareView(self._session, self._over)
        view.set_theme(theme_of(self._history))
        actions = self._history.commit_actions
        view.pick_requested.connect(actions.cherry_pick)
        view.merge_requested.connect(actions.merge)
        return view
