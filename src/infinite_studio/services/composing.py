"""Describe a beat: from a request to a take, and from a take to tracks."""

from dataclasses import replace
from uuid import uuid4

from infinite_studio.engines.base import GenerationEngine, GenerationRequest, Take
from infinite_studio.engines.registry import Registry
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.project.model import Clip, Project, Track
from infinite_studio.project.steps import AddTracks, ReplaceTracks
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import StoredTake

TRACK_NAMES = {
    StemType.DRUMS: "Drums",
    StemType.BASS: "Bass",
    StemType.MELODY: "Melody",
    StemType.VOCALS: "Vocals",
    StemType.OTHER: "Other",
}


def compose(
    request: GenerationRequest, engine: str, generators: Registry[GenerationEngine], progress: Progress
) -> Take:
    """Make a take; nothing is stored."""
    return generators.get(engine).generate(request, progress)


def compose_and_store(
    request: GenerationRequest, engine: str, studio: Studio, progress: Progress
) -> StoredTake:
    """Make a take and keep its stems and mixdown as objects."""
    take = compose(request, engine, studio.generators, Part(progress, 0.0, 0.8))
    parts = [*take.stems.items(), (None, take.mixdown)]
    stored: dict[StemType | None, str] = {}
    for done, (stem_type, audio) in enumerate(parts):
        progress.report(0.8 + 0.2 * done / len(parts), "Keeping the take")
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
    )


def tracks_of_take(take: StoredTake, at_frame: int = 0) -> tuple[Track, ...]:
    """Return the take as tracks, one a stem; one for the mixdown where the engine makes no stems."""
    stems = take.stems or {StemType.OTHER: take.mixdown_object_id}
    return tuple(
        Track(
            name=TRACK_NAMES[stem_type],
            stem_type=stem_type,
            clips=(Clip(object_id, take.label, at_frame, take.n_frames, recipe=take.recipe),),
        )
        for stem_type, object_id in stems.items()
    )


def take_tracks(project: Project, engines: tuple[str, ...]) -> frozenset[str]:
    """Return the ids of the tracks that hold nothing but clips of a generated take."""
    return frozenset(
        track.track_id
        for track in project.tracks
        if track.clips and all(_is_generated(clip.recipe, engines) for clip in track.clips)
    )


def place_take(project: Project, take: StoredTake, engines: tuple[str, ...]) -> AddTracks | ReplaceTracks:
    """Return the step that puts a take where the last one stood; the grid follows where nothing else is on it."""
    old = take_tracks(project, engines)
    alone = len(old) == len(project.tracks)
    tempo_bpm = take.understanding.tempo_bpm if alone else None
    key = take.understanding.key if alone else None
    tracks = tracks_of_take(take)
    if old:
        return ReplaceTracks(old, tracks, tempo_bpm=tempo_bpm, key=key)
    return AddTracks(tracks, label="generate", tempo_bpm=tempo_bpm, key=key)


def _is_generated(recipe: Recipe | None, engines: tuple[str, ...]) -> bool:
    return recipe is not None and recipe.engine in engines


def numbered(take: StoredTake, number: int) -> StoredTake:
    """Return the take with the label a person sees in the list."""
    return replace(take, label=f"Take {number}")
