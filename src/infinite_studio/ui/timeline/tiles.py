"""Pictures of waveforms, kept in tiles so that scrolling redraws nothing that was drawn before."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QColor, QImage

from infinite_studio.ui.timeline.peaks import PeaksLike
from infinite_studio.ui.timeline.waveform import opacity_of, read_columns, tinted

TILE_COLUMNS = 256
BUDGET_BYTES = 96 * 1024 * 1024


@dataclass(frozen=True)
class WaveStyle:
    """How a clip's wave is drawn: everything that changes its pixels but the sound itself."""

    object_id: str
    source_offset_frames: int
    frames_per_column: float
    height: int
    rgb: int
    gain: float


@dataclass(frozen=True)
class Tile:
    """A picture with its place: first device column after the clip's left edge."""

    first_column: int
    image: QImage


class WaveTiles:
    """A bounded cache of tiles, least recently used first out."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._held_bytes = 0
        self._images: OrderedDict[tuple[WaveStyle, int, int, int], QImage | None] = OrderedDict()
        self._versions: dict[str, int] = {}

    @property
    def held_bytes(self) -> int:
        """How much memory the pictures take."""
        return self._held_bytes

    def forget(self, object_id: str) -> None:
        """Draw this sound anew from now on; the old pictures leave the cache as it fills."""
        self._versions[object_id] = self._versions.get(object_id, 0) + 1

    def clear(self) -> None:
        """Drop every picture, as after a change of theme."""
        self._images.clear()
        self._held_bytes = 0

    def between(
        self, style: WaveStyle, peaks: PeaksLike, first_column: int, end_column: int, clip_columns: int
    ) -> Iterator[Tile]:
        """Yield the tiles of a clip that cover a range of its device columns."""
        first = max(first_column, 0) // TILE_COLUMNS
        last = min(end_column, clip_columns)
        for number in range(first, -(-last // TILE_COLUMNS)):
            start = number * TILE_COLUMNS
            image = self._image(style, peaks, number, min(TILE_COLUMNS, clip_columns - start))
            if image is not None:
                yield Tile(start, image)

    def _image(self, style: WaveStyle, peaks: PeaksLike, number: int, n_columns: int) -> QImage | None:
        key = (style, number, n_columns, self._versions.get(style.object_id, 0))
        if key in self._images:
            self._images.move_to_end(key)
            return self._images[key]
        image = _draw(style, peaks, number * TILE_COLUMNS, n_columns)
        self._images[key] = image
        self._held_bytes += image.sizeInBytes() if image is not None else 0
        while self._held_bytes > self._budget_bytes and len(self._images) > 1:
            _, dropped = self._images.popitem(last=False)
            self._held_bytes -= dropped.sizeInBytes() if dropped is not None else 0
        return image


def _draw(style: WaveStyle, peaks: PeaksLike, first_column: int, n_columns: int) -> QImage | None:
    start = style.source_offset_frames + first_column * style.frames_per_column
    columns = read_columns(peaks, start, style.frames_per_column, n_columns)
    if columns is None or len(columns.low) == 0:
        return None
    return tinted(opacity_of(columns, style.height, style.gain), QColor(style.rgb))
