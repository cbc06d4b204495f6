"""Whether the beat is told, not its half or its double: composed pieces at all tempi of their styles, beside librosa in the same run.

Every style is composed at four tempi between its slowest and its fastest. Its mixdown and its bare drums are heard, both cut
at places that are no bar lines, so that their length says nothing. `--seed` gives other pieces, `--rounds` more of them.
"""

import argparse
import json
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import product

import numpy as np

from benchmarks.listening import accuracies, librosa_tempo_bpm
from infinite_studio.analysis.analysis import analyse
from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence

SEED = 97_000
LEAST_SECONDS = 20.0
PLACES = (0.08, 0.37, 0.63, 0.92)
"""Where between the slowest and the fastest tempo of a style."""
AUDIBLE = 1e-3


def cut(audio: Audio, random: np.random.Generator) -> Audio:
    """Take a second or so from both ends."""
    head, tail = (int(seconds * audio.sample_rate) for seconds in random.uniform(0.2, 1.5, 2))
    return Audio(np.ascontiguousarray(audio.samples[head : audio.n_frames - tail]), audio.sample_rate)


def pieces(seed: int) -> Iterator[tuple[str, str, float, Audio]]:
    """Yield style, what of it is heard, its tempo, and the sound."""
    engine, random = SketchEngine(), np.random.default_rng(seed)
    for number, (style, place) in enumerate(product(engine.styles, PLACES)):
        tempo = style.tempo
        tempo_bpm = round(tempo.lowest_bpm + place * (tempo.highest_bpm - tempo.lowest_bpm), 1)
        bars = max(int(np.ceil(LEAST_SECONDS * tempo_bpm / 240)), 4)
        request = GenerationRequest(style.name, tempo_bpm=tempo_bpm, bars=bars, seed=seed + number)
        take = engine.generate(request, Silence())
        yield style.name, "mixdown", tempo_bpm, cut(take.mixdown, random)
        drums = take.stems.get(StemType.DRUMS)
        if drums is not None and drums.peak > AUDIBLE:
            yield style.name, "drums", tempo_bpm, cut(drums, random)


def main() -> None:
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    truth: dict[str, float] = {}
    found: dict[str, dict[str, float | None]] = {"ours": {}, "librosa": {}}
    wrong: Counter[str] = Counter()
    for number in range(asked.rounds):
        for style, part, tempo_bpm, audio in pieces(asked.seed + 1_000 * number):
            name = f"{number} {style} {part} {tempo_bpm}"
            truth[name] = tempo_bpm
            ours = found["ours"][name] = analyse(audio).tempo_bpm
            found["librosa"][name] = librosa_tempo_bpm(audio)
            if ours is not None and abs(ours / tempo_bpm - 1) > 0.04:
                wrong[f"{style}, {part}: {ours / tempo_bpm:.2f} times"] += 1
            print(f"{name:44s} ours {ours}  librosa {found['librosa'][name]:.2f}", flush=True)
    scores = {who: accuracies(tempi, truth) for who, tempi in found.items()}
    unclear = sum(tempo is None for tempo in found["ours"].values())
    print(json.dumps({"benchmark": "listening_octaves", **scores, "no_clear_tempo": unclear, "wrong": wrong}))


if __name__ == "__main__":
    main()
