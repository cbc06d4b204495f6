"""What no request may ask for, whatever its prompt says."""

import math

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.engines.sketch.style import SKETCH_STEMS

_MOST_MELODY_NOTES = 20_000


def check_request(request: GenerationRequest) -> None:
    """Refuse contradictions and values out of range that do not depend on the style.

    Raises
    ------
    InvalidRequestError
        With a sentence and a hint.
    """
    if not 0.0 <= request.closeness <= 1.0:
        raise InvalidRequestError(
            f"A closeness of {request.closeness:g} is out of range.",
            hint="Choose 0 (same mood) to 1 (same chords, same groove).",
        )
    if request.is_continuation and request.like is None:
        raise InvalidRequestError(
            "There is nothing to continue.",
            hint="Choose a take or a file that the new section should follow.",
        )
    if request.like is not None and not (
        math.isfinite(request.like.tempo_bpm) and request.like.tempo_bpm > 0
    ):
        raise InvalidRequestError(
            "The piece to follow has no tempo.", hint="Choose one with a beat, or say a tempo."
        )
    if len(request.melody) > _MOST_MELODY_NOTES:
        raise InvalidRequestError(
            f"A melody of {len(request.melody):,} notes is too long.",
            hint=f"Use one of at most {_MOST_MELODY_NOTES:,} notes.",
        )
    for stem in request.part_seeds:
        if stem not in SKETCH_STEMS:
            raise InvalidRequestError(
                f"The built-in composer has no stem “{stem}”.",
                hint=f"Choose one of: {', '.join(SKETCH_STEMS)}.",
            )
