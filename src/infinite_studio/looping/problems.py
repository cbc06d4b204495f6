"""What can go wrong with a loop, in a musician's words."""

from infinite_studio.errors import StudioError


class LoopingError(StudioError):
    """An expected failure around loops and seams."""


class NoLoopFoundError(LoopingError):
    """A sound in which nothing comes again."""

    def __init__(self, reason: str = "nothing in it comes again as wished") -> None:
        super().__init__(
            f"No loop was found: {reason}.",
            hint="Loosen the wishes, or loop the whole sound with a crossfade of a beat or more.",
        )
        self.reason = reason


class InvalidLoopError(LoopingError):
    """A range that cannot loop."""

    def __init__(self, start_frame: int, end_frame: int, n_frames: int) -> None:
        super().__init__(
            f"Frames {start_frame:,} to {end_frame:,} are no loop in a sound of {n_frames:,} frames.",
            hint="Choose an end after the start, both inside of the sound.",
        )
        self.start_frame = start_frame
        self.end_frame = end_frame
        self.n_frames = n_frames


class CrossfadeTooLongError(LoopingError):
    """A crossfade for which there is not enough sound."""

    def __init__(self, wished_seconds: float, longest_seconds: float) -> None:
        super().__init__(
            f"A crossfade of {wished_seconds:.3f} s is longer than this loop can have.",
            hint=f"Up to {longest_seconds:.3f} s are possible here; shorten it, or let it be chosen.",
        )
        self.wished_seconds = wished_seconds
        self.longest_seconds = longest_seconds


class TargetTooShortError(LoopingError):
    """A target that is over before the loop has come round once."""

    def __init__(self, target_seconds: float, loop_seconds: float) -> None:
        super().__init__(
            f"The target of {target_seconds:.2f} s is shorter than the {loop_seconds:.2f} s that are there already.",
            hint="Choose a longer target, or a shorter loop.",
        )
        self.target_seconds = target_seconds
        self.loop_seconds = loop_seconds


class InvalidTargetError(LoopingError):
    """A target that cannot be read."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text.strip()}” is no length.",
            hint="Write 10h, 90m, 1:30:00, 45s, or a number of repeats: 42x.",
        )
        self.text = text
