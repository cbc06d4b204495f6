"""Recipes of MusicGen's takes."""

from typing import Any

from infinite_studio.engines.musicgen.attempts import Attempt
from infinite_studio.engines.musicgen.making import Made
from infinite_studio.engines.musicgen.planning import Plan
from infinite_studio.engines.musicgen.variants import REVISION, Variant
from infinite_studio.history.recipe import Recipe


def recipe_of(plan: Plan, variant: Variant, attempt: Attempt, seed: int, made: Made) -> Recipe:
    """Return how a take was made, the words that the network read and what memory forced included."""
    request, sampling, sounds = plan.request, plan.request.sampling, plan.request.sounds
    parameters: dict[str, Any] = {
        "words": plan.words,
        "duration_seconds": plan.duration_seconds,
        "guidance": sampling.guidance,
        "temperature": sampling.temperature,
        "top_k": sampling.top_k,
        "top_p": sampling.top_p,
        "precision": str(attempt.precision),
        "n_windows": made.n_windows,
    }
    if made.n_windows > 1:
        parameters["window_seconds"] = made.window_seconds
        parameters["window_stride_seconds"] = made.stride_seconds
    if attempt.window_share != 1.0:
        parameters["window_share"] = attempt.window_share
    if plan.tempo_bpm is not None:
        parameters["tempo_bpm"] = plan.tempo_bpm
    if plan.key is not None:
        parameters["key"] = str(plan.key)
    if plan.bars is not None:
        parameters["bars"] = plan.bars
    parameters["asked"] = {
        "tempo_bpm": request.tempo_bpm,
        "key": None if request.key is None else str(request.key),
        "bars": request.bars,
        "duration_seconds": request.duration_seconds,
        "precision": sampling.precision,
    }
    if plan.is_loop:
        parameters["is_loop"] = True
    if sampling.window_seeds:
        # Of each take of a batch its own, as if it had been asked for alone.
        later = seed - request.seed
        parameters["window_seeds"] = {str(at): value + later for at, value in sampling.window_seeds.items()}
    if request.melody:
        parameters["melody"] = [
            [note.pitch, note.start_beat, note.length_beats, note.velocity] for note in request.melody
        ]
    if sounds.melody is not None:
        parameters["follows_melody_of_sound"] = True
    if sounds.like is not None or request.like is not None:
        parameters["closeness"] = request.closeness
        parameters["follows_like"] = True
    if sounds.continued is not None:
        parameters["is_continuation"] = True
        parameters["context_seconds"] = sounds.context_seconds
        parameters["cut_frame"] = sounds.cut_frame
    return Recipe(variant.name, REVISION, request.prompt, parameters, seed, attempt.device)
