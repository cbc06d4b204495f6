"""`render`: from a score to four stems."""

import numpy as np

from infinite_studio.engines.sketch.compose.score import Score, ScorePart
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.sound.drum_track import DrumTrack
from infinite_studio.engines.sketch.sound.effects import duck_curve, echo, pan_gains, remove_offset
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, saturate
from infinite_studio.engines.sketch.sound.master import balance, finish
from infinite_studio.engines.sketch.sound.part_track import PartTrack
from infinite_studio.engines.sketch.sound.reverb import add_reverb, impulse_response
from infinite_studio.engines.sketch.sound.voices import Stereo
from infinite_studio.engines.sketch.style import SKETCH_STEMS
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress

_DRIVEN = {StemType.DRUMS: 2.4, StemType.BASS: 1.2}
_BRIGHTNESS_OCTAVES = 1.2


class Renderer:
    """Turns one score into sound.

    Parameters
    ----------
    plan : Plan
        Style, mood, seed and exact length.
    score : Score
        The notes.
    """

    def __init__(self, plan: Plan, score: Score) -> None:
        self._plan = plan
        self._score = score
        space = plan.mood.space
        effects = plan.style.effects
        self._room = impulse_response(
            effects.reverb_seconds * 2.0 ** (0.5 * space), effects.reverb_brightness
        )
        self._wetness = np.float32(2.0**space)
        self._kicks: list[int] = []

    def render(self, progress: Progress) -> dict[StemType, Stereo]:
        """Return the four stems, each ``(2, frames)``; a stem that nothing plays is silent."""
        stems: dict[StemType, Stereo] = {}
        for place, stem in enumerate(SKETCH_STEMS):
            share = Part(progress, place * 0.21, (place + 1) * 0.21)
            stems[stem] = self._stem(stem, share)
        progress.report(0.84, "Mixing")
        balance(stems, self._plan.style.mix.stem_db, Part(progress, 0.84, 0.88))
        finish(stems, self._loudness_lufs(), Part(progress, 0.88, 1.0))
        return stems

    def _loudness_lufs(self) -> float:
        return min(self._plan.style.mix.loudness_lufs + 0.6 * self._plan.mood.energy, -13.0)

    def _stem(self, stem: StemType, progress: Progress) -> Stereo:
        dry = np.zeros((2, self._plan.n_frames), np.float32)
        send = np.zeros(self._plan.n_frames, np.float32)
        parts = [part for part in self._score.parts if part.spec.stem is stem and part.notes]
        if stem is StemType.DRUMS and self._score.hits:
            track = DrumTrack(self._plan.style.drums.kit, self._plan.mood.brightness)
            self._kicks = track.render(self._score, self._plan.seed, dry, send, Part(progress, 0.0, 0.6))
        for place, part in enumerate(parts):
            share = Part(progress, 0.6 * place / len(parts), 0.6 * (place + 1) / len(parts))
            self._add_part(part, dry, send, share)
        if stem in _DRIVEN:
            _drive(dry, self._plan.style.mix.drive * _DRIVEN[stem] * (1.0 + 0.5 * self._plan.mood.energy))
            remove_offset(dry, Part(progress, 0.6, 0.65))
        if send.any():
            add_reverb(send * self._wetness, self._room, dry, Part(progress, 0.65, 1.0))
        return dry

    def _add_part(self, part: ScorePart, dry: Stereo, send: Mono, progress: Progress) -> None:
        """Render a part and put it into its stem: ducked, placed, echoed, sent to the room."""
        spec, effects, mix = part.spec, self._plan.style.effects, self._plan.style.mix
        played = np.zeros_like(dry)
        PartTrack(part, _BRIGHTNESS_OCTAVES * self._plan.mood.brightness).render(
            self._score, self._plan.seed, played, progress
        )
        if mix.duck_db and spec.duck and self._kicks:
            release = self._score.tempo.frame_of(mix.duck_beats, SAMPLE_RATE)
            played *= duck_curve(self._kicks, dry.shape[1], mix.duck_db * spec.duck, release)
        played *= (pan_gains(spec.pan) * np.float32(10.0 ** (spec.gain_db / 20.0)))[:, np.newaxis]
        if spec.delay or spec.reverb:
            mono = np.float32(0.5) * (played[0] + played[1])
            if spec.delay:
                frames = self._score.tempo.frame_of(effects.delay_beats, SAMPLE_RATE)
                played += echo(mono * np.float32(spec.delay), frames, effects.delay_feedback)
            send += mono * np.float32(spec.reverb)
        dry += played


def _drive(samples: Stereo, drive: float) -> None:
    """Saturate a stem in place, as much at any level."""
    peak = max(float(samples.max()), -float(samples.min()))
    if peak > 0.0 and drive > 0.0:
        samples *= np.float32(1.0 / peak)
        samples[:] = saturate(samples, drive)
