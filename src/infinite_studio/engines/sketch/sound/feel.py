"""From exact beats to the frames at which things sound: swing and micro-timing."""

from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE
from infinite_studio.engines.sketch.style import StyleTempo
from infinite_studio.music.tempo import Tempo


def swung(beat: float, feel: StyleTempo) -> float:
    """Return where a beat sounds with the style's swing: every second unit comes late, everything between moves along."""
    if feel.swing == 0.0:
        return beat
    pair = 2.0 * feel.swing_unit_beats
    start = beat // pair * pair
    place = (beat - start) / feel.swing_unit_beats
    late = (
        place * (1.0 + feel.swing) if place < 1.0 else 1.0 + feel.swing + (place - 1.0) * (1.0 - feel.swing)
    )
    return float(start + late * feel.swing_unit_beats)


def frames_of(beats: list[float], tempo: Tempo, feel: StyleTempo, dice: Dice) -> list[int]:
    """Return the frames of some beats: equal beats stay together, the micro-timing averages to zero."""
    distinct = sorted(set(beats))
    offsets = [dice.between(-feel.humanise_ms, feel.humanise_ms) for _ in distinct]
    mean = sum(offsets) / max(len(offsets), 1)
    frames = {
        beat: max(
            0, tempo.frame_of(swung(beat, feel), SAMPLE_RATE) + round((offset - mean) * SAMPLE_RATE / 1000)
        )
        for beat, offset in zip(distinct, offsets, strict=True)
    }
    return [frames[beat] for beat in beats]
