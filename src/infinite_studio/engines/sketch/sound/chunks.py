"""Working through long sounds piece by piece: kind to the processor's caches and quick to cancel."""

from collections.abc import Iterator
from dataclasses import dataclass

from infinite_studio.progress import Progress

CHUNK_FRAMES = 2**16


def chunks(n_frames: int, progress: Progress, *, chunk_frames: int = CHUNK_FRAMES) -> Iterator[slice]:
    """Yield the places of successive pieces of a sound, reporting before each."""
    for start in range(0, n_frames, chunk_frames):
        progress.report(start / n_frames)
        yield slice(start, min(start + chunk_frames, n_frames))


@dataclass
class Pulse:
    """A `Progress` for what happens within a piece: keeps to the fraction that was reached and passes cancelling on."""

    whole: Progress
    fraction: float = 0.0

    def report(self, fraction: float, stage: str = "") -> None:
        """Report the fraction if it is further than before, else the one before."""
        self.fraction = max(self.fraction, fraction)
        self.whole.report(self.fraction, stage)

    def share(self, partial: object) -> None:
        """Pass the intermediate result on."""
        self.whole.share(partial)
