"""Requests that follow files: a melody, a piece to be like, a piece to go on from."""

from dataclasses import replace
from pathlib import Path

from infinite_studio.analysis.corrections import Corrections, corrected
from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationEngine, GenerationRequest, InvalidRequestError, Sampling
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.services.listening_files import corrections_of_file
from infinite_studio.services.melodies import melodies_of_midi, names_tempo
from infinite_studio.services.midi import MIDI_SUFFIXES
from infinite_studio.services.variations import continuation_of


def following(
    request: GenerationRequest,
    engine: GenerationEngine,
    progress: Progress,
    *,
    like: Path | None = None,
    continued: Path | None = None,
    melody: Path | None = None,
    library: Path | None = None,
) -> GenerationRequest:
    """Return the request with what the files sing and sound like; what it says already wins over them.

    What a person said about a file, as ``library`` remembers it, wins over what is heard in it.
    A request without words gets a description of the piece that it is to be like.

    Raises
    ------
    StudioError
        If a file cannot be read or has no melody, or both a piece to be like and one to go on from are given.
    """
    if like is not None and continued is not None:
        raise InvalidRequestError(
            "A take cannot be like one file and continue another.", hint="Choose one of the two."
        )
    if melody is not None:
        request = _singing(request, melody, engine, Part(progress, 0.0, 0.3))
    source = like or continued
    if source is None:
        return request
    from infinite_studio.analysis.blueprint import blueprint_of
    from infinite_studio.audio.reading import read_audio

    said = (
        Corrections() if library is None else corrections_of_file(source, library, Part(progress, 0.0, 0.05))
    )
    audio = read_audio(source, Part(progress, 0.05, 0.3))
    blueprint = blueprint_of(audio, Part(progress, 0.3, 0.7), tempo_bpm=said.tempo_bpm, key=said.key)
    if said.is_keyless:
        blueprint = replace(blueprint, key=None, chords=())
    if engine.info.hears_sounds:
        heard = request.sounds
        heard = replace(heard, like=audio) if like is not None else replace(heard, continued=audio)
        request = replace(request, sounds=heard)
    if like is not None:
        prompt = request.prompt
        if not prompt.strip():
            prompt = _described(audio, said, Part(progress, 0.7, 1.0))
        return replace(request, like=blueprint, prompt=prompt)
    following_it = continuation_of(blueprint, request.seed, prompt=request.prompt)
    return replace(
        request,
        like=blueprint,
        is_continuation=True,
        closeness=following_it.closeness,
        tempo_bpm=request.tempo_bpm or following_it.tempo_bpm,
        key=request.key or following_it.key,
    )


def sampling_of(
    guidance: float | None = None,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    precision: str = "",
) -> Sampling:
    """Return how a network is to draw; what is not said stays as its authors chose it."""
    usual = Sampling(precision=precision)
    return replace(
        usual,
        guidance=usual.guidance if guidance is None else guidance,
        temperature=usual.temperature if temperature is None else temperature,
        top_k=usual.top_k if top_k is None else top_k,
        top_p=usual.top_p if top_p is None else top_p,
    )


def cut_at(
    request: GenerationRequest, cut_seconds: float | None, context_seconds: float | None
) -> GenerationRequest:
    """Return the request with the place where its continuation begins, and how much before it is heard."""
    sounds = request.sounds
    if cut_seconds is not None and sounds.continued is not None:
        sounds = replace(sounds, cut_frame=round(cut_seconds * sounds.continued.sample_rate))
    if context_seconds is not None:
        sounds = replace(sounds, context_seconds=context_seconds)
    return replace(request, sounds=sounds)


def rerolls_of(texts: list[str], seed: int) -> dict[StemType, int]:
    """Read ``drums`` or ``drums=12``: the stems to roll again, and their seeds; the next seed where none is given.

    Raises
    ------
    InvalidRequestError
        If there is no such stem or the seed is no whole number.
    """
    seeds: dict[StemType, int] = {}
    for text in texts:
        name, _, number = text.partition("=")
        known = [stem.value for stem in StemType]
        if name.strip().lower() not in known:
            raise InvalidRequestError(
                f"There is no stem “{name.strip()}”.", hint=f"Choose one of: {', '.join(known)}."
            )
        if number and not number.strip().isdecimal():
            raise InvalidRequestError(
                f"“{number.strip()}” is not a seed.", hint="Write a whole number, such as drums=12."
            )
        seeds[StemType(name.strip().lower())] = int(number) if number else seed + 1
    return seeds


def rolled_windows(sampling: Sampling, texts: list[str], seed: int) -> Sampling:
    """Read ``2`` or ``2=99``: windows of a long take to roll again, counted from 1, and their seeds.

    Raises
    ------
    InvalidRequestError
        If something is no whole number above zero.
    """
    seeds: dict[int, int] = {}
    for text in texts:
        place, _, number = (part.strip() for part in text.partition("="))
        if not place.isdecimal() or int(place) < 1 or (number and not number.isdecimal()):
            raise InvalidRequestError(
                f"“{text}” names no window of a long take.", hint="Write its number and a seed, such as 2=99."
            )
        seeds[int(place) - 1] = int(number) if number else seed + 1
    return replace(sampling, window_seeds=seeds)


def _described(audio: Audio, said: Corrections, progress: Progress) -> str:
    from infinite_studio.analysis.analysis import analyse

    return corrected(analyse(audio, progress), said).prompt


def _singing(
    request: GenerationRequest, path: Path, engine: GenerationEngine, progress: Progress
) -> GenerationRequest:
    if engine.info.hears_sounds and path.suffix.lower() not in MIDI_SUFFIXES:
        from infinite_studio.services.hearing_long import read_beginning

        return replace(request, sounds=replace(request.sounds, melody=read_beginning(path, progress)))
    found = melodies_of_midi(path)[0]
    is_said = request.tempo_bpm is not None or names_tempo(request.prompt, engine)
    return replace(request, melody=found.notes, tempo_bpm=request.tempo_bpm if is_said else found.tempo_bpm)
