"""Writes the studio's icon in the forms that Windows, macOS and Linux ask for; the studio itself draws it."""

import os
import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImageWriter

from infinite_studio.ui.app_icon import SIZES_PX, app_icon_image

# Types of an .icns file for a PNG of this many pixels.
ICNS_TYPES = {b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}


def write_ico(path: Path) -> Path:
    """Write an .ico file with a PNG for every size."""
    pictures = [(size, _png(size)) for size in SIZES_PX]
    offset = 6 + 16 * len(pictures)
    entries = b""
    for size, png in pictures:
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(png), offset)
        offset += len(png)
    path.write_bytes(
        struct.pack("<HHH", 0, 1, len(pictures)) + entries + b"".join(png for _, png in pictures)
    )
    return path


def write_icns(path: Path) -> Path:
    """Write an .icns file with a PNG for every size."""
    blocks = b""
    for kind, size in ICNS_TYPES.items():
        png = _png(size)
        blocks += kind + struct.pack(">I", len(png) + 8) + png
    path.write_bytes(b"icns" + struct.pack(">I", len(blocks) + 8) + blocks)
    return path


def write_png(path: Path, size_px: int = 256) -> Path:
    """Write one PNG."""
    path.write_bytes(_png(size_px))
    return path


def _png(size_px: int) -> bytes:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication([])
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    written = QImageWriter(buffer, QByteArray(b"png")).write(app_icon_image(size_px))
    assert application is not None
    assert written
    return bytes(buffer.data().data())
