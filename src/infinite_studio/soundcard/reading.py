"""Reading a program as it is played: along the loop range and up to the end."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.mixing import Program, strip_block

MASTER = "master"
MIN_LOOP_FRAMES = 64


@dataclass(frozen=True)
class Run:
    """Frames of the program that follow one another, at their place in a block."""

    offset: int
    program_frame: int
    n_frames: int


@dataclass(frozen=True, eq=False)
class Stretch:
    """A block as read: shorter than asked for only where the program ends in it, then padded with silence."""

    samples: Samples
    runs: tuple[Run, ...]
    peaks: dict[str, float]
    next_frame: int
    has_ended: bool


def read(program: Program, start_frame: int, n_frames: int) -> Stretch:
    """Read a block from a place on, repeating the loop range where the place lies before its end."""
    runs, next_frame = _plan(program, start_frame, n_frames)
    mixed = np.zeros((n_frames, 2), np.float32)
    peaks: dict[str, float] = {}
    for strip in program.strips:
        peaks[strip.strip_id] = 0.0
        if strip.is_silent:
            continue
        for run in runs:
            block = strip_block(strip, run.program_frame, run.n_frames)
            mixed[run.offset : run.offset + run.n_frames] += block
            peaks[strip.strip_id] = max(peaks[strip.strip_id], peak_of(block))
    peaks[MASTER] = peak_of(mixed)
    read_frames = sum(run.n_frames for run in runs)
    return Stretch(mixed, runs, peaks, next_frame, has_ended=read_frames < n_frames)


def begins_in_silence(program: Program, frame: int) -> bool:
    """Whether the sound itself rises from silence here, so that starting needs no fade and loses no attack."""
    return frame <= 0 or peak_of(program.mix(frame - 1, 1)) < 1e-3


def peak_of(samples: Samples) -> float:
    """Return the largest magnitude, 0 for no frames."""
    return max(float(samples.max()), -float(samples.min())) if samples.size else 0.0


def first_frame(program: Program) -> int:
    """Return where playing begins when there is nothing left to play."""
    return program.loop[0] if _loops(program, 0) and program.loop is not None else 0


def can_play_from(program: Program, frame: int) -> bool:
    """Whether there is anything to play from a place on."""
    return frame < program.length_frames or _loops(program, frame)


def _loops(program: Program, frame: int) -> bool:
    if program.loop is None:
        return False
    start, end = program.loop
    return start >= 0 and end - start >= MIN_LOOP_FRAMES and frame < end


def _plan(program: Program, start_frame: int, n_frames: int) -> tuple[tuple[Run, ...], int]:
    runs: list[Run] = []
    position, offset = start_frame, 0
    while offset < n_frames:
        loop = program.loop if _loops(program, position) else None
        end = loop[1] if loop else program.length_frames
        count = min(n_frames - offset, end - position)
        if count <= 0:
            break
        runs.append(Run(offset, position, count))
        offset += count
        position += count
        if loop and position == loop[1]:
            position = loop[0]
    return tuple(runs), position
