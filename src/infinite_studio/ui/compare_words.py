"""How alike two stems are, in the words of a comparison; no widgets here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infinite_studio.ui.kit.chips import Tone
from infinite_studio.ui.kit.time_text import signed_text

if TYPE_CHECKING:
    from infinite_studio.services.comparing import Comparison, StemComparison

NOTHING_CHANGED = "Nothing that can be seen or heard differs."
SAME_MIXDOWN = "The mixdowns are the same, sample for sample."
NULL_HINT = (
    "Null test: B is played against A turned upside down. What is left is the difference; "
    "the lower its level, the more alike they are."
)
SIMILARITY_HINT = "1 sounds the same, 0 has nothing in common: timbre over time and harmony, compared."
_TONES = {"same": Tone.NEUTRAL, "changed": Tone.ATTENTION, "added": Tone.GOOD, "removed": Tone.NEUTRAL}


def tone_of(stem: StemComparison) -> Tone:
    """Return the colour of a stem's state, which its word says too."""
    return _TONES[stem.state.value]


def figures_text(stem: StemComparison) -> str:
    """Return the figures of a stem that changed; empty where there are none."""
    parts = []
    if stem.similarity is not None:
        parts.append(f"similarity {stem.similarity:.2f}")
    if stem.null_db is not None:
        parts.append(null_text(stem.null_db))
    return " · ".join(parts)


def null_text(null_db: float) -> str:
    """Return the level of a difference; above zero it is louder than the sounds themselves."""
    return f"null {'+' if null_db > 0.05 else ''}{signed_text(null_db)} dB"


def mixdown_text(comparison: Comparison) -> str:
    """Return how much of the mixdown differs, in one sentence."""
    if comparison.mixdown_null_db is not None:
        return f"Mixdown: {null_text(comparison.mixdown_null_db)}."
    a, b = comparison.a.mixdown_object_id, comparison.b.mixdown_object_id
    if a is not None and b is not None:
        return SAME_MIXDOWN
    missing = [name for name, mixdown in (("A", a), ("B", b)) if mixdown is None]
    return f"{' and '.join(missing)} {'has' if len(missing) == 1 else 'have'} no sound."
