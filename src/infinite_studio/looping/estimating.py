"""How large an extended loop becomes and how long writing it takes, from encoding a few seconds of it."""

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from infinite_studio.audio.lossy import write_lossy
from infinite_studio.audio.repeated_flac import write_repeated_flac
from infinite_studio.audio.repeated_opus import encoded_share, write_repeated_opus
from infinite_studio.audio.runs import LongSound
from infinite_studio.audio.sanitise import Gate
from infinite_studio.looping.form import LoopForm, length_of, stretch
from infinite_studio.looping.formats import FileKind, LoopFormat
from infinite_studio.looping.rendering import Section, sections_of
from infinite_studio.looping.targets import Plan
from infinite_studio.progress import Silence

_SAMPLE_SECONDS = 6.0
_HEADER_BYTES = 4_096
_WAVE_BYTES_PER_SECOND = 600e6
_FLAC_BYTES_PER_SECOND = 220e6
_CAUTION = 1.06
_OPUS_CHECKING = 0.2
"""How long decoding takes against encoding, about."""


@dataclass(frozen=True)
class Estimate:
    """What writing will take.

    Parameters
    ----------
    size_bytes : int
        Expected size, a little on the high side; exact for WAV.
    seconds : float
        Expected time on this machine.
    duration_seconds : float
        Length of the sound.
    """

    size_bytes: int
    seconds: float
    duration_seconds: float


def estimate(form: LoopForm, plan: Plan, kind: FileKind) -> Estimate:
    """Return what writing an extended loop will take.

    Parameters
    ----------
    form : LoopForm
        The loop.
    plan : Plan
        What is played.
    kind : FileKind
        How it is written.

    Returns
    -------
    Estimate
        Found by encoding up to six seconds from the middle of the loop, for all formats but WAV.
    """
    duration = plan.n_frames / form.sample_rate
    if kind.loop_format is LoopFormat.WAV:
        size = plan.n_frames * form.n_channels * int(kind.bit_depth) // 8 + _HEADER_BYTES
        return Estimate(size, size / _WAVE_BYTES_PER_SECOND, duration)
    sample = _sample(form)
    n_bytes, spent = _encoded(sample, form, kind)
    ratio = plan.n_frames / sample.n_frames
    size = int(n_bytes * ratio * _CAUTION) + _HEADER_BYTES
    if kind.loop_format is LoopFormat.FLAC:
        raw = plan.n_frames * form.n_channels * int(kind.bit_depth) // 8
        once = form.intro_frames + form.outro_frames + form.round_frames
        return Estimate(size, raw / _FLAC_BYTES_PER_SECOND + spent * once / sample.n_frames, duration)
    if kind.loop_format is LoopFormat.OPUS:
        ratio *= encoded_share(sections_of(form, plan)) + _OPUS_CHECKING
    return Estimate(size, spent * ratio * 1.15, duration)


def _sample(form: LoopForm) -> Section:
    length = length_of(form.middle)
    wanted = min(round(_SAMPLE_SECONDS * form.sample_rate), length)
    first = (length - wanted) // 2
    return Section(tuple(stretch(form.middle, first, first + wanted)))


def _encoded(sample: Section, form: LoopForm, kind: FileKind) -> tuple[int, float]:
    with TemporaryDirectory(prefix="studio-estimate-") as folder:
        path, gate = Path(folder) / "sample", Gate(clips=True)
        sound = LongSound([sample], form.sample_rate, form.n_channels)
        began = time.perf_counter()
        if kind.loop_format is LoopFormat.FLAC:
            write_repeated_flac(path, sound, kind.bit_depth, gate, Silence())
        elif kind.loop_format is LoopFormat.OPUS:
            write_repeated_opus(path, sound, gate, Silence())
        else:
            write_lossy(path, kind.lossy, sound, gate, Silence())
        return path.stat().st_size, time.perf_counter() - began
