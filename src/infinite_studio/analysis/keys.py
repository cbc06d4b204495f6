"""Key: which tonic and mode the pitches of a sound suggest, or that none stands out."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Excerpts
from infinite_studio.analysis.onsets import spectrum_blocks
from infinite_studio.music.key import Key, Mode
from infinite_studio.progress import Progress


@dataclass(frozen=True)
class FoundKey:
    """A key and how sure it is."""

    key: Key | None
    confidence: float


_MAJOR = np.array([0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081])
_MINOR = np.array([0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052])


def find_key(excerpts: Excerpts, progress: Progress) -> FoundKey:
    """Find the key of a sound."""
    progress.report(0.0, "Finding the key")
    chroma = np.zeros(12)
    hz = np.fft.rfftfreq(8192, 1 / ANALYSIS_RATE)
    inside = (hz > 65) & (hz < 2100)
    pitch = np.round(12 * np.log2(hz[inside] / 440) + 69).astype(int) % 12
    for part in excerpts.parts:
        for block in spectrum_blocks(part, 8192, 4096, progress):
            chroma += np.bincount(pitch, block[:, inside].sum(axis=0), 12)
    if chroma.std() < 0.1 * chroma.mean() or not chroma.any():
        return FoundKey(None, 0.0)
    scores = {
        Key(tonic, mode): float(np.corrcoef(chroma, np.roll(profile, tonic))[0, 1])
        for mode, profile in ((Mode.MAJOR, _MAJOR), (Mode.MINOR, _MINOR))
        for tonic in range(12)
    }
    ranked = sorted(scores, key=lambda key: -scores[key])
    margin = scores[ranked[0]] - scores[ranked[1]]
    return FoundKey(ranked[0], min(max(margin * 4, 0.0), 1.0)) if scores[ranked[0]] > 0.5 else FoundKey(None, 0.0)
