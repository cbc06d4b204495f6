"""What is known about each stored sound: found once, corrected by hand, kept beside the library's objects."""

import base64
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from infinite_studio.analysis.analysis import VERSION, Analysis
from infinite_studio.analysis.corrections import Corrections, corrected
from infinite_studio.analysis.fingerprint import VERSION as FINGERPRINT_VERSION
from infinite_studio.analysis.fingerprint import Vector
from infinite_studio.analysis.listening import Listened
from infinite_studio.audio.files import atomic_path, make_folder
from infinite_studio.errors import StudioError

logger = logging.getLogger(__name__)

FOLDER = "listening"


@dataclass(frozen=True, eq=False)
class Known:
    """What was found in a sound, what a person said, and where it lies among the others."""

    found: Analysis | None = None
    corrections: Corrections = field(default_factory=Corrections)
    fingerprint: Vector | None = None

    @property
    def analysis(self) -> Analysis | None:
        """What is right about the sound."""
        return None if self.found is None else corrected(self.found, self.corrections)


class ListeningStore:
    """One small file for each object; a damaged or older one counts as not listened to, its corrections stay.

    Parameters
    ----------
    folder : Path
        Inside the library; made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, object_id: str) -> Known:
        """Return what is known about an object; nothing for one that was never listened to."""
        try:
            data = json.loads(self._path(object_id).read_text(encoding="utf-8"))
            return _known(data)
        except FileNotFoundError:
            return Known()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, StudioError) as error:
            logger.warning("What was known about %s cannot be read: %s", object_id, error)
            return Known()

    def keep(self, object_id: str, listened: Listened) -> Known:
        """Keep what was found; what a person said stays."""
        known = Known(listened.analysis, self.read(object_id).corrections, listened.fingerprint)
        self._write(object_id, known)
        return known

    def correct(self, object_id: str, corrections: Corrections) -> Known:
        """Keep what a person said; what was found stays."""
        before = self.read(object_id)
        known = Known(before.found, corrections, before.fingerprint)
        self._write(object_id, known)
        return known

    def _write(self, object_id: str, known: Known) -> None:
        path = self._path(object_id)
        make_folder(path.parent)
        data = {
            "version": VERSION,
            "found": None if known.found is None else known.found.to_json(),
            "corrections": known.corrections.to_json(),
            "fingerprint_version": FINGERPRINT_VERSION,
            "fingerprint": None if known.fingerprint is None else _packed(known.fingerprint),
        }
        with atomic_path(path) as temporary:
            temporary.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")

    def _path(self, object_id: str) -> Path:
        return self._folder / object_id[:2] / f"{object_id}.json"


def _known(data: dict[str, Any]) -> Known:
    corrections = Corrections.from_json(data.get("corrections") or {})
    if data.get("version") != VERSION or data.get("found") is None:
        return Known(corrections=corrections)
    is_current = data.get("fingerprint_version") == FINGERPRINT_VERSION and data.get("fingerprint")
    fingerprint = _unpacked(data["fingerprint"]) if is_current else None
    return Known(Analysis.from_json(data["found"]), corrections, fingerprint)


def _packed(vector: Vector) -> str:
    return base64.b64encode(vector.astype("<f2").tobytes()).decode("ascii")


def _unpacked(text: str) -> Vector:
    return np.frombuffer(base64.b64decode(text), "<f2").astype(np.float32)
