"""Measure what the built-in styles sound like, for `infinite_studio.analysis.style_match`.

Writes `resources/listening/styles.json`; run it when the composer's sound or the fingerprint has changed.
"""

import json
import sys

import numpy as np

from infinite_studio.analysis.fingerprint import VERSION
from infinite_studio.analysis.listening import listen
from infinite_studio.analysis.passages import SoundStream
from infinite_studio.analysis.style_match import without_pitch_classes
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.progress import Silence
from infinite_studio.resources import resource_path

SEEDS = 3
BARS = 8


def centroid(engine: SketchEngine, style: str, n_seeds: int) -> list[float]:
    """Return the mean fingerprint of some pieces in a style, of length one."""
    found = []
    for seed in range(n_seeds):
        take = engine.generate(GenerationRequest(style, bars=BARS, seed=1_000 + seed), Silence())
        found.append(without_pitch_classes(listen(SoundStream.of_audio(take.mixdown)).fingerprint))
    mean = np.mean(found, axis=0)
    return [round(float(value), 4) for value in mean / np.linalg.norm(mean)]


def main() -> None:
    n_seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    engine = SketchEngine()
    styles = {}
    for style in engine.styles:
        styles[style.name] = centroid(engine, style.name, n_seeds)
        print(style.name)
    target = resource_path("listening", "styles.json")
    target.parent.mkdir(exist_ok=True)
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(values)}" for name, values in styles.items())
    target.write_text(f'{{\n  "version": {VERSION},\n  "styles": {{\n{lines}\n  }}\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
