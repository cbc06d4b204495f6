"""Numbers and places as a musician says them."""

from infinite_studio.project.model import BEATS_PER_BAR, LoopRange, Project
from infinite_studio.project.steps import MIN_GAIN_DB

MINUS = "−"
_ON_THE_GRID_BEATS = 1 / 64


def number_text(value: float, digits: int = 1) -> str:
    """Write a number with at most some digits after the point and a real minus sign."""
    text = f"{round(value, digits) + 0.0:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", MINUS)


def db_text(gain_db: float) -> str:
    """Write a fader's place, its lower end as minus infinity."""
    return f"{MINUS}∞" if gain_db <= MIN_GAIN_DB else number_text(gain_db)


def pan_text(pan: float) -> str:
    """Write a place between left and right."""
    percent = round(abs(pan) * 100)
    if percent == 0:
        return "to the centre"
    return f"{percent} % {'left' if pan < 0 else 'right'}"


def place_text(project: Project, frame: int) -> str:
    """Write a place on the timeline as a bar, with the beat where it is not the first; else as a time."""
    beats = frame / project.frames_per_beat
    whole = round(beats)
    if abs(beats - whole) > _ON_THE_GRID_BEATS:
        minutes, seconds = divmod(frame / project.sample_rate, 60)
        return f"{int(minutes)}:{seconds:05.2f}"
    bar, beat = divmod(whole, BEATS_PER_BAR)
    return f"bar {bar + 1}" if beat == 0 else f"bar {bar + 1} beat {beat + 1}"


def span_text(project: Project, n_frames: int) -> str:
    """Write a length in bars and beats where it is on the grid, else in seconds."""
    beats = abs(n_frames) / project.frames_per_beat
    whole = round(beats)
    if whole == 0 or abs(beats - whole) > _ON_THE_GRID_BEATS:
        seconds = abs(n_frames) / project.sample_rate
        return f"{number_text(seconds * 1000, 0)} ms" if seconds < 0.1 else f"{number_text(seconds, 2)} s"
    bars, rest = divmod(whole, BEATS_PER_BAR)
    parts = [_counted(bars, "bar")] if bars else []
    return " and ".join([*parts, _counted(rest, "beat")] if rest else parts)


def loop_text(before: Project, after: Project) -> str:
    """Say what became of the loop range."""
    old, new = before.loop, after.loop
    if new is None:
        return "Loop range removed"
    if old is not None and _same_range(old, new):
        return "Loop switched on" if new.enabled else "Loop switched off"
    start, length = place_text(after, new.start_frame), span_text(after, new.end_frame - new.start_frame)
    return f"Loop range set to {length} from {start}"


def _same_range(old: LoopRange, new: LoopRange) -> bool:
    return (old.start_frame, old.end_frame) == (new.start_frame, new.end_frame)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
