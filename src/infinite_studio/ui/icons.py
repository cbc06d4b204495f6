"""One set of line icons, drawn as paths on a 24-unit grid and tinted by the theme."""

from enum import StrEnum
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

STROKE_PX = 1.5
_GRID = 24.0


class IconName(StrEnum):
    """Every icon there is."""

    BRANCH = "branch"
    CHECK = "check"
    CHEVRON_DOWN = "chevron_down"
    CHEVRON_RIGHT = "chevron_right"
    CHEVRON_UP = "chevron_up"
    CLOSE = "close"
    COMMAND = "command"
    COMMIT = "commit"
    COMPARE = "compare"
    COPY = "copy"
    DICE = "dice"
    DOT = "dot"
    DROP = "drop"
    EXPORT = "export"
    FOLDER = "folder"
    HISTORY = "history"
    IMPORT = "import"
    INFO = "info"
    LISTEN = "listen"
    LOOP = "loop"
    MERGE = "merge"
    MORE = "more"
    MUSIC = "music"
    PLAY = "play"
    PLUS = "plus"
    RECORD = "record"
    REDO = "redo"
    SEARCH = "search"
    SHIELD = "shield"
    SIDE_LEFT = "side_left"
    SIDE_RIGHT = "side_right"
    SLIDERS = "sliders"
    SPARK = "spark"
    SPEAKER = "speaker"
    SPLIT = "split"
    STOP = "stop"
    TAG = "tag"
    TO_START = "to_start"
    TRASH = "trash"
    UNDO = "undo"
    WARNING = "warning"
    WAVEFORM = "waveform"


_STROKES = {
    IconName.BRANCH: "O 7 5 2.2 O 7 19 2.2 O 17 8 2.2 M 7 7.2 L 7 16.8 M 17 10.2 C 17 14 7 12 7 16.8",
    IconName.CHECK: "M 5 12.5 L 10 17.5 L 19.5 7",
    IconName.CHEVRON_DOWN: "M 5 8.5 L 12 15.5 L 19 8.5",
    IconName.CHEVRON_RIGHT: "M 8.5 5 L 15.5 12 L 8.5 19",
    IconName.CHEVRON_UP: "M 5 15.5 L 12 8.5 L 19 15.5",
    IconName.CLOSE: "M 6 6 L 18 18 M 18 6 L 6 18",
    IconName.COMMAND: (
        "R 9 9 6 6 0 M 9 9 L 9 6.5 A 6.5 6.5 2.5 0 270 M 15 9 L 15 6.5 A 17.5 6.5 2.5 180 -270"
        " M 9 15 L 9 17.5 A 6.5 17.5 2.5 0 -270 M 15 15 L 15 17.5 A 17.5 17.5 2.5 180 270"
    ),
    IconName.COMMIT: "O 12 12 4 M 3 12 L 8 12 M 16 12 L 21 12",
    IconName.COMPARE: "M 4 8 L 19 8 M 15.5 4.5 L 19 8 L 15.5 11.5 M 20 16 L 5 16 M 8.5 12.5 L 5 16 L 8.5 19.5",
    IconName.COPY: "R 9 9 11 11 2 M 15 5.5 C 15 4.5 14.5 4 13.5 4 L 6 4 C 4.8 4 4 4.8 4 6 L 4 13.5 C 4 14.5 4.5 15 5.5 15",
    IconName.DICE: "R 4 4 16 16 3.5",
    IconName.DROP: "M 12 4 L 12 14 M 7.5 9.5 L 12 14 L 16.5 9.5 M 4 15 L 4 18 C 4 19.2 4.8 20 6 20 L 18 20 C 19.2 20 20 19.2 20 18 L 20 15",
    IconName.EXPORT: "M 12 4 L 12 15 M 7.5 10.5 L 12 15 L 16.5 10.5 M 5 20 L 19 20",
    IconName.FOLDER: "M 3.5 7 C 3.5 5.9 4.4 5 5.5 5 L 9.5 5 L 12 7.5 L 18.5 7.5 C 19.6 7.5 20.5 8.4 20.5 9.5 L 20.5 17 C 20.5 18.1 19.6 19 18.5 19 L 5.5 19 C 4.4 19 3.5 18.1 3.5 17 Z",
    IconName.HISTORY: "O 7 12 2.5 O 17 6 2.5 M 7 3 L 7 9.5 M 7 14.5 L 7 21 M 17 8.5 C 17 12 13 12 9.5 12",
    IconName.IMPORT: "M 12 15 L 12 4 M 7.5 8.5 L 12 4 L 16.5 8.5 M 5 20 L 19 20",
    IconName.INFO: "O 12 12 8.5 M 12 11 L 12 16.5 M 12 7.6 L 12 7.8",
    IconName.LISTEN: "M 4 14 L 4 12 A 12 12 8 180 -180 L 20 14 R 3.5 14 4 6 1.8 R 16.5 14 4 6 1.8",
    IconName.LOOP: "M 17 3.5 L 20 6.5 L 17 9.5 M 4 11 L 4 10 C 4 8 5.5 6.5 7.5 6.5 L 20 6.5 M 7 20.5 L 4 17.5 L 7 14.5 M 20 13 L 20 14 C 20 16 18.5 17.5 16.5 17.5 L 4 17.5",
    IconName.MERGE: "O 7 5 2.2 O 7 19 2.2 O 17 15 2.2 M 7 7.2 L 7 16.8 M 7 7.2 C 7 11.5 11 15 14.8 15",
    IconName.MUSIC: "O 7 17.5 2.8 O 17 15.5 2.8 M 9.8 17.5 L 9.8 6 L 19.8 4 L 19.8 15.5",
    IconName.PLUS: "M 12 5 L 12 19 M 5 12 L 19 12",
    IconName.REDO: "M 15.5 4.5 L 20 9 L 15.5 13.5 M 20 9 L 9.5 9 C 6.5 9 4 11.5 4 14.5 C 4 17.5 6.5 20 9.5 20 L 13 20",
    IconName.SEARCH: "O 10.5 10.5 6 M 15 15 L 20.5 20.5",
    IconName.SIDE_LEFT: "R 3.5 5 17 14 2.5 M 9.5 5 L 9.5 19",
    IconName.SIDE_RIGHT: "R 3.5 5 17 14 2.5 M 14.5 5 L 14.5 19",
    IconName.SHIELD: "M 12 3.5 L 19 6 L 19 11.5 C 19 16 16 19 12 20.5 C 8 19 5 16 5 11.5 L 5 6 Z M 9 11.8 L 11.2 14 L 15.2 9.6",
    IconName.SLIDERS: "M 4 7 L 13 7 M 18 7 L 20 7 O 15.5 7 2.2 M 4 17 L 6 17 M 11 17 L 20 17 O 8.5 17 2.2",
    IconName.SPARK: "M 11 4 C 11.6 9 14 11.4 19 12 C 14 12.6 11.6 15 11 20 C 10.4 15 8 12.6 3 12 C 8 11.4 10.4 9 11 4 Z M 19 3.5 L 19 7.5 M 17 5.5 L 21 5.5",
    IconName.SPEAKER: "M 4 9.5 L 7.5 9.5 L 12 5.5 L 12 18.5 L 7.5 14.5 L 4 14.5 Z M 15.5 9 C 17.2 10.8 17.2 13.2 15.5 15 M 18 6.5 C 21 9.6 21 14.4 18 17.5",
    IconName.SPLIT: "M 4 12 L 9 12 M 9 12 C 13 12 12 5.5 16 5.5 L 20 5.5 M 9 12 C 13 12 12 18.5 16 18.5 L 20 18.5 M 9 12 L 20 12",
    IconName.TAG: "M 4 5.5 C 4 4.7 4.7 4 5.5 4 L 12 4 L 20 12 C 20.5 12.5 20.5 13.3 20 13.8 L 13.8 20 C 13.3 20.5 12.5 20.5 12 20 L 4 12 Z O 8.3 8.3 1.1",
    IconName.TRASH: "M 4.5 6.5 L 19.5 6.5 M 9.5 6.5 L 9.5 4 L 14.5 4 L 14.5 6.5 M 6.5 6.5 L 7.5 20 L 16.5 20 L 17.5 6.5 M 10 10.5 L 10 16 M 14 10.5 L 14 16",
    IconName.UNDO: "M 8.5 4.5 L 4 9 L 8.5 13.5 M 4 9 L 14.5 9 C 17.5 9 20 11.5 20 14.5 C 20 17.5 17.5 20 14.5 20 L 11 20",
    IconName.WARNING: "M 12 4.5 L 21 19.5 L 3 19.5 Z M 12 10 L 12 14.5 M 12 17 L 12 17.1",
    IconName.WAVEFORM: "M 3.5 10.5 L 3.5 13.5 M 7.8 7 L 7.8 17 M 12 4 L 12 20 M 16.2 8 L 16.2 16 M 20.5 10.5 L 20.5 13.5",
}
_FILLS = {
    IconName.PLAY: "M 7 4.8 L 19.5 12 L 7 19.2 Z",
    IconName.STOP: "R 6 6 12 12 2",
    IconName.RECORD: "O 12 12 5.5",
    IconName.DOT: "O 12 12 6.5",
    IconName.MORE: "O 5.5 12 1.6 O 12 12 1.6 O 18.5 12 1.6",
    IconName.TO_START: "M 18 5.5 L 18 18.5 L 8.5 12 Z R 5 5.5 2 13 0.8",
    IconName.DICE: "O 8.5 8.5 1.4 O 15.5 8.5 1.4 O 12 12 1.4 O 8.5 15.5 1.4 O 15.5 15.5 1.4",
}


def paint_icon(painter: QPainter, name: IconName, box: QRectF, color: QColor) -> None:
    """Draw an icon into a box; strokes stay 1.5 px wide at every size."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / _GRID, box.height() / _GRID)
    if name in _FILLS:
        painter.fillPath(_path(_FILLS[name]), color)
    if name in _STROKES:
        pen = QPen(color, STROKE_PX * _GRID / box.width())
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_path(_STROKES[name]))
    painter.restore()


@lru_cache(maxsize=128)
def _path(commands: str) -> QPainterPath:
    """Read ``M x y``, ``L x y``, ``C`` (cubic), ``A cx cy r start span``, ``O cx cy r``, ``R x y w h r``, ``Z``."""
    path = QPainterPath()
    tokens = commands.split()
    lengths = {"M": 2, "L": 2, "C": 6, "A": 5, "O": 3, "R": 5, "Z": 0}
    at = 0
    while at < len(tokens):
        command = tokens[at]
        n = lengths[command]
        _append(path, command, [float(token) for token in tokens[at + 1 : at + 1 + n]])
        at += 1 + n
    return path


def _append(path: QPainterPath, command: str, numbers: list[float]) -> None:
    if command == "M":
        path.moveTo(*numbers)
    elif command == "L":
        path.lineTo(*numbers)
    elif command == "C":
        x1, y1, x2, y2, x, y = numbers
        path.cubicTo(x1, y1, x2, y2, x, y)
    elif command == "A":
        cx, cy, r, start, span = numbers
        path.arcTo(QRectF(cx - r, cy - r, 2 * r, 2 * r), start, span)
    elif command == "O":
        cx, cy, r = numbers
        path.addEllipse(QPointF(cx, cy), r, r)
    elif command == "R":
        x, y, width, height, radius = numbers
        path.addRoundedRect(QRectF(x, y, width, height), radius, radius)
    else:
        path.closeSubpath()
