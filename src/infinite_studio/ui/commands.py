"""What the window's actions do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from infinite_studio.project.steps import SetLoop, SetMuted, SetSoloed
from infinite_studio.services.values import ExportWhat
from infinite_studio.ui.history_bundles import ask_export, ask_import
from infinite_studio.ui.palette import Command
from infinite_studio.ui.popups import open_dialog
from infinite_studio.ui.remedies import weights_named_by
from infinite_studio.ui.timeline.neighbours import Direction
from infinite_studio.ui.timeline_link import loop_from

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit
    from infinite_studio.project.model import Track
    from infinite_studio.services.session import StudioSession
    from infinite_studio.ui.hum_dialog import HumDialog
    from infinite_studio.ui.main_window import MainWindow

SOUND_FILES = "Sounds and videos (*.wav *.flac *.mp3 *.ogg *.opus *.aif *.aiff *.caf *.m4a *.aac *.mp4 *.webm *.mkv);;All files (*)"


class Commands:
    """One method an action; plain, so that it can be called by a test as by a key."""

    def __init__(self, session: StudioSession, window: MainWindow) -> None:
        self._session = session
        self._window = window

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each action id does."""
        session, window = self._session, self._window
        return {
            "play": session.play_or_stop,
            "to_start": lambda: self.seek(0),
            "to_end": lambda: self.seek(session.project.length_frames),
            "loop": session.toggle_loop,
            "loop_in": partial(self.set_loop_end, is_start=True),
            "loop_out": partial(self.set_loop_end, is_start=False),
            "undo": session.undo,
            "redo": session.redo,
            "select_all": window.timeline.select_all,
            "cut": window.timeline.cut_selected,
            "copy": window.timeline.copy_selected,
            "paste": window.timeline.paste_requested.emit,
            **{f"nudge_{d.name.lower()}": partial(window.timeline.nudge_selected, d) for d in Direction},
            "duplicate": window.timeline.duplicate_selected,
            "split_clip": window.timeline.split_selected,
            "delete_clip": window.timeline.delete_selected,
            "mute": self.mute,
            "solo": self.solo,
            "stems": self.split_into_stems,
            "generate": window.focus_prompt,
            "hum": self.record_hum,
            **{f"take_{n}": partial(self.use_take, n) for n in range(1, 5)},
            "import": self.import_sounds,
            "new_project": self.new_project,
            "open_project": self.open_project,
            "rename_project": self.rename_project,
            "commit": self.commit,
            "new_branch": self.new_branch,
            "tag": self.tag,
            "fork": self.fork,
            "compare": self.compare,
            "ab": self.switch_ab,
            "export_bundle": self.export_bundle,
            "import_bundle": self.import_bundle,
            "public": lambda: session.set_public(not session.repository.is_public),
            "care": self.show_care,
            "export": partial(self.export, ExportWhat.MIXDOWN),
            "export_stems": partial(self.export, ExportWhat.STEMS),
            "tempo_key": window.open_tempo,
            "palette": window.open_palette,
            "settings": self.show_settings,
            "models": self.show_models,
            "about": self.show_about,
            "shortcuts": self.show_shortcuts,
            "theme": window.toggle_theme,
            **{f"theme_{name}": partial(window.choose_theme, name) for name in ("system", "dark", "light")},
            "left_panel": window.toggle_left,
            "right_panel": window.toggle_right,
            **{f"show_{name}": partial(window.show_left, name) for name in ("library", "history")},
            **{f"show_{name}": partial(window.show_right, name) for name in ("split", "loop", "listen")},
            "quit": window.close,
            "show_jobs": window.show_jobs,
        }

    def palette_commands(self) -> tuple[Command, ...]:
        """Return the lines of the palette: every action, then projects and branches to go to."""
        from infinite_studio.ui.actions import shortcut_text

        window, session = self._window, self._session
        window.refresh_actions()
        lines = [
            Command(action.text(), spec.group, action.trigger, shortcut_text(spec), action.statusTip())
            for spec, action in window.actions_table.all()
            if spec.action_id != "palette"
        ]
        lines += [replace(line, text=f"Open project “{line.text}”") for line in self.project_commands()]
        lines += [
            Command(f"Switch to branch {b.name}", "Branches", partial(session.switch_branch, b.name))
            for b in session.branches
            if b.name != session.branch
        ]
        return tuple(lines)

    def project_commands(self) -> tuple[Command, ...]:
        """Return one line for each other project."""
        session = self._session
        others = [r for r in session.repositories if r.repository_id != session.repository.repository_id]
        return tuple(
            Command(r.name, "Projects", partial(session.open_project, r.repository_id)) for r in others
        )

    def seek(self, frame: int) -> None:
        """Move the playhead."""
        self._session.seek(frame)
        self._window.tick()

    def set_loop_end(self, *, is_start: bool) -> None:
        """Put one end of the loop range at the playhead."""
        project = self._session.project
        frame = self._session.playhead_frame
        self._session.apply(SetLoop(loop_from(project.loop, frame, project.length_frames, is_start=is_start)))

    def mute(self) -> None:
        """Mute the track of the selected clip, or let it be heard."""
        track = self._selected_track()
        if track is not None:
            self._session.apply(SetMuted(track.track_id, not track.muted))

    def solo(self) -> None:
        """Hear the track of the selected clip alone, or no longer."""
        track = self._selected_track()
        if track is not None:
            self._session.apply(SetSoloed(track.track_id, not track.soloed))

    def split_into_stems(self) -> None:
        """Split the sound of the selected clip."""
        clip = self._window.situation().clip
        if clip is not None:
            self._session.split_object(clip.object_id, clip.start_frame)

    def use_take(self, number: int) -> None:
        """Let a take of this session stand on the timeline."""
        takes = self._session.takes
        if number <= len(takes):
            self._session.use_take(takes[number - 1].take_id)

    def import_sounds(self) -> None:
        """Choose files to import."""
        paths, _filter = QFileDialog.getOpenFileNames(self._window, "Import sounds", "", SOUND_FILES)
        if paths:
            self._session.import_files([Path(path) for path in paths])

    def new_project(self) -> None:
        """Ask for a name and make a project."""
        from infinite_studio.ui.dialogs.name_dialog import NameDialog

        open_dialog(NameDialog.for_project(self._session, self._window))

    def open_project(self) -> None:
        """Choose one of the projects in a palette of their own."""
        self._window.open_palette(self.project_commands(), "Open which project?")

    def rename_project(self) -> None:
        """Ask for another name of the open project."""
        from infinite_studio.ui.dialogs.name_dialog import NameDialog

        open_dialog(NameDialog.for_rename(self._session, self._window))

    def new_branch(self) -> None:
        """Ask for a name and begin a branch at the checked-out commit."""
        from infinite_studio.ui.dialogs.name_dialog import NameDialog

        if self._session.base_commit_id:
            open_dialog(NameDialog.for_branch(self._session, self._session.base_commit_id, self._window))

    def tag(self) -> None:
        """Ask for the name of a tag at the checked-out commit."""
        commit = self._base_commit()
        if commit is not None:
            self._window.history.commit_actions.ask_tag(commit)

    def fork(self) -> None:
        """Ask for the name of a project that begins at the checked-out commit."""
        commit = self._base_commit()
        if commit is not None:
            self._window.history.commit_actions.ask_fork(commit)

    def compare(self) -> None:
        """Compare the version selected in the history with the checked-out one."""
        self._window.show_left("history")
        self._window.history.compare_selected()

    def switch_ab(self) -> None:
        """Hear the other of two compared versions."""
        self._window.comparing.switch()

    def export_bundle(self) -> None:
        """Ask where to write the project with its whole history."""
        ask_export(self._session, self._window)

    def import_bundle(self) -> None:
        """Ask for bundles to take in."""
        ask_import(self._session, self._window)

    def show_care(self) -> None:
        """Open the care of the library."""
        from infinite_studio.ui.dialogs.care_dialog import CareDialog

        open_dialog(CareDialog(self._session, self._window))

    def commit(self) -> None:
        """Open the commit dialog."""
        from infinite_studio.ui.dialogs.commit_dialog import CommitDialog

        open_dialog(CommitDialog(self._session, self._window))

    def export(self, what: ExportWhat) -> None:
        """Open the export dialog for the mixdown or the stems."""
        from infinite_studio.ui.dialogs.export_dialog import ExportDialog

        dialog = ExportDialog(self._session, self._window)
        dialog.what.choose(what)
        open_dialog(dialog)

    def show_settings(self) -> None:
        """Open the settings."""
        from infinite_studio.ui.dialogs.settings_dialog import SettingsDialog

        open_dialog(SettingsDialog(self._session, self._window))

    def show_models(self, name: str = "") -> None:
        """Open the models, at one of them where it is named."""
        from infinite_studio.ui.models_dialog import ModelsDialog

        dialog = ModelsDialog(self._session, self._window)
        open_dialog(dialog)
        dialog.lead_to(name)

    def remedy(self, remedy: str) -> None:
        """Do what a button beside a problem offers."""
        self.show_models(weights_named_by(remedy))

    def show_hum(self) -> HumDialog:
        """Open the window for humming, or bring it to the front."""
        from infinite_studio.ui.hum_dialog import HumDialog

        dialog = self._window.findChild(HumDialog)
        if dialog is None:
            dialog = HumDialog(self._session, self._window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.used.connect(self._window.focus_prompt)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        return dialog

    def record_hum(self) -> None:
        """Open the window for humming and record at once."""
        self.show_hum().begin()

    def show_about(self) -> None:
        """Open what the studio is and whose work is in it."""
        from infinite_studio.ui.dialogs.about_dialog import AboutDialog

        open_dialog(AboutDialog(self._session, self._window))

    def show_shortcuts(self) -> None:
        """Open the list of shortcuts."""
        from infinite_studio.ui.shortcuts_dialog import ShortcutsDialog

        open_dialog(ShortcutsDialog(self._window))

    def _base_commit(self) -> Commit | None:
        base = self._session.base_commit_id
        return None if base is None else self._session.commit_of(base)

    def _selected_track(self) -> Track | None:
        clip = self._window.situation().clip
        return next((track for track in self._session.project.tracks if clip in track.clips), None)
