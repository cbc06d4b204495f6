"""How well a piece keeps a tune that it was asked to follow."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from infinite_studio.analysis.pitch_curve import Values
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.resampling import resample
from infinite_studio.music.note import Note
from infinite_studio.music.resynthesis import sung_notes
from infinite_studio.music.singing import SungNote
from infinite_studio.progress import Progress, Silence

_RATE = 11_025
_WINDOW_FRAMES = 2_048
_HOP_FRAMES = 256
_LOWEST_HZ, _HIGHEST_HZ = 110.0, 2_600.0
_LONGEST_SECONDS = 300.0
_BLOCK_MOMENTS = 1_024
_ONSET_REACH_SECONDS = 0.12
_LEAST_RISE = 0.06
_CHROMA_WEIGHT = 0.7
_TINY = 1e-9


@dataclass(frozen=True)
class MelodyAgreement:
    """How well a tune was kept, each 0 (no better than any other tune) to 1 (throughout).

    Parameters
    ----------
    chroma : float
        While its notes last, how much their pitch classes stand out over what the other eleven transpositions of the
        tune would find.
    onsets : float
        At how many of its notes their pitch class begins.
    score : float
        Both in one: 70 % chroma, 30 % onsets.
    """

    chroma: float
    onsets: float
    score: float


def melody_agreement(
    audio: Audio, notes: Sequence[Note], tempo_bpm: float, progress: Progress | None = None
) -> MelodyAgreement | None:
    """Return how well a piece keeps a tune.

    Parameters
    ----------
    audio : Audio
        The piece, from beat 0 on; its first five minutes are listened to.
    notes : sequence of Note
        The tune, in beats.
    tempo_bpm : float
        Of the piece.
    progress : Progress
        May cancel.

    Returns
    -------
    MelodyAgreement or None
        None where no note of the tune lies within the piece.

    Notes
    -----
    Chroma of magnitudes between 110 Hz and 2.6 kHz, each moment divided by its largest; octaves do not matter, so
    that a lead may play the tune higher than it was hummed. Chance is taken out by comparing with the tune moved by
    1 to 11 semitones.
    """
    chroma = _chroma(audio, progress or Silence())
    length_seconds = chroma.shape[0] * _HOP_FRAMES / _RATE
    inside = [note for note in sung_notes(notes, tempo_bpm) if note.start_seconds < length_seconds]
    if not inside:
        return None
    by_shift = [_held(chroma, inside, shift) for shift in range(12)]
    by_chance = sum(by_shift[1:]) / 11.0
    kept = min(
        max((by_shift[0] - by_chance) / max(_best_possible(chroma, inside) - by_chance, _TINY), 0.0), 1.0
    )
    begun = _begun(chroma, inside)
    return MelodyAgreement(kept, begun, _CHROMA_WEIGHT * kept + (1.0 - _CHROMA_WEIGHT) * begun)


def _chroma(audio: Audio, progress: Progress) -> Values:
    """Return the strength of the twelve pitch classes, shape ``(moments, 12)``, the strongest of a moment 1."""
    from scipy.fft import rfft

    n_frames = min(audio.n_frames, round(_LONGEST_SECONDS * audio.sample_rate))
    cut = Audio.of(audio.samples[:n_frames].mean(axis=1), audio.sample_rate)
    mono = resample(cut, _RATE).samples[:, 0]
    half = _WINDOW_FRAMES // 2
    padded = np.concatenate([np.zeros(half, np.float32), mono, np.zeros(half, np.float32)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW_FRAMES)[::_HOP_FRAMES]
    hz = np.asarray(np.fft.rfftfreq(_WINDOW_FRAMES, 1.0 / _RATE), np.float64)
    chosen = np.flatnonzero((hz >= _LOWEST_HZ) & (hz <= _HIGHEST_HZ))
    folding = _folding(hz[chosen])
    shape = np.hanning(_WINDOW_FRAMES)
    parts = []
    for start in range(0, len(windows), _BLOCK_MOMENTS):
        progress.report(start / len(windows), "Comparing with the tune")
        spectra = np.abs(rfft(windows[start : start + _BLOCK_MOMENTS] * shape, axis=1))[:, chosen]
        peaks = np.where(
            (spectra >= np.roll(spectra, 1, 1)) & (spectra >= np.roll(spectra, -1, 1)), spectra, 0
        )
        parts.append(peaks @ folding)
    chroma = np.concatenate(parts)
    loudest = chroma.max(axis=1, keepdims=True)
    floor = 0.001 * float(chroma.max()) + _TINY
    return np.asarray(chroma / np.maximum(loudest, floor))


def _folding(hz: Values) -> Values:
    """Return how much each frequency counts for each pitch class: nearby classes share it, highs count less."""
    pitches = 69.0 + 12.0 * np.log2(hz / 440.0)
    apart = np.abs((pitches[:, np.newaxis] - np.arange(12) + 6.0) % 12.0 - 6.0)
    return np.asarray(np.maximum(1.0 - apart, 0.0) * (_LOWEST_HZ / hz[:, np.newaxis]) ** 0.5)


def _moments(note: SungNote, n_moments: int) -> slice:
    start = min(round(note.start_seconds * _RATE / _HOP_FRAMES), n_moments - 1)
    end = round((note.start_seconds + note.length_seconds) * _RATE / _HOP_FRAMES)
    return slice(start, min(max(end, start + 1), n_moments))


def _held(chroma: Values, notes: Sequence[SungNote], shift: int) -> float:
    """Return the mean strength of the notes' pitch classes while they last."""
    parts = [chroma[_moments(note, len(chroma)), (round(note.pitch) + shift) % 12] for note in notes]
    return float(np.concatenate(parts).mean())


def _best_possible(chroma: Values, notes: Sequence[SungNote]) -> float:
    parts = [chroma[_moments(note, len(chroma))].max(axis=1) for note in notes]
    return float(np.concatenate(parts).mean())


def _begun(chroma: Values, notes: Sequence[SungNote]) -> float:
    """Return at how many notes their pitch class rises from before to after the onset, against its mean."""
    reach = max(round(_ONSET_REACH_SECONDS * _RATE / _HOP_FRAMES), 2)
    begun = 0
    for note in notes:
        at = _moments(note, len(chroma)).start
        line = chroma[:, round(note.pitch) % 12]
        before = line[max(at - reach, 0) : max(at - 1, 1)]
        after = line[at : at + reach]
        begun += bool(after.size and after.max() > (before.min() if at > 1 else 0.0) + _LEAST_RISE)
    return begun / len(notes)
