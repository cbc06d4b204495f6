"""From how likely each pitch is to one curve: the path that a voice may take, where it sounds, octaves repaired."""

import itertools

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.pitch_curve import (
    BIN_SEMITONES,
    LOWEST_PITCH,
    N_BINS,
    PitchCurve,
    Salience,
    Values,
)
from infinite_studio.analysis.pitch_frames import gate_db
from infinite_studio.progress import Progress, Silence

_REACH_BINS = 12
_COST_PER_BIN = 0.10
_JUMP_COST = 4.0
_FLOOR = 1e-3
_AROUND_BINS = 4
_VOICED_FROM = 0.40
_VOICING_CHANGE_COST = 2.5
_VOICING_SHARPNESS = 6.0
_SLIP_SEMITONES = 12.0
_SLIP_TOLERANCE = 1.2
_LONGEST_SLIP_MOMENTS = 25
_STEPS_PER_REPORT = 2_000


def pitch_curve_of(salience: Salience, levels: Values, progress: Progress | None = None) -> PitchCurve:
    """Return the likeliest course of one voice.

    Parameters
    ----------
    salience : ndarray of float32, shape (moments, N_BINS)
        From a pitch tracker; rows of moments that were not judged are zero.
    levels : ndarray, shape (moments,)
        From `levels_db`, dB.
    progress : Progress
        Told while the path is searched; may cancel.

    Returns
    -------
    PitchCurve
        As many moments as the salience has.

    Notes
    -----
    Viterbi search over the 360 pitches, where steps cost by their size up to a semitone and more, and jumps a fixed
    price; then the weighted mean of the bins around the path; then a two-state search for where the voice sounds,
    from confidence and a noise gate; then stretches that slipped by an octave go back to where their neighbours are.
    """
    path = _path(salience, progress or Silence())
    pitches, confidences = _refined(salience, path)
    voiced = _voicing(confidences, levels)
    return PitchCurve(_without_slips(pitches, voiced), confidences, levels, voiced)


def _path(salience: Salience, progress: Progress) -> NDArray[np.int64]:
    n_moments = salience.shape[0]
    gains = np.log(np.maximum(salience, _FLOOR))
    steps = np.arange(-_REACH_BINS, _REACH_BINS + 1)
    costs = np.abs(steps) * _COST_PER_BIN
    came_from = np.zeros((n_moments, N_BINS), np.int16)
    score = gains[0].astype(np.float64)
    places = np.arange(N_BINS)
    padded = np.full(N_BINS + 2 * _REACH_BINS, -np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, steps.size)
    for moment in range(1, n_moments):
        if moment % _STEPS_PER_REPORT == 0:
            progress.report(moment / n_moments)
        padded[_REACH_BINS:-_REACH_BINS] = score
        reached = windows - costs
        best = reached.argmax(axis=1)
        near = reached[places, best]
        top = int(score.argmax())
        jumps = near < score[top] - _JUMP_COST
        came_from[moment] = np.where(jumps, top, places + steps[best])
        score = np.where(jumps, score[top] - _JUMP_COST, near) + gains[moment]
    path = np.zeros(n_moments, np.int64)
    path[-1] = int(score.argmax())
    for moment in range(n_moments - 1, 0, -1):
        path[moment - 1] = came_from[moment, path[moment]]
    return path


def _refined(salience: Salience, path: NDArray[np.int64]) -> tuple[Values, Values]:
    """Return pitch and confidence from the bins around the path."""
    around = path[:, np.newaxis] + np.arange(-_AROUND_BINS, _AROUND_BINS + 1)
    inside = np.clip(around, 0, N_BINS - 1)
    weights = np.take_along_axis(salience, inside, axis=1).astype(np.float64) * (around == inside)
    total = weights.sum(axis=1)
    mean = np.where(total > 0.0, (weights * inside).sum(axis=1) / np.maximum(total, 1e-12), path)
    return LOWEST_PITCH + BIN_SEMITONES * mean, weights.max(axis=1)


def _voicing(confidences: Values, levels: Values) -> NDArray[np.bool_]:
    """Return where a voice sounds: two states whose changes cost."""
    gate = gate_db(levels)
    evidence = _VOICING_SHARPNESS * (confidences - _VOICED_FROM)
    evidence += np.clip(levels - gate, -6.0, 0.0)
    n_moments = evidence.size
    stays = np.zeros((n_moments, 2), bool)
    voiced, unvoiced = evidence[0] / 2, -evidence[0] / 2
    for moment in range(1, n_moments):
        half = evidence[moment] / 2
        stays[moment, 1] = voiced >= unvoiced - _VOICING_CHANGE_COST
        stays[moment, 0] = unvoiced >= voiced - _VOICING_CHANGE_COST
        voiced, unvoiced = (
            max(voiced, unvoiced - _VOICING_CHANGE_COST) + half,
            max(unvoiced, voiced - _VOICING_CHANGE_COST) - half,
        )
    state = np.zeros(n_moments, bool)
    state[-1] = voiced > unvoiced
    for moment in range(n_moments - 1, 0, -1):
        state[moment - 1] = state[moment] if stays[moment, int(state[moment])] else not state[moment]
    return state & (levels > gate - 6.0)


def _without_slips(pitches: Values, voiced: NDArray[np.bool_]) -> Values:
    """Move short stretches that lie an octave off both of their neighbours back."""
    repaired = pitches.copy()
    edges = np.flatnonzero(np.abs(np.diff(pitches)) > _SLIP_SEMITONES - _SLIP_TOLERANCE) + 1
    for start, end in itertools.pairwise(edges):
        if end - start > _LONGEST_SLIP_MOMENTS or not voiced[start - 1 : end + 1].all():
            continue
        up, down = repaired[start] - repaired[start - 1], repaired[end - 1] - repaired[end]
        octaves = round(up / _SLIP_SEMITONES)
        fits = abs(up - octaves * _SLIP_SEMITONES) < _SLIP_TOLERANCE and abs(up - down) < 2 * _SLIP_TOLERANCE
        if octaves and fits:
            repaired[start:end] -= octaves * _SLIP_SEMITONES
    return repaired
