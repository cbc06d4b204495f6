"""Every action of the window, declared once: name, shortcut, and why it may be greyed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from infinite_studio.project.model import Clip
    from infinite_studio.services.session import StudioSession

NOTHING_ON_TIMELINE = "The timeline is empty: generate a take or drop a sound first."
NOTHING_TO_UNDO = "There is nothing to undo."
NOTHING_TO_REDO = "There is nothing to redo."
NOTHING_TO_COMMIT = "Nothing has changed since the last commit."
NO_CLIP = "Select a clip on the timeline first."
NO_CLIPS = "There is no clip on the timeline yet."
NOTHING_COPIED = "Copy or cut a clip first."
NO_TRACK = "Select a clip of the track first."
OUTSIDE_CLIP = "The playhead is not inside of the selected clip."
READ_ONLY = "This library is open in another window, so nothing new can be kept here."
ONLY_PROJECT = "This is the only project."
ONLY_ONE_VERSION = "There is no other version yet."
NO_COMPARISON = "Compare two versions first, in the history."
NO_COMMIT = "Commit something first: a branch starts at a commit."


@dataclass(frozen=True)
class Situation:
    """What decides whether an action makes sense now."""

    session: StudioSession
    selected_clip_id: str | None
    selected_clip_ids: frozenset[str] = frozenset()
    has_copied: bool = False

    @property
    def clip(self) -> Clip | None:
        """The selected clip, where it is still there."""
        clips = self.session.project.clips()
        return next((clip for _track, clip in clips if clip.clip_id == self.selected_clip_id), None)

    @property
    def is_playhead_in_clip(self) -> bool:
        """Whether the playhead lies within a selected clip."""
        playhead, chosen = self.session.playhead_frame, self.selected_clip_ids
        clips = self.session.project.clips() if chosen else ()
        return any(c.clip_id in chosen and c.start_frame < playhead < c.end_frame for _track, c in clips)


WhyNot = Callable[[Situation], str]


def _always(_situation: Situation) -> str:
    return ""


def _needs_sound(situation: Situation) -> str:
    return "" if situation.session.project.length_frames else NOTHING_ON_TIMELINE


def _needs_playable(situation: Situation) -> str:
    return "" if situation.session.auditioned_object_id else _needs_sound(situation)


def _needs_undo(situation: Situation) -> str:
    return "" if situation.session.can_undo else NOTHING_TO_UNDO


def _needs_redo(situation: Situation) -> str:
    return "" if situation.session.can_redo else NOTHING_TO_REDO


def _needs_writing(situation: Situation) -> str:
    return READ_ONLY if situation.session.is_read_only else ""


def _needs_changes(situation: Situation) -> str:
    return _needs_writing(situation) or ("" if situation.session.unsaved_steps else NOTHING_TO_COMMIT)


def _needs_commit(situation: Situation) -> str:
    return _needs_writing(situation) or ("" if situation.session.base_commit_id else NO_COMMIT)


def _needs_comparison(situation: Situation) -> str:
    return "" if situation.session.comparison is not None else NO_COMPARISON


def _needs_versions(situation: Situation) -> str:
    return "" if situation.session.commit_count > 1 else ONLY_ONE_VERSION


def _needs_other_project(situation: Situation) -> str:
    return "" if len(situation.session.repositories) > 1 else ONLY_PROJECT


def _needs_clip(situation: Situation) -> str:
    return "" if situation.clip else NO_CLIP


def _needs_clips(situation: Situation) -> str:
    return "" if any(track.clips for track in situation.session.project.tracks) else NO_CLIPS


def _needs_copied(situation: Situation) -> str:
    return "" if situation.has_copied else NOTHING_COPIED


def _needs_track(situation: Situation) -> str:
    return "" if situation.clip else NO_TRACK


def _needs_playhead_in_clip(situation: Situation) -> str:
    if situation.clip is None:
        return NO_CLIP
    return "" if situation.is_playhead_in_clip else OUTSIDE_CLIP


def _needs_take(number: int) -> WhyNot:
    def why_not(situation: Situation) -> str:
        n = len(situation.session.takes)
        if n >= number:
            return ""
        return "There are no takes yet." if n == 0 else f"There is no take {number}."

    return why_not


@dataclass(frozen=True)
class ActionSpec:
    """One action: ``why_not`` returns the reason for greying it, or nothing."""

    action_id: str
    text: str
    group: str
    shortcuts: tuple[str, ...] = ()
    why_not: WhyNot = field(default=_always)


ACTION_SPECS = (
    ActionSpec("play", "Play or stop", "Transport", ("Space",), _needs_playable),
    ActionSpec("to_start", "Go to the start", "Transport", ("Home",)),
    ActionSpec("to_end", "Go to the end", "Transport", ("End",)),
    ActionSpec("loop", "Loop on or off", "Transport", ("L",), _needs_sound),
    ActionSpec("loop_in", "Loop starts at the playhead", "Transport", ("I",), _needs_sound),
    ActionSpec("loop_out", "Loop ends at the playhead", "Transport", ("O",), _needs_sound),
    ActionSpec("undo", "Undo", "Edit", ("Ctrl+Z",), _needs_undo),
    ActionSpec("redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), _needs_redo),
    ActionSpec("select_all", "Select all clips", "Clips", ("Ctrl+A",), _needs_clips),
    ActionSpec("cut", "Cut clips", "Clips", ("Ctrl+X",), _needs_clip),
    ActionSpec("copy", "Copy clips", "Clips", ("Ctrl+C",), _needs_clip),
    ActionSpec("paste", "Paste clips at the playhead", "Clips", ("Ctrl+V",), _needs_copied),
    ActionSpec("duplicate", "Duplicate clips", "Clips", ("Ctrl+D", "D"), _needs_clip),
    ActionSpec("split_clip", "Split clips at the playhead", "Clips", ("S",), _needs_playhead_in_clip),
    ActionSpec("delete_clip", "Delete clips", "Clips", ("Del", "Backspace"), _needs_clip),
    ActionSpec("nudge_left", "Move clips a beat earlier", "Clips", ("Alt+Left",), _needs_clip),
    ActionSpec("nudge_right", "Move clips a beat later", "Clips", ("Alt+Right",), _needs_clip),
    ActionSpec("nudge_up", "Move clips a track up", "Clips", ("Alt+Up",), _needs_clip),
    ActionSpec("nudge_down", "Move clips a track down", "Clips", ("Alt+Down",), _needs_clip),
    ActionSpec("mute", "Mute the selected track", "Edit", ("M",), _needs_track),
    ActionSpec("solo", "Solo the selected track", "Edit", ("Shift+S",), _needs_track),
    ActionSpec("stems", "Split clip into stems", "Sound", (), _needs_clip),
    ActionSpec("generate", "Describe music", "Sound", ("Ctrl+G",)),
    ActionSpec("hum", "Hum a melody", "Sound", ("R",)),
    ActionSpec("take_1", "Use take 1", "Sound", ("1",), _needs_take(1)),
    ActionSpec("take_2", "Use take 2", "Sound", ("2",), _needs_take(2)),
    ActionSpec("take_3", "Use take 3", "Sound", ("3",), _needs_take(3)),
    ActionSpec("take_4", "Use take 4", "Sound", ("4",), _needs_take(4)),
    ActionSpec("import", "Import sounds…", "Sound", ("Ctrl+I",), _needs_writing),
    ActionSpec("new_project", "New project…", "Project", ("Ctrl+N",), _needs_writing),
    ActionSpec("open_project", "Open project…", "Project", ("Ctrl+O",), _needs_other_project),
    ActionSpec("rename_project", "Rename project…", "Project", (), _needs_writing),
    ActionSpec("commit", "Commit…", "Project", ("Ctrl+S",), _needs_changes),
    ActionSpec("new_branch", "New branch…", "Project", (), _needs_commit),
    ActionSpec("tag", "Tag this version…", "History", (), _needs_commit),
    ActionSpec("fork", "Fork into a new project…", "History", (), _needs_commit),
    ActionSpec("compare", "Compare versions", "History", (), _needs_versions),
    ActionSpec("ab", "Hear the other of A and B", "History", ("B",), _needs_comparison),
    ActionSpec("export_bundle", "Export bundle…", "History", (), _needs_commit),
    ActionSpec("import_bundle", "Import bundle…", "History", (), _needs_writing),
    ActionSpec("public", "Mark the project as public", "History", (), _needs_writing),
    ActionSpec("care", "Library care…", "History"),
    ActionSpec("export", "Export mixdown…", "Project", ("Ctrl+Shift+E",), _needs_sound),
    ActionSpec("export_stems", "Export stems…", "Project", (), _needs_sound),
    ActionSpec("tempo_key", "Tempo and key…", "Project"),
    ActionSpec("palette", "Command palette", "Window", ("Ctrl+K",)),
    ActionSpec("shortcuts", "Keyboard shortcuts", "Window", ("F1", "?")),
    ActionSpec("settings", "Settings…", "Window", ("Ctrl+,",)),
    ActionSpec("models", "Models…", "Window"),
    ActionSpec("about", "About Infinite Studio", "Window"),
    ActionSpec("theme", "Dark or light", "Window", ("Ctrl+T",)),
    ActionSpec("theme_system", "Theme: as the system", "Window"),
    ActionSpec("theme_dark", "Theme: dark", "Window"),
    ActionSpec("theme_light", "Theme: light", "Window"),
    ActionSpec("left_panel", "Show or hide the left panel", "Window", ("Ctrl+B",)),
    ActionSpec("right_panel", "Show or hide the right panel", "Window", ("Ctrl+Shift+B",)),
    ActionSpec("show_library", "Library", "Window", ("Ctrl+1",)),
    ActionSpec("show_history", "History", "Window", ("Ctrl+2",)),
    ActionSpec("show_split", "Split panel", "Window", ("Ctrl+3",)),
    ActionSpec("show_loop", "Loop panel", "Window", ("Ctrl+4",)),
    ActionSpec("show_listen", "Listen panel", "Window", ("Ctrl+5",)),
    ActionSpec("quit", "Quit", "Window", ("Ctrl+Q",)),
    ActionSpec("show_jobs", "Jobs", "Window", ("Ctrl+J",)),
)


REPEATING = frozenset({"undo", "redo", "nudge_left", "nudge_right", "nudge_up", "nudge_down"})


def shortcut_text(spec: ActionSpec) -> str:
    """Return the keys of an action as this system writes them; a space is called Space."""
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(QKeySequence(keys).toString(native) for keys in spec.shortcuts)


class Actions(QObject):
    """The actions as Qt knows them, bound to what they do and greyed by their rules."""

    def __init__(self, window: QWidget, handlers: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(window)
        self._specs = {spec.action_id: spec for spec in ACTION_SPECS}
        self._keys = {spec.action_id: shortcut_text(spec) for spec in ACTION_SPECS}
        self._actions: dict[str, QAction] = {}
        for spec in ACTION_SPECS:
            self._actions[spec.action_id] = self._build(spec, window, handlers[spec.action_id])

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def all(self) -> tuple[tuple[ActionSpec, QAction], ...]:
        """Return every declaration with its action."""
        return tuple((spec, self._actions[spec.action_id]) for spec in ACTION_SPECS)

    def refresh(self, situation: Situation) -> None:
        """Grey what makes no sense now, and let the tooltips say why."""
        for spec, action in self.all():
            reason = spec.why_not(situation)
            action.setEnabled(not reason)
            keys = self._keys[spec.action_id]
            action.setToolTip(reason or (f"{action.text()} ({keys})" if keys else action.text()))
            action.setStatusTip(reason)
        session = situation.session
        self._actions["undo"].setText(f"Undo {session.undo_label}" if session.can_undo else "Undo")
        kind = "private" if session.repository.is_public else "public"
        self._actions["public"].setText(f"Mark the project as {kind}")
        self._actions["redo"].setText(f"Redo {session.redo_label}" if session.can_redo else "Redo")

    def _build(self, spec: ActionSpec, window: QWidget, handler: Callable[[], object]) -> QAction:
        action = QAction(spec.text, window)
        action.setObjectName(spec.action_id)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(spec.action_id in REPEATING)
        action.triggered.connect(lambda _checked=False: handler())
        window.addAction(action)
        return action
