"""`render`: from a score to four stems."""

import numpy as np

from infinite_studio.engines.sketch.compose.score import Score, ScorePart
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.sound.chunks import chunks
from infinite_studio.engines.sketch.sound.drum_track import DrumTrack
from infinite_studio.engines.sketch.sound.effects import duck_curve, echo, pan_gains, remove_offset
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, saturate
from infinite_studio.engines.sketch.sound.master import balance, finish
from infinite_studio.engines.sketch.sound.part_track import PartTrack
from infinite_studio.engines.sketch.sound.reverb import add_reverb, impulse_response
from infinite_studio.engines.sketch.sound.texture_track import add_texture
from infinite_studio.engines.sketch.sound.voices import Stereo
from infinite_studio.engines.sketch.style import SKETCH_STEMS, Role
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
        self._duck_curves: dict[float, Mono] = {}

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
            drive = self._plan.style.mix.drive * _DRIVEN[stem] * (1.0 + 0.5 * self._plan.mood.energy)
            _drive(dry, drive, Part(progress, 0.6, 0.63))
            remove_offset(dry, Part(progress, 0.63, 0.65))
        if send.any():
            add_reverb(send * self._wetness, self._room, dry, Part(progress, 0.65, 1.0))
        return dry

    def _add_part(self, part: ScorePart, dry: Stereo, send: Mono, progress: Progress) -> None:
        """Render a part and put it into its stem: ducked, placed, echoed, sent to the room."""
        spec, effects = part.spec, self._plan.style.effects
        played = np.zeros_like(dry)
        self._play(part, played, Part(progress, 0.0, 0.7))
        mono = np.zeros_like(send)
        ducking = self._ducking(spec.duck)
        gains = (pan_gains(spec.pan) * np.float32(10.0 ** (spec.gain_db / 20.0)))[:, np.newaxis]
        for where in chunks(send.shape[0], Part(progress, 0.7, 0.9)):
            block = played[:, where] * gains
            if ducking is not None:
                block *= ducking[where]
            dry[:, where] += block
            mono[where] = np.float32(0.5) * (block[0] + block[1])
            send[where] += np.float32(spec.reverb) * mono[where]
        if spec.delay:
            frames = self._score.tempo.frame_of(effects.delay_beats, SAMPLE_RATE)
            echoes = echo(mono, frames, effects.delay_feedback, Part(progress, 0.9, 0.95))
            for where in chunks(send.shape[0], Part(progress, 0.95, 1.0)):
                dry[:, where] += np.float32(spec.delay) * echoes[:, where]

    def _play(self, part: ScorePart, onto: Stereo, progress: Progress) -> None:
        brightness = _BRIGHTNESS_OCTAVES * self._plan.mood.brightness
        if part.spec.role is Role.TEXTURE:
            add_texture(part, self._score, brightness, onto, progress)
        else:
            PartTrack(part, brightness).render(self._score, self._plan.seed, onto, progress)

    def _ducking(self, share: float) -> Mono | None:
        """Return the side-chain's gain for a part; None where it has none."""
        mix = self._plan.style.mix
        depth_db = mix.duck_db * share
        if not depth_db or not self._kicks:
            return None
        if depth_db not in self._duck_curves:
            release = self._score.tempo.frame_of(mix.duck_beats, SAMPLE_RATE)
            self._duck_curves[depth_db] = duck_curve(self._kicks, self._plan.n_frames, depth_db, release)
        return self._duck_curves[depth_db]


def _drive(samples: Stereo, drive: float, progress: Progress) -> None:
    """Saturate a stem in place, as much at any level."""
    peak = max(float(samples.max()), -float(samples.min()))
    if peak > 0.0 and drive > 0.0:
        for where in chunks(samples.shape[1], progress):
            samples[:, where] = saturate(samples[:, where] * np.float32(1.0 / peak), drive)
