"""`blueprint_of`: what a sound is like, so that another one may be made like it."""

from typing import TYPE_CHECKING

from infinite_studio.audio.audio import Audio
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key
from infinite_studio.progress import Part, Progress, Silence

if TYPE_CHECKING:
    from infinite_studio.analysis.excerpts import Excerpts

_SILENCE = Silence()
_TEMPO_WITHOUT_BEAT_BPM = 100.0


def blueprint_of(
    audio: Audio,
    progress: Progress = _SILENCE,
    *,
    tempo_bpm: float | None = None,
    key: Key | None = None,
) -> Blueprint:
    """Find what steers a variation of a sound: tempo, key, one chord a bar, density, brightness, energy.

    Parameters
    ----------
    audio : Audio
        Any length, rate and number of channels; of sounds over five minutes only excerpts are heard, and the chords
        of the middle one.
    progress : Progress
        Told what is being listened for; may cancel.
    tempo_bpm : float or None
        What a person said it is; None to find it.
    key : Key or None
        What a person said it is; None to find it.

    Returns
    -------
    Blueprint
        Without chords and bars where there is no clear beat (then at 100 BPM), without chords and key where no key
        stands out. ``style`` and ``melody`` are left open.

    Notes
    -----
    Tempo and key as in `infinite_studio.analysis.analysis.analyse`; chords by templates on the chroma of each bar
    and its bass, smoothed by dynamic programming over the bars (Fujishima 1999; Sheh and Ellis 2003).
    """
    from infinite_studio.analysis.bars import find_bars
    from infinite_studio.analysis.character import character_of
    from infinite_studio.analysis.chord_track import chords_of_bars, key_of_bars
    from infinite_studio.analysis.excerpts import mono_excerpts
    from infinite_studio.analysis.keys import find_key
    from infinite_studio.analysis.onsets import onset_strength
    from infinite_studio.analysis.tempo import find_tempo

    excerpts = mono_excerpts(audio, Part(progress, 0.0, 0.15))
    if tempo_bpm is None:
        tempo_bpm = find_tempo(excerpts, audio.sample_rate, Part(progress, 0.15, 0.35)).tempo_bpm
    key = key or find_key(excerpts, Part(progress, 0.35, 0.6)).key
    heard = excerpts.parts[len(excerpts.parts) // 2]
    strength = onset_strength(heard, Part(progress, 0.6, 0.7))
    character = character_of(heard, strength, tempo_bpm, Part(progress, 0.7, 0.75))
    chords: tuple[str, ...] = ()
    if tempo_bpm is not None:
        bars = find_bars(heard, strength, tempo_bpm, Part(progress, 0.75, 0.9))
        key = key or key_of_bars(bars)
        if key is not None and bars.starts_seconds:
            chords = chords_of_bars(bars, key, Part(progress, 0.9, 1.0))
    progress.report(1.0)
    return Blueprint(
        tempo_bpm=tempo_bpm or _TEMPO_WITHOUT_BEAT_BPM,
        key=key,
        chords=chords,
        density=character.density,
        brightness=character.brightness,
        energy=character.energy,
        n_bars=0 if tempo_bpm is None else _n_bars(excerpts, tempo_bpm),
    )


def _n_bars(excerpts: "Excerpts", tempo_bpm: float) -> int:
    """Return how many bars of four beats the whole sound lasts, at least one."""
    return max(1, round(excerpts.duration_seconds * tempo_bpm / 240))
