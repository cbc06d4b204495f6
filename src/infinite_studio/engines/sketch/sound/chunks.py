"""Working through long sounds piece by piece: kind to the processor's caches and quick to cancel."""

from collections.abc import Iterator

from infinite_studio.progress import Progress

CHUNK_FRAMES = 2**16


def chunks(n_frames: int, progress: Progress, *, chunk_frames: int = CHUNK_FRAMES) -> Iterator[slice]:
    """Yield the places of successive pieces of a sound, reporting before each."""
    for start in range(0, n_frames, chunk_frames):
        progress.report(start / n_frames)
        yield slice(start, min(start + chunk_frames, n_frames))
