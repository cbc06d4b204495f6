"""The age of a library's tables, and bringing them to the present."""

import logging
from pathlib import Path

from sqlalchemy import inspect

from infinite_studio.errors import StudioError
from infinite_studio.history.database import DamagedLibraryError, Database
from infinite_studio.history.locking import LibraryNotWritableError

REVISIONS = ("0001",)
"""Every age of the tables, oldest first; the last is the present one."""
HEAD_REVISION = REVISIONS[-1]
MIGRATIONS_FOLDER = Path(__file__).parent / "migrations"


class NewerLibraryError(StudioError):
    """A library that a newer studio has brought to an age unknown here."""

    def __init__(self, folder: Path, revision: str) -> None:
        super().__init__(
            "This library was made by a newer Infinite Studio.",
            hint="Update the studio, or choose another library folder; nothing was changed.",
        )
        self.folder = folder
        self.revision = revision


def revision_of(database: Database) -> str | None:
    """Return the age of the tables; None where there are none yet.

    Raises
    ------
    DamagedLibraryError
        If the file is no library: not SQLite at all, or somebody else's tables.
    """
    with database.connection() as connection:
        tables = set(inspect(connection).get_table_names())
        if not tables:
            return None
        known = "alembic_version" in tables
        rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() if known else []
    if len(rows) != 1 or not isinstance(rows[0][0], str):
        raise DamagedLibraryError(database.path)
    return rows[0][0]


def bring_up_to_date(database: Database) -> None:
    """Bring a library to the present age; an existing one is backed up first.

    All steps happen in one transaction: a kill in their middle leaves the library as it was.

    Raises
    ------
    NewerLibraryError
        If the library is of an age that this studio does not know.
    LibraryNotWritableError
        If it is older and open for looking only.
    """
    revision = revision_of(database)
    if revision == HEAD_REVISION:
        return
    folder = database.path.parent
    if revision is not None and revision not in REVISIONS:
        raise NewerLibraryError(folder, revision)
    if not database.writable:
        raise LibraryNotWritableError(folder, "it is older than this studio and must be brought up to date")
    if revision is not None:
        _back_up(database, revision)
    upgrade(database, HEAD_REVISION)


def upgrade(database: Database, revision: str) -> None:
    """Run the steps up to a given age."""
    from alembic import command
    from alembic.config import Config

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_FOLDER).replace("%", "%%"))
    with database.connection() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _back_up(database: Database, revision: str) -> None:
    backups = database.backups_folder
    try:
        backups.mkdir(exist_ok=True)
    except OSError as error:
        raise LibraryNotWritableError(backups, error.strerror or str(error)) from error
    number = 1 + sum(1 for _ in backups.glob(f"library-{revision}-*.db"))
    database.back_up(backups / f"library-{revision}-{number:03d}.db")
