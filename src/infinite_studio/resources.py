"""Where the files that travel with the studio lie: styles, fonts, pictures."""

import sys
from pathlib import Path


def resource_path(*parts: str) -> Path:
    """Return the path of a bundled file or folder: frozen app, installed wheel or checkout."""
    package = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [package / "_resources", package.parents[1] / "resources"]
    if frozen is not None:
        candidates.insert(0, Path(frozen) / "resources")
    root = next((folder for folder in candidates if folder.is_dir()), candidates[0])
    return root.joinpath(*parts)
