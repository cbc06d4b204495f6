"""Rhythms, chords and noises whose tempo and key are known."""

import numpy as np

from infinite_studio.audio.audio import Audio

RATE = 22_050
PATTERNS = {
    "clicks": {"click": (0, 4, 8, 12)},
    "rock": {"kick": (0, 8), "snare": (4, 12), "hat": range(0, 16, 2)},
    "house": {"kick": (0, 4, 8, 12), "snare": (4, 12), "hat": (2, 6, 10, 14)},
    "hip hop": {"kick": (0, 7, 10), "snare": (4, 12), "hat": range(0, 16, 2)},
    "funk": {"kick": (0, 3, 10), "snare": (4, 7, 9, 12), "hat": range(16)},
    "shuffle": {"kick": (0, 8), "snare": (4, 12), "hat": range(0, 16, 2)},
}
"""Which sixteenths of a bar are struck."""
BACKBEATS = {
    "two-step": {"kick": (0, 10), "snare": (4, 12), "hat": range(0, 16, 2)},
    "lo-fi": {"kick": (0, 6, 8), "snare": (4, 12), "hat": range(0, 16, 2)},
}
"""Patterns whose beat only bass drum and snare tell."""


def drums(pattern, tempo_bpm, *, seconds=None, bars=None, seed=0):
    """Play a pattern; off-beats of the shuffle fall on the last third of their beat."""
    random = np.random.default_rng(seed)
    sixteenth = 60 / tempo_bpm / 4
    n_frames = round((bars * 16 * sixteenth if bars else seconds) * RATE)
    samples = np.zeros(n_frames + RATE)
    for bar in range(int(n_frames / RATE / sixteenth / 16) + 1):
        for voice, places in (PATTERNS | BACKBEATS)[pattern].items():
            for place in places:
                swing = 2 / 3 * 4 - 2 if pattern == "shuffle" and place % 4 == 2 else 0
                start = round(((bar * 16 + place + swing) * sixteenth + random.normal() * 0.002) * RATE)
                if 0 <= start < n_frames:
                    sound = struck(voice, random) * random.uniform(0.85, 1)
                    samples[start : start + sound.size] += sound
    return Audio.of(samples[:n_frames] * 0.5, RATE)


def struck(voice, random):
    time = np.arange(RATE // 5) / RATE
    noise = random.standard_normal(time.size)
    match voice:
        case "kick":
            return np.sin(2 * np.pi * (48 * time + 6 * (1 - np.exp(-30 * time)))) * np.exp(-14 * time)
        case "snare":
            return (0.35 * noise + 0.4 * np.sin(2 * np.pi * 190 * time)) * np.exp(-22 * time)
        case "hat":
            return 0.15 * np.diff(noise, prepend=0) * np.exp(-80 * time)
        case _:
            return np.sin(2 * np.pi * 1_000 * time) * np.exp(-150 * time)


def note(pitch, seconds, n_partials=8):
    time = np.arange(round(seconds * RATE)) / RATE
    hz = 440 * 2 ** ((pitch - 69) / 12)
    tone = sum(0.7**n / n * np.sin(2 * np.pi * hz * n * time + n) for n in range(1, n_partials + 1))
    return tone * np.minimum(1, np.minimum(time * 100, (seconds - time) * 50)) * np.exp(-time)


CADENCES = {"major": ((0, 4), (5, 4), (7, 4), (0, 4)), "minor": ((0, 3), (5, 3), (7, 4), (0, 3))}
"""Root above the tonic and size of the third: I IV V I and i iv V i."""


def cadence(tonic, mode, *, cents=0.0, seconds_per_chord=1.5):
    """Play a cadence with its bass, off the usual tuning by some cents."""
    chords = []
    for root, third in CADENCES[mode]:
        pitches = [36 + (tonic + root) % 12, *(48 + (tonic + root + step) % 12 for step in (0, third, 7))]
        chords.append(sum(note(pitch + cents / 100, seconds_per_chord) for pitch in pitches))
    return Audio.of(np.concatenate(chords) * 0.1, RATE)


def nothing_clear(seconds, seed):
    """Sounds with neither beat nor key, by name."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    hz = random.uniform(60, 300)
    drone = sum(np.sin(2 * np.pi * hz * n * time + n) / n for n in range(1, 8))
    beating = drone + sum(np.sin(2 * np.pi * hz * 1.005 * n * time) / n for n in range(1, 8))
    hits = np.zeros(time.size + RATE)
    for at in np.cumsum(random.exponential(0.4, size=int(seconds * 4))):
        if at < seconds:
            hits[round(at * RATE) :][: RATE // 5] += struck("snare", random)
    return {
        "silence": Audio.of(np.zeros(time.size), RATE),
        "white noise": Audio.of(0.1 * random.standard_normal(time.size), RATE),
        "drone": Audio.of(0.2 * drone, RATE),
        "beating drone": Audio.of(0.1 * beating + 0.003 * random.standard_normal(time.size), RATE),
        "hits at random": Audio.of(0.5 * hits[: time.size], RATE),
    }
