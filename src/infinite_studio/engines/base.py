"""The protocols behind which every engine stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from infinite_studio.audio.audio import Audio
from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress


class UnknownEngineError(StudioError):
    """A name that no engine is registered under."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no engine called “{name}”.", hint=f"Choose one of: {', '.join(known)}.")
        self.name = name
        self.known = known


class InvalidRequestError(StudioError):
    """A request that no engine can fulfil: tempo, length or prompt out of range."""


@dataclass(frozen=True)
class EngineInfo:
    """What a person should know about an engine before using it.

    Parameters
    ----------
    name : str
        Registered name, used by the command line and in recipes.
    label : str
        What the window shows, such as ``sketch · built in``.
    description : str
        One sentence.
    licence : str
        What its output may be used for, in a few words.
    revision : str
        Version of code or weights, for recipes.
    needs_weights : bool
        Whether weights must be downloaded first.
    missing : tuple of str
        Names of the weights that are not here yet.
    hears_sounds : bool
        Whether it follows sounds themselves, not only what was found in them.
    """

    name: str
    label: str
    description: str
    licence: str
    revision: str
    needs_weights: bool = False
    missing: tuple[str, ...] = ()
    hears_sounds: bool = False


@dataclass(frozen=True)
class Sampling:
    """How an engine with a network draws; engines without one ignore it.

    Parameters
    ----------
    guidance : float
        How closely the prompt is followed, 0 to 10; 1 is as the network plays by itself.
    temperature : float
        0 (always the likeliest) to 2 (wild).
    top_k : int
        Only so many of the likeliest tokens are drawn from; 0 for all.
    top_p : float
        Only the likeliest tokens that make up so much together, 0 to 1; 0 uses ``top_k``.
    precision : str
        ``float32``, ``bfloat16``, ``float16`` or ``int8``; empty for what is fastest on this machine.
    window_seeds : Mapping of int to int
        Seeds of single windows of a long take, counted from 0; the others follow from the request's seed.
    """

    guidance: float = 3.0
    temperature: float = 1.0
    top_k: int = 250
    top_p: float = 0.0
    precision: str = ""
    window_seeds: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SoundSources:
    """Sounds that a take follows; engines that compose from notes ignore them.

    Parameters
    ----------
    melody : Audio or None
        Its tune is followed: a hum, or any other sound.
    like : Audio or None
        It is varied.
    continued : Audio or None
        The take goes on where it ends.
    cut_frame : int or None
        Where the continuation begins, in frames of ``continued``; None for its end.
    context_seconds : float
        How much of ``continued`` before the cut is heard, 1 to 20.
    keeps_context : bool
        Whether that context stands at the beginning of the take.
    """

    melody: Audio | None = None
    like: Audio | None = None
    continued: Audio | None = None
    cut_frame: int | None = None
    context_seconds: float = 10.0
    keeps_context: bool = False


@dataclass(frozen=True)
class GenerationRequest:
    """What to make.

    Parameters
    ----------
    prompt : str
        A description such as ``dark trap, 140 bpm, in F minor``; may be empty.
    tempo_bpm : float or None
        Overrides the prompt's tempo; 30 to 300.
    key : Key or None
        Overrides the prompt's key.
    bars : int or None
        Exact length in bars of four beats; excludes ``duration_seconds``.
    duration_seconds : float or None
        Exact length in seconds; excludes ``bars``.
    seed : int
        Same request and seed, same take.
    melody : tuple of Note
        What the lead plays; empty for a melody of its own.
    like : Blueprint or None
        A piece to vary or to continue.
    closeness : float
        With ``like``: 0 (same mood) to 1 (same chords, same groove).
    is_continuation : bool
        With ``like``: make the section that comes after it instead of a variation.
    is_loop : bool
        Wrap tails round, so that the end leads into the start without a seam.
    part_seeds : Mapping of StemType to int
        Seeds of single stems; the others keep what ``seed`` gave them.
    sampling : Sampling
        How a network draws.
    sounds : SoundSources
        Sounds to follow, for engines that hear.
    """

    prompt: str
    tempo_bpm: float | None = None
    key: Key | None = None
    bars: int | None = None
    duration_seconds: float | None = None
    seed: int = 0
    melody: tuple[Note, ...] = ()
    like: Blueprint | None = None
    closeness: float = 0.7
    is_continuation: bool = False
    is_loop: bool = False
    part_seeds: Mapping[StemType, int] = field(default_factory=dict)
    sampling: Sampling = field(default_factory=Sampling)
    sounds: SoundSources = field(default_factory=SoundSources)


@dataclass(frozen=True)
class Understanding:
    """What an engine made of a request, shown as chips before and after generating.

    Parameters
    ----------
    style : str
        Name of the style that will be used.
    tempo_bpm : float or None
        Tempo of the take, exact where it was asked for, else as clearly heard; None where it is neither.
    key : Key or None
        Key of the take, likewise.
    bars : int or None
        Length in bars of four beats; None where it was given in seconds.
    duration_seconds : float
        Length, exact to the frame.
    chips : tuple of str
        Short labels of what was understood, such as ``trap``, ``140 BPM``, ``F minor``, ``dark``.
    unknown_words : tuple of str
        Words of the prompt that had no effect; named, never ignored silently.
    """

    style: str
    tempo_bpm: float | None
    key: Key | None
    bars: int | None
    duration_seconds: float
    chips: tuple[str, ...]
    unknown_words: tuple[str, ...]


@dataclass(frozen=True)
class Take:
    """One result of one generation request.

    Parameters
    ----------
    mixdown : Audio
        The sum of the stems.
    stems : Mapping of StemType to Audio
        Same length and rate as the mixdown; empty for engines that make none.
    understanding : Understanding
        What was made.
    recipe : Recipe
        How to make it again.
    notes : Mapping of StemType to tuple of Note
        What the stems play; empty for engines that do not write notes.
    facts : tuple of str
        What was measured on the take, such as how alike it is to what it follows, in a few words each.
    notices : tuple of str
        What a person should know about how it was made, such as a lack of memory, one sentence each.
    """

    mixdown: Audio
    stems: Mapping[StemType, Audio]
    understanding: Understanding
    recipe: Recipe
    notes: Mapping[StemType, tuple[Note, ...]] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class AudioPiece:
    """A piece of a take that is still being made, shared through `Progress.share`.

    Parameters
    ----------
    audio : Audio
        The piece as it sounds now; loudness may still change.
    start_frame : int
        Where it stands in the take.
    """

    audio: Audio
    start_frame: int


class GenerationEngine(Protocol):
    """Makes takes from requests."""

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""

    def understand(self, request: GenerationRequest) -> Understanding:
        """Say what would be made, at once and without making it.

        Raises
        ------
        InvalidRequestError
            If tempo or length are out of range or contradict each other.
        """

    def generate(self, request: GenerationRequest, progress: Progress) -> Take:
        """Make one take, deterministic for equal requests.

        Raises
        ------
        InvalidRequestError
            As in `understand`.
        """


@runtime_checkable
class BatchEngine(Protocol):
    """A generation engine that makes several takes at once and can be heard while it does."""

    def generate_takes(
        self,
        request: GenerationRequest,
        n_takes: int,
        progress: Progress,
        on_audio: Callable[[Audio, int], None] | None = None,
    ) -> tuple[Take, ...]:
        """Make takes whose seeds count up from the request's.

        Parameters
        ----------
        request : GenerationRequest
            What to make.
        n_takes : int
            How many takes, at least 1.
        progress : Progress
            Told how far the work is.
        on_audio : callable or None
            Gets pieces of the first take while it is made, in order and without gaps, and the frame at which each
            begins.

        Raises
        ------
        InvalidRequestError
            As in `GenerationEngine.understand`.
        """


@dataclass(frozen=True)
class Separation:
    """The stems of one sound.

    Parameters
    ----------
    stems : Mapping of StemType to Audio
        Length, rate and channels of the input; they sum back to it as far as the separator states.
    recipe : Recipe
        How to make them again; the caller fills in ``input_object_ids``.
    """

    stems: Mapping[StemType, Audio]
    recipe: Recipe


class Separator(Protocol):
    """Splits a mixdown into stems."""

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""

    @property
    def stem_types(self) -> tuple[StemType, ...]:
        """The stems it makes, in the order to show them."""

    def separate(self, audio: Audio, progress: Progress) -> Separation:
        """Split a sound into stems."""
