"""The kinds of voice that instruments are made of; each turns a pitch and a length into sound."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import (
    SAMPLE_RATE,
    Mono,
    band,
    decay,
    held,
    ramp,
    saturate,
    seconds,
    sine,
    white,
)
from infinite_studio.engines.sketch.sound.wavetable import TableBank, steady_phase
from infinite_studio.music.note import frequency_hz

Stereo = NDArray[np.float32]
"""Array ``(2, frames)`` of float32: a row for each side, which is the order that filters and transforms like."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One note as a voice is asked for it.

    ``brightness`` is in octaves of filter cutoff; ``from_pitch`` is where a glide starts, else None.
    """

    pitch: int
    n_held: int
    force: float
    brightness: float
    from_pitch: int | None = None


class Voice(Protocol):
    """Turns strokes into sound."""

    def sound(self, stroke: Stroke) -> Stereo | Mono:
        """Return the note, its release included, ending at zero."""


def _phase(
    stroke: Stroke, n_frames: int, hz_factor: float = 1.0, vibrato_cents: float = 0.0
) -> NDArray[np.float64]:
    """Return the phase of a note in cycles, with its glide and a vibrato that sets in late."""
    hz = frequency_hz(stroke.pitch) * hz_factor
    if stroke.from_pitch is None and vibrato_cents == 0.0:
        return steady_phase(hz, n_frames)
    times = seconds(n_frames)
    semitones = np.zeros(n_frames)
    if stroke.from_pitch is not None:
        semitones += (stroke.from_pitch - stroke.pitch) * np.exp(-times / 0.035)
    if vibrato_cents:
        depth = vibrato_cents / 100 * np.clip((times - 0.18) / 0.35, 0.0, 1.0)
        semitones += depth * np.sin(2 * np.pi * 5.3 * times)
    return np.cumsum(hz * 2.0 ** (semitones / 12)) / SAMPLE_RATE


@dataclass(frozen=True)
class Analogue:
    """A subtractive synthesiser: detuned oscillators through a low-pass filter with an envelope.

    Times in seconds; ``cutoff_hz`` is where the filter rests, ``sweep_octaves`` how far the envelope opens it.
    """

    shape: str = "saw"
    cutoff_hz: float = 1200.0
    sweep_octaves: float = 2.0
    sweep_fall: float = 0.2
    key_follow: float = 0.5
    resonance: float = 0.9
    attack: float = 0.004
    fall: float = 0.3
    sustain: float = 0.7
    release: float = 0.12
    detune_cents: tuple[float, ...] = (0.0,)
    spread: float = 0.0
    sub: float = 0.0
    vibrato_cents: float = 0.0
    drive: float = 0.0
    level: float = 0.5

    def sound(self, stroke: Stroke) -> Stereo | Mono:
        """Return the note; stereo where the oscillators are spread."""
        hz = frequency_hz(stroke.pitch)
        envelope = held(stroke.n_held, self.attack, self.fall, self.sustain, self.release)
        n_frames = envelope.shape[0]
        rest = self.cutoff_hz * 2.0 ** (stroke.brightness + self.key_follow * (stroke.pitch - 60) / 12)
        sweep = self.sweep_octaves * (0.55 + 0.45 * stroke.force) * decay(n_frames, self.sweep_fall)
        cutoff = np.float32(rest) * np.exp2(sweep)
        bank = TableBank(self.shape, hz, self.resonance)
        tones = [
            bank.scan(
                _phase(stroke, n_frames, 2.0 ** (cents / 1200), self.vibrato_cents) + 0.37 * place, cutoff
            )
            for place, cents in enumerate(self.detune_cents)
        ]
        gain = np.float32(self.level / len(tones) ** 0.6) * envelope
        if self.sub:
            below = sine(_phase(stroke, n_frames))
            tones = [tone + np.float32(self.sub) * below for tone in tones]
        if self.spread == 0.0 or len(tones) == 1:
            return saturate(sum(tones[1:], start=tones[0]) * gain, self.drive)
        return saturate(self._spread(tones) * gain, self.drive)

    def _spread(self, tones: list[Mono]) -> Stereo:
        """Return the oscillators placed from left to right."""
        mixed = np.zeros((2, tones[0].shape[0]), np.float32)
        for place, tone in enumerate(tones):
            side = self.spread * (2.0 * place / (len(tones) - 1) - 1.0)
            mixed[0] += tone * np.float32(np.sqrt(0.5 - 0.5 * side) * 1.414)
            mixed[1] += tone * np.float32(np.sqrt(0.5 + 0.5 * side) * 1.414)
        return mixed


@dataclass(frozen=True)
class LowSine:
    """An 808: a sine that drops onto its pitch and rings, driven so that small speakers can tell it."""

    attack: float = 0.003
    fall: float = 0.9
    drop_semitones: float = 14.0
    drive: float = 1.6
    release: float = 0.06
    level: float = 0.9

    def sound(self, stroke: Stroke) -> Mono:
        """Return the note in mono."""
        envelope = held(stroke.n_held, self.attack, self.fall, 0.0 if self.fall < 2.0 else 0.6, self.release)
        n_frames = envelope.shape[0]
        times = seconds(n_frames)
        semitones = self.drop_semitones * np.exp(-times / 0.012)
        if stroke.from_pitch is not None:
            semitones = (stroke.from_pitch - stroke.pitch) * np.exp(-times / 0.06)
        hz = frequency_hz(stroke.pitch) * 2.0 ** (semitones / 12)
        tone = sine(np.cumsum(hz) / SAMPLE_RATE) * envelope
        hot = self.drive * (1.0 + 0.3 * stroke.brightness)
        return saturate(tone * np.float32(hot), 1.0) * np.float32(self.level / max(np.tanh(hot), 0.3))


@dataclass(frozen=True)
class Struck:
    """Partials that are struck once and die away, each at its own pace: piano, bell, guitar, plucked bass.

    ``partials`` are ``(ratio, level, time constant in seconds at middle C)``; higher notes ring shorter.
    ``stiffness`` stretches the partials as a piano's strings do; ``knock`` is a burst of noise at the start.
    """

    partials: tuple[tuple[float, float, float], ...]
    stiffness: float = 0.0
    knock: float = 0.0
    knock_hz: float = 1500.0
    release: float = 0.15
    ring_seconds: float = 2.5
    width: float = 0.0
    level: float = 0.4

    def sound(self, stroke: Stroke) -> Stereo | Mono:
        """Return the note; held notes ring on until they have died away."""
        n_frames = min(stroke.n_held, int(self.ring_seconds * SAMPLE_RATE))
        n_release = int(self.release * SAMPLE_RATE)
        n_total = n_frames + n_release
        hz, times = frequency_hz(stroke.pitch), seconds(n_total)
        pace = 2.0 ** (-(stroke.pitch - 60) / 24)
        sides = [np.zeros(n_total, np.float32) for _ in range(2 if self.width else 1)]
        for place, (ratio, level, fall) in enumerate(self.partials):
            partial = hz * ratio * np.sqrt(1.0 + self.stiffness * ratio**2)
            if partial > 15_000:
                continue
            tilt = (0.35 + 0.65 * stroke.force) ** (0.5 * np.log2(max(ratio, 1.0))) * 2.0 ** (
                0.5 * stroke.brightness * np.log2(max(ratio, 1.0))
            )
            envelope = decay(n_total, fall * pace) * np.float32(level * tilt)
            for side, total in enumerate(sides):
                shifted = partial + (0.35 * self.width * (1 if side else -1) * (1 + place % 3))
                np.add(total, sine(shifted * times) * envelope, out=total)
        for total in sides:
            self._touch(total, n_frames, stroke)
        return sides[0] if len(sides) == 1 else np.stack(sides)

    def _touch(self, total: Mono, n_frames: int, stroke: Stroke) -> None:
        """Add the knock, soften the very start and damp the end, in place."""
        n_knock = min(int(0.03 * SAMPLE_RATE), total.shape[0])
        if self.knock:
            burst = band(white(n_knock, 700 + stroke.pitch), 0.4 * self.knock_hz, 2.0 * self.knock_hz)
            total[:n_knock] += np.float32(self.knock * stroke.force) * burst * decay(n_knock, 0.006)
        rise = min(72, total.shape[0])
        total[:rise] *= ramp(rise)
        n_release = total.shape[0] - n_frames
        total[n_frames:] *= ramp(n_release)[::-1]
        total *= np.float32(self.level)


@dataclass(frozen=True)
class Tine:
    """An FM electric piano: a soft body and a tine that rings briefly, harder strokes bark."""

    body_index: float = 1.1
    tine_index: float = 0.35
    fall: float = 0.9
    release: float = 0.22
    tremolo: float = 0.18
    level: float = 0.4

    def sound(self, stroke: Stroke) -> Stereo:
        """Return the note with a slow stereo tremolo."""
        envelope = held(
            min(stroke.n_held, 5 * SAMPLE_RATE),
            0.003,
            self.fall * 2.0 ** (-(stroke.pitch - 60) / 30),
            0.0,
            self.release,
        )
        n_frames = envelope.shape[0]
        times = seconds(n_frames)
        sides = [
            self._tone(stroke, frequency_hz(stroke.pitch + cents / 100) * times) for cents in (-2.5, 2.5)
        ]
        sway = np.float32(self.tremolo) * sine(4.6 * times)
        shape = envelope * np.float32(self.level)
        return np.stack([sides[0] * shape * (1 + sway), sides[1] * shape * (1 - sway)])

    def _tone(self, stroke: Stroke, cycles: NDArray[np.float64]) -> Mono:
        """Return the two operators' sum at phases in cycles."""
        bite = (0.4 + 0.8 * stroke.force) * 2.0 ** (0.6 * stroke.brightness)
        n_frames = cycles.shape[0]
        body = np.float32(self.body_index * bite / (2 * np.pi)) * decay(n_frames, 0.35) * sine(cycles)
        tine = np.float32(self.tine_index * bite / (2 * np.pi)) * decay(n_frames, 0.06)
        tine *= sine(cycles * (14 if stroke.pitch < 72 else 7))
        return sine(cycles + body) + np.float32(0.25) * sine(cycles + tine)
