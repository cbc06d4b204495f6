"""Render a program block by block, for exports and for what a commit keeps."""

from collections.abc import Iterator

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.mixing import Program
from infinite_studio.errors import StudioError
from infinite_studio.progress import Progress

BLOCK_FRAMES = 65_536


class NothingToRenderError(StudioError):
    """A project, track or range without any sound."""

    def __init__(self) -> None:
        super().__init__("There is nothing to render yet.", hint="Generate a take or drop a sound first.")


def render_blocks(
    program: Program, first_frame: int, end_frame: int, progress: Progress, stage: str
) -> Iterator[Samples]:
    """Yield the mix of a range in blocks, reporting after each."""
    total = end_frame - first_frame
    if total <= 0:
        raise NothingToRenderError
    for start in range(first_frame, end_frame, BLOCK_FRAMES):
        progress.report((start - first_frame) / total, stage)
        yield program.mix(start, min(BLOCK_FRAMES, end_frame - start))


def peak_of(program: Program, progress: Progress) -> float:
    """Return the largest magnitude of the whole mix, linear."""
    peak = 0.0
    for block in render_blocks(program, 0, program.length_frames, progress, "Measuring the mixdown"):
        peak = max(peak, float(block.max()), -float(block.min()))
    return peak
