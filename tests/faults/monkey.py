"""A monkey at the window: clicks, keys, drags, drops and undo at random, from a seed that brings the same hands back."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget
from shiboken6 import isValid
from tests.ui.timeline import hands

from infinite_studio.app.window import Studio
from infinite_studio.project.model import Project
from infinite_studio.project.undo import MAX_STEPS
from infinite_studio.ui.actions import ACTION_SPECS
from infinite_studio.ui.timeline.drops import object_mime_data

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
MODIFIERS = (hands.NONE, hands.NONE, hands.NONE, hands.CTRL, hands.SHIFT, hands.ALT)
KEYS = (
    Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up,
    Qt.Key.Key_Down, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Z, Qt.Key.Key_X, Qt.Key.Key_1, Qt.Key.Key_E,
)  # fmt: skip
NEVER = frozenset({"quit", "models", "hum"})
"""What leaves the studio, the machine or its microphone: not a monkey's business."""
OFF_LIMITS = frozenset({"ModelsDialog", "HumDialog"})
FREEZE_SECONDS = 0.5
THEME_SECONDS = 1.5
"""A change of theme may take longer: Qt polishes every widget of the window anew."""
MENU_MS = 100
CROWDED_FACTOR = 4


@dataclass(frozen=True)
class Moment:
    """What was done, and how long the window was deaf for it."""

    deed: str
    seconds: float
    cpu_seconds: float


@dataclass
class Monkey:
    """Does things to a window, and keeps account."""

    studio: Studio
    sounds: tuple[Path, ...]
    folder: Path
    seed: int
    chance: random.Random = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)
    slow: list[Moment] = field(default_factory=list)
    last: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self._is_at_it = False
        self._patience = QTimer()
        self._patience.setInterval(MENU_MS)
        self._patience.timeout.connect(self._let_go)
        self._patience.start()
        self._stack: object = None
        self._first: Project | None = None
        self._note_project()
        self._deeds: tuple[tuple[int, Callable[[], str]], ...] = (
            (22, self._click), (16, self._shortcut), (8, self._key), (22, self._drag_on_lanes),
            (6, self._drag_anywhere), (5, self._drop_file), (5, self._drop_sound), (5, self._undo),
            (4, self._wheel), (5, self._click_clip), (2, self._escape_all),
        )  # fmt: skip

    def tame(self, monkeypatch: object) -> None:
        """Answer the system's own windows, which would wait for a person."""
        put = monkeypatch.setattr  # type: ignore[attr-defined]
        put(QFileDialog, "getOpenFileNames", lambda *_, **__: ([str(self.chance.choice(self.sounds))], ""))
        put(QFileDialog, "getOpenFileName", lambda *_, **__: (str(self.chance.choice(self.sounds)), ""))
        put(QFileDialog, "getSaveFileName", lambda *_, **__: (str(self._new_path()), ""))
        put(QFileDialog, "getExistingDirectory", lambda *_, **__: str(self.folder))
        put(QDialog, "exec", lambda *_: QDialog.DialogCode.Rejected)
        put(QDrag, "exec", lambda drag, *_: drag.mimeData().urls() if self.chance.random() < 0.5 else None)
        put("infinite_studio.ui.dialogs.open_folder.QDesktopServices.openUrl", lambda _: True)

    def act(self) -> None:
        """Do one thing and let the window answer."""
        deed = self.chance.choices([d for _, d in self._deeds], [w for w, _ in self._deeds])[0]
        began, cpu = time.perf_counter(), time.thread_time()
        theme = self.studio.window.theme
        self._is_at_it = True
        what = deed()
        self._is_at_it = False
        QApplication.processEvents()
        moment = Moment(what, time.perf_counter() - began, time.thread_time() - cpu)
        self.counts[deed.__name__.strip("_")] += 1
        self.last = [*self.last[-11:], what]
        is_same = self.studio.window.theme is theme
        if moment.seconds > (FREEZE_SECONDS if is_same else THEME_SECONDS):
            self.slow.append(moment)
        self._note_project()

    def _let_go(self) -> None:
        """Close a menu that waits for a choice in an event loop of its own, as a person who changes their mind."""
        waiting = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if self._is_at_it and waiting is not None:
            waiting.close()

    def undo_everything(self) -> tuple[Project | None, Project]:
        """Return the project as it was first, where that is still known, and as it is after every undo."""
        session = self.studio.session
        while session.can_undo:
            session.undo()
        return self._first, session.project

    def freezes(self) -> list[Moment]:
        """Return the moments that the window was deaf for too long.

        Where more wants to run than there are cores, waiting is the machine's: then the window's own work counts,
        which neighbours slow down as well.
        """
        if os.getloadavg()[0] <= (os.cpu_count() or 1):
            return self.slow
        return [moment for moment in self.slow if moment.cpu_seconds > CROWDED_FACTOR * FREEZE_SECONDS]

    def _note_project(self) -> None:
        """Remember where undo leads; a checkout or another project begins anew."""
        stack = self.studio.session._desk.undo_stack
        if stack is not self._stack:
            self._stack = stack
            self._first = stack._done[0].before if stack._done else stack.project
        if len(stack._done) >= MAX_STEPS:
            self._first = None

    def _windows(self) -> list[QWidget]:
        popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if popup is not None:
            return [popup]
        tops = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.isWindow()]
        return [w for w in tops if type(w).__name__ not in OFF_LIMITS] or [self.studio.window]

    def _target(self) -> tuple[QWidget, QPoint]:
        top = self.chance.choice(self._windows())
        place = QPoint(
            self.chance.randrange(max(top.width(), 1)), self.chance.randrange(max(top.height(), 1))
        )
        widget = top.childAt(place) or top
        return widget, widget.mapFrom(top, place)

    def _click(self) -> str:
        widget, place = self._target()
        button = self.chance.choice((LEFT, LEFT, LEFT, RIGHT))
        modifiers, name = self.chance.choice(MODIFIERS), type(widget).__name__
        if button is RIGHT:
            hands.right_click(widget, place.x(), place.y())
        elif self.chance.random() < 0.15:
            QTest.mouseDClick(widget, button, modifiers, place)
        else:
            QTest.mouseClick(widget, button, modifiers, place)
        return f"click {button.name} on {name} at {place.toTuple()}"

    def _shortcut(self) -> str:
        spec = self.chance.choice([s for s in ACTION_SPECS if s.action_id not in NEVER])
        if spec.shortcuts and self.chance.random() < 0.5:
            pressed = QKeySequence(spec.shortcuts[0])[0]
            target = QApplication.focusWidget() or self.studio.window
            QTest.keyClick(target, pressed.key(), pressed.keyboardModifiers())
        else:
            self.studio.window.actions_table[spec.action_id].trigger()
        return f"action {spec.action_id}"

    def _key(self) -> str:
        key = self.chance.choice(KEYS)
        QTest.keyClick(QApplication.focusWidget() or self.studio.window, key, self.chance.choice(MODIFIERS))
        return f"key {key.name}"

    def _lanes(self) -> QWidget:
        return self.studio.window.timeline._parts.lanes

    def _point_on(self, widget: QWidget, beyond: int = 0) -> tuple[int, int]:
        return (
            self.chance.randint(-beyond, widget.width() + beyond),
            self.chance.randint(-beyond, widget.height() + beyond),
        )

    def _clip_point(self) -> tuple[int, int]:
        state = self.studio.window.timeline._state
        clips = list(state.project.clips())
        if not clips or self.chance.random() < 0.25:
            return self._point_on(self._lanes())
        track, clip = self.chance.choice(clips)
        middle = clip.start_frame + clip.length_frames * self.chance.random()
        return round(state.viewport.x_of(middle)), (state.row_y(track.track_id) or 0) + 40

    def _click_clip(self) -> str:
        place, modifiers = self._clip_point(), self.chance.choice(MODIFIERS)
        hands.press(self._lanes(), *place, modifiers)
        hands.release(self._lanes(), *place, modifiers)
        return f"click on the lanes at {place}"

    def _drag_on_lanes(self) -> str:
        start, end = self._clip_point(), self._point_on(self._lanes(), 40)
        if self.chance.random() < 0.04:
            end = (-3_000, 100)
        modifiers = self.chance.choice(MODIFIERS)
        hands.drag(self._lanes(), start, end, modifiers)
        return f"drag on the lanes from {start} to {end}"

    def _drag_anywhere(self) -> str:
        widget, place = self._target()
        end, modifiers = self._point_on(widget, 20), self.chance.choice(MODIFIERS)
        # What is pressed may be gone before it is let go: a list that is filled anew, a sheet that closes.
        for step in (hands.press, hands.move, hands.release):
            if isValid(widget):
                step(widget, *(place.toTuple() if step is hands.press else end), modifiers)
        return f"drag on {type(widget).__name__}"

    def _drop_file(self) -> str:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self.chance.choice(self.sounds)))])
        hands.drop(self.studio.window.timeline, data, *self._point_on(self.studio.window.timeline))
        return f"drop {data.urls()[0].fileName()}"

    def _drop_sound(self) -> str:
        sounds = self.studio.session.sounds
        if sounds:
            sound = self.chance.choice(sounds)
            data = object_mime_data(sound.object_id, sound.name)
            hands.drop(self.studio.window.timeline, data, *self._point_on(self.studio.window.timeline))
        return "drop a sound of the library"

    def _undo(self) -> str:
        session, n = self.studio.session, self.chance.randint(1, 6)
        for _ in range(n):
            self.chance.choice((session.undo, session.undo, session.redo))()
        return f"undo and redo {n} times"

    def _wheel(self) -> str:
        notches = self.chance.uniform(-3, 3)
        place = self._point_on(self._lanes())
        hands.wheel(self._lanes(), *place, notches, self.chance.choice(MODIFIERS))
        return f"wheel {notches:.1f}"

    def _escape_all(self) -> str:
        for top in self._windows():
            if top is not self.studio.window:
                top.close()
        return "close what is open"

    def _new_path(self) -> Path:
        return self.folder / f"saved {self.chance.randrange(10**6)}.mid"


def without_name(project: Project | None) -> Project | None:
    """Return a project as undo knows it: its name is no step."""
    return None if project is None else replace(project, name="")
