"""From the sounds of a batch to takes: finished, measured, with their recipes."""

from infinite_studio.analysis.blueprint import blueprint_of
from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import Take
from infinite_studio.engines.musicgen.attempts import Attempt
from infinite_studio.engines.musicgen.finishing import finish
from infinite_studio.engines.musicgen.likeness import likeness_of
from infinite_studio.engines.musicgen.making import Made
from infinite_studio.engines.musicgen.planning import Plan
from infinite_studio.engines.musicgen.recipe import recipe_of
from infinite_studio.engines.musicgen.variants import Variant
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.progress import Part, Progress


def takes_of(
    plan: Plan, variant: Variant, attempt: Attempt, made: Made, notices: tuple[str, ...], progress: Progress
) -> tuple[Take, ...]:
    """Finish every sound of a batch.

    Raises
    ------
    BrokenSoundError
        If one of them is no sound.
    """
    takes = []
    for index in range(len(made.sounds)):
        part = Part(progress, index / len(made.sounds), (index + 1) / len(made.sounds))
        part.report(0.0, "Listening to the take")
        takes.append(_take(plan, variant, attempt, made, index, notices, part))
    progress.report(1.0, "Done")
    return tuple(takes)


def _take(
    plan: Plan,
    variant: Variant,
    attempt: Attempt,
    made: Made,
    index: int,
    notices: tuple[str, ...],
    progress: Progress,
) -> Take:
    n_frames = round((plan.duration_seconds + made.kept_seconds) * made.sample_rate)
    finished = finish(made.sounds[index], made.sample_rate, n_frames, is_loop=plan.is_loop)
    heard = blueprint_of(finished.audio, progress)
    has_beat = heard.n_bars > 0
    measured_bpm = heard.tempo_bpm if has_beat else None
    return Take(
        mixdown=finished.audio,
        stems={},
        understanding=plan.understanding(variant.label, measured_bpm, heard.key),
        recipe=recipe_of(plan, variant, attempt, plan.request.seed + index, made),
        facts=_facts(plan, finished.audio, heard, measured_bpm),
        notices=(*notices, *finished.notices),
    )


def _facts(plan: Plan, audio: Audio, heard: Blueprint, measured_bpm: float | None) -> tuple[str, ...]:
    """Say what was measured: tempo and key where they are clear, and how alike a variation is."""
    facts = [] if measured_bpm is None else [f"sounds like {measured_bpm:.0f} BPM"]
    if heard.key is not None:
        facts.append(f"sounds like {heard.key}")
    source = plan.request.sounds.like
    if source is not None:
        theirs = plan.request.like.tempo_bpm if plan.request.like else None
        facts += likeness_of(audio, source, (measured_bpm, theirs)).facts()
    return tuple(facts)
