"""A voice that plays a preset of a SoundFont, with whichever player is installed."""

import importlib
import weakref
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, ramp
from infinite_studio.engines.sketch.sound.stroke import Stereo, Stroke
from infinite_studio.engines.sketch.soundfonts import SoundFont
from infinite_studio.errors import StudioError

_REFERENCE_PITCH, _REFERENCE_PEAK = 60, 0.6
_SOFTEST, _LOUDEST = 40, 127
_BLOCK_FRAMES = 4_800
_LONGEST_TAIL_FRAMES = 72_000
_FADE_FRAMES = 4_800
_INAUDIBLE = 1e-4
_TO_FLOAT = np.float32(1.0 / 32_768.0)
Frames = NDArray[np.float32]


class SoundFontError(StudioError):
    """A SoundFont that cannot be played."""

    def __init__(self, font: SoundFont, reason: str, hint: str) -> None:
        super().__init__(f"The SoundFont “{font.path.name}” cannot be played: {reason}.", hint=hint)
        self.font = font


class Sampler(Protocol):
    """What plays one preset of a SoundFont, note by note."""

    def start(self, pitch: int, velocity: int) -> None:
        """Begin a note; velocities go from 1 to 127."""

    def stop(self, pitch: int) -> None:
        """Let a note go."""

    def cut(self) -> None:
        """Stop everything at once."""

    def next(self, n_frames: int) -> Frames:
        """Return the next frames at 48 kHz, shape ``(frames, 2)``."""


class TinySoundFont:
    """Plays with the package `tinysoundfont`."""

    def __init__(self, font: SoundFont) -> None:
        self._synth: Any = importlib.import_module("tinysoundfont").Synth(samplerate=SAMPLE_RATE)
        number = self._synth.sfload(str(font.path))
        self._synth.program_select(0, number, font.bank, font.program)

    def start(self, pitch: int, velocity: int) -> None:
        """Begin a note."""
        self._synth.noteon(0, pitch, velocity)

    def stop(self, pitch: int) -> None:
        """Let a note go."""
        self._synth.noteoff(0, pitch)

    def cut(self) -> None:
        """Stop everything at once."""
        self._synth.sounds_off(0)

    def next(self, n_frames: int) -> Frames:
        """Return the next frames."""
        return np.frombuffer(self._synth.generate_simple(n_frames), np.float32).reshape(-1, 2)


class FluidSynth:
    """Plays with the package `pyfluidsynth`, which needs the library FluidSynth; without its room and chorus."""

    def __init__(self, font: SoundFont) -> None:
        module = importlib.import_module("fluidsynth")
        self._synth: Any = module.Synth(gain=0.5, samplerate=float(SAMPLE_RATE))
        weakref.finalize(self, self._synth.delete)
        self._synth.setting("synth.reverb.active", 0)
        self._synth.setting("synth.chorus.active", 0)
        number = self._synth.sfload(str(font.path))
        if number < 0 or self._synth.program_select(0, number, font.bank, font.program) < 0:
            raise RuntimeError("no such preset")

    def start(self, pitch: int, velocity: int) -> None:
        """Begin a note."""
        self._synth.noteon(0, pitch, velocity)

    def stop(self, pitch: int) -> None:
        """Let a note go."""
        self._synth.noteoff(0, pitch)

    def cut(self) -> None:
        """Stop everything at once."""
        self._synth.all_sounds_off(0)

    def next(self, n_frames: int) -> Frames:
        """Return the next frames."""
        whole: Frames = np.asarray(self._synth.get_samples(n_frames), np.float32).reshape(-1, 2)
        return whole * _TO_FLOAT


_PLAYERS: tuple[tuple[str, Callable[[SoundFont], Sampler]], ...] = (
    ("tinysoundfont", TinySoundFont),
    ("fluidsynth", FluidSynth),
)


def sampler_of(font: SoundFont) -> Sampler:
    """Return what plays a SoundFont.

    Raises
    ------
    SoundFontError
        If no player is installed, or the file or the preset in it cannot be read.
    """
    for module, player in _PLAYERS:
        try:
            importlib.import_module(module)
        except ImportError:
            continue
        try:
            return player(font)
        except (RuntimeError, OSError, ValueError) as error:
            raise SoundFontError(
                font,
                f"it is damaged or has no program {font.program} in bank {font.bank}",
                "Choose another file or another program in “soundfonts.toml”.",
            ) from error
    raise SoundFontError(
        font,
        "neither tinysoundfont nor FluidSynth is installed",
        "Install tinysoundfont for this Python, or take the instrument out of “soundfonts.toml”.",
    )


class Sampled:
    """A voice that plays a SoundFont; glides, brightness and wobbling are not for it.

    Parameters
    ----------
    sampler : Sampler
        What plays the preset.
    gain_db : float
        Against the other instruments, whose level it has at 0.
    """

    def __init__(self, sampler: Sampler, gain_db: float) -> None:
        self._sampler = sampler
        self._level = 1.0
        loudest = max(
            float(np.abs(self._note(pitch, 100, SAMPLE_RATE // 2)).max())
            for pitch in (_REFERENCE_PITCH - 24, _REFERENCE_PITCH, _REFERENCE_PITCH + 24)
        )
        self._level = 10.0 ** (gain_db / 20.0) * _REFERENCE_PEAK / max(loudest, 1e-3)

    @classmethod
    def of(cls, font: SoundFont) -> "Sampled":
        """Return the voice of a SoundFont.

        Raises
        ------
        SoundFontError
            As in `sampler_of`.
        """
        return cls(sampler_of(font), font.gain_db)

    def sound(self, stroke: Stroke) -> Stereo:
        """Return the note in stereo."""
        velocity = round(_SOFTEST + (_LOUDEST - _SOFTEST) * min(max(stroke.force, 0.0), 1.0))
        note = self._note(min(max(stroke.pitch, 0), 127), velocity, stroke.n_held)
        return np.ascontiguousarray(note.T) * np.float32(self._level)

    def _note(self, pitch: int, velocity: int, n_held: int) -> Frames:
        """Return a note with its release, which is faded out where it is long."""
        self._sampler.start(pitch, velocity)
        pieces = [self._sampler.next(n_held).copy()]
        self._sampler.stop(pitch)
        for _ in range(0, _LONGEST_TAIL_FRAMES, _BLOCK_FRAMES):
            pieces.append(self._sampler.next(_BLOCK_FRAMES).copy())
            if float(np.abs(pieces[-1]).max()) < _INAUDIBLE:
                break
        self._sampler.cut()
        self._sampler.next(_BLOCK_FRAMES)
        note = np.concatenate(pieces)
        note[-_FADE_FRAMES:] *= ramp(_FADE_FRAMES)[::-1, np.newaxis]
        return note
