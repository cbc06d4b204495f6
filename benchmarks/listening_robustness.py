"""How tempo, key and metre hold on kinds of sounds that trip estimators, beside librosa in the same run.

The sounds are made (`benchmarks.known_sounds`); an argument is the seed, another one gives others of the same kinds.
"""

import json
import sys
import warnings
from collections import defaultdict
from typing import Any

import numpy as np

from benchmarks.known_sounds import Known, known_sounds
from benchmarks.listening import TOLERANCE, librosa_key, librosa_tempo_bpm, mirex_score
from infinite_studio.analysis.analysis import analyse
from infinite_studio.music.key import Key

OCTAVES = (1 / 3, 0.5, 1.0, 2.0, 3.0)


def tempo_scores(found: float | None, true: float | None) -> tuple[float, float]:
    """Return ACC1 and ACC2; where there is no tempo, whether none was claimed."""
    if found is None or true is None:
        right = float(found is None and true is None)
        return right, right
    exact = abs(found / true - 1) <= TOLERANCE
    return float(exact), float(any(abs(found / true / octave - 1) <= TOLERANCE for octave in OCTAVES))


def key_score(found: Key | None, true: Key | None) -> float:
    """Return the MIREX weight; where there is no key, whether none was claimed."""
    return float(found is None) if true is None else mirex_score(found, true)


def scores_of(known: Known) -> dict[str, float]:
    """Return what both get right about one sound."""
    ours = analyse(known.audio)
    acc1, acc2 = tempo_scores(ours.tempo_bpm, known.tempo_bpm)
    peer1, peer2 = tempo_scores(librosa_tempo_bpm(known.audio), known.tempo_bpm)
    scores = {
        "acc1": acc1, "librosa_acc1": peer1, "acc2": acc2, "librosa_acc2": peer2,
        "key": key_score(ours.key, known.key), "librosa_key": key_score(librosa_key(known.audio), known.key),
    }  # fmt: skip
    if known.signature:
        scores["signature"] = float(ours.time_signature == known.signature)
    print(
        f"{known.kind:13s} true {known.tempo_bpm} {known.key} {known.signature}  "
        f"found {ours.tempo_bpm} {ours.key} {ours.time_signature}"
    )
    return scores


def means(rows: list[dict[str, float]]) -> dict[str, Any]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: round(float(np.mean([row[name] for row in rows if name in row])), 3) for name in names} | {
        "of": len(rows)
    }


def main() -> None:
    warnings.simplefilter("ignore")
    kinds: dict[str, list[dict[str, float]]] = defaultdict(list)
    for known in known_sounds(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
        kinds[known.kind].append(scores_of(known))
    everything = [row for rows in kinds.values() for row in rows]
    figures = {"benchmark": "listening_robustness", "all": means(everything)}
    print(json.dumps(figures | {"kinds": {kind: means(rows) for kind, rows in kinds.items()}}))


if __name__ == "__main__":
    main()
