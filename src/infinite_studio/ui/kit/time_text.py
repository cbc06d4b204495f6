"""Numbers as people read them: times, bars, decibels, bytes, ages and estimates; a real minus sign throughout."""

from datetime import UTC, datetime

from infinite_studio.project.model import BEATS_PER_BAR

MINUS = "−"
SILENT_GAIN_DB = -60.0
_SIXTEENTHS_PER_BEAT = 4


def time_text(frame: int, sample_rate: int) -> str:
    """Return a position as ``mm:ss.mmm``, or ``h:mm:ss.mmm`` from one hour on."""
    total_ms = max(frame, 0) * 1000 // sample_rate
    minutes, ms = divmod(total_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    clock = f"{minutes:02d}:{ms // 1000:02d}.{ms % 1000:03d}"
    return f"{hours}:{clock}" if hours else clock


def duration_text(seconds: float) -> str:
    """Return a length as ``m:ss``, or ``h:mm:ss`` from one hour on."""
    whole = max(round(seconds), 0)
    hours, rest = divmod(whole, 3600)
    if hours:
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{rest // 60}:{rest % 60:02d}"


def bar_text(frame: int, frames_per_beat: float) -> str:
    """Return a position as ``bar.beat.sixteenth``, each counted from one."""
    sixteenths = int(max(frame, 0) / frames_per_beat * _SIXTEENTHS_PER_BEAT + 1e-6)
    beats, sixteenth = divmod(sixteenths, _SIXTEENTHS_PER_BEAT)
    bar, beat = divmod(beats, BEATS_PER_BAR)
    return f"{bar + 1}.{beat + 1}.{sixteenth + 1}"


def signed_text(value: float, decimals: int = 1) -> str:
    """Return a number with a real minus sign and without a negative zero."""
    text = f"{abs(value):.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and float(text) else text


def db_text(gain_db: float) -> str:
    """Return a gain such as ``−3.1 dB``; the fader's lowest place reads ``−∞ dB``."""
    if gain_db <= SILENT_GAIN_DB:
        return f"{MINUS}∞ dB"
    return f"{signed_text(gain_db)} dB"


def tempo_text(tempo_bpm: float) -> str:
    """Return a tempo such as ``84 BPM``, with one decimal where it has one."""
    rounded = round(tempo_bpm, 1)
    return f"{rounded:.0f} BPM" if rounded == int(rounded) else f"{rounded:.1f} BPM"


def bytes_text(count: int) -> str:
    """Return a size such as ``61.4 GB``, in powers of ten as file managers show it."""
    size = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def age_text(moment: datetime, now: datetime | None = None) -> str:
    """Return how long ago something was: ``just now``, ``9 min``, ``3 h``, ``yesterday``, then the date."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    local = aware.astimezone()
    present = (now or datetime.now(UTC)).astimezone()
    seconds = (present - local).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    days = (present.date() - local.date()).days
    if days == 0:
        return f"{int(seconds // 3600)} h"
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{days} days"
    return f"{local.day} {local:%b}" if local.year == present.year else f"{local.day} {local:%b %Y}"


def seconds_text(seconds: float) -> str:
    """Return a predicted length of work such as ``0.9 s``, ``12 s`` or ``3 min``."""
    if seconds < 9.95:
        return f"{max(seconds, 0.1):.1f} s"
    if seconds < 89.5:
        return f"{seconds:.0f} s"
    if seconds < 3570:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def eta_text(seconds: float | None) -> str:
    """Return how long running work still takes, such as ``6 s left``; empty where nothing is known yet."""
    if seconds is None:
        return ""
    return "almost done" if seconds < 0.95 else f"{seconds_text(round(seconds))} left".replace(".0 s", " s")
