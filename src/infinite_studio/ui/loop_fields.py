"""Loop range as a person writes it: clock times and bar positions, exact to the frame; no widgets here."""

import re
from dataclasses import dataclass

from infinite_studio.errors import StudioError
from infinite_studio.project.model import BEATS_PER_BAR, LoopRange, Project
from infinite_studio.ui.kit.time_text import time_text

STEPS_PER_BEAT = 4
MIN_LOOP_SECONDS = 0.01
_CLOCK = re.compile(r"^\s*(?:(\d{1,3}):)?(?:(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3}))?\s*$")
_BAR = re.compile(r"^\s*(?:bar\s+)?(\d{1,6})(?:\.([1-4]))?(?:\.([1-4]))?\s*$", re.IGNORECASE)


class LoopFieldError(StudioError):
    """A loop position that cannot be read, or a range that cannot loop."""


@dataclass(frozen=True)
class Grid:
    """How frames, clock time and bars relate in a project."""

    sample_rate: int
    frames_per_beat: float

    @classmethod
    def of(cls, project: Project) -> "Grid":
        """Return the grid of a project."""
        return cls(project.sample_rate, project.frames_per_beat)

    @property
    def frames_per_bar(self) -> float:
        """Length of a bar in frames, not rounded."""
        return self.frames_per_beat * BEATS_PER_BAR

    def clock_text(self, frame: int) -> str:
        """Write a frame as ``mm:ss.mmm``."""
        return time_text(frame, self.sample_rate)

    def bar_text(self, frame: int) -> str:
        """Write a frame as ``bar.beat.step``, with ``≈`` where it lies between steps."""
        step_frames = self.frames_per_beat / STEPS_PER_BEAT
        n_steps = round(frame / step_frames)
        on_grid = round(n_steps * step_frames) == frame
        beats, step = divmod(n_steps, STEPS_PER_BEAT)
        bars, beat = divmod(beats, BEATS_PER_BAR)
        return f"{'' if on_grid else '≈ '}{bars + 1}.{beat + 1}.{step + 1}"

    def length_text(self, n_frames: int) -> str:
        """Write a length in bars: ``4 bars``, ``1 bar``, ``≈ 3.25 bars``."""
        bars = n_frames / self.frames_per_bar
        whole = round(bars)
        if whole > 0 and abs(n_frames - whole * self.frames_per_bar) <= 1.0:
            return f"{whole} bar{'' if whole == 1 else 's'}"
        return f"≈ {bars:.2f} bars"

    def parse_clock(self, text: str) -> int:
        """Read ``mm:ss.mmm``, ``h:mm:ss`` or plain seconds as a frame.

        Raises
        ------
        LoopFieldError
            If the text is no time.
        """
        match = _CLOCK.match(text)
        hint = "Write a time like 01:23.450."
        if match is None:
            raise LoopFieldError(f"“{text.strip()}” is not a time.", hint=hint)
        first, second, seconds, fraction = match.groups()
        if first and int(seconds) > 59:
            raise LoopFieldError(f"“{text.strip()}” has more than 59 seconds.", hint=hint)
        minutes = int(first or 0) if second is None else 60 * int(first or 0) + int(second)
        milliseconds = int((fraction or "").ljust(3, "0"))
        return round(((60 * minutes + int(seconds)) * 1000 + milliseconds) * self.sample_rate / 1000)

    def parse_bar(self, text: str) -> int:
        """Read ``bar``, ``bar.beat`` or ``bar.beat.step`` (all counted from 1) as a frame.

        Raises
        ------
        LoopFieldError
            If the text is no bar position.
        """
        match = _BAR.match(text.replace("≈", ""))
        if match is None or int(match[1]) < 1:
            raise LoopFieldError(
                f"“{text.strip()}” is not a bar position.", hint="Write bar.beat.step, such as 5.1.1."
            )
        bar, beat, step = int(match[1]), int(match[2] or 1), int(match[3] or 1)
        beats = (bar - 1) * BEATS_PER_BAR + (beat - 1) + (step - 1) / STEPS_PER_BEAT
        return round(beats * self.frames_per_beat)

    def bars_from(self, frame: int, n_bars: int, *, enabled: bool = True) -> LoopRange:
        """Return the loop range of some bars that starts at the bar line at or before a frame."""
        first_bar = int((frame + 0.5) // self.frames_per_bar)
        start, end = (round(bar * self.frames_per_bar) for bar in (first_bar, first_bar + n_bars))
        return LoopRange(start, end, enabled)


def checked_loop(start_frame: int, end_frame: int, sample_rate: int, *, enabled: bool = True) -> LoopRange:
    """Return the loop range between two frames.

    Raises
    ------
    LoopFieldError
        If the end is not after the start, or the range is shorter than 10 milliseconds.
    """
    if end_frame <= start_frame:
        raise LoopFieldError("The loop ends before it starts.", hint="Choose an end after the start.")
    if end_frame - start_frame < MIN_LOOP_SECONDS * sample_rate:
        raise LoopFieldError("A loop is at least 10 milliseconds long.", hint="Choose a later end.")
    return LoopRange(start_frame, end_frame, enabled)
