"""One part's way into its stem: played, through its effects, placed, ducked, echoed, sent to the room."""

from typing import Protocol

import numpy as np

from infinite_studio.engines.sketch.sound.effects import Ducking, Echo, pan_gains
from infinite_studio.engines.sketch.sound.envelope import Mono
from infinite_studio.engines.sketch.sound.inserts.insert import Insert
from infinite_studio.engines.sketch.sound.stroke import Stereo
from infinite_studio.engines.sketch.style import PartSpec
from infinite_studio.progress import Progress


class Track(Protocol):
    """What plays a part piece by piece."""

    def add(self, where: slice, onto: Stereo, progress: Progress) -> bool:
        """Add what is heard in a piece of time; say whether anything is."""


class Strip:
    """A part's channel of the mixing desk; after a piece of silence its effects rest until it plays again.

    Parameters
    ----------
    spec : PartSpec
        Level, place, sends.
    track : Track
        What plays it.
    inserts : list of Insert
        Its effects in their order.
    ducking : Ducking or None
        What makes room for the kick.
    echo : Echo or None
        The style's echo, where the part is sent to it.
    """

    def __init__(
        self, spec: PartSpec, track: Track, inserts: list[Insert], ducking: Ducking | None, echo: Echo | None
    ) -> None:
        self._spec = spec
        self._track = track
        self._inserts = inserts
        self._ducking = ducking
        self._echo = echo
        self._rests = True
        self._gains = (pan_gains(spec.pan) * np.float32(10.0 ** (spec.gain_db / 20.0)))[:, np.newaxis]

    @property
    def sends(self) -> bool:
        """Whether anything goes to the room."""
        return self._spec.reverb > 0.0

    def add(self, where: slice, dry: Stereo, send: Mono, progress: Progress) -> None:
        """Add the part's next piece to its stem and to what goes to the room."""
        block = np.zeros_like(dry)
        plays = self._track.add(where, block, progress)
        if plays or not self._rests:
            mono = self._heard(block, where, dry)
            send += np.float32(self._spec.reverb) * mono
        elif self._echo is None or self._echo.is_silent:
            return
        else:
            mono = block[0]
        self._rests = not plays
        if self._echo is not None:
            dry += np.float32(self._spec.delay) * self._echo.process(mono)

    def _heard(self, block: Stereo, where: slice, dry: Stereo) -> Mono:
        """Add a piece that was played to the stem; return it in mono."""
        for insert in self._inserts:
            block = insert.process(block)
        block = block * self._gains
        if self._ducking is not None:
            block *= self._ducking.gain(where)
        dry += block
        mono: Mono = block[0] + block[1]
        mono *= np.float32(0.5)
        return mono
