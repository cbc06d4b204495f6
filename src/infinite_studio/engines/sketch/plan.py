"""`Plan`: every decision about a piece that is made before its first note."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from infinite_studio.engines.base import GenerationRequest, Understanding
from infinite_studio.engines.sketch.choices.asked import check_request
from infinite_studio.engines.sketch.choices.bending import bend
from infinite_studio.engines.sketch.choices.followed import followed
from infinite_studio.engines.sketch.choices.key_choice import choose_key
from infinite_studio.engines.sketch.choices.labels import chips_of
from infinite_studio.engines.sketch.choices.length import SAMPLE_RATE, choose_length
from infinite_studio.engines.sketch.choices.melody_choice import choose_melody
from infinite_studio.engines.sketch.choices.mood_choice import choose_mood
from infinite_studio.engines.sketch.choices.style_choice import choose_style
from infinite_studio.engines.sketch.choices.tempo_choice import choose_tempo
from infinite_studio.engines.sketch.prompt.moods import Mood
from infinite_studio.engines.sketch.prompt.reading import read_prompt
from infinite_studio.engines.sketch.soundfonts import SoundFont
from infinite_studio.engines.sketch.style import Style
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.music.tempo import BEATS_PER_BAR, Tempo


@dataclass(frozen=True)
class Plan:
    """A piece before its notes.

    ``style`` is already bent to the prompt; ``n_frames`` is the exact length at 48 kHz; ``bars`` is None where
    the length was asked for in seconds; ``melody`` is what the lead plays, at its final pitches; ``like`` is what the
    piece is a variation or a continuation of.
    """

    request: GenerationRequest
    seed: int
    style: Style
    tempo: Tempo
    key: Key
    bars: int | None
    n_frames: int
    mood: Mood
    chips: tuple[str, ...]
    unknown_words: tuple[str, ...]
    melody: tuple[Note, ...] = ()
    like: Blueprint | None = None
    is_loop: bool = False
    part_seeds: Mapping[StemType, int] = field(default_factory=dict)

    @property
    def total_beats(self) -> float:
        """Exact length in beats."""
        if self.bars is not None:
            return float(self.bars * BEATS_PER_BAR)
        return self.tempo.beats_of(self.n_frames / SAMPLE_RATE)

    @property
    def n_bars(self) -> int:
        """Number of bars that begin within the piece."""
        return max(1, math.ceil(self.total_beats / BEATS_PER_BAR - 1e-9))

    @property
    def closeness(self) -> float:
        """How close a variation is, 0 to 1."""
        return self.request.closeness

    @property
    def is_continuation(self) -> bool:
        """Whether this is the section that comes after another piece."""
        return self.request.is_continuation

    def seed_of(self, stem: StemType) -> int:
        """Return the seed of what a stem plays."""
        return self.part_seeds.get(stem, self.seed)

    def understanding(self) -> Understanding:
        """Return what the plan says in the terms that every engine shares."""
        return Understanding(
            style=self.style.name,
            tempo_bpm=self.tempo.bpm,
            key=self.key,
            bars=self.bars,
            duration_seconds=self.n_frames / SAMPLE_RATE,
            chips=self.chips,
            unknown_words=self.unknown_words,
        )


def make_plan(request: GenerationRequest, library: StyleLibrary) -> Plan:
    """Decide style, tempo, key, length and mood; what the request says outside of the prompt wins.

    Raises
    ------
    InvalidRequestError
        If tempo or length are out of range or contradict each other, or everything is left out.
    """
    check_request(request)
    reading = read_prompt(request.prompt, library)
    style = choose_style(request, reading, library)
    like = followed(request.like, style)
    mood = choose_mood(like, reading, style)
    is_loop = request.is_loop or reading.is_loop
    key = choose_key(request, reading, style, mood)
    melody = choose_melody(request, reading, key)
    wished = choose_tempo(request, like, reading, style, mood)
    length = choose_length(request, like, reading, wished, melody, is_loop=is_loop)
    bent = bend(style, reading, has_melody=bool(melody))
    return Plan(
        request=request,
        seed=request.seed,
        style=_sampled(bent.style, library.soundfonts),
        tempo=length.tempo,
        key=key,
        bars=length.bars,
        n_frames=length.n_frames,
        mood=mood,
        chips=chips_of(request, reading, style.name, length, key, bent.added, is_loop=is_loop),
        unknown_words=(*bent.without_effect, *reading.unknown_words),
        melody=melody,
        like=like,
        is_loop=is_loop,
        part_seeds=dict(request.part_seeds),
    )


def _sampled(style: Style, soundfonts: Mapping[str, SoundFont]) -> Style:
    """Return the style with the SoundFonts that a person wants to hear instead of its instruments."""
    if not soundfonts:
        return style
    parts = (replace(part, soundfont=soundfonts.get(part.instrument)) for part in style.parts)
    return replace(style, parts=tuple(parts))
