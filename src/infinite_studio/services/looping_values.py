"""Frozen requests and results of the use cases around loops."""

from dataclasses import dataclass, field
from pathlib import Path

from infinite_studio.audio.sanitise import BitDepth
from infinite_studio.looping.crossfade import CrossfadeShape
from infinite_studio.looping.formats import LoopFormat
from infinite_studio.looping.targets import Target
from infinite_studio.looping.verifying import Verified


@dataclass(frozen=True)
class LoopPoints:
    """A loop in seconds, independent of sample rates; ``None`` lets it be found."""

    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class CrossfadeChoice:
    """A crossfade as a person chooses it: automatic, or a number of beats or milliseconds."""

    beats: float | None = None
    milliseconds: float | None = None
    shape: CrossfadeShape = CrossfadeShape.AUTO

    @property
    def is_automatic(self) -> bool:
        """Whether its length is chosen from the correlation at the seam."""
        return self.beats is None and self.milliseconds is None


@dataclass(frozen=True)
class LoopShape:
    """Everything about how a loop is played: where it is, its seam, and what is around it.

    Parameters
    ----------
    points : LoopPoints or None
        None takes the loop that the file is tagged with, else the best that is found.
    crossfade : CrossfadeChoice
        The seam.
    wrap_tail_seconds : float
        How much of a reverb's tail is laid over the start.
    keep_intro, keep_outro : bool
        Whether what is around the loop is played once.
    tempo_bpm : float or None
        For crossfades in beats.
    """

    points: LoopPoints | None = None
    crossfade: CrossfadeChoice = CrossfadeChoice()
    wrap_tail_seconds: float = 0.0
    keep_intro: bool = True
    keep_outro: bool = True
    tempo_bpm: float | None = None


@dataclass(frozen=True)
class ExtendRequest:
    """A long file out of a loop.

    Parameters
    ----------
    target : Target
        How long.
    output : Path
        The file; its suffix is the format, an existing one is never overwritten.
    shape : LoopShape
        How the loop is played.
    fade_in_seconds, fade_out_seconds : float
        Within the target.
    bit_depth : BitDepth
        For WAV and FLAC.
    loudness_lufs : float or None
        Wished integrated loudness; never louder than −1 dBTP allows.
    with_loop_tags : bool
        Whether the file says where its loop is.
    texts : tuple of (str, str)
        Title, artist and the like.
    """

    target: Target
    output: Path
    shape: LoopShape = LoopShape()
    fade_in_seconds: float = 0.0
    fade_out_seconds: float = 0.0
    bit_depth: BitDepth = BitDepth.INT_16
    loudness_lufs: float | None = None
    with_loop_tags: bool = False
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ExtendPreview:
    """What an extension will be, shown before it starts."""

    duration_seconds: float
    rounds: int
    loop_seconds: float
    crossfade_seconds: float
    correlation: float
    size_bytes: int
    seconds: float
    free_bytes: int
    loop_format: LoopFormat
    start_seconds: float
    end_seconds: float

    @property
    def fits(self) -> bool:
        """Whether there is room for it."""
        return self.free_bytes >= self.size_bytes


@dataclass(frozen=True)
class Extended:
    """What an extension wrote."""

    path: Path
    preview: ExtendPreview
    verified: Verified
    size_bytes: int
    clipped_samples: int = 0
    repaired_samples: int = 0
    gain_db: float = 0.0
    notes: tuple[str, ...] = field(default=())
