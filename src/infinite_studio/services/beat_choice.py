"""Who finds the beats of a sound: the network where it is installed and wanted, the built-in estimator elsewhere."""

from enum import StrEnum

from infinite_studio.analysis.beat_tracking import BUILT_IN, BeatTracker
from infinite_studio.engines.beats.tracker import NAME, WEIGHTS, BeatThisTracker
from infinite_studio.errors import StudioError
from infinite_studio.services.weights import chosen_settings, open_weights
from infinite_studio.settings.folders import Folders

AUTO = "auto"


class BeatChoice(StrEnum):
    """Who should find beats; `AUTO` takes the network where its weights are here and the settings allow it."""

    AUTO = AUTO
    BUILT_IN = BUILT_IN
    BEAT_THIS = NAME


class TrackerNotInstalledError(StudioError):
    """A tracker that was asked for by name and that this installation does not have."""

    def __init__(self) -> None:
        super().__init__(
            f"{NAME} is not installed here.",
            hint="Install the studio with its models, or let the built-in estimator find the beats.",
        )


def tracker_of(
    folders: Folders, tracker: BeatThisTracker, choice: BeatChoice = BeatChoice.AUTO
) -> BeatTracker | None:
    """Return the tracker to listen with; None for the built-in estimator.

    Raises
    ------
    MissingWeightsError
        If it was asked for by name and its weights are not here.
    TrackerNotInstalledError
        If it was asked for by name and its package is not.
    """
    if choice is BeatChoice.BEAT_THIS:
        if not tracker.is_available:
            tracker.weights.folder_of(WEIGHTS[0])
            raise TrackerNotInstalledError
        return tracker
    is_wanted = choice is BeatChoice.AUTO and chosen_settings(folders).beat_tracker == AUTO
    return tracker if is_wanted and tracker.is_available else None


def standalone_tracker(folders: Folders, choice: BeatChoice) -> BeatTracker | None:
    """Return the tracker for a command that opens no library."""
    return tracker_of(folders, BeatThisTracker(open_weights(folders)), choice)
