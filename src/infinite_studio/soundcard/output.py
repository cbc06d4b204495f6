"""What the transport needs of a sound card."""

from collections.abc import Callable
from typing import Protocol

from infinite_studio.audio.audio import Samples
from infinite_studio.errors import StudioError

Fill = Callable[[int, float], Samples]
"""Returns so many frames, shape ``(frames, 2)``, that will be heard from this moment of the clock on."""


class NoSoundCardError(StudioError):
    """Nothing can be played: no library, no device, or a device that refuses."""


class Output(Protocol):
    """A sound card, or what stands in for one; opened once, started once, closed once."""

    @property
    def sample_rate(self) -> int:
        """Frames per second that it plays, known once it is open."""

    @property
    def latency_seconds(self) -> float:
        """Time between handing frames over and hearing them."""

    @property
    def label(self) -> str:
        """What a person calls it."""

    @property
    def is_silent(self) -> bool:
        """Whether nobody can hear it."""

    @property
    def has_failed(self) -> bool:
        """Whether it has stopped by itself."""

    @property
    def runs_away(self) -> bool:
        """Whether it has stopped because it took sound faster than time passes, as null devices do."""

    def open(self, device: str, sample_rate: int) -> None:
        """Get it ready, at this rate if it can; raise `NoSoundCardError`."""

    def start(self, fill: Fill) -> None:
        """Begin to ask for frames, in a thread of its own."""

    def close(self) -> None:
        """Stop and let go of the device."""
