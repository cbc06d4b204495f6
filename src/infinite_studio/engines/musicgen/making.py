"""One batch of takes by one model: from a plan to sound."""

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.base import InvalidRequestError
from infinite_studio.engines.musicgen.attempts import Attempt
from infinite_studio.engines.musicgen.decoder import Conditions
from infinite_studio.engines.musicgen.following import Priming, melody_of, priming_of, repeated_from
from infinite_studio.engines.musicgen.hearing import Hearing, OnAudio
from infinite_studio.engines.musicgen.model import LoadedModel
from infinite_studio.engines.musicgen.planning import Plan
from infinite_studio.engines.musicgen.sampling import Drawing
from infinite_studio.engines.musicgen.windows import KeptWindows, WindowTask, generate_take
from infinite_studio.errors import StudioError
from infinite_studio.progress import Part, Progress

if TYPE_CHECKING:
    from torch import Tensor

_DECODING_SHARE = 0.1


class TooSlowError(StudioError):
    """Generating that took longer than a person wants to wait."""

    def __init__(self, timeout_seconds: float) -> None:
        super().__init__(
            f"The model needed longer than {timeout_seconds / 60:.0f} minutes, so it was stopped.",
            hint="Make something shorter, choose a smaller model, or allow more time in the settings.",
        )
        self.timeout_seconds = timeout_seconds


class NoMelodyModelError(InvalidRequestError):
    """A melody for a model that does not hear melodies."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label} does not follow melodies.", hint="Choose a MusicGen model with “melody” in its name."
        )


class NoSuchWindowError(InvalidRequestError):
    """A window to roll again that a take does not have."""

    def __init__(self, n_windows: int) -> None:
        super().__init__(
            f"This take has no such window to roll again: it is made in {n_windows}.",
            hint="Choose an earlier one, or make a longer take.",
        )
        self.n_windows = n_windows


@dataclass(frozen=True)
class Made:
    """Sounds ``(channels, frames)`` of a batch, before they are finished; some begin with what they continue."""

    sounds: tuple[NDArray[np.float32], ...]
    sample_rate: int
    kept_seconds: float
    n_windows: int
    window_seconds: float
    stride_seconds: float


def make(
    plan: Plan,
    n_takes: int,
    model: LoadedModel,
    attempt: Attempt,
    kept: KeptWindows,
    timeout_seconds: float,
    progress: Progress,
    on_audio: OnAudio | None,
) -> Made:
    """Make a batch of takes; the progress is asked before every step whether to go on."""
    melody = (
        melody_of(plan, model.codec.sample_rate, Part(progress, 0.0, 0.03))
        if _may_follow(plan, model)
        else None
    )
    priming = priming_of(
        plan,
        model.codec,
        Part(progress, 0.03, 0.05),
        hears_melodies=model.conditioners.hears_melodies,
        max_frames=model.max_frames,
    )
    reading = Part(progress, 0.05, 0.08)
    reading.report(0.0, "Reading the description")
    model.conditioners.read(plan.words, reading.report)
    task = _task(plan, n_takes, model, attempt, priming, melody)
    skipped = 0 if priming is None or priming.is_kept else priming.n_frames
    hearing = None if on_audio is None else Hearing(model.codec, on_audio, skipped)
    steps = _Steps(task.n_frames, timeout_seconds, Part(progress, 0.08, 1.0 - _DECODING_SHARE), hearing)
    given = _given(priming, n_takes, model)
    tokens = generate_take(
        model.decoder, _conditions(plan, n_takes, model, melody, task), given, task, kept, steps
    )[..., skipped:]
    if hearing is not None:
        hearing.finish(_with_skipped(given[..., :skipped], tokens))
    decoding = Part(progress, 1.0 - _DECODING_SHARE, 1.0)
    decoding.report(0.0, "Turning tokens into sound")
    sounds = model.codec.decode(tokens, decoding.report).numpy()
    return Made(
        tuple(np.ascontiguousarray(sound) for sound in sounds),
        model.codec.sample_rate,
        kept_seconds=(given.shape[-1] - skipped) / model.codec.frame_rate,
        n_windows=task.n_windows,
        window_seconds=task.window_frames / model.codec.frame_rate,
        stride_seconds=task.stride_frames / model.codec.frame_rate,
    )


class _Steps:
    """Hears every step: reports, watches the clock, hands pieces on."""

    def __init__(
        self, n_frames: int, timeout_seconds: float, progress: Progress, hearing: Hearing | None
    ) -> None:
        self._n_frames = n_frames
        self._timeout_seconds = timeout_seconds
        self._end = time.monotonic() + timeout_seconds
        self._progress = progress
        self._hearing = hearing
        progress.report(0.0, "Making music")

    def __call__(self, n_whole: int, tokens_of: "Callable[[], Tensor]") -> None:
        """Report, and stop where it takes too long or someone cancelled."""
        self._progress.report(n_whole / self._n_frames)
        if time.monotonic() > self._end:
            raise TooSlowError(self._timeout_seconds)
        if self._hearing is not None:
            self._hearing.heard(n_whole, tokens_of)


def _may_follow(plan: Plan, model: LoadedModel) -> bool:
    """Whether the model follows a tune; refuses where one was asked for by name."""
    if model.conditioners.hears_melodies:
        return True
    if plan.request.melody or plan.request.sounds.melody is not None:
        raise NoMelodyModelError(model.name)
    return False


def _given(priming: Priming | None, n_takes: int, model: LoadedModel) -> "Tensor":
    import torch

    if priming is None:
        return torch.zeros((n_takes, model.shape.n_codebooks, 0), dtype=torch.long)
    return priming.tokens.repeat(n_takes, 1, 1)


def _task(
    plan: Plan,
    n_takes: int,
    model: LoadedModel,
    attempt: Attempt,
    priming: Priming | None,
    melody: "Tensor | None",
) -> WindowTask:
    sampling = plan.request.sampling
    before = 0 if priming is None else priming.n_frames
    heard = "" if melody is None else hashlib.sha256(melody.numpy().tobytes()).hexdigest()
    follows = sum(sound is not None for sound in (plan.request.sounds.like, plan.request.like))
    closeness = plan.request.closeness if follows else None
    task = WindowTask(
        n_frames=before + math.ceil(plan.generated_seconds * model.codec.frame_rate),
        window_frames=max(int(model.max_frames * attempt.window_share), 8),
        drawing=_drawing(plan, closeness),
        seeds=tuple(plan.request.seed + index for index in range(n_takes)),
        window_seeds=tuple(sorted(sampling.window_seeds.items())),
        context=f"{model.name} {attempt.precision} {attempt.device} {plan.words} {heard}",
    )
    if any(place >= task.n_windows for place in sampling.window_seeds):
        raise NoSuchWindowError(task.n_windows)
    return task


def _drawing(plan: Plan, closeness: float | None) -> Drawing:
    """Return how tokens are drawn; a close variation is drawn more soberly than a free one."""
    sampling = plan.request.sampling
    temperature = sampling.temperature
    if closeness is not None and temperature > 0.0:
        temperature *= 1.2 - 0.4 * closeness
    return Drawing(sampling.guidance, temperature, sampling.top_k, sampling.top_p)


def _conditions(
    plan: Plan, n_takes: int, model: LoadedModel, melody: "Tensor | None", task: WindowTask
) -> Callable[[int], Conditions]:
    """Return what makes the conditions of a window; a melody goes on with the take."""
    prompts = (plan.words,) * n_takes
    rate = model.codec.sample_rate

    def conditions_at(offset: int) -> Conditions:
        heard = melody
        if melody is not None and task.n_frames > task.window_frames:
            start = round(offset * rate / model.codec.frame_rate)
            heard = repeated_from(melody, start, int(model.shape.segment_seconds * rate))
        return model.conditioners.conditions(prompts, heard)

    return conditions_at


def _with_skipped(skipped: "Tensor", tokens: "Tensor") -> "Tensor":
    import torch

    return torch.cat([skipped, tokens], dim=-1)
