"""The filters of a mixing desk as second-order sections, after Robert Bristow-Johnson's cookbook."""

import math
from dataclasses import dataclass

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE


@dataclass(frozen=True)
class Section:
    """One second-order filter: ``y = b0·x + b1·x₁ + b2·x₂ − a1·y₁ − a2·y₂``."""

    b: tuple[float, float, float]
    a: tuple[float, float]


def _section(b0: float, b1: float, b2: float, a0: float, a1: float, a2: float) -> Section:
    return Section((b0 / a0, b1 / a0, b2 / a0), (a1 / a0, a2 / a0))


def _turn(hz: float, quality: float) -> tuple[float, float]:
    """Return the cosine of the angle of a frequency and the cookbook's alpha."""
    angle = 2.0 * math.pi * min(hz, 0.49 * SAMPLE_RATE) / SAMPLE_RATE
    return math.cos(angle), math.sin(angle) / (2.0 * quality)


def low_pass(hz: float, quality: float = 0.7071) -> Section:
    """Take away what lies above, 12 dB per octave."""
    cos, alpha = _turn(hz, quality)
    return _section((1 - cos) / 2, 1 - cos, (1 - cos) / 2, 1 + alpha, -2 * cos, 1 - alpha)


def high_pass(hz: float, quality: float = 0.7071) -> Section:
    """Take away what lies below, 12 dB per octave."""
    cos, alpha = _turn(hz, quality)
    return _section((1 + cos) / 2, -(1 + cos), (1 + cos) / 2, 1 + alpha, -2 * cos, 1 - alpha)


def bell(hz: float, gain_db: float, quality: float = 0.9) -> Section:
    """Raise or lower the surroundings of a frequency."""
    cos, alpha = _turn(hz, quality)
    a = 10.0 ** (gain_db / 40.0)
    return _section(1 + alpha * a, -2 * cos, 1 - alpha * a, 1 + alpha / a, -2 * cos, 1 - alpha / a)


def high_shelf(hz: float, gain_db: float, quality: float = 0.7071) -> Section:
    """Raise or lower what lies above."""
    cos, alpha = _turn(hz, quality)
    a = 10.0 ** (gain_db / 40.0)
    root = 2.0 * math.sqrt(a) * alpha
    return _section(
        a * ((a + 1) + (a - 1) * cos + root),
        -2 * a * ((a - 1) + (a + 1) * cos),
        a * ((a + 1) + (a - 1) * cos - root),
        (a + 1) - (a - 1) * cos + root,
        2 * ((a - 1) - (a + 1) * cos),
        (a + 1) - (a - 1) * cos - root,
    )


def low_shelf(hz: float, gain_db: float, quality: float = 0.7071) -> Section:
    """Raise or lower what lies below."""
    cos, alpha = _turn(hz, quality)
    a = 10.0 ** (gain_db / 40.0)
    root = 2.0 * math.sqrt(a) * alpha
    return _section(
        a * ((a + 1) - (a - 1) * cos + root),
        2 * a * ((a - 1) - (a + 1) * cos),
        a * ((a + 1) - (a - 1) * cos - root),
        (a + 1) + (a - 1) * cos + root,
        -2 * ((a - 1) + (a + 1) * cos),
        (a + 1) + (a - 1) * cos - root,
    )


def band_pass(hz: float, quality: float, gain_db: float = 0.0) -> Section:
    """Keep the surroundings of a frequency, raised by a gain."""
    cos, alpha = _turn(hz, quality)
    peak = alpha * 10.0 ** (gain_db / 20.0)
    return _section(peak, 0.0, -peak, 1 + alpha, -2 * cos, 1 - alpha)


def all_pass(hz: float, quality: float) -> Section:
    """Turn the phase and leave the level."""
    cos, alpha = _turn(hz, quality)
    return _section(1 - alpha, -2 * cos, 1 + alpha, 1 + alpha, -2 * cos, 1 - alpha)
