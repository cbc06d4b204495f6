"""Finds the two typefaces that travel with the packaged app, with their licence texts."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

WANTED = (
    "Inter-Regular",
    "Inter-Medium",
    "Inter-SemiBold",
    "Inter-Bold",
    "JetBrainsMono-Regular",
    "JetBrainsMono-Medium",
)
LICENCES = ("fonts-inter", "fonts-jetbrains-mono")
FOLDERS = (
    Path("/usr/share/fonts"),
    Path.home() / ".local" / "share" / "fonts",
    Path("/Library/Fonts"),
    Path.home() / "Library" / "Fonts",
    Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
)


def bundled_fonts() -> list[Path]:
    """Return the fonts to bundle; say which are missing, since the app then uses the system's fonts.

    STUDIO_FONTS names a folder with the fonts and their licence texts, for systems without packages of them.
    """
    chosen = os.environ.get("STUDIO_FONTS")
    folders = (Path(chosen), *FOLDERS) if chosen else FOLDERS
    found = {path.stem: path for folder in reversed(folders) for path in _fonts(folder)}
    missing = [name for name in WANTED if name not in found]
    if missing:
        sys.stderr.write(f"Not bundled, since they are not installed here: {', '.join(missing)}\n")
    return [found[name] for name in WANTED if name in found]


def licence_texts() -> list[tuple[Path, str]]:
    """Return each licence text beside the name that it gets in the package."""
    debian = [(Path("/usr/share/doc") / name / "copyright", f"{name}-licence.txt") for name in LICENCES]
    chosen = os.environ.get("STUDIO_FONTS")
    own = [(path, path.name) for path in sorted(Path(chosen).glob("*.txt"))] if chosen else []
    return [(path, name) for path, name in (*debian, *own) if path.is_file()]


def _fonts(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in sorted(folder.rglob("*")) if path.suffix in {".ttf", ".otf"})
