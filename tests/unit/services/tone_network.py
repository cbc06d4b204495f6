"""A generation engine that stands in for a network: it makes tones that depend on what they follow."""

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import EngineInfo, GenerationRequest, Take, Understanding
from infinite_studio.engines.musicgen.recipe_reading import request_of
from infinite_studio.history.recipe import Recipe

RATE = 32_000


class ToneNetwork:
    """Makes batches of tones, writes MusicGen's kind of recipe, and hands on every half second of the first."""

    def __init__(self, missing: tuple[str, ...] = ()) -> None:
        self.asked: list[tuple[GenerationRequest, int]] = []
        self.missing = missing

    @property
    def info(self) -> EngineInfo:
        state = "to be downloaded" if self.missing else "ready"
        return EngineInfo(
            "network",
            f"Network · {state}",
            "Tones.",
            "CC-BY-NC 4.0",
            "1",
            needs_weights=True,
            missing=self.missing,
            hears_sounds=True,
        )

    def understand(self, request):
        seconds = request.duration_seconds
        if request.bars is not None:
            seconds = request.bars * 240.0 / request.tempo_bpm
        return Understanding("tones", None, None, None, seconds or 2.0, ("tones",), ())

    def generate(self, request, progress):
        return self.generate_takes(request, 1, progress)[0]

    def generate_takes(self, request, n_takes, progress, on_audio=None):
        self.asked.append((request, n_takes))
        takes = tuple(self._take(request, request.seed + place) for place in range(n_takes))
        if on_audio is not None:
            whole = takes[0].mixdown
            for start in range(0, whole.n_frames, RATE // 2):
                on_audio(Audio.of(whole.samples[start : start + RATE // 2], RATE), start)
        return takes

    def request_of(self, recipe):
        return request_of(recipe)

    def _take(self, request, seed):
        made = self.understand(request)
        time = np.arange(round(made.duration_seconds * RATE)) / RATE
        heard = sum(_weight(sound) for sound in _followed(request))
        sound = Audio.of(0.3 * np.sin(2 * np.pi * (200 + seed + heard) * time), RATE)
        recipe = Recipe("network", "1", request.prompt, _parameters(request, made), seed)
        return Take(sound, {}, made, recipe, facts=("measured",), notices=("Memory was short.",))


def _followed(request):
    sounds = request.sounds
    cut = sounds.continued
    if cut is not None:
        cut = Audio.of(cut.samples[: sounds.cut_frame], cut.sample_rate)
    return [sound for sound in (sounds.melody, sounds.like, cut) if sound is not None]


def _weight(sound):
    return 1_000 * float(np.abs(sound.samples).mean()) + sound.n_frames / sound.sample_rate


def _parameters(request, made):
    parameters = {
        "duration_seconds": made.duration_seconds,
        "asked": {
            "tempo_bpm": request.tempo_bpm,
            "key": None if request.key is None else str(request.key),
            "bars": request.bars,
            "duration_seconds": request.duration_seconds,
        },
    }
    if request.sounds.melody is not None:
        parameters["follows_melody_of_sound"] = True
    if request.sounds.like is not None:
        parameters |= {"follows_like": True, "closeness": request.closeness}
    if request.sounds.continued is not None:
        parameters |= {
            "is_continuation": True,
            "context_seconds": request.sounds.context_seconds,
            "cut_frame": request.sounds.cut_frame,
        }
    return parameters
