"""The drums of a score as sound."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from infinite_studio.engines.sketch.compose.score import Hit, Score
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.sound.drum_sounds import DRUM_VOICES
from infinite_studio.engines.sketch.sound.effects import pan_gains
from infinite_studio.engines.sketch.sound.envelope import Mono, band, ramp
from infinite_studio.engines.sketch.sound.feel import frames_of
from infinite_studio.engines.sketch.sound.voices import Stereo
from infinite_studio.engines.sketch.style import KitPiece
from infinite_studio.progress import Progress

_VARIANTS = 3
_REPORT_EVERY = 64
_CHOKE_FRAMES = 256


class DrumTrack:
    """Renders hits; each stroke is synthesised once for each of three variants and used again.

    Parameters
    ----------
    kit : Mapping of str to KitPiece
        The drums by lane.
    brightness : float
        −1 to 1: level of hats and cymbals.
    """

    def __init__(self, kit: Mapping[str, KitPiece], brightness: float) -> None:
        self._kit = kit
        self._brightness = brightness
        self._strokes: dict[tuple[str, int, bool], Mono] = {}

    def render(self, score: Score, seed: int, dry: Stereo, send: Mono, progress: Progress) -> list[int]:
        """Add the hits to a stem and to what goes to the room; return the frames of the kicks."""
        frames = frames_of(
            [hit.beat for hit in score.hits], score.tempo, score.feel, Dice(seed, "drum timing")
        )
        stops = self._choked(score.hits, frames)
        turns: Counter[str] = Counter()
        kicks = []
        for number, (hit, frame) in enumerate(zip(score.hits, frames, strict=True)):
            if number % _REPORT_EVERY == 0:
                progress.report(number / len(score.hits), "Playing the drums")
            stroke = self._stroke(hit, turns[hit.lane] % _VARIANTS)
            turns[hit.lane] += 1
            self._place(hit, stroke, frame, stops.get(number), dry, send)
            if self._kit[hit.lane].sound.startswith("kick"):
                kicks.append(frame)
        return kicks

    def _stroke(self, hit: Hit, variant: int) -> Mono:
        soft = hit.velocity < 0.5
        found = self._strokes.get((hit.lane, variant, soft))
        if found is None:
            piece = self._kit[hit.lane]
            found = DRUM_VOICES[piece.sound](2.0 ** (piece.tune_semitones / 12), piece.decay, variant)
            if soft:
                found = band(found, 5.0, 7000.0, order=1)
                found[-64:] *= ramp(64)[::-1]
            self._strokes[hit.lane, variant, soft] = found
        return found

    def _choked(self, hits: tuple[Hit, ...], frames: list[int]) -> dict[int, int]:
        """Return where open hats are cut off by the next hat."""
        stops: dict[int, int] = {}
        ringing: int | None = None
        for number, hit in enumerate(hits):
            sound = self._kit[hit.lane].sound
            if sound.startswith("hat"):
                if ringing is not None and frames[number] > frames[ringing]:
                    stops[ringing] = frames[number]
                ringing = number if sound.endswith("open") else None
        return stops

    def _place(self, hit: Hit, stroke: Mono, frame: int, stop: int | None, dry: Stereo, send: Mono) -> None:
        piece = self._kit[hit.lane]
        end = min(
            frame + stroke.shape[0], dry.shape[1] if stop is None else min(stop + _CHOKE_FRAMES, dry.shape[1])
        )
        if end <= frame:
            return
        heard = stroke[: end - frame]
        if stop is not None and end - frame < stroke.shape[0]:
            heard = heard.copy()
            fade = min(_CHOKE_FRAMES, heard.shape[0])
            heard[-fade:] *= ramp(fade)[::-1]
        gain_db = piece.gain_db + (
            3.0 * self._brightness if piece.sound.startswith(("hat", "ride", "shaker")) else 0.0
        )
        gain = np.float32(hit.velocity * 10.0 ** (gain_db / 20.0))
        sides = pan_gains(piece.pan) * gain
        dry[0, frame:end] += heard * sides[0]
        dry[1, frame:end] += heard * sides[1]
        if piece.reverb:
            send[frame:end] += heard * (gain * np.float32(piece.reverb))
