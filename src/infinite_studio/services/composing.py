"""Describe a beat: from a request to a take, and from a take to tracks."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from infinite_studio.analysis.melody_agreement import MelodyAgreement, melody_agreement
from infinite_studio.engines.base import BatchEngine, GenerationEngine, GenerationRequest, Take
from infinite_studio.engines.registry import Registry
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.project.model import Clip, Track
from infinite_studio.services.stem_recipes import STEM
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import StoredTake

NOTES_BPM = 120.0
"""What engines that listen play notes at where nobody says a tempo."""
TRACK_NAMES = {
    StemType.DRUMS: "Drums",
    StemType.BASS: "Bass",
    StemType.MELODY: "Melody",
    StemType.VOCALS: "Vocals",
    StemType.GUITAR: "Guitar",
    StemType.PIANO: "Piano",
    StemType.KICK: "Kick",
    StemType.SNARE: "Snare",
    StemType.HATS: "Hats",
    StemType.OTHER: "Other",
}


def compose(
    request: GenerationRequest, engine: str, generators: Registry[GenerationEngine], progress: Progress
) -> Take:
    """Make a take; nothing is stored."""
    return generators.get(engine).generate(request, progress)


def compose_takes(
    request: GenerationRequest,
    engine: str,
    n_takes: int,
    generators: Registry[GenerationEngine],
    progress: Progress,
) -> tuple[Take, ...]:
    """Make takes whose seeds count up, at once where the engine can; nothing is stored."""
    maker = generators.get(engine)
    if isinstance(maker, BatchEngine):
        return maker.generate_takes(request, n_takes, progress)
    return tuple(
        maker.generate(
            replace(request, seed=request.seed + place),
            Part(progress, place / n_takes, (place + 1) / n_takes),
        )
        for place in range(n_takes)
    )


def compose_and_store(
    request: GenerationRequest,
    engine: str,
    studio: Studio,
    progress: Progress,
    *,
    input_object_ids: tuple[str, ...] = (),
) -> StoredTake:
    """Make a take and keep its stems and mixdown as objects; the recipe names the sounds that went in."""
    take = compose(request, engine, studio.generators, Part(progress, 0.0, 0.8))
    if input_object_ids:
        take = replace(take, recipe=replace(take.recipe, input_object_ids=input_object_ids))
    return store_take(take, request, engine, studio, Part(progress, 0.8, 1.0))


def store_take(
    take: Take,
    request: GenerationRequest,
    engine: str,
    studio: Studio,
    progress: Progress,
    *,
    with_tune: bool = True,
) -> StoredTake:
    """Keep the stems and the mixdown of a take as objects, and compare its tune with the one that was asked for."""
    parts = [*take.stems.items(), (None, take.mixdown)]
    stored: dict[StemType | None, str] = {}
    for done, (stem_type, audio) in enumerate(parts):
        progress.report(done / len(parts), "Keeping the take")
        stored[stem_type] = studio.bank.store(audio)
    understanding = take.understanding
    return StoredTake(
        take_id=uuid4().hex[:12],
        label=f"{understanding.style} {request.seed}",
        understanding=understanding,
        stems={stem_type: object_id for stem_type, object_id in stored.items() if stem_type is not None},
        mixdown_object_id=stored[None],
        n_frames=studio.bank.prepare(stored[None]),
        recipe=take.recipe,
        licence=studio.generators.get(engine).info.licence,
        request=request,
        notes=take.notes,
        facts=take.facts,
        notices=take.notices,
        tune=tune_kept(take, request, progress) if with_tune else None,
    )


def tune_kept(take: Take, request: GenerationRequest, progress: Progress) -> MelodyAgreement | None:
    """Return how well a take keeps the melody that was asked for; None where none was."""
    if not request.melody:
        return None
    tempo_bpm = request.tempo_bpm or take.understanding.tempo_bpm or NOTES_BPM
    return melody_agreement(take.mixdown, request.melody, tempo_bpm, Part(progress, 0.9, 1.0))


def sounds_of_take(take: StoredTake) -> Mapping[StemType, str]:
    """Return what goes on tracks: the stems, or the mixdown where the engine makes none."""
    return take.stems or {StemType.OTHER: take.mixdown_object_id}


def clip_of_take(take: StoredTake, stem_type: StemType, object_id: str, at_frame: int) -> Clip:
    """Return a clip of a whole stem."""
    return Clip(object_id, take.label, at_frame, take.n_frames, recipe=_recipe_of(take, stem_type))


def track_of_take(take: StoredTake, stem_type: StemType, object_id: str, at_frame: int = 0) -> Track:
    """Return a new track with one stem of a take."""
    clip = clip_of_take(take, stem_type, object_id, at_frame)
    name = TRACK_NAMES[stem_type] if take.stems else take.understanding.style
    return Track(name=name, stem_type=stem_type, clips=(clip,))


def tracks_of_take(take: StoredTake, at_frame: int = 0) -> tuple[Track, ...]:
    """Return the take as tracks, one a stem; one for the mixdown where the engine makes no stems."""
    sounds = sounds_of_take(take)
    return tuple(
        track_of_take(take, stem_type, object_id, at_frame) for stem_type, object_id in sounds.items()
    )


def numbered(take: StoredTake, number: int) -> StoredTake:
    """Return the take with the label a person sees in the list."""
    return replace(take, label=f"Take {number}")


def _recipe_of(take: StoredTake, stem_type: StemType) -> Recipe:
    """Return the recipe of one stem: the take's, and which of its stems it is."""
    if stem_type not in take.stems:
        return take.recipe
    return replace(take.recipe, parameters={**take.recipe.parameters, STEM: stem_type.value})
