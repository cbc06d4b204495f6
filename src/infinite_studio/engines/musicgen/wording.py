"""From a request to the words that the network reads."""

import re

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key

MAX_CHARACTERS = 1_500

_TEMPO = re.compile(r"(?<![\d.])(\d{2,3}(?:[.,]\d+)?)\s*bpm\b", re.IGNORECASE)
_KEY = re.compile(
    r"\b(?:in|key\s+of)\s+([A-Ga-g](?:#|♯|b|♭|-sharp|-flat)?\s*(?:major|minor|maj|min))\b", re.IGNORECASE
)


def tempo_in(prompt: str) -> float | None:
    """Return the tempo that a prompt says, 30 to 300 BPM."""
    found = _TEMPO.search(prompt)
    if found is None:
        return None
    tempo_bpm = float(found[1].replace(",", "."))
    return tempo_bpm if 30.0 <= tempo_bpm <= 300.0 else None


def key_in(prompt: str) -> Key | None:
    """Return the key that a prompt says, as in “in F minor”; “in a minor mood” says none."""
    found = _KEY.search(prompt)
    if found is None or (found[1].startswith("a ") and re.match(r"\s+\w", prompt[found.end() :])):
        return None
    return Key.parse(found[1])


def words_of(request: GenerationRequest) -> str:
    """Return the prompt with tempo, key and what a piece to be like is like, where the prompt leaves them open."""
    prompt = " ".join(request.prompt.split())
    words = [prompt] if prompt else []
    if request.like is not None:
        words += _words_of_blueprint(request.like, prompt)
    tempo_bpm = request.tempo_bpm or (request.like.tempo_bpm if request.like else None)
    if tempo_bpm is not None and tempo_in(prompt) is None:
        words.append(f"{tempo_bpm:.0f} bpm")
    key = request.key or (request.like.key if request.like else None)
    if key is not None and key_in(prompt) is None:
        words.append(f"in {key}")
    return ", ".join(words)[:MAX_CHARACTERS]


def _words_of_blueprint(like: Blueprint, prompt: str) -> list[str]:
    """Return style, mood and colour of a piece in words that captions of music use."""
    words = [like.style.replace("_", " ")] if like.style and like.style not in prompt else []
    words.append("energetic" if like.energy > 0.66 else "calm" if like.energy < 0.33 else "mid-tempo groove")
    if like.brightness > 0.66:
        words.append("bright")
    elif like.brightness < 0.33:
        words.append("warm, dark")
    if like.density > 0.66:
        words.append("busy rhythm")
    elif like.density < 0.25:
        words.append("sparse")
    return words
