"""Find loops: where a sound may go back to, so that nobody hears it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from infinite_studio.analysis.excerpts import Excerpts
from infinite_studio.analysis.onsets import MOMENT_RATE, onset_strength
from infinite_studio.analysis.tempo import find_tempo
from infinite_studio.audio.audio import Audio
from infinite_studio.looping.alignment import aligned_end, calm_lead, seam_correlation, zero_crossing
from infinite_studio.looping.candidates import LoopCandidate, LoopWishes
from infinite_studio.looping.listening import MATCH_RATE, Listened, Mono, listen
from infinite_studio.looping.matching import Lag, measured, refined, rough_lags, waveform_lags
from infinite_studio.looping.problems import NoLoopFoundError
from infinite_studio.looping.scoring import seam_score
from infinite_studio.progress import Part, Progress, Silence

LONGEST_SEARCHED_SECONDS = 1_800.0
_MIN_SECONDS = 0.5
_LEAST_QUALITY = 0.3
_SAME_SECONDS = 0.05
_ONSET_REACH_SECONDS = 0.25
_BEAT_TOLERANCE_SECONDS = 0.02
_BEAT_TOLERANCE_SHARE = 0.003
_MULTIPLE_SHARE = 0.9
_DEMOTION = 0.6
_BEATS_ONLY, _OFF_BEAT = 0.9, 0.65
_CERTAIN_SECONDS = 3.0
_AMPLE_SHARE = 0.35
_CORRELATION_SECONDS = 0.05


@dataclass(frozen=True, eq=False)
class _Heard:
    audio: Audio
    listened: Listened
    tempo_bpm: float | None
    onsets: Mono


def find_loops(
    audio: Audio,
    wishes: LoopWishes | None = None,
    progress: Progress | None = None,
    *,
    tagged: tuple[int, int] | None = None,
    tempo_bpm: float | None = None,
) -> tuple[LoopCandidate, ...]:
    """Find where a sound may be looped, the best first.

    Parameters
    ----------
    audio : Audio
        With or without an intro, an end, noise or traces of lossy coding; of sounds over half an hour
        only the first half hour is searched.
    wishes : LoopWishes or None
        Lengths, places and bars to keep to; None for any loop of 2 s and more.
    progress : Progress
        Told what is being looked for; may cancel.
    tagged : (int, int) or None
        The loop that the file says it has, in frames; it comes first where it is one.
    tempo_bpm : float or None
        What a person said that the tempo is; None to find it.

    Returns
    -------
    tuple of LoopCandidate
        At least one. A stretch that comes again gives its exact distance; a sound in which nothing comes
        again is offered as a whole, where it ends as a loop would.

    Raises
    ------
    NoLoopFoundError
        If nothing fits.

    Notes
    -----
    Self-similarity over lags of the log spectrum (after Foote 2000) and autocorrelation of the waveform
    propose lags; each is refined by cross-correlation and judged by how much of what follows really comes
    again. Multiples of a lag that explains the sound as well are ranked behind it.
    """
    told, wished = progress or Silence(), wishes or LoopWishes()
    searched = _searched(audio)
    shortest = max(wished.min_seconds, _MIN_SECONDS)
    if searched.duration_seconds < shortest:
        raise NoLoopFoundError(f"the sound is shorter than {shortest:g} s")
    if searched.peak < 1e-5:
        raise NoLoopFoundError("the sound is silent")
    heard = _hear(searched, tempo_bpm, Part(told, 0.0, 0.35))
    lags = _lags(heard.listened, shortest, wished, Part(told, 0.35, 0.8))
    judged = [(_candidate(heard, lag, wished), value, lag.is_exact) for lag, value in lags]
    found = [(c, value, is_exact) for c, value, is_exact in judged if c is not None and _fits(c, wished)]
    found.sort(key=lambda each: each[1] * _metre(each[0], is_exact=each[2]), reverse=True)
    ranked = [candidate for candidate, _, _ in found]
    ranked += [whole for whole in (_whole(heard),) if _fits(whole, wished) and _is_worth(whole, ranked)]
    if tagged is not None and 0 <= tagged[0] < tagged[1] <= searched.n_frames:
        ranked = [_described(heard, *tagged), *ranked]
    told.report(1.0, "Done")
    if not ranked:
        raise NoLoopFoundError
    return tuple(ranked[: wished.n_best])


def _searched(audio: Audio) -> Audio:
    most = int(LONGEST_SEARCHED_SECONDS * audio.sample_rate)
    return audio if audio.n_frames <= most else Audio(audio.samples[:most], audio.sample_rate)


def _hear(audio: Audio, tempo_bpm: float | None, progress: Progress) -> _Heard:
    plain, listened = listen(audio, Part(progress, 0.0, 0.6))
    excerpt = plain[: 120 * MATCH_RATE]
    excerpts = Excerpts((excerpt,), excerpt.size / MATCH_RATE, is_whole=excerpt.size == plain.size)
    if tempo_bpm is None:
        tempo_bpm = find_tempo(excerpts, audio.sample_rate, Part(progress, 0.6, 0.8)).tempo_bpm
    onsets = onset_strength(plain, Part(progress, 0.8, 1.0)).astype(np.float32)
    return _Heard(audio, listened, tempo_bpm, onsets)


def _lags(
    listened: Listened, shortest: float, wished: LoopWishes, progress: Progress
) -> list[tuple[Lag, float]]:
    longest = wished.max_seconds or listened.mono.size / MATCH_RATE
    hop = listened.hop_frames
    rough = rough_lags(listened, shortest, longest, Part(progress, 0.0, 0.4))
    exact: list[int] = []
    for done, (lag, row) in enumerate(rough):
        progress.report(0.4 + 0.3 * done / len(rough), "Comparing what comes again")
        exact.append(refined(listened.mono, lag * hop, row * hop, 2 * hop))
    exact += waveform_lags(listened.mono, shortest, longest)
    known: dict[int, Lag] = {}
    for done, lag in enumerate(exact):
        progress.report(0.7 + 0.3 * done / len(exact), "Comparing what comes again")
        if any(abs(lag - other) < 3 for other in known):
            continue
        judged = measured(listened, lag)
        if judged is not None and judged.quality >= _LEAST_QUALITY:
            known[lag] = judged
    return _ranked(list(known.values()), listened.mono.size)


def _value(lag: Lag, n_frames: int) -> float:
    """Weigh how alike, how much of the rest, how long what comes again, and how much of the sound is in the loop."""
    run_seconds = (lag.end_frame - lag.start_frame) / MATCH_RATE
    certain = 1.0 - 0.5 * float(np.exp(-run_seconds / _CERTAIN_SECONDS))
    share = min(lag.frames / (_AMPLE_SHARE * n_frames), 1.0)
    return lag.quality * (0.35 + 0.65 * lag.coverage) * certain * (0.75 + 0.25 * share)


def _metre(candidate: LoopCandidate, *, is_exact: bool) -> float:
    """Return how far a loop's length speaks for it: where waveforms do not agree, whole bars are less noticed."""
    if is_exact or candidate.tempo_bpm is None or candidate.bars is not None:
        return 1.0
    return _BEATS_ONLY if candidate.beats is not None else _OFF_BEAT


def _ranked(lags: Sequence[Lag], n_frames: int) -> list[tuple[Lag, float]]:
    """Sort by value and return it as well; near doubles go, and multiples of a lag that explains as much stand behind it."""
    apart = int(_SAME_SECONDS * MATCH_RATE)
    kept: list[Lag] = []
    values = {lag.frames: _value(lag, n_frames) for lag in lags}
    for lag in sorted(lags, key=lambda lag: values[lag.frames], reverse=True):
        if all(abs(lag.frames - other.frames) > apart for other in kept):
            kept.append(lag)

    def demoted(lag: Lag) -> float:
        value = values[lag.frames]
        for other in kept:
            times = round(lag.frames / other.frames)
            is_multiple = times > 1 and abs(lag.frames - times * other.frames) <= apart * 0.2 * times
            if is_multiple and values[other.frames] >= _MULTIPLE_SHARE * value:
                return value * _DEMOTION
        return value

    return sorted(((lag, demoted(lag)) for lag in kept), key=lambda each: each[1], reverse=True)


def _candidate(heard: _Heard, lag: Lag, wished: LoopWishes) -> LoopCandidate | None:
    audio = heard.audio
    ratio = audio.sample_rate / MATCH_RATE
    start_seconds = _start_seconds(heard, lag, wished)
    start = max(round(start_seconds * audio.sample_rate), 0)
    end = start + round(lag.frames * ratio)
    if end > audio.n_frames:
        start, end = start - (end - audio.n_frames), audio.n_frames
    if start < 0:
        return None
    end = aligned_end(audio, start, end, max(round(2 * ratio) + 2, 4))
    calm = calm_lead(audio, start, end)
    start, end = start - calm, end - calm
    shift = zero_crossing(audio, start, end)
    return _described(heard, start + shift, end + shift)


def _start_seconds(heard: _Heard, lag: Lag, wished: LoopWishes) -> float:
    """Choose where in the run the loop begins: as early as it holds, on what begins there."""
    first, last = lag.start_frame / MATCH_RATE, lag.end_frame / MATCH_RATE
    near = wished.near_start_seconds
    if near is None and wished.near_end_seconds is not None:
        near = wished.near_end_seconds - lag.frames / MATCH_RATE
    place = min(max(near if near is not None else first, first), max(last - 0.1, first))
    return _on_onset(heard.onsets, place, first, last)


def _on_onset(onsets: Mono, place: float, first: float, last: float) -> float:
    """Return the strongest onset near a place, or the place itself where nothing begins."""
    low = max(int((max(place - _ONSET_REACH_SECONDS / 2, first)) * MOMENT_RATE), 0)
    high = min(int(min(place + _ONSET_REACH_SECONDS, last) * MOMENT_RATE) + 1, onsets.size)
    if high - low < 3:
        return place
    stretch = onsets[low:high]
    best = int(stretch.argmax())
    if stretch[best] < 2.0 * float(np.median(onsets)) + 1e-9:
        return place
    # Onset strength peaks where something has just begun: the seam lies a moment before.
    return float(max((low + best - 1) / MOMENT_RATE, 0.0))


def _described(heard: _Heard, start: int, end: int) -> LoopCandidate:
    audio = heard.audio
    seconds = (end - start) / audio.sample_rate
    beats = _whole_beats(seconds, heard.tempo_bpm)
    tempo = 60 * beats / seconds if beats else heard.tempo_bpm
    score = seam_score(audio, heard.listened, start, end, heard.tempo_bpm if beats is None else tempo)
    alike, _ = seam_correlation(audio, start, end, round(_CORRELATION_SECONDS * audio.sample_rate))
    return LoopCandidate(start, end, audio.sample_rate, score, alike, tempo, beats)


def _whole_beats(seconds: float, tempo_bpm: float | None) -> int | None:
    if tempo_bpm is None:
        return None
    beats = seconds * tempo_bpm / 60
    nearest = round(beats)
    tolerance = _BEAT_TOLERANCE_SECONDS * tempo_bpm / 60 + _BEAT_TOLERANCE_SHARE * beats
    return nearest if nearest >= 1 and abs(beats - nearest) <= min(tolerance, 0.25) else None


def _whole(heard: _Heard) -> LoopCandidate:
    """Return the whole sound as a loop."""
    return _described(heard, 0, heard.audio.n_frames)


def _is_worth(whole: LoopCandidate, others: Sequence[LoopCandidate]) -> bool:
    """Whether a sound that is looped as a whole would not jump."""
    if whole.score.phase < 0.5 or whole.score.loudness < 0.3:
        return False
    return not others or whole.beats is not None


def _fits(candidate: LoopCandidate, wished: LoopWishes) -> bool:
    rate, near = candidate.sample_rate, wished.tolerance_seconds
    length = candidate.length_seconds
    if length < wished.min_seconds or length > (wished.max_seconds or length):
        return False
    if wished.whole_bars and candidate.bars is None:
        return False
    places = (
        (candidate.start_frame, wished.near_start_seconds),
        (candidate.end_frame, wished.near_end_seconds),
    )
    return all(where is None or abs(frame / rate - where) <= near for frame, where in places)
