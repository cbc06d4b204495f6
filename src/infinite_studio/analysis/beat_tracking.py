"""What any tracker of beats offers to the one pass through a sound."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.excerpts import Mono
from infinite_studio.errors import StudioError
from infinite_studio.progress import Progress

BUILT_IN = "built-in"
"""The name under which the studio's own estimator stands as a source of beats."""

Values = NDArray[np.float64]


class BeatTrackerError(StudioError):
    """A tracker that cannot be used or gave up; the built-in estimator does without.

    Parameters
    ----------
    label : str
        Its name.
    reason : str
        Completes “… cannot be used: …”.
    """

    def __init__(self, label: str, reason: str) -> None:
        super().__init__(
            f"{label} cannot be used: {reason}.",
            hint="Verify its weights, or remove and download them again. The built-in estimator works without.",
        )
        self.label = label
        self.reason = reason


@dataclass(frozen=True, eq=False)
class TrackedBeats:
    """What a tracker heard.

    Parameters
    ----------
    beats_seconds : ndarray of float64, shape (beats,)
        When beats fall, ascending.
    downbeats_seconds : ndarray of float64, shape (bars,)
        Those of them that begin a bar.
    """

    beats_seconds: Values
    downbeats_seconds: Values


class BeatHearing(Protocol):
    """One sound on its way through a tracker."""

    def hear(self, mono: Mono, progress: Progress) -> None:
        """Take what comes next of the sound.

        Parameters
        ----------
        mono : ndarray of float32, shape (frames,)
            Any number of frames at `infinite_studio.analysis.excerpts.ANALYSIS_RATE`.
        progress : Progress
            Told the share of them that is done; may cancel.

        Raises
        ------
        BeatTrackerError
            If the tracker cannot go on.
        """

    def finish(self, progress: Progress) -> TrackedBeats:
        """Return the beats of the whole sound.

        Parameters
        ----------
        progress : Progress
            Told the share of the rest that is done; may cancel.

        Returns
        -------
        TrackedBeats
            Empty where there are none.

        Raises
        ------
        BeatTrackerError
            If the tracker cannot go on.
        """


class BeatTracker(Protocol):
    """Finds beats and downbeats by listening, at memory that does not grow with what it has heard."""

    @property
    def label(self) -> str:
        """Its name, such as ``beat_this final0``."""

    def begin(self) -> BeatHearing:
        """Make ready for one sound.

        Returns
        -------
        BeatHearing
            To be given the sound piece by piece.

        Raises
        ------
        BeatTrackerError
            If its weights cannot be used.
        """
