"""The snapshot: everything a project is at one moment, as canonical bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infinite_studio.errors import StudioError

SNAPSHOT_VERSION = 1


class DamagedSnapshotError(StudioError):
    """Snapshot bytes that cannot be read."""


@dataclass(frozen=True)
class Snapshot:
    """A project's state as JSON values, and the objects that it needs.

    Parameters
    ----------
    document : Mapping
        JSON values only; written and read by ``infinite_studio.project.snapshots``.
    object_ids : frozenset of str
        Every object that the document refers to.
    """

    document: Mapping[str, Any]
    object_ids: frozenset[str]

    def to_bytes(self) -> bytes:
        """Return the canonical form: equal snapshots give equal bytes, whatever the order of insertion."""
        return canonical_json(
            {
                "snapshot_version": SNAPSHOT_VERSION,
                "document": self.document,
                "object_ids": sorted(self.object_ids),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Snapshot":
        """Read a snapshot back.

        Raises
        ------
        DamagedSnapshotError
            If the bytes are no snapshot, or one of a newer studio.
        """
        try:
            values = json.loads(data)
            version = int(values["snapshot_version"])
            snapshot = cls(values["document"], frozenset(values["object_ids"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise DamagedSnapshotError(
                "This version of the project cannot be read.",
                hint="Run “infinite-studio doctor”; other versions still open.",
            ) from error
        if version > SNAPSHOT_VERSION:
            raise DamagedSnapshotError(
                "This version was made by a newer Infinite Studio.",
                hint="Update the studio, then open it again.",
            )
        return snapshot


def canonical_json(values: Mapping[str, Any]) -> bytes:
    r"""Encode JSON values so that equal values give equal bytes: sorted keys, no spaces, UTF-8, no NaN.

    A lone surrogate, as in a file name that is not UTF-8, becomes its JSON escape, such as ``\udcff``.
    """
    text = json.dumps(
        values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=dict
    )
    return text.encode(errors="backslashreplace")
