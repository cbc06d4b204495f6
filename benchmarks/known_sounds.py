"""Made sounds whose tempo, key and metre are known, unlike those that the estimators were developed on.

Every kind of sound is here that trips such estimators: out of tune, changing key, stretched, alone, without tones,
slow, fast, swung, in three, in six, spoken, sung, and nothing but noise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Audio
from infinite_studio.music.key import Key, Mode

RATE = 22_050
SECONDS = 24.0
SCALES = {Mode.MAJOR: (0, 2, 4, 5, 7, 9, 11), Mode.MINOR: (0, 2, 3, 5, 7, 8, 10)}
PROGRESSIONS = {
    Mode.MAJOR: ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 0, 4), (0, 1, 4, 0)),
    Mode.MINOR: ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 4), (0, 3, 4, 0)),
}
"""Degrees of the scale, one chord a bar; the fifth degree of a minor key is a major chord."""

Wave = NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """A sound and what is true about it; None for what it does not have, no signature where none is claimed."""

    kind: str
    audio: Audio
    tempo_bpm: float | None
    key: Key | None
    signature: str = ""


@dataclass(frozen=True)
class Timbre:
    """How a tone begins, decays and sounds."""

    n_partials: int
    roll_off: float
    attack_seconds: float
    decay_per_second: float
    vibrato_cents: float = 0.0
    breath: float = 0.0
    stiffness: float = 0.0
    slide_cents: float = 0.0
    formants_hz: tuple[float, ...] = ()


PIANO = Timbre(10, 1.2, 0.004, 3.0, stiffness=0.0003)
STRINGS = Timbre(14, 1.0, 0.09, 0.2, vibrato_cents=14)
ORGAN = Timbre(6, 0.6, 0.01, 0.0)
GUITAR = Timbre(12, 1.1, 0.003, 4.0)
FLUTE = Timbre(4, 1.8, 0.04, 0.3, vibrato_cents=18, breath=0.05)
BASS = Timbre(6, 1.3, 0.006, 2.5)
VOICE = Timbre(
    24, 0.6, 0.05, 0.3, vibrato_cents=40, breath=0.02, slide_cents=80, formants_hz=(650.0, 1_100.0, 2_600.0)
)


@dataclass(frozen=True)
class Style:
    """What is played where in a bar; places are beats."""

    beats: int
    drums: tuple[tuple[str, tuple[float, ...]], ...]
    bass: tuple[float, ...]
    chords: tuple[float, ...]
    melody: tuple[float, ...]
    chord_timbre: Timbre = PIANO
    lead: Timbre = FLUTE
    signature: str = "4/4"
    bars_per_chord: int = 1


def _every(step: float, beats: int = 4, start: float = 0.0) -> tuple[float, ...]:
    return tuple(np.arange(start, beats, step).tolist())


THIRD = 1 / 3
STYLES = {
    "pop": Style(4, (("kick", (0, 2, 2.5)), ("snare", (1, 3)), ("hat", _every(0.5))), _every(0.5), (0, 1.5),
                 (0, 1, 1.5, 2.5, 3), GUITAR, VOICE),
    "ballad": Style(4, (("kick", (0, 2)), ("snare", (1, 3)), ("hat", _every(0.5))), (0, 2), _every(0.5),
                    (0, 1.5, 2, 3), PIANO, STRINGS),
    "bare ballad": Style(4, (), (0,), _every(0.5), (0, 2, 3), PIANO, VOICE),
    "house": Style(4, (("kick", _every(1)), ("snare", (1, 3)), ("hat", _every(1, start=0.5))), (0.5, 1.5, 2.5, 3.5),
                   (0, 1.5, 2.5), (0, 0.75, 1.5, 2.25, 3), ORGAN, STRINGS),
    "swing": Style(4, (("ride", (0, 1, 1 + 2 * THIRD, 2, 3, 3 + 2 * THIRD)), ("hat", (1, 3))), _every(1),
                   (2 * THIRD, 2), (0, 2 * THIRD, 1, 2, 2 + 2 * THIRD, 3), PIANO, FLUTE),
    "waltz": Style(3, (("kick", (0,)), ("hat", (1, 2))), (0,), (1, 2), (0, 1, 2), STRINGS, FLUTE, "3/4"),
    "bare waltz": Style(3, (), (0,), (1, 2), (0, 1.5, 2), PIANO, STRINGS, "3/4"),
    "jig": Style(2, (("kick", (0,)), ("snare", (1,)), ("hat", _every(THIRD, 2))), (0, 1), _every(THIRD, 2),
                 (0, THIRD, 2 * THIRD, 1, 1 + 2 * THIRD), GUITAR, FLUTE, "6/8"),
    "slow six": Style(2, (("kick", (0,)), ("snare", (1,)), ("hat", _every(THIRD, 2))), (0, 2 * THIRD), _every(THIRD, 2),
                      (0, 1, 1 + 2 * THIRD), PIANO, VOICE, "6/8", 2),
    "breaks": Style(4, (("kick", (0, 2.5)), ("snare", (1, 3)), ("hat", _every(0.5))), (0, 2.5), (0,), (0, 1.5, 3),
                    STRINGS, ORGAN),
    "punk": Style(4, (("kick", (0, 2)), ("snare", (1, 3)), ("hat", _every(0.5))), _every(0.5), _every(0.5),
                  (0, 1, 2, 3), ORGAN, VOICE),
    "funk": Style(4, (("kick", (0, 0.75, 2.5)), ("snare", (1, 1.75, 2.25, 3)), ("hat", _every(0.25))),
                  (0, 0.75, 1.5, 2.5, 3.25), (0.5, 1.75, 3.5), (0, 0.5, 2, 2.75), ORGAN, GUITAR),
    "choir": Style(4, (), (0, 1, 2, 3), (0, 1, 2, 3), (0, 1, 2, 2.5, 3), VOICE, VOICE),
}  # fmt: skip


def tone(pitch: float, seconds: float, timbre: Timbre, random: np.random.Generator) -> Wave:
    """Return one note; its root mean square does not depend on its pitch."""
    time = np.arange(max(round(seconds * RATE), 64)) / RATE
    wobble = timbre.vibrato_cents * np.sin(2 * np.pi * random.uniform(4.8, 6.2) * time + random.uniform(0, 6))
    cents = wobble * np.minimum(time * 3, 1) - timbre.slide_cents * np.exp(-25 * time)
    hz = 440 * 2 ** ((pitch - 69) / 12 + cents / 1200)
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    sound = np.zeros(time.size)
    for number in range(1, timbre.n_partials + 1):
        at_hz = float(hz[-1]) * number
        if at_hz > 0.45 * RATE:
            break
        shape = number**-timbre.roll_off * (
            sum(1 / (1 + ((at_hz - f) / 120) ** 2) for f in timbre.formants_hz) if timbre.formants_hz else 1
        )
        stretched = number * np.sqrt(1 + timbre.stiffness * number**2)
        decay = np.exp(-timbre.decay_per_second * (0.6 + 0.15 * number) * time)
        sound += shape * decay * np.sin(stretched * phase + random.uniform(0, 6))
    sound += timbre.breath * random.standard_normal(time.size)
    fade = np.minimum(np.minimum(time / timbre.attack_seconds, 1), np.minimum((time[-1] - time) * 40, 1))
    faded = sound * fade
    return np.asarray(faded / max(float(np.sqrt(np.mean(np.square(faded)))), 1e-9) * 0.1)


def struck(voice: str, random: np.random.Generator) -> Wave:
    """Return one stroke of a drum."""
    time = np.arange(round(0.4 * RATE)) / RATE
    noise = random.standard_normal(time.size)
    bright = np.diff(noise, prepend=0.0)
    match voice:
        case "kick":
            return np.asarray(
                0.9 * np.sin(2 * np.pi * (52 * time + 3 * (1 - np.exp(-40 * time)))) * np.exp(-11 * time)
            )
        case "snare":
            return np.asarray((0.3 * noise + 0.25 * np.sin(2 * np.pi * 180 * time)) * np.exp(-18 * time))
        case "ride":
            return np.asarray(0.1 * bright * np.exp(-12 * time))
        case _:
            return np.asarray(0.12 * bright * np.exp(-60 * time))


@dataclass
class Stage:
    """Sound in the making, and where beats fall in it."""

    tempo_bpm: float
    seconds: float
    random: np.random.Generator
    drift: float = 0.0
    """How far the tempo sways, as a share of it."""

    def __post_init__(self) -> None:
        self.mix = np.zeros(round((self.seconds + 6) * RATE))

    def at(self, beat: float) -> float:
        """Return when a beat falls, in seconds."""
        steady = beat * 60 / self.tempo_bpm
        sway = 16 * 60 / self.tempo_bpm
        return steady + self.drift * sway / (2 * np.pi) * (float(np.cos(2 * np.pi * steady / sway)) - 1)

    def put(self, sound: Wave, beat: float, gain: float) -> None:
        """Mix a sound in at a beat, as exactly as a player would."""
        start = round((self.at(beat) + self.random.normal() * 0.003) * RATE)
        if 0 <= start < round(self.seconds * RATE):
            heard = sound[: self.mix.size - start]
            self.mix[start : start + heard.size] += gain * self.random.uniform(0.8, 1.0) * heard

    def audio(self) -> Audio:
        """Return what was mixed, as loud as it may be."""
        samples = self.mix[: round(self.seconds * RATE)]
        return Audio.of(0.7 * samples / max(float(np.abs(samples).max()), 1e-9), RATE)


def triad(key: Key, degree: int) -> tuple[int, int, int]:
    """Return the pitches of the chord on a degree of a key, from the tonic's octave on."""
    scale = SCALES[key.mode]
    steps = [scale[(degree + third) % 7] + 12 * ((degree + third) // 7) for third in (0, 2, 4)]
    if key.mode is Mode.MINOR and degree == 4:
        steps[1] += 1
    return key.tonic + steps[0], key.tonic + steps[1], key.tonic + steps[2]


def _bar(stage: Stage, style: Style, start: int, chord: tuple[int, ...], key: Key, cents: float) -> None:
    random, beat_seconds = stage.random, 60 / stage.tempo_bpm
    for voice, places in style.drums:
        for place in places:
            stage.put(struck(voice, random), start + place, 0.5)
    for place in style.bass:
        length = min(0.9 * beat_seconds, 0.8)
        stage.put(tone(36 + chord[0] % 12 + cents / 100, length, BASS, random), start + place, 1.2)
    for index, place in enumerate(style.chords):
        following = (*style.chords, float(style.beats))[index + 1]
        length = (following - place) * beat_seconds * 0.95
        for step in chord:
            pitch = 52 + (step - 4) % 12 + cents / 100
            stage.put(tone(pitch, length, style.chord_timbre, random), start + place, 0.5)
    scale = [key.tonic + step for step in SCALES[key.mode]]
    for index, place in enumerate(style.melody):
        following = (*style.melody, float(style.beats))[index + 1]
        is_strong = float(place).is_integer()
        step = random.choice(chord if is_strong else scale)
        length = (following - place) * beat_seconds * random.uniform(0.7, 1.0)
        stage.put(tone(64 + (step - 4) % 12 + cents / 100, length, style.lead, random), start + place, 0.8)


def song(
    name: str, tempo_bpm: float, key: Key, seed: int, *, cents: float = 0.0, seconds: float = SECONDS,
    drift: float = 0.0, away: Key | None = None,
) -> Audio:  # fmt: skip
    """Play a style; four bars of twelve are in the key ``away``, where there is one."""
    style = STYLES[name]
    stage = Stage(tempo_bpm, seconds, np.random.default_rng(seed), drift)
    n_bars = int(seconds * 1.2 * tempo_bpm / 60 / style.beats) + 1
    progression = PROGRESSIONS[key.mode][seed % 4]
    for bar in range(n_bars):
        here = away if away is not None and bar % 12 in {4, 5, 6, 7} else key
        degree = progression[bar // style.bars_per_chord % 4]
        _bar(stage, style, bar * style.beats, triad(here, degree), here, cents)
    return stage.audio()


def _key(number: int) -> Key:
    return Key(number * 7 % 12, Mode.MINOR if number % 2 else Mode.MAJOR)


def alone(timbre: Timbre, tempo_bpm: float, key: Key, seed: int) -> Audio:
    """Play a tune over the chords of a key, one note at a time."""
    random = np.random.default_rng(seed)
    stage = Stage(tempo_bpm, SECONDS, random)
    rhythms = ((1, 1, 1, 1), (1.5, 0.5, 1, 1), (0.5, 0.5, 1, 2), (1, 0.5, 0.5, 2))
    progression = PROGRESSIONS[key.mode][seed % 4]
    scale = [key.tonic + step for step in SCALES[key.mode]]
    for bar in range(int(SECONDS * tempo_bpm / 240) + 1):
        beat, chord = float(bar * 4), triad(key, progression[bar % 4])
        for length in rhythms[int(random.integers(4))]:
            step = random.choice(chord if beat.is_integer() else scale)
            if beat == bar * 4 and bar % 4 == 0:
                step = key.tonic
            sound = tone(62 + (step - 2) % 12, length * 60 / tempo_bpm * 0.95, timbre, random)
            stage.put(sound, beat, 1.0)
            beat += length
    return stage.audio()


def speech(seed: int) -> Audio:
    """Speak syllables of uneven length on a falling pitch, with pauses."""
    random = np.random.default_rng(seed)
    mix, at = np.zeros(round(SECONDS * RATE)), 0.2
    pitch = random.uniform(44, 56)
    while at < SECONDS - 1:
        height = pitch + 4
        for _ in range(int(random.integers(3, 12))):
            length = float(random.uniform(0.07, 0.32))
            vowel = tuple(
                random.uniform(low, high) for low, high in ((300, 800), (900, 2_200), (2_300, 3_000))
            )
            timbre = Timbre(40, 0.4, 0.02, 0.5, 0.0, 0.03, 0.0, random.uniform(-250, 250), vowel)
            sound = tone(height + random.normal() * 1.5, length, timbre, random)
            hiss = 0.05 * np.diff(random.standard_normal(round(0.06 * RATE)), prepend=0.0)
            for part, start in ((sound, at), (hiss, at - 0.05 * float(random.integers(2)))):
                first = max(round(start * RATE), 0)
                heard = part[: max(mix.size - first, 0)]
                mix[first : first + heard.size] += heard
            at += length + float(random.exponential(0.03))
            height -= float(random.uniform(0, 0.9))
        at += float(random.uniform(0.25, 0.9))
    return Audio.of(0.6 * mix / np.abs(mix).max(), RATE)


def beat_alone(name: str, tempo_bpm: float, seed: int) -> Audio:
    """Play only the drums of a style."""
    style = STYLES[name]
    stage = Stage(tempo_bpm, SECONDS, np.random.default_rng(seed))
    for bar in range(int(SECONDS * tempo_bpm / 60 / style.beats) + 1):
        for voice, places in style.drums:
            for place in places:
                stage.put(struck(voice, stage.random), bar * style.beats + place, 0.5)
    return stage.audio()


def noises(seed: int) -> Iterator[Audio]:
    """Yield what has neither beat nor key: hiss, rumble, surf and a worn record."""
    random = np.random.default_rng(seed)
    time = np.arange(round(SECONDS * RATE)) / RATE
    white = random.standard_normal(time.size)
    spectrum = np.fft.rfft(white)
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(spectrum.size), 1)), time.size)
    swells = np.arange(0, SECONDS + 2, 1.7)
    slow = np.interp(time, swells, random.uniform(0.1, 1, swells.size))
    crackle = 1e-4 * white
    crackle[random.integers(0, time.size, 400)] += random.standard_normal(400)
    for sound in (white, pink, pink * slow, crackle):
        yield Audio.of(0.3 * sound / np.abs(sound).max(), RATE)


def stretched(audio: Audio, factor: float) -> Audio:
    """Return a sound that many times as fast at the same pitch, by a phase vocoder."""
    import librosa

    return Audio.of(librosa.effects.time_stretch(audio.mono(), rate=factor), audio.sample_rate)


def known_sounds(seed: int = 0) -> Iterator[Known]:
    """Yield about ninety sounds; another seed gives others of the same kinds."""
    random = np.random.default_rng(seed)
    number = seed * 100

    def tempo(low: float, high: float) -> float:
        return round(float(random.uniform(low, high)), 1)

    def playing(
        kind: str, name: str, low: float, high: float, *, cents: float = 0.0, drift: float = 0.0
    ) -> Known:
        nonlocal number
        number += 1
        bpm, key = tempo(low, high), _key(number)
        audio = song(name, bpm, key, number, cents=cents, drift=drift)
        return Known(kind, audio, bpm, key, STYLES[name].signature)

    for cents in (-40.0, -25.0, 15.0, 30.0, 40.0):
        yield playing("out of tune", "pop", 85, 135, cents=cents)
        yield playing("out of tune", "ballad", 70, 90, cents=cents)
    for _ in range(3):
        yield playing("slow", "ballad", 60, 75)
        yield playing("slow", "bare ballad", 60, 75)
        yield playing("fast", "breaks", 168, 178)
        yield playing("fast", "punk", 170, 200)
        yield playing("usual", "house", 118, 130)
        yield playing("usual", "funk", 92, 116)
        yield playing("swing", "swing", 110, 180)
        yield playing("swing", "swing", 80, 110)
        yield playing("in three", "waltz", 90, 180)
        yield playing("in three", "bare waltz", 80, 140)
        yield playing("in six", "jig", 90, 125)
        yield playing("in six", "slow six", 48, 66)
        yield playing("sung", "choir", 66, 110)
        yield playing("swaying", "waltz", 100, 160, drift=0.06)
    for timbre in (PIANO, GUITAR, FLUTE, STRINGS, VOICE, ORGAN):
        number += 1
        bpm, key = tempo(75, 130), _key(number)
        yield Known("alone", alone(timbre, bpm, key, number), bpm, key)
    for home in (Key(2, Mode.MINOR), Key(7, Mode.MAJOR), Key(9, Mode.MINOR), Key(3, Mode.MAJOR)):
        number += 1
        away = Key((home.tonic + 5) % 12, home.mode)
        bpm = tempo(95, 140)
        audio = song("pop", bpm, home, number, seconds=36.0, away=away)
        yield Known("changing key", audio, bpm, home, "4/4")
    for factor in (0.87, 0.94, 1.07, 1.13):
        whole = playing("stretched", "pop", 95, 125)
        yield Known("stretched", stretched(whole.audio, factor), (whole.tempo_bpm or 0.0) * factor, whole.key)
    for name, low, high in (("pop", 80, 130), ("funk", 85, 110), ("breaks", 165, 178), ("swing", 110, 170), ("house", 118, 130), ("jig", 90, 120)):  # fmt: skip
        number += 1
        bpm = tempo(low, high)
        yield Known("drums alone", beat_alone(name, bpm, number), bpm, None, STYLES[name].signature)
    for speaker in range(4):
        yield Known("spoken", speech(seed * 10 + speaker), None, None)
    for audio in noises(seed):
        yield Known("noise", audio, None, None)
