"""What the recorder needs of a microphone."""

from collections.abc import Callable
from typing import Protocol

from infinite_studio.audio.audio import Samples
from infinite_studio.errors import StudioError

Take = Callable[[Samples, float], None]
"""Is handed a block, shape ``(frames, channels)``, and the moment of the clock at which its first frame was heard."""


class NoMicrophoneError(StudioError):
    """Nothing can be recorded: no library, no input, or one that refuses."""


class Input(Protocol):
    """A microphone, or what stands in for one; opened once, started once, closed once."""

    @property
    def sample_rate(self) -> int:
        """Frames per second that it delivers, known once it is open."""

    @property
    def n_channels(self) -> int:
        """Channels that it delivers, known once it is open."""

    @property
    def label(self) -> str:
        """What a person calls it."""

    @property
    def has_failed(self) -> bool:
        """Whether it has stopped by itself."""

    def open(self, device: str) -> None:
        """Get it ready, at its own rate; raise `NoMicrophoneError`."""

    def start(self, take: Take) -> None:
        """Begin to hand blocks over, in a thread of its own."""

    def close(self) -> None:
        """Stop and let go of the device."""
