"""What the Loop panel says about candidates and extensions; no widgets here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infinite_studio.audio.files import readable_size
from infinite_studio.looping.crossfade import CrossfadeShape
from infinite_studio.services.looping_values import CrossfadeChoice
from infinite_studio.ui.kit.time_text import duration_text, seconds_text, time_text

if TYPE_CHECKING:
    from infinite_studio.looping.candidates import LoopCandidate
    from infinite_studio.services.looping_living import Living, LivingPlan
    from infinite_studio.services.looping_pack import Pack
    from infinite_studio.services.looping_values import Extended, ExtendPreview

CROSSFADES: tuple[tuple[str, CrossfadeChoice], ...] = (
    ("Automatic", CrossfadeChoice()),
    ("None", CrossfadeChoice(milliseconds=0.0)),
    ("20 ms", CrossfadeChoice(milliseconds=20.0)),
    ("100 ms", CrossfadeChoice(milliseconds=100.0)),
    ("500 ms", CrossfadeChoice(milliseconds=500.0)),
    ("½ beat", CrossfadeChoice(beats=0.5)),
    ("1 beat", CrossfadeChoice(beats=1.0)),
    ("2 beats", CrossfadeChoice(beats=2.0)),
)
SHAPES: tuple[tuple[str, CrossfadeShape], ...] = (
    ("By likeness", CrossfadeShape.AUTO),
    ("Equal power", CrossfadeShape.EQUAL_POWER),
    ("Linear", CrossfadeShape.LINEAR),
)


def place_text(candidate: LoopCandidate) -> str:
    """Say where a loop starts and ends."""
    rate = candidate.sample_rate
    return f"{time_text(candidate.start_frame, rate)} → {time_text(candidate.end_frame, rate)}"


def length_text(candidate: LoopCandidate) -> str:
    """Say how long a loop is, in seconds and bars."""
    seconds = f"{candidate.length_seconds:.3f} s"
    if candidate.bars is not None:
        return f"{seconds} · {candidate.bars} bar{'' if candidate.bars == 1 else 's'}"
    return f"{seconds} · {candidate.beats} beats" if candidate.beats is not None else seconds


def score_text(candidate: LoopCandidate) -> str:
    """Say everything that the seam score is made of."""
    score = candidate.score
    return (
        f"Seam {score.total:.0%}: phase {score.phase:.0%}, spectrum {score.spectrum:.0%}, "
        f"loudness {score.loudness:.0%}, beat {score.beat:.0%}"
    )


def preview_text(shown: ExtendPreview, learned_seconds: float | None) -> str:
    """Say how long, large and slow an extension will be."""
    seconds = shown.seconds if learned_seconds is None else learned_seconds
    seam = f"{1000 * shown.crossfade_seconds:.0f} ms" if shown.crossfade_seconds else "no"
    return (
        f"{duration_text(shown.duration_seconds)} · {shown.rounds:,} rounds · {seam} crossfade\n"
        f"about {readable_size(shown.size_bytes)} · ≈ {seconds_text(max(seconds, 0.1))} · "
        f"{readable_size(shown.free_bytes)} free"
    )


def done_text(extended: Extended) -> str:
    """Say what was written, and how far it was checked."""
    text = f"✓ {extended.path.name} · {readable_size(extended.size_bytes)} · checked to the last frame"
    if extended.verified.n_seams:
        text += f", {extended.verified.n_seams} seams compared"
    return " ".join([f"{text}.", *extended.notes])


def pack_text(pack: Pack) -> str:
    """Say what a pack holds."""
    names = ", ".join(path.name for path in pack.paths)
    return f"✓ {pack.folder.name}: {names}."


def plan_text(plan: LivingPlan) -> str:
    """Say how much a living loop holds."""
    return f"{duration_text(plan.duration_seconds)} · {len(plan.steps):,} steps over {plan.n_pieces} pieces"


def step_lines(plan: LivingPlan, most: int) -> list[str]:
    """Return when the first pieces begin and what they are called."""
    steps = zip(plan.starts_seconds[:most], plan.pieces[:most], plan.steps[:most], strict=True)
    lines = [f"{duration_text(at)}  {letter_of(piece)} · {name}" for at, piece, name in steps]
    more = len(plan.steps) - most
    return [*lines, f"… and {more:,} more"] if more > 0 else lines


def living_text(living: Living) -> str:
    """Say what was written."""
    return f"✓ {living.path.name} · {readable_size(living.size_bytes)} · checked to the last frame."


def clock_text(seconds: float) -> str:
    """Return a length to the microsecond, as the target field reads it: ``0:03:25.48``."""
    whole, micro = divmod(round(seconds * 1_000_000), 1_000_000)
    rest = f"{whole % 60:02d}.{micro:06d}".rstrip("0").rstrip(".")
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{rest}"


def letter_of(piece: int) -> str:
    """Return A for the first piece, then B, C … and AA after Z."""
    text, number = "", piece + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
