"""What a hum sounds like: the recording, its notes as a clean line, both together, and the count before it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.resampling import resample
from infinite_studio.music.resynthesis import resynthesise, resynthesise_beats
from infinite_studio.music.singing import SungNote
from infinite_studio.music.tempo import Tempo
from infinite_studio.services.humming_state import HumSound, HumState
from infinite_studio.services.humming_values import Hum, melody_of_hum
from infinite_studio.services.values import Melody

GUIDE_RATE = 32_000
_CLICK_SECONDS = 0.03
_CLICK_HZ = (1_568.0, 1_046.5)
_CLICK_GAIN = 0.5
_WANTED_PEAK = 0.7


def sound_of_hum(hum: Hum, notes: tuple[SungNote, ...], what: HumSound, sample_rate: int) -> Audio:
    """Return what a person asked to hear, in stereo at a rate; recording and notes together in step."""
    seconds = hum.audio.duration_seconds
    parts: list[NDArray[np.float32]] = []
    if what is not HumSound.NOTES:
        voice = _mono_at(hum.audio, sample_rate)
        parts.append(voice * np.float32(_WANTED_PEAK / max(float(np.abs(voice).max()), 1e-3)))
    if what is not HumSound.RECORDING:
        tuned = tuple(replace(note, pitch=note.pitch + hum.tuning) for note in notes)
        line = tuned if what is HumSound.BOTH else notes
        parts.append(resynthesise(line, sample_rate, length_seconds=seconds).samples[:, 0])
    length = max(part.size for part in parts)
    whole = sum(np.pad(part, (0, length - part.size)) for part in parts) / len(parts) ** 0.5
    return Audio.of(np.repeat(np.asarray(whole)[:, np.newaxis], 2, axis=1), sample_rate)


def melody_of_state(state: HumState) -> Melody:
    """Return the melody for the lead, with the sound that engines follow which listen instead of reading notes."""
    assert state.hum is not None
    melody = melody_of_hum(state.notes, state.writing, state.hum.label)
    is_recording = state.guide is HumSound.RECORDING
    return replace(
        melody, sound=_guide(state, melody), is_recording=is_recording, object_id=state.hum.object_id
    )


def count_in(n_beats: int, tempo_bpm: float, sample_rate: int) -> Audio:
    """Return a metronome of so many beats, each bar's first one higher; in stereo."""
    tempo = Tempo(tempo_bpm)
    sound = np.zeros(tempo.frame_of(n_beats, sample_rate))
    times = np.arange(round(_CLICK_SECONDS * sample_rate)) / sample_rate
    for beat in range(n_beats):
        hz = _CLICK_HZ[0 if beat % 4 == 0 else 1]
        click = _CLICK_GAIN * np.sin(2 * np.pi * hz * times) * np.exp(-times / 0.008)
        start = tempo.frame_of(beat, sample_rate)
        room = sound[start : start + click.size]
        room += click[: room.size]
    return Audio.of(np.repeat(sound[:, np.newaxis], 2, axis=1), sample_rate)


def _guide(state: HumState, melody: Melody) -> Audio:
    assert state.hum is not None
    if state.guide is HumSound.RECORDING:
        return state.hum.audio
    return resynthesise_beats(melody.notes, state.writing.tempo_bpm, GUIDE_RATE)


def _mono_at(audio: Audio, sample_rate: int) -> NDArray[np.float32]:
    mono = Audio.of(audio.samples.mean(axis=1), audio.sample_rate)
    return resample(mono, sample_rate).samples[:, 0]
