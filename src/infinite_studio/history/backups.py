"""Copies of the library's database, made while it is in use."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infinite_studio.history.locking import LibraryNotWritableError
from infinite_studio.history.part import LibraryPart, now
from infinite_studio.history.values import Backup

KEPT_RECENT = 6
KEPT_DAYS = 7
_FORMAT = "backup-%Y%m%d-%H%M%S-%f.db"
_PERIODIC = re.compile(r"backup-\d{8}-\d{6}-\d{6}\.db")


class Backups(LibraryPart):
    """Backing up the rows; the objects are never changed and need no copy here."""

    def back_up(self, target: Path | None = None) -> Path:
        """Copy the database with SQLite's backup, complete or not at all; work goes on meanwhile.

        Parameters
        ----------
        target : Path, optional
            The file to make. Without it, a dated one among the library's own backups, of which the last six and
            one of each of the last seven days are kept beside those made before migrations.

        Returns
        -------
        Path
            The copy.

        Raises
        ------
        DiskFullError
            If there is too little room.
        DamagedLibraryError
            If the database cannot be read.
        LibraryNotWritableError, FolderNotWritableError
            If the copy cannot be put there.
        """
        if target is not None:
            self._database.back_up(target)
            return target
        self._database.require_writable()
        folder = self._database.backups_folder
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise LibraryNotWritableError(folder, error.strerror or str(error)) from error
        path = folder / now().strftime(_FORMAT)
        self._database.back_up(path)
        self._thin_out()
        return path

    def back_up_if_due(self, minutes: float = 10.0) -> Path | None:
        """Back up if the newest backup is older than this and something was committed to the database since.

        Parameters
        ----------
        minutes : float
            The age that is due, > 0.

        Returns
        -------
        Path or None
            The new copy; None where none was due.

        Raises
        ------
        DiskFullError, DamagedLibraryError, LibraryNotWritableError
            As in `back_up`.
        """
        newest = next(iter(self._periodic()), None)
        if newest is not None:
            is_young = now() - newest.created < timedelta(minutes=minutes)
            if is_young or self._changed() <= newest.created:
                return None
        return self.back_up()

    def backups(self) -> tuple[Backup, ...]:
        """Return the library's own backups, newest first, those made before migrations included."""
        folder = self._database.backups_folder
        found = [_backup(path) for path in folder.glob("*.db")] if folder.is_dir() else []
        return tuple(sorted(found, key=lambda backup: (backup.created, backup.path.name), reverse=True))

    def _changed(self) -> datetime:
        """Return when the database was written last."""
        path = self._database.path
        files = (path, path.with_name(f"{path.name}-wal"))
        return max(_modified(file) for file in files if file.is_file())

    def _periodic(self) -> list[Backup]:
        return [backup for backup in self.backups() if _PERIODIC.fullmatch(backup.path.name)]

    def _thin_out(self) -> None:
        paths = [backup.path for backup in self._periodic()]
        days: dict[str, Path] = {}
        for path in paths:
            days.setdefault(path.name[: len("backup-20260131")], path)
        kept = {*paths[:KEPT_RECENT], *list(days.values())[:KEPT_DAYS]}
        for path in paths:
            if path not in kept:
                with suppress(OSError):
                    path.unlink()


def _backup(path: Path) -> Backup:
    is_periodic = _PERIODIC.fullmatch(path.name) is not None
    created = _moment(path.name) if is_periodic else None
    return Backup(path, created or _modified(path), path.stat().st_size)


def _moment(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
