"""What the care of a library reports: frozen values, importable without a database library."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class DamageKind(StrEnum):
    """What is damaged."""

    DATABASE = "database"
    COMMIT = "commit"
    OBJECT = "object"
    MISSING_OBJECT = "missing object"
    ROW = "row"
    INDEX = "index"


@dataclass(frozen=True)
class Damage:
    """One thing that is no longer what was stored.

    Parameters
    ----------
    kind : DamageKind
        What it is.
    what_id : str
        Object id, commit id, or ``table/key`` of a row.
    sentence : str
        For a musician.
    affected_commit_ids : tuple of str
        Commits that cannot be had completely because of it, oldest first.
    """

    kind: DamageKind
    what_id: str
    sentence: str
    affected_commit_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckReport:
    """What a check of the whole library found.

    Parameters
    ----------
    rows_checked, objects_checked : int
        How many rows of the database and files of the store were hashed again.
    damages : tuple of Damage
        Empty where everything is as it was stored.
    still_opens : tuple of str
        Ids of the projects whose present state, saved or not, is undamaged.
    """

    rows_checked: int
    objects_checked: int
    damages: tuple[Damage, ...]
    still_opens: tuple[str, ...]


@dataclass(frozen=True)
class RepairReport:
    """What a repair brought back.

    Parameters
    ----------
    repaired_object_ids : tuple of str
        Objects that are there again, each compared with its SHA-256.
    still_missing_ids : tuple of str
        Objects that no source had.
    repaired_row_ids : tuple of str
        Rows that were put back or derived anew, as `Damage.what_id` names them.
    """

    repaired_object_ids: tuple[str, ...]
    still_missing_ids: tuple[str, ...]
    repaired_row_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class GarbageReport:
    """What was removed, or would be.

    Parameters
    ----------
    object_ids : tuple of str
        The objects.
    bytes_freed : int
        What they take on the disk.
    kept_young : int
        How many more nothing needs, but the time of grace still protects.
    commit_ids : tuple of str
        Commits that no branch, tag or young move leads to any more.
    """

    object_ids: tuple[str, ...]
    bytes_freed: int
    kept_young: int
    commit_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class BundleReport:
    """What went into a bundle.

    Parameters
    ----------
    path : Path
        The bundle.
    n_commits, n_objects : int
        How many it holds.
    size_bytes : int
        How large the file is.
    n_complete : int
        How many of the commits came with all their sounds.
    """

    path: Path
    n_commits: int
    n_objects: int
    size_bytes: int
    n_complete: int


@dataclass(frozen=True)
class ImportedBundle:
    """What came out of a bundle.

    Parameters
    ----------
    repository_id : str
        The project that it became, or that it was merged into.
    new_commits, new_objects : int
        What the library did not have before.
    """

    repository_id: str
    new_commits: int
    new_objects: int
