"""What the list of models says: states, sizes and licences in a musician's words."""

from collections.abc import Sequence

from infinite_studio.jobs.job import JobState, JobView
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.time_text import bytes_text, eta_text
from infinite_studio.weights.catalogue import CATALOGUE, WeightsEntry
from infinite_studio.weights.errors import MissingWeightsError
from infinite_studio.weights.status import WeightsState, WeightsStatus
from infinite_studio.weights.verifying import ComparedWith, Verified

INTRODUCTION = (
    "Models make and split sound on this computer. Each is downloaded once and works without a network afterwards; "
    "the built-in composer and the quick splitter need none."
)
NON_COMMERCIAL_HINT = "For non-commercial use: what it makes may not be sold."
IN_CACHE = "It lies in a cache that other programs use too, so it is not removed from here."
NOT_YET = "Nothing has been downloaded yet."
NOT_OPEN = "The library is still being opened."
WORKING = "Wait until the models are moved, or cancel that."
_SIGNS: dict[WeightsState, tuple[str, str, IconName | None]] = {
    WeightsState.MISSING: ("Not here", "text_tertiary", None),
    WeightsState.PARTIAL: ("Begun; goes on where it stopped", "text_secondary", None),
    WeightsState.HERE: ("Here", "good", IconName.CHECK),
    WeightsState.HAND_PLACED: ("Here, placed by hand", "good", IconName.CHECK),
    WeightsState.CACHED: ("Here, in the Hugging Face cache", "good", IconName.CHECK),
    WeightsState.TORCH_CACHED: ("Here, in torch's cache", "good", IconName.CHECK),
    WeightsState.DAMAGED: ("Damaged", "danger", IconName.WARNING),
}


def sign_of(status: WeightsStatus, verified: Verified | None) -> tuple[str, str, IconName | None]:
    """Return the words of a state, their colour token, and the icon that says the same."""
    text, token, icon = _SIGNS[status.state]
    if verified is None or verified.damaged or not status.state.is_usable:
        return text, token, icon
    checked = "recorded" if verified.compared_with is ComparedWith.NOTHING else "verified"
    return f"{text}, {checked}", token, icon


def facts_of(entry: WeightsEntry) -> str:
    """Return what an entry costs and what comes with it."""
    parts = [
        f"{bytes_text(entry.download_bytes)} download",
        f"needs about {bytes_text(entry.memory_bytes)} of memory",
    ]
    if entry.needs:
        parts.append(f"with {' and '.join(CATALOGUE[need].label for need in entry.needs)}")
    parts += [f"from {published.host}" for published in entry.published]
    return " · ".join(parts)


def download_verb(status: WeightsStatus) -> str:
    """Return what the button says that brings the missing bytes."""
    if status.state is WeightsState.DAMAGED:
        return "Repair"
    verb = "Continue" if status.state is WeightsState.PARTIAL else "Download"
    return f"{verb} · {bytes_text(status.missing_bytes)}"


def work_text(view: JobView) -> str:
    """Return what a job on a model does now, how far it is and how long it still takes."""
    if view.state is JobState.QUEUED:
        return "Waiting for the download before it"
    parts = (f"{view.fraction:.0%}", view.stage, eta_text(view.eta_seconds))
    return " · ".join(part for part in parts if part)


def room_text(used_bytes: int, free_bytes: int) -> str:
    """Return what the models take and what is left."""
    return f"{bytes_text(used_bytes)} used · {bytes_text(free_bytes)} free on that disk"


def no_room_text(missing_bytes: int, free_bytes: int) -> str:
    """Return why a download cannot begin; empty where there is room."""
    if free_bytes >= missing_bytes:
        return ""
    return f"It needs {bytes_text(missing_bytes)}, and {bytes_text(free_bytes)} are free on that disk."


def removed_text(entry: WeightsEntry) -> str:
    """Return what to say after a removal that may still be undone."""
    return f"{entry.label} is removed. Its space is given back in a moment."


def missing_model(statuses: Sequence[WeightsStatus], missing: Sequence[str]) -> tuple[str, str, str] | None:
    """Return sentence, hint and remedy for the first model of which something is missing; None where all is here."""
    lacking = {status.entry.name: status for status in statuses if status.missing_bytes}
    first = next((lacking[name] for name in missing if name in lacking), None)
    if first is None:
        return None
    error = MissingWeightsError(first.entry, first.missing_bytes)
    return str(error), error.hint, error.remedy


def damage_text(status: WeightsStatus) -> str:
    """Return which files are not right; empty where all are."""
    files = " and ".join(status.damaged)
    return f"Not what was downloaded: {files}. Repair fetches only that." if files else ""
