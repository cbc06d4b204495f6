"""`Renderer`: from a score to four stems and their mix."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.engines.sketch.compose.score import Score, ScorePart
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.sound.chunks import Pulse
from infinite_studio.engines.sketch.sound.desk import StemBus
from infinite_studio.engines.sketch.sound.drum_track import DrumTrack
from infinite_studio.engines.sketch.sound.effects import Ducking, Echo
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, ramp
from infinite_studio.engines.sketch.sound.inserts.chain import inserts_of
from infinite_studio.engines.sketch.sound.master import Mastering, Samples, level_of, mastering_of
from infinite_studio.engines.sketch.sound.part_track import PartTrack
from infinite_studio.engines.sketch.sound.reverb import impulse_response
from infinite_studio.engines.sketch.sound.strip import Strip, Track
from infinite_studio.engines.sketch.sound.texture_track import TextureTrack
from infinite_studio.engines.sketch.style import SKETCH_STEMS, Role
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress

_BRIGHTNESS_OCTAVES = 1.2
_LONGEST_NOTE_TAIL_SECONDS = 1.5
_LONGEST_TAIL_SECONDS = 14.0
_ECHO_FLOOR = 0.003
_TAIL_FADE_FRAMES = 4_800


@dataclass(frozen=True)
class Rendered:
    """The stems, each ``(frames, 2)`` at 48 kHz, their sum, and what the master did to them."""

    stems: dict[StemType, Samples]
    mixdown: Samples
    mastering: Mastering


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
        self._is_loop = plan.is_loop
        space, effects = plan.mood.space, plan.style.effects
        self._reverb_seconds = effects.reverb_seconds * 2.0 ** (0.5 * space)
        self._response = impulse_response(round(self._reverb_seconds, 3), effects.reverb_brightness)
        self._wetness = 2.0**space
        self._echo_frames = score.tempo.frame_of(effects.delay_beats, SAMPLE_RATE)
        self._drums = self._drum_track()
        self._kicks = self._kick_frames()

    def render(self, progress: Progress) -> Rendered:
        """Return the stems and their mix; a stem that nothing plays is silent."""
        stems: dict[StemType, Samples] = {}
        levels = []
        for place, stem in enumerate(SKETCH_STEMS):
            share = Pulse(Part(progress, place * 0.22, (place + 1) * 0.22))
            share.report(0.0, f"Playing the {stem.value}")
            stems[stem], level = self._stem(stem, share)
            levels.append(level)
        progress.report(0.88, "Mixing")
        parts, mix = list(stems.values()), self._plan.style.mix
        mastering = mastering_of(
            parts,
            levels,
            mix.loudness_lufs,
            Part(progress, 0.88, 0.94),
            glue=mix.glue,
            is_loop=self._is_loop,
        )
        return Rendered(stems, mastering.apply(parts, levels, Part(progress, 0.94, 1.0)), mastering)

    def render_one(self, stem: StemType, mastering: Mastering, progress: Progress) -> Samples:
        """Return one stem at its level, through a master that was found before."""
        samples, level = self._stem(stem, Pulse(Part(progress, 0.0, 0.9)))
        return mastering.apply([samples], [level], Part(progress, 0.9, 1.0))

    def _drum_track(self) -> DrumTrack | None:
        if not self._score.hits:
            return None
        seed = self._plan.seed_of(StemType.DRUMS)
        return DrumTrack(self._plan.style.drums.kit, self._score, seed, self._plan.mood.brightness)

    def _kick_frames(self) -> tuple[int, ...]:
        """Return when the kicks are, in a loop those of the next round too."""
        kicks = () if self._drums is None else self._drums.kicks
        return kicks + tuple(kick + self._plan.n_frames for kick in kicks) if self._is_loop else kicks

    def _stem(self, stem: StemType, progress: Progress) -> tuple[Samples, float]:
        """Return a stem and the gain that brings it to its level."""
        plan, mix = self._plan, self._plan.style.mix
        parts = [part for part in self._score.parts if part.spec.stem is stem and part.notes]
        drums = self._drums if stem is StemType.DRUMS else None
        drive = mix.drive * (1.0 + 0.5 * plan.mood.energy)
        bus = StemBus(stem, drums, [self._strip(part) for part in parts], drive, plan.mood.brightness)
        n_tail = self._tail_frames() if self._is_loop else 0
        samples = np.zeros((plan.n_frames + n_tail, 2), np.float32)
        loudness = bus.render(samples, self._response, self._wetness, progress)
        heard = wrapped(samples, plan.n_frames) if n_tail else samples
        return heard, level_of(loudness, mix.stem_db[stem])

    def _strip(self, part: ScorePart) -> Strip:
        spec = part.spec
        wobble_hz = self._score.tempo.bpm / 60.0 / spec.wobble_beats
        echo = Echo(self._echo_frames, self._plan.style.effects.delay_feedback) if spec.delay else None
        own = "" if spec.soundfont else spec.instrument
        inserts = inserts_of(own, spec.effects, wobble_hz)
        return Strip(spec, self._track(part), inserts, self._ducking(spec.duck), echo)

    def _track(self, part: ScorePart) -> Track:
        brightness = _BRIGHTNESS_OCTAVES * self._plan.mood.brightness
        if part.spec.role is Role.TEXTURE:
            return TextureTrack(part, self._score, brightness, is_loop=self._is_loop)
        seed = self._plan.seed_of(part.spec.stem)
        return PartTrack(part, self._score, seed, brightness)

    def _ducking(self, share: float) -> Ducking | None:
        """Return the side-chain for a part; None where it has none."""
        mix = self._plan.style.mix
        depth_db = mix.duck_db * share
        if not depth_db or not self._kicks:
            return None
        return Ducking(self._kicks, depth_db, self._score.tempo.frame_of(mix.duck_beats, SAMPLE_RATE))

    def _tail_frames(self) -> int:
        """Return how long it takes until everything has died away."""
        feedback = self._plan.style.effects.delay_feedback
        repeats = 1 + (np.log(_ECHO_FLOOR) / np.log(feedback) if feedback > _ECHO_FLOOR else 0)
        echoes = repeats * self._echo_frames if any(part.spec.delay for part in self._score.parts) else 0
        seconds = _LONGEST_NOTE_TAIL_SECONDS + self._reverb_seconds + echoes / SAMPLE_RATE
        return int(min(seconds, _LONGEST_TAIL_SECONDS) * SAMPLE_RATE)


def wrapped(samples: Samples, n_frames: int) -> Samples:
    """Return the first frames with everything after them added from the beginning on, round and round."""
    tail = samples[n_frames:]
    fade = min(_TAIL_FADE_FRAMES, tail.shape[0])
    tail[tail.shape[0] - fade :] *= ramp(fade)[::-1, np.newaxis]
    looped = samples[:n_frames].copy()
    for start in range(0, tail.shape[0], n_frames):
        turn = tail[start : start + n_frames]
        looped[: turn.shape[0]] += turn
    return looped
