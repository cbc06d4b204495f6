"""Small pictures of whole sounds, kept as long as they are among the ones used last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from infinite_studio.ui.timeline.waveform import opacity_of, read_columns, tinted

if TYPE_CHECKING:
    from infinite_studio.audio.peaks import Peaks
    from infinite_studio.ui.theme import Theme

_KEPT = 400


class Thumbnails:
    """Draws each waveform once for a size, a colour and a scale."""

    def __init__(self, peaks_of: Callable[[str], Peaks | None]) -> None:
        self._peaks_of = peaks_of
        self._pictures: OrderedDict[tuple[object, ...], QImage] = OrderedDict()

    def picture(self, object_id: str, size: QSize, theme: Theme, ratio: float, token: str) -> QImage | None:
        """Return a waveform in the colour of a token, or None while its peaks are not there."""
        key = (object_id, size.width(), size.height(), theme.name, ratio, token)
        known = self._pictures.get(key)
        if known is not None:
            self._pictures.move_to_end(key)
            return known
        drawn = self._drawn(object_id, size * ratio, theme, token)
        if drawn is None:
            return None
        drawn.setDevicePixelRatio(ratio)
        self._pictures[key] = drawn
        if len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        return drawn

    def forget(self, object_ids: Iterable[str]) -> None:
        """Draw these waveforms anew."""
        gone = set(object_ids)
        for key in [key for key in self._pictures if key[0] in gone]:
            del self._pictures[key]

    def _drawn(self, object_id: str, size: QSize, theme: Theme, token: str) -> QImage | None:
        peaks = self._peaks_of(object_id)
        if peaks is None or peaks.n_frames == 0 or size.isEmpty():
            return None
        read = read_columns(peaks, 0.0, peaks.n_frames / size.width(), size.width())
        return None if read is None else tinted(opacity_of(read, size.height(), 1.0), theme.color(token))
