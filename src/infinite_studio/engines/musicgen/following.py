"""Sounds that a take follows, as the network wants them: at its rate, in its channels, without drums and bass."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.channels import to_stereo
from infinite_studio.audio.resampling import resample
from infinite_studio.engines.base import InvalidRequestError
from infinite_studio.engines.musicgen.codec import Codec
from infinite_studio.engines.musicgen.planning import Plan
from infinite_studio.music.resynthesis import resynthesise_beats
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress

if TYPE_CHECKING:
    from torch import Tensor

_LONGEST_MELODY_SECONDS = 120.0
_SILENCE = 1e-4
_LOWEST_PRIMING = 0.3
_PRIMING_SECONDS = 5.0


class SilentSourceError(InvalidRequestError):
    """A sound to follow in which nothing is heard."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} is silent.", hint="Choose another sound, or another part of it.")
        self.what = what


@dataclass(frozen=True)
class Priming:
    """Tokens that the network hears before it goes on; ``is_kept`` says whether they stand in the take."""

    tokens: "Tensor"
    is_kept: bool

    @property
    def n_frames(self) -> int:
        """How many frames of tokens there are."""
        return int(self.tokens.shape[-1])


def melody_of(plan: Plan, sample_rate: int, progress: Progress) -> "Tensor | None":
    """Return the sound whose tune is to be followed, mono ``(frames,)``; None where there is none.

    Notes are played as one clean line unless the sound that they were heard in is there too; of a sound, drums and bass
    are taken out first, so that they do not cover the tune.

    Raises
    ------
    SilentSourceError
        If nothing is heard in it.
    """
    import torch

    request = plan.request
    notes = request.melody or (request.like.melody if request.like else ())
    is_sung = request.sounds.melody is not None
    if not is_sung and (request.melody or (notes and request.sounds.like is None)):
        tempo_bpm = plan.tempo_bpm or 120.0
        line = resynthesise_beats(notes, tempo_bpm, sample_rate)
        return torch.from_numpy(line.samples[:, 0].copy())
    sound = request.sounds.melody or request.sounds.like
    if sound is None:
        return None
    heard = _without_drums_and_bass(_beginning(sound), progress)
    mono = resample(Audio.of(heard.mono(), heard.sample_rate), sample_rate).samples[:, 0]
    if float(np.abs(mono).max()) < _SILENCE:
        raise SilentSourceError("melody")
    return torch.from_numpy(mono.copy())


def left_out_of(plan: Plan) -> str:
    """Say what of a melody is not heard because it is too long; empty where all of it is."""
    sound = plan.request.sounds.melody
    if sound is None or sound.n_frames <= _heard_frames(sound):
        return ""
    return f"Only the first {_LONGEST_MELODY_SECONDS / 60:.0f} minutes of the melody were followed."


def priming_of(
    plan: Plan, codec: Codec, progress: Progress, *, hears_melodies: bool, max_frames: int
) -> Priming | None:
    """Return what the network goes on from: the end of a sound to continue, or the beginning of one to vary."""
    sounds = plan.request.sounds
    if sounds.continued is not None:
        end = sounds.continued.n_frames if sounds.cut_frame is None else sounds.cut_frame
        start = max(end - round(sounds.context_seconds * sounds.continued.sample_rate), 0)
        return Priming(
            _tokens(sounds.continued, start, end, codec, max_frames, progress), sounds.keeps_context
        )
    closeness = plan.request.closeness
    if sounds.like is not None and not hears_melodies and closeness > _LOWEST_PRIMING:
        end = round(closeness * _PRIMING_SECONDS * sounds.like.sample_rate)
        return Priming(_tokens(sounds.like, 0, end, codec, max_frames, progress), is_kept=False)
    return None


def repeated_from(melody: "Tensor", start_frame: int, n_frames: int) -> "Tensor":
    """Return so many frames of a melody from a place on; it begins again where it ends."""
    import torch

    return melody[torch.arange(start_frame, start_frame + n_frames) % len(melody)]


def _tokens(
    sound: Audio, start: int, end: int, codec: Codec, max_frames: int, progress: Progress
) -> "Tensor":
    end = min(max(end, 0), sound.n_frames)
    if end - start < sound.sample_rate // 10:
        raise InvalidRequestError(
            "There is too little sound before the cut to go on from.", hint="Cut it later."
        )
    part = np.array(sound.samples[start:end])
    if float(np.abs(part).max()) < _SILENCE:
        raise SilentSourceError("sound to go on from")
    channels = to_stereo(part) if codec.n_channels == 2 else part.mean(axis=1, keepdims=True)
    progress.report(0.0, "Listening to what it goes on from")
    at_rate = resample(Audio.of(channels, sound.sample_rate), codec.sample_rate)
    tokens = codec.encode(at_rate, progress.report)
    return tokens[..., -max_frames // 2 :]


def _beginning(sound: Audio) -> Audio:
    """Return as much as can matter: no take is longer than what it repeats, and hours would not fit."""
    longest = _heard_frames(sound)
    return sound if sound.n_frames <= longest else Audio.of(sound.samples[:longest], sound.sample_rate)


def _heard_frames(sound: Audio) -> int:
    return round(_LONGEST_MELODY_SECONDS * sound.sample_rate)


def _without_drums_and_bass(sound: Audio, progress: Progress) -> Audio:
    from infinite_studio.engines.quick.separator import QuickSeparator

    stems = QuickSeparator().separate(sound, progress).stems
    tune = stems[StemType.VOCALS].samples + stems[StemType.OTHER].samples
    # Where all there is counts as drums or bass, such as a whistled or a very low tune, that is the melody.
    if float(np.abs(tune).max()) < 0.02 * max(sound.peak, _SILENCE):
        return sound
    return Audio.of(tune, sound.sample_rate)
