"""Bass drums."""

import numpy as np

from infinite_studio.engines.sketch.sound.drums.strokes import DrumVoice, ended, frames, noise, skin, sweep
from infinite_studio.engines.sketch.sound.envelope import Mono, decay, ramp, saturate


def kick(
    *,
    start_hz: float,
    end_hz: float,
    sweep_seconds: float,
    fall: float,
    click: float,
    drive: float,
    click_hz: float = 1200.0,
    hold: float = 0.0,
) -> DrumVoice:
    """Return a kick: a falling sine that may stay at its level for ``hold`` seconds, and a click."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(hold + 6.0 * fall * length)
        envelope = np.concatenate([np.ones(frames(hold), np.float32), decay(n_frames, fall * length)])
        tone = sweep(n_frames, start_hz * tune, end_hz * tune, sweep_seconds) * envelope[:n_frames]
        rise = frames(0.003)
        tone[:rise] *= ramp(rise) ** 0.5
        n_click = min(frames(0.02), n_frames)
        tone[:n_click] += max(click, 0.01) * noise(n_click, click_hz, 9000, 0.003, 11 + variant)
        tone[:32] *= ramp(32)
        return ended(saturate(tone, drive) * np.float32(drive**0.5))

    return make


def acoustic_kick(*, hz: float, fall: float, beater: float, beater_hz: float, wood: float) -> DrumVoice:
    """Return a drum with two skins: a short drop in pitch, the wood's modes and a felt or wooden beater."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(6.5 * fall * length)
        hit = sweep(n_frames, 3.1 * hz * tune, hz * tune, 0.011) * decay(n_frames, fall * length)
        hit += wood * skin(n_frames, 1.72 * hz * tune, 0.6 * fall * length, 0.6, variant)
        n_click = min(frames(0.025), n_frames)
        hit[:n_click] += beater * noise(n_click, 0.5 * beater_hz, 2.2 * beater_hz, 0.004, 21 + variant)
        hit[:n_click] += (
            0.5 * beater * sweep(n_click, beater_hz, 0.6 * beater_hz, 0.01) * decay(n_click, 0.003)
        )
        hit[:48] *= ramp(48)
        return ended(saturate(hit, 1.2))

    return make


def boom(tune: float, length: float, variant: int) -> Mono:
    """Return a hit so low that it is felt: for trailers."""
    n_frames = frames(2.6 * length)
    hit = sweep(n_frames, 95 * tune, 34 * tune, 0.12) * decay(n_frames, 0.6 * length)
    hit += 0.5 * skin(n_frames, 62 * tune, 0.35 * length, 0.6, variant)
    hit += 0.25 * noise(n_frames, 60, 900, 0.12, 31 + variant)
    hit[:96] *= ramp(96)
    return ended(saturate(hit, 1.3), 0.1)


KICKS: dict[str, DrumVoice] = {
    "kick-808": kick(start_hz=170, end_hz=47, sweep_seconds=0.028, fall=0.19, click=0.16, drive=1.1),
    "kick-909": kick(start_hz=260, end_hz=49, sweep_seconds=0.026, fall=0.11, click=0.35, drive=1.3),
    "kick-acoustic": acoustic_kick(hz=57, fall=0.095, beater=0.45, beater_hz=2600, wood=0.35),
    "kick-techno": kick(start_hz=320, end_hz=46, sweep_seconds=0.03, fall=0.13, click=0.3, drive=1.9),
    "kick-soft": kick(start_hz=130, end_hz=52, sweep_seconds=0.018, fall=0.10, click=0.10, drive=1.1),
    "kick-deep": kick(
        start_hz=185, end_hz=47, sweep_seconds=0.03, fall=0.12, click=0.14, drive=1.2, hold=0.03, click_hz=900
    ),
    "kick-distorted": kick(
        start_hz=230, end_hz=48, sweep_seconds=0.035, fall=0.16, click=0.3, drive=3.2, hold=0.04
    ),
    "kick-tight": acoustic_kick(hz=66, fall=0.06, beater=0.6, beater_hz=3400, wood=0.25),
    "kick-chip": kick(start_hz=420, end_hz=60, sweep_seconds=0.02, fall=0.05, click=0.0, drive=2.5),
    "boom": boom,
}
