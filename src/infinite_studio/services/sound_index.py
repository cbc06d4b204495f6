"""Sounds as points in space, kept in one file, and which of them are near a place."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.fingerprint import N_VALUES, VERSION
from infinite_studio.audio.files import make_folder, translated
from infinite_studio.services.listening_store import FOLDER
from infinite_studio.services.studio import Studio

_ID_BYTES = 32

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Space:
    """One way to place sounds: the name of its file and how many numbers a place has."""

    name: str
    n_values: int


SIGNAL = Space(f"signal-{VERSION}", N_VALUES)
"""Placed by the studio's own fingerprint."""


@dataclass(frozen=True)
class Near:
    """A sound and how alike it is, 1 for the same, 0 for nothing in common, below for opposites."""

    object_id: str
    likeness: float


class SoundIndex:
    """Vectors of stored sounds in a file that only grows; a torn last record is left out.

    Parameters
    ----------
    path : Path
        The file; need not exist.
    n_values : int
        Numbers of each vector.
    """

    def __init__(self, path: Path, n_values: int) -> None:
        self._path = path
        self._record = np.dtype([("id", f"V{_ID_BYTES}"), ("vector", "<f2", (n_values,))])
        self._n_values = n_values
        self._forget()

    def _forget(self) -> None:
        self._read_bytes = 0
        self._used = 0
        self._ids: list[bytes] = []
        self._rows: dict[bytes, int] = {}
        self._matrix: Vectors = np.zeros((0, self._n_values), np.float32)

    def __len__(self) -> int:
        self._catch_up()
        return len(self._rows)

    def __contains__(self, object_id: str) -> bool:
        self._catch_up()
        return bytes.fromhex(object_id) in self._rows

    def append(self, object_id: str, vector: NDArray[np.floating]) -> None:
        """Place a sound, at the end of the file; its last place counts."""
        record = np.zeros(1, self._record)
        record["id"] = np.void(bytes.fromhex(object_id))
        record["vector"] = np.asarray(vector, "<f2")
        make_folder(self._path.parent)
        try:
            self._append(record.tobytes())
        except OSError as error:
            told = translated(error, self._path.parent)
            if told is None:
                raise
            raise told from error

    def vector(self, object_id: str) -> Vectors | None:
        """Return the place of a sound; None where it has none."""
        self._catch_up()
        row = self._rows.get(bytes.fromhex(object_id))
        return None if row is None else self._matrix[row]

    def nearest(
        self,
        vector: NDArray[np.floating],
        count: int,
        *,
        among: Collection[str] | None = None,
        without: Collection[str] = (),
    ) -> tuple[Near, ...]:
        """Return the sounds nearest to a place, nearest first, of all or of some, without others."""
        self._catch_up()
        if not self._used:
            return ()
        likeness = self._matrix[: self._used] @ np.asarray(vector, np.float32)
        left_out = {bytes.fromhex(object_id) for object_id in without}
        wanted = None if among is None else {bytes.fromhex(object_id) for object_id in among}
        found = []
        for row in _best_first(likeness, count + len(left_out) if wanted is None else self._used):
            object_id = self._ids[row]
            if object_id not in left_out and (wanted is None or object_id in wanted):
                found.append(Near(object_id.hex(), float(np.clip(likeness[row], -1.0, 1.0))))
                if len(found) == count:
                    break
        return tuple(found)

    def _append(self, data: bytes) -> None:
        with self._path.open("ab") as file:
            torn = file.tell() % self._record.itemsize
            if torn:
                file.truncate(file.tell() - torn)
            file.write(data)

    def _catch_up(self) -> None:
        """Read what was added since, by this or another instance."""
        size = self._path.stat().st_size if self._path.is_file() else 0
        whole = size // self._record.itemsize * self._record.itemsize
        if whole < self._read_bytes:
            self._forget()
        if whole <= self._read_bytes:
            return
        with self._path.open("rb") as file:
            file.seek(self._read_bytes)
            records = np.frombuffer(file.read(whole - self._read_bytes), self._record)
        self._take(records)
        self._read_bytes = whole

    def _take(self, records: NDArray[np.void]) -> None:
        needed = self._used + len(records)
        if needed > len(self._matrix):
            larger = np.zeros((max(needed, 2 * len(self._matrix)), self._n_values), np.float32)
            larger[: self._used] = self._matrix[: self._used]
            self._matrix = larger
        raw = records["id"].tobytes()
        ids = [raw[start : start + _ID_BYTES] for start in range(0, len(raw), _ID_BYTES)]
        rows = [self._row_of(object_id) for object_id in ids]
        self._matrix[rows] = records["vector"]

    def _row_of(self, object_id: bytes) -> int:
        row = self._rows.setdefault(object_id, self._used)
        if row == self._used:
            self._ids.append(object_id)
            self._used += 1
        return row


def index_of(studio: Studio, space: Space) -> SoundIndex:
    """Return the index of a studio's sounds in one space."""
    return SoundIndex(studio.folders.library / FOLDER / f"{space.name}.vectors", space.n_values)


def _best_first(likeness: NDArray[np.float32], count: int) -> NDArray[np.int_]:
    if count >= likeness.size:
        return np.argsort(-likeness)
    top = np.argpartition(-likeness, count)[:count]
    return np.asarray(top[np.argsort(-likeness[top])])
