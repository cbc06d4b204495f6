"""Undoable steps and options."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from infinite_studio.history.values import User
from infinite_studio.progress import Progress
from infinite_studio.project.clip_steps import PlaceClips
from infinite_studio.project.steps import SetLoop, Step
from infinite_studio.services.dragging import DraggedSound, write_dragged
from infinite_studio.services.session_parts.remembering import Remembering
from infinite_studio.services.values import Changes


class Editing(Remembering):
    """Change the project step by step, and the studio's options."""

    @property
    def unsaved_steps(self) -> int:
        """Number of steps since the last commit or checkout."""
        return self._desk.undo_stack.unsaved_steps

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self.undo_label)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to bring back."""
        return bool(self.redo_label)

    @property
    def undo_label(self) -> str:
        """What undo would take back."""
        return self._desk.undo_stack.undo_label

    @property
    def redo_label(self) -> str:
        """What redo would bring back."""
        return self._desk.undo_stack.redo_label

    @property
    def author(self) -> User:
        """Who commits."""
        return self._shelf.author

    def apply(self, step: Step, origin: object = None) -> bool:
        """Make an undoable change; return whether it changed anything."""
        changed = bool(self._guard(lambda: self._make(step)))
        if changed:
            self._project_changed(origin=origin)
        if changed and isinstance(step, PlaceClips):
            self._read_placed(step)
        return changed

    def write_dragged(
        self, sounds: tuple[DraggedSound, ...], on_done: Callable[[tuple[Path, ...]], None]
    ) -> int | None:
        """Write sounds as files for another program; `on_done` gets them, or none where that failed."""

        def start() -> int:
            studio = self.studio
            job = self._disk_job("Dragging out", "_drag", lambda p: write_dragged(sounds, studio, p))
            return self._run(job, on_done, on_failure=lambda: on_done(()))

        return self._guard(start)

    def end_gesture(self) -> None:
        """Let the next step be an undo step of its own: a fader was let go."""
        self._desk.undo_stack.end_gesture()

    def undo(self) -> None:
        """Take the last step back."""
        self._walk(self._desk.undo_stack.undo)

    def redo(self) -> None:
        """Bring the last undone step back."""
        self._walk(self._desk.undo_stack.redo)

    def toggle_loop(self) -> None:
        """Switch the loop range on or off."""
        loop = self.project.loop
        if loop is None:
            self.notice.emit("There is no loop range yet. Drag one in the upper half of the ruler.")
        else:
            self.apply(SetLoop(replace(loop, enabled=not loop.enabled)))

    def update_settings(self, **changes: object) -> None:
        """Change options and keep them."""
        updated = replace(self._settings, **changes)  # type: ignore[arg-type]
        if updated == self._settings:
            return
        self._settings = updated
        self._guard(lambda: self._settings_store.save(self._settings))
        self.changed.emit(Changes(settings=True), None)

    def set_author(self, name: str, email: str) -> None:
        """Say who commits from now on."""

        def change() -> None:
            self.studio.library.set_user(User(name.strip() or self.author.name, email.strip()))

        self._guard(change)
        self._refresh_shelf(Changes(settings=True))

    def _make(self, step: Step) -> bool:
        """Change the project; refuse to place sounds that the library no longer has."""
        if isinstance(step, PlaceClips):
            for object_id in step.object_ids:
                self.studio.library.object_path(object_id)
        return self._desk.apply(step)

    def _read_placed(self, step: PlaceClips) -> None:
        """Decode placed sounds that are not, such as those of another project."""
        bank = self.studio.bank
        missing = frozenset(i for i in step.object_ids if bank.samples(i) is None or bank.peaks(i) is None)

        def work(progress: Progress) -> None:
            bank.prepare_all(missing, progress)

        def show(_: None) -> None:
            self._project_changed(Changes(project=True, peaks=missing))

        if missing:
            self._run(self._disk_job("Reading sounds", "_prepare", work), show)

    def _walk(self, direction: Callable[[], object]) -> None:
        before = self._desk.project
        direction()
        if self._desk.project != before:
            self._project_changed()
