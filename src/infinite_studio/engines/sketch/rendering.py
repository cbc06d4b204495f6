"""From a score to the sounds of a take; stems that were asked for anew leave the others as they were."""

from dataclasses import replace

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.mixing import sum_of
from infinite_studio.engines.sketch.choices.length import SAMPLE_RATE
from infinite_studio.engines.sketch.compose.composer import compose
from infinite_studio.engines.sketch.compose.score import Score
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.sound.chunks import chunks
from infinite_studio.engines.sketch.sound.master import Samples, held_back
from infinite_studio.engines.sketch.sound.render import Renderer
from infinite_studio.engines.sketch.style import SKETCH_STEMS
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress


def render_take(plan: Plan, score: Score, progress: Progress) -> tuple[dict[StemType, Audio], Audio]:
    """Return the stems of a score, mixed and mastered, and their sum.

    A stem with a seed of its own is rendered within the piece as it was before, so that mix, side-chain and
    limiter of the others stay what they were to the last bit; it alone is held back where the sum would be too loud.
    """
    if not plan.part_seeds:
        rendered = Renderer(plan, score).render(progress)
        return _audio(rendered.stems), Audio(rendered.mixdown, SAMPLE_RATE)
    stems = _with_new_stems(plan, score, Part(progress, 0.0, 0.97))
    mixdown = _mixdown(stems, Part(progress, 0.97, 1.0))
    return _audio(stems), Audio(mixdown, SAMPLE_RATE)


def _with_new_stems(plan: Plan, score: Score, progress: Progress) -> dict[StemType, Samples]:
    """Return the stems of the piece without seeds of its stems, and those with a seed in their place."""
    base_plan = replace(plan, part_seeds={})
    base = compose(base_plan, Part(progress, 0.0, 0.02))
    rendered = Renderer(base_plan, base).render(Part(progress, 0.02, 0.7))
    stems = rendered.stems
    span = 0.3 / len(plan.part_seeds)
    for place, (stem, seed) in enumerate(plan.part_seeds.items()):
        share = Part(progress, 0.7 + place * span, 0.7 + (place + 1) * span)
        renderer = Renderer(replace(base_plan, seed=seed), _with_stem(base, score, stem))
        fresh = renderer.render_one(stem, rendered.mastering, Part(share, 0.0, 0.8))
        others = [stems[other] for other in stems if other is not stem]
        stems[stem] = held_back(fresh, others, Part(share, 0.8, 1.0), is_loop=plan.is_loop)
    return stems


def _with_stem(base: Score, score: Score, stem: StemType) -> Score:
    """Return a score in which one stem plays what it plays in another."""
    if stem is StemType.DRUMS:
        return replace(base, hits=score.hits)
    parts = (new if new.spec.stem is stem else old for old, new in zip(base.parts, score.parts, strict=True))
    return replace(base, parts=tuple(parts))


def _mixdown(stems: dict[StemType, Samples], progress: Progress) -> Samples:
    parts = list(stems.values())
    mixed = np.empty_like(parts[0])
    for where in chunks(mixed.shape[0], progress):
        mixed[where] = sum_of([part[where] for part in parts])
    return mixed


def _audio(stems: dict[StemType, Samples]) -> dict[StemType, Audio]:
    return {stem: Audio(stems[stem], SAMPLE_RATE) for stem in SKETCH_STEMS}
